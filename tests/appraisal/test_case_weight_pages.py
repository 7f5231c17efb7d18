"""The pages of case points: read by everyone once published, edited as drafts, never after."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from appraisal.models import CaseWeightTable, Measure
from appraisal.services.case_weights import publish_case_table, seed_case_table
from courtparty.audit.models import Entry
from tests.factories import make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture
def table(court):
    return seed_case_table(court, by=None)


@pytest.fixture
def published(table):
    return publish_case_table(table_id=table.pk, by=None, at=AT)


@pytest.fixture
def page(client, appraiser):
    appraiser.language = "en"
    appraiser.save()
    client.force_login(appraiser)
    return client


def url(name, *args):
    return reverse(f"appraisal:case_weights_{name}", args=args)


def row_data(code="closed", **fields):
    measure = Measure.objects.get(code=code)
    known = {
        "measure": measure.pk,
        "base": "10",
        "type_coefficient": "1.2",
        "role_coefficient": "1",
        "certainty": "U",
    }
    return known | fields


def errors(response):
    form = response.context["form"]
    return [text for texts in form.errors.values() for text in texts]


# -- reading ------------------------------------------------------------------------------------


def test_list_is_empty_with_a_word_on_what_to_do(page):
    response = page.get(url("list"))

    assert "No table of case points yet" in response.text


def test_list_shows_versions_newest_first(page, published, appraiser):
    page.post(url("copy", published.pk), {"name": "第二版", "basis": ""})

    response = page.get(url("list"))

    assert [table.version for table in response.context["page_obj"]] == [2, 1]
    assert "第二版 v2" in response.text


@pytest.mark.parametrize("copies", [0, 2])
def test_list_asks_as_often_for_three_rows_as_for_one(
    page, published, copies, django_assert_num_queries
):
    for number in range(copies):
        page.post(url("copy", published.pk), {"name": f"版{number}", "basis": ""})
    page.get(url("list"))

    with django_assert_num_queries(6):
        page.get(url("list"))


def test_detail_shows_how_points_come_about(page, table):
    response = page.get(url("detail", table.pk))

    assert "10 × 1.5 × 0.6" in response.text
    assert "<b>0.42</b>" in response.text
    assert "一审承办结案" in response.text or "first instance" in response.text
    assert url("publish", table.pk) in response.text


@pytest.mark.parametrize("extra", [0, 2])
def test_detail_asks_as_often_whatever_the_rows(page, table, extra, django_assert_num_queries):
    for code in ["closed", "summary"][:extra]:
        page.post(url("row_add", table.pk), row_data(code))
    page.get(url("detail", table.pk))

    with django_assert_num_queries(8):
        page.get(url("detail", table.pk))


def test_officer_reads_a_published_table_without_any_button(client, officer_user, published):
    client.force_login(officer_user)

    response = client.get(url("detail", published.pk))

    assert "10 × 1.5 × 0.6" in response.text
    for name in ("copy", "publish", "export", "row_add"):
        assert url(name, published.pk) not in response.text


def test_officer_finds_no_draft(client, officer_user, table):
    client.force_login(officer_user)

    assert client.get(url("detail", table.pk)).status_code == 404
    assert "案件权重系数表" not in client.get(url("list")).text


def test_table_of_another_court_is_not_found(page, other_court):
    theirs = publish_case_table(table_id=seed_case_table(other_court, by=None).pk, by=None, at=AT)
    row = theirs.weights.first()

    for name in (
        "detail",
        "compare",
        "export",
        "copy",
        "describe",
        "publish",
        "discard",
        "row_add",
    ):
        assert page.get(url(name, theirs.pk)).status_code == 404
    assert page.get(url("row_change", theirs.pk, row.pk)).status_code == 404
    assert page.post(url("row_remove", theirs.pk, row.pk)).status_code == 404


@pytest.mark.parametrize("who", ["officer_user", "head", "political", "president", "steward"])
def test_editing_needs_the_right(client, request, table, who):
    client.force_login(request.getfixturevalue(who))

    for name in ("copy", "describe", "publish", "discard", "row_add"):
        assert client.post(url(name, table.pk)).status_code == 403
    assert client.get(url("draft")).status_code == 403


# -- editing ------------------------------------------------------------------------------------


def test_row_is_added_on_its_page(page, table):
    response = page.post(url("row_add", table.pk), row_data())

    assert response.url == table.get_absolute_url()
    row = table.weights.get(measure__code="closed")
    assert (row.base, row.type_coefficient, row.certainty) == (10, Decimal("1.2"), "U")


@pytest.mark.parametrize(
    "fields",
    [
        {"base": "0"},
        {"base": "abc"},
        {"base": "NaN"},
        {"type_coefficient": "-1"},
        {"type_coefficient": "20.001"},
        {"role_coefficient": "0.0001"},
        {"role_coefficient": ""},
        {"measure": "999999"},
        {"measure": ""},
        {"certainty": "Z"},
        {"base": "1e99"},
    ],
    ids=str,
)
def test_bad_input_is_refused_with_a_message(page, table, fields):
    response = page.post(url("row_add", table.pk), row_data(**fields))

    assert response.status_code == 200
    assert errors(response)
    assert table.weights.count() == 8


def test_kind_that_has_a_row_is_refused(page, table):
    response = page.post(url("row_add", table.pk), row_data("first_instance_member"))

    assert "has a row already" in errors(response)[0]


def test_row_is_changed_and_removed(page, table):
    row = table.weights.first()
    change = url("row_change", table.pk, row.pk)

    assert page.get(change).context["form"].initial["base"] == 10
    page.post(change, row_data("first_instance_handling", base="12"))
    row.refresh_from_db()
    assert row.base == 12
    page.post(url("row_remove", table.pk, row.pk))
    assert table.weights.count() == 7


def test_row_of_another_table_is_not_found(page, table, other_court):
    row = seed_case_table(other_court, by=None).weights.first()

    assert page.get(url("row_change", table.pk, row.pk)).status_code == 404


def test_row_removed_meanwhile_is_told_and_not_an_error(page, table):
    row = table.weights.first()
    page.post(url("row_remove", table.pk, row.pk))

    response = page.post(url("row_remove", table.pk, row.pk), follow=True)

    assert "removed meanwhile" in response.text


def test_new_table_is_drafted_for_the_one_court(page, court):
    response = page.post(url("draft"), {"court": court.pk, "name": "自拟", "basis": ""})

    table = CaseWeightTable.objects.get()
    assert (response.url, table.court) == (table.get_absolute_url(), court)
    assert "The table has no rows." in page.get(response.url).text


def test_new_table_is_not_drafted_for_another_court(page, other_court):
    response = page.post(url("draft"), {"court": other_court.pk, "name": "自拟", "basis": ""})

    assert errors(response)
    assert not CaseWeightTable.objects.exists()


# -- publishing ---------------------------------------------------------------------------------


def test_publishing_asks_first_and_then_publishes(page, table, appraiser):
    asked = page.get(url("publish", table.pk))
    assert "A published table never changes" in asked.text
    table.refresh_from_db()
    assert table.state == "draft"

    page.post(url("publish", table.pk))

    table.refresh_from_db()
    assert table.state == "published"
    assert Entry.objects.get(verb="case_weights.published").actor == appraiser


def test_table_that_is_not_sound_is_not_published_and_says_why(page, court):
    page.post(url("draft"), {"court": court.pk, "name": "自拟", "basis": ""})
    table = CaseWeightTable.objects.get()

    response = page.post(url("publish", table.pk))

    assert response.context["reasons"] == ["The table has no rows."]
    table.refresh_from_db()
    assert table.state == "draft"


def test_published_table_is_not_edited_on_any_page(page, published):
    row = published.weights.first()
    sent = {
        url("row_add", published.pk): row_data(),
        url("row_change", published.pk, row.pk): row_data("first_instance_handling"),
        url("describe", published.pk): {"name": "x", "basis": ""},
        url("row_remove", published.pk, row.pk): {},
        url("discard", published.pk): {},
        url("publish", published.pk): {},
    }
    for address, data in sent.items():
        response = page.post(address, data, follow=True)
        assert "never changes" in response.text, address

    published.refresh_from_db()
    assert (published.name, published.state) == ("案件权重系数表", "published")
    assert published.weights.count() == 8


def test_copy_is_compared_with_the_former_version(page, published):
    page.post(url("copy", published.pk), {"name": "第二版", "basis": "院务会"})
    draft = CaseWeightTable.objects.get(version=2)
    page.post(url("row_add", draft.pk), row_data())

    response = page.get(url("compare", draft.pk))
    asked = page.get(url("publish", draft.pk))

    changes = {one.measure.code: one.change for one in response.context["changes"]}
    assert changes["closed"] == "added"
    assert changes["review_member"] == "same"
    assert asked.context["changes"] == response.context["changes"]


def test_first_version_has_nothing_to_compare_with(page, table):
    assert "There is no former version" in page.get(url("compare", table.pk)).text


def test_draft_is_discarded_after_asking(page, table):
    assert "goes with all its rows" in page.get(url("discard", table.pk)).text

    page.post(url("discard", table.pk))

    assert not CaseWeightTable.objects.exists()


# -- the workbook -------------------------------------------------------------------------------


def test_export_has_numbers_and_points_and_is_recorded(page, table, appraiser):
    response = page.get(url("export", table.pk))

    sheet = load_workbook(BytesIO(response.content)).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert len(rows) == 8
    assert [float(number) for number in rows[0][2:6]] == [10, 1.5, 0.6, 9]
    entry = Entry.objects.get(verb="case_weights.exported")
    assert (entry.actor, entry.detail) == (appraiser, {"rows": 8})


def test_pages_open_in_chinese(client, court, table):
    user = make_user("zh", "appraiser", court)
    client.force_login(user)

    for name in ("detail", "compare", "publish", "discard", "describe", "copy", "row_add"):
        response = client.get(url(name, table.pk), headers={"accept-language": "zh-hans"})
        assert response.status_code == 200
