from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from retention.models import CauseKind, Departure
from retention.selectors.departures import left_without_departure, uncoded
from retention.services.causes import CannotKeep, add_cause, change_cause
from retention.services.departures import (
    CannotCode,
    CannotEnter,
    change_departure,
    code_causes,
    note_return,
    remind_departures,
    version_of,
    withdraw_departure,
)
from tests.factories import make_officer
from tests.retention.board_cast import AT, TODAY, make_departure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


LAST = date(2026, 12, 1)


def test_entering_records_it_and_tells_nobody(officer, political):
    departure = make_departure(officer, political, note="To a firm in the city", announced_on=TODAY)

    stored = Departure.objects.get()
    assert (stored.left_on, stored.destination, stored.note) == (
        LAST, "lawyer", "To a firm in the city",
    )  # fmt: skip
    (entry,) = Entry.objects.all()
    assert (entry.verb, entry.detail) == (
        "departure.entered", {"officer": officer.pk, "day": "2026-12-01"},
    )  # fmt: skip
    assert not Notice.objects.exists()
    assert "firm" not in str(Departure.objects.values_list("note", flat=True)[0])
    assert departure.is_open
    assert not departure.is_coded


@pytest.mark.parametrize(
    ("left_on", "facts", "text"),
    [
        (date(2008, 7, 1), {}, "in work since 2008-07"),
        (date(1999, 1, 1), {}, "in work since"),
        (date(2029, 1, 1), {}, "more than two years away"),
        (LAST, {"announced_on": date(2026, 11, 24)}, "lies in the future"),
        (date(2026, 11, 1), {"announced_on": date(2026, 11, 20)}, "on the last day at the latest"),
    ],
)
def test_entering_refuses_days_that_cannot_be(officer, political, left_on, facts, text):
    with pytest.raises(CannotEnter, match=text):
        make_departure(officer, political, left_on, **facts)

    assert not Departure.objects.exists()
    assert not Entry.objects.exists()


def test_entering_refuses_a_day_after_the_rosters(officer, political):
    officer.left_on = date(2026, 10, 1)
    officer.save()

    with pytest.raises(CannotEnter, match="2026-09-30"):
        make_departure(officer, political, date(2026, 10, 2))

    assert make_departure(officer, political, date(2026, 9, 15))


def test_entering_twice_is_refused_until_the_officer_came_back(officer, political):
    first = make_departure(officer, political, date(2026, 11, 1))

    with pytest.raises(CannotEnter, match="on record"):
        make_departure(officer, political, date(2026, 11, 10))
    note_return(departure_id=first.pk, returned_on=date(2026, 11, 15), by=political, at=AT)

    assert make_departure(officer, political).pk != first.pk


def test_the_database_keeps_one_open_departure_each(officer, political):
    first = make_departure(officer, political)

    with pytest.raises(IntegrityError), transaction.atomic():
        Departure.objects.create(
            officer=officer, left_on=LAST, destination="other", entered_by=political, entered_at=AT
        )
    withdraw_departure(departure_id=first.pk, by=political, at=AT)
    assert make_departure(officer, political)


def test_changing_keeps_the_causes_and_refuses_what_was_seen_otherwise(officer, political):
    departure = make_departure(officer, political)
    code_causes(departure_id=departure.pk, main="pay", causes=[], by=political, at=AT)
    seen = version_of(departure)
    facts = {"departure_id": departure.pk, "by": political, "at": AT, "seen": seen}

    change_departure(left_on=date(2026, 12, 24), destination="enterprise", **facts)
    with pytest.raises(Conflict):
        change_departure(left_on=date(2026, 12, 31), destination="organ", **facts)

    departure.refresh_from_db()
    assert (departure.left_on, departure.destination) == (date(2026, 12, 24), "enterprise")
    assert departure.causes.count() == 1


def test_coding_keeps_several_causes_with_one_main(officer, political):
    departure = make_departure(officer, political)

    code_causes(
        departure_id=departure.pk, main="pay", causes=["family", "pay"], by=political, at=AT
    )

    found = list(departure.causes.order_by("pk").values_list("kind__code", "is_main"))
    assert found == [("pay", True), ("family", False)]
    assert Entry.objects.filter(verb="departure.coded").get().detail == {"officer": officer.pk}


@pytest.mark.parametrize(
    ("main", "causes", "text"),
    [
        ("", ["pay"], "from the court's table"),
        ("nothing", [], "from the court's table"),
        ("pay", ["caseload", "pressure", "family", "promotion", "distance"], "At most five"),
    ],
)
def test_coding_refuses(officer, political, main, causes, text):
    departure = make_departure(officer, political)

    with pytest.raises(CannotCode, match=text):
        code_causes(departure_id=departure.pk, main=main, causes=causes, by=political, at=AT)

    assert not departure.causes.exists()


