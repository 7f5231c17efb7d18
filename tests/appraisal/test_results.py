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
from appraisal.rules import scoring
from appraisal.rules.periods import Amount
from appraisal.rules.scoring import Kind
from appraisal.selectors.index_sets import measure_names
from appraisal.selectors.result_words import explanation_of
from appraisal.selectors.results import medians_of, own_results, result_shown
from appraisal.selectors.snapshots import lines_of
from appraisal.services.results import CannotExport, export_results
from courtparty.audit.models import Entry
from tests.appraisal.cycle_cast import (
    MONTHS,
    assess,
    assess_anew,
    make_cycle,
    make_figures,
    make_import,
    make_judges,
    make_published_set,
    put,
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
    return computed(cycle)


@pytest.fixture
def unfinished(cycle, officer, source):
    make_figures(officer, source, months=MONTHS[:4] + MONTHS[5:])
    return computed(cycle)


def computed(cycle):
    """Computed and being reviewed, so that officers read their own."""
    assess(cycle)
    put(cycle, "reviewing")
    return Result.objects.select_related("participant__officer").get()


def explained(result, code):
    line = next(line for line in lines_of(result) if line.code == code)
    return explanation_of(line, Indicator.objects.get(code=code), measure_names())


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
    result = computed(cycle)

    with translation.override("en"):
        assert explained(result, "reversal_rate") == (
            "Rate revised or remanded: (Revised on appeal 0 + Remanded on appeal 0) ÷ Appealed 0 "
            "leaves nothing to divide by, so it does not apply; its weight of 20.00 is left out "
            "of the total"
        )


@pytest.mark.parametrize(("mediated", "where"), [(1, "below"), (13, "above")])
def test_range_says_on_which_side_it_was_left(cycle, officer, source, mediated, where):
    make_figures(officer, source, mediated=mediated, withdrawn=0)
    result = computed(cycle)

    with translation.override("en"):
        assert f"{where} the reasonable range" in explained(result, "mediation_rate")


YEAR = [f"2026-{month:02d}" for month in range(1, 11)]


def in_words(kind, amounts, *, months=MONTHS, share=None, averages=(), groups=(), **fields):
    """One line of any kind in English, straight from amounts; ``a`` is 'cases heard'."""
    rule = scoring.Indicator(
        code="x",
        kind=kind,
        weight=Decimal(fields.pop("weight", 10)),
        numerator=fields.pop("top", ("a",)),
        denominator=(),
        at_most=fields.pop("at_most", ""),
        params={name: Decimal(value) for name, value in fields.items()},
    )
    situation = scoring.Situation(tuple(months), share, dict(averages))
    line = scoring.score(rule, {one.measure: one for one in amounts}, situation)
    indicator = Indicator(code="x", name="甲", name_en="Thing", kind=kind)
    with translation.override("en"):
        return explanation_of(line, indicator, {"a": "cases heard"}, groups)


def monthly(*values):
    found = tuple(zip(MONTHS, map(Decimal, values), strict=False))
    return Amount("a", sum(map(Decimal, values)), found)


RATED_AMOUNT = Amount(scoring.rating_key("x"), Decimal("87.5"))


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        pytest.param(
            "Thing: the mean of 2 grades is 85 of 100 → 8.50 / 10.00",
            {"kind": Kind.GRADED, "amounts": [monthly(80, 90)]},
            id="graded by figures of several months",
        ),
        pytest.param(
            "Thing: cases heard 80, a grade of 80 of 100 → 8.00 / 10.00",
            {"kind": Kind.GRADED, "amounts": [monthly(80)]},
            id="graded once",
        ),
        pytest.param(
            "Thing: the raters' weighted mean is 87.5 of 100 → 8.75 / 10.00 Groups: peers: 87.5 "
            "of 5 ratings.",
            {
                "kind": Kind.GRADED,
                "amounts": [RATED_AMOUNT],
                "top": (),
                "groups": [["peers", "60", 5, "87.5", True], ["head", "40", 1, "80", False]][:1],
            },
            id="rated",
        ),
        pytest.param(
            "Thing: no ratings came in, so there are no points and no total yet",
            {
                "kind": Kind.GRADED,
                "amounts": [Amount(scoring.rating_key("x"), None)],
                "top": (),
            },
            id="not rated",
        ),
        pytest.param(
            "Thing: yes in 2 of 3 months → 6.67 / 10.00",
            {"kind": Kind.YES_NO, "amounts": [monthly(1, 0, 1)]},
            id="yes or no",
        ),
        pytest.param(
            "Thing: 2 for each of cases heard 3, at most 5.00 → 5.00 beside the hundred",
            {"kind": Kind.BONUS, "amounts": [monthly(3)], "weight": 5, "per_event": 2},
            id="bonus",
        ),
        pytest.param(
            "Thing: cases heard 1; it limits the grade to “competent”",
            {"kind": Kind.VETO, "amounts": [monthly(1)], "weight": 0, "at_most": "competent"},
            id="veto that fired",
        ),
        pytest.param(
            "Thing: cases heard 0; nothing that limits the grade",
            {"kind": Kind.VETO, "amounts": [monthly(0)], "weight": 0, "at_most": "competent"},
            id="veto that did not",
        ),
        pytest.param(
            "Thing = cases heard 70; full marks at 70 % of what the judges reach on average, "
            "13 a month × 10 months in post = 91 → 7.69 / 10.00",
            {
                "kind": Kind.HEAD_SHARE,
                "amounts": [monthly(70)],
                "share": Decimal(70),
                "averages": {"x": Decimal(13)},
            },
            id="head's share",
        ),
        pytest.param(
            "Thing: it is for heads, so it does not apply; its weight of 10.00 is left out of the "
            "total",
            {"kind": Kind.HEAD_SHARE, "amounts": [monthly(70)]},
            id="no head",
        ),
        pytest.param(
            "Thing: there are no judges to compare with, so it does not apply; its weight of "
            "10.00 is left out of the total",
            {"kind": Kind.HEAD_SHARE, "amounts": [monthly(70)], "share": Decimal(70)},
            id="nobody to compare with",
        ),
        pytest.param(
            "Thing = cases heard 1; full marks at 0.5 × 10 months in post = 5 → 2.00 / 10.00",
            {"kind": Kind.COUNT, "amounts": [monthly(1)], "per_month": "0.5"},
            id="count",
        ),
    ],
)
def test_kinds_that_the_example_lacks_are_explained_too(words, arguments):
    assert in_words(**arguments) == words


