"""Hardship help on an officer's *My records*."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from cadres.models import Officer
from retention.models import HardshipCase
from retention.selectors.countable import OwnLine


def own_line(officer: Officer, *, on: date) -> OwnLine:
    """The case that runs, with what is awaited; else how to ask for help. One query."""
    cases = HardshipCase.objects.filter(officer=officer).exclude(state__in=["closed", "withdrawn"])
    case = cases.order_by("-created_at", "-pk").first()
    is_asked = case is not None and (case.state == "recommended" or case.word_asked_on is not None)
    is_late = case is not None and _is_late(case, on)
    return OwnLine(
        label=_("Help in hardship"),
        text=_text(case, is_asked=is_asked),
        url=reverse("retention:my_help"),
        tone="warning" if is_asked or is_late else "",
        icon="life-preserver",
    )


def _is_late(case: HardshipCase, on: date) -> bool:
    if case.state in ("applied", "verifying"):
        return bool(case.verify_due_on and case.verify_due_on < on)
    is_awaited = case.state in ("verified", "helping") and case.first_help_on is None
    return bool(is_awaited and case.first_help_due_on and case.first_help_due_on < on)


def _text(case: HardshipCase | None, *, is_asked: bool) -> str:
    if case is None:
        return _("In a hardship you can ask for help here, in confidence.")
    if is_asked:
        return _("Your answer is awaited.")
    return _("%(number)s: %(state)s") % {
        "number": case.reference,
        "state": case.get_state_display(),
    }
