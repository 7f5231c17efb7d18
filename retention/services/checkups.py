"""One check-up after the other: done, excused, moved, taken back. No finding is written here."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record, record_many
from courtparty.lib.conflicts import Conflict
from retention.models import CheckUp, CheckUpCampaign, CheckUpResult
from retention.rules.checkups import CHECKUP_STEPS, day_fault, may_step
from retention.services.checkup_campaigns import tell_of_day

State = CheckUp.State


class CannotNote(Exception):
    """The check-up can't be noted like this. Its text is for the user."""


@transaction.atomic
def finish_checkups(
    *, campaign_id: int, checkup_ids: Iterable[int], done_on: date, by: User, at: datetime
) -> int:
    """Note several check-ups of a campaign as done on one day. Returns how many were news.

    Those done or excused already stay as they are. Refuses a day in the future or before an
    officer was born, for all of them together. Nobody is told.
    """
    wanted = CheckUp.objects.select_for_update(of=("self",), no_key=True).filter(
        campaign=campaign_id, pk__in=list(checkup_ids)
    )
    checkups = list(wanted.select_related("campaign__court", "officer").order_by("pk"))
    open_ones = [one for one in checkups if may_step(one.state, "finish", one.campaign.state)]
    for checkup in open_ones:
        refuse_day(checkup, done_on, at=at)
    ids = [checkup.pk for checkup in open_ones]
    before = [State.DUE, State.MISSED]
    CheckUp.objects.filter(pk__in=ids, state__in=before).update(
        state=State.DONE, done_on=done_on, updated_at=at
    )
    if open_ones:
        record_many(
            "checkup.done",
            by=by,
            on=open_ones,
            court=open_ones[0].campaign.court,
            done_on=done_on.isoformat(),
        )
    return len(open_ones)


@transaction.atomic
def excuse_checkup(*, checkup_id: int, reason: str, by: User) -> CheckUp:
    """Excuse an officer from a check-up. Why is kept encrypted, for steward and officer only.

    Refuses one that is done, and to do so without a reason. Nobody is told.
    """
    reason = reason.strip()
    if not reason:
        raise CannotNote(_("Say why: the officer reads it, nobody else but you does."))
    checkup = locked_checkup(checkup_id)
    sealed = CheckUp._meta.get_field("excuse").close(reason, checkup)
    step(checkup, "excuse", excuse=sealed)
    record("checkup.excused", by=by, on=checkup, court=checkup.campaign.court)
    return checkup


@transaction.atomic
def take_back_checkup(*, checkup_id: int, by: User) -> CheckUp:
    """Set a check-up that was done or excused by mistake back to due.

    Refuses one with a result: that would say of a finding that it was never made.
    """
    checkup = locked_checkup(checkup_id)
    if CheckUpResult.objects.filter(checkup=checkup).exists():
        raise CannotNote(_("A result has been entered for it. Correct the result instead."))
    step(checkup, "take_back", done_on=None, excuse="")
    record("checkup.taken_back", by=by, on=checkup, court=checkup.campaign.court)
    return checkup


@transaction.atomic
def move_checkup(*, checkup_id: int, due_on: date, by: User) -> CheckUp:
    """Appoint another day inside the campaign; of an open campaign the officer is told."""
    checkup = locked_checkup(checkup_id)
    campaign = checkup.campaign
    if not campaign.start <= due_on < campaign.end:
        raise CannotNote(_("The day lies outside of the campaign."))
    step(checkup, "move", due_on=due_on)
    record("checkup.moved", by=by, on=checkup, court=campaign.court, day=due_on.isoformat())
    if campaign.state == CheckUpCampaign.State.OPEN:
        tell_of_day(checkup, "checkup_moved")
    return checkup


@transaction.atomic
def remove_checkup(*, checkup_id: int, by: User) -> CheckUpCampaign:
    """Take an officer out of a planned campaign. Of an open one the officer is excused instead."""
    checkup = locked_checkup(checkup_id)
    if checkup.campaign.state != CheckUpCampaign.State.PLANNED:
        raise overtaken(checkup)
    record("checkup.removed", by=by, on=checkup, court=checkup.campaign.court)
    checkup.delete()
    return checkup.campaign


def locked_checkup(checkup_id: int) -> CheckUp:
    checkups = CheckUp.objects.select_for_update(of=("self",), no_key=True)
    related = checkups.select_related("campaign__court", "officer__user", "officer__court")
    checkup = related.filter(pk=checkup_id).first()
    if checkup is None:
        text = _("This check-up does not exist any more. Nothing was saved.")
        raise Conflict(text, url=reverse("retention:checkup_campaigns"))
    return checkup


def refuse_day(checkup: CheckUp, day: date, *, at: datetime) -> None:
    birth = checkup.officer.birth
    fault = day_fault(day, born=birth.first if birth else None, today=timezone.localdate(at))
    if fault == "future":
        raise CannotNote(_("The day of the check-up lies in the future."))
    if fault == "birth":
        text = _("%(officer)s was not born yet on that day. Check the year.")
        raise CannotNote(text % {"officer": checkup.officer})
    if fault == "age":
        text = _("%(officer)s was not yet 16 on that day. Check the year.")
        raise CannotNote(text % {"officer": checkup.officer})


def step(checkup: CheckUp, action: str, **changed: Any) -> None:
    """Compare-and-set: of two at the same time one finds another state."""
    if not may_step(checkup.state, action, checkup.campaign.state):
        raise overtaken(checkup)
    state = CHECKUP_STEPS[checkup.state, action]
    here = CheckUp.objects.filter(pk=checkup.pk, state=checkup.state)
    if here.update(state=state, updated_at=timezone.now(), **changed) != 1:
        raise overtaken(checkup)
    checkup.refresh_from_db(fields=["state", "due_on", "done_on", "excuse"])


def overtaken(checkup: CheckUp) -> Conflict:
    text = _("This check-up is “%(state)s” by now: somebody was faster. Nothing was saved.")
    words = {"state": checkup.get_state_display()}
    return Conflict(text % words, url=checkup.campaign.get_absolute_url())
