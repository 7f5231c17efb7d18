from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cadres.models import (
    AllowanceStandard,
    Appointment,
    Approval,
    ElectionPlan,
    FulltimeException,
    Post,
    RequestStep,
    SeatChange,
    Secondment,
    StaffingRequest,
    TermExtension,
)
from cadres.rules.documents import document_number
from cadres.selectors.approvals import USES
from cadres.services.approvals import (
    CannotEnter,
    CannotOpenFile,
    enter_approval,
    open_approval_file,
)
from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.jobs.services import store_file
from tests.cadres.establishment import make_appointment, make_approval, make_post, make_standard
from tests.factories import make_officer

LIST = reverse("cadres:approval_list")
EXPORT = reverse("cadres:approval_export")
DAY = date(2026, 2, 20)
PDF = b"%PDF-1.7 scan"


def pdf(content: bytes = PDF, name: str = "批复.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def entered(court, political, number="示组通〔2026〕7号", **facts) -> Approval:
    facts = {"issued_on": DAY} | facts
    return enter_approval(court=court, number=number, by=political, **facts)


def numbers(response) -> list[str]:
    return [row.number for row in response.context["page_obj"].object_list]


# -- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "示组通〔2026〕7号",
        "示组通[2026]7号",
        "示组通【2026】7号",
        "示组通（2026）7号",
        "示组通 (2026) 7 号",
        "示组通［２０２６］７号",
        " 示组通〔2026〕  7号 ",
    ],
)
def test_document_number_has_one_spelling(text):
    assert document_number(text) == "示组通〔2026〕7号"


@pytest.mark.parametrize(
    "text", ["第3号（秘密）", "No. 12 (draft)", "ABC-2026-1", "〔2026〕第 3 期"]
)
def test_document_number_leaves_other_words_alone(text):
    assert document_number(text) == text


# -- entering -----------------------------------------------------------------------------------


def test_enter_approval_takes_up_the_document_on_record(court, political):
    first = entered(court, political)
    second = entered(court, political, "示组通[2026]7号", title="批复", file=pdf())
    third = entered(court, political, title="另一标题", issuer="组织部")

    assert first.pk == second.pk == third.pk
    assert (third.title, third.issuer, third.file.content) == ("批复", "组织部", PDF)
    verbs = Entry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["approval.entered", "approval.completed", "approval.completed"]


