"""What the political department keeps: kinds of leave, corrections, limits and pairs of teams."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from retention.models import AwayLimit, LeaveAccount, LeaveAdjustment, LeaveKind, LeavePair
from retention.selectors.leave_balances import closed_years
from retention.services.leave_steps import lock_officer, refresh_tasks
from retention.services.sent_twice import SENT_TWICE, refuse_twice

MOST_ADJUSTED = 60


class CannotKeep(Exception):
    """This can't be kept like this. Its text is for the user."""


@transaction.atomic
def set_kind(*, court: Unit, kind: str, by: User, **values: Any) -> LeaveKind:
    """Keep how a court counts a kind of leave; requests asked for before are not counted anew."""
    row, _is_new = LeaveKind.objects.update_or_create(court=court, kind=kind, defaults=values)
    record("leave_kind.set", by=by, on=row, court=court, kind=kind)
    return row


@transaction.atomic
def reset_kind(*, court: Unit, kind: str, by: User) -> None:
    """Back to what is shipped."""
    row = LeaveKind.objects.filter(court=court, kind=kind).first()
    if row is not None:
        record("leave_kind.reset", by=by, on=row, court=court, kind=kind)
        row.delete()


@transaction.atomic
def correct_account(
    *, officer_id: int, year: int, days: int, reason: str, by: User, at: datetime
) -> LeaveAdjustment:
    """Add days to an officer's year or take them away, with a reason the officer reads.

    Refuses the own account, a closed year, and more than sixty days altogether.
    """
    officer = lock_officer(officer_id)
    if by.pk == officer.user_id:
        raise CannotKeep(_("Nobody corrects the own account. Ask a colleague."))
    if year in closed_years(officer.court_id):
        raise CannotKeep(_("The year %(year)s is closed.") % {"year": year})
    if not reason.strip():
        raise CannotKeep(_("Say why: the officer reads it."))
    account, _is_new = LeaveAccount.objects.get_or_create(officer=officer, year=year)
    just_now = LeaveAdjustment.objects.filter(account=account, by=by, at__gt=at - SENT_TWICE)
    page = reverse("retention:leave_account", args=[officer.pk, year])
    refuse_twice(just_now, url=page, days=days, reason=reason.strip())
    adjusted = account.adjusted + days
    if not days or abs(adjusted) > MOST_ADJUSTED:
        text = _("Corrections are not zero, and come to %(most)s days a year at most.")
        raise CannotKeep(text % {"most": MOST_ADJUSTED})
    LeaveAccount.objects.filter(pk=account.pk).update(adjusted=adjusted)
    row = LeaveAdjustment.objects.create(
        account=account, days=days, reason=reason.strip(), by=by, at=at
    )
    record("leave_account.corrected", by=by, on=account, court=officer.court, days=days, year=year)
    refresh_tasks(officer, on=timezone.localdate(at))
    return row


@transaction.atomic
def set_away_limit(*, unit: Unit, court: Unit, percent: int | None, by: User) -> None:
    """From which share of a department too many are away; None takes the court's limit again."""
    if percent is None:
        AwayLimit.objects.filter(unit=unit).delete()
    else:
        AwayLimit.objects.update_or_create(unit=unit, defaults={"percent": percent})
    record("away_limit.set", by=by, on=unit, court=court, percent=percent)


@transaction.atomic
def add_pair(*, first: Officer, second: Officer, note: str, by: User) -> LeavePair:
    """Two of one court who stand in for each other. Refuses one person twice, and a known pair."""
    if first.pk == second.pk:
        raise CannotKeep(_("Choose two different officers."))
    if first.court_id != second.court_id:
        raise CannotKeep(_("Choose two officers of one court."))
    smaller, larger = sorted((first, second), key=lambda one: one.pk)
    try:
        with transaction.atomic():
            pair = LeavePair.objects.create(first=smaller, second=larger, note=note.strip())
    except IntegrityError:
        raise CannotKeep(_("These two are a pair already.")) from None
    record("leave_pair.added", by=by, on=pair, court=first.court)
    return pair


@transaction.atomic
def remove_pair(*, pair_id: int, by: User) -> None:
    pair = LeavePair.objects.select_related("first__court").filter(pk=pair_id).first()
    if pair is not None:
        record("leave_pair.removed", by=by, on=pair, court=pair.first.court)
        pair.delete()
