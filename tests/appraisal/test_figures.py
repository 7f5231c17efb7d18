import re
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command

from appraisal.models import Figure, FigureCorrection, FigureImport, FigureSheet, Measure
from appraisal.rules.measures import MEASURES
from appraisal.selectors.figures import figure_digest, figures_for
from appraisal.services.figures import import_figures_file, seed_measures
from cadres.models import Officer
from courtparty.audit.models import Entry
from courtparty.lib.dates import Period
from courtparty.lib.xlsx import UnsafeWorkbook, fault_text
from tests.appraisal.figure_books import HEADINGS, SAMPLE, book, edited, fill, make_judges, row
from tests.factories import make_officer, make_unit

ON = date(2026, 11, 22)


@pytest.fixture
def judges(court):
    return make_judges(court)


def imported(court, content, **options):
    return import_figures_file(
        content, filename="figures.xlsx", court=court, by=None, on=ON, **options
    )


def codes(done, *, severity="error"):
    return [
        (fault.sheet, fault.ref, fault.code)
        for fault in done.plan.faults
        if fault.severity == severity
    ]


def figure(officer, code, month=1):
    return Figure.objects.get(officer=officer, measure__code=code, month=date(2026, month, 1)).value


# -- the sample -------------------------------------------------------------------------------


def test_figures_of_the_sample_are_imported(court, judges):
    done = imported(court, SAMPLE.read_bytes())

    assert done.is_written
    assert {k: done.counts[k] for k in ("months", "officers", "new", "changed", "errors")} == {
        "months": 10,
        "officers": 36,
        "new": 5040,
        "changed": 0,
        "errors": 0,
    }
    assert figure(judges["邵怡"], "closed") == 15
    assert figure(judges["邵怡"], "mean_days") == Decimal("27.9")
    assert FigureSheet.objects.to_confirm().count() == 360
    assert Figure.objects.filter(as_of=date(2026, 1, 28)).count() == 36 * 14
    # Only what the numbers themselves say: one judge has more long pending than pending cases.
    assert codes(done, severity="warning") == [("2026-05", "R12", "figures_long_over_pending")]


def test_figures_imported_again_change_nothing(court, judges):
    imported(court, SAMPLE.read_bytes())
    FigureSheet.objects.update(state="confirmed", decided_at="2026-11-01T00:00Z")

    done = imported(court, SAMPLE.read_bytes())

    assert (done.counts["new"], done.counts["changed"], done.counts["unchanged"]) == (0, 0, 5040)
    assert not FigureCorrection.objects.exists()
    assert not FigureSheet.objects.to_confirm().exists()


def test_figures_corrected_keep_their_history_and_ask_again(court, judges):
    first = imported(court, SAMPLE.read_bytes())
    assert first.is_written
    FigureSheet.objects.update(state="confirmed", decided_at="2026-11-01T00:00Z")

    def more_summary(workbook):
        workbook["2026-03"]["L5"] = workbook["2026-03"]["L5"].value - 1

    done = imported(court, edited(more_summary))

    correction = FigureCorrection.objects.get()
    assert done.counts["changed"] == 1
    assert correction.old_value - correction.new_value == 1
    assert correction.figure.officer == judges["许萍"]
    assert correction.figure.value == correction.new_value
    assert correction.old_source.pk < correction.source.pk
    waiting = FigureSheet.objects.to_confirm().get()
    assert (waiting.officer, waiting.month) == (judges["许萍"], date(2026, 3, 1))


def test_figures_dry_run_writes_nothing(court, judges):
    done = imported(court, SAMPLE.read_bytes(), dry_run=True)

    assert done.counts["new"] == 5040
    assert not Figure.objects.exists()
    assert not FigureImport.objects.exists()


def test_figures_import_is_recorded_without_names(court, judges):
    imported(court, SAMPLE.read_bytes())

    entry = Entry.objects.get(verb="figures.imported")
    assert entry.detail["new"] == 5040
    assert entry.actor is None


# -- what is wrong, all at once ---------------------------------------------------------------


