from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from appraisal.models import Figure, FigureImport, FigureSheet
from appraisal.services.figures import import_figures_file
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from courtparty.jobs.runner import run_job
from tests.appraisal.figure_books import book, row
from tests.factories import make_officer

ON = date(2026, 11, 22)
LIST = "appraisal:figure_list"


def imported(court, content):
    done = import_figures_file(content, filename="f.xlsx", court=court, by=None, on=ON)
    assert done.is_written, done.plan.faults
    return done


@pytest.fixture
def sheet(court, officer):
    imported(court, book([row()]))
    return FigureSheet.objects.get()


@pytest.fixture
def foreign_sheet(other_court, outsider):
    imported(other_court, book([row("民事审判庭", "钱外人")]))
    return FigureSheet.objects.get(officer=outsider.officer)


def get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def post(client, user, name, *args, **data):
    client.force_login(user)
    return client.post(reverse(name, args=args), data)


# -- the list ---------------------------------------------------------------------------------


def test_figure_list_shows_numbers_and_state(client, sheet, foreign_sheet, appraiser):
    response = get(client, appraiser, LIST)

    assert [row.sheet for row, _tone in response.context["rows"]] == [sheet]
    assert "张海燕" in response.text
    assert "钱外人" not in response.text
    assert [one["count"] for one in response.context["states"]] == [1, 0, 0]


def test_figure_list_of_a_head_is_the_own_department(client, court, filing, sheet, head):
    make_officer(court=court, department=filing, name="邵怡")
    imported(court, book([row("立案庭", "邵怡")], name="2026-02", titles=["截至2026-02-28"]))

    response = get(client, head, LIST)

    assert [row.sheet for row, _tone in response.context["rows"]] == [sheet]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"q": "zhanghaiyan"}, ["2026-02", "2026-01"], id="pinyin"),
        pytest.param({"q": "邵怡"}, ["2026-01"], id="name"),
        pytest.param({"since": "2026-02-01"}, ["2026-02"], id="from month"),
        pytest.param({"until": "2026-01-01"}, ["2026-01", "2026-01"], id="to month"),
        pytest.param({"state": "confirmed"}, [], id="state"),
        pytest.param({}, ["2026-02"], id="the latest month"),
        pytest.param({"sort": "name"}, ["2026-02"], id="the latest month in another order"),
        pytest.param({"since": "", "until": ""}, ["2026-02", "2026-01", "2026-01"], id="all"),
        pytest.param(
            {"since": "", "sort": "month"}, ["2026-01", "2026-01", "2026-02"], id="sorted"
        ),
        pytest.param(
            {"since": "", "sort": "nonsense"}, ["2026-02", "2026-01", "2026-01"], id="bad sort"
        ),
        pytest.param({"department": "999999"}, [], id="department out of reach"),
        pytest.param({"since": "x"}, [], id="bad month"),
    ],
)
def test_figure_list_is_filtered(client, court, filing, officer, appraiser, query, found):
    make_officer(court=court, department=filing, name="邵怡")
    imported(court, book([row(), row("立案庭", "邵怡")]))
    imported(court, book([row(old=9)], name="2026-02", titles=["截至2026-02-28"]))

    rows = get(client, appraiser, LIST, **query).context["rows"]

    assert [f"{row.sheet.month:%Y-%m}" for row, _tone in rows] == found


def test_figure_list_begins_with_the_latest_month_and_says_so(client, court, officer, appraiser):
    imported(court, book([row()]))
    imported(court, book([row(old=9)], name="2026-02", titles=["截至2026-02-28"]))

    first = get(client, appraiser, LIST)
    waiting = get(client, appraiser, LIST, **dict(QueryDict(_state_link(first)).items()))
    every = get(client, appraiser, LIST, since="")

    assert first.context["latest_month"] == "2026-02"
    assert 'href="?since=&amp;until="' in first.text
    assert first.context["filter"].form["since"].value() == "2026-02-01"
    assert [one["count"] for one in first.context["states"]] == [1, 0, 0]
    assert waiting.context["count"] == 1
    assert (every.context["latest_month"], every.context["count"]) == ("", 2)


def _state_link(response):
    return response.context["states"][0]["url"].removeprefix("?")


def test_figure_list_knows_a_month_once_it_is_imported(client, court, officer, appraiser):
    imported(court, book([row()]))
    assert get(client, appraiser, LIST).context["latest_month"] == "2026-01"

    imported(court, book([row(old=9)], name="2026-02", titles=["截至2026-02-28"]))

    assert get(client, appraiser, LIST).context["latest_month"] == "2026-02"


