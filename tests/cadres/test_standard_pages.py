from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cadres.models import AllowanceStandard, Approval, Post
from courtparty.audit.models import Entry
from courtparty.jobs.services import store_file
from courtparty.lib.xlsx import read_workbook
from tests.cadres.establishment import make_appointment, make_approval, make_post, make_standard
from tests.cadres.paid_months import make_line, make_run
from tests.factories import make_officer

LIST, SET = reverse("cadres:standard_list"), reverse("cadres:standard_set")
PDF = b"%PDF-1.7 basis"


def scan(name: str = "basis.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def filled(**changed) -> dict:
    return {
        "kind": "branch_secretary",
        "amount": "300.00",
        "start": "2026-01-01",
        "last": "",
        "several": "highest",
        "pays_acting": "on",
        "number": "示财〔2026〕1号",
        "issued_on": "2026-01-01",
        "issuer": "示例县财政局",
        "document_title": "",
        "note": "",
    } | changed


def shown(client, **query) -> list[tuple[str, str]]:
    page = client.get(LIST, query).context["page_obj"]
    return [(row.standard.kind, row.when) for row in page.object_list]


def test_standard_list_shows_past_future_and_present(client, court, political):
    today = timezone.localdate()
    make_standard(court, "secretary", "500", date(2024, 1, 1), date(2025, 1, 1))
    make_standard(court, "secretary", "800", date(2025, 1, 1), today + timedelta(days=1))
    make_standard(court, "secretary", "900", today + timedelta(days=1))
    make_standard(court, "branch_secretary", "300")
    client.force_login(political)

    assert shown(client) == [
        ("secretary", "future"),
        ("secretary", "in_force"),
        ("secretary", "past"),
        ("branch_secretary", "in_force"),
    ]
    assert shown(client, when="in_force", kind="secretary") == [("secretary", "in_force")]
    assert shown(client, when="future") == [("secretary", "future")]
    assert shown(client, when="past") == [("secretary", "past")]
    assert shown(client, sort="amount")[0] == ("branch_secretary", "in_force")


def test_standard_list_finds_a_document_number(client, court, political):
    basis = make_approval(court, number="示财〔2025〕77号")
    make_standard(court, "secretary", "800", approval=basis)
    make_standard(court, "branch_secretary", "300")
    client.force_login(political)

    assert shown(client, q="〕77") == [("secretary", "in_force")]
    assert shown(client, q="没有") == []


def test_standard_list_costs_the_same_for_one_and_three_rows(
    client, court, political, django_assert_num_queries
):
    make_standard(court, "secretary", "800")
    client.force_login(political)
    client.get(LIST)
    with django_assert_num_queries(6):
        client.get(LIST)
    make_standard(court, "branch_secretary", "300")
    make_standard(court, "group_leader", "100")

    with django_assert_num_queries(6):
        response = client.get(LIST)

    assert len(response.context["page_obj"].object_list) == 3


def test_an_empty_standard_list_says_that_no_unit_sets_its_own(client, president):
    president.language = "en"
    president.save()
    client.force_login(president)

    assert "article 84 of the Civil Servants Law" in client.get(LIST).text


def test_standards_of_another_court_stay_hidden(client, court, outsider_political):
    standard = make_standard(court, "secretary", "800")
    client.force_login(outsider_political)

    assert shown(client) == []
    assert client.get(standard.get_absolute_url()).status_code == 404
    end = reverse("cadres:standard_end", args=[standard.pk])
    assert client.post(end, {"last": "2026-01-01"}).status_code == 404


def test_standard_set_keeps_the_standard_with_its_document(client, court, political):
    client.force_login(political)

    response = client.post(SET, filled(last="2026-12-31", file=scan()))

    standard = AllowanceStandard.objects.get()
    assert response.url == standard.get_absolute_url()
    assert (standard.amount, standard.start, standard.end) == (
        Decimal("300.00"),
        date(2026, 1, 1),
        date(2027, 1, 1),
    )
    assert (standard.pays_acting, standard.pays_seconded_in, standard.pays_seconded_out) == (
        True,
        False,
        False,
    )
    assert standard.approval.number == "示财〔2026〕1号"
    assert standard.approval.file.content == PDF
    assert Entry.objects.filter(verb="standard.set").count() == 1


def test_standard_set_needs_no_file_when_the_document_is_on_record_with_one(
    client, court, political
):
    file = store_file(PDF, name="a.pdf", content_type="application/pdf", by=political, is_kept=True)
    make_approval(court, number="示财〔2026〕1号", issued_on=date(2026, 1, 1), file=file)
    client.force_login(political)

    assert client.post(SET, filled()).status_code == 302
    assert AllowanceStandard.objects.get().approval.file == file


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"number": ""}, "number", id="no document"),
        pytest.param({"file": ""}, "file", id="no file"),
        pytest.param({"amount": "0"}, "amount", id="nothing"),
        pytest.param({"amount": "-5"}, "amount", id="negative"),
        pytest.param({"amount": "10.005"}, "amount", id="half a cent"),
        pytest.param({"kind": "judge"}, "kind", id="unknown kind"),
        pytest.param({"last": "2025-12-31"}, "last", id="ends before it begins"),
        pytest.param({"start": "2026-02-30"}, "start", id="no such day"),
        pytest.param({"start": "0026-01-01"}, "start", id="a slip of the finger"),
        pytest.param({"last": "9999-12-31"}, "last", id="the last day there is"),
        pytest.param({"note": "x" * 201}, "note", id="too long"),
    ],
)
def test_standard_set_says_what_is_wrong_at_the_field(client, court, political, changed, field):
    client.force_login(political)

    response = client.post(SET, filled(**{"file": scan()} | changed))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not AllowanceStandard.objects.exists()
    assert not Approval.objects.exists()