def test_figures_with_errors_are_told_at_once_and_nothing_is_written(court, judges):
    def spoil(workbook):
        january, march = workbook["2026-01"], workbook["2026-03"]
        january["G4"] = 99
        january["F5"] = "=D5+E5"
        january["E6"] = -1
        january["C7"] = "汤博鹃"
        march["A2"] = "审判管理办公室"
        workbook["2026-10"]["A1"] = "示例县人民法院2027年10月情况"
        workbook["2026-10"].title = "2027-10"
        workbook.create_sheet("说明").append(["各项数据与实际数据略有误差"])

    done = imported(court, edited(spoil))

    assert not done.is_written
    assert not Figure.objects.exists()
    assert codes(done) == [
        ("2026-01", "G4", "figures_closed_over_accepted"),
        ("2026-01", "F5", "figure_formula_empty"),
        ("2026-01", "E6", "figure_negative"),
        ("2026-01", "C7", "figures_name_unknown"),
        ("2026-03", "", "figures_as_of_missing"),
        ("2027-10", "", "figures_month_future"),
        ("说明", "", "figures_no_table"),
    ]
    assert all("%(" not in str(fault_text(fault)) for fault in done.plan.faults)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param({"name": "Sheet1"}, "figures_month_missing", id="no month"),
        pytest.param({"name": "1月", "titles": ["情况"]}, "figures_year_missing", id="no year"),
        pytest.param(
            {"titles": ["2026年2月情况", "截至2026-02-28"]},
            "figures_month_disagrees",
            id="two months",
        ),
        pytest.param(
            {"titles": ["2026年1-3月情况", "截至2026-03-28"]}, "figures_several_months", id="sums"
        ),
        pytest.param({"name": "2027-01"}, "figures_month_future", id="future month"),
        pytest.param({"titles": ["截至2026-12-28"]}, "figures_as_of_future", id="future day"),
        pytest.param({"titles": ["截至2025-12-28"]}, "figures_as_of_before", id="day too early"),
        pytest.param({"titles": ["情况"]}, "figures_as_of_missing", id="no as-of day"),
        pytest.param({"rows": []}, "figures_no_rows", id="no rows"),
        pytest.param({"headings": ["甲", "乙"]}, "figures_no_table", id="no table"),
        pytest.param({"headings": HEADINGS[:6]}, "heading_missing", id="no closed cases"),
        pytest.param(
            {"headings": [*HEADINGS[:9], "结案数"]}, "heading_twice", id="a heading twice"
        ),
    ],
)
def test_figures_sheet_is_refused(court, officer, made, expected):
    done = imported(court, book(**{"rows": [row()]} | made))

    assert expected in [code for _sheet, _ref, code in codes(done)]
    assert not Figure.objects.exists()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"结案": "六"}, ("G4", "figure_not_a_number"), id="words"),
        pytest.param({"结案": 2.5}, ("G4", "figure_not_whole"), id="half a case"),
        pytest.param({"旧存": "-3"}, ("D4", "figure_negative"), id="negative"),
        pytest.param({"未结": "=F4-G4"}, ("H4", "figure_formula_empty"), id="no cached result"),
        pytest.param({"承办人": None}, ("C4", "figures_name_missing"), id="no name"),
        pytest.param({"承办人": "张" * 61}, ("C4", "figures_name_too_long"), id="no name at all"),
    ],
)
def test_figures_row_is_refused(court, officer, cells, expected):
    done = imported(court, book([row(**cells)]))

    assert ("2026-01", *expected) in codes(done)


def test_figures_formula_text_is_refused(court, officer):
    def as_text(workbook):
        workbook.active["G4"].value = "=1+1"
        workbook.active["G4"].data_type = "s"

    done = imported(court, book([row()], edit=as_text))

    assert codes(done) == [("2026-01", "G4", "figure_formula_text")]


def test_figures_of_one_month_on_two_sheets_are_refused(court, officer):
    def twice(workbook):
        fill(workbook.create_sheet(), [row()], name="2026年1月")

    done = imported(court, book([row()], edit=twice))

    assert codes(done) == [("2026年1月", "", "figures_month_twice")]


def test_figures_on_a_hidden_sheet_are_refused(court, officer):
    def hide(workbook):
        workbook.create_sheet("旧数据").append(["x"])
        workbook["旧数据"].sheet_state = "hidden"

    done = imported(court, book([row()], edit=hide))

    assert codes(done) == [("旧数据", "", "figures_sheet_hidden")]


def test_figures_sheet_that_is_empty_is_left_out(court, officer):
    done = imported(court, book([row()], edit=lambda workbook: workbook.create_sheet("Sheet2")))

    assert done.is_written


def test_figures_file_that_is_no_workbook_is_refused(court):
    with pytest.raises(UnsafeWorkbook):
        imported(court, b"a,b\n1,2\n")


# -- what is understood -----------------------------------------------------------------------


def test_figures_are_read_in_any_order_of_columns_and_words(court, officer):
    headings = ["法官", "庭室", "收案", "已结", "期末未结", "上期结转", "备用"]
    content = book(
        [["张 海　燕", "民事审判\n第一庭", 5, 6, 9, 10, "?"]],
        name="1月",
        titles=["2026年1月情况表", "统计截止日期：2026年1月28日"],
        headings=headings,
    )

    done = imported(court, content)

    assert done.is_written, codes(done)
    assert figure(officer, "pending") == 9
    assert done.reading.unknown_headings == [("1月", "G3", "备用")]