def test_figure_list_asks_as_often_for_three_rows_as_for_one(client, court, civil, appraiser):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert get(client, appraiser, LIST).status_code == 200
        return len(captured)

    make_officer(court=court, department=civil, name="张海燕")
    imported(court, book([row()]))
    queries()
    of_one = queries()
    for name in ("王一", "王二"):
        make_officer(court=court, department=civil, name=name)
    imported(court, book([row(), row(name="王一"), row(name="王二")]))
    queries()  # which months there are is read once after each import

    assert queries() == of_one


def test_figure_list_without_figures_says_what_to_do(client, court, appraiser):
    response = get(client, appraiser, LIST)

    assert reverse("appraisal:figure_import") in response.text


def test_figure_list_is_for_those_who_read_figures(client, sheet, officer_user, secretary, steward):
    for user in (officer_user, secretary, steward):
        assert get(client, user, LIST).status_code == 403
        assert get(client, user, "appraisal:figure_export").status_code == 403


def test_figure_list_wants_a_sign_in(client, db):
    assert client.get(reverse(LIST)).status_code == 302


def test_figure_export_holds_what_is_listed(client, sheet, foreign_sheet, appraiser):
    response = get(client, appraiser, "appraisal:figure_export")

    cells = [
        [cell.value for cell in line] for line in load_workbook(BytesIO(response.content)).active
    ]
    assert len(cells) == 3
    assert cells[2][1:4] == ["2026-01", "民事审判第一庭", "张海燕"]
    assert cells[2][4:9] == [10, 5, 15, 6, 9]
    assert Entry.objects.get(verb="figures.exported").detail == {"rows": 1}


# -- one officer's month ----------------------------------------------------------------------


def test_figure_sheet_shows_history_and_is_recorded(client, court, sheet, appraiser):
    imported(court, book([row(closed=5)]))

    response = get(client, appraiser, "appraisal:figure_sheet", sheet.pk)

    assert [(one.old, one.new) for one in response.context["detail"].history] == [(9, 10), (6, 5)]
    entry = Entry.objects.get(verb="figures.read")
    assert (entry.is_read, entry.actor, entry.subject_pk) == (True, appraiser, sheet.officer.pk)
    assert entry.detail == {"month": "2026-01"}


def test_figure_sheet_shows_the_reason_to_those_who_import_only(
    client, sheet, officer_user, appraiser, president
):
    post(
        client,
        officer_user,
        "appraisal:figures_dispute",
        sheet.pk,
        reason="结案应为7件",
        source=sheet.source_id,
    )

    assert "结案应为7件" in get(client, appraiser, "appraisal:figure_sheet", sheet.pk).text
    assert "结案应为7件" not in get(client, president, "appraisal:figure_sheet", sheet.pk).text


def test_figure_sheet_out_of_sight_is_not_there(
    client, sheet, foreign_sheet, appraiser, head, outsider, secretary
):
    assert get(client, appraiser, "appraisal:figure_sheet", foreign_sheet.pk).status_code == 404
    assert get(client, head, "appraisal:figure_sheet", foreign_sheet.pk).status_code == 404
    assert get(client, outsider, "appraisal:figure_sheet", sheet.pk).status_code == 403
    assert get(client, secretary, "appraisal:figure_sheet", sheet.pk).status_code == 403
    assert not Entry.objects.filter(verb="figures.read").exists()


def test_figure_sheet_of_oneself_is_ones_own_page(client, sheet, officer_user):
    response = get(client, officer_user, "appraisal:figure_sheet", sheet.pk)

    assert response.url == reverse("appraisal:my_figures")
    assert not Entry.objects.filter(verb="figures.read").exists()


# -- the officer's own page -------------------------------------------------------------------


def test_my_figures_shows_own_months_only(client, sheet, foreign_sheet, officer_user):
    response = get(client, officer_user, "appraisal:my_figures")

    assert [one.sheet for one, _tone in response.context["months"]] == [sheet]
    assert "f.xlsx" in response.text
    assert reverse("appraisal:figures_confirm", args=[sheet.pk]) in response.text


def test_my_figures_without_any_says_so(client, officer_user, system_admin):
    for user in (officer_user, system_admin):
        response = get(client, user, "appraisal:my_figures")
        assert response.status_code == 200
        assert response.context["months"] == []


def test_my_figures_asks_as_often_for_three_months_as_for_one(client, court, officer, sheet):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert get(client, officer.user, "appraisal:my_figures").status_code == 200
        return len(captured)

    queries()
    of_one = queries()
    for month in ("2026-02", "2026-03"):
        imported(court, book([row(old=9)], name=month, titles=[f"截至{month}-28"]))

    assert queries() == of_one


