"""The reference tables: who opens which, what of it they see, and what the services refuse."""

import re
from datetime import UTC, date, datetime
from http import HTTPStatus
from io import BytesIO

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from appraisal.models import (
    AppraisalSettings,
    CaseWeightTable,
    Cycle,
    FigureImport,
    HeadShare,
    IndexSet,
    Indicator,
    Measure,
)
from cadres.models import (
    AllowanceRun,
    AllowanceStandard,
    Appointment,
    Approval,
    Officer,
    Post,
    RosterImport,
    StaffingRequest,
)
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.notices.models import WorkingDay
from retention.models import (
    AchievementImport,
    Award,
    AwardRung,
    BudgetSource,
    CauseKind,
    EntitlementComputing,
    EntitlementRule,
    ReceivedImport,
    Setback,
    TalkRule,
    TalkTask,
)
from tests.cadres.establishment import make_appointment, make_approval, make_post, make_standard
from tests.factories import make_officer, make_unit, make_user
from tests.retention.awards_cast import make_award, make_rung
from tests.retention.entitlements_cast import make_rules
from tests.retention.setbacks_cast import make_setback, make_task

pytestmark = pytest.mark.django_db

OK, MOVED, FORBIDDEN = HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.FORBIDDEN
CAST = [
    "secretary",
    "head",
    "steward",
    "union",
    "president",
    "officer_user",
    "audit_admin",
    "party_affairs",
    "political",
    "appraiser",
    "system_admin",
    "security_admin",
]
# Table → who opens it. Nobody else finds it on the start page or by its address.
OPENED_BY = {
    Unit: {"party_affairs", "political", "appraiser", "system_admin"},
    User: {"system_admin", "security_admin"},
    Grant: {"security_admin"},
    Officer: {"party_affairs", "political", "appraiser"},
    RosterImport: {"party_affairs", "political"},
    Measure: {"appraiser", "system_admin"},
    IndexSet: {"appraiser"},
    CaseWeightTable: {"appraiser"},
    HeadShare: {"appraiser"},
    AppraisalSettings: {"appraiser"},
    Cycle: {"appraiser"},
    FigureImport: {"political", "appraiser"},
    Approval: {"party_affairs", "political"},
    Post: {"party_affairs", "political"},
    StaffingRequest: {"party_affairs", "political"},
    Appointment: {"party_affairs", "political"},
    AllowanceStandard: {"party_affairs", "political"},
    AllowanceRun: {"party_affairs", "political"},
    WorkingDay: {"system_admin"},
    BudgetSource: {"party_affairs"},
    AwardRung: {"political"},
    Award: {"political"},
    AchievementImport: {"political"},
    CauseKind: {"political"},
    EntitlementRule: {"political"},
    EntitlementComputing: {"political"},
    ReceivedImport: {"political"},
    TalkRule: {"political"},
    Setback: {"political"},
    TalkTask: {"party_affairs", "political"},
}
MAY_ADD = {
    Unit: {"party_affairs", "political", "system_admin"},
    Measure: {"appraiser", "system_admin"},
    WorkingDay: {"system_admin"},
}


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def client_of(request):
    def build(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(request.getfixturevalue(name))
        return client

    return build


@pytest.fixture
def two_courts(court, civil, branch, officer, other_court, outsider, political, appraiser):
    """The same kinds of rows in both courts; those of the other one carry its mark."""
    foreign = {
        "department": make_unit(other_court, "外庭"),
        "branch": make_unit(other_court, "外支部", kind=Unit.Kind.BRANCH),
    }
    stranger = make_officer(court=other_court, name="外人", **foreign)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    WorkingDay.objects.create(day=date(2026, 10, 1), is_worked=False, name="国庆节")
    make_posts(branch, officer, "own", now)
    make_posts(foreign["branch"], stranger, "foreign", now)
    make_concerns(officer, "own", now)
    make_concerns(stranger, "foreign", now)
    for place, mark in ((court, "own"), (other_court, "foreign")):
        for model in (RosterImport, FigureImport):
            model.objects.create(
                court=place, file_name=f"{mark}.xlsx", created_by=political, created_at=now
            )
        IndexSet.objects.create(
            court=place,
            code=f"{mark} draft",
            function=Unit.Function.CIVIL,
            staff_class="support",
        )
        IndexSet.objects.create(
            court=place,
            code=mark,
            name=f"{mark} set",
            name_en=f"{mark} set",
            function=Unit.Function.CIVIL,
            staff_class="judge",
            state=IndexSet.State.PUBLISHED,
            published_at=now,
        )
        make_reference(place, mark, now)
    return other_court


def make_reference(court, mark, now):
    """What a court sets for its appraisal, and a cycle."""
    CaseWeightTable.objects.create(court=court, version=1, name=f"{mark} points")
    HeadShare.objects.create(court=court, words=f"{mark} title", share=5, certainty="U")
    AppraisalSettings.objects.create(court=court)
    BudgetSource.objects.create(court=court, name=f"{mark} source", year=2026, amount=100)
    Cycle.objects.create(
        court=court,
        code=mark,
        name=f"{mark} cycle",
        kind="special",
        start=date(2026, 1, 1),
        end=date(2026, 2, 1),
        opened_at=now,
    )


def make_posts(unit, officer, mark, now):
    """A post with its document, holder, request, standard and run."""
    court = officer.court
    document = make_approval(court, number=f"{mark} document", title=mark, issuer=mark)
    post = make_post(unit, "branch_secretary", name=mark, approval=document)
    make_appointment(post, officer, date(2026, 1, 1), document=document, note=mark)
    make_standard(court, "branch_secretary", "100", approval=document, note=mark)
    StaffingRequest.objects.create(
        court=court, unit=unit, title=mark, addressee=mark, reason=mark, created_at=now
    )
    AllowanceRun.objects.create(court=court, month=date(2026, 10, 1), computed_at=now, voucher=mark)


def make_concerns(officer, mark, now):
    """A row of each table of retention that the admin shows."""
    court = officer.court
    people = {
        part: make_user(f"{mark}.{part}", court=court) for part in ("by", "checker", "decider")
    }
    make_award(officer, make_rung(court, name=f"{mark} rung"), **people)
    for model in (AchievementImport, ReceivedImport):
        model.objects.create(
            court=court, file_name=f"{mark}.xlsx", created_by=people["by"], created_at=now
        )
    CauseKind.objects.create(court=court, code=mark, name=f"{mark} cause")
    for rule in make_rules(court).values():
        EntitlementRule.objects.filter(pk=rule.pk).update(name=f"{mark} {rule.kind}")
    EntitlementComputing.objects.create(
        court=court,
        on=now.date(),
        officers=1,
        entitlements=1,
        written=1,
        removed=0,
        finished_at=now,
    )
    TalkRule.objects.create(court=court, pair="secretary_member", source=mark)
    make_task(officer)
    make_task(officer, setback=make_setback(officer))


FOREIGN = ["另一县人民法院", "other court", "外庭", "外支部", "外人", "钱外人", "foreign"]


def leaks(text):
    return [word for word in FOREIGN if word in text]


# -- who gets in --------------------------------------------------------------------------------


def test_every_table_registered_has_a_row_here():
    assert set(admin.site._registry) == set(OPENED_BY)


@pytest.mark.parametrize("model", OPENED_BY, ids=lambda model: model.__name__)
def test_table_opens_for_those_who_may(client_of, model, two_courts):
    got = {who: client_of(who).get(address(model)).status_code for who in CAST}

    assert got == {who: OK if who in OPENED_BY[model] else FORBIDDEN for who in CAST}


@pytest.mark.parametrize("model", OPENED_BY, ids=lambda model: model.__name__)
def test_rows_are_added_by_those_who_may(client_of, model):
    got = {who: client_of(who).get(address(model, "add")).status_code for who in CAST}

    assert got == {who: OK if who in MAY_ADD.get(model, set()) else FORBIDDEN for who in CAST}


@pytest.mark.parametrize(
    "model", [one for one in OPENED_BY if one is not WorkingDay], ids=lambda model: model.__name__
)
def test_nothing_is_deleted_here(client_of, model, two_courts, system_admin, measure):
    row = model.objects.order_by("pk").first()

    for who in OPENED_BY[model]:
        response = client_of(who).post(address(model, "delete", row.pk), {"post": "yes"})
        assert response.status_code in {FORBIDDEN, MOVED}

    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("who", CAST)
def test_start_page_shows_the_tables_one_may_open(client_of, who):
    response = client_of(who).get(reverse("admin:index"))

    expected = {model._meta.object_name for model, allowed in OPENED_BY.items() if who in allowed}
    if not expected:
        assert response.status_code == FORBIDDEN
        return
    listed = response.context["app_list"]
    assert {model["object_name"] for app in listed for model in app["models"]} == expected


def test_admin_sends_to_the_one_sign_in_page(client):
    response = client.get(address(Unit), follow=True)

    assert response.redirect_chain[-1] == (
        f"/sign-in/?next={address(Unit)}",
        HTTPStatus.FOUND,
    )
    assert client.get(reverse("admin:login"), {"next": "/admin/x/"}).url == (
        "/sign-in/?next=/admin/x/"
    )


@pytest.mark.parametrize("name", ["logout", "password_change"])
def test_admin_has_no_second_door(client_of, name):
    response = client_of("political").post(reverse(f"admin:{name}"))

    assert response.url == {"logout": "/", "password_change": "/password/"}[name]


@pytest.mark.parametrize("model", OPENED_BY, ids=lambda model: model.__name__)
def test_no_second_log_is_kept(client_of, model, two_courts, system_admin, measure):
    row = model.objects.order_by("pk").first()
    who = sorted(OPENED_BY[model])[0]

    assert client_of(who).get(address(model, "history", row.pk)).status_code == 404


# -- scope --------------------------------------------------------------------------------------

SCOPED = [
    (model, who)
    for model, people in OPENED_BY.items()
    for who in sorted(people - {"system_admin", "security_admin"})
    if model is not Measure
]


def court_path(row):
    if isinstance(row, Unit):
        return row.path[: Unit.steplen]
    if not hasattr(row, "court"):
        row = row.officer
    return row.court.path[: Unit.steplen]


@pytest.mark.parametrize(("model", "who"), SCOPED, ids=lambda value: str(value))
def test_list_filters_search_and_rows_hold_the_own_court_only(client_of, two_courts, model, who):
    client = client_of(who)

    for query in ({}, {"q": "外"}, {"q": "foreign"}, {"court": two_courts.pk}):
        response = client.get(address(model), query)
        # What one has typed oneself stands in the search box and in the addresses of filters.
        typed = rf'(value="|q=|q%3D){query.get("q", "")}'
        assert leaks(re.sub(typed, "", response.text)) == []
    own, foreign = [], []
    shown = model.objects.all()
    if model is TalkTask and who == "party_affairs":
        # That somebody had a setback is known to those who follow setbacks only.
        shown = shown.exclude(kind=TalkTask.Kind.SETBACK)
    for row in shown:
        path = court_path(row)
        (foreign if path == two_courts.path else own).append(row.pk)
    assert [client.get(address(model, "change", pk)).status_code for pk in own] == [OK] * len(own)
    assert {client.get(address(model, "change", pk)).status_code for pk in foreign} == {MOVED}


@pytest.mark.parametrize("query", ["department", "branch", "court"])
def test_filter_by_a_unit_of_another_court_finds_nothing(client_of, two_courts, query):
    client = client_of("political")
    unit = {
        "court": two_courts,
        "department": Unit.objects.get(name="外庭"),
        "branch": Unit.objects.get(name="外支部"),
    }[query]

    response = client.get(address(Officer), {query: unit.pk})

    assert response.context["cl"].result_count == 0


@pytest.mark.parametrize(
    "query", ["court__name__startswith=另", "user__password__startswith=a", "id_hash=1"]
)
def test_filter_by_what_is_not_offered_tells_nothing(client_of, two_courts, query):
    response = client_of("political").get(f"{address(Officer)}?{query}", follow=True)

    assert response.status_code in {OK, HTTPStatus.BAD_REQUEST}
    assert leaks(response.text) == []


@pytest.mark.parametrize(
    "query",
    ["password__startswith=argon2", "officer__isnull=0", "grants=1", "grants__isnull=1", "key=1"],
)
@pytest.mark.parametrize("who", ["system_admin", "security_admin"])
def test_accounts_are_not_sifted_by_a_column_that_no_filter_offers(client_of, who, query):
    response = client_of(who).get(f"{address(User)}?{query}")

    assert response.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "query", ["corrections=1", "id_hash__startswith=a", "birth__startswith=1985", "phone="]
)
def test_officers_are_not_sifted_by_a_column_that_no_filter_offers(client_of, officer, query):
    response = client_of("appraiser").get(f"{address(Officer)}?{query}")

    assert response.status_code == HTTPStatus.BAD_REQUEST


