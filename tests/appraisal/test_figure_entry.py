"""Figures entered by hand: the grid, the same grid as a workbook, and what is refused."""

import json
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from appraisal.models import Figure, FigureCorrection, FigureImport, FigureSheet, Measure
from appraisal.selectors.figure_grid import entry_groups, grid_of
from appraisal.selectors.figure_sheets import sheet_details
from appraisal.selectors.figure_sources import source_text
from appraisal.services.confirmations import remind_to_confirm
from appraisal.services.figure_entry import CannotEnter, enter_figures
from appraisal.services.figures import figures_lock
from courtparty.accounts.models import Unit
from courtparty.audit.models import Entry
from courtparty.jobs.services import start_job
from tests.appraisal.cycle_cast import make_cycle, make_set
from tests.factories import make_officer, make_unit, make_user

AT = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
MONTH = date(2026, 10, 1)
PAGE = "appraisal:figure_entry"

# One indicator of each way to enter: counts, a register, a grade up to 100, yes or no.
ENTERED = [
    {
        "code": "reviews", "name": "评查", "name_en": "Reviews", "part": "common",
        "area": "quality", "kind": "ratio", "weight": "40", "numerator": ["reviews_upheld"],
        "denominator": ["reviews"], "params": {"zero_at": "0.5", "full_at": "1"},
    },
    {
        "code": "awards", "name": "表彰", "name_en": "Awards", "part": "common",
        "area": "effect", "kind": "bonus", "weight": "5", "numerator": ["awards"],
        "params": {"per_event": "1"},
    },
    {
        "code": "score", "name": "评查得分", "name_en": "Score", "part": "function",
        "area": "quality", "kind": "graded", "weight": "30", "numerator": ["review_score"],
        "params": {},
    },
    {
        "code": "training", "name": "训练", "name_en": "Training", "part": "function",
        "area": "conduct", "kind": "yes_no", "weight": "30", "numerator": ["training_done"],
        "params": {},
    },
]  # fmt: skip


@pytest.fixture
def index_set(court, officer):
    return make_set(court, ENTERED)


@pytest.fixture
def group(index_set, civil):
    return group_of(civil)


def group_of(unit):
    return next(
        one
        for one in entry_groups([Unit.objects.get(path=unit.court_path)])
        if one.department_id == unit.pk
    )


def enter(group, by, values, *, shown=None, month=MONTH):
    return enter_figures(
        group=group,
        month=month,
        values={
            (officer.pk, code): None if value is None else Decimal(value)
            for (officer, code), value in values.items()
        },
        shown={(one.pk, code): Decimal(value) for (one, code), value in (shown or {}).items()},
        by=by,
        at=AT,
    )


def stored():
    rows = Figure.objects.values_list("officer__name", "measure__code", "value")
    return {(name, code): float(value) for name, code, value in rows}


# -- what is stored ---------------------------------------------------------------------------


def test_entry_stores_figures_with_their_source(group, officer, appraiser, officer_user):
    values = {
        (officer, "reviews"): "4",
        (officer, "reviews_upheld"): "3",
        (officer, "review_score"): "87.5",
        (officer, "training_done"): "1",
        (officer, "awards"): None,
    }

    made = enter(group, appraiser, values).figure_import

    assert stored() == {
        ("张海燕", "reviews"): 4,
        ("张海燕", "reviews_upheld"): 3,
        ("张海燕", "review_score"): 87.5,
        ("张海燕", "training_done"): 1,
    }
    assert (made.origin, made.state, made.created_by) == ("entry", "imported", appraiser)
    assert made.counts == {"months": 1, "officers": 1, "new": 4, "changed": 0, "unchanged": 1}
    assert Figure.objects.filter(source=made, as_of=date(2026, 11, 23), month=MONTH).count() == 4
    sheet = FigureSheet.objects.get()
    assert (sheet.officer, sheet.state, sheet.source) == (officer, "to_confirm", made)
    entry = Entry.objects.get(verb="figures.entered")
    assert (entry.actor, entry.detail) == (appraiser, made.counts)
    assert "appraiser" in source_text(made)
    assert "2026-11-23" in source_text(made)
    assert remind_to_confirm(on=date(2026, 11, 24)) == 1


