from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from cadres.models import Officer, RosterImport
from courtparty.accounts.models import Unit
from courtparty.accounts.roles import Role
from courtparty.jobs.models import Job
from courtparty.jobs.runner import run_job
from tests.cadres.roster_books import ROSTER, ROSTER_ERRORS, person, roster
from tests.factories import make_user

pytestmark = pytest.mark.django_db
State = RosterImport.State

IMPORT = "/cadres/roster/"


@pytest.fixture(autouse=True)
def _in_english(settings, client):
    settings.LANGUAGE_CODE = "en"
    client.cookies["django_language"] = "en"


def workbook(content, name="roster.xlsx"):
    return SimpleUploadedFile(name, content)


def upload(client, content, **data):
    return client.post(IMPORT, {"file": workbook(content)} | data)


def work_off():
    for job in Job.objects.unfinished().order_by("pk"):
        run_job(job_id=job.pk)


def checked(client, content):
    upload(client, content)
    work_off()
    return RosterImport.objects.latest("pk")


def text_of(response):
    return " ".join(response.text.split())


def test_upload_leads_to_progress_and_then_to_the_preview(client, court, political):
    client.force_login(political)

    response = upload(client, ROSTER.read_bytes())
    job = Job.objects.get()
    progress = client.get(response.url)
    work_off()
    done = client.get(response.url, follow=True)

    assert response.url == reverse("jobs:job_detail", args=[job.pk])
    assert "Cancel" in progress.text
    page = text_of(done)
    assert "No errors were found" in page
    assert "99010119850511006X" not in page
    assert "990101********006X" in page
    assert "执行局" in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_open_in_both_languages(client, court, political, language):
    client.cookies["django_language"] = language
    client.force_login(political)
    ready, faulty = (
        checked(client, ROSTER.read_bytes()),
        checked(client, ROSTER_ERRORS.read_bytes()),
    )

    for url in (IMPORT, ready.get_absolute_url(), f"{ready.get_absolute_url()}confirm/",
                faulty.get_absolute_url()):  # fmt: skip
        assert client.get(url).status_code == 200


def test_errors_are_shown_and_come_back_marked_in_the_workbook(client, court, political):
    client.force_login(political)
    faulty = checked(client, ROSTER_ERRORS.read_bytes())

    page = text_of(client.get(faulty.get_absolute_url()))
    marked = client.get(f"{faulty.get_absolute_url()}errors/")

    assert "7 errors" in page
    assert "K · 人员类别" in page
    sheet = load_workbook(BytesIO(marked.content)).active
    last = sheet.max_column
    assert [row for row in range(4, 130) if sheet.cell(row, last).value] == [
        6, 8, 12, 15, 18, 21, 24,
    ]  # fmt: skip
    assert (
        "filename*=" in marked["Content-Disposition"]
        or "filename=" in marked["Content-Disposition"]
    )


def test_file_that_is_no_workbook_is_explained_on_the_page(client, court, political):
    client.force_login(political)

    one = checked(client, "姓名,身份证号".encode())

    page = text_of(client.get(one.get_absolute_url()))
    assert one.state == State.FAULTY
    assert "This is not an Excel workbook but a text file (CSV)" in page
    assert client.get(f"{one.get_absolute_url()}errors/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("roster.xls", b"x", "old workbook (.xls)", id="xls"),
        pytest.param("roster.xlsm", b"x", "holds macros", id="xlsm"),
        pytest.param("roster.csv", b"x", "text file (.csv)", id="csv"),
        pytest.param("roster.xlsx", b"", "This file is empty", id="empty"),
        pytest.param("roster.xlsx", b"x" * (20 * 2**20), "20.0", id="20 MB"),
    ],
)
def test_upload_is_refused_at_once(client, court, political, name, content, said):
    client.force_login(political)

    response = client.post(IMPORT, {"file": workbook(content, name)})

    assert said in text_of(response).replace("\xa0", " ")
    assert not RosterImport.objects.exists()


def test_nothing_chosen_is_said(client, court, political):
    client.force_login(political)

    assert "Choose a workbook first." in client.post(IMPORT, {}).text


def test_confirm_says_what_will_happen_and_does_it(client, court, political):
    client.force_login(political)
    ready = checked(client, ROSTER.read_bytes())
    url = f"{ready.get_absolute_url()}confirm/"

    asked = client.get(url)
    form = asked.context["form"]
    data = {name: form[name].initial for name in form.keys}
    data |= {name: "other" for name, key in form.keys.items() if key == "department:执行局"}
    response = client.post(url, data)
    work_off()
    done = client.get(response.url, follow=True)

    assert "126 officers will be added." in text_of(asked)
    assert "18 units will be made." in text_of(asked)
    assert "mark_left" not in form.fields
    assert "Imported: 126 new, 0 changed, 0 unchanged." in text_of(done)
    assert Unit.objects.get(name="执行局").function == Unit.Function.OTHER
    assert Officer.objects.count() == 126


def test_those_left_are_marked_only_when_ticked(client, court, political, officer):
    client.force_login(political)
    ready = checked(client, roster(person(2)))
    url = f"{ready.get_absolute_url()}confirm/"
    form = client.get(url).context["form"]
    data = {name: form[name].initial for name in form.keys}

    response = client.post(url, data | {"mark_left": "on"})
    work_off()
    page = text_of(client.get(response.url, follow=True))

    assert "Marked as having left: 1." in page
    officer.refresh_from_db()
    assert officer.left_on is not None