def test_unit_form_offers_places_of_the_own_court_only(client_of, two_courts, civil):
    client = client_of("political")

    for url in (address(Unit, "add"), address(Unit, "change", civil.pk)):
        assert leaks(client.get(url).text) == []


@pytest.mark.parametrize("model", OPENED_BY, ids=lambda model: model.__name__)
def test_no_table_answers_to_autocomplete(client_of, two_courts, model):
    query = {
        "app_label": model._meta.app_label,
        "model_name": model._meta.model_name,
        "field_name": "court",
        "term": "外",
    }

    for who in OPENED_BY[model]:
        response = client_of(who).get(reverse("admin:autocomplete"), query)
        assert response.status_code == HTTPStatus.NOT_FOUND


def test_department_head_who_keeps_nothing_reaches_no_table(client_of, two_courts, head):
    Grant.objects.create(
        user=head,
        role=Role.APPRAISER,
        unit=Unit.objects.get(path=head.court.path),
        starts_on="2026-01-01",
    )

    client = client_of("head")

    assert client.get(address(Unit)).status_code == OK
    assert client.get(address(Unit, "add")).status_code == FORBIDDEN


# -- no business data for the platform, nothing personal for anybody ----------------------------


def test_officer_table_has_no_id_number_and_no_telephone(client_of, officer):
    client = client_of("political")

    text = client.get(address(Officer)).text
    text += client.get(address(Officer, "change", officer.pk)).text

    assert [word for word in (officer.id_number, officer.phone, "1985") if word in text] == []