def test_coding_at_once_lets_one_win(officer, political):
    departure = make_departure(officer, political)
    again = {"departure_id": departure.pk, "causes": [], "by": political, "at": AT}

    code_causes(main="pay", **again)
    with pytest.raises(Conflict):
        code_causes(main="family", **again)
    later = timezone.make_aware(datetime(2026, 11, 23, 11, 0))
    code_causes(main="family", seen=AT, **again | {"at": later})

    assert departure.causes.get().kind.code == "family"


def test_a_cause_out_of_use_is_no_choice_but_stays_where_it_was_coded(court, officer, political):
    departure = make_departure(officer, political)
    code_causes(departure_id=departure.pk, main="distance", causes=[], by=political, at=AT)
    change_cause(
        court=court, code="distance", name="通勤", name_en="", position=9, is_active=False,
        by=political,
    )  # fmt: skip
    later = timezone.make_aware(datetime(2026, 11, 23, 11, 0))

    again = code_causes(
        departure_id=departure.pk, main="distance", causes=["pay"], seen=AT, by=political, at=later
    )

    assert again.causes.count() == 2
    with pytest.raises(CannotCode):
        code_causes(
            departure_id=make_departure_of_colleague(officer, political).pk,
            main="distance", causes=[], by=political, at=AT,
        )  # fmt: skip


def make_departure_of_colleague(officer, by):
    from_same = {"court": officer.court, "department": officer.department}
    return make_departure(make_colleague(**from_same), by)


def make_colleague(**place):
    return make_officer(name="李二", **place)


def test_withdrawing_counts_no_more_and_cannot_be_done_twice(officer, political):
    departure = make_departure(officer, political)

    withdraw_departure(departure_id=departure.pk, by=political, at=AT)
    with pytest.raises(Conflict):
        withdraw_departure(departure_id=departure.pk, by=political, at=AT)

    assert not Departure.objects.standing().exists()
    assert Entry.objects.filter(verb="departure.withdrawn").count() == 1


@pytest.mark.parametrize(
    ("day", "text"),
    [(date(2026, 10, 31), "before having left"), (date(2026, 11, 24), "in the future")],
)
def test_a_return_comes_after_leaving(officer, political, day, text):
    departure = make_departure(officer, political, date(2026, 11, 1))

    with pytest.raises(CannotEnter, match=text):
        note_return(departure_id=departure.pk, returned_on=day, by=political, at=AT)


def test_who_left_by_the_roster_waits_to_be_entered(officer, political, outsider):
    officer.left_on = date(2026, 10, 1)
    officer.save()
    outsider.officer.left_on = date(2026, 10, 1)
    outsider.officer.save()

    assert list(left_without_departure(political)) == [officer]
    departure = make_departure(officer, political, date(2026, 10, 1))
    assert list(left_without_departure(political)) == []
    assert list(uncoded(Departure.objects.visible_to(political))) == [departure]


def test_keepers_are_told_once_of_who_left_by_the_roster(officer, political, president):
    officer.left_on = date(2026, 10, 1)
    officer.save()

    assert remind_departures(on=TODAY) == 1
    assert remind_departures(on=TODAY) == 0

    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.params) == (political, "departure_waits", {})


def test_departures_are_the_political_departments(
    officer, political, president, outsider_political
):
    make_departure(officer, political)

    seen = {
        user.username: Departure.objects.visible_to(user).count()
        for user in (political, president, officer.user, outsider_political)
    }
    assert seen == {"political": 1, "president": 0, "officer": 0, "outsider.political": 0}


# -- the table of causes ------------------------------------------------------------------------


def test_a_cause_of_the_courts_own_can_be_chosen(court, officer, political):
    cause = add_cause(court=court, name="子女教育", name_en="", position=45, by=political)
    departure = make_departure(officer, political)

    code_causes(departure_id=departure.pk, main=cause.code, causes=[], by=political, at=AT)

    assert CauseKind.objects.count() == 9
    assert departure.causes.get().kind == cause


def test_causes_have_one_name_each(court, political):
    with pytest.raises(CannotKeep, match="with this name"):
        add_cause(court=court, name="收入待遇", name_en="", position=1, by=political)

    assert not Entry.objects.exists()


def test_other_stays_in_use(court, political):
    with pytest.raises(CannotKeep, match="stays in use"):
        change_cause(
            court=court, code="other", name="其他", name_en="Other", position=80,
            is_active=False, by=political,
        )  # fmt: skip


def test_people_who_began_work_in_the_month_they_left(court, civil, political):
    officer = make_officer(court=court, department=civil, work_since=PartialDate(2026, 11))

    assert make_departure(officer, political, date(2026, 11, 20))
