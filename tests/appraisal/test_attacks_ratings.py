"""What bad intentions, bad luck or two windows do to ratings, and to grades."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal.models import Cycle, IndexSet, Participant, RatingSheet
from appraisal.rules.ratings import GroupValue, shown_groups
from appraisal.selectors.cycle_lacks import lacks_of
from appraisal.selectors.rating_returns import progress_of
from appraisal.selectors.ratings import rating_values
from appraisal.services.adjustments import CannotAdjust, exclude_from_grade, readmit_to_grade
from appraisal.services.grades import (
    CannotGrade,
    decide_as_proposed,
    decide_grade,
    propose,
    take_back_grade,
)
from appraisal.services.participants import leave_out, take_in
from appraisal.services.rating_returns import replace_rater
from appraisal.services.ratings import Answer, CannotSave, CannotSubmit, save_rating, submit_rating
from courtparty.audit.models import Entry
from tests.appraisal.graded import grade_of, make_reviewed
from tests.appraisal.rating_cast import AT, draw, make_division, rate, rate_all, sheet_of
from tests.factories import make_unit

FORM, SAVE = "appraisal:rating_form", "appraisal:rating_save"
FULL = {"conduct": 0, "diligence": 1}


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def division(court, civil):
    division = make_division(court, civil, assistants=4, judges=3)
    draw(division)
    return division


# -- who gave what ------------------------------------------------------------------------------


def test_two_looks_at_the_agreement_while_ratings_come_in_tell_nothing(client, division, appraiser):
    last = sheet_of(division.head, division.assistants[0])
    rate_all(division.cycle)
    RatingSheet.objects.filter(pk=last.pk).update(state="open", submitted_at=None)
    client.force_login(appraiser)
    url = reverse("appraisal:rating_agreement", args=[division.cycle.pk])

    before = client.get(url)
    rate(division.head, division.assistants[0], 3)
    after = client.get(url)

    assert (before.context["reports"], before.context["hidden"]) == ([], [])
    assert (after.context["reports"], after.context["hidden"]) == ([], [])
    assert "Shown once collecting is closed" in after.text
    assert not Entry.objects.filter(verb="agreement.read").exists()


def test_department_of_one_rater_has_no_line_of_its_own(court, civil, division):
    """It would say whether that rater has handed in."""
    elsewhere = [make_unit(court, f"法庭{n}") for n in range(2)]
    for number, unit in enumerate(elsewhere):
        rater = division.judges[number]
        Participant.objects.filter(officer=rater).update(department=unit)
    rate(division.judges[0], division.assistants[0])

    shown = progress_of(division.cycle).departments

    # One alone, and another alone: with the only other department all would be told.
    assert [(one.label, one.submitted) for one in shown] == [("All departments together", 1)]

    Participant.objects.filter(officer=division.judges[2]).update(department=elsewhere[1])
    civil_line, others = progress_of(division.cycle).departments
    assert (civil_line.label, civil_line.submitted) == (civil.display_name, 0)
    assert (others.label, others.asked, others.submitted) == ("Other departments together", 12, 1)


def test_own_word_cannot_be_reckoned_from_the_value_and_the_other_groups():
    groups = [
        GroupValue("self", 10, 1, 50, is_trimmed=False),
        GroupValue("served", 60, 3, 90, is_trimmed=False),
        GroupValue("peers", 30, 5, 80, is_trimmed=True),
    ]

    shown = {one.kinds: one for one in shown_groups(groups)}

    assert set(shown) == {("self", "served"), ("peers",)}
    assert shown["self", "served"].count == 4
    # Whoever was rated knows one of them and reads the mean of three, as before.
    assert str(shown["self", "served"].mean) == "84.2857"


def test_own_word_alone_makes_no_value_and_the_lack_of_others_is_told(division, appraiser):
    division.index_set.rater_groups.filter(kind="self").update(weight=10)
    one, other = division.assistants[:2]
    rate(one, one)
    rate(other, other)
    rate(division.head, other)

    values = rating_values(division.cycle)

    assert set(values) == {division.participants[1].pk}
    division.cycle.state = Cycle.State.SCORING
    division.cycle.save()
    told = {
        lack.name: [item.text for item in lack.items]
        for lack in lacks_of(division.cycle, appraiser)
    }
    assert told[one.name] == ["nobody has handed in a rating"]
    assert other.name not in told


def test_log_says_as_little_of_a_panel_as_the_page(division, appraiser):
    """Passed on or not asked at all: the same entry, apart from the officer."""
    ratee = division.assistants[0]
    rate(division.judges[1], ratee)

    for rater in division.judges[:2]:
        replace_rater(
            cycle_id=division.cycle.pk,
            rater_id=rater.pk,
            ratee_id=ratee.pk,
            reason="亲属",
            by=appraiser,
            at=AT,
        )

    first, second = Entry.objects.filter(verb="ratings.passed_on").order_by("pk")
    assert set(first.detail) == set(second.detail) == {"officer", "reason"}


# -- who takes part no more ---------------------------------------------------------------------


@pytest.fixture
def without_set(division, appraiser):
    """Left out and taken in again, when no index set fits any more."""
    assert division.index_set.state == IndexSet.State.DRAFT
    one = division.assistants[0]
    leave_out(cycle_id=division.cycle.pk, officer_id=one.pk, document="会议纪要", by=appraiser)
    take_in(cycle_id=division.cycle.pk, officer_id=one.pk, by=appraiser, at=AT)
    assert Participant.objects.get(officer=one).excluded == "no_set"
    return division


def test_about_whom_no_set_fits_any_more_nothing_is_asked(client, without_set):
    one = without_set.assistants[0]
    assert not RatingSheet.objects.filter(ratee=one).exclude(state="void").exists()

    for rater in (without_set.head, *without_set.assistants):
        client.force_login(rater.user)
        response = client.get(reverse(FORM, args=[without_set.cycle.pk]))
        assert response.status_code == 200


def test_others_are_rated_on_beside_somebody_without_a_set(client, without_set):
    client.force_login(without_set.head.user)
    save_rating(
        sheet_id=sheet_of(without_set.head, without_set.assistants[1]).pk,
        answer=Answer(FULL, ""),
        by=without_set.head.user,
        at=AT,
    )

    response = client.post(reverse("appraisal:rating_submit_all", args=[without_set.cycle.pk]))

    assert response.status_code == 302
    states = RatingSheet.objects.filter(rater=without_set.head).values_list("state", flat=True)
    assert sorted(states) == ["open", "open", "submitted", "void"]


def test_word_that_a_set_has_no_more_counts_for_nothing(division):
    rate(division.head, division.assistants[0], 3)
    for indicator in division.index_set.indicators.all():
        indicator.anchors = indicator.anchors[:2]
        indicator.save()

    assert rating_values(division.cycle) == {}


def test_sheet_that_is_gone_is_refused_in_words(division):
    """Collecting was taken back between opening the page and saving."""
    sheet = sheet_of(division.head, division.assistants[0])
    user = division.head.user
    real = RatingSheet.objects.asked_of(user).filter(pk=sheet.pk)
    assert real.exists()
    gone = _Vanishing(sheet)

    for service, refusal in ((gone.save, CannotSave), (gone.submit, CannotSubmit)):
        with pytest.raises(refusal, match="no longer asked of you"):
            service(user)


class _Vanishing:
    """A sheet that is deleted right after a service has read it."""

    def __init__(self, sheet):
        self.sheet = sheet

    def save(self, user):
        with _deleted_on_update(self.sheet):
            save_rating(sheet_id=self.sheet.pk, answer=Answer(FULL, ""), by=user, at=AT)

    def submit(self, user):
        with _deleted_on_update(self.sheet):
            submit_rating(sheet_id=self.sheet.pk, by=user, at=AT)


def _deleted_on_update(sheet):
    def execute(call, sql, params, many, context):
        if sql.startswith("UPDATE") and "ratingsheet" in sql:
            params = tuple(-1 if one == sheet.pk else one for one in params)
        return call(sql, params, many, context)

    return connection.execute_wrapper(execute)


def test_passing_on_holds_the_cycle_so_that_two_do_not_ask_the_same_person(division, appraiser):
    with CaptureQueriesContext(connection) as queries:
        replace_rater(
            cycle_id=division.cycle.pk,
            rater_id=division.head.pk,
            reason="病假",
            by=appraiser,
            at=AT,
        )

    if connection.features.has_select_for_update:
        assert "FOR NO KEY UPDATE" in queries[1]["sql"]
    assert 'FROM "appraisal_cycle"' in queries[1]["sql"]


# -- forged and strange ---------------------------------------------------------------------------


STRANGE = [
    pytest.param({"q-conduct": "4"}, id="one word too far"),
    pytest.param({"q-conduct": "-1"}, id="negative"),
    pytest.param({"q-conduct": "1e0"}, id="not an index"),
    pytest.param({"q-conduct": "9" * 40}, id="10^40"),
    pytest.param({"q-conduct": "=1+1"}, id="formula"),
    pytest.param({"q-conduct": "0\x00"}, id="NUL in a word"),
    pytest.param({"comment": "a\x00b"}, id="NUL in the remark"),
    pytest.param({"comment": "长" * 501}, id="very long remark"),
]


@pytest.mark.parametrize("sent", STRANGE)
@pytest.mark.parametrize("whole_page", [True, False])
def test_strange_answer_is_refused_and_nothing_is_kept(client, division, sent, whole_page):
    sheet = sheet_of(division.head, division.assistants[0])
    data = {f"s{sheet.pk}-q-diligence": "0"} | {f"s{sheet.pk}-{k}": v for k, v in sent.items()}
    client.force_login(division.head.user)
    url = reverse(FORM, args=[division.cycle.pk]) if whole_page else reverse(SAVE, args=[sheet.pk])

    response = client.post(url, data)

    assert response.status_code in (200, 302)
    sheet.refresh_from_db()
    assert (sheet.marks, sheet.comment, sheet.saved_at) == (None, "", None)


def test_remark_with_signs_beyond_the_plane_is_kept_as_written(client, division):
    sheet = sheet_of(division.head, division.assistants[0])
    client.force_login(division.head.user)

    client.post(reverse(SAVE, args=[sheet.pk]), {f"s{sheet.pk}-comment": "=1+1 🙂 𠮷"})

    sheet.refresh_from_db()
    assert sheet.comment == "=1+1 🙂 𠮷"


def test_fields_of_a_sheet_of_somebody_else_are_not_read(client, division):
    mine = sheet_of(division.head, division.assistants[0])
    others = sheet_of(division.judges[0], division.assistants[0])
    client.force_login(division.head.user)

    client.post(
        reverse(FORM, args=[division.cycle.pk]),
        {f"s{mine.pk}-q-conduct": "0", f"s{others.pk}-q-conduct": "3", "then": str(others.pk)},
    )
    for name in (SAVE, "appraisal:rating_submit"):
        assert client.post(reverse(name, args=[others.pk]), {}).status_code == 404

    others.refresh_from_db()
    assert (others.marks, others.state) == (None, "open")


# -- grades -------------------------------------------------------------------------------------

MINUTES = "考核委员会纪要〔2026〕1号"


@pytest.fixture
def reviewed(court, civil, appraiser):
    """Ten judges, two seats of excellent, taken by the first two."""
    totals = ["97", "95", "93", "88", "85", "80", "75", "70", "65", "40"]
    cycle = make_reviewed(court, civil, totals)
    propose(cycle_id=cycle.pk, by=appraiser)
    return cycle


def _decide(cycle, by, place, decided, note=""):
    return decide_grade(
        grade_id=grade_of(cycle, place).pk,
        decided=decided,
        document=MINUTES,
        note=note,
        by=by,
        at=AT,
    )


def _exclude(cycle, by, place):
    return exclude_from_grade(
        participant_id=grade_of(cycle, place).participant_id,
        reason="penalty",
        document=MINUTES,
        by=by,
        at=AT,
    )


def test_who_is_excluded_after_the_proposal_is_not_decided_as_proposed(
    reviewed, political, appraiser
):
    exclusion = _exclude(reviewed, political, 0)

    with pytest.raises(CannotGrade, match="Who is excluded from a grade has changed"):
        _decide(reviewed, political, 0, "excellent")
    with pytest.raises(CannotGrade, match="Who is excluded from a grade has changed"):
        decide_as_proposed(
            cycle_id=reviewed.pk,
            grade_ids=[grade_of(reviewed, 0).pk],
            document=MINUTES,
            by=political,
            at=AT,
        )

    propose(cycle_id=reviewed.pk, by=appraiser)
    assert grade_of(reviewed, 0).proposed == "no_grade"
    _decide(reviewed, political, 3, "competent")
    readmit_to_grade(exclusion_id=exclusion.pk, by=political)
    with pytest.raises(CannotGrade, match="Who is excluded from a grade has changed"):
        _decide(reviewed, political, 0, "no_grade")


def test_quota_is_kept_when_others_lose_their_grade_afterwards(reviewed, political):
    _decide(reviewed, political, 0, "excellent")
    _decide(reviewed, political, 1, "excellent")

    with pytest.raises(CannotGrade, match="Only 1 of 9 may be excellent"):
        _decide(reviewed, political, 9, "no_grade", note="另案处理")

    assert grade_of(reviewed, 9).decided == ""


def test_who_is_excluded_does_not_keep_a_grade_decided_before(reviewed, political):
    _decide(reviewed, political, 0, "excellent")

    with pytest.raises(CannotAdjust, match="Take it back first"):
        _exclude(reviewed, political, 0)

    take_back_grade(grade_id=grade_of(reviewed, 0).pk, by=political)
    _exclude(reviewed, political, 0)
