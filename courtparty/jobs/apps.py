from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "courtparty.jobs"
    verbose_name = _("Long work")

    def ready(self) -> None:
        # Each app's tasks module registers its kinds of job; the web process names them too.
        autodiscover_modules("tasks")
