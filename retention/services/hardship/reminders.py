"""Reminding of time limits, of the officer's word, of decisions and of flexible work that ends."""

import logging
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.lib.workdays import Calendar, is_worked, working_days_until
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import FlexibleArrangement, HardshipCase, HelpMeasure
from retention.models.hardship import APPROVE
from retention.rules.hardship import (
    AWAITING_HELP,
    AWAITING_VERIFICATION,
    LADDER_STEP,
    WORD_REMINDERS,
    in_last_days,
    is_word_overdue,
    rung_reached,
)
from retention.selectors.hardship import orphaned
from retention.services.hardship.steps import Part, member_in

_log = logging.getLogger(__name__)


def remind_cases(*, on: date) -> int:
    """Tell members and officers of what is due, today or overdue, on working days.

    Ten working days late the officer is told as well, who can turn to somebody else: nobody
    outside of a case learns of it. Run twice, it tells once. Returns how many notices were news.
    """
    calendar = working_calendar()
    if not is_worked(on, calendar):
        return 0
    cases = HardshipCase.objects.open().select_related("court", "officer__user").order_by("pk")
    told = _each(cases, lambda case: _remind_limits(case, on=on, calendar=calendar))
    asked = cases.exclude(word_asked_on=None)
    told += _each(asked, lambda case: _remind_word(case, on=on, calendar=calendar))
    measures = HelpMeasure.objects.filter(state="proposed").select_related("case", "approver")
    told += _each(measures, lambda one: _remind_decision(one, on=on, calendar=calendar))
    agreed = FlexibleArrangement.objects.agreed().filter(end__gt=on)
    agreed = agreed.select_related("officer__user", "measure__case")
    told += _each(agreed, lambda one: _remind_end(one, on=on, calendar=calendar))
    orphans = orphaned(on=on).select_related("court", "officer__user")
    return told + _each(orphans, lambda case: _tell_orphaned(case, on=on))


def _each(rows: Iterable[Any], remind: Callable[[Any], int]) -> int:
    """One that fails is logged, and keeps nobody else from being reminded."""
    told = 0
    for row in rows:
        try:
            with transaction.atomic():
                told += remind(row)
        except Exception:
            _log.exception("reminder of %s %s failed", row._meta.model_name, row.pk)
    return told


def _tell(people: Iterable[User | None], key: str, kind: str, url: str, **params: Any) -> int:
    told = {one.pk: one for one in people if one and one.is_active}
    pairs = [(one, f"{key}:{one.pk}") for one in told.values()]
    return notify_many(pairs, kind=kind, url=url, **params)


def _remind_limits(case: HardshipCase, *, on: date, calendar: Calendar) -> int:
    coordinator = member_in(case, Part.COORDINATOR)
    told = 0
    if case.state in AWAITING_VERIFICATION and case.verify_due_on:
        people = [coordinator, member_in(case, Part.VERIFIER)]
        told += _remind_due(case, "verify", case.verify_due_on, people, on=on, calendar=calendar)
    if case.state in AWAITING_HELP and case.first_help_due_on and not case.first_help_on:
        people = [coordinator]
        told += _remind_due(case, "first", case.first_help_due_on, people, on=on, calendar=calendar)
    return told


def _remind_due(
    case: HardshipCase,
    what: str,
    due: date,
    people: list[User | None],
    *,
    on: date,
    calendar: Calendar,
) -> int:
    rung = rung_reached(due=due, on=on, calendar=calendar)
    if rung is None:
        return 0
    kind = f"help_{what}_late" if on > due else f"help_{what}_due"
    key = f"hardship-{what}:{case.pk}:{due.isoformat()}:{rung.key}"
    url = case.get_absolute_url()
    told = _tell(people, key, kind, url, day=due.isoformat())
    if rung.is_escalated:
        told += _tell([case.officer.user], key, "help_late_officer", url, day=due.isoformat())
    return told


def _remind_word(case: HardshipCase, *, on: date, calendar: Calendar) -> int:
    """Compare-and-set on the number of reminders: each of them goes out once, and counts."""
    last = case.word_reminded_on or case.word_asked_on
    if last is None or case.word_reminders >= WORD_REMINDERS:
        return 0
    if not is_word_overdue(last, on=on, calendar=calendar):
        return 0
    number = case.word_reminders + 1
    here = HardshipCase.objects.filter(
        pk=case.pk, word_asked_on=case.word_asked_on, word_reminders=case.word_reminders
    )
    if not here.update(word_reminders=number, word_reminded_on=on):
        return 0
    key = f"hardship-word:{case.pk}:{case.word_asked_on}:{number}"
    return _tell([case.officer.user], key, "help_word_reminded", case.get_absolute_url())


def _remind_decision(measure: HelpMeasure, *, on: date, calendar: Calendar) -> int:
    proposed_on = timezone.localdate(measure.proposed_at)
    waiting = working_days_until(proposed_on, on, calendar) // LADDER_STEP
    if not waiting:
        return 0
    key = f"hardship-decide:{measure.pk}:{waiting}"
    url = measure.case.get_absolute_url()
    return _tell([measure.approver], key, "help_decision_awaited", url)


def _remind_end(arrangement: FlexibleArrangement, *, on: date, calendar: Calendar) -> int:
    last = arrangement.last_day
    if not in_last_days(last, on=on, calendar=calendar):
        return 0
    case = arrangement.measure.case
    people = [arrangement.officer.user]
    if case.state not in ("closed", "withdrawn"):
        people.append(member_in(case, Part.COORDINATOR))
    key = f"hardship-flexible:{arrangement.pk}:{last.isoformat()}"
    url = case.get_absolute_url()
    return _tell(people, key, "help_flexible_ending", url, day=last.isoformat())


def _tell_orphaned(case: HardshipCase, *, on: date) -> int:
    """The officer, and those who may name somebody, who are shown a number and nothing else."""
    last = case.members.filter(part=Part.COORDINATOR).order_by("-pk").first()
    key = f"hardship-orphan:{case.pk}:{last.pk if last else 0}"
    url = case.get_absolute_url()
    told = _tell([case.officer.user], key, "help_without_coordinator", url)
    people = holders_of(APPROVE, case.court, on=on)
    if case.officer.user_id:
        people = people.exclude(pk=case.officer.user_id)
    orphans = reverse("retention:help_orphan_list")
    return told + _tell(people.order_by("pk"), key, "help_orphaned", orphans)
