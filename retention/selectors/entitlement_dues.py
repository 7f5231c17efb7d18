"""What one officer is due of every kind, by the rules, from what was read for many."""

from collections.abc import Callable

from cadres.models import Officer
from retention.models import EntitlementKind
from retention.rules.entitlement_days import (
    CheckUpFacts,
    allowances,
    annual_leave,
    checkups,
    makeup_rest,
)
from retention.rules.entitlements import DUE, RECEIVED, Due, Given
from retention.rules.rank_steps import RankFacts, rank_steps
from retention.rules.wage_steps import WageFacts, wage_steps
from retention.selectors.entitlement_rules import RuleInForce
from retention.selectors.entitlement_sources import Frame, Sources


def dues_of(officer: Officer, frame: Frame, sources: Sources) -> list[Due]:
    """By the rules in force, in their order. Of who has left, what fell due before that day."""
    dues = [
        due
        for kind, rule in frame.rules.items()
        for due in _OF_KIND[kind](officer, rule, frame, sources)
    ]
    left = officer.left_on
    if left is None or left > frame.on:
        return dues
    # Who has left is owed what fell due before, and nothing later.
    return [
        due
        for due in dues
        if due.state == RECEIVED or (due.state == DUE and due.due_on and due.due_on < left)
    ]


def _given(officer: Officer, kind: str, sources: Sources) -> list[Given]:
    return sources.given[officer.pk][kind] if officer.pk in sources.given else []


def _rank(officer: Officer, rule: RuleInForce, frame: Frame, sources: Sources) -> list[Due]:
    facts = RankFacts(
        officer.category,
        officer.rank,
        officer.rank_since,
        _given(officer, EntitlementKind.RANK_STEP, sources),
        sources.grades.get(officer.pk, {}),
    )
    return rank_steps(EntitlementKind.RANK_STEP.value, rule.table, facts, on=frame.on)


def _judge_rank(officer: Officer, rule: RuleInForce, frame: Frame, sources: Sources) -> list[Due]:
    facts = RankFacts(
        officer.category,
        officer.judge_rank,
        officer.rank_since,
        _given(officer, EntitlementKind.JUDGE_RANK_STEP, sources),
        sources.grades.get(officer.pk, {}),
    )
    return rank_steps(EntitlementKind.JUDGE_RANK_STEP.value, rule.table, facts, on=frame.on)


def _wage(officer: Officer, rule: RuleInForce, frame: Frame, sources: Sources) -> list[Due]:
    facts = WageFacts(
        officer.category,
        _given(officer, EntitlementKind.WAGE_STEP, sources),
        sources.grades.get(officer.pk, {}),
    )
    return wage_steps(rule.table, facts, on=frame.on)


def _leave(officer: Officer, rule: RuleInForce, frame: Frame, sources: Sources) -> list[Due]:
    years = sources.leave.get(officer.pk, [])
    given = _given(officer, EntitlementKind.ANNUAL_LEAVE, sources)
    return annual_leave(rule.table, officer.category, years, given)


def _rest(officer: Officer, rule: RuleInForce, frame: Frame, sources: Sources) -> list[Due]:
    days = sources.overtime.get(officer.pk, [])
    given = _given(officer, EntitlementKind.MAKEUP_REST, sources)
    return makeup_rest(rule.table, officer.category, days, given, on=frame.on)


def _allowance(officer: Officer, rule: RuleInForce, frame: Frame, sources: Sources) -> list[Due]:
    months = sources.allowances.get(officer.pk, [])
    given = _given(officer, EntitlementKind.ALLOWANCE, sources)
    return allowances(rule.table, officer.category, months, given)


def _checkup(officer: Officer, rule: RuleInForce, frame: Frame, sources: Sources) -> list[Due]:
    facts = sources.checkups.get(officer.pk, CheckUpFacts())
    given = _given(officer, EntitlementKind.CHECKUP, sources)
    return checkups(rule.table, officer.category, facts, given)


_OF_KIND: dict[str, Callable[[Officer, RuleInForce, Frame, Sources], list[Due]]] = {
    EntitlementKind.RANK_STEP: _rank,
    EntitlementKind.WAGE_STEP: _wage,
    EntitlementKind.JUDGE_RANK_STEP: _judge_rank,
    EntitlementKind.ANNUAL_LEAVE: _leave,
    EntitlementKind.MAKEUP_REST: _rest,
    EntitlementKind.ALLOWANCE: _allowance,
    EntitlementKind.CHECKUP: _checkup,
}
