"""How health stands for an officer, as a tile of *My records*: days, and nothing of findings."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from cadres.models import Officer
from retention.models import CheckUp, CheckUpResult
from retention.selectors.countable import OwnLine


def own_line(officer: Officer, *, on: date) -> OwnLine:
    """Two queries."""
    url = reverse("retention:my_health")
    label = _("Health")
    waits = CheckUpResult.objects.filter(
        checkup__officer=officer, rechecked_on=None, recheck_on__lte=on
    )
    if waits.exists():
        text = _("Something in your health file is due.")
        return OwnLine(label, text, url, tone="warning", icon="heart-pulse")
    own = CheckUp.objects.filter(officer=officer).exclude(campaign__state="planned")
    latest = own.defer("excuse").order_by("-due_on", "-pk").first()
    if latest is None:
        return OwnLine(label, _("No check-up on record yet."), url, icon="heart-pulse")
    text, tone = _in_words(latest, on=on)
    return OwnLine(label, text, url, tone=tone, icon="heart-pulse")


def _in_words(checkup: CheckUp, *, on: date) -> tuple[str, str]:
    if checkup.done_on:
        day = checkup.done_on.isoformat()
        return _("Check-up done on %(day)s.") % {"day": day}, "success"
    if checkup.state == CheckUp.State.EXCUSED:
        return _("Excused from the last check-up."), ""
    day = checkup.due_on.isoformat()
    tone = "warning" if checkup.due_on <= on else ""
    return _("Check-up appointed for %(day)s.") % {"day": day}, tone
