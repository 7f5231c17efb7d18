"""Pressure: groups of five or more, frozen, rounded, and nothing to subtract."""

import random
from datetime import UTC, date, datetime
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction

from cadres.models import Officer
from courtparty.audit.models import Entry
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from retention.models import PressureReport, Screening
from retention.rules.groups import MINIMUM, tell_apart
from retention.rules.pressure import (
    DIVISIONS,
    Taken,
    last_quarter,
    next_quarter,
    quarter_of,
    report_of,
    tenure_of,
)
from retention.selectors.pressure import pressure_index, taken_in
from retention.services import pressure as services
from retention.services import screening
from tests.factories import make_officer
from tests.retention.screening_cast import (
    CALM,
    STRESSED,
    make_people,
    make_report,
    make_screening,
)

# The night in which the third quarter of 2026 is published.
NIGHT = datetime(2026, 10, 1, 20, 10, tzinfo=UTC)
QUARTER = date(2026, 7, 1)
IN_QUARTER = datetime(2026, 8, 5, 2, 0, tzinfo=UTC)
BEFORE = datetime(2026, 6, 30, 15, 59, tzinfo=UTC)
AFTER = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "first", "following", "over"),
    [
        (date(2026, 11, 24), date(2026, 10, 1), date(2027, 1, 1), date(2026, 7, 1)),
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1), date(2025, 10, 1)),
        (date(2026, 3, 31), date(2026, 1, 1), date(2026, 4, 1), date(2025, 10, 1)),
        (date(2026, 4, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 1, 1)),
    ],
)
def test_quarters(day, first, following, over):
    assert quarter_of(day) == first
    assert next_quarter(first) == following
    assert last_quarter(day) == over


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (None, "unknown"),
        (date(2027, 1, 1), "unknown"),
        (date(2021, 11, 25), "years_0_4"),
        (date(2021, 11, 24), "years_5_9"),
        (date(2016, 11, 24), "years_10_19"),
        (date(2006, 11, 24), "years_20"),
    ],
)
def test_tenure_changes_on_the_day(since, expected):
    assert tenure_of(since, on=date(2026, 11, 24)) == expected


def taken(person, score=20, *, function="civil", category="judge", tenure="years_20"):
    return Taken(person, score, score >= 27, function, category, tenure)


GROUPS = {"function": ["civil", "criminal"], "category": ["judge"], "tenure": ["years_20"]}


def test_fewer_than_five_are_told_nothing_of():
    report = report_of([taken(person) for person in range(4)], GROUPS)

    assert report == {
        "whole": None,
        "function": {"civil": None, "criminal": None},
        "category": {"judge": None},
        "tenure": {"years_20": None},
    }


def test_figures_are_rounded_and_never_say_all_or_none():
    calm = report_of([taken(person, 13) for person in range(9)], GROUPS)["whole"]
    hard = report_of([taken(person, 40) for person in range(5)], GROUPS)["whole"]

    assert calm == {"people": 5, "mean": 13, "share": 10}
    assert hard == {"people": 5, "mean": 40, "share": 90}


def test_one_person_is_counted_once():
    with pytest.raises(ValueError, match="one screening"):
        report_of([taken(1), taken(1)], GROUPS)


def published_sets(people, report):
    """The people behind each figure that was published."""
    views = [frozenset(one.person for one in people)] if report["whole"] else []
    for name in DIVISIONS:
        for key, figure in report[name].items():
            if figure:
                views.append(frozenset(p.person for p in people if p.group(name) == key))
    return views


def some_people(chance):
    count = chance.randint(0, 45)
    return [
        taken(
            person,
            chance.randint(0, 40),
            function=chance.choice(["civil", "civil", "criminal", "filing", "office"]),
            category=chance.choice(["judge", "judge", "clerk", "police"]),
            tenure=chance.choice(["years_0_4", "years_20", "years_20"]),
        )
        for person in range(count)
    ]


def test_no_two_published_views_subtract_to_fewer_than_five():
    chance = random.Random(2026)
    groups = {
        "function": ["civil", "criminal", "filing", "office"],
        "category": ["judge", "clerk", "police"],
        "tenure": ["years_0_4", "years_20"],
    }
    published = 0
    for _round in range(400):
        people = some_people(chance)
        report = report_of(people, groups)
        views = published_sets(people, report)
        published += len(views)
        assert all(len(view) >= MINIMUM for view in views)
        for one, other in combinations(views, 2):
            assert not tell_apart(one, other)
        # The groups of one division are apart: taken from the whole they leave five or more.
        for name in DIVISIONS:
            seen = {k for k, figure in report[name].items() if figure}
            rest = [p for p in people if p.group(name) not in seen]
            assert not (seen and 0 < len(rest) < MINIMUM)
    assert published > 500


def test_a_group_that_is_nearly_another_is_not_shown_beside_it():
    police = [taken(n, function="police", category="police") for n in range(8)]
    clerk = [taken(8, function="police", category="clerk")]
    rest = [taken(n) for n in range(9, 30)]
    groups = {
        "function": ["police", "civil"],
        "category": ["police", "clerk", "judge"],
        "tenure": ["years_20"],
    }

    report = report_of([*police, *clerk, *rest], groups)

    views = published_sets([*police, *clerk, *rest], report)
    assert not any(tell_apart(one, other) for one, other in combinations(views, 2))
    assert not (report["function"]["police"] and report["category"]["police"])


