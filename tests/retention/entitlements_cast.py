"""Records of entitlements for tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from appraisal.models import AssessmentRun, Cycle, GradeProposal, Participant
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.lib.dates import PartialDate
from retention.models import EntitlementRule, Received
from retention.services.entitlement_computing import compute_court
from retention.services.entitlement_rules import install_entitlement_rules

TODAY = date(2026, 11, 23)


def make_rules(court: Unit) -> dict[str, EntitlementRule]:
    """The shipped rules, by kind."""
    install_entitlement_rules(court)
    return {rule.kind: rule for rule in EntitlementRule.objects.filter(court=court)}


def make_ranked(officer: Officer, rank: str = "一级科员", since: str = "2024-03-01") -> Officer:
    """A clerk of the establishment with a rank, so that one rank step is counted."""
    officer.category = Officer.Category.CLERK
    officer.rank, officer.rank_since = rank, PartialDate.parse_iso(since)
    officer.save(update_fields=["category", "rank", "rank_since"])
    return officer


def make_received(officer: Officer, kind: str, on: date, by: User, **fields: Any) -> Received:
    values = {"quantity": Decimal(1), "variant": "", "period": ""} | fields
    return Received.objects.create(
        officer=officer, kind=kind, received_on=on, entered_by=by, entered_at=timezone.now(),
        **values,
    )  # fmt: skip


def computed(court: Unit, on: date = TODAY) -> dict[str, Any]:
    """Compute the whole court to the end, as a job does."""
    steps = compute_court(court_id=court.pk, by=None, on=on)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def make_grade(
    officer: Officer, year: int, grade: str, by: User, state: str = Cycle.State.CLOSED
) -> GradeProposal:
    """A decided grade of an annual cycle, closed unless said otherwise."""
    cycle = Cycle.objects.create(
        court=officer.court,
        code=f"{year}-annual-{officer.pk}",
        name=f"{year}",
        kind=Cycle.Kind.ANNUAL,
        start=date(year, 1, 1),
        end=date(year + 1, 1, 1),
        state=Cycle.State.PUBLICITY,
        opened_at=timezone.now(),
    )
    run = AssessmentRun.objects.create(
        cycle=cycle, number=1, participants=1, complete=0, missing=1, finished_at=timezone.now()
    )
    participant = Participant.objects.create(
        cycle=cycle,
        officer=officer,
        department=officer.department,
        function=officer.department.function,
        category=officer.category,
        staff_class="judge",
        excluded=Participant.Excluded.NO_SET,
    )
    made = GradeProposal.objects.create(
        participant=participant,
        run=run,
        proposed=grade,
        decided=grade,
        decided_by=by,
        decided_at=timezone.now(),
    )
    Cycle.objects.filter(pk=cycle.pk).update(state=state)
    return made
