"""The establishment ledger, its workbook, the band, and the pages of one post."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from cadres.models import Post, Secondment
from cadres.services.posts import change_post, enter_post
from courtparty.accounts.models import Grant
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.words import bracketed, listed
from tests.cadres.establishment import make_appointment, make_approval, make_post
from tests.factories import make_officer, make_user

LIST = reverse("cadres:post_list")
EXPORT = reverse("cadres:post_export")
OPEN = reverse("cadres:post_open")
TODAY = timezone.localdate()
YEAR_AGO = TODAY - timedelta(days=365)
DOCUMENT = {"number": "示组通〔2026〕7号", "issued_on": "2026-02-20"}


def rows(response) -> list:
    return list(response.context["page_obj"].object_list)


def titles(response) -> list[str]:
    return [row.title for row in rows(response)]


def row_of(client, post: Post):
    return next(row for row in rows(client.get(LIST, {"state": "all"})) if row.pk == post.pk)


@pytest.fixture
def people(court, civil, branch):
    names = ["曾海燕", "张小明", "王海", "李雷", "韩梅"]
    return [make_officer(court=court, department=civil, branch=branch, name=n) for n in names]


@pytest.fixture
def viewer(client, political):
    client.force_login(political)
    return client


# -- the ledger ---------------------------------------------------------------------------------


def test_post_list_counts_seats_holders_and_secondments(viewer, party_org, people):
    post = make_post(party_org, "committee_member", authorised=3)
    here = make_appointment(post, people[0], YEAR_AGO)
    make_appointment(post, people[1], YEAR_AGO, seat=2, nature="acting")
    make_appointment(post, people[2], YEAR_AGO, nature="seconded_in")
    make_appointment(post, people[3], YEAR_AGO, seat=3, is_void=True)
    make_appointment(post, people[4], TODAY + timedelta(days=1), seat=3)
    Secondment.objects.create(
        appointment=here, start=YEAR_AGO, destination="县委", at=timezone.now()
    )

    row = row_of(viewer, post)

    assert (row.authorised, row.occupied, row.vacant) == (3, 2, 1)
    assert (row.seconded_in, row.seconded_out, row.state) == (1, 1, "vacant")
    assert [holder.name for holder in row.holders if holder.seat] == ["曾海燕", "张小明"]
    words = [
        bracketed("曾海燕", _("seconded out")),
        bracketed("张小明", _("acting")),
        bracketed("王海", _("seconded in")),
    ]
    assert row.holders_in_words == listed(words)


def test_post_list_shows_the_longest_vacancy(viewer, party_org, people):
    post = make_post(party_org, "committee_member", authorised=2, opened_on=YEAR_AGO)
    make_appointment(post, people[0], YEAR_AGO, TODAY - timedelta(days=9))

    row = row_of(viewer, post)

    assert (row.vacant, row.since, row.days) == (2, YEAR_AGO, 366)
    make_appointment(post, people[1], YEAR_AGO, seat=2)
    row = row_of(viewer, post)
    assert (row.vacant, row.since, row.days) == (1, TODAY - timedelta(days=9), 10)


def test_vacancy_of_an_added_seat_starts_with_the_document_that_added_it(
    viewer, political, party_org, people
):
    post = make_post(party_org, "committee_member", authorised=1, is_exclusive=False)
    make_appointment(post, people[0], YEAR_AGO)
    change_post(
        post_id=post.pk,
        name="",
        note="",
        authorised=2,
        seen=1,
        by=political,
        changed_on=TODAY - timedelta(days=4),
        document={"number": "1", "issued_on": YEAR_AGO},
    )

    row = row_of(viewer, post)

    assert (row.vacant, row.days) == (1, 5)


def test_post_list_has_totals_of_what_is_found_and_figures_of_all(
    viewer, party_org, branch, people
):
    make_appointment(make_post(party_org), people[0], YEAR_AGO)
    make_post(party_org, "committee_member", authorised=3)
    make_post(branch, "branch_secretary")
    make_post(branch, "other", closed_on=YEAR_AGO)

    context = viewer.get(LIST, {"unit": branch.pk}).context

    totals = context["totals"]
    assert (totals.posts, totals.authorised, totals.occupied, totals.vacant) == (1, 1, 0, 1)
    everything = context["all"]
    assert (everything.posts, everything.authorised, everything.occupied) == (3, 5, 1)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("", {"full", "vacant"}),
        ("vacant", {"vacant"}),
        ("full", {"full"}),
        ("closed", {"closed"}),
        ("planned", {"planned"}),
        ("all", {"full", "vacant", "closed", "planned"}),
        ("nonsense", set()),
    ],
)
def test_post_list_filters_by_state(viewer, party_org, people, state, found):
    make_appointment(make_post(party_org, "other", name="full"), people[0], YEAR_AGO)
    make_post(party_org, "other", name="vacant")
    make_post(party_org, "other", name="closed", closed_on=TODAY)
    make_post(party_org, "other", name="planned", opened_on=TODAY + timedelta(days=1))

    response = viewer.get(LIST, {"state": state})

    assert {row.state for row in rows(response)} == found
    assert all(row.state in row.title for row in rows(response))


def test_post_list_filters_by_unit_and_below_kind_and_full_time(viewer, party_org, branch, civil):
    make_post(party_org, "secretary")
    make_post(branch, "branch_secretary")
    make_post(civil, "party_affairs_cadre")

    def found(**query):
        return {row.kind for row in rows(viewer.get(LIST, query))}

    assert found(unit=party_org.pk) == {"secretary", "branch_secretary"}
    assert found(unit=branch.pk) == {"branch_secretary"}
    assert found(kind="secretary") == {"secretary"}
    assert found(fulltime="yes") == {"party_affairs_cadre"}
    assert found(fulltime="no") == {"secretary", "branch_secretary"}
    assert found(unit="999999") == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("总支部", ["secretary", "other Party post (机关)"], id="unit"),
        pytest.param("机 关", ["other Party post (机关)"], id="name, with a space"),
        pytest.param("other PARTY", ["other Party post (机关)"], id="kind in words"),
        pytest.param("曾海", ["secretary"], id="holder"),
        pytest.param("zenghai", ["secretary"], id="pinyin"),
        pytest.param("zhy", ["secretary"], id="initials"),
        pytest.param("张小明", [], id="who held it before"),
        pytest.param("%", [], id="no wildcard"),
    ],
)
def test_post_list_is_searched(client, political, party_org, branch, people, text, found):
    political.language = "en"
    political.save()
    client.force_login(political)
    post = make_post(party_org)
    make_appointment(post, people[0], YEAR_AGO)
    make_appointment(post, people[1], YEAR_AGO - timedelta(days=9), YEAR_AGO)
    make_post(party_org, "other", name="机关")
    make_post(branch, "branch_secretary")

    assert titles(client.get(LIST, {"q": text})) == found


def test_post_list_is_sorted(viewer, party_org, branch, people):
    secretary = make_post(party_org, opened_on=YEAR_AGO)
    members = make_post(branch, "committee_member", authorised=4, opened_on=TODAY)
    cadre = make_post(branch, "party_affairs_cadre", opened_on=YEAR_AGO)
    make_appointment(cadre, people[0], YEAR_AGO)

    def order(sort):
        return [row.pk for row in rows(viewer.get(LIST, {"sort": sort}))]

    by_unit = [secretary.pk, members.pk, cadre.pk]
    assert order("") == order("unit") == order("nonsense") == by_unit
    assert order("-unit") == by_unit[::-1]
    assert order("-days") == [secretary.pk, members.pk, cadre.pk]
    assert order("-vacant") == [members.pk, secretary.pk, cadre.pk]
    assert order("-occupied")[0] == cadre.pk
    assert order("-authorised")[0] == members.pk


@pytest.mark.parametrize("count", [1, 3, 500])
def test_post_list_costs_the_same_for_one_and_for_500_rows(
    viewer, party_org, court, people, django_assert_num_queries, count
):
    approval = make_approval(court)
    for number in range(count):
        post = make_post(party_org, "other", name=str(number), authorised=2, approval=approval)
        make_appointment(post, people[0], YEAR_AGO, document=approval)
    viewer.get(LIST)

    with django_assert_num_queries(9):
        response = viewer.get(LIST)

    assert response.context["count"] == count


def test_post_list_counts_staff_anew_when_the_roster_changes(viewer, court, civil, people):
    (before,) = viewer.get(LIST).context["bands"]
    newest = make_officer(court=court, department=civil, name="郑新")
    (with_one_more,) = viewer.get(LIST).context["bands"]
    newest.left_on = TODAY
    newest.save()
    (after,) = viewer.get(LIST).context["bands"]

    assert with_one_more.band.staff == before.band.staff + 1
    assert after.band.staff == before.band.staff


def test_post_list_of_another_court_is_empty(client, outsider_political, party_org, people):
    make_appointment(make_post(party_org), people[0], YEAR_AGO)
    client.force_login(outsider_political)

    response = client.get(LIST)

    assert rows(response) == []
    assert response.context["all"].authorised == 0
    assert "曾海燕" not in response.text
    assert [key for key, _label in response.context["filter"].form.fields["unit"].choices] == [""]


def test_secretary_of_a_branch_sees_its_posts_only(
    client, branch_secretary, party_org, branch, other_branch, people
):
    make_appointment(make_post(party_org), people[0], YEAR_AGO)
    own = make_post(branch, "branch_secretary")
    make_post(other_branch, "branch_secretary")
    client.force_login(branch_secretary)

    response = client.get(LIST)

    assert [row.pk for row in rows(response)] == [own.pk]
    assert response.context["bands"] == []
    assert response.context["all"].authorised == 1
    assert "第二党支部" not in response.text


# -- the band -----------------------------------------------------------------------------------


def band_of(client):
    [band] = client.get(LIST).context["bands"]
    return band


@pytest.fixture
def staff(court, civil):
    def fill(count):
        return [
            make_officer(court=court, department=civil, name=f"干部{number}")
            for number in range(count)
        ]

    return fill


def test_band_counts_who_holds_a_full_time_post_of_the_court(viewer, party_org, staff):
    officers = staff(9)
    make_officer(
        court=officers[0].court, department=officers[0].department, name="走", left_on=YEAR_AGO
    )
    full = make_post(party_org, "party_affairs_cadre", authorised=6)
    for seat, officer in enumerate(officers[:2], start=1):
        make_appointment(full, officer, YEAR_AGO, seat=seat)
    # The same person in two posts, an acting one, and four who do not count.
    deputy = make_post(party_org, "fulltime_deputy")
    make_appointment(deputy, officers[0], YEAR_AGO)
    make_appointment(full, officers[2], YEAR_AGO, seat=3, nature="acting")
    make_appointment(full, officers[3], YEAR_AGO, nature="seconded_in")
    make_appointment(full, officers[4], YEAR_AGO, TODAY, seat=4)
    make_appointment(full, officers[5], YEAR_AGO, seat=5, is_void=True)
    make_appointment(make_post(party_org), officers[6], YEAR_AGO)

    band = band_of(viewer)

    assert (band.band.staff, band.band.fulltime) == (9, 3)
    assert (band.vacancies, band.band.verdict) == (3, "above")


@pytest.mark.parametrize(
    ("count", "held", "verdict", "missing"),
    [(30, 0, "none", 1), (30, 1, "inside", 0), (210, 2, "below", 1), (210, 3, "inside", 0)],
)
def test_band_says_how_many_are_missing(viewer, party_org, staff, count, held, verdict, missing):
    officers = staff(count)
    post = make_post(party_org, "party_affairs_cadre", authorised=max(held, 1))
    for seat, officer in enumerate(officers[:held], start=1):
        make_appointment(post, officer, YEAR_AGO, seat=seat)

    band = band_of(viewer)

    assert (band.band.verdict, band.missing) == (verdict, missing)
    assert band.to_ask_for == max(0, missing - band.vacancies)


def test_band_leads_to_the_vacancies_before_it_leads_to_a_request(viewer, party_org, staff):
    staff(1)
    draft = reverse("cadres:request_draft")

    assert draft in viewer.get(LIST).text
    make_post(party_org, "party_affairs_cadre")
    text = viewer.get(LIST).text
    assert draft not in text
    assert "?fulltime=yes&amp;state=vacant" in text


def test_band_of_a_court_without_officers_has_no_share(viewer, party_org):
    band = band_of(viewer)

    assert (band.band.share, band.band.verdict) == (None, "none")


def test_bands_of_two_courts_are_told_apart(client, political, court, other_court, party_org):
    Grant.objects.create(
        user=political, role=Role.POLITICAL, unit=other_court, starts_on=date(2026, 1, 1)
    )
    make_post(party_org)
    make_post(other_court, "other")
    client.force_login(political)

    response = client.get(LIST)

    assert [band.court for band in response.context["bands"]] == [court, other_court]
    assert {row.court for row in rows(response)} == {court.display_name, other_court.display_name}


# -- the workbook -------------------------------------------------------------------------------


def cells(response) -> list[list]:
    sheet = load_workbook(BytesIO(response.content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_post_export_is_the_ledger_in_office_form(client, political, court, party_org, people):
    political.language = "en"
    political.save()
    client.force_login(political)
    approval = make_approval(court, number="示组通〔2026〕1号", issued_on=date(2026, 1, 5))
    post = make_post(
        party_org, "committee_member", authorised=2, approval=approval, opened_on=YEAR_AGO
    )
    make_appointment(post, people[0], YEAR_AGO)

    title, headings, line, total = cells(client.get(EXPORT))

    assert title[0] == f"slx court · Establishment ledger of Party posts, as of {TODAY}"
    values = dict(zip(headings, line, strict=True))
    assert values["Unit"] == party_org.name
    assert values["Names of the holders"] == "曾海燕"
    assert (values["Authorised"], values["Occupied"], values["Vacant"]) == (2, 1, 1)
    assert (values["Days vacant"], values["Vacant since"].date()) == (366, YEAR_AGO)
    assert values["Document"] == "示组通〔2026〕1号"
    assert values["Date of the document"].date() == date(2026, 1, 5)
    totals = dict(zip(headings, total, strict=True))
    assert (totals["Unit"], totals["Authorised"], totals["Vacant"]) == ("Total", 2, 1)
    entry = Entry.objects.get(verb="posts.exported")
    assert (entry.court, entry.detail) == (court, {"count": 1})


def test_post_export_keeps_the_filters_and_the_scope(client, branch_secretary, branch, party_org):
    make_post(party_org)
    make_post(branch, "branch_secretary")
    make_post(branch, "other", name="甲")
    client.force_login(branch_secretary)

    lines = cells(client.get(EXPORT, {"kind": "other"}))[2:-1]

    assert [line[2] for line in lines] == [branch.name]


# -- one post -----------------------------------------------------------------------------------


def shown(client, post):
    return client.get(post.get_absolute_url()).context["shown"]


def test_post_detail_shows_seats_and_everybody_who_held_it(viewer, party_org, people):
    post = make_post(party_org, "committee_member", authorised=2, opened_on=YEAR_AGO)
    ended = TODAY - timedelta(days=30)
    make_appointment(post, people[0], YEAR_AGO, ended)
    make_appointment(post, people[1], YEAR_AGO, seat=2, nature="acting")
    make_appointment(post, people[2], YEAR_AGO, nature="seconded_in")
    make_appointment(post, people[3], YEAR_AGO, seat=2, is_void=True)

    page = shown(viewer, post)

    first, second = page.seats
    assert (first.holder, first.since, first.days) == (None, ended, 31)
    assert (second.holder.name, second.since) == ("张小明", None)
    assert [guest.name for guest in page.guests] == ["王海"]
    assert {(term.name, term.last_day) for term in page.history} == {
        ("曾海燕", ended - timedelta(days=1)),
        ("张小明", None),
        ("王海", None),
    }
    assert page.vacant == 1


def test_post_detail_tells_how_the_number_changed(viewer, political, party_org):
    post = enter_post(
        unit=party_org,
        kind="committee_member",
        authorised=2,
        is_exclusive=False,
        opened_on=YEAR_AGO,
        document={"number": "甲1号", "issued_on": YEAR_AGO},
        by=political,
    )
    assert shown(viewer, post).steps == []
    change_post(
        post_id=post.pk,
        name="",
        note="",
        authorised=3,
        seen=2,
        by=political,
        changed_on=TODAY,
        document={"number": "乙2号", "issued_on": YEAR_AGO},
    )

    steps = shown(viewer, post).steps

    assert [(step.day, step.number, step.document.number) for step in steps] == [
        (YEAR_AGO, 2, "甲1号"),
        (TODAY, 3, "乙2号"),
    ]


def test_post_detail_costs_the_same_for_one_and_three_holders(
    viewer, party_org, people, django_assert_num_queries
):
    post = make_post(party_org, "committee_member", authorised=3)
    make_appointment(post, people[0], YEAR_AGO)
    viewer.get(post.get_absolute_url())
    with django_assert_num_queries(9):
        viewer.get(post.get_absolute_url())
    for seat in (2, 3):
        make_appointment(post, people[seat], YEAR_AGO, seat=seat)

    with django_assert_num_queries(9):
        assert len(shown(viewer, post).history) == 3


def test_post_detail_links_only_documents_one_may_open(
    client, branch_secretary, political, branch, court
):
    """Nothing in reach rests any more on the document that a later one has replaced."""
    post = enter_post(
        unit=branch,
        kind="committee_member",
        authorised=2,
        is_exclusive=False,
        opened_on=YEAR_AGO,
        document={"number": "甲1号", "issued_on": YEAR_AGO},
        by=political,
    )
    old = post.approval
    change_post(
        post_id=post.pk,
        name="",
        note="",
        authorised=3,
        seen=2,
        by=political,
        changed_on=TODAY,
        document={"number": "乙2号", "issued_on": YEAR_AGO},
    )
    client.force_login(branch_secretary)

    response = client.get(post.get_absolute_url())

    page = response.context["shown"]
    assert page.approval.is_open
    assert [step.document.is_open for step in page.steps] == [False, True]
    assert old.number in response.text
    assert old.get_absolute_url() not in response.text
    assert client.get(old.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("state", ["vacant", "full"])
def test_post_detail_leads_to_an_appointment_where_a_seat_is_vacant(
    viewer, party_org, people, state
):
    post = make_post(party_org)
    if state == "full":
        make_appointment(post, people[0], YEAR_AGO)
    link = f"{reverse('cadres:appointment_make')}?post={post.pk}"

    assert (link in viewer.get(post.get_absolute_url()).text) is (state == "vacant")
    assert viewer.get(link).status_code == 200


def test_post_of_another_court_does_not_exist(client, outsider_political, party_org):
    post = make_post(party_org)
    client.force_login(outsider_political)

    for page in ("detail", "change", "close"):
        assert client.get(reverse(f"cadres:post_{page}", args=[post.pk])).status_code == 404


# -- forms --------------------------------------------------------------------------------------


def place(unit, kind) -> str:
    return f"{OPEN}?unit={unit.pk}&kind={kind}"


def test_post_open_asks_for_the_place_first(viewer, party_org, other_court):
    response = viewer.get(OPEN)

    offered = response.context["form"].fields["unit"].queryset
    assert party_org in offered
    assert other_court not in offered
    refused = viewer.get(OPEN, {"unit": party_org.pk, "kind": "branch_secretary"})
    assert list(refused.context["form"].errors) == ["kind"]


@pytest.mark.parametrize(
    ("kind", "exclusive", "asks_fulltime"),
    [
        ("secretary", True, True),
        ("deputy_secretary", False, True),
        ("fulltime_deputy", True, False),
        ("party_affairs_cadre", False, False),
    ],
)
def test_post_open_fills_in_what_is_usual(viewer, party_org, kind, exclusive, asks_fulltime):
    form = viewer.get(place(party_org, kind)).context["form"]

    assert form["is_exclusive"].value() is exclusive
    assert ("is_fulltime" in form.fields) is asks_fulltime


def test_post_open_opens_a_post(viewer, political, party_org):
    data = DOCUMENT | {"authorised": "1", "is_exclusive": "on", "opened_on": "2026-03-01"}

    response = viewer.post(place(party_org, "fulltime_deputy"), data)

    post = Post.objects.get()
    assert response.url == post.get_absolute_url()
    assert (post.is_fulltime, post.is_exclusive, post.created_by) == (True, True, political)
    assert post.approval.number == DOCUMENT["number"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"number": ""}, "number", id="no document"),
        pytest.param({"issued_on": "0206-02-20"}, "issued_on", id="mistyped year of document"),
        pytest.param({"issued_on": "2999-02-20"}, "__all__", id="document of the future"),
        pytest.param({"opened_on": "2206-03-01"}, "opened_on", id="mistyped year"),
        pytest.param({"authorised": "2"}, "authorised", id="exclusive with two seats"),
        pytest.param({"authorised": "0"}, "authorised", id="no seat"),
    ],
)
def test_post_open_says_what_is_wrong(viewer, party_org, change, field):
    data = DOCUMENT | {"authorised": "1", "is_exclusive": "on", "opened_on": "2026-03-01"}

    response = viewer.post(place(party_org, "secretary"), data | change)

    assert list(response.context["form"].errors) == [field]
    assert not Post.objects.exists()


def test_post_open_says_that_there_is_one_already(viewer, party_org):
    make_post(party_org)
    data = DOCUMENT | {"authorised": "1", "is_exclusive": "on", "opened_on": "2026-03-01"}

    response = viewer.post(place(party_org, "secretary"), data)

    assert len(response.context["form"].non_field_errors()) == 1
    assert Post.objects.count() == 1


def test_post_open_is_not_offered_for_units_of_another_court(client, outsider_political, party_org):
    client.force_login(outsider_political)
    data = DOCUMENT | {"authorised": "1", "opened_on": "2026-03-01"}

    response = client.post(place(party_org, "secretary"), data)

    assert list(response.context["form"].errors) == ["unit"]
    assert not Post.objects.exists()


def test_post_change_changes_number_under_a_document(viewer, party_org):
    post = make_post(party_org, "committee_member", authorised=2)
    url = reverse("cadres:post_change", args=[post.pk])
    data = {"name": "", "note": "x", "authorised": "3", "seen": "2", "changed_on": "2026-03-01"}

    refused = viewer.post(url, data | {"changed_on": ""})
    response = viewer.post(url, data | DOCUMENT)

    assert set(refused.context["form"].errors) == {"changed_on", "number", "issued_on"}
    post.refresh_from_db()
    assert response.url == post.get_absolute_url()
    assert (post.authorised, post.note) == (3, "x")


def test_post_change_of_an_exclusive_post_asks_for_no_number(viewer, party_org):
    post = make_post(party_org)
    url = reverse("cadres:post_change", args=[post.pk])

    assert set(viewer.get(url).context["form"].fields) == {"name", "note", "seen"}
    viewer.post(url, {"name": "", "note": "x", "seen": "1"})
    post.refresh_from_db()
    assert post.note == "x"


def test_post_change_refuses_a_document_that_nothing_needs(viewer, party_org):
    post = make_post(party_org, "committee_member", authorised=2)
    data = {"name": "", "note": "", "authorised": "2", "seen": "2"} | DOCUMENT

    response = viewer.post(reverse("cadres:post_change", args=[post.pk]), data)

    assert list(response.context["form"].errors) == ["number"]


def test_post_change_of_somebody_slower_is_answered_by_a_page(viewer, party_org):
    post = make_post(party_org, "committee_member", authorised=2)
    data = {"name": "", "note": "x", "authorised": "2", "seen": "1"}

    response = viewer.post(reverse("cadres:post_change", args=[post.pk]), data)

    assert response.status_code == 409
    assert post.get_absolute_url() in response.text


def test_post_close_closes_and_says_why_it_can_not(viewer, party_org, people):
    post = make_post(party_org)
    appointment = make_appointment(post, people[0], YEAR_AGO)
    url = reverse("cadres:post_close", args=[post.pk])
    data = DOCUMENT | {"closed_on": str(TODAY)}

    refused = viewer.post(url, data)
    type(appointment).objects.update(end=TODAY, end_reason="other")
    response = viewer.post(url, data)

    assert len(refused.context["form"].non_field_errors()) == 1
    post.refresh_from_db()
    assert (response.url, post.closed_on) == (post.get_absolute_url(), TODAY)


def test_posts_are_managed_by_those_who_may(client, secretary, president, party_org):
    post = make_post(party_org)

    for user in (secretary, president):
        client.force_login(user)
        response = client.get(post.get_absolute_url())
        assert response.status_code == 200
        assert reverse("cadres:post_close", args=[post.pk]) not in response.text
        assert client.get(OPEN).status_code == 403


def test_names_need_the_right_to_appointments(client, court, party_org, people, monkeypatch):
    user = make_user("reader", Role.PRESIDENT, court)
    post = make_post(party_org)
    make_appointment(post, people[0], YEAR_AGO)
    without = user.__class__.has_perm
    monkeypatch.setattr(
        user.__class__,
        "has_perm",
        lambda self, perm, obj=None: perm != "cadres.view_appointment" and without(self, perm),
    )
    client.force_login(user)

    for url in (LIST, post.get_absolute_url(), f"{LIST}?q=曾"):
        assert "曾海燕" not in client.get(url).text
    assert "曾海燕" not in str(cells(client.get(EXPORT)))