def test_entry_of_what_is_shown_writes_nothing(group, officer, appraiser):
    enter(group, appraiser, {(officer, "reviews"): "4", (officer, "awards"): "1"})
    shown = {(officer, "reviews"): "4", (officer, "awards"): "1"}

    with pytest.raises(CannotEnter):
        enter(group, appraiser, shown, shown=shown)
    enter(group, appraiser, shown | {(officer, "awards"): "2"}, shown=shown)

    assert FigureImport.objects.count() == 2
    correction = FigureCorrection.objects.get()
    assert (correction.old_value, correction.new_value) == (1, 2)
    lines = {line.measure.code: line for line in sheet_details(FigureSheet.objects.all())[0].lines}
    assert lines["reviews"].figure.source_id < lines["awards"].figure.source_id


def test_entry_left_as_shown_does_not_undo_what_somebody_else_entered(group, officer, appraiser):
    enter(group, appraiser, {(officer, "reviews"): "4"})

    enter(group, appraiser, {(officer, "reviews"): None, (officer, "awards"): "1"})

    assert stored() == {("张海燕", "reviews"): 4, ("张海燕", "awards"): 1}


def refused(group, by, values, **options):
    before = (stored(), FigureImport.objects.count(), FigureSheet.objects.count())
    with pytest.raises(CannotEnter) as caught:
        enter(group, by, values, **options)
    assert (stored(), FigureImport.objects.count(), FigureSheet.objects.count()) == before
    return [fault.code for faults in caught.value.faults.values() for fault in faults]


@pytest.mark.parametrize(
    ("code", "value", "fault"),
    [
        pytest.param("review_score", "100.1", "figure_over_maximum", id="above 100"),
        pytest.param("training_done", "2", "figure_over_maximum", id="neither yes nor no"),
        pytest.param("awards", "-1", "figure_negative", id="negative"),
        pytest.param("awards", "0.5", "figure_not_whole", id="not whole"),
        pytest.param("closed", "5", "entry_not_entered", id="comes with a workbook"),
        pytest.param("nonsense", "5", "entry_not_entered", id="no measure"),
    ],
)
def test_entry_that_cannot_be_is_refused_whole(group, officer, appraiser, code, value, fault):
    values = {(officer, "reviews"): "4", (officer, code): value}

    assert refused(group, appraiser, values) == [fault]


def test_entry_of_more_done_than_due_is_refused(group, officer, appraiser):
    enter(group, appraiser, {(officer, "reviews"): "2"})

    values = {(officer, "reviews_upheld"): "3"}

    assert refused(group, appraiser, values) == ["figures_part_over_whole"]


def test_entry_changed_meanwhile_is_refused(group, officer, appraiser):
    enter(group, appraiser, {(officer, "reviews"): "4"})

    assert refused(group, appraiser, {(officer, "reviews"): "5"}) == ["entry_meanwhile"]


def test_entry_cannot_be_taken_away(group, officer, appraiser):
    enter(group, appraiser, {(officer, "reviews"): "4"})
    shown = {(officer, "reviews"): "4"}

    assert refused(group, appraiser, {(officer, "reviews"): None}, shown=shown) == ["entry_emptied"]


def test_entry_of_others_is_refused(group, court, filing, officer, outsider, appraiser):
    elsewhere = make_officer(court=court, department=filing, name="邵怡")
    left = make_officer(
        court=court, department=officer.department, name="王一", left_on=date(2026, 9, 30)
    )

    for someone in (elsewhere, left, outsider.officer):
        assert refused(group, appraiser, {(someone, "awards"): "1"}) == ["entry_not_here"]


def test_entry_of_ones_own_is_refused(court, civil, index_set):
    keeper = make_user("keeper", "appraiser", court)
    own = make_officer(court=court, department=civil, name="王一", user=keeper)

    assert refused(group_of(civil), keeper, {(own, "awards"): "1"}) == ["entry_own"]


def test_entry_of_a_month_to_come_is_refused(group, officer, appraiser):
    values = {(officer, "awards"): "1"}

    assert refused(group, appraiser, values, month=date(2026, 12, 1)) == []
    enter(group, appraiser, values, month=date(2026, 11, 1))