@pytest.mark.parametrize("who", ["political", "appraiser"])
def test_read_only_rows_cannot_be_changed(client_of, two_courts, officer, who):
    client = client_of(who)

    for model, row in ((Officer, officer), (FigureImport, FigureImport.objects.first())):
        url = address(model, "change", row.pk)
        assert client.post(url, {"name": "改", "file_name": "x"}).status_code == FORBIDDEN

    officer.refresh_from_db()
    assert officer.name == "张海燕"


def test_account_table_shows_no_password(client_of, system_admin):
    response = client_of("system_admin").get(address(User, "change", system_admin.pk))

    assert system_admin.password not in response.text
    assert "password" not in response.context["adminform"].fields


def test_index_set_is_shown_with_its_indicators(client_of, two_courts):
    index_set = IndexSet.objects.get(code="own draft")
    Indicator.objects.create(
        index_set=index_set,
        code="closing",
        name="结案率",
        name_en="Closing rate",
        area=Indicator.Area.EFFICIENCY,
        kind=Indicator.Kind.RATIO,
        weight=20,
        source="审判系统",
        owner="审判管理办公室",
        certainty=Indicator.Certainty.SEEN,
    )

    client = client_of("appraiser")
    url = address(IndexSet, "change", index_set.pk)

    assert "审判管理办公室" in client.get(url).text
    assert client.post(url, {"name": "x"}).status_code == FORBIDDEN


