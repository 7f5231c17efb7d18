"""Pauses in the assignment of cases: suggested, decided by the head, ended."""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify, notify_many
from retention.models import AssignmentPause
from retention.models.pauses import DECIDE
from retention.rules.caseload import days_fault, end_fault
from retention.selectors.pause_rule import Suggestion, suggestions
from retention.selectors.pauses import days_taken, may_decide

_log = logging.getLogger(__name__)
# So many days an end that nobody could be told of in time is still announced.
MADE_GOOD_DAYS = 7
State, Basis = AssignmentPause.State, AssignmentPause.Basis


class CannotDecide(Exception):
    """The pause can't be decided like this. Its text is for the user."""


# -- the rule -----------------------------------------------------------------------------------


def suggest_pauses(*, on: date, at: datetime) -> int:
    """Suggest a pause to the head wherever the written rule fires, once for a month's figures.

    A suggestion whose figures are no longer the last ones lapses. Run twice, it suggests once.
    Returns how many were new.
    """
    return sum(_suggested(court, on=on, at=at) for court in Unit.objects.courts())


def _suggested(court: Unit, *, on: date, at: datetime) -> int:
    """One court that fails is logged, and keeps no other from its suggestions."""
    try:
        return _suggest_in(court, on=on, at=at)
    except Exception:
        _log.exception("suggesting pauses failed for court %s", court.pk)
        return 0


@transaction.atomic
def _suggest_in(court: Unit, *, on: date, at: datetime) -> int:
    found = suggestions(court, on=on)
    if found.month is None:
        return 0
    old = AssignmentPause.objects.suggested().filter(officer__court=court)
    kept = [one.officer.pk for one in found.of]
    for pause in old.select_related("officer"):
        if pause.month != found.month or pause.officer_id not in kept:
            old.filter(pk=pause.pk).update(state=State.LAPSED)
            record("pause.lapsed", by=None, on=pause, court=court, officer=pause.officer_id)
    return sum(_suggest(one, found.month, court, on=on, at=at) for one in found.of)


def _suggest(one: Suggestion, month: date, court: Unit, *, on: date, at: datetime) -> bool:
    pause, is_new = AssignmentPause.objects.get_or_create(
        officer=one.officer,
        month=month,
        defaults={"basis": Basis.CASELOAD, "figures": one.figures, "suggested_at": at},
    )
    if is_new:
        record("pause.suggested", by=None, on=pause, court=court, officer=one.officer.pk)
        heads = holders_of(DECIDE, one.officer.department, on=on)
        heads = heads.exclude(pk=one.officer.user_id)  # type: ignore[misc]
        notify_many(
            [(head, f"pause-suggested:{pause.pk}:{head.pk}") for head in heads.order_by("pk")],
            kind="pause_suggested",
            url=pause.get_absolute_url(),
        )
    return is_new


# -- the head's decision ------------------------------------------------------------------------


@transaction.atomic
def approve_suggestion(
    *, pause_id: int, start: date, end: date, by: User, at: datetime, reason: str = ""
) -> AssignmentPause:
    """Pause the assignment of cases from ``start`` until ``end`` as suggested; the officer is told.

    Refuses anybody but the head, days that are over, too long or taken, and a suggestion that is
    decided already.
    """
    pause = _pause_to_decide(pause_id, by=by)
    _refuse_days(pause.officer, start, end, at=at)
    days = {"start": start, "end": end, "planned_end": end}
    _move(pause, State.SUGGESTED, state=State.PAUSED, decided_by=by, decided_at=at, **days)
    _write_reason(pause, "reason", reason)
    _tell_decided(pause, by=by)
    return pause


@transaction.atomic
def decline_suggestion(*, pause_id: int, reason: str, by: User, at: datetime) -> AssignmentPause:
    """Leave the assignment as it is; why is recorded with the figures that had fired.

    Refuses anybody but the head, no reason, and a suggestion that is decided already.
    """
    pause = _pause_to_decide(pause_id, by=by)
    if not reason.strip():
        raise CannotDecide(_("Say why there is no pause: it is kept with the figures."))
    _move(pause, State.SUGGESTED, state=State.DECLINED, decided_by=by, decided_at=at)
    _write_reason(pause, "reason", reason)
    court = pause.officer.court
    record("pause.declined", by=by, on=pause, court=court, officer=pause.officer_id)
    return pause


@transaction.atomic
def order_pause(
    *,
    officer_id: int,
    basis: str,
    start: date,
    end: date,
    by: User,
    at: datetime,
    reason: str = "",
) -> AssignmentPause:
    """Pause the assignment on a fact the head knows: leave, sickness, training.

    The officer is told. Refuses anybody but the head, who is no judge in service, and days that
    are over, too long or taken by another pause.
    """
    officers = Officer.objects.select_for_update(of=("self",), no_key=True)
    officer = officers.select_related("court", "department", "branch").get(pk=officer_id)
    _refuse_decider(officer, by)
    if officer.left_on or officer.category != Officer.Category.QUOTA_JUDGE:
        raise CannotDecide(_("Cases are assigned to quota judges in service only."))
    _refuse_days(officer, start, end, at=at)
    pause = AssignmentPause(
        officer=officer,
        basis=basis,
        state=State.PAUSED,
        start=start,
        end=end,
        planned_end=end,
        reason=reason.strip(),
        decided_by=by,
        decided_at=at,
    )
    try:
        with transaction.atomic():
            pause.save()
    except IntegrityError:
        raise CannotDecide(_days_words("overlaps")) from None
    _tell_decided(pause, by=by)
    return pause


