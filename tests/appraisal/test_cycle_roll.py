"""Who takes part in a cycle: what collecting freezes, what is decided by hand, who is asked."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from appraisal.models import (
    AppraisalSettings,
    CaseWeightTable,
    Figure,
    HeadShare,
    IndexSet,
    Participant,
    RatingSheet,
)
from appraisal.services.participants import CannotDecide, correct_months, leave_out, take_in
from courtparty.audit.models import Entry
from courtparty.lib.dates import PartialDate
from tests.appraisal.cycle_cast import (
    AT,
    MONTHS,
    annual,
    begin_scoring,
    make_cycle,
    make_figures,
    make_import,
    make_published_set,
    make_rated_cycle,
    make_set,
    moved,
)
from tests.factories import make_officer, make_unit

pytestmark = pytest.mark.django_db

# 2026-11-20 is a Friday; ten working days later it is Friday two weeks on.
TEN_DAYS_ON = date(2026, 12, 4)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(AT)


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def index_set(court, source):
    return make_published_set(court)


@pytest.fixture
def cycle(court, index_set):
    return make_cycle(court)


@pytest.fixture
def complete(officer, source):
    """The officer has every figure of the period."""
    make_figures(officer, source)
    return officer


@pytest.fixture
def rated(court, source, officer):
    return make_rated_cycle(court)


# -- what collecting freezes --------------------------------------------------------------------


def test_collecting_freezes_who_takes_part(cycle, court, civil, complete, index_set):
    HeadShare.objects.create(court=court, words="庭长", share=Decimal(70), certainty="S")
    head = make_officer(court=court, department=civil, name="王庭长", title="庭长")
    filing = make_unit(court, "立案庭", function="case_filing")
    other = make_officer(court=court, department=filing, name="王立案")

    moved(cycle, "collecting")

    rows = Participant.objects.filter(cycle=cycle).order_by("officer__pk")
    assert list(rows.values_list("officer", "staff_class", "head_share", "excluded")) == [
        (complete.pk, "judge", None, ""),
        (head.pk, "head", Decimal("70.00"), "no_set"),
        (other.pk, "judge", None, "no_set"),
    ]
    mine = rows[0]
    assert (mine.function, mine.category, mine.department) == ("civil", "quota_judge", civil)
    assert (mine.index_set, len(mine.months)) == (index_set, 10)


def test_who_held_the_title_later_takes_part_for_those_months(cycle, court, civil):
    make_officer(court=court, department=civil, title_since=PartialDate(2026, 9), name="李新任")

    moved(cycle, "collecting")

    assert cycle.participants.get().months == ["2026-09", "2026-10"]


def test_who_left_before_is_not_listed_and_who_came_after_has_no_month(cycle, court, civil):
    make_officer(court=court, department=civil, left_on=date(2026, 1, 1))
    late = make_officer(court=court, department=civil, title_since=PartialDate(2026, 11, 2))
    make_officer(court=court, department=civil)

    moved(cycle, "collecting")

    rows = cycle.participants.values_list("officer", "excluded").order_by("excluded")
    assert [excluded for _officer, excluded in rows] == ["", "no_months"]
    assert rows[1][0] == late.pk


def test_collecting_freezes_table_share_and_last_day(court, index_set, officer):
    table = CaseWeightTable.objects.create(court=court, version=1, name="权重表")
    CaseWeightTable.objects.update(state="published", published_at=AT)
    AppraisalSettings.objects.create(court=court, routine_share=30, rating_days=5)
    special, yearly = make_cycle(court), annual(court)

    for cycle in (special, yearly):
        moved(cycle, "collecting")
        cycle.refresh_from_db()

    assert (special.case_weights, special.routine_share) == (table, 0)
    assert (yearly.case_weights, yearly.routine_share) == (table, Decimal(30))
    assert special.collect_until == date(2026, 11, 27)


def test_the_last_day_is_counted_on_the_working_calendar(cycle, complete):
    assert moved(cycle, "collecting").collect_until == TEN_DAYS_ON


def test_a_set_published_later_changes_nobody_frozen(cycle, court, officer, index_set):
    moved(cycle, "collecting")
    IndexSet.objects.filter(pk=index_set.pk).update(state="retired")
    make_set(court, version=2)

    assert cycle.participants.get().index_set == index_set


def test_back_to_preparing_dissolves_what_was_frozen_but_keeps_decisions(
    cycle, complete, court, civil, appraiser
):
    other = make_officer(court=court, department=civil, name="周另")
    leave_out(cycle_id=cycle.pk, officer_id=other.pk, document="党组纪要1号", by=appraiser)
    moved(cycle, "collecting")

    moved(cycle, "preparing", reason="名单有误")

    cycle.refresh_from_db()
    assert (cycle.state, cycle.collect_until, cycle.case_weights) == ("preparing", None, None)
    assert [one.officer for one in cycle.participants.all()] == [other]
    moved(cycle, "collecting")
    assert cycle.participants.get(officer=other).excluded == "left_out"


def test_figures_that_come_in_add_their_months_when_collecting_closes(
    cycle, court, civil, source, complete
):
    late = make_officer(court=court, department=civil, title_since=PartialDate(2026, 11, 2))
    moved(cycle, "collecting")
    make_figures(late, source, months=MONTHS[:2])

    moved(cycle, "scoring")

    participant = cycle.participants.get(officer=late)
    assert (participant.excluded, participant.months) == ("", ["2026-01", "2026-02"])


# -- ratings ------------------------------------------------------------------------------------


def test_collecting_asks_for_ratings_and_scoring_ends_them(rated):
    sheet = RatingSheet.objects.get()
    assert (sheet.state, sheet.group) == ("open", "self")

    moved(rated, "scoring")

    assert RatingSheet.objects.get().state == "void"


def test_back_to_collecting_opens_ratings_again_with_a_new_last_day(rated, time_machine):
    moved(rated, "scoring")
    later = datetime(2026, 12, 7, 2, tzinfo=UTC)
    time_machine.move_to(later)

    moved(rated, "collecting", reason="评价未收齐", at=later)

    rated.refresh_from_db()
    assert (RatingSheet.objects.get().state, rated.collect_until) == ("open", date(2026, 12, 21))


def test_back_to_preparing_takes_the_sheets_away(rated):
    moved(rated, "preparing", reason="名单有误")

    assert not RatingSheet.objects.exists()


def test_nobody_left_out_is_asked_or_asked_about(rated, officer, appraiser):
    leave_out(cycle_id=rated.pk, officer_id=officer.pk, document="纪要", by=appraiser)
    assert RatingSheet.objects.get().state == "void"

    take_in(cycle_id=rated.pk, officer_id=officer.pk, by=appraiser, at=AT)
    assert RatingSheet.objects.get().state == "open"


def test_who_is_left_out_stays_unasked_when_collecting_begins_again(rated, officer, appraiser):
    leave_out(cycle_id=rated.pk, officer_id=officer.pk, document="纪要", by=appraiser)
    moved(rated, "scoring")

    moved(rated, "collecting", reason="补收")

    assert RatingSheet.objects.get().state == "void"


# -- decided by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["preparing", "collecting"])
def test_leave_out_and_take_in_again(cycle, complete, appraiser, state):
    if state == "collecting":
        moved(cycle, "collecting")

    leave_out(cycle_id=cycle.pk, officer_id=complete.pk, document=" 纪要〔2026〕9号 ", by=appraiser)
    participant = cycle.participants.get()
    assert (participant.excluded, participant.left_out_why) == ("left_out", "纪要〔2026〕9号")

    take_in(cycle_id=cycle.pk, officer_id=complete.pk, by=appraiser, at=AT)
    assert not cycle.participants.exclude(excluded="").exists()
    verbs = Entry.objects.about(cycle).filter(verb__startswith="participant.")
    assert list(verbs.order_by("pk").values_list("verb", flat=True)) == [
        "participant.left_out",
        "participant.taken_in",
    ]


def test_leaving_out_refuses_without_document_twice_and_strangers(
    cycle, complete, appraiser, outsider
):
    def refused(officer, document, reason):
        with translation.override("en"), pytest.raises(CannotDecide, match=reason):
            leave_out(cycle_id=cycle.pk, officer_id=officer.pk, document=document, by=appraiser)

    refused(complete, "  ", "Name the document")
    leave_out(cycle_id=cycle.pk, officer_id=complete.pk, document="1", by=appraiser)
    refused(complete, "2", "left out already")
    refused(outsider.officer, "3", "not in this cycle")


def test_who_joined_later_is_taken_in_while_collecting(cycle, court, civil, complete, appraiser):
    moved(cycle, "collecting")
    late = make_officer(court=court, department=civil, name="郑后来")

    take_in(cycle_id=cycle.pk, officer_id=late.pk, by=appraiser, at=AT)

    assert cycle.participants.get(officer=late).excluded == ""
    with translation.override("en"), pytest.raises(CannotDecide, match="takes part already"):
        take_in(cycle_id=cycle.pk, officer_id=late.pk, by=appraiser, at=AT)


def test_nobody_is_taken_in_from_elsewhere(cycle, complete, appraiser, outsider):
    moved(cycle, "collecting")

    with translation.override("en"), pytest.raises(CannotDecide, match="not on the roster"):
        take_in(cycle_id=cycle.pk, officer_id=outsider.officer.pk, by=appraiser, at=AT)


def test_the_roll_is_fixed_once_collecting_is_closed(cycle, complete, appraiser):
    begin_scoring(cycle)
    participant = cycle.participants.get()

    with translation.override("en"):
        for decide in (
            lambda: leave_out(
                cycle_id=cycle.pk, officer_id=complete.pk, document="1", by=appraiser
            ),
            lambda: take_in(cycle_id=cycle.pk, officer_id=complete.pk, by=appraiser, at=AT),
            lambda: correct_months(
                participant_id=participant.pk, months=MONTHS[:1], reason="1", by=appraiser, at=AT
            ),
        ):
            with pytest.raises(CannotDecide, match="Collecting is closed"):
                decide()


def test_months_with_figures_are_not_left_out(cycle, complete, appraiser):
    moved(cycle, "collecting")
    participant = cycle.participants.get()
    before = participant.months

    with translation.override("en"), pytest.raises(CannotDecide, match="2026-09, 2026-10: a month"):
        correct_months(
            participant_id=participant.pk, months=MONTHS[:8], reason="借调", by=appraiser, at=AT
        )

    participant.refresh_from_db()
    assert participant.months == before


def test_months_are_corrected_with_a_reason(cycle, complete, appraiser):
    moved(cycle, "collecting")
    participant = cycle.participants.get()
    Figure.objects.all().delete()

    correct_months(
        participant_id=participant.pk,
        months=[MONTHS[1], MONTHS[0]],
        reason="借调",
        by=appraiser,
        at=AT,
    )

    participant.refresh_from_db()
    assert participant.months == ["2026-01", "2026-02"]
    entry = Entry.objects.about(cycle).get(verb="participant.months_corrected")
    assert (entry.detail["reason"], entry.detail["months"]) == ("借调", ["2026-01", "2026-02"])


def test_whoever_gets_a_month_takes_part_and_is_rated(court, source, officer, appraiser):
    officer.title_since = PartialDate(2026, 11, 2)
    officer.save()
    other = make_officer(court=court, department=officer.department)
    cycle = make_rated_cycle(court)
    late = cycle.participants.get(officer=officer)
    assert (late.excluded, RatingSheet.objects.filter(participant=late).exists()) == (
        "no_months",
        False,
    )

    correct_months(
        participant_id=late.pk, months=MONTHS[-1:], reason="提前到岗", by=appraiser, at=AT
    )

    late.refresh_from_db()
    assert (late.excluded, RatingSheet.objects.get(participant=late).group) == ("", "self")
    assert cycle.participants.get(officer=other).excluded == ""


def test_whose_set_was_published_since_is_taken_in(cycle, court, filing, complete, appraiser):
    other = make_officer(court=court, department=filing)
    moved(cycle, "collecting")
    index_set = make_set(court, code="filing-judge", function="case_filing")

    take_in(cycle_id=cycle.pk, officer_id=other.pk, by=appraiser, at=AT)

    participant = cycle.participants.get(officer=other)
    assert (participant.excluded, participant.index_set) == ("", index_set)


@pytest.mark.parametrize(
    ("months", "reason", "refusal"),
    [
        pytest.param([], "1", "one or more months", id="none"),
        pytest.param([date(2026, 11, 1)], "1", "one or more months", id="outside"),
        pytest.param(MONTHS[:1], " ", "Say why", id="no reason"),
    ],
)
def test_correcting_months_refuses(cycle, complete, appraiser, months, reason, refusal):
    moved(cycle, "collecting")

    with translation.override("en"), pytest.raises(CannotDecide, match=refusal):
        correct_months(
            participant_id=cycle.participants.get().pk,
            months=months,
            reason=reason,
            by=appraiser,
            at=AT,
        )
