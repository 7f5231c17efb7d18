"""Carrying leave over into the next year: proposed with a reason, agreed in the officer's words."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify
from retention.models import LeaveAccount, LeaveCarry
from retention.selectors.leave_balances import balance_of, closed_years, year_end
from retention.services.leave_steps import lock_officer, refresh_tasks

State = LeaveCarry.State


class CannotCarry(Exception):
    """Leave can't be carried over like this. Its text is for the user."""


@transaction.atomic
def propose_carry(
    *, officer_id: int, year: int, days: int, reason: str, by: User, at: datetime
) -> LeaveCarry:
    """Propose that days go on into the next year, because the work makes it necessary.

    The officer is told and agrees or not. Refuses without a reason, more than may be carried (days
    carried in before never go on again), a second proposal, a closed year, and the own leave.
    """
    officer = lock_officer(officer_id)
    on = timezone.localdate(at)
    if by.pk == officer.user_id:
        raise CannotCarry(_("Somebody else proposes it, and you agree."))
    if not reason.strip():
        raise CannotCarry(_("Say why the work makes it necessary: the law asks for it."))
    if officer.user is None:
        raise CannotCarry(_("The officer has no account and so can't agree. Open one first."))
    _refuse(officer, year, days, on=on)
    active = LeaveCarry.objects.filter(officer=officer, year=year)
    if active.filter(state__in=[State.PROPOSED, State.AGREED]).exists():
        raise CannotCarry(_("A carry-over of this year has been proposed already."))
    carry = LeaveCarry.objects.create(
        officer=officer,
        year=year,
        days=days,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=at,
    )
    record("leave_carry.proposed", by=by, on=carry, court=officer.court, days=days)
    notify(
        officer.user,
        kind="leave_carry_proposed",
        key=f"leave-carry:{carry.pk}",
        url=reverse("retention:leave_carry_answer", args=[carry.pk]),
        year=year,
    )
    return carry


def _refuse(officer: Officer, year: int, days: int, *, on: date) -> None:
    if year in closed_years(officer.court_id):
        raise CannotCarry(_("The year %(year)s is closed.") % {"year": year})
    if year + 1 in closed_years(officer.court_id) or on > year_end(year + 1) or on.year < year:
        raise CannotCarry(_("Leave goes on into the next year only, and only from a year begun."))
    most = balance_of(officer, year=year, on=on, is_whole_year=True).may_carry
    if not 1 <= days <= most:
        text = ngettext(
            "%(most)s day of this year may go on into the next one.",
            "%(most)s days of this year may go on into the next one.",
            most,
        )
        raise CannotCarry(text % {"most": most})


@transaction.atomic
def agree_carry(*, carry_id: int, words: str, by: User, at: datetime) -> LeaveCarry:
    """The officer agrees, in words: the days leave this year's account and enter the next one's."""
    carry = LeaveCarry.objects.select_related("proposed_by").get(pk=carry_id)
    officer = lock_officer(carry.officer_id)
    _refuse_other(officer, by)
    if not words.strip():
        raise CannotCarry(_("Say in a few words that you agree: without it nothing is carried."))
    on = timezone.localdate(at)
    _refuse(officer, carry.year, carry.days, on=on)
    _move(carry, State.AGREED, by=by, at=at, words=words)
    _book(officer, carry.year, carried_on=carry.days)
    _book(officer, carry.year + 1, carried_in=carry.days)
    record("leave_carry.agreed", by=by, on=carry, court=officer.court, days=carry.days)
    _tell_proposer(carry)
    refresh_tasks(officer, on=on)
    return carry


@transaction.atomic
def decline_carry(*, carry_id: int, words: str, by: User, at: datetime) -> LeaveCarry:
    """The officer does not agree: the days stay in this year."""
    carry = LeaveCarry.objects.select_related("proposed_by").get(pk=carry_id)
    officer = lock_officer(carry.officer_id)
    _refuse_other(officer, by)
    _move(carry, State.DECLINED, by=by, at=at, words=words)
    record("leave_carry.declined", by=by, on=carry, court=officer.court)
    _tell_proposer(carry)
    return carry


@transaction.atomic
def withdraw_carry(*, carry_id: int, by: User, at: datetime) -> LeaveCarry:
    """Take back a proposal the officer has not answered."""
    carry = LeaveCarry.objects.select_related("officer__court").get(pk=carry_id)
    _move(carry, State.WITHDRAWN, by=by, at=at, words="")
    record("leave_carry.withdrawn", by=by, on=carry, court=carry.officer.court)
    return carry


def _refuse_other(officer: Officer, by: User) -> None:
    if by.pk != officer.user_id:
        raise CannotCarry(_("Only the officer answers this."))


def _move(carry: LeaveCarry, state: str, *, by: User, at: datetime, words: str) -> None:
    """Compare-and-set. The words first: the state that needs them refuses to be without."""
    carry.words = words.strip()
    here = LeaveCarry.objects.filter(pk=carry.pk, state=State.PROPOSED)
    if not here.exists():
        raise _overtaken()
    carry.save(update_fields=["words"])
    if here.update(state=state, answered_by=by, answered_at=at) != 1:
        raise _overtaken()
    carry.state = state


def _overtaken() -> Conflict:
    text = _("This carry-over has been answered or withdrawn already. Nothing was saved.")
    return Conflict(text, url=reverse("home"))


def _book(officer: Officer, year: int, **days: int) -> None:
    account, _is_new = LeaveAccount.objects.get_or_create(officer=officer, year=year)
    added = {name: F(name) + count for name, count in days.items()}
    LeaveAccount.objects.filter(pk=account.pk).update(**added)


def _tell_proposer(carry: LeaveCarry) -> None:
    notify(
        carry.proposed_by,
        kind="leave_carry_answered",
        key=f"leave-carry-answered:{carry.pk}",
        url=reverse("retention:leave_account", args=[carry.officer_id, carry.year]),
        year=carry.year,
    )
