"""The pressure board: what was published, nothing finer, and nothing to filter by."""

from datetime import date

import pytest
from django.urls import reverse

from courtparty.audit.models import Entry
from courtparty.lib.xlsx import read_workbook
from retention.models import PressureReport
from tests.retention.screening_cast import make_report

pytestmark = pytest.mark.django_db

BOARD = reverse("retention:pressure_board")


@pytest.fixture
def reader(political, client):
    political.language = "en"
    political.save()
    client.force_login(political)
    return political


def words(response):
    return " ".join(response.text.split())


def test_the_board_shows_figures_and_says_what_is_hidden(client, reader, court):
    make_report(court)

    text = words(client.get(BOARD))

    assert "2026, quarter 3" in text
    assert "10–14" in text
    assert "about 20 %" in text
    assert text.count('<span class="text-muted-2">hidden</span>') == 2
    assert text.count('<svg class="chart"') == 3
    assert "Groups of fewer than 5 people are hidden" in text


def test_an_empty_board_says_when_there_will_be_something(client, reader):
    assert "No report has been published yet" in client.get(BOARD).text


def test_too_few_are_told_nothing_of(client, reader, court):
    report = make_report(court)
    hidden = {"whole": None, "function": {"civil": None}, "category": {}, "tenure": {}}
    PressureReport.objects.filter(pk=report.pk).update(figures=hidden)

    text = client.get(BOARD).text

    assert "Too few took part" in text
    assert '<svg class="chart"' not in text


def test_only_published_quarters_can_be_chosen(client, reader, court):
    make_report(court, quarter=date(2026, 4, 1), mean=11)
    make_report(court, quarter=date(2026, 7, 1), mean=22)

    assert "2026, quarter 2</h2>" in words(client.get(BOARD, {"quarter": "2026-04-01"}))
    assert client.get(BOARD, {"quarter": "2026-01-01"}).status_code == 404
    assert client.get(BOARD, {"quarter": "x"}).status_code == 404
    assert client.get(BOARD, {"court": "999999"}).status_code == 404
    # Anything else is no filter: the page is the same whatever is asked.
    plain = client.get(BOARD, {"quarter": "2026-07-01"}).context["parts"]
    other = {"quarter": "2026-07-01", "function": "civil", "category": "clerk", "q": "x"}
    assert client.get(BOARD, other).context["parts"] == plain


def test_secretaries_see_the_whole_only(client, branch_secretary, court):
    make_report(court)
    branch_secretary.language = "en"
    branch_secretary.save()
    client.force_login(branch_secretary)

    text = client.get(BOARD).text

    assert "10–14" in text
    assert "By function" not in text


def test_the_export_holds_what_the_page_shows(client, reader, court, secretary):
    report = make_report(court)
    address = reverse("retention:pressure_export", args=[report.pk])

    response = client.get(address)

    sheet = read_workbook(response.content, filename="pressure.xlsx").sheets[0]
    rows = [[row.cell(place).text for place in range(5)] for row in sheet.rows]
    assert ["Whole court", "", "10–14", "18", "about 20 %"] in rows
    assert ["By function", "criminal trial", "hidden", "", ""] in rows
    assert Entry.objects.filter(verb="pressure.exported", actor=reader).count() == 1


def test_the_board_costs_the_same_at_one_and_three(
    client, reader, court, django_assert_max_num_queries
):
    make_report(court)
    client.get(BOARD)
    with django_assert_max_num_queries(40) as one:
        client.get(BOARD)
    make_report(court, quarter=date(2026, 4, 1))
    make_report(court, quarter=date(2026, 1, 1))
    with django_assert_max_num_queries(40) as three:
        client.get(BOARD)
    assert len(one) == len(three)