def test_entry_waits_for_imports_and_computing(court, group, officer, appraiser):
    start_job("appraisal.assess", by=appraiser, lock=figures_lock(court.pk), court=court)

    assert refused(group, appraiser, {(officer, "awards"): "1"}) == []


# -- the grid ---------------------------------------------------------------------------------


def codes_asked(grid, officer):
    (row,) = [row for row in grid.rows if row.officer == officer]
    return {cell.measure.code for cell in row.cells if cell}


def test_grid_has_the_entered_measures_of_the_sets(court, civil, group, officer, appraiser):
    clerk = make_officer(court=court, department=civil, name="王一", category="clerk")

    grid = grid_of(group, MONTH, appraiser)

    wanted = {"reviews", "reviews_upheld", "awards", "review_score", "training_done"}
    assert {measure.code for measure in grid.measures} == wanted
    assert codes_asked(grid, officer) == wanted
    assert [row.officer for row in grid.rows] == [officer]  # nothing is asked of the clerk
    assert clerk.department == civil


def test_grid_has_what_a_frozen_set_asks_for(court, civil, index_set, officer, appraiser):
    cycle = make_cycle(court, state="collecting")
    frozen = make_set(court, ENTERED[1:2], code="other", state="retired")
    cycle.participants.create(
        officer=officer, department=civil, function="civil", category="quota_judge",
        staff_class="judge", index_set=frozen, months=["2026-10"],
    )  # fmt: skip
    type(index_set).objects.filter(pk=index_set.pk).update(state="retired")

    assert codes_asked(grid_of(group_of(civil), MONTH, appraiser), officer) == {"awards"}
    later = grid_of(group_of(civil), date(2026, 11, 1), appraiser)
    assert later.rows == []


def test_grid_of_a_function_has_all_its_departments(court, civil, index_set, officer, appraiser):
    second = make_unit(court, "民事审判第二庭", function="civil")
    make_officer(court=court, department=second, name="邵怡")

    (function,) = [one for one in entry_groups([court]) if one.function]

    rows = grid_of(function, MONTH, appraiser).rows
    assert [row.officer.name for row in rows] == ["张海燕", "邵怡"]


def test_grid_says_who_has_no_part_in_an_open_cycle(court, group, officer, appraiser):
    cycle = make_cycle(court, state="collecting")

    (row,) = grid_of(group, MONTH, appraiser).rows

    assert row.outside == [cycle.name]


# -- the page ---------------------------------------------------------------------------------


def address(group, name=PAGE, month="2026-10"):
    return f"{reverse(name)}?month={month}&group={group.value}"


def show(client, user, group, **options):
    client.force_login(user)
    return client.get(address(group, **options))


def field(officer, code):
    return f"v{officer.pk}-{Measure.objects.get(code=code).pk}"


def save(client, user, group, values, **options):
    """Open the page, write ``values`` into its fields and send all of them."""
    page = show(client, user, group)
    cells = [cell for row in page.context["page_obj"] for cell in row.cells if cell]
    data = {cell.name: cell.text for cell in cells} | {"shown": page.context["shown"]}
    written = {field(officer, code): text for (officer, code), text in values.items()}
    return client.post(address(group), data | written | options)


def test_figure_entry_stores_and_comes_back(client, group, officer, appraiser):
    response = save(
        client,
        appraiser,
        group,
        {
            (officer, "reviews"): "1,200",
            (officer, "training_done"): "是",
            (officer, "review_score"): "９５.5",
        },
    )

    assert response.url == address(group).replace("&amp;", "&")
    assert stored() == {
        ("张海燕", "reviews"): 1200,
        ("张海燕", "training_done"): 1,
        ("张海燕", "review_score"): 95.5,
    }
    again = show(client, appraiser, group)
    assert 'value="1200"' in again.text
    save(client, appraiser, group, {})
    assert FigureImport.objects.count() == 1


