from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from appraisal.models import Indicator, Result
from appraisal.selectors.index_sets import measure_names
from appraisal.selectors.results import explanation_of, medians_of, own_results, result_shown
from appraisal.services.assessment import assess_cycle
from appraisal.services.results import CannotExport, export_results
from courtparty.audit.models import Entry
from tests.appraisal.cycle_cast import (
    MONTHS,
    assess_anew,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_published_set,
)
from tests.factories import make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(court):
    return make_import(court)


@pytest.fixture
def cycle(court, source):
    make_published_set(court)
    return make_cycle(court)


@pytest.fixture
def result(cycle, officer, source):
    make_figures(officer, source)
    assess_cycle(cycle_id=cycle.pk, by=None)
    return Result.objects.get()


@pytest.fixture
def unfinished(cycle, officer, source):
    make_figures(officer, source, months=MONTHS[:4] + MONTHS[5:])
    assess_cycle(cycle_id=cycle.pk, by=None)
    return Result.objects.get()


def explained(result, code, **changes):
    line = next(line for line in result.lines if line["code"] == code)
    indicator = Indicator.objects.get(code=code)
    return explanation_of({**line, **changes}, indicator, measure_names())


# -- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "cases_closed",
            "Cases closed = Closed cases 160; full marks at 20 × 10 months in post = 200 → "
            "24.00 / 30.00",
        ),
        (
            "closing_rate",
            "Closing rate = Closed cases 160 ÷ (Carried-over cases 20 + New cases 180) = "
            "80.00 %; full marks at 82 % → 14.63 / 15.00",
        ),
        (
            "within_limit_rate",
            "Rate closed within time limit = Closed within the time limit 160 ÷ Closed cases 160 "
            "= 100.00 %; no marks at 80 %, full marks at 100 % → 15.00 / 15.00",
        ),
        (
            "mediation_rate",
            "Mediation and withdrawal rate = (Mediated 50 + Withdrawn 30) ÷ Closed cases 160 = "
            "50.00 %; inside the reasonable range 20 % to 60 % → 10.00 / 10.00",
        ),
        (
            "long_pending",
            "Long-pending cases: 10.00 less 2 for each of Pending for over 12 months 0 → "
            "10.00 / 10.00",
        ),
    ],
)
def test_every_kind_is_explained_down_to_the_figures(result, code, words):
    with translation.override("en"):
        assert explained(result, code) == words


def test_missing_line_is_explained(unfinished):
    with translation.override("en"):
        assert explained(unfinished, "cases_closed") == (
            "Cases closed: figures are missing, so there are no points and no total yet"
        )


def test_line_that_does_not_apply_is_explained(cycle, officer, source):
    make_figures(officer, source, appealed=0)
    assess_cycle(cycle_id=cycle.pk, by=None)

    with translation.override("en"):
        assert explained(Result.objects.get(), "reversal_rate") == (
            "Rate revised or remanded: (Revised on appeal 0 + Remanded on appeal 0) ÷ Appealed 0 "
            "leaves nothing to divide by, so it does not apply; its weight of 20.00 is left out "
            "of the total"
        )


@pytest.mark.parametrize(("mediated", "where"), [(1, "below"), (13, "above")])
def test_range_says_on_which_side_it_was_left(cycle, officer, source, mediated, where):
    make_figures(officer, source, mediated=mediated, withdrawn=0)
    assess_cycle(cycle_id=cycle.pk, by=None)

    with translation.override("en"):
        assert f"{where} the reasonable range" in explained(Result.objects.get(), "mediation_rate")


# -- the page ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_officer_reads_the_own_result_with_every_line(client, result, officer_user, language):
    officer_user.language = language
    officer_user.save()
    client.force_login(officer_user)

    response = client.get(result.get_absolute_url())

    assert "93.63" in response.text
    with translation.override(language):
        for line in result_shown(result).lines:
            assert line.name in response.text
            assert line.explanation in response.text
            assert line.indicator.display_basis in response.text
    assert "2026-01-28" in response.text
    assert "figures.xlsx" in response.text
    assert "style=" not in response.text


def test_reading_the_own_result_is_not_recorded(client, result, officer_user):
    client.force_login(officer_user)

    client.get(result.get_absolute_url())

    assert not Entry.objects.filter(verb="result.read").exists()


@pytest.mark.parametrize("who", ["head", "political", "appraiser", "president"])
def test_reading_another_persons_result_is_recorded(client, request, result, officer, who):
    reader = request.getfixturevalue(who)
    client.force_login(reader)

    assert client.get(result.get_absolute_url()).status_code == 200

    entry = Entry.objects.about(officer).reads().get(verb="result.read")
    assert entry.actor == reader