# -- the reports of a court ---------------------------------------------------------------------


@pytest.fixture
def people(court, civil, filing):
    """Six in one department under strain, five in another at ease; all in the third quarter."""
    strained = make_people(court, civil, 6)
    calm = make_people(court, filing, 5, name="王五", category=Officer.Category.CLERK)
    for officer in strained:
        make_screening(officer, STRESSED, at=IN_QUARTER)
    for officer in calm:
        make_screening(officer, CALM, at=IN_QUARTER)
    return [*strained, *calm]


@pytest.mark.django_db
def test_a_report_is_published_once_for_a_court_and_quarter(court, people, president, political):
    assert services.publish_due(at=NIGHT) == 2  # a report for each questionnaire
    assert services.publish_due(at=NIGHT) == 0

    report = PressureReport.objects.get(instrument="pss10")
    assert (report.quarter, report.figures["whole"]) == (
        QUARTER, {"people": 10, "mean": 22, "share": 50},
    )  # fmt: skip
    assert report.figures["function"] == {
        "case_filing": {"people": 5, "mean": 0, "share": 10},
        "civil": {"people": 5, "mean": 40, "share": 90},
    }
    assert PressureReport.objects.get(instrument="phq9").figures["whole"] is None
    assert sorted(Notice.objects.values_list("user__username", "kind")) == [
        ("political", "pressure_published"), ("president", "pressure_published"),
    ]  # fmt: skip
    entry = Entry.objects.filter(verb="pressure.published").first()
    assert entry.detail == {"quarter": "2026-07-01", "kind": "pss10"}


@pytest.mark.django_db
def test_before_and_after_one_person_is_the_same_report(court, people, political):
    services.publish_due(at=NIGHT)
    before = pressure_index(political, on=date(2026, 11, 24))

    screening.withdraw_consent(officer=people[0], instrument="pss10", at=NIGHT)
    newcomer = make_officer(court=court, department=people[0].department, name="郑九")
    make_screening(newcomer, STRESSED, at=IN_QUARTER)
    people[1].department = people[-1].department
    people[1].save(update_fields=["department"])
    services.publish_due(at=NIGHT)

    assert pressure_index(political, on=date(2026, 11, 24)) == before


@pytest.mark.django_db
def test_the_database_keeps_one_report(court, people):
    services.publish_due(at=NIGHT)

    with pytest.raises(IntegrityError), transaction.atomic():
        services.publish_report(court=court, instrument="pss10", quarter=QUARTER, at=NIGHT)


@pytest.mark.django_db
def test_a_screening_is_counted_in_one_quarter_only(court, civil):
    early, late = make_people(court, civil, 2)
    make_screening(early, CALM, at=BEFORE)
    make_screening(late, CALM, at=AFTER)
    make_screening(late, STRESSED, at=IN_QUARTER)

    assert [one.person for one in taken_in(court, "pss10", date(2026, 4, 1))] == [early.pk]
    assert [one.score for one in taken_in(court, "pss10", QUARTER)] == [40]
    assert [one.score for one in taken_in(court, "pss10", date(2026, 10, 1))] == [0]


@pytest.mark.django_db
def test_the_last_screening_of_a_quarter_counts(court, civil):
    officer = make_officer(court=court, department=civil, work_since=PartialDate(2024, 3))
    make_screening(officer, CALM, at=datetime(2026, 7, 1, 2, tzinfo=UTC))
    make_screening(officer, STRESSED, at=IN_QUARTER)

    one = taken_in(court, "pss10", QUARTER)[0]

    assert (one.score, one.is_elevated, one.tenure) == (40, True, "years_0_4")


@pytest.mark.django_db
def test_another_court_is_not_in_it(court, people, other_court, outsider_political):
    services.publish_due(at=NIGHT)

    assert PressureReport.objects.get(court=other_court, instrument="pss10").figures == {
        "whole": None, "function": {}, "category": {}, "tenure": {},
    }  # fmt: skip
    assert pressure_index(outsider_political, on=date(2026, 11, 24)).whole is None


@pytest.mark.django_db
def test_secretaries_see_the_whole_and_no_groups(court, political, secretary, officer_user):
    make_report(court)
    on = date(2026, 11, 24)

    assert len(pressure_index(political, on=on).divisions) == 3
    seen = pressure_index(secretary, on=on)
    assert (seen.whole.mean, seen.divisions) == (18, [])
    assert pressure_index(officer_user, on=on) is None


@pytest.mark.django_db
def test_the_index_is_of_the_latest_report(court, political):
    assert pressure_index(political, on=date(2026, 11, 24)) is None
    make_report(court, quarter=date(2026, 4, 1), mean=10)
    make_report(court, quarter=QUARTER, mean=20)
    make_report(court, instrument="phq9", mean=5)

    assert pressure_index(political, on=date(2026, 11, 24)).whole.mean == 20
    assert pressure_index(political, on=date(2026, 6, 30)).whole.mean == 10
    assert pressure_index(political, on=date(2026, 11, 24), instrument="phq9").whole.mean == 5


@pytest.mark.django_db
def test_a_report_holds_nobody(court, people):
    services.publish_due(at=NIGHT)

    stored = str(PressureReport.objects.values_list("figures", flat=True).first())
    for officer in people:
        assert officer.name not in stored
    assert not any(field.related_model in (Officer, Screening)
                   for field in PressureReport._meta.get_fields())  # fmt: skip
