from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    name = "appraisal"
    verbose_name = _("Appraisal")

    def ready(self) -> None:
        # Hands the case figures to the full-time check of cadres, which lies below.
        import_module("appraisal.selectors.casework")