def test_figure_entry_marks_every_wrong_cell_and_keeps_what_was_written(
    client, group, officer, appraiser
):
    response = save(
        client,
        appraiser,
        group,
        {
            (officer, "reviews"): "four",
            (officer, "review_score"): "101",
            (officer, "awards"): "2",
        },
    )

    assert response.status_code == 200
    (row,) = response.context["page_obj"]
    marked = {cell.measure.code: cell.text for cell in row.cells if cell and cell.error}
    assert marked == {"reviews": "four", "review_score": "101"}
    assert 'value="2"' in response.text
    assert not FigureImport.objects.exists()


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "x",
        "[[1]]",
        '{"a": 1}',
        "[[1, 2, 3, 4]]",
        '[[1,"awards","sNaN"]]',
        '[[1,"awards","1e9999999"]]',
        "[" * 100_000,
        '[["x","y","z"]]',
    ],
)
def test_figure_entry_without_what_was_shown_stores_nothing(
    client, group, officer, appraiser, shown
):
    response = save(client, appraiser, group, {(officer, "awards"): "2"}, shown=shown)

    assert response.context["error"]
    assert not FigureImport.objects.exists()


def test_figure_entry_of_someone_not_asked_stores_nothing(
    client, court, group, officer, outsider, appraiser
):
    data = {"shown": json.dumps([]), field(outsider.officer, "awards"): "2"}
    client.force_login(appraiser)

    response = client.post(address(group), data | {field(officer, "awards"): "1"})

    assert response.context["error"]
    assert not FigureImport.objects.exists()


@pytest.mark.parametrize("query", ["month=2031-01", "month=x", "group=d0", "group=", "month="])
def test_figure_entry_of_nothing_known_shows_no_grid(client, group, appraiser, query):
    client.force_login(appraiser)

    response = client.get(f"{reverse(PAGE)}?{query}")

    assert response.status_code == 200
    assert response.context["grid"] is None
    assert client.post(f"{reverse(PAGE)}?{query}", {"shown": "[]"}).status_code == 200


def test_figure_entry_offers_no_unit_of_another_court(
    client, court, other_court, group, appraiser, outsider_political
):
    response = show(client, outsider_political, group)

    assert response.context["grid"] is None
    assert "民事审判第一庭" not in response.text
    for name in ("figure_entry_template", "figure_entry_upload"):
        assert client.get(address(group, f"appraisal:{name}")).status_code == 404


def test_figure_entry_asks_as_often_for_three_rows_as_for_one(
    client, court, civil, group, officer, appraiser
):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert show(client, appraiser, group).status_code == 200
        return len(captured)

    queries()
    of_one = queries()
    for name in ("王一", "王二"):
        make_officer(court=court, department=civil, name=name)

    assert queries() == of_one
    assert len(show(client, appraiser, group).context["page_obj"]) == 3


def test_figure_entry_pages_fit_into_one_form(client, court, civil, group, appraiser, monkeypatch):
    monkeypatch.setattr("appraisal.views.figure_entry.MOST_FIELDS", 5)
    make_officer(court=court, department=civil, name="王一")

    page = show(client, appraiser, group).context["page_obj"]

    assert (len(page), page.paginator.num_pages) == (1, 2)


def test_my_figures_shows_entered_figures_with_their_source(client, group, officer, appraiser):
    enter(group, appraiser, {(officer, "review_score"): "87.5"})
    client.force_login(officer.user)

    response = client.get(reverse("appraisal:my_figures"))

    assert [measure.code for measure in response.context["measures"]] == ["review_score"]
    assert "87.5" in response.text
    assert source_text(FigureImport.objects.get()) in response.text
    assert source_text(FigureImport.objects.get()) != ""


def test_figure_export_has_entered_figures_too(client, group, officer, appraiser):
    enter(group, appraiser, {(officer, "review_score"): "87.5"})
    client.force_login(appraiser)

    response = client.get(reverse("appraisal:figure_export"))

    _title, headings, line = load_workbook(BytesIO(response.content)).active.values
    shown = dict(zip(headings, line, strict=True))
    assert shown[Measure.objects.get(code="review_score").display_name] == 87.5
    assert Measure.objects.get(code="awards").display_name not in shown


# -- the grid as a workbook -------------------------------------------------------------------


def filled(client, user, group, edit):
    client.force_login(user)
    response = client.get(address(group, "appraisal:figure_entry_template"))
    workbook = load_workbook(BytesIO(response.content))
    sheet = workbook.active
    columns = {cell.value: cell.column for cell in sheet[2]}
    edit(sheet, columns)
    return saved(workbook)


