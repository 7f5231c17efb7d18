"""Measures of help: proposed, decided by another, carried out; their money; flexible work."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import BudgetSource, CaseFile, FlexibleArrangement, HelpMeasure
from retention.services import hardship as services
from retention.services.hardship import CannotBudget, CannotHelp
from tests.factories import make_officer
from tests.retention.hardship_cast import (
    AGREED,
    CARRIED,
    PROPOSED,
    carry_out,
    decide,
    make_source,
    make_verified,
    paper,
    propose,
    propose_aid,
    propose_flexible,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)
    with translation.override("en"):
        yield


@pytest.fixture
def case(officer, union, party_affairs):
    return make_verified(officer, union, party_affairs)


@pytest.fixture
def source(court):
    return make_source(court, "3000.00")


def told(kind: str) -> list[str]:
    notices = Notice.objects.filter(kind=kind).order_by("user__username")
    return list(notices.values_list("user__username", flat=True))


def used() -> Decimal:
    return BudgetSource.objects.get().used


def test_proposing_lets_the_approver_in_and_starts_the_help(case, union, president, source):
    measure = propose_aid(case, president, source, by=union)
    case.refresh_from_db()

    assert (case.state, measure.state, measure.text) == ("helping", "proposed", PROPOSED)
    assert case.members.current().get(part="approver").user == president
    assert (told("help_to_decide"), told("help_member_added")) == (
        ["president"],
        ["officer", "officer"],  # the verifier, then the approver
    )
    assert used() == 0


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"kind": "aid"}, "Give the amount"),
        ({"kind": "aid", "amount": Decimal("10")}, "budget source the money comes from"),
        ({"kind": "flexible"}, "first and a last day"),
        ({"kind": "flexible", "start": TODAY, "end": TODAY}, "before the first"),
        ({"kind": "referral", "start": TODAY, "end": TODAY + DAY}, "Only flexible work"),
        ({"text": " "}, "what is to be done"),
    ],
)
def test_a_proposal_that_lacks_something_is_refused(case, union, president, facts, refusal):
    with pytest.raises(CannotHelp, match=refusal):
        propose(case, president, by=union, **facts)

    case.refresh_from_db()
    assert (case.state, HelpMeasure.objects.count()) == ("verified", 0)


def test_more_than_is_left_is_refused(case, union, president, source):
    with pytest.raises(CannotHelp, match=r"Only 3,000.00 yuan are left"):
        propose_aid(case, president, source, "3000.01", by=union)


def test_the_source_is_of_the_court_and_year(case, union, president, other_court, court):
    for wrong in (make_source(other_court), make_source(court, name="去年", year=2025)):
        with pytest.raises(CannotHelp, match="of this court and year"):
            propose_aid(case, president, wrong, by=union)


def test_nobody_decides_on_an_own_proposal_or_on_own_help(case, union, head, officer):
    for wrong in (union, head, officer.user):
        with pytest.raises(CannotHelp, match="may approve help"):
            propose(case, wrong, by=union)


def test_a_president_does_not_decide_on_the_own_help(court, civil, union, party_affairs, president):
    own = make_officer(court=court, department=civil, name="院长", user=president)
    case = make_verified(own, union, party_affairs)

    with pytest.raises(CannotHelp, match="may approve help"):
        propose(case, president, by=union)


def test_the_database_refuses_that_the_proposer_decides(case, union, president):
    measure = propose(case, president, by=union)

    with pytest.raises(IntegrityError), transaction.atomic():
        HelpMeasure.objects.filter(pk=measure.pk).update(approver=union)


def test_only_the_coordinator_proposes(case, party_affairs, president, officer):
    for other in (party_affairs, president, officer.user):
        with pytest.raises(Conflict):
            propose(case, president, by=other)


def test_an_approval_takes_the_money_and_tells(case, union, president, source):
    measure = decide(propose_aid(case, president, source, by=union))

    assert (measure.state, used()) == ("approved", Decimal("2000.00"))
    assert told("help_approved") == ["officer", "union"]
    assert Entry.objects.filter(verb="hardship.decided").get().detail == {
        "measure": measure.pk,
        "state": "approved",
    }


def test_a_refusal_needs_words_and_takes_nothing(case, union, president, source):
    measure = propose_aid(case, president, source, by=union)
    with pytest.raises(CannotHelp, match="why it is refused"):
        decide(measure, is_approved=False, words="")
    decide(measure, is_approved=False)

    assert (used(), told("help_refused")) == (0, ["officer", "union"])


def test_a_measure_is_decided_once_and_by_who_was_asked(case, union, president, source):
    measure = propose_aid(case, president, source, by=union)
    facts = {"measure_id": measure.pk, "is_approved": True, "words": "", "at": timezone.now()}
    with pytest.raises(Conflict):
        services.decide_measure(by=union, **facts)
    decide(measure)
    with pytest.raises(Conflict, match="somebody was faster"):
        decide(measure, is_approved=False)

    assert used() == Decimal("2000.00")


def test_two_proposals_cannot_take_the_same_money(case, union, president, source):
    first = propose_aid(case, president, source, by=union)
    second = propose_aid(case, president, source, by=union)
    decide(first)

    with pytest.raises(CannotHelp, match=r"Only 1,000.00 yuan are left"):
        decide(second)
    second.refresh_from_db()
    assert (second.state, used()) == ("proposed", Decimal("2000.00"))


def test_the_database_refuses_an_overdraft(source):
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetSource.objects.filter(pk=source.pk).update(used=Decimal("3000.01"))


def test_carrying_out_stops_the_clock_and_keeps_the_document(case, union, president, source):
    measure = decide(propose_aid(case, president, source, by=union))
    carry_out(measure, by=union, files=[paper()])
    case.refresh_from_db()
    measure.refresh_from_db()

    assert (measure.state, measure.done_on, measure.done_note) == ("done", TODAY, CARRIED)
    assert case.first_help_on == TODAY
    assert CaseFile.objects.get().measure == measure
    assert told("help_carried_out") == ["officer"]


def test_a_helper_carries_out_but_does_not_cancel(case, union, head, president):
    measure = decide(propose(case, president, by=union))
    services.add_helper(case_id=case.pk, user_id=head.pk, by=union, at=timezone.now())
    with pytest.raises(Conflict):
        services.cancel_measure(measure_id=measure.pk, by=head, at=timezone.now())
    carry_out(measure, by=head)

    assert told("help_carried_out") == ["officer", "union"]


@pytest.mark.parametrize(
    ("day", "refusal"), [(TODAY - DAY, "approved on 2026-11-23"), (TODAY + DAY, "future")]
)
def test_it_is_carried_out_between_approval_and_today(case, union, president, day, refusal):
    measure = decide(propose(case, president, by=union))

    with pytest.raises(CannotHelp, match=refusal):
        carry_out(measure, by=union, day=day)


def test_cancelling_frees_the_money(case, union, president, source):
    measure = decide(propose_aid(case, president, source, by=union))
    services.cancel_measure(measure_id=measure.pk, by=union, at=timezone.now())

    assert (used(), told("help_cancelled")) == (0, ["officer", "president"])
    with pytest.raises(Conflict):
        services.cancel_measure(measure_id=measure.pk, by=union, at=timezone.now())
    assert used() == 0


# -- flexible work ------------------------------------------------------------------------------


def test_flexible_work_counts_once_agreed(case, union, president, head, officer):
    measure = propose_flexible(case, president, TODAY, TODAY + 10 * DAY, by=union)
    assert not FlexibleArrangement.objects.visible_to(head).exists()
    decide(measure)
    seen = FlexibleArrangement.objects.visible_to(head).get()

    assert (seen.officer, seen.start, seen.last_day) == (officer, TODAY, TODAY + 9 * DAY)
    assert seen.what == AGREED


def test_it_is_not_shown_to_the_head_where_that_is_not_wanted(case, union, president, head):
    facts = {"by": union, "is_shown_to_head": False}
    decide(propose_flexible(case, president, TODAY, TODAY + DAY, **facts))

    assert not FlexibleArrangement.objects.visible_to(head).exists()


def test_agreed_flexible_work_does_not_overlap(case, union, president):
    decide(propose_flexible(case, president, TODAY, TODAY + 10 * DAY, by=union))
    later = propose_flexible(case, president, TODAY + 9 * DAY, TODAY + 20 * DAY, by=union)

    with pytest.raises(CannotHelp, match="other flexible work is agreed"):
        decide(later)
    later.refresh_from_db()
    assert later.state == "proposed"


def test_the_end_is_set_earlier_never_later(case, union, president):
    decide(propose_flexible(case, president, TODAY, TODAY + 10 * DAY, by=union))
    one = FlexibleArrangement.objects.get()
    facts = {"arrangement_id": one.pk, "by": union, "at": timezone.now()}
    for day in (TODAY - DAY, TODAY + 9 * DAY):
        with pytest.raises(CannotHelp, match="propose it anew"):
            services.end_arrangement(last_day=day, **facts)
    services.end_arrangement(last_day=TODAY, **facts)
    one.refresh_from_db()

    assert (one.last_day, told("help_flexible_shortened")) == (TODAY, ["officer"])


def test_cancelled_flexible_work_that_has_not_begun_is_not_agreed(case, union, president):
    measure = propose_flexible(case, president, TODAY + 5 * DAY, TODAY + 9 * DAY, by=union)
    decide(measure)
    services.cancel_measure(measure_id=measure.pk, by=union, at=timezone.now())

    assert not FlexibleArrangement.objects.agreed().exists()


# -- the budget ---------------------------------------------------------------------------------


def test_a_source_is_once_in_a_year(court, union):
    facts = {"court": court, "amount": Decimal("100"), "year": 2026, "by": union}
    services.add_source(name=" 工会  经费 ", **facts)

    with pytest.raises(CannotBudget, match="there already"):
        services.add_source(name="工会 经费", **facts)
    assert Entry.objects.filter(verb="help_budget.added").count() == 1


def test_an_amount_is_not_lowered_below_what_is_used(case, union, president, source):
    decide(propose_aid(case, president, source, by=union))
    facts = {"source_id": source.pk, "name": source.name, "by": union}

    with pytest.raises(CannotBudget, match=r"2,000.00 yuan are used"):
        services.change_source(amount=Decimal("1999.99"), **facts)
    services.change_source(amount=Decimal("2000.00"), seen=Decimal("3000.00"), **facts)
    with pytest.raises(Conflict):
        services.change_source(amount=Decimal("5000"), seen=Decimal("3000.00"), **facts)
    assert BudgetSource.objects.get().left == 0
