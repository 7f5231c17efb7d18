"""Heads' shares: which titles make a head, kept by the court, shown with whom they concern."""

from decimal import Decimal

import pytest
from django.urls import reverse

from appraisal.models import HeadShare
from appraisal.rules.staff import HEAD_SHARES, head_share_of
from appraisal.selectors.head_shares import head_share_table, heads_shown
from appraisal.services.head_shares import (
    CannotSetShare,
    add_head_share,
    change_head_share,
    remove_head_share,
    seed_head_shares,
)
from courtparty.audit.models import Entry
from tests.factories import make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def shares(court):
    seed_head_shares(court, by=None)
    return HeadShare.objects.filter(court=court)


@pytest.fixture
def page(client, appraiser):
    appraiser.language = "en"
    appraiser.save()
    client.force_login(appraiser)
    return client


def url(name, *args):
    return reverse(f"appraisal:head_share_{name}", args=args)


def values(**fields):
    return {"words": "审判长", "share": Decimal(80), "certainty": "U"} | fields


# -- the table ----------------------------------------------------------------------------------


def test_usual_shares_are_seeded_once_and_recorded(court, appraiser):
    assert seed_head_shares(court, by=appraiser) == len(HEAD_SHARES)
    assert seed_head_shares(court, by=appraiser) == 0

    assert Entry.objects.get().verb == "head_shares.seeded"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("院长", 5),
        ("副院长", 30),
        ("执行局局长", 30),
        ("民一庭庭长", 70),
        ("副庭长", None),
        ("院长助理", None),
        ("审判员", None),
        ("办公室主任", 0),
    ],
)
def test_table_gives_titles_the_shares_seen_in_courts(court, shares, title, expected):
    assert head_share_of(title, head_share_table(court)) == expected


def test_court_without_rows_has_no_heads(court, other_court, shares):
    assert head_share_table(other_court) == []


def test_row_is_added_changed_and_removed(court, shares, appraiser):
    row = add_head_share(court=court, by=appraiser, **values(words=" 审判长  审判团队长 "))
    assert row.words == "审判长 审判团队长"
    change_head_share(head_share_id=row.pk, by=appraiser, **values(share=Decimal("62.5")))

    assert head_share_of("审判长", head_share_table(court)) == Decimal("62.5")
    remove_head_share(head_share_id=row.pk, by=appraiser)
    assert head_share_of("审判长", head_share_table(court)) is None
    verbs = ["head_shares.seeded", "head_share.set", "head_share.set", "head_share.removed"]
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == verbs


@pytest.mark.parametrize(
    "fields",
    [
        {"words": "庭长"},
        {"words": "审判长 审判长"},
        {"words": "  "},
        {"words": "长" * 201},
        {"share": Decimal("100.01")},
        {"share": Decimal(-1)},
        {"share": Decimal("NaN")},
    ],
    ids=str,
)
def test_bad_row_is_refused_and_nothing_written(court, shares, appraiser, fields):
    with pytest.raises(CannotSetShare):
        add_head_share(court=court, by=appraiser, **values(**fields))

    assert shares.count() == len(HEAD_SHARES)


def test_row_keeps_its_own_words_when_changed(court, shares, appraiser):
    row = shares.get(words="庭长")

    change_head_share(head_share_id=row.pk, by=appraiser, words="庭长", share=60, certainty="U")

    assert head_share_of("庭长", head_share_table(court)) == 60


def test_row_that_is_gone_is_refused(shares, appraiser):
    row = shares.first()
    remove_head_share(head_share_id=row.pk, by=appraiser)

    with pytest.raises(CannotSetShare):
        change_head_share(head_share_id=row.pk, by=appraiser, **values())


# -- whom it concerns ---------------------------------------------------------------------------


