"""Figures needed but absent, told before anything is computed."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from appraisal.models import CaseWeight, CaseWeightTable, Measure
from appraisal.selectors.figure_needs import needs_of, summary_of
from courtparty.audit.models import Entry
from tests.appraisal.cycle_cast import (
    CIVIL_JUDGE,
    begin_scoring,
    make_cycle,
    make_figures,
    make_import,
    make_set,
)
from tests.factories import make_officer, make_unit

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
AWARDS = {
    "code": "awards", "name": "表彰", "name_en": "Awards", "part": "common", "area": "effect",
    "kind": "bonus", "weight": "5", "numerator": ["awards"], "params": {"per_event": "1"},
}  # fmt: skip
SCORE = {
    "code": "score", "name": "评查得分", "name_en": "Score", "part": "function",
    "area": "quality", "kind": "graded", "weight": "30", "numerator": ["review_score"],
    "params": {},
}  # fmt: skip


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def cycle(court):
    """Two months: September and October."""
    return make_cycle(court, start=SEPTEMBER, end=date(2026, 11, 1))


def listed(cycle, user):
    return [
        (need.person.name, need.measure.code, [f"{month:%m}" for month in need.months])
        for need in needs_of(cycle, user)
    ]


def test_needs_are_what_computing_would_miss(court, officer, source, cycle, appraiser):
    make_set(court)
    make_figures(officer, source, months=[SEPTEMBER])
    make_figures(officer, source, months=[OCTOBER], closed=None, carried_over=None)

    # Of the stock carried over the first month is enough.
    assert listed(cycle, appraiser) == [("张海燕", "closed", ["10"])]
    begin_scoring(cycle)
    assert listed(cycle, appraiser) == [("张海燕", "closed", ["10"])]


def test_needs_of_a_stock_at_the_end_are_of_the_last_month(
    court, officer, source, cycle, appraiser
):
    make_set(court, [*CIVIL_JUDGE[:1], SCORE, AWARDS])
    make_figures(officer, source, months=[SEPTEMBER, OCTOBER])

    # No entry in the register of awards means none; a score is wanted at the end.
    assert listed(cycle, appraiser) == [("张海燕", "review_score", ["10"])]


def test_needs_of_case_points_are_those_of_the_cases(court, officer, source, cycle, appraiser):
    points = CIVIL_JUDGE[0] | {"numerator": ["case_points"]}
    make_set(court, [points])
    make_figures(officer, source, months=[SEPTEMBER])
    assert listed(cycle, appraiser) == [("张海燕", "case_points", ["09", "10"])]

    table = CaseWeightTable.objects.create(court=court, version=1, name="系数")
    CaseWeight.objects.create(
        table=table, measure=Measure.objects.get(code="closed"), type_coefficient=1, certainty="U"
    )
    CaseWeightTable.objects.filter(pk=table.pk).update(
        state="published", published_at=cycle.opened_at
    )

    assert listed(cycle, appraiser) == [("张海燕", "closed", ["10"])]


def test_needs_leave_out_who_has_no_part_and_closed_cycles(
    court, civil, officer, source, cycle, appraiser
):
    make_set(court)
    make_figures(officer, source, months=[SEPTEMBER])
    make_officer(court=court, department=civil, name="王一", category="clerk")
    begin_scoring(cycle)
    assert {name for name, _code, _months in listed(cycle, appraiser)} == {"张海燕"}

    type(cycle).objects.filter(pk=cycle.pk).update(state="closed")
    cycle.refresh_from_db()

    assert listed(cycle, appraiser) == []


def test_needs_are_those_of_the_departments_one_sees(
    court, civil, officer, source, cycle, appraiser, head, outsider_political
):
    second = make_unit(court, "民事审判第二庭", function="civil")
    make_officer(court=court, department=second, name="邵怡")
    make_set(court, CIVIL_JUDGE[:1])

    both = [("张海燕", "closed", ["09", "10"]), ("邵怡", "closed", ["09", "10"])]
    assert listed(cycle, appraiser) == both
    assert listed(cycle, head) == both[:1]
    assert listed(cycle, outsider_political) == []
    begin_scoring(cycle)
    assert listed(cycle, head) == both[:1]
    assert listed(cycle, outsider_political) == []


def test_needs_are_summed_up(court, civil, officer, source, cycle, appraiser):
    make_officer(court=court, department=civil, name="王一")
    make_set(court, CIVIL_JUDGE[:1])

    summary = summary_of(needs_of(cycle, appraiser))

    assert (summary.people, summary.figures) == (2, 4)
    assert summary.departments == (("民事审判第一庭", 4),)


# -- the page ---------------------------------------------------------------------------------


@pytest.fixture
def lacking(court, civil, officer, source, cycle):
    make_set(court, [CIVIL_JUDGE[0], SCORE])
    make_officer(court=court, department=civil, name="王一")
    return begin_scoring(cycle)


def get(client, user, cycle, name="figure_needs", **query):
    client.force_login(user)
    return client.get(reverse(f"appraisal:{name}", args=[cycle.pk]), query)


def rows_of(response):
    return [(need.person.name, need.measure.code) for need, _url in response.context["rows"]]


def test_figure_needs_lists_with_links_to_where_it_is_entered(client, civil, lacking, appraiser):
    response = get(client, appraiser, lacking)

    assert rows_of(response) == [
        ("王一", "closed"),
        ("王一", "review_score"),
        ("张海燕", "closed"),
        ("张海燕", "review_score"),
    ]
    urls = [url for _need, url in response.context["rows"]]
    entry = f"{reverse('appraisal:figure_entry')}?month=2026-10&group=d{civil.pk}"
    assert urls[:2] == [reverse("appraisal:figure_import"), entry]
    assert client.get(entry).status_code == 200


def test_figure_needs_of_a_reader_has_no_links(client, lacking, president):
    response = get(client, president, lacking)

    assert len(rows_of(response)) == 4
    assert {url for _need, url in response.context["rows"]} == {""}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param({"q": "张"}, 2, id="name"),
        pytest.param({"q": "wangyi"}, 2, id="pinyin"),
        pytest.param({"q": "wy"}, 2, id="initials"),
        pytest.param({"measure": "closed"}, 2, id="measure"),
        pytest.param({"month": "2026-09"}, 2, id="month"),
        pytest.param({"month": "2026-09", "measure": "review_score"}, 0, id="month and measure"),
        pytest.param({"department": "999"}, 0, id="no department"),
        pytest.param({"month": "x"}, 0, id="no month"),
    ],
)
def test_figure_needs_is_filtered(client, lacking, appraiser, query, count):
    assert len(rows_of(get(client, appraiser, lacking, **query))) == count


def test_figure_needs_without_any_says_so(client, court, officer, source, cycle, appraiser):
    make_set(court)
    make_figures(officer, source, months=[SEPTEMBER, OCTOBER])

    response = get(client, appraiser, begin_scoring(cycle))

    assert rows_of(response) == []
    assert response.status_code == 200


def test_figure_needs_export_has_a_line_for_each_figure(client, lacking, appraiser):
    response = get(client, appraiser, lacking, "figure_needs_export", q="王")

    lines = [
        [cell.value for cell in row] for row in load_workbook(BytesIO(response.content)).active
    ]
    assert [line[2:5] for line in lines[2:]] == [
        ["王一", Measure.objects.get(code="closed").display_name, "2026-09"],
        ["王一", Measure.objects.get(code="closed").display_name, "2026-10"],
        ["王一", Measure.objects.get(code="review_score").display_name, "2026-10"],
    ]
    entry = Entry.objects.get(verb="figures.needs_exported")
    assert (entry.actor, entry.detail) == (appraiser, {"rows": 3})


def test_figure_needs_asks_as_often_for_three_people_as_for_one(
    client, court, civil, officer, source, cycle, appraiser
):
    make_set(court, CIVIL_JUDGE)
    cycle = begin_scoring(cycle)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert get(client, appraiser, cycle).status_code == 200
        return len(captured)

    queries()
    of_one = queries()
    participant = cycle.participants.get()
    for name in ("王一", "王二"):
        participant.pk = None
        participant.officer = make_officer(court=court, department=civil, name=name)
        participant.save()

    assert queries() == of_one
    assert get(client, appraiser, cycle).context["summary"].people == 3


def test_figure_needs_of_another_court_is_not_there(client, lacking, outsider_political):
    for name in ("figure_needs", "figure_needs_export"):
        assert get(client, outsider_political, lacking, name).status_code == 404


def test_figure_needs_is_for_those_who_read_figures(client, lacking, officer_user, secretary):
    for user in (officer_user, secretary):
        assert get(client, user, lacking).status_code == 403