def test_figures_day_given_stands_in_where_a_sheet_has_none(court, officer):
    done = imported(court, book([row()], titles=["情况"]), as_of=date(2026, 2, 3))

    assert done.is_written
    assert Figure.objects.first().as_of == date(2026, 2, 3)


def test_figures_blank_cells_are_missing_not_zero(court, officer):
    imported(court, book([row(**{"平均审理天数": "—"})]))

    stored = figures_for([officer.pk], Period(date(2026, 1, 1), date(2026, 2, 1)))
    assert "mean_days" not in stored[officer.pk][date(2026, 1, 1)]


CACHED = rb"<f>D4+E4</f><v>15</v>"


def test_figures_cached_result_of_a_formula_counts(court, officer):
    # openpyxl writes no cached results, so one is put in by hand.
    plain = book([row(**{"受理": "=D4+E4"})])
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(plain)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = re.sub(rb"(<f>D4\+E4</f>)<v ?/>|(<f>D4\+E4</f>)<v></v>", CACHED, data)
            target.writestr(name, data)

    done = imported(court, out.getvalue())

    assert done.is_written, codes(done)
    assert figure(officer, "accepted") == 15


def test_figures_total_that_differs_is_a_warning(court, officer):
    rows = [row(), ["合计", None, None, 10, 5, 15, 7, 9, None, None], ["注：略有误差。"]]

    done = imported(court, book(rows))

    assert done.is_written
    assert codes(done, severity="warning") == [("2026-01", "G5", "figures_total_differs")]


def test_figures_subtotals_of_departments_are_understood(court, civil, filing, officer):
    make_officer(court=court, department=filing, name="邵怡")
    subtotal = ["小计", None, None, 10, 5, 15, 6, 9, None, None]
    total = ["合计", None, None, 20, 10, 30, 12, 18, None, None]

    done = imported(court, book([row(), subtotal, row("立案庭", "邵怡"), subtotal, total]))

    assert done.is_written
    assert codes(done, severity="warning") == []


def test_figures_that_do_not_continue_the_month_before_are_a_warning(court, officer):
    imported(court, book([row()]))

    titles = ["情况", "数据截至2026-02-28"]
    done = imported(court, book([row(old=8)], name="2026-02", titles=titles))

    assert done.is_written
    assert codes(done, severity="warning") == [("2026-02", "D4", "figures_not_continued")]


def test_figures_of_somebody_who_carries_no_cases_are_a_warning(court, civil):
    make_officer(court=court, department=civil, name="李书", category=Officer.Category.CLERK)

    done = imported(court, book([row(name="李书")]))

    assert codes(done, severity="warning") == [("2026-01", "C4", "figures_not_a_judge")]


def test_figures_missing_judges_are_listed(court, civil, officer):
    other = make_officer(court=court, department=civil, name="王一")

    done = imported(court, book([row()]))

    assert done.plan.without == {other.pk: [date(2026, 1, 1)]}


def test_figures_gone_from_the_workbook_stay_and_are_told(court, officer):
    imported(court, book([row()]))

    done = imported(court, book([row(**{"平均审理天数": None})]))

    assert done.is_written
    assert codes(done, severity="warning") == [("2026-01", "4", "figures_kept")]
    assert figure(officer, "mean_days") == Decimal("30.5")


def test_figures_older_than_those_stored_are_refused_unless_wanted(court, officer):
    imported(court, book([row()]))
    older = book([row(closed=5)], titles=["情况", "数据截至2026-01-20"])

    refused = imported(court, older)
    assert codes(refused) == [("2026-01", "", "figures_older")]

    assert imported(court, older, allow_older=True).is_written
    assert figure(officer, "closed") == 5


def test_figures_unchanged_but_newer_are_stored_with_the_newer_day(court, officer):
    imported(court, book([row()]))

    done = imported(court, book([row()], titles=["情况", "数据截至2026-02-05"]))

    assert done.counts["unchanged"] == 6
    assert set(Figure.objects.values_list("as_of", flat=True)) == {date(2026, 2, 5)}
    assert not FigureCorrection.objects.exists()


# -- whose figures they are -------------------------------------------------------------------


def test_figures_of_another_court_are_never_touched(court, officer, other_court, outsider):
    done = imported(court, book([row("民事审判庭", "钱外人")]))

    assert codes(done) == [("2026-01", "C4", "figures_name_unknown")]
    assert done.plan.unsettled[0].candidates == []