def test_ladder_is_explained_by_the_months_in_post():
    rule = scoring.Indicator(
        "x", Kind.LADDER, Decimal(10), ("a",), ("b",),
        {"m3": Decimal("0.18"), "m6": Decimal("0.55")},
    )  # fmt: skip
    amounts = {"a": Amount("a", Decimal(20)), "b": Amount("b", Decimal(100))}
    line = scoring.score(rule, amounts, scoring.Situation(tuple(MONTHS[3:6])))
    indicator = Indicator(code="x", name="甲", name_en="Thing", kind="ladder")

    with translation.override("en"):
        assert explanation_of(line, indicator, {"a": "closed", "b": "taken"}) == (
            "Thing = closed 20 ÷ taken 100 = 20.00 %; the ladder asks for 37 % over the months in "
            "post (2026-04 to 2026-06: from 18 % to 55 %) → 5.41 / 10.00"
        )


def test_case_points_are_explained_by_their_parts():
    rule = scoring.Indicator(
        "x", Kind.COUNT, Decimal(10), ("p",), (), {"per_month": Decimal(100)}
    )  # fmt: skip
    figures = {MONTHS[0]: {"a": Decimal(5), "b": Decimal(2)}}
    (line,) = scoring.lines_of(
        [rule], {}, MONTHS[:1], figures, derived={"p": [("a", Decimal(9)), ("b", Decimal(3))]}
    )
    indicator = Indicator(code="x", name="甲", name_en="Thing", kind="count")

    with translation.override("en"):
        assert explanation_of(line, indicator, {"a": "first", "b": "second", "p": "points"}) == (
            "Thing = points 51; full marks at 100 × 1 months in post = 100 → 5.10 / 10.00 "
            "points: first 5 × 9 + second 2 × 3."
        )


def test_means_of_few_raters_are_not_shown(monkeypatch):
    groups = [["peers", "60", 5, "87.5", True], ["head", "40", 1, "80", False]]
    words = in_words(Kind.GRADED, [RATED_AMOUNT], top=(), groups=groups)
    assert "80 of 1" not in words


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
    assess(cycle)
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
    assess(cycle)

    assert medians_of(Result.objects.first().participant) is None


def test_result_page_asks_as_much_in_a_large_group(client, cycle, court, civil, source, appraiser):
    client.force_login(appraiser)
    make_judges(court, civil, source, 1)
    assess(cycle)
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
        "civil trial · judges",
        "Explanations",
        "Missing figures",
        "Not taking part",
        "Computing",
    ]
    points = sheets["civil trial · judges"][2]
    assert points[2:8] == (24, 14.63, 15, 10, 20, 10)
    assert points[8:12] == (93.63, 0, 93.63, "complete")
    assert len(sheets["Explanations"]) == 1 + 6
    assert sheets["Explanations"][1][6].startswith("Cases closed = Closed cases 160")
    assert [row[1] for row in sheets["Not taking part"][1:]] == ["王立案"]
    assert ("Fingerprint", run.fingerprint) in sheets["Computing"]
    assert ("Differs from its snapshot", "none") in sheets["Computing"]


def test_export_names_results_that_differ_from_their_snapshot(result, cycle, officer):
    Result.objects.update(total=Decimal("99.99"))

    sheets = sheets_of(export_results(cycle, by=None, language="en"))

    assert ("Differs from its snapshot", officer.name) in sheets["Computing"]


def test_export_lists_missing_figures_and_no_total(unfinished, cycle, officer):
    sheets = sheets_of(export_results(cycle, by=None, language="en"))

    assert sheets["civil trial · judges"][2][10] is None
    assert sheets["Missing figures"][1][1:3] == (officer.name, "2026-05")


def test_export_ranks_nobody(cycle, court, civil, source):
    make_judges(court, civil, source, 3)
    assess(cycle)

    rows = sheets_of(export_results(cycle, by=None, language="en"))["civil trial · judges"]

    assert [row[1] for row in rows[2:]] == ["法官0", "法官1", "法官2"]
    assert not any("rank" in str(heading).lower() for heading in rows[1])


def test_exported_twice_the_cells_are_equal(result, cycle):
    first = sheets_of(export_results(cycle, by=None))

    assert sheets_of(export_results(cycle, by=None)) == first


def test_exported_text_is_never_a_formula(cycle, court, source):
    department = make_unit(court, "=1+1", function="civil")
    judge = make_officer(court=court, department=department, name="=HYPERLINK(1)")
    make_figures(judge, source)
    assess(cycle)

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
