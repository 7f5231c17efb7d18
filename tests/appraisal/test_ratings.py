from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from appraisal.models import Cycle, RatingSheet
from appraisal.selectors.rating_returns import owing, progress_of
from appraisal.selectors.ratings import (
    cards_of,
    cycles_asking,
    rating_values,
    ratings_shown,
    ratings_waiting,
)
from appraisal.services.ratings import (
    Answer,
    CannotSave,
    CannotSubmit,
    close_ratings,
    draw_panels,
    save_rating,
    save_ratings,
    submit_rating,
    submit_ratings,
)
from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from tests.appraisal.rating_cast import (
    AT,
    REMARK,
    UNTIL,
    draw,
    make_division,
    rate,
    rate_all,
    sheet_of,
)

FULL = {"conduct": 0, "diligence": 1}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def division(court, civil):
    return make_division(court, civil)


@pytest.fixture
def drawn(division):
    draw(division)
    return division


def save(sheet, marks=FULL, *, by=None, comment="", at=AT):
    by = by or sheet.rater.user
    return save_rating(sheet_id=sheet.pk, answer=Answer(marks, comment), by=by, at=at)


def submit(sheet, *, by=None):
    return submit_rating(sheet_id=sheet.pk, by=by or sheet.rater.user, at=AT)


# -- saving and handing in ------------------------------------------------------------------------


def test_rating_is_saved_as_one_goes_and_nobody_is_told(drawn):
    sheet = sheet_of(drawn.head, drawn.assistants[0])
    told, logged = Notice.objects.count(), Entry.objects.count()

    save(sheet, {"conduct": 1})
    save(sheet, {"diligence": 2}, comment=REMARK, at=AT + timedelta(minutes=1))

    sheet.refresh_from_db()
    assert sheet.marks == {"conduct": 1, "diligence": 2}
    assert (sheet.comment, sheet.state) == (REMARK, "open")
    assert sheet.saved_at == AT + timedelta(minutes=1)
    assert (Notice.objects.count(), Entry.objects.count()) == (told, logged)


def test_marks_and_remark_are_stored_encrypted(drawn):
    sheet = save(sheet_of(drawn.head, drawn.assistants[0]), comment=REMARK)

    with connection.cursor() as cursor:
        cursor.execute("SELECT marks, comment FROM appraisal_ratingsheet WHERE id = %s", [sheet.pk])
        stored = " ".join(cursor.fetchone())
    assert "conduct" not in stored
    assert REMARK not in stored


def test_rating_is_handed_in_once(drawn):
    sheet = sheet_of(drawn.head, drawn.assistants[0])
    save(sheet)

    submit(sheet)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.submitted_at) == ("submitted", AT)
    entry = Entry.objects.get(verb="ratings.submitted")
    assert (entry.actor, entry.subject_model, entry.detail) == (
        drawn.head.user,
        "appraisal.cycle",
        {"count": 1},
    )
    with pytest.raises(CannotSubmit, match="already"):
        submit(sheet)
    with pytest.raises(CannotSave, match="already"):
        save(sheet, {"conduct": 3})
    sheet.refresh_from_db()
    assert sheet.marks == FULL


def test_rating_with_questions_left_is_not_handed_in(drawn):
    sheet = sheet_of(drawn.head, drawn.assistants[0])
    save(sheet, {"conduct": 0})

    with pytest.raises(CannotSubmit, match="1 question about 助理0"):
        submit(sheet)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.submitted_at) == ("open", None)
    assert not Entry.objects.filter(verb="ratings.submitted").exists()


@pytest.mark.parametrize("marks", [{"conduct": 4}, {"conduct": -1}, {"closed": 0}])
def test_word_that_does_not_exist_is_refused(drawn, marks):
    sheet = sheet_of(drawn.head, drawn.assistants[0])

    with pytest.raises(CannotSave, match="none of the words"):
        save(sheet, marks)

    sheet.refresh_from_db()
    assert (sheet.marks, sheet.saved_at) == (None, None)


def test_somebody_elses_sheet_does_not_exist(drawn, outsider, appraiser):
    sheet = sheet_of(drawn.head, drawn.assistants[0])

    for user in (drawn.judges[0].user, drawn.assistants[0].user, appraiser, outsider):
        with pytest.raises(RatingSheet.DoesNotExist):
            save(sheet, by=user)
        with pytest.raises(RatingSheet.DoesNotExist):
            submit(sheet, by=user)