# -- units --------------------------------------------------------------------------------------


def refusals(response):
    """As the page tells them; the form's own texts wait for the language they are read in."""
    lists = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', response.text, re.DOTALL)
    return [text for found in lists for text in re.findall(r"<li>(.*?)</li>", found)]


def unit_data(place, **change):
    data = {"parent": place.pk, "kind": "department", "name": "刑事审判庭", "function": "criminal"}
    return data | {"name_en": ""} | change


def test_unit_is_added(client_of, political, court):
    response = client_of("political").post(address(Unit, "add"), unit_data(court))

    unit = Unit.objects.get(name="刑事审判庭")
    assert response.url == address(Unit)
    assert Unit.objects.get_parent(unit) == court
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor, entry.subject_pk) == ("unit.created", political, unit.pk)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"name": "民事审判第一庭"}, "There is a unit", id="name taken"),
        pytest.param({"kind": "group", "function": ""}, "does not lie below", id="wrong place"),
        pytest.param({"function": ""}, "needs a function", id="no function"),
        pytest.param({"parent": ""}, "Choose the unit above", id="no place"),
        pytest.param({"kind": "court"}, "Select a valid choice", id="a court"),
        pytest.param({"name": ""}, "This field is required", id="no name"),
    ],
)
def test_unit_form_says_why_it_refuses(client_of, court, civil, change, reason):
    before = Unit.objects.count()

    response = client_of("political").post(address(Unit, "add"), unit_data(court, **change))

    assert [reason in text for text in refusals(response)] == [True]
    assert Unit.objects.count() == before
    assert not Entry.objects.exists()


def test_unit_is_not_added_to_another_court(client_of, political, other_court):
    response = client_of("political").post(address(Unit, "add"), unit_data(other_court))

    assert ["Select a valid choice" in text for text in refusals(response)] == [True]
    assert not Unit.objects.filter(name="刑事审判庭").exists()


def test_court_is_added_by_the_system_administrator(client_of, system_admin):
    data = {"parent": "", "kind": "court", "code": "new", "name": "新县人民法院", "name_en": ""}

    client_of("system_admin").post(address(Unit, "add"), data | {"function": ""})

    court = Unit.objects.get(code="new")
    assert (court.depth, court.name) == (1, "新县人民法院")


