"""One's own pauses and exit interview, as a tile of *My records*."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from cadres.models import Officer
from retention.models import AssignmentPause, ExitInterview
from retention.selectors.countable import OwnLine


def own_line(officer: Officer, *, on: date) -> OwnLine:
    """Two queries: an offer to answer comes first, then a pause that runs or is planned."""
    is_asked = (
        ExitInterview.objects.standing()
        .filter(departure__officer=officer, state=ExitInterview.State.OFFERED)
        .exists()
    )
    held = AssignmentPause.objects.filter(officer=officer, state=AssignmentPause.State.PAUSED)
    pause = held.filter(end__gt=on).defer("reason", "end_reason").order_by("start").first()
    return OwnLine(
        label=_("Assignment of cases"),
        text=_("An exit interview is offered to you") if is_asked else _text(pause, on=on),
        url=reverse("retention:my_pauses"),
        tone="warning" if is_asked else "info" if pause else "",
        icon="chat-dots" if is_asked else "sliders",
    )


def _text(pause: AssignmentPause | None, *, on: date) -> str:
    if pause is None or pause.start is None or pause.end is None:
        return _("No pause")
    if pause.start > on:
        return _("Paused from %(day)s") % {"day": pause.start.isoformat()}
    return _("Paused; new cases again from %(day)s") % {"day": pause.end.isoformat()}