def test_heads_are_those_in_service_with_the_title(court, civil, filing, shares, appraiser):
    head = make_officer(court=court, department=civil, name="李庭长", title="庭长")
    make_officer(court=court, department=civil, name="王法官", title="审判员")
    make_officer(court=court, department=civil, name="去职", title="庭长", left_on="2026-01-01")
    office = make_officer(
        court=court, department=filing, name="周主任", title="主任", category="administrative"
    )
    clerk = make_officer(
        court=court, department=filing, name="书记庭长", title="庭长", category="clerk"
    )

    shown = {one.officer: (one.share, one.is_head) for one in heads_shown(court, appraiser)}

    assert shown == {head: (70, True), office: (0, True), clerk: (70, False)}


def test_department_head_sees_own_people_only(court, civil, filing, shares, head):
    own = make_officer(court=court, department=civil, name="李庭长", title="庭长")
    make_officer(court=court, department=filing, name="赵庭长", title="庭长")

    assert [one.officer for one in heads_shown(court, head)] == [own]


# -- the page -----------------------------------------------------------------------------------


def test_page_shows_shares_and_people(page, court, civil, shares):
    make_officer(court=court, department=civil, name="李庭长", title="民一庭庭长")

    response = page.get(url("list"))

    assert "70 %" in response.text
    assert "李庭长" in response.text
    assert url("change", shares.first().pk) in response.text


@pytest.mark.parametrize("people", [1, 3])
def test_page_asks_as_often_for_three_rows_as_for_one(
    page, court, civil, shares, people, django_assert_num_queries
):
    for number in range(people):
        make_officer(court=court, department=civil, name=f"庭长{number}", title="庭长")
    page.get(url("list"))

    with django_assert_num_queries(9):
        page.get(url("list"))


def test_empty_page_says_that_nobody_is_a_head(page):
    response = page.get(url("list"))

    assert "nobody counts as a head" in response.text


def test_row_is_added_and_changed_on_pages(page, court, shares):
    page.post(url("add"), values())
    row = shares.get(words="审判长")
    response = page.post(url("change", row.pk), values(share="45"))

    assert response.url == f"{url('list')}?court={court.pk}"
    row.refresh_from_db()
    assert row.share == 45


@pytest.mark.parametrize(
    "fields",
    [{"share": "101"}, {"share": "x"}, {"words": ""}, {"words": "庭长"}, {"certainty": "?"}],
    ids=str,
)
def test_bad_input_is_refused_with_a_message(page, shares, fields):
    response = page.post(url("add"), values(**fields))

    assert response.status_code == 200
    assert response.context["form"].errors
    assert shares.count() == len(HEAD_SHARES)


def test_removing_asks_first(page, shares):
    row = shares.get(words="庭长")
    assert page.get(url("remove", row.pk)).status_code == 200
    assert shares.filter(pk=row.pk).exists()

    page.post(url("remove", row.pk))

    assert not shares.filter(pk=row.pk).exists()


def test_rows_of_another_court_are_not_found(page, other_court):
    seed_head_shares(other_court, by=None)
    row = HeadShare.objects.get(court=other_court, words="庭长")

    for name in ("change", "remove"):
        assert page.get(url(name, row.pk)).status_code == 404
        assert page.post(url(name, row.pk), values()).status_code == 404
    for query in (other_court.pk, "x", "99999999999999999999"):
        assert page.get(url("list"), {"court": query}).status_code == 404
        assert page.post(f"{url('add')}?court={query}", values()).status_code == 404


@pytest.mark.parametrize("who", ["head", "political", "president"])
def test_those_who_read_results_read_but_do_not_change(client, request, shares, who):
    client.force_login(request.getfixturevalue(who))
    row = shares.first()

    listed = client.get(url("list"))
    assert listed.status_code == 200
    assert url("add") not in listed.text
    for address in (url("add"), url("change", row.pk), url("remove", row.pk)):
        assert client.post(address, values()).status_code == 403


@pytest.mark.parametrize("who", ["officer_user", "steward", "system_admin"])
def test_others_do_not_open_the_page(client, request, shares, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(url("list")).status_code == 403