@pytest.mark.parametrize(
    "who",
    ["secretary", "branch_secretary", "party_affairs", "steward", "outsider",
     "outsider_political", "system_admin", "audit_admin"],
)  # fmt: skip
def test_result_is_not_found_by_others(client, request, result, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(result.get_absolute_url()).status_code == 404
    assert not Entry.objects.filter(verb="result.read").exists()


def test_colleague_does_not_find_the_result(client, result, court, civil):
    colleague = make_user("colleague", court=court)
    make_officer(court=court, department=civil, name="同事", user=colleague)
    client.force_login(colleague)

    assert client.get(result.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_result_without_total_lists_what_is_missing(client, unfinished, officer_user, language):
    officer_user.language = language
    officer_user.save()
    client.force_login(officer_user)

    response = client.get(unfinished.get_absolute_url())

    assert {month for month, _measure in response.context["shown"].missing} == {"2026-05"}
    assert response.context["comparison"] == ""


def test_comparison_needs_a_group_of_five(client, cycle, court, civil, source, appraiser):
    make_judges(court, civil, source, 4)
    assess_cycle(cycle_id=cycle.pk, by=None)
    four = Result.objects.order_by("pk").first()
    assert medians_of(four.participant) is None

    make_judges(court, civil, source, 1)
    assess_anew(cycle)

    result = Result.objects.order_by("pk").first()
    medians = medians_of(result.participant)
    totals = sorted(Result.objects.values_list("total", flat=True))
    assert (medians.count, medians.total) == (5, totals[2])
    assert medians.points["long_pending"] == Decimal("10.00")
    client.force_login(appraiser)
    assert "<svg" in client.get(result.get_absolute_url()).context["comparison"]


def test_medians_are_taken_within_one_index_set(cycle, court, civil, filing, source):
    make_judges(court, civil, source, 4)
    make_judges(court, filing, source, 3)  # no set for their function
    assess_cycle(cycle_id=cycle.pk, by=None)

    assert medians_of(Result.objects.first().participant) is None


def test_result_page_asks_as_much_in_a_large_group(client, cycle, court, civil, source, appraiser):
    client.force_login(appraiser)
    make_judges(court, civil, source, 1)
    assess_cycle(cycle_id=cycle.pk, by=None)
    page = Result.objects.get().get_absolute_url()
    client.get(page)
    with CaptureQueriesContext(connection) as alone:
        client.get(page)
    make_judges(court, civil, source, 6)
    assess_anew(cycle)

    page = Result.objects.first().get_absolute_url()
    with CaptureQueriesContext(connection) as among_seven:
        client.get(page)

    assert len(among_seven) == len(alone)


def test_own_results_are_the_own_ones(result, cycle, officer_user, outsider):
    (own,) = own_results(officer_user)

    assert (own.cycle, own.total, own.state) == (cycle, Decimal("93.63"), "complete")
    assert own.url == result.get_absolute_url()
    assert own_results(outsider) == []


# -- the workbook -----------------------------------------------------------------------------


def sheets_of(content):
    book = openpyxl.load_workbook(BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_export_has_results_explanations_and_who_is_left_out(result, cycle, court, filing):
    make_officer(court=court, department=filing, name="王立案")
    run = assess_anew(cycle)

    sheets = sheets_of(export_results(cycle, by=None, language="en"))

    assert list(sheets) == [
        "civil trial · quota judge",
        "Explanations",
        "Missing figures",
        "Not taking part",
        "Computing",
    ]
    points = sheets["civil trial · quota judge"][2]
    assert points[2:8] == (24, 14.63, 15, 10, 20, 10)
    assert (points[8], points[9]) == (93.63, "complete")
    assert len(sheets["Explanations"]) == 1 + 6
    assert sheets["Explanations"][1][6].startswith("Cases closed = Closed cases 160")
    assert [row[1] for row in sheets["Not taking part"][1:]] == ["王立案"]
    assert ("Fingerprint", run.fingerprint) in sheets["Computing"]


def test_export_lists_missing_figures_and_no_total(unfinished, cycle, officer):
    sheets = sheets_of(export_results(cycle, by=None, language="en"))

    assert sheets["civil trial · quota judge"][2][8] is None
    assert sheets["Missing figures"][1][1:3] == (officer.name, "2026-05")


def test_export_ranks_nobody(cycle, court, civil, source):
    make_judges(court, civil, source, 3)
    assess_cycle(cycle_id=cycle.pk, by=None)

    rows = sheets_of(export_results(cycle, by=None, language="en"))["civil trial · quota judge"]

    assert [row[1] for row in rows[2:]] == ["法官0", "法官1", "法官2"]
    assert not any("rank" in str(heading).lower() for heading in rows[1])


def test_exported_twice_the_cells_are_equal(result, cycle):
    first = sheets_of(export_results(cycle, by=None))

    assert sheets_of(export_results(cycle, by=None)) == first


def test_exported_text_is_never_a_formula(cycle, court, source):
    department = make_unit(court, "=1+1", function="civil")
    judge = make_officer(court=court, department=department, name="=HYPERLINK(1)")
    make_figures(judge, source)
    assess_cycle(cycle_id=cycle.pk, by=None)

    book = openpyxl.load_workbook(BytesIO(export_results(cycle, by=None)))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert any(cell.value == "=HYPERLINK(1)" for cell in cells)


def test_export_refuses_before_computing(cycle):
    with pytest.raises(CannotExport):
        export_results(cycle, by=None)


def test_export_command_writes_the_workbook_and_records(result, cycle, tmp_path, capsys):
    file = tmp_path / "results.xlsx"

    call_command("export_results", cycle.code, str(file), "--court=slx", "--language=en")

    assert "Explanations" in sheets_of(file.read_bytes())
    assert Entry.objects.about(cycle).get(verb="results.exported").actor is None


def test_export_command_refuses_what_it_cannot_do(cycle, tmp_path):
    file = tmp_path / "results.xlsx"

    with translation.override("en"):
        with pytest.raises(CommandError, match="not been computed"):
            call_command("export_results", cycle.code, str(file))
        with pytest.raises(CommandError, match="no cycle “x”"):
            call_command("export_results", "x", str(file))
    assert not file.exists()
