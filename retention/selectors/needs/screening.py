"""What waits for a reader in screening: calls, emergency openings, an invitation."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cadres.models import Officer
from courtparty.accounts.models import User
from retention.models import BreakGlass, ScreeningAlert, ScreeningCampaign
from retention.models.break_glass import APPROVE, ASK
from retention.models.screening import ANSWER_ALERTS
from retention.selectors.countable import Countable


def needs_of(user: User, *, on: date) -> Iterator[Countable]:
    if user.has_perm(ANSWER_ALERTS):
        yield from _calls(user, on)
    if user.has_perm(APPROVE):
        queue = reverse("retention:break_glass_queue")
        waiting = BreakGlass.objects.decidable_by(user).waiting()
        title = _("Emergency openings of a health file to decide")
        yield Countable(title, queue, waiting, "danger", "key")
    begin = timezone.make_aware(datetime.combine(on, time.min))
    if user.has_perm(ASK):
        mine = BreakGlass.objects.filter(asked_by=user).open_at(begin)
        url = reverse("retention:break_glass_list")
        yield Countable(_("Health files open to you for an emergency"), url, mine, "info", "key")
    if not user.is_platform:
        yield from _own(user, on, begin)


def _calls(user: User, on: date) -> Iterator[Countable]:
    url = reverse("retention:alert_list")
    calls = ScreeningAlert.objects.visible_to(user)
    late = calls.to_call().filter(due_on__lt=on)
    yield Countable(_("Calls overdue"), url, late, "danger", "life-preserver")
    today = calls.to_call().filter(due_on__gte=on)
    yield Countable(_("People to call today"), url, today, "danger", "life-preserver")
    called = calls.filter(state=ScreeningAlert.State.CALLED)
    yield Countable(_("Calls made and not closed"), f"{url}?state=called", called, "info", "clock")


def _own(user: User, on: date, begin: datetime) -> Iterator[Countable]:
    mine = reverse("retention:my_screening")
    openings = BreakGlass.objects.filter(subject=user)
    title = _("Your health file may be opened for an emergency")
    yield Countable(title, mine, openings.open_at(begin), "warning", "key")
    asked = _("Somebody asks to open your health file")
    yield Countable(asked, mine, openings.waiting(), "warning", "key")
    # The same for everybody, taken or not: a line that went would show who took part.
    invited = ScreeningCampaign.objects.open_on(on).filter(
        court__in=Officer.objects.in_service().filter(user=user).values("court")
    )
    title = _("A voluntary self-screening is open")
    yield Countable(title, mine, invited, "info", "heart-pulse")