def test_my_figures_confirms_all(client, sheet, officer_user):
    response = post(client, officer_user, "appraisal:my_figures", source=sheet.source_id)

    sheet.refresh_from_db()
    assert (response.status_code, sheet.state) == (302, "confirmed")


def test_figures_confirm_confirms_one_month(client, sheet, officer_user):
    post(client, officer_user, "appraisal:figures_confirm", sheet.pk, source=sheet.source_id)

    sheet.refresh_from_db()
    assert sheet.state == "confirmed"


@pytest.mark.parametrize("source", ["", "x", "９", "99999999999999999999", "-1"])
def test_figures_confirm_of_something_else_changes_nothing(client, sheet, officer_user, source):
    response = post(client, officer_user, "appraisal:figures_confirm", sheet.pk, source=source)

    sheet.refresh_from_db()
    assert (response.status_code, sheet.state) == (302, "to_confirm")


@pytest.mark.parametrize("name", ["figures_confirm", "figures_dispute"])
def test_figures_of_others_are_not_there(client, sheet, appraiser, outsider, name):
    for user in (appraiser, outsider):
        assert post(client, user, f"appraisal:{name}", sheet.pk, source=1).status_code == 404


def test_figures_confirm_is_no_link(client, sheet, officer_user):
    assert get(client, officer_user, "appraisal:figures_confirm", sheet.pk).status_code == 405


def test_figures_dispute_wants_a_reason(client, sheet, officer_user):
    assert get(client, officer_user, "appraisal:figures_dispute", sheet.pk).status_code == 200

    response = post(
        client, officer_user, "appraisal:figures_dispute", sheet.pk, source=sheet.source_id
    )

    sheet.refresh_from_db()
    assert response.context["form"].errors["reason"]
    assert sheet.state == "to_confirm"


def test_figures_dispute_of_no_import_is_refused(client, sheet, officer_user):
    response = post(
        client, officer_user, "appraisal:figures_dispute", sheet.pk, source="9" * 50, reason="x"
    )

    sheet.refresh_from_db()
    assert response.context["form"].errors["source"]
    assert sheet.state == "to_confirm"


def test_figures_dispute_of_a_confirmed_month_says_why_not(client, sheet, officer_user):
    post(client, officer_user, "appraisal:my_figures", source=sheet.source_id)

    response = post(
        client,
        officer_user,
        "appraisal:figures_dispute",
        sheet.pk,
        source=sheet.source_id,
        reason="x",
    )

    assert response.context["form"].non_field_errors()


# -- imports ----------------------------------------------------------------------------------


def file_of(content, name="一月.xlsx"):
    return SimpleUploadedFile(name, content)


def upload(client, user, content, **data):
    """Upload, let the worker check, and come back to the import's page."""
    response = post(client, user, "appraisal:figure_import", file=file_of(content), **data)
    job = Job.objects.latest("pk")
    assert response.url == reverse("jobs:job_detail", args=[job.pk])
    run_job(job_id=job.pk)
    return FigureImport.objects.latest("pk")


def test_figure_import_goes_from_upload_to_figures(client, court, officer, appraiser):
    found = upload(client, appraiser, book([row()]))

    page = get(client, appraiser, "appraisal:figure_import_detail", found.pk)
    assert page.context["report"].counts["new"] == 6
    asked = get(client, appraiser, "appraisal:figure_import_confirm", found.pk)
    assert len(asked.context["consequences"]) == 1
    post(client, appraiser, "appraisal:figure_import_confirm", found.pk)
    run_job(job_id=Job.objects.latest("pk").pk)

    assert Figure.objects.count() == 6
    assert get(client, appraiser, "appraisal:figure_import_detail", found.pk).status_code == 200
    assert "一月.xlsx" in get(client, appraiser, "appraisal:figure_import").text


def test_figure_import_shows_all_errors_and_marks_the_workbook(client, court, officer, appraiser):
    found = upload(client, appraiser, book([row(closed=99), row(name="无名氏", **{"旧存": "x"})]))

    page = get(client, appraiser, "appraisal:figure_import_detail", found.pk)
    assert [fault.column for fault in page.context["report"].errors] == ["G", "H", "C", "D"]
    marked = get(client, appraiser, "appraisal:figure_import_errors", found.pk)
    assert load_workbook(BytesIO(marked.content)).active.max_column == 11
    response = post(client, appraiser, "appraisal:figure_import_confirm", found.pk)
    assert response.url == found.get_absolute_url()
    assert not Figure.objects.exists()