def test_court_with_a_code_that_is_taken_is_refused(client_of, court):
    data = {"parent": "", "kind": "court", "code": court.code, "name": "x", "name_en": ""}

    response = client_of("system_admin").post(address(Unit, "add"), data | {"function": ""})

    assert len(refusals(response)) == 1
    assert Unit.objects.count() == 1


def test_unit_is_changed_and_moved(client_of, party_org, branch, court):
    data = {"parent": court.pk, "name": "机关第一党支部", "name_en": "", "is_active": "on"}

    client_of("political").post(address(Unit, "change", branch.pk), data)

    branch = Unit.objects.get(pk=branch.pk)
    assert (branch.name, Unit.objects.get_parent(branch)) == ("机关第一党支部", court)
    assert [entry.detail["fields"] for entry in Entry.objects.order_by("pk")] == [
        ["parent"],
        ["name"],
    ]


def test_unit_goes_out_of_use(client_of, civil, court):
    data = {"parent": court.pk, "name": civil.name, "name_en": "", "function": "civil"}

    client_of("political").post(address(Unit, "change", civil.pk), data)

    civil.refresh_from_db()
    assert not civil.is_active


def test_kind_of_a_unit_stays(client_of, civil, court):
    data = {
        "parent": court.pk,
        "kind": "branch",
        "name": civil.name,
        "name_en": "",
        "function": "civil",
        "is_active": "on",
    }

    client_of("political").post(address(Unit, "change", civil.pk), data)

    civil.refresh_from_db()
    assert civil.kind == "department"


def test_unit_list_at_one_and_at_three_units(
    client_of, court, political, django_assert_num_queries
):
    client = client_of("political")
    client.get(address(Unit))
    with django_assert_num_queries(7):
        client.get(address(Unit))
    for name in ("甲", "乙"):
        make_unit(court, name)
    with django_assert_num_queries(7):
        assert client.get(address(Unit)).context["cl"].result_count == 3


# -- workbooks ----------------------------------------------------------------------------------


def export_of(client, model, query=""):
    response = client.get(address(model, "export") + query)
    sheet = load_workbook(BytesIO(response.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def workbook(rows):
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def send(client, model, rows=None, content=None, name="units.xlsx"):
    upload = SimpleUploadedFile(name, content or workbook(rows))
    data = {"import_file": upload, "format": "0", "resource": "0"}
    return client.post(address(model, "import"), data)


def errors_of(response):
    """Row of the workbook and what is wrong with it, as the page lists them."""
    cells = re.findall(r"<td>(\d+|—)</td>\s*<td>(.*?)</td>", response.text, re.DOTALL)
    return [(row, re.sub(r"<[^>]*>|\s+", " ", text).strip()) for row, text in cells]


def test_export_holds_the_own_court_only(client_of, two_courts, court, civil):
    rows = export_of(client_of("political"), Unit)

    assert rows[0] == ["number", "court", "kind", "name", "English name", "function", "in use"]
    assert leaks(str(rows)) == []
    assert [row[3] for row in rows[1:]] == [
        unit.name for unit in Unit.objects.within(court).order_by("path")
    ]


def test_export_respects_the_filters(client_of, two_courts):
    rows = export_of(client_of("political"), Unit, "?kind__exact=branch")

    assert {row[2] for row in rows[1:]} == {"Party branch"}


def test_export_imported_again_changes_nothing(client_of, civil, branch):
    client = client_of("political")

    response = send(client, Unit, export_of(client, Unit))

    assert response.url == address(Unit)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_workbook_is_read_in_either_language(client_of, political, civil, language):
    """Exported by a reader of one language, imported by a reader of the other."""
    User.objects.filter(pk=political.pk).update(language=language)
    client = client_of("political")
    rows = export_of(client, Unit)
    [row] = [row for row in rows if row[3] == civil.name]
    row[3], row[5] = "民一庭", "tribunal"
    User.objects.filter(pk=political.pk).update(
        language={"en": "zh-hans", "zh-hans": "en"}[language]
    )

    response = send(client, Unit, rows)

    civil.refresh_from_db()
    assert response.url == address(Unit)
    assert (civil.name, civil.function) == ("民一庭", "tribunal")
    assert Entry.objects.get().detail == {"fields": ["name", "function"]}


def test_import_takes_all_rows_or_none_and_lists_every_error(
    client_of, two_courts, civil, branch, other_court
):
    client = client_of("political")
    rows = export_of(client, Unit)
    mine = {row[0]: row for row in rows[1:]}
    mine[str(civil.pk)][3] = "民一庭"
    mine[str(branch.pk)][6] = "perhaps"
    foreign = [str(other_court.pk), "", "", "改名", "", "", "yes"]
    blank = [None] * 7
    new = [None, "", "department", "新庭", "", "civil trial", "yes"]

    response = send(client, Unit, [*rows, blank, foreign, new])

    rows_wrong = [row for row, _text in errors_of(response)]
    branch_row = 1 + next(n for n, row in enumerate(rows) if row[0] == str(branch.pk))
    assert rows_wrong == [str(len(rows) + 2), str(len(rows) + 3), str(branch_row)]
    assert [text for _row, text in errors_of(response)][0] == (
        "You keep no unit with this number. New units are not added by import."
    )
    assert "“perhaps” is none of: yes, no." in errors_of(response)[2][1]
    civil.refresh_from_db()
    assert civil.name == "民事审判第一庭"
    assert not Entry.objects.filter(verb="unit.changed").exists()
    assert leaks(response.text) == []


def test_import_asks_for_missing_headings(client_of, civil):
    response = send(client_of("political"), Unit, [["number", "name"], [str(civil.pk), "x"]])

    assert errors_of(response) == [
        (
            "—",
            "The first row of the sheet lacks these headings: court, kind, English name, "
            "function, in use.",
        )
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"%PDF-1.7 ...", "a PDF document", id="pdf"),
        pytest.param(b"PK\x03\x04 broken", "damaged", id="damaged"),
        pytest.param(b"a,b\n1,2\n", "a text file", id="csv"),
    ],
)
def test_import_refuses_what_is_no_workbook(client_of, civil, content, reason):
    response = send(client_of("political"), Unit, content=content)

    [error] = response.context["form"].errors["import_file"]
    assert reason in error


