"""The re-election of a Party organisation at the end of its term: reminded of, planned, held."""

import logging
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import ElectionPlan
from cadres.rules.appointments import last_day
from cadres.selectors.settings import court_settings
from cadres.selectors.terms import TermReminder, people_for_term, term_of, term_reminders
from cadres.services.approvals import enter_approval
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify_many

_log = logging.getLogger(__name__)


class CannotPlan(Exception):
    """The election can't be planned like this. Its text is for the user."""


class CannotHold(Exception):
    """The election can't be entered as held like this. Its text is for the user."""


@transaction.atomic
def plan_election(
    *, unit_id: int, due_on: date, planned_on: date, by: User, on: date, note: str = ""
) -> ElectionPlan:
    """Set or move the day on which the organisation elects at the end of its term.

    ``due_on`` is the first day after the term, as the person saw it. The secretaries of the
    organisation are told. Refuses a day in the past, and an election that has been held; a day
    after the term is not refused, because the higher body may allow it.
    """
    if planned_on < on:
        raise CannotPlan(_("This day has passed. If the election was held, enter it as held."))
    unit, court = _unit_in_term(unit_id, due_on, on)
    values = {"planned_on": planned_on, "note": note.strip(), "by": by, "at": timezone.now()}
    plan, is_new = ElectionPlan.objects.get_or_create(
        unit=unit, due_on=due_on, defaults={"court": court} | values
    )
    if not is_new and not ElectionPlan.objects.filter(pk=plan.pk, held_on=None).update(**values):
        raise Conflict(_("This election has been held already."), url=_term_list())
    record(
        "election.planned",
        by=by, on=plan, court=court, unit=unit.pk, day=planned_on.isoformat(),
    )  # fmt: skip
    _tell(unit, court, "election_planned", f"{plan.pk}:{planned_on.isoformat()}", by=by, on=on)
    return plan


def _unit_in_term(unit_id: int, due_on: date, on: date) -> tuple[Unit, Unit]:
    """The organisation and its court. Refuses a term that is not the one it is in."""
    units = Unit.objects.select_for_update(no_key=True)
    unit = units.get(pk=unit_id)
    if term_of(unit, on=on).term_end != due_on:
        text = _("The term of this organisation has changed meanwhile. See how it stands now.")
        raise Conflict(text, url=_term_list())
    return unit, Unit.objects.get(path=unit.court_path)


def _term_list() -> str:
    return reverse("cadres:term_list")


@transaction.atomic
def hold_election(
    *,
    unit_id: int,
    due_on: date,
    held_on: date,
    by: User,
    document: dict[str, Any],
    on: date,
) -> ElectionPlan:
    """Enter that the organisation has elected, under the document on its result.

    Those who manage appointments are told to enter who was elected: the new term begins with
    their appointments. Refuses a day to come, and an election that is on record already.
    """
    if held_on > on:
        raise CannotHold(_("This day has not come yet: plan the election instead."))
    unit, court = _unit_in_term(unit_id, due_on, on)
    approval = enter_approval(court=court, by=by, **document)
    now = timezone.now()
    plan, _is_new = ElectionPlan.objects.get_or_create(
        unit=unit,
        due_on=due_on,
        defaults={"court": court, "planned_on": held_on, "by": by, "at": now},
    )
    open_plan = ElectionPlan.objects.filter(pk=plan.pk, held_on=None)
    if open_plan.update(held_on=held_on, document=approval, by=by, at=now) != 1:
        raise Conflict(_("This election is on record as held already."), url=_term_list())
    plan.held_on, plan.document = held_on, approval
    record(
        "election.held",
        by=by, on=plan, court=court, unit=unit.pk, day=held_on.isoformat(), document=approval.pk,
    )  # fmt: skip
    _tell(unit, court, "election_held", str(plan.pk), by=by, on=on)
    return plan


def _tell(unit: Unit, court: Unit, kind: str, what: str, *, by: User, on: date) -> None:
    people = people_for_term(unit, court, on=on, with_above=False)
    notify_many(
        [(user, f"{kind}:{what}:{user.pk}") for user in people if user.pk != by.pk],
        kind=kind,
        url=_term_list(),
    )


def remind_terms(*, on: date) -> int:
    """Remind of terms that end: months before as each court sets, one month before, on the day,
    then each month until an election is held.

    The secretaries of the organisation and those who manage appointments are told; of an overdue
    term the secretaries above it too. Run twice, tell once; a court that fails is logged and keeps
    no other from its reminders. Returns how many notices were new.
    """
    told = 0
    for court in Unit.objects.courts().filter(is_active=True):
        try:
            told += _remind_court(court, on=on)
        except Exception:
            _log.exception("reminders of terms of court %s failed", court.pk)
    return told


@transaction.atomic
def _remind_court(court: Unit, *, on: date) -> int:
    months = court_settings(court).term_notice_months
    reminders = term_reminders(court, on=on, notice_months=months)
    return sum(_remind(reminder, court, on=on) for reminder in reminders)


def _remind(reminder: TermReminder, court: Unit, *, on: date) -> int:
    people = people_for_term(reminder.unit, court, on=on, with_above=reminder.is_late)
    key = f"term:{reminder.unit.pk}:{reminder.due.isoformat()}:{reminder.stage}"
    is_over = reminder.is_late or reminder.stage == "due"
    return notify_many(
        [(user, f"{key}:{user.pk}") for user in people],
        kind="term_over" if is_over else "term_ending",
        url=_term_list(),
        day=last_day(reminder.due).isoformat(),
    )