def test_figure_import_shows_corrections_and_warnings(client, court, civil, sheet, appraiser):
    make_officer(court=court, department=civil, name="王一")

    found = upload(client, appraiser, book([row(closed=5, **{"未结": 9})]))

    page = get(client, appraiser, "appraisal:figure_import_detail", found.pk)
    report = page.context["report"]
    assert [(one["old"], one["new"]) for one in report.corrections] == [("6", "5")]
    assert [one["officer"] for one in report.without] == ["王一"]
    assert [fault.column for fault in report.warnings] == ["H"]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        pytest.param("a.xls", b"x", "xls", id="old format"),
        pytest.param("a.csv", b"x", "csv", id="text"),
        pytest.param("a.xlsx", b"", "empty", id="empty"),
    ],
)
def test_figure_import_of_another_kind_of_file_is_refused(
    client, court, appraiser, name, content, error
):
    response = post(client, appraiser, "appraisal:figure_import", file=file_of(content, name))

    assert response.context["form"].errors.as_data()["file"][0].code == error
    assert not FigureImport.objects.exists()


def test_figure_import_of_a_day_to_come_is_refused(client, court, appraiser):
    response = post(
        client,
        appraiser,
        "appraisal:figure_import",
        file=file_of(book([row()])),
        as_of="2999-01-01",
    )

    assert response.context["form"].errors["as_of"]


def test_figure_import_of_a_broken_file_is_told(client, court, appraiser):
    found = upload(client, appraiser, b"PK\x03\x04 broken")

    page = get(client, appraiser, "appraisal:figure_import_detail", found.pk)
    assert page.context["report"].refusal
    assert get(client, appraiser, "appraisal:figure_import_errors", found.pk).status_code == 404


def test_figure_import_discarded_is_gone(client, court, officer, appraiser):
    found = upload(client, appraiser, book([row()]))

    post(client, appraiser, "appraisal:figure_import_discard", found.pk)

    page = get(client, appraiser, "appraisal:figure_import_detail", found.pk)
    assert page.context["figure_import"].state == "discarded"
    again = post(client, appraiser, "appraisal:figure_import_confirm", found.pk)
    assert again.url == found.get_absolute_url()


IMPORT_PAGES = ["detail", "confirm", "discard", "errors"]


def test_figure_import_belongs_to_its_court_and_to_importers(
    client, court, officer, appraiser, outsider_political, head, officer_user
):
    found = upload(client, appraiser, book([row()]))
    names = [f"appraisal:figure_import_{page}" for page in IMPORT_PAGES] + ["appraisal:name_settle"]

    for name in names:
        method = post if name.endswith("discard") else get
        assert method(client, outsider_political, name, found.pk).status_code == 404
        assert method(client, head, name, found.pk).status_code == 403
        assert method(client, officer_user, name, found.pk).status_code == 403
    assert get(client, head, "appraisal:figure_import").status_code == 403
    assert get(client, head, "appraisal:figure_template").status_code == 403


def test_name_settle_offers_and_remembers(client, court, officer, appraiser):
    found = upload(client, appraiser, book([row("民一庭")]))

    form = get(client, appraiser, "appraisal:name_settle", found.pk).context["form"]
    assert form.fields["name_0"].initial == officer.pk
    post(client, appraiser, "appraisal:name_settle", found.pk, name_0=officer.pk)
    run_job(job_id=Job.objects.latest("pk").pk)

    found.refresh_from_db()
    assert found.state == "ready"
    nothing_left = get(client, appraiser, "appraisal:name_settle", found.pk)
    assert nothing_left.url == found.get_absolute_url()


@pytest.mark.parametrize("choice", ["", "999999", "x"])
def test_name_settle_wants_an_officer_who_is_offered(client, court, officer, appraiser, choice):
    found = upload(client, appraiser, book([row("民一庭")]))

    response = post(client, appraiser, "appraisal:name_settle", found.pk, name_0=choice)

    assert response.context["form"].errors


def test_figure_template_is_filled_in_and_imported(client, court, officer, appraiser):
    content = get(client, appraiser, "appraisal:figure_template").content
    workbook = load_workbook(BytesIO(content))
    sheet = workbook.active
    assert sheet["C3"].value == "张海燕"
    for column, value in zip("DEFGH", [10, 5, 15, 6, 9], strict=True):
        sheet[f"{column}3"] = value
    out = BytesIO()
    workbook.save(out)

    found = upload(client, appraiser, out.getvalue())

    assert (found.state, found.counts["new"]) == ("ready", 5)