def test_all_finished_are_handed_in_and_the_others_stay_open(drawn):
    first, second = (sheet_of(drawn.head, one) for one in drawn.assistants)
    save(first)
    save(second, {"conduct": 0})

    assert submit_ratings(cycle_id=drawn.cycle.pk, by=drawn.head.user, at=AT) == 1

    states = RatingSheet.objects.filter(rater=drawn.head).order_by("pk")
    assert [sheet.state for sheet in states] == ["submitted", "open"]
    with pytest.raises(CannotSubmit, match="None of your ratings"):
        submit_ratings(cycle_id=drawn.cycle.pk, by=drawn.head.user, at=AT)


def test_several_are_saved_all_or_none(drawn):
    first, second = (sheet_of(drawn.head, one) for one in drawn.assistants)
    answers = {first.pk: Answer(FULL, ""), second.pk: Answer({"conduct": 9}, "")}

    with pytest.raises(CannotSave):
        save_ratings(cycle_id=drawn.cycle.pk, answers=answers, by=drawn.head.user, at=AT)

    assert not RatingSheet.objects.exclude(saved_at=None).exists()


def test_old_window_changes_neither_what_was_handed_in_nor_empties_what_is_newer(drawn):
    first, second = (sheet_of(drawn.head, one) for one in drawn.assistants)
    save(first)
    submit(first)
    save(second, {"conduct": 1, "diligence": 1})
    stale = {first.pk: Answer({"conduct": 3}, ""), second.pk: Answer({"conduct": 2}, "")}

    kept = save_ratings(cycle_id=drawn.cycle.pk, answers=stale, by=drawn.head.user, at=AT)

    assert kept == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.marks == FULL
    assert second.marks == {"conduct": 2, "diligence": 1}


def test_answers_for_people_one_was_not_asked_about_are_left_out(drawn):
    foreign = sheet_of(drawn.judges[0], drawn.assistants[0])

    kept = save_ratings(
        cycle_id=drawn.cycle.pk, answers={foreign.pk: Answer(FULL, "")}, by=drawn.head.user, at=AT
    )

    assert kept == 0
    foreign.refresh_from_db()
    assert foreign.marks is None


def test_collecting_over_leaves_what_was_handed_in_and_voids_the_rest(drawn):
    done, draft = (sheet_of(drawn.head, one) for one in drawn.assistants)
    save(done)
    submit(done)
    save(draft)

    assert close_ratings(cycle=drawn.cycle, at=AT) == 9

    done.refresh_from_db()
    draft.refresh_from_db()
    assert (done.state, draft.state) == ("submitted", "void")
    for refused in (lambda: save(draft), lambda: submit(draft)):
        with pytest.raises((CannotSave, CannotSubmit), match="no longer asked"):
            refused()


def test_cycle_that_does_not_collect_refuses_everything(drawn):
    sheet = sheet_of(drawn.head, drawn.assistants[0])
    save(sheet)
    Cycle.objects.filter(pk=drawn.cycle.pk).update(state=Cycle.State.SCORING)
    by = {"by": drawn.head.user, "at": AT}

    with pytest.raises(CannotSave, match="no longer collected"):
        save(sheet)
    with pytest.raises(CannotSave, match="no longer collected"):
        save_ratings(cycle_id=drawn.cycle.pk, answers={sheet.pk: Answer(FULL, "")}, **by)
    with pytest.raises(CannotSubmit, match="no longer collected"):
        submit(sheet)
    with pytest.raises(CannotSubmit, match="no longer collected"):
        submit_ratings(cycle_id=drawn.cycle.pk, **by)


def test_collecting_again_opens_what_lapsed_with_its_draft(drawn):
    done, draft = (sheet_of(drawn.head, one) for one in drawn.assistants)
    save(done)
    submit(done)
    save(draft, {"conduct": 2})
    close_ratings(cycle=drawn.cycle, at=AT)
    drawn.cycle.collect_until = UNTIL + timedelta(days=7)

    assert draw_panels(cycle=drawn.cycle, by=None, at=AT) == 9

    done.refresh_from_db()
    draft.refresh_from_db()
    assert (done.state, draft.state, draft.marks) == ("submitted", "open", {"conduct": 2})
    assert Notice.objects.filter(user=drawn.head.user).count() == 2


