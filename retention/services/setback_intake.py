"""How setbacks come in: by hand, from other parts through one door, and from case figures."""

import logging
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.selectors.revised_cases import RevisedMonth, revised_months
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.notices.calendar import working_calendar
from retention.models import Setback, TalkTask
from retention.rules.setbacks import day_of_month_figure, talk_due
from retention.selectors.setback_sources import months_to_read, revised_key, untouched
from retention.selectors.settings import court_settings
from retention.services.talk_planning import close_tasks, plan_talk

Kind, State, Source = Setback.Kind, Setback.State, Setback.Source
_log = logging.getLogger(__name__)


class CannotRaise(Exception):
    """The setback can't be entered like this. Its text is for the user."""


@transaction.atomic
def raise_setback(
    *,
    officer_id: int,
    kind: str,
    source_key: str,
    happened_on: date,
    by: User | None,
    detail: str = "",
    at: datetime | None = None,
) -> Setback:
    """Raise a setback from another part: a talk is planned, and its holder and officer are told.

    ``source_key`` names the cause once per court: a second call with it changes nothing and
    returns the setback that is there, whatever has become of it. The talk is due so many working
    days after the court learnt of it, which is now.
    """
    now = at or timezone.now()
    officer = Officer.objects.select_related("court", "user").get(pk=officer_id)
    if not source_key:
        raise ValueError("a setback of another part needs a source_key")
    known = Setback.objects.filter(court=officer.court, source_key=source_key).first()
    if known:
        return known
    setback = Setback(
        court=officer.court,
        officer=officer,
        kind=kind,
        happened_on=happened_on,
        detail=detail.strip(),
        source=Source.PART,
        source_key=source_key,
        raised_by=by,
        raised_at=now,
    )
    try:
        with transaction.atomic():
            return _start(setback, known_on=timezone.localdate(now), holder_id=None, at=now)
    except IntegrityError:  # raised by another worker at this very moment
        return Setback.objects.get(court=officer.court, source_key=source_key)


@transaction.atomic
def enter_setback(
    *,
    officer_id: int,
    kind: str,
    happened_on: date,
    by: User,
    at: datetime,
    detail: str = "",
    holder_id: int | None = None,
) -> Setback:
    """Enter a setback by hand; the talk is due so many working days after it happened.

    Refuses a day in the future, an officer who has left, oneself, and the same kind on the same
    day twice. Whoever is to hold the talk and the officer are told.
    """
    officer = Officer.objects.select_related("court", "user").get(pk=officer_id)
    if happened_on > timezone.localdate(at):
        raise CannotRaise(_("The day it happened lies in the future."))
    if officer.left_on is not None:
        raise CannotRaise(_("This officer has left the court."))
    if officer.user_id == by.pk:
        raise CannotRaise(_("Nobody enters a setback of one's own. Ask your secretary."))
    setback = Setback(
        court=officer.court,
        officer=officer,
        kind=kind,
        happened_on=happened_on,
        detail=detail.strip(),
        raised_by=by,
        raised_at=at,
    )
    try:
        with transaction.atomic():
            return _start(setback, known_on=happened_on, holder_id=holder_id, at=at)
    except IntegrityError as same:
        text = _("A setback of this kind on this day is there already. Look for it in the list.")
        raise CannotRaise(text) from same


def _start(setback: Setback, *, known_on: date, holder_id: int | None, at: datetime) -> Setback:
    days = court_settings(setback.court).talk_days
    setback.talk_due_on = talk_due(known_on, days=days, calendar=working_calendar())
    setback.save()
    record(
        "setback.raised",
        by=setback.raised_by,
        on=setback,
        court=setback.court,
        source=setback.source,
    )
    if setback.officer.left_on is None:
        plan_setback_talk(setback, by=setback.raised_by, at=at, holder_id=holder_id)
    return setback


def plan_setback_talk(
    setback: Setback, *, by: User | None, at: datetime, holder_id: int | None = None
) -> TalkTask:
    """The talk a setback asks for, by its day; inside the caller's transaction."""
    return plan_talk(
        officer_id=setback.officer_id,
        kind=TalkTask.Kind.SETBACK,
        due_on=setback.talk_due_on,
        by=by,
        reason_key=f"setback:{setback.pk}",
        holder_id=holder_id,
        setback=setback,
        at=at,
    )


@transaction.atomic
def withdraw_source(*, court: Unit, source_key: str, by: User | None = None) -> bool:
    """Withdraw a setback whose cause turned out not to be, as long as nobody has acted on it.

    Returns whether it was: one that has been talked about or helped in stays.
    """
    setback = untouched(Setback.objects.filter(court=court, source_key=source_key)).first()
    if setback is None:
        return False
    return take_away(setback, by=by)


def take_away(setback: Setback, *, by: User | None) -> bool:
    """Compare-and-set, with the talk that was planned; inside the caller's transaction."""
    here = Setback.objects.filter(pk=setback.pk, state=State.OPEN)
    if not here.update(state=State.WITHDRAWN):
        return False
    close_tasks(setback.talk_tasks.all(), reason=TalkTask.CancelReason.NOT_NEEDED)
    record("setback.withdrawn", by=by, on=setback, court=setback.court)
    return True


# -- from case figures --------------------------------------------------------------------------


def raise_from_figures(*, on: date, at: datetime) -> int:
    """Raise a setback for each officer and month with revised or remanded cases, in every court.

    A month raised before changes nothing; a figure corrected to zero withdraws its setback while
    nobody has acted on it. One court that fails is logged, and keeps no other from its own.
    Returns how many are new.
    """
    raised = 0
    for court in Unit.objects.courts().filter(is_active=True).order_by("path"):
        try:
            raised += raise_court(court, on=on, at=at)
        except Exception:
            _log.exception("setbacks from the figures of court %s failed", court.pk)
    return raised


@transaction.atomic
def raise_court(court: Unit, *, on: date, at: datetime) -> int:
    """The same for one court; all of it or nothing."""
    months = revised_months(court, since=months_to_read(court, on=on))
    keys = [revised_key(one.officer_id, one.month) for one in months]
    known = set(
        Setback.objects.filter(court=court, source_key__in=keys).values_list(
            "source_key", flat=True
        )
    )
    raised = 0
    for one, key in zip(months, keys, strict=True):
        if one.cases > 0 and key not in known:
            raised += _raise_month(one, key, on=on, at=at)
        elif not one.cases and key in known:
            withdraw_source(court=court, source_key=key)
    return raised


def _raise_month(one: RevisedMonth, key: str, *, on: date, at: datetime) -> bool:
    raise_setback(
        officer_id=one.officer_id,
        kind=Kind.REVISED,
        source_key=key,
        happened_on=day_of_month_figure(one.month, on=on),
        by=None,
        at=at,
    )
    return True
