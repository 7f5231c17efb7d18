from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from appraisal.models import Participant, RaterGroup, RatingSheet
from appraisal.services.ratings import Answer, save_rating
from courtparty.accounts.models import Grant
from courtparty.audit.models import Entry
from courtparty.notices.models import Notice
from tests.appraisal.rating_cast import (
    AT,
    draw,
    make_division,
    make_person,
    make_set,
    sheet_of,
    take_part,
)
from tests.factories import make_unit

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


def panels(cycle):
    return {
        (sheet.rater.name, sheet.ratee.name, sheet.group)
        for sheet in RatingSheet.objects.filter(cycle=cycle).select_related("rater", "ratee")
    }


def save(sheet, marks=FULL, *, by=None, comment="", at=AT):
    by = by or sheet.rater.user
    return save_rating(sheet_id=sheet.pk, answer=Answer(marks, comment), by=by, at=at)


def test_panels_follow_from_who_was_frozen(division):
    assert draw(division) == 10

    assert panels(division.cycle) == {
        *{(f"助理{n}", f"助理{n}", "self") for n in range(2)},
        *{("庭长", f"助理{n}", "head") for n in range(2)},
        *{(f"法官{m}", f"助理{n}", "served") for n in range(2) for m in range(2)},
        ("助理0", "助理1", "peers"),
        ("助理1", "助理0", "peers"),
    }
    entry = Entry.objects.get(verb="panels.drawn")
    assert (entry.subject_pk, entry.detail) == (division.cycle.pk, {"count": 10})


def test_each_rater_is_told_once_and_nobody_rated_is_named(division):
    draw(division)

    notices = Notice.objects.filter(kind="ratings_asked_until")
    users = {one.user for one in [division.head, *division.judges, *division.assistants]}
    assert {notice.user for notice in notices} == users
    assert notices.count() == 5
    expected = {"cycle": "2026年度考核", "day": "2026-11-20"}
    assert [notice.params for notice in notices] == [expected] * 5


def test_panels_drawn_again_are_the_same(division):
    draw(division)
    before = panels(division.cycle)
    RatingSheet.objects.all().delete()

    draw(division)
    draw(division)

    assert panels(division.cycle) == before
    assert Notice.objects.filter(kind="ratings_asked_until").count() == 5


def test_drawing_takes_the_same_queries_for_many(court, civil):
    division = make_division(court, civil, assistants=5)
    left_out = [one.pk for one in division.participants[1:]]
    Participant.objects.filter(pk__in=left_out).update(excluded="no_months")
    with CaptureQueriesContext(connection) as few:
        draw(division)
    RatingSheet.objects.all().delete()
    Notice.objects.all().delete()
    Participant.objects.filter(pk__in=left_out).update(excluded="")
    with CaptureQueriesContext(connection) as many:
        draw(division)

    assert RatingSheet.objects.count() == 40
    assert len(many) == len(few)


def test_head_is_whoever_holds_the_role_on_the_department(court, civil, division, filing):
    chief = make_person(court, filing, "分管领导", "chief")
    take_part(division.cycle, chief, None, staff_class="judge")
    Grant.objects.create(user=chief.user, role="head", unit=civil, starts_on=date(2026, 1, 1))
    Grant.objects.create(
        user=division.judges[0].user,
        role="head",
        unit=civil,
        starts_on=date(2025, 1, 1),
        ends_on=date(2026, 1, 1),
    )

    draw(division)

    heads = {rater for rater, _ratee, group in panels(division.cycle) if group == "head"}
    assert heads == {"庭长", "分管领导"}


def test_only_people_with_an_account_who_are_still_here_are_asked(court, civil, division):
    none = make_person(court, civil, "无账号", "")
    closed = make_person(court, civil, "停用", "closed")
    closed.user.is_active = False
    closed.user.save()
    gone = make_person(court, civil, "已调离", "gone", left_on=date(2026, 11, 1))
    away = make_person(court, civil, "不在岗", "away")
    for judge in (none, closed, gone):
        take_part(division.cycle, judge, None, staff_class="judge")
    take_part(division.cycle, away, None, staff_class="judge", excluded="no_months")

    draw(division)

    served = {rater for rater, _ratee, group in panels(division.cycle) if group == "served"}
    assert served == {"法官0", "法官1"}


def test_more_than_at_most_are_drawn_by_lot(court, civil):
    division = make_division(court, civil, judges=6)
    RaterGroup.objects.filter(kind="served").update(at_most=2)

    draw(division)

    for assistant in division.assistants:
        assert RatingSheet.objects.filter(ratee=assistant, group="served").count() == 2


def test_whoever_has_no_graded_indicator_for_people_is_not_rated(court, civil, division):
    fed_by_figures = make_set(court, code="fed", staff_class="judge")
    fed_by_figures.indicators.update(numerator=["attendance"])
    judge = make_person(court, civil, "甲法官", "another.judge")
    take_part(division.cycle, judge, fed_by_figures, staff_class="judge")

    draw(division)

    assert not RatingSheet.objects.filter(ratee=judge).exists()


def test_a_head_is_rated_by_the_department_and_by_the_leadership(court, civil, division):
    leaders = make_unit(court, "院领导", function="leadership")
    president = make_person(court, leaders, "院长", "the.president")
    take_part(division.cycle, president, None, staff_class="head", head_share=Decimal(5))
    heads = make_set(
        court, code="heads", staff_class="head", groups={"head": 50, "subordinates": 50}
    )
    Participant.objects.filter(officer=division.head).update(index_set=heads, excluded="")

    draw(division)

    about = {(rater, group) for rater, ratee, group in panels(division.cycle) if ratee == "庭长"}
    below = [*division.judges, *division.assistants]
    assert about == {("院长", "head"), *((one.name, "subordinates") for one in below)}


def test_sheet_in_another_group_about_oneself_is_refused_by_the_database(drawn):
    own = sheet_of(drawn.assistants[0], drawn.assistants[0])

    with pytest.raises(IntegrityError), transaction.atomic():
        RatingSheet.objects.filter(pk=own.pk).update(group="peers")
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingSheet.objects.filter(ratee=own.ratee, group="head").update(group="self")


def test_second_sheet_about_the_same_person_is_refused_by_the_database(drawn):
    sheet = sheet_of(drawn.head, drawn.assistants[0])

    with pytest.raises(IntegrityError), transaction.atomic():
        RatingSheet.objects.create(
            cycle=sheet.cycle,
            participant=sheet.participant,
            ratee=sheet.ratee,
            rater=sheet.rater,
            group="peers",
        )
