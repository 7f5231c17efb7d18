"""What notices say. Nothing personal is in a sentence: it leads to the page that knows."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

KINDS = {
    "figures_to_confirm": _("Your case figures of %(months)s are waiting for your confirmation."),
    "figures_disputed": _("An officer disputes imported case figures. Please check them."),
    "result_ready": _("Your appraisal result for “%(cycle)s” can be read."),
    "correction_asked": _("An officer asks for a correction of personal data."),
    "correction_accepted": _("The correction you asked for has been made."),
    "correction_declined": _(
        "The correction you asked for was declined. The reason is on the page."
    ),
    "job_done": _("“%(label)s” has finished."),
    "job_failed": _("“%(label)s” did not finish. The page says why."),
    "account_rights_changed": _("Your roles were changed."),
}


def text_of(kind: str, params: Mapping[str, object]) -> str:
    return str(KINDS[kind]) % params
