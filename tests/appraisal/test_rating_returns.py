from datetime import timedelta

import pytest
from django.utils import translation

from appraisal.models import Cycle, RaterGroup, RatingSheet
from appraisal.selectors.rating_returns import progress_of
from appraisal.selectors.ratings import cycles_asking
from appraisal.services.rating_returns import (
    CannotRemind,
    CannotReplace,
    remind_now,
    remind_raters,
    replace_rater,
)
from appraisal.services.ratings import Answer, CannotSave, close_ratings, save_rating
from appraisal.tasks.ratings import remind_ratings
from courtparty.audit.models import Entry
from courtparty.celery import app
from courtparty.notices.models import Notice
from courtparty.schedule import SCHEDULE
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


# -- reminders ----------------------------------------------------------------------------------


def texts_of(user, kind_prefix="ratings_"):
    notices = Notice.objects.filter(user=user, kind__startswith=kind_prefix).order_by("pk")
    return [notice.text for notice in notices]


def test_raters_are_reminded_before_on_and_after_the_day_once_each(drawn):
    rate(drawn.head, drawn.assistants[0])
    days = [UNTIL + timedelta(days=days) for days in (-4, -3, -2, 0, 0, 1, 5)]

    told = [remind_raters(on=day) for day in days]

    assert told == [0, 5, 0, 5, 0, 5, 0]
    assert texts_of(drawn.head.user)[1:] == [
        "Ratings to hand in for “2026年度考核” until 2026-11-20: 1.",
        "Ratings to hand in for “2026年度考核” today: 1.",
        "Ratings for “2026年度考核” were due on 2026-11-20. Still to hand in: 1.",
    ]


def test_whoever_has_handed_in_and_whoever_does_not_collect_is_not_reminded(drawn):
    for one in drawn.assistants:
        rate(drawn.head, one)

    assert remind_raters(on=UNTIL) == 4

    Cycle.objects.filter(pk=drawn.cycle.pk).update(state=Cycle.State.SCORING)
    assert remind_raters(on=UNTIL + timedelta(days=1)) == 0


def test_administrator_reminds_once_a_day(drawn, appraiser):
    assert remind_now(cycle_id=drawn.cycle.pk, by=appraiser, at=AT) == 5
    with pytest.raises(CannotRemind, match="today already"):
        remind_now(cycle_id=drawn.cycle.pk, by=appraiser, at=AT)
    tomorrow = AT + timedelta(days=1)
    assert remind_now(cycle_id=drawn.cycle.pk, by=appraiser, at=tomorrow) == 5

    entries = Entry.objects.filter(verb="ratings.reminded")
    assert [entry.detail for entry in entries] == [{"count": 5}, {"count": 5}]
    rate_all(drawn.cycle)
    with pytest.raises(CannotRemind, match="Every rating"):
        remind_now(cycle_id=drawn.cycle.pk, by=appraiser, at=tomorrow)


def test_reminding_is_on_the_timetable():
    line = SCHEDULE["ratings-remind"]

    assert line["task"] == remind_ratings.name
    assert remind_ratings.name in app.tasks


# -- somebody else ------------------------------------------------------------------------------


def replace(division, rater, *, by, **fields):
    defaults = {"cycle_id": division.cycle.pk, "rater_id": rater.pk, "reason": "长期病假", "at": AT}
    return replace_rater(**defaults | fields, by=by)


@pytest.fixture
def large(court, civil):
    division = make_division(court, civil, judges=6)
    RaterGroup.objects.filter(kind="served").update(at_most=2)
    draw(division)
    return division


def test_rater_who_falls_out_is_replaced_by_the_next_in_the_lot(large, appraiser):
    ratee = large.assistants[0]
    served = RatingSheet.objects.filter(ratee=ratee, group="served")
    before = {sheet.rater_id for sheet in served}
    old = served.first()
    save(old, comment=REMARK)

    done = replace(large, old.rater, by=appraiser, ratee_id=ratee.pk)

    assert (done.count, done.without) == (1, 0)
    old.refresh_from_db()
    assert (old.state, old.marks, old.comment) == ("void", None, "")
    new = served.exclude(rater__in=before).get()
    assert new.state == "open"
    assert Notice.objects.filter(user=new.rater.user, kind="ratings_asked_until").exists()
    entry = Entry.objects.get(verb="ratings.passed_on")
    assert entry.subject_model == "appraisal.cycle"
    # Not even how many: it would say whether this officer was asked about that person.
    assert entry.detail == {"officer": old.rater_id, "reason": "长期病假"}


def test_replaced_rater_is_asked_no_more(large, appraiser):
    old = RatingSheet.objects.filter(group="served").first()
    replace(large, old.rater, by=appraiser)

    with pytest.raises(CannotSave, match="no longer asked"):
        save(old)
    assert all(one.total == 0 for one in cycles_asking(old.rater.user))
    assert progress_of(large.cycle).whole.asked == 10
    for sheet in RatingSheet.objects.filter(group="served", state="open"):
        if sheet.rater_id != old.rater_id:
            replace(large, sheet.rater, by=appraiser)
    again = RatingSheet.objects.filter(rater=old.rater, state="open")
    assert not again.exists()


def test_replaced_stays_replaced_when_collecting_begins_again(large, appraiser):
    old = RatingSheet.objects.filter(group="served").first()
    replace(large, old.rater, by=appraiser)
    close_ratings(cycle=large.cycle, at=AT)

    draw(large)

    old.refresh_from_db()
    assert old.state == "void"
    assert RatingSheet.objects.filter(state="open").count() == 10


def test_what_is_handed_in_and_the_word_about_oneself_stay(drawn, appraiser):
    assistant, other = drawn.assistants
    rate(assistant, other)

    done = replace(drawn, assistant, by=appraiser)

    assert done.count == 0
    assert sheet_of(assistant, other).state == "submitted"
    assert sheet_of(assistant, assistant).state == "open"


def test_panel_is_smaller_where_nobody_is_left(drawn, appraiser):
    done = replace(drawn, drawn.head, by=appraiser)

    assert (done.count, done.without) == (2, 2)
    assert set(RatingSheet.objects.filter(group="head").values_list("state", flat=True)) == {"void"}


def test_replacing_needs_a_reason(drawn, appraiser):
    with pytest.raises(CannotReplace, match="Say why"):
        replace(drawn, drawn.head, by=appraiser, reason="  ")

    assert RatingSheet.objects.filter(state="open").count() == 10


def test_cycle_that_does_not_collect_reminds_and_replaces_nobody(drawn, appraiser):
    Cycle.objects.filter(pk=drawn.cycle.pk).update(state=Cycle.State.SCORING)

    with pytest.raises(CannotRemind, match="no longer collected"):
        remind_now(cycle_id=drawn.cycle.pk, by=appraiser, at=AT)
    with pytest.raises(CannotReplace, match="no longer collected"):
        replace(drawn, drawn.head, by=appraiser)