def saved(workbook):
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def upload(client, user, group, content, name="填报.xlsx"):
    client.force_login(user)
    data = {"file": SimpleUploadedFile(name, content)}
    return client.post(address(group, "appraisal:figure_entry_upload"), data)


def test_entry_workbook_goes_out_and_comes_in(client, group, officer, appraiser):
    enter(group, appraiser, {(officer, "reviews"): "4", (officer, "awards"): "1"})

    def edit(sheet, columns):
        assert sheet.title == "2026-10"
        assert [cell.value for cell in sheet[2]][:3] == ["编号", "部门", "姓名"]
        assert [cell.value for cell in sheet[3]][:3] == [officer.pk, "民事审判第一庭", "张海燕"]
        assert sheet.cell(3, columns["案件评查"]).value == 4
        sheet.cell(3, columns["案件评查"]).value = None
        sheet.cell(3, columns["案件评查得分"]).value = 90
        sheet.cell(3, columns["月度训练达标"]).value = "是"

    response = upload(client, appraiser, group, filled(client, appraiser, group, edit))

    assert response.url == address(group)
    assert stored() == {
        ("张海燕", "reviews"): 4,
        ("张海燕", "awards"): 1,
        ("张海燕", "review_score"): 90,
        ("张海燕", "training_done"): 1,
    }
    latest = FigureImport.objects.latest("pk")
    assert (latest.origin, latest.counts["new"]) == ("entry", 2)
    assert "填报.xlsx" in source_text(latest)


def test_entry_workbook_tells_every_error_with_its_cell(
    client, court, civil, group, officer, outsider, appraiser
):
    second = make_officer(court=court, department=civil, name="王一")

    def edit(sheet, columns):
        sheet.cell(3, columns["案件评查得分"]).value = 101
        sheet.cell(3, columns["表彰奖励"]).value = "多"
        sheet.cell(4, columns["姓名"]).value = "李四"
        sheet.append([outsider.officer.pk, "民事审判庭", "钱外人", 1])
        sheet.append([None, "民事审判庭", "无编号", 1])
        sheet.append([officer.pk, "民事审判第一庭", "张海燕", 1])

    response = upload(client, appraiser, group, filled(client, appraiser, group, edit))

    faults = response.context["faults"]
    assert sorted((fault.row, fault.column) for fault in faults) == [
        (3, "F"),
        (3, "G"),
        (4, "A"),
        (5, "A"),
        (6, "A"),
        (7, "A"),
    ]
    assert str(second.pk) in next(fault.text for fault in faults if fault.row == 4)
    assert "钱外人" not in response.text
    assert not FigureImport.objects.exists()


def test_entry_workbook_with_more_done_than_due_is_refused_at_its_cell(
    client, group, officer, appraiser
):
    def edit(sheet, columns):
        sheet.cell(3, columns["案件评查"]).value = 1
        sheet.cell(3, columns["评查结论维持"]).value = 2

    response = upload(client, appraiser, group, filled(client, appraiser, group, edit))

    assert [(fault.row, fault.heading) for fault in response.context["faults"]] == [
        (3, "评查结论维持")
    ]


def rename(sheet, columns):
    sheet.title = "2026-09"


def drop_key(sheet, columns):
    sheet.delete_cols(1)


@pytest.mark.parametrize("edit", [rename, drop_key], ids=["another month", "no numbers"])
def test_entry_workbook_of_something_else_is_refused(client, group, appraiser, edit):
    response = upload(client, appraiser, group, filled(client, appraiser, group, edit))

    assert len(response.context["faults"]) == 1
    assert not FigureImport.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"PK\x03\x04 broken", id="broken"),
        pytest.param(b"", id="empty"),
        pytest.param(b"x" * (2**20 + 1), id="too large"),
        pytest.param(saved(Workbook()), id="nothing in it"),
    ],
)
def test_entry_workbook_that_is_none_is_refused(client, group, appraiser, content):
    response = upload(client, appraiser, group, content)

    assert response.status_code == 200
    assert response.context["form"].errors or response.context["faults"]
    assert not FigureImport.objects.exists()