def test_standard_set_refuses_a_second_standard_for_the_same_days(client, court, political):
    make_standard(court, "branch_secretary", "250", date(2025, 6, 1), date(2026, 6, 1))
    client.force_login(political)

    response = client.post(SET, filled(file=scan()))

    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1
    assert AllowanceStandard.objects.count() == 1


def test_standard_set_begins_with_the_rules_of_the_one_before(client, court, political):
    standard = make_standard(court, "secretary", "800", several="sum", pays_seconded_in=True)
    client.force_login(political)

    form = client.get(SET, {"like": standard.pk}).context["form"]

    assert (form["kind"].value(), form["several"].value()) == ("secretary", "sum")
    assert (form["pays_seconded_in"].value(), form["amount"].value()) == (True, None)


def test_standard_set_takes_nothing_over_from_another_court(client, other_court, political):
    hidden = make_standard(other_court, "secretary", "800", several="sum")
    client.force_login(political)

    form = client.get(SET, {"like": hidden.pk}).context["form"]

    assert (form["kind"].value(), form["several"].value()) == (None, "highest")


def test_standard_detail_shows_history_and_use(client, court, party_org, civil, political):
    old = make_standard(court, "secretary", "500", date(2024, 1, 1), date(2025, 1, 1))
    standard = make_standard(court, "secretary", "800", date(2025, 1, 1))
    make_standard(court, "group_leader", "100")
    officer = make_officer(court=court, department=civil)
    held = make_appointment(make_post(party_org), officer, date(2025, 1, 1))
    make_line(make_run(court), held, standard, "800")
    client.force_login(political)

    context = client.get(standard.get_absolute_url()).context

    assert [row.standard for row in context["history"]] == [standard, old]
    usage = context["usage"]
    assert (usage.lines, usage.officers, usage.runs, usage.holders) == (1, 1, 1, 1)


def test_standard_detail_offers_changes_to_those_who_may(client, court, political, president):
    standard = make_standard(court, "secretary", "800")
    address = reverse("cadres:standard_end", args=[standard.pk])
    client.force_login(political)
    assert address in client.get(standard.get_absolute_url()).text

    client.force_login(president)
    assert address not in client.get(standard.get_absolute_url()).text


def test_standard_end_takes_the_last_day(client, court, political):
    standard = make_standard(court, "secretary", "800")
    client.force_login(political)
    address = reverse("cadres:standard_end", args=[standard.pk])

    response = client.post(address, {"last": "2026-06-30"})

    assert response.url == standard.get_absolute_url()
    standard.refresh_from_db()
    assert standard.end == date(2026, 7, 1)


@pytest.mark.parametrize("last", ["", "9999-12-31", "2026-02-30", "0001-01-01"])
def test_standard_end_wants_a_day_of_our_time(client, court, political, last):
    standard = make_standard(court, "secretary", "800", date(2026, 1, 1))
    client.force_login(political)

    response = client.post(reverse("cadres:standard_end", args=[standard.pk]), {"last": last})

    assert list(response.context["form"].errors) == ["last"]


def test_standard_end_says_why_it_refuses(client, court, political):
    standard = make_standard(court, "secretary", "800", date(2026, 1, 1))
    client.force_login(political)
    address = reverse("cadres:standard_end", args=[standard.pk])

    response = client.post(address, {"last": "2025-12-31"})

    assert list(response.context["form"].errors) == ["last"]
    standard.refresh_from_db()
    assert standard.end is None


def test_standard_is_taken_back_and_leaves_the_list(client, court, political):
    standard = make_standard(court, "secretary", "60000.00")
    client.force_login(political)
    page = reverse("cadres:standard_take_back", args=[standard.pk])

    assert client.post(page, {"reason": ""}).status_code == 200
    assert not AllowanceStandard.objects.get().is_void
    response = client.post(page, {"reason": "多写两个零"})

    assert response.url == standard.get_absolute_url()
    assert shown(client) == []
    assert [amount for _kind, amount in shown(client, when="void")] != []
    detail = client.get(standard.get_absolute_url())
    assert page not in detail.text
    assert "多写两个零" in detail.text


def test_standard_list_export_holds_what_the_list_shows(client, court, other_court, political):
    make_standard(court, "secretary", "800", approval=make_approval(court, number="=1+1"))
    make_standard(court, "group_leader", "100")
    make_standard(other_court, "group_leader", "999")
    client.force_login(political)

    response = client.get(reverse("cadres:standard_list_export"), {"kind": "secretary"})

    rows = read_workbook(response.content, filename="a.xlsx").sheets[0].rows
    texts = [[cell.text if cell else "" for cell in row.cells] for row in rows[2:]]
    assert [(row[0], row[2], row[8]) for row in texts] == [
        (str(Post.Kind.SECRETARY.label), "800", "=1+1")
    ]
    entry = Entry.objects.get(verb="standards.exported")
    assert (entry.court, entry.detail) == (court, {"count": 1})