@pytest.mark.parametrize("who", ["appraiser", "head", "security_admin"])
def test_units_are_imported_by_those_who_keep_them(client_of, civil, who):
    assert send(client_of(who), Unit, [["x"]]).status_code == FORBIDDEN


@pytest.fixture
def measure(db):
    Measure.objects.all().delete()
    return Measure.objects.create(
        code="closed",
        name="结案",
        name_en="Closed cases",
        headings="结案 结案数",
        aggregation=Measure.Aggregation.SUM,
    )


def test_measures_go_out_and_come_in(client_of, measure):
    client = client_of("system_admin")
    rows = export_of(client, Measure)
    rows[1][1] = "结案数"
    rows.append([*rows[1]])
    rows[2][0], rows[2][3] = "filed", "新收"

    response = send(client, Measure, rows)

    assert response.url == address(Measure)
    assert set(Measure.objects.values_list("code", "name")) == {
        ("closed", "结案数"),
        ("filed", "结案数"),
    }
    assert [entry.verb for entry in Entry.objects.all()] == ["measure.changed"] * 2


def test_measures_with_errors_are_refused_by_row(client_of, measure):
    client = client_of("system_admin")
    rows = export_of(client, Measure)
    rows += [[*rows[1]], [*rows[1]]]
    rows[2][0] = "Not A Code"
    rows[3][0], rows[3][5] = "third", "median"

    response = send(client, Measure, rows)

    assert [row for row, _text in errors_of(response)] == ["3", "4"]
    assert Measure.objects.count() == 1


def test_measure_is_changed_but_keeps_its_code(client_of, measure):
    data = {
        "code": "other",
        "name": "结案数",
        "name_en": "Closed",
        "headings": "结案",
        "aggregation": "sum",
        "position": "0",
    }

    client_of("system_admin").post(address(Measure, "change", measure.pk), data)

    measure.refresh_from_db()
    assert (measure.code, measure.name) == ("closed", "结案数")
    assert Entry.objects.get().verb == "measure.changed"


OWN_MEASURE = {
    "code": "trials",
    "name": "开庭",
    "name_en": "Hearings",
    "headings": "开庭",
    "aggregation": "sum",
    "position": "5",
}


def test_shared_measure_is_read_only_for_a_court(client_of, measure):
    client = client_of("appraiser")
    rows = export_of(client, Measure)
    rows[1][1] = "改名"

    assert client.get(address(Measure, "change", measure.pk)).status_code == OK
    changed = client.post(address(Measure, "change", measure.pk), OWN_MEASURE)
    imported = send(client, Measure, rows)

    assert changed.status_code == FORBIDDEN
    assert "kept by the system administrator" in errors_of(imported)[0][1]
    measure.refresh_from_db()
    assert measure.name == "结案"
    assert not Entry.objects.exists()