@transaction.atomic
def end_pause(*, pause_id: int, end: date, reason: str, by: User, at: datetime) -> AssignmentPause:
    """Let a pause end earlier: ``end`` is the first day with new cases again. The officer is told.

    One that has not begun by then is called off. Refuses anybody but the head, a day before
    today, and one that would not be earlier, or has ended already.
    """
    pause = _pause_to_decide(pause_id, by=by)
    if pause.state != State.PAUSED or pause.start is None or pause.end is None:
        raise _overtaken(pause)
    if end < timezone.localdate(at):
        raise CannotDecide(_("New cases can be assigned again from today on, not before."))
    fault = end_fault(pause.start, pause.end, new_end=end)
    if fault == "not_earlier":
        raise CannotDecide(_("The pause ends before that day by itself."))
    change: dict[str, Any] = {"state": State.CALLED_OFF}
    if not fault:
        change = {"state": State.ENDED, "end": end}
    _move(pause, State.PAUSED, ended_by=by, ended_at=at, **change)
    _write_reason(pause, "end_reason", reason)
    record("pause.ended", by=by, on=pause, court=pause.officer.court, officer=pause.officer_id)
    _tell_officer(pause, "pause_ended", at.isoformat())
    return pause


@transaction.atomic
def open_pause(*, pause: AssignmentPause, by: User) -> None:
    """Note in the officer's own history that somebody else read why assignment is paused."""
    if pause.officer.user_id != by.pk:
        record_read("pause.read", by=by, on=pause.officer, court=pause.officer.court)


def announce_ends(*, on: date) -> int:
    """Tell officer and heads that a pause is over, on the first day with new cases again.

    A day on which this did not run is made good within a week. Run twice, it tells once.
    """
    since = on - timedelta(days=MADE_GOOD_DAYS)
    over = AssignmentPause.objects.filter(state=State.PAUSED, end__gt=since, end__lte=on)
    related = over.select_related("officer__department", "officer__user")
    return sum(_announced(pause, on=on) for pause in related.order_by("pk"))


def _announced(pause: AssignmentPause, *, on: date) -> int:
    """One that fails is logged, and keeps nobody else from being told."""
    try:
        return _announce(pause, on=on)
    except Exception:
        _log.exception("announcing the end of pause %s failed", pause.pk)
        return 0


@transaction.atomic
def _announce(pause: AssignmentPause, *, on: date) -> int:
    heads = holders_of(DECIDE, pause.officer.department, on=on)
    heads = heads.exclude(pk=pause.officer.user_id)  # type: ignore[misc]
    key = f"pause-over:{pause.pk}:{pause.end}"
    told = notify_many(
        [(head, f"{key}:{head.pk}") for head in heads.order_by("pk")],
        kind="pause_over",
        url=pause.get_absolute_url(),
    )
    return told + _tell_officer(pause, "pause_over_own", str(pause.end))


def _pause_to_decide(pause_id: int, *, by: User) -> AssignmentPause:
    related = ("officer__court", "officer__department", "officer__branch", "officer__user")
    pauses = AssignmentPause.objects.select_for_update(of=("self",), no_key=True).select_related(
        *related
    )
    pause = pauses.get(pk=pause_id)
    _refuse_decider(pause.officer, by)
    return pause


def _refuse_decider(officer: Officer, by: User) -> None:
    if not may_decide(by, officer):
        text = _("The head of the department decides about a pause, and nobody about their own.")
        raise CannotDecide(text)


def _refuse_days(officer: Officer, start: date, end: date, *, at: datetime) -> None:
    today = timezone.localdate(at)
    fault = days_fault(start, end, today=today, taken=days_taken(officer.pk))
    if fault:
        raise CannotDecide(_days_words(fault))


def _days_words(fault: str) -> str:
    return {
        "ends_before_start": _("The last day comes before the first one."),
        "too_long": _("A pause lasts a year at most."),
        "too_early": _("A pause can be entered up to 31 days late."),
        "over": _("These days are over: there is nothing left to pause."),
        "overlaps": _("Another pause of this officer takes some of these days."),
    }[fault]


def _move(pause: AssignmentPause, before: str, **changes: Any) -> None:
    """Compare-and-set: of two decisions at the same time one is refused."""
    waiting = AssignmentPause.objects.filter(pk=pause.pk, state=before)
    try:
        with transaction.atomic():
            moved = waiting.update(**changes)
    except IntegrityError:
        raise CannotDecide(_days_words("overlaps")) from None
    if moved != 1:
        raise _overtaken(pause)
    _set(pause, changes)


def _set(pause: AssignmentPause, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(pause, name, value)


def _write_reason(pause: AssignmentPause, name: str, text: str) -> None:
    if text.strip():
        setattr(pause, name, text.strip())
        pause.save(update_fields=[name])


def _overtaken(pause: AssignmentPause) -> Conflict:
    text = _("This pause has been decided or ended already. Look at it as it is now.")
    return Conflict(text, url=pause.get_absolute_url())


def _tell_decided(pause: AssignmentPause, *, by: User) -> None:
    record("pause.decided", by=by, on=pause, court=pause.officer.court, officer=pause.officer_id)
    _tell_officer(pause, "pause_decided", "decided")


def _tell_officer(pause: AssignmentPause, kind: str, what: str) -> bool:
    if pause.officer.user is None:
        return False
    key = f"pause:{pause.pk}:{kind}:{what}"
    return notify(pause.officer.user, kind=kind, key=key, url=reverse("retention:my_pauses"))