def test_enter_approval_again_as_it_is_writes_nothing(court, political):
    entered(court, political, file=pdf())
    entered(court, political, file=pdf())

    assert (Entry.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_enter_approval_refuses_another_file(court, political):
    approval = entered(court, political, file=pdf())

    with pytest.raises(CannotEnter, match="〔2026〕7号"):
        entered(court, political, file=pdf(b"%PDF-1.7 other"))

    approval.refresh_from_db()
    assert approval.file.content == PDF


@pytest.mark.parametrize("day", [date(2026, 2, 21), date(2999, 1, 1)])
def test_enter_approval_refuses_another_or_a_future_date(court, political, day):
    entered(court, political)

    with pytest.raises(CannotEnter):
        entered(court, political, issued_on=day)


def test_enter_approval_keeps_courts_apart(court, other_court, political):
    assert entered(court, political).pk != entered(other_court, political).pk


# -- list ---------------------------------------------------------------------------------------


@pytest.fixture
def viewer(client, political):
    client.force_login(political)
    return client


def test_every_kind_of_record_that_rests_on_a_document_is_listed(court):
    """A new foreign key to Approval has to be shown where the document is used."""
    related = {(field.related_model, field.field.name) for field in Approval._meta.related_objects}
    known = {
        (Post, "approval"),
        (Post, "closing_approval"),
        (RequestStep, "approval"),
        (Appointment, "document"),
        (Appointment, "removal_document"),
        (Appointment, "higher_approval"),
        (SeatChange, "approval"),
        (SeatChange, "replaced"),
        (TermExtension, "approval"),
        (Secondment, "document"),
        (ElectionPlan, "document"),
        (FulltimeException, "approval"),
        (AllowanceStandard, "approval"),
    }

    assert related == known
    assert sum(len(use.keys) for use in USES.values()) == len(known)


@pytest.fixture
def used(court, party_org, officer):
    """One document for each kind of use, and the record that rests on it."""
    now, documents = timezone.now(), {}

    def document(name):
        documents[name] = make_approval(court, number=name)
        return documents[name]

    post = make_post(party_org, approval=document("posts"))
    appointment = make_appointment(post, officer, DAY, document=document("appointments"))
    SeatChange.objects.create(
        post=post, day=DAY, before=1, after=2, at=now,
        approval=document("numbers"), replaced=documents["numbers"],
    )  # fmt: skip
    request = StaffingRequest.objects.create(
        court=court, unit=party_org, title="x", addressee="x", reason="x", created_at=now
    )
    RequestStep.objects.create(
        request=request, action="approve", state="approved", on=DAY, at=now,
        approval=document("requests"),
    )  # fmt: skip
    TermExtension.objects.create(
        appointment=appointment, old_term_end=DAY, new_term_end=date(2027, 1, 1), at=now,
        approval=document("extensions"),
    )  # fmt: skip
    Secondment.objects.create(
        appointment=appointment, start=DAY, destination="x", at=now,
        document=document("secondments"),
    )  # fmt: skip
    ElectionPlan.objects.create(
        court=court, unit=party_org, due_on=DAY, planned_on=DAY, at=now,
        document=document("elections"),
    )  # fmt: skip
    FulltimeException.objects.create(
        court=court, unit=party_org, code="no_fulltime_staff", starts_on=DAY, at=now,
        approval=document("exceptions"),
    )  # fmt: skip
    make_standard(court, "secretary", "100", approval=document("standards"))
    return documents


@pytest.mark.parametrize("use", USES)
def test_approval_list_filters_by_what_rests_on_it(viewer, used, court, use):
    make_approval(court, number="unused")

    response = viewer.get(LIST, {"use": use})

    assert numbers(response) == [use]
    [row] = response.context["page_obj"].object_list
    assert len(row.uses) == 1


def test_approval_list_finds_what_nothing_rests_on(viewer, used, court):
    make_approval(court, number="unused")

    assert numbers(viewer.get(LIST, {"use": "nothing"})) == ["unused"]


@pytest.mark.parametrize(
    "use", ["posts", "appointments", "extensions", "secondments", "elections", "exceptions"]
)
def test_a_secretary_reads_the_documents_of_the_own_organisation(secretary, used, use):
    assert used[use] in Approval.objects.visible_to(secretary)


@pytest.mark.parametrize("use", USES)
def test_a_branch_secretary_reads_none_of_the_organisation_above(branch_secretary, used, use):
    assert used[use] not in Approval.objects.visible_to(branch_secretary)


@pytest.mark.parametrize("use", ["appointments", "extensions", "secondments"])
def test_an_officer_reads_the_documents_of_own_appointments(officer, used, use):
    seen = Approval.objects.visible_to(officer.user)

    assert used[use] in seen
    assert used["elections"] not in seen


@pytest.mark.parametrize("use", USES)
def test_approval_detail_shows_where_it_is_used(viewer, used, use):
    response = viewer.get(used[use].get_absolute_url())

    [group] = response.context["uses"]
    [item] = group.items
    assert item.text in response.text
    page = reverse(item.page, args=[item.about] if item.about else [])
    assert f'href="{page}"' in response.text
    assert viewer.get(page).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"q": "组通[2026]"}, ["示组通〔2026〕1号"], id="number in other brackets"),
        pytest.param({"q": "职数"}, ["示组通〔2026〕1号"], id="title"),
        pytest.param({"q": "编办"}, ["示编办〔2025〕2号"], id="number"),
        pytest.param({"q": "机构编制"}, ["示编办〔2025〕2号"], id="issuer"),
        pytest.param({"q": "%"}, [], id="no wildcard"),
        pytest.param({"has_file": "yes"}, ["示组通〔2026〕1号"], id="with a file"),
        pytest.param({"has_file": "no"}, ["示编办〔2025〕2号"], id="without a file"),
        pytest.param({"use": "nonsense"}, [], id="no such use"),
        pytest.param({}, ["示组通〔2026〕1号", "示编办〔2025〕2号"], id="newest first"),
        pytest.param(
            {"sort": "day"}, ["示编办〔2025〕2号", "示组通〔2026〕1号"], id="oldest first"
        ),
    ],
)
def test_approval_list_is_searched_filtered_and_sorted(viewer, court, political, query, found):
    file = store_file(PDF, name="x.pdf", content_type="", by=political, is_kept=True)
    make_approval(court, number="示组通〔2026〕1号", title="职数批复", issued_on=DAY, file=file)
    make_approval(
        court, number="示编办〔2025〕2号", issuer="机构编制委员会", issued_on=date(2025, 1, 1)
    )

    assert numbers(viewer.get(LIST, query)) == found


def test_approval_list_costs_the_same_for_one_and_three_rows(
    viewer, court, used, django_assert_num_queries
):
    viewer.get(LIST)
    with django_assert_num_queries(6):
        viewer.get(LIST, {"q": "posts"})

    with django_assert_num_queries(6):
        assert len(numbers(viewer.get(LIST))) == len(USES)