def test_import_is_refused_when_the_roster_has_changed(client, court, political, civil, officer):
    client.force_login(political)
    ready = checked(client, roster(person(2)))
    form = client.get(f"{ready.get_absolute_url()}confirm/").context["form"]
    data = {name: form[name].initial for name in form.keys}
    response = client.post(f"{ready.get_absolute_url()}confirm/", data)
    officer.delete()

    work_off()

    assert Job.objects.latest("pk").state == Job.State.REFUSED
    assert "confirm again" in text_of(client.get(response.url))
    assert "confirm again" in text_of(client.get(ready.get_absolute_url()))
    assert not Officer.objects.exists()


def test_only_what_is_ready_can_be_confirmed(client, court, political):
    client.force_login(political)
    faulty = checked(client, ROSTER_ERRORS.read_bytes())

    response = client.get(f"{faulty.get_absolute_url()}confirm/")

    assert response.url == faulty.get_absolute_url()


def test_discard(client, court, political):
    client.force_login(political)
    ready = checked(client, roster(person(2)))

    response = client.post(f"{ready.get_absolute_url()}discard/", follow=True)
    again = client.post(f"{ready.get_absolute_url()}discard/", follow=True)

    assert "nothing was imported" in text_of(response)
    assert "imported or discarded already" in text_of(again)
    ready.refresh_from_db()
    assert ready.state == State.DISCARDED
    assert client.get(ready.get_absolute_url()).status_code == 200


def test_a_check_that_was_cancelled_is_explained(client, court, political):
    client.force_login(political)
    upload(client, roster(person(2)))
    one = RosterImport.objects.get()

    running = text_of(client.get(one.get_absolute_url()))
    client.post(reverse("jobs:job_cancel", args=[Job.objects.get().pk]))
    cancelled = text_of(client.get(one.get_absolute_url()))

    assert "See the progress" in running
    assert "did not come to its end" in cancelled


def test_court_is_chosen_by_who_keeps_several(client, court, other_court):
    user = make_user("both", Role.POLITICAL, court)
    user.grants.create(role=Role.POLITICAL, unit=other_court, starts_on="2026-01-01")
    client.force_login(user)

    without = upload(client, roster(person(2)))
    upload(client, roster(person(2)), court=other_court.pk)

    assert without.status_code == 200
    assert RosterImport.objects.get().court == other_court


def test_foreign_court_cannot_be_chosen(client, court, other_court, political):
    client.force_login(political)

    upload(client, roster(person(2)), court=other_court.pk)

    assert RosterImport.objects.get().court == court


def test_template_is_a_workbook(client, court, political):
    client.force_login(political)

    response = client.get(f"{IMPORT}template/")

    assert load_workbook(BytesIO(response.content)).active.title == "花名册"


PAGES = ["", "confirm/", "errors/"]


@pytest.mark.parametrize("page", PAGES)
def test_import_of_another_court_is_not_found(client, court, political, outsider_political, page):
    client.force_login(political)
    faulty = checked(client, ROSTER_ERRORS.read_bytes())
    client.force_login(outsider_political)

    assert client.get(f"{faulty.get_absolute_url()}{page}").status_code == 404
    assert client.post(f"{faulty.get_absolute_url()}discard/").status_code == 404
    assert faulty.file_name not in client.get(IMPORT).text


@pytest.mark.parametrize("page", ["", "template/", "1/", "1/confirm/", "1/errors/"])
def test_officers_and_heads_may_not_import(client, officer_user, head, page):
    for user in (officer_user, head):
        client.force_login(user)
        assert client.get(f"{IMPORT}{page}").status_code == 403
    assert client.post(f"{IMPORT}1/discard/").status_code == 403


def test_a_right_on_a_part_of_the_court_is_not_enough(client, branch):
    client.force_login(make_user("part", Role.PARTY_AFFAIRS, branch))

    assert client.get(IMPORT).status_code == 403
    assert client.get(f"{IMPORT}template/").status_code == 403


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
        return len(queries)


def test_list_costs_the_same_at_one_and_three_rows(client, court, political):
    client.force_login(political)
    checked(client, roster(person(2)))
    with_one = queries_of(client, IMPORT)
    checked(client, roster(person(2)))
    checked(client, roster(person(2)))

    assert queries_of(client, IMPORT) == with_one
    assert with_one <= 9


def test_preview_costs_the_same_for_few_and_many(client, court, political):
    client.force_login(political)
    few = checked(client, roster(person(2)))
    many = checked(client, roster(*[person(number) for number in range(2, 80, 2)]))

    costs = [queries_of(client, one.get_absolute_url()) for one in (few, many)]

    assert costs[0] == costs[1] <= 9


def test_long_lists_are_cut_and_it_is_said(client, court, political):
    client.force_login(political)
    ready = checked(client, roster(*[person(number) for number in range(2, 404, 2)]))

    page = text_of(client.get(ready.get_absolute_url()))

    assert "New: 201" in page
    assert "The first 200 of 201 are shown." in page