# -- values -------------------------------------------------------------------------------------


def test_values_are_the_weighted_means_of_the_groups(drawn):
    ratee = drawn.assistants[0]
    rate(ratee, ratee, 0)
    rate(drawn.head, ratee, 1)
    rate(drawn.judges[0], ratee, 0, diligence=2)
    rate(drawn.judges[1], ratee, 2)

    values = rating_values(drawn.cycle)

    (participant,) = values
    assert participant == drawn.participants[0].pk
    conduct, diligence = values[participant]["conduct"], values[participant]["diligence"]
    # head 85 × 40, served (95 + 70) / 2 × 40, nobody among peers, self without weight
    assert conduct.value == Decimal("83.7500")
    assert diligence.value == Decimal("77.5000")
    assert [(one.kind, one.count, one.mean) for one in conduct.groups] == [
        ("self", 1, Decimal("95.0000")),
        ("head", 1, Decimal("85.0000")),
        ("served", 2, Decimal("82.5000")),
    ]


def test_nobody_answered_or_only_oneself_is_missing(drawn):
    own = drawn.assistants[0]
    rate(own, own, 0)
    save(sheet_of(drawn.head, own))

    assert rating_values(drawn.cycle) == {}


def test_values_of_one_are_what_the_cycle_gives(drawn):
    rate_all(drawn.cycle)
    one = drawn.participants[1].pk

    assert rating_values(drawn.cycle, participants=[one]) == {one: rating_values(drawn.cycle)[one]}


def test_values_take_the_same_queries_for_many(drawn, django_assert_num_queries, court, civil):
    rate_all(drawn.cycle)

    with django_assert_num_queries(4):
        rating_values(drawn.cycle)


def test_whoever_was_rated_sees_groups_of_three_and_no_fewer(drawn):
    rate_all(drawn.cycle, lambda sheet: 1 if sheet.group == "head" else 0)

    shown = ratings_shown(drawn.participants[0])

    # One head, two judges, one peer: together they are four.
    (conduct,) = shown["conduct"]
    assert (conduct.kinds, conduct.count) == (("head", "served", "peers"), 4)
    assert conduct.mean == Decimal("91.0000")


# -- what is asked ------------------------------------------------------------------------------


def test_what_is_asked_is_counted(drawn):
    rate(drawn.head, drawn.assistants[0])

    (asked,) = cycles_asking(drawn.head.user)
    waiting = ratings_waiting(drawn.head.user)

    assert (asked.total, asked.submitted, asked.waiting, asked.lapsed) == (2, 1, 1, 0)
    assert (waiting.count, waiting.until) == (1, UNTIL)
    rate(drawn.head, drawn.assistants[1])
    assert ratings_waiting(drawn.head.user) is None


def test_cards_come_by_group_and_name(drawn):
    cards = cards_of(drawn.cycle, drawn.assistants[0].user)

    assert [(card.sheet.group, card.sheet.ratee.name) for card in cards] == [
        ("self", "助理0"),
        ("peers", "助理1"),
    ]
    assert [question.indicator.code for question in cards[0].questions] == ["conduct", "diligence"]


def test_return_is_counted_by_group_and_department(drawn):
    rate(drawn.head, drawn.assistants[0])

    progress = progress_of(drawn.cycle)

    assert (progress.whole.asked, progress.whole.submitted, progress.whole.percent) == (10, 1, 10)
    assert [(one.label, one.asked, one.submitted) for one in progress.groups] == [
        ("self", 2, 0),
        ("head", 2, 1),
        ("judges served", 4, 0),
        ("peers", 2, 0),
    ]
    assert [(one.asked, one.submitted) for one in progress.departments] == [(10, 1)]


def test_names_are_told_only_where_the_set_says_so(drawn, appraiser):
    rate(drawn.head, drawn.assistants[0])
    assert owing(drawn.cycle, appraiser) == []

    drawn.index_set.raters_known = True
    drawn.index_set.save()

    left = owing(drawn.cycle, appraiser)
    assert [(one.name, one.asked, one.submitted) for one in left][:2] == [
        ("法官0", 2, 0),
        ("法官1", 2, 0),
    ]
    assert ("庭长", 2, 1) in [(one.name, one.asked, one.submitted) for one in left]