def test_approvals_of_another_court_stay_hidden(client, outsider_political, used):
    client.force_login(outsider_political)

    assert numbers(client.get(LIST)) == []
    for name in ("detail", "file", "complete"):
        url = reverse(f"cadres:approval_{name}", args=[used["posts"].pk])
        assert client.get(url).status_code == 404


def test_secretary_of_a_branch_sees_documents_of_its_posts_and_uses_in_its_reach(
    client, branch_secretary, party_org, branch, other_branch, court
):
    shared = make_approval(court, number="shared")
    for unit in (branch, other_branch):
        make_post(unit, "branch_secretary", approval=shared)
    make_post(party_org, approval=make_approval(court, number="elsewhere"))
    client.force_login(branch_secretary)

    assert numbers(client.get(LIST)) == ["shared"]
    response = client.get(shared.get_absolute_url())
    [group] = response.context["uses"]
    assert [item.text.split(" · ")[0] for item in group.items] == [branch.name]
    assert other_branch.name not in response.text


def test_approval_export_is_recorded(client, political, court, used):
    political.language = "en"
    political.save()
    client.force_login(political)

    sheet = load_workbook(BytesIO(client.get(EXPORT, {"use": "posts"}).content)).active

    title, headings, line = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert headings[2:4] == ["Document number", "Title of the document"]
    assert (line[2], line[6], line[7]) == ("posts", "posts", "no")
    entry = Entry.objects.get(verb="approvals.exported")
    assert (entry.court, entry.detail) == (court, {"count": 1})


# -- one document -------------------------------------------------------------------------------


def test_officer_opens_what_the_own_appointment_rests_on_and_nothing_else(
    client, officer, officer_user, party_org, court, civil
):
    post = make_post(party_org)
    own = make_appointment(post, officer, DAY)
    colleague = make_officer(court=court, department=civil, name="同事")
    other = make_appointment(make_post(party_org, "other"), colleague, DAY)
    client.force_login(officer_user)

    response = client.get(own.document.get_absolute_url())

    assert response.status_code == 200
    [group] = response.context["uses"]
    assert [(item.about, item.page) for item in group.items] == [(own.pk, "")]
    assert reverse("cadres:appointment_detail", args=[own.pk]) not in response.text
    assert client.get(other.document.get_absolute_url()).status_code == 403
    assert client.get(post.approval.get_absolute_url()).status_code == 403
    assert client.get(LIST).status_code == 403


def test_open_approval_file_records_who_took_it(court, political):
    approval = entered(court, political, file=pdf())

    assert open_approval_file(approval, by=political).content == PDF
    entry = Entry.objects.get(verb="approval.downloaded")
    assert (entry.actor, entry.subject_pk) == (political, approval.pk)


def test_open_approval_file_refuses_where_there_is_none(court, political):
    with pytest.raises(CannotOpenFile):
        open_approval_file(make_approval(court), by=political)

    assert not Entry.objects.exists()


def test_approval_file_is_handed_out_as_it_came(viewer, court, political):
    approval = entered(court, political, file=pdf())

    response = viewer.get(reverse("cadres:approval_file", args=[approval.pk]))

    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    empty = reverse("cadres:approval_file", args=[make_approval(court).pk])
    assert viewer.get(empty).status_code == 404


def test_approval_complete_adds_only_what_is_missing(viewer, court):
    approval = make_approval(court, issuer="组织部")
    url = reverse("cadres:approval_complete", args=[approval.pk])

    assert set(viewer.get(url).context["form"].fields) == {"title", "file"}
    assert viewer.post(url, {"title": ""}).context["form"].non_field_errors()
    response = viewer.post(url, {"title": "批复", "issuer": "别人", "file": pdf()})

    approval.refresh_from_db()
    assert response.url == approval.get_absolute_url()
    assert (approval.title, approval.issuer, approval.file.name) == ("批复", "组织部", "批复.pdf")
    assert Entry.objects.get().verb == "approval.completed"


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        pytest.param(pdf(b"MZ"), "content", id="a program called pdf"),
        pytest.param(pdf(b""), "empty", id="empty"),
        pytest.param(pdf(name="x.exe"), "kind", id="a program"),
    ],
)
def test_approval_complete_refuses_other_files(viewer, court, file, reason):
    approval = make_approval(court)

    response = viewer.post(
        reverse("cadres:approval_complete", args=[approval.pk]), {"title": "x", "file": file}
    )

    assert [error.code for error in response.context["form"].errors.as_data()["file"]] == [reason]
    approval.refresh_from_db()
    assert (approval.title, approval.file) == ("", None)