def test_court_adds_and_changes_its_own_measure(client_of, court, measure):
    client = client_of("appraiser")

    client.post(address(Measure, "add"), OWN_MEASURE | {"court": court.pk})
    own = Measure.objects.get(code="trials")
    client.post(address(Measure, "change", own.pk), OWN_MEASURE | {"name": "开庭次数"})

    own.refresh_from_db()
    assert (own.court, own.name) == (court, "开庭次数")
    assert [entry.court for entry in Entry.objects.all()] == [court, court]


def test_court_gives_its_measure_to_no_other_court(client_of, other_court, measure):
    client_of("appraiser").post(address(Measure, "add"), OWN_MEASURE | {"court": other_court.pk})

    assert not Measure.objects.filter(code="trials").exists()


def test_measure_imported_by_a_court_is_its_own(client_of, court, measure):
    client = client_of("appraiser")
    rows = export_of(client, Measure)
    rows.append([*rows[1]])
    rows[2][0], rows[2][1], rows[2][3] = "trials", "开庭", "开庭"

    send(client, Measure, rows)

    assert Measure.objects.get(code="trials").court == court


def test_own_measure_of_another_court_is_not_there(client_of, other_court, measure):
    Measure.objects.filter(pk=measure.pk).update(court=other_court, name="外部指标")
    client = client_of("appraiser")

    assert "外部指标" not in client.get(address(Measure)).text
    assert client.get(address(Measure, "change", measure.pk)).status_code == MOVED
    assert len(export_of(client, Measure)) == 1


def test_measure_added_above_the_courts_is_shared(client_of, measure):
    client_of("system_admin").post(address(Measure, "add"), OWN_MEASURE)

    assert Measure.objects.get(code="trials").court is None


def test_measure_that_a_published_set_counts_keeps_its_way_over_months(
    client_of, measure, other_court
):
    index_set = IndexSet.objects.create(
        court=other_court, code="x", name="x", name_en="x", function="civil", staff_class="judge"
    )
    Indicator.objects.create(
        index_set=index_set,
        code="x",
        name="x",
        name_en="x",
        area="quantity",
        kind="count",
        weight=100,
        numerator=["closed"],
        params={"per_month": "1"},
    )
    IndexSet.objects.update(state="published", published_at=datetime(2026, 1, 1, tzinfo=UTC))
    client = client_of("system_admin")
    data = {"name": "结案数", "name_en": "Closed", "headings": "结案", "position": "0"}
    rows = export_of(client, Measure)
    rows[1][5] = "last"

    client.post(address(Measure, "change", measure.pk), data | {"aggregation": "last"})
    response = send(client, Measure, rows)

    measure.refresh_from_db()
    assert (measure.name, measure.aggregation) == ("结案数", "sum")
    assert [row for row, _text in errors_of(response)] == ["2"]


# -- the working calendar -----------------------------------------------------------------------


@pytest.fixture
def holiday(db):
    return WorkingDay.objects.create(day=date(2026, 10, 1), is_worked=False, name="国庆节")


def test_working_day_is_added_changed_and_removed(client_of, system_admin, holiday):
    client = client_of("system_admin")
    sunday = {"day": "2026-10-11", "is_worked": "on", "name": "国庆节"}

    client.post(address(WorkingDay, "add"), sunday)
    client.post(address(WorkingDay, "change", holiday.pk), {"day": "2026-10-02", "name": "国庆节"})
    added = WorkingDay.objects.get(day=date(2026, 10, 11))
    client.post(address(WorkingDay, "delete", added.pk), {"post": "yes"})

    assert [one.day for one in WorkingDay.objects.all()] == [date(2026, 10, 2)]
    assert list(Entry.objects.order_by("pk").values_list("verb", "detail__day")) == [
        ("workingday.changed", "2026-10-11"),
        ("workingday.changed", "2026-10-02"),
        ("workingday.removed", "2026-10-11"),
    ]


def test_working_day_that_is_a_plain_weekday_is_refused(client_of, system_admin):
    response = client_of("system_admin").post(
        address(WorkingDay, "add"), {"day": "2026-10-12", "is_worked": "on"}
    )

    assert ["is a weekday" in text for text in refusals(response)] == [True]
    assert not WorkingDay.objects.exists()