@pytest.mark.parametrize(
    ("left_on", "is_found"),
    [
        pytest.param(date(2025, 12, 31), False, id="left before"),
        pytest.param(date(2026, 1, 10), True, id="left in the month"),
        pytest.param(date(2026, 5, 1), True, id="left later"),
    ],
)
def test_figures_of_officers_who_left_are_taken_for_their_months(court, civil, left_on, is_found):
    make_officer(court=court, department=civil, left_on=left_on)

    assert imported(court, book([row()])).is_written is is_found


def test_figures_without_a_department_are_matched_by_a_name_that_is_unique(court, officer):
    assert imported(court, book([row(department="")])).is_written


def test_figures_of_the_same_name_in_two_departments_are_told_apart(court, civil, filing, officer):
    namesake = make_officer(court=court, department=filing, name="张海燕")

    done = imported(court, book([row(), row("立案庭", closed=3)]))

    assert done.is_written
    assert (figure(officer, "closed"), figure(namesake, "closed")) == (6, 3)


def test_figures_of_two_of_one_name_in_a_department_are_an_error(court, civil, officer):
    make_officer(court=court, department=civil, name="张海燕")

    done = imported(court, book([row(), row(closed=3)]))

    assert codes(done) == [
        ("2026-01", "C4", "figures_name_twice"),
        ("2026-01", "C5", "figures_name_twice"),
    ]
    assert [one.occurrence for one in done.plan.unsettled] == [1, 2]
    assert len(done.plan.unsettled[0].candidates) == 2


def test_figures_of_one_of_two_namesakes_are_an_error(court, civil, officer):
    make_officer(court=court, department=civil, name="张海燕")

    assert codes(imported(court, book([row()]))) == [("2026-01", "C4", "figures_name_ambiguous")]


def test_figures_row_doubled_is_an_error(court, officer):
    done = imported(court, book([row(), row()]))

    assert not done.is_written
    assert [code for _sheet, _ref, code in codes(done)] == ["figures_name_twice"] * 2


# -- measures and digests ---------------------------------------------------------------------


def test_measures_are_seeded_once_and_edited_ones_stay(db):
    assert seed_measures() == len(MEASURES)
    Measure.objects.filter(code="closed").update(name="审结", headings="审结")

    assert seed_measures() == 0
    assert Measure.objects.get(code="closed").name == "审结"


def test_measure_added_by_the_court_is_read(court, officer):
    seed_measures()
    Measure.objects.create(
        code="trials", name="开庭", name_en="Hearings", headings="开庭 结案", aggregation="sum"
    )

    done = imported(court, book([[*row(), 12]], headings=[*HEADINGS, "开庭"]))

    assert done.is_written, codes(done)
    assert figure(officer, "trials") == 12


def test_figure_digest_is_over_the_numbers_only():
    january = date(2026, 1, 1)

    same = figure_digest({january: {"closed": Decimal("6"), "new": Decimal("5.0000")}})

    assert same == figure_digest({january: {"new": Decimal("5"), "closed": Decimal("6.0")}})
    assert same != figure_digest({january: {"closed": Decimal("6")}})


# -- the command ------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "figures.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    return path


def test_command_imports_and_counts(court, judges, file, capsys):
    call_command("import_figures", str(file))

    assert "months 10, officers 36, new 5040, changed 0, unchanged 0" in capsys.readouterr().out
    assert Figure.objects.count() == 5040


def test_command_dry_run_writes_nothing(court, judges, file, capsys):
    call_command("import_figures", str(file), "--dry-run")

    assert "new 5040" in capsys.readouterr().out
    assert not Figure.objects.exists()


def test_command_says_every_error_with_its_place(court, file, capsys):
    with pytest.raises(CommandError):
        call_command("import_figures", str(file), "--court", "slx")

    out = capsys.readouterr().out
    assert out.count("邵怡") == 10
    assert all("2026-0" in line or "2026-10" in line for line in out.splitlines() if "邵怡" in line)
    assert "C 承办人" in out
    assert not Figure.objects.exists()


def test_command_wants_the_court_named_where_there_are_several(court, other_court, file):
    with pytest.raises(CommandError, match="other, slx"):
        call_command("import_figures", str(file))


def test_command_does_not_know_a_court_that_is_not_there(court, file):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_figures", str(file), "--court", "nowhere")


def test_figures_in_a_department_by_its_english_name_are_found(court):
    unit = make_unit(court, "民事审判庭")
    unit.name_en = "Civil Division"
    unit.save()
    make_officer(court=court, department=unit, name="Anna Li")

    assert imported(court, book([row("Civil Division", "Anna  Li")])).is_written