@pytest.mark.parametrize(
    ("days", "warned"),
    [
        ([], [2026, 2027]),
        ([date(2026, 10, 1)], [2027]),
        ([date(2026, 10, 1), date(2027, 1, 1)], []),
    ],
)
def test_working_calendar_warns_of_years_not_announced_yet(
    client_of, system_admin, monkeypatch, days, warned
):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 23))
    for day in days:
        WorkingDay.objects.create(day=day, is_worked=False)

    response = client_of("system_admin").get(address(WorkingDay))

    texts = [str(message) for message in response.context["messages"]]
    named = [re.search(r"The holidays of (\d+) ", text)[1] for text in texts]
    assert named == [str(year) for year in warned]


def test_working_calendar_is_filtered_by_year(client_of, system_admin, holiday):
    WorkingDay.objects.create(day=date(2027, 1, 1), is_worked=False)
    client = client_of("system_admin")

    for query, found in ((2026, 1), (2027, 1), (2028, 0), ("x", 2)):
        assert client.get(address(WorkingDay), {"year": query}).context["cl"].result_count == found


def test_working_calendar_goes_out_and_comes_in(client_of, system_admin, holiday):
    client = client_of("system_admin")
    rows = export_of(client, WorkingDay)
    assert rows == [["day", "worked", "occasion"], ["2026-10-01", "no", "国庆节"]]

    response = send(
        client,
        WorkingDay,
        [*rows, [datetime(2026, 10, 2), "no", "国庆节"], ["2026.10.10", "yes", "国庆节"]],
    )

    assert response.url == address(WorkingDay)
    assert list(WorkingDay.objects.order_by("day").values_list("day", "is_worked")) == [
        (date(2026, 10, 1), False),
        (date(2026, 10, 2), False),
        (date(2026, 10, 10), True),
    ]
    assert Entry.objects.filter(verb="workingday.changed").count() == 2


def test_working_calendar_is_imported_whole_or_not_at_all(client_of, system_admin, holiday):
    rows = [
        ["day", "worked", "occasion"],
        ["2026-10-02", "no", "国庆节"],
        ["October", "no", ""],
        ["2026-10", "no", ""],
        ["2026-10-12", "yes", ""],
        ["2026-10-13", "perhaps", ""],
        ["", "no", "x"],
    ]

    response = send(client_of("system_admin"), WorkingDay, rows)

    assert sorted(row for row, _text in errors_of(response)) == ["3", "4", "5", "6", "7"]
    assert WorkingDay.objects.count() == 1
    assert not Entry.objects.exists()


# -- what the browser is given ------------------------------------------------------------------

INLINE = [
    re.compile(r"<style", re.IGNORECASE),
    re.compile(r"<[^>]+\sstyle\s*=", re.IGNORECASE),
    re.compile(r"<[^>]+\son\w+\s*=", re.IGNORECASE),
    re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", re.IGNORECASE),
    re.compile(r"(href|action)=\"javascript:", re.IGNORECASE),
    re.compile(r"(src|href)=\"(https?:)?//", re.IGNORECASE),
]


def inline(text):
    return [found.group() for pattern in INLINE if (found := pattern.search(text))]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("who", ["political", "appraiser", "system_admin", "security_admin"])
def test_pages_keep_to_the_content_policy_in_both_languages(
    client_of, request, two_courts, measure, who, language
):
    User.objects.filter(pk=request.getfixturevalue(who).pk).update(language=language)
    client = client_of(who)
    pages = [reverse("admin:index")]
    for model in (model for model, people in OPENED_BY.items() if who in people):
        row = model.objects.order_by("pk").first()
        pages += [address(model), address(model, "change", row.pk)]
        pages += [address(model, "add")] if who in MAY_ADD.get(model, ()) else []
    if who in {"political", "system_admin"}:
        pages.append(address(Unit, "import"))

    for page in pages:
        response = client.get(page)
        assert (page, response.status_code, inline(response.text)) == (page, OK, [])
        assert response.headers["Content-Language"] == language
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_errors_of_an_import_keep_to_the_content_policy(client_of, civil):
    response = send(client_of("political"), Unit, [["number", "name"], [str(civil.pk), "x"]])

    assert inline(response.text) == []


def test_admin_leads_back_to_the_site(client_of, political):
    text = client_of("political").get(reverse("admin:index")).text

    assert 'href="/"' in text
    assert f'action="{reverse("sign_out")}"' in text
    assert "View site" not in text


def test_platform_accounts_hold_no_business_table():
    platform = {"system_admin", "security_admin", "audit_admin"}

    for model, people in OPENED_BY.items():
        # Measures are shared by all courts: no court keeps them for the others.
        assert model in {Unit, User, Grant, WorkingDay, Measure} or not people & platform
