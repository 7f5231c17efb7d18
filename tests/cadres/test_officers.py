from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from cadres.models import Officer
from cadres.rules.officers import full_years, party_standing
from cadres.services.officers import reveal_officer
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.dates import PartialDate
from tests.factories import make_officer, make_unit, make_user

LIST = reverse("cadres:officer_list")
EXPORT = reverse("cadres:officer_export")


def names(response) -> list[str]:
    return [row.name for row in response.context["page_obj"].object_list]


def choices(response, name: str) -> list[str]:
    fields = response.context["filter"].form.fields
    return [str(label) for key, label in fields[name].choices if key] if name in fields else []


def cells(response) -> list[list]:
    sheet = load_workbook(BytesIO(response.content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def people(court, civil, filing, branch, other_branch):
    """Three of this court, in two departments and two branches; the last has no branch."""
    return [
        make_officer(court=court, department=civil, branch=branch, name="曾海燕"),
        make_officer(
            court=court,
            department=filing,
            branch=other_branch,
            name="张小明",
            category=Officer.Category.CLERK,
            party_status=Officer.PartyStatus.PROBATIONARY,
            title="书记员",
            title_since=PartialDate(2020, 1),
        ),
        make_officer(
            court=court,
            department=filing,
            name="王海",
            party_status=Officer.PartyStatus.NONE,
            title="",
            title_since=None,
        ),
    ]


# -- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "on", "years"),
    [
        pytest.param(PartialDate(1985, 6, 15), date(2026, 6, 14), 40, id="day before birthday"),
        pytest.param(PartialDate(1985, 6, 15), date(2026, 6, 15), 41, id="birthday"),
        pytest.param(PartialDate(1985, 6), date(2026, 6, 1), 41, id="month counts from its first"),
        pytest.param(PartialDate(2026, 6), date(2026, 6, 1), 0, id="this month"),
        pytest.param(PartialDate(2026, 7), date(2026, 6, 30), None, id="still to come"),
        pytest.param(None, date(2026, 6, 30), None, id="unknown"),
    ],
)
def test_full_years_counts_whole_years(since, on, years):
    assert full_years(since, on=on) == years


def test_party_standing_counts_from_becoming_a_full_member():
    assert party_standing(PartialDate(2007, 7, 1), on=date(2026, 7, 1)) == 19


# -- list ---------------------------------------------------------------------------------------


def test_officer_list_shows_officers_of_the_court_by_pinyin(client, political, people):
    client.force_login(political)

    assert names(client.get(LIST)) == ["王海", "曾海燕", "张小明"]


def test_officer_list_costs_the_same_for_one_and_three_rows(
    client, court, civil, branch, political, django_assert_num_queries
):
    make_officer(court=court, department=civil, branch=branch)
    client.force_login(political)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    for name in ("钱一", "孙二"):
        make_officer(court=court, department=civil, branch=branch, name=name)

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert len(names(response)) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("海", ["王海", "曾海燕"], id="Chinese anywhere in the name"),
        pytest.param("曾　海燕", ["曾海燕"], id="with the space of a printed list"),
        pytest.param("zenghai", ["曾海燕"], id="pinyin from the beginning"),
        pytest.param("Zeng Hai", ["曾海燕"], id="pinyin with capitals and spaces"),
        pytest.param("haiyan", [], id="pinyin not from the middle"),
        pytest.param("zxm", ["张小明"], id="initials"),
        pytest.param("z", ["曾海燕", "张小明"], id="one letter"),
        pytest.param("李", [], id="nobody"),
        pytest.param("%", [], id="no wildcard"),
    ],
)
def test_officer_list_searches(client, political, people, text, found):
    client.force_login(political)

    assert names(client.get(LIST, {"q": text})) == found


def test_officer_list_finds_an_id_number_for_those_who_may_open_it(client, political, head, people):
    number = people[0].id_number
    client.force_login(political)
    assert names(client.get(LIST, {"q": number.lower()})) == ["曾海燕"]

    client.force_login(head)
    assert names(client.get(LIST, {"q": number})) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"category": "clerk"}, ["张小明"], id="category"),
        pytest.param({"party_status": "none"}, ["王海"], id="Party status"),
        pytest.param({"category": "clerk", "party_status": "none"}, [], id="both"),
        pytest.param({"category": "king"}, [], id="no such category"),
    ],
)
def test_officer_list_filters(client, political, people, query, found):
    client.force_login(political)

    assert names(client.get(LIST, query)) == found


def test_officer_list_filters_by_units(client, political, people, filing, branch):
    client.force_login(political)

    assert names(client.get(LIST, {"department": filing.pk})) == ["王海", "张小明"]
    assert names(client.get(LIST, {"branch": branch.pk})) == ["曾海燕"]


@pytest.mark.parametrize(
    ("service", "found"),
    [("", ["曾海燕", "张小明"]), ("left", ["王海"]), ("all", ["王海", "曾海燕", "张小明"])],
)
def test_officer_list_tells_those_who_left_apart(client, political, people, service, found):
    Officer.objects.filter(name="王海").update(left_on=date(2026, 3, 1))
    client.force_login(political)

    assert names(client.get(LIST, {"service": service})) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        pytest.param("-name", ["张小明", "曾海燕", "王海"], id="name, down"),
        pytest.param("category", ["张小明", "王海", "曾海燕"], id="category"),
        pytest.param("-party_status", ["张小明", "王海", "曾海燕"], id="Party status, down"),
        pytest.param("id_hash", ["王海", "曾海燕", "张小明"], id="not offered"),
    ],
)
def test_officer_list_sorts(client, political, people, sort, found):
    client.force_login(political)

    assert names(client.get(LIST, {"sort": sort})) == found


def test_officer_list_shows_no_numbers(client, political, people):
    client.force_login(political)

    text = client.get(LIST).text

    assert not [one for one in people if one.id_number in text or one.phone in text]


def test_officer_list_speaks_both_languages(client, political, people):
    client.force_login(political)
    with translation.override("en"):
        english = str(Officer.Category.CLERK.label)
    political.language = "en"
    political.save()

    assert english in client.get(LIST).text


def test_officer_list_needs_permission(client, officer_user, system_admin):
    for user in (officer_user, system_admin):
        client.force_login(user)
        assert client.get(LIST).status_code == 403


def test_officer_list_says_how_to_begin(client, political):
    client.force_login(political)

    assert reverse("cadres:roster_import") in client.get(LIST).text


# -- nothing of another subtree -----------------------------------------------------------------


def test_nothing_of_another_court_is_told(client, political, outsider, people):
    stranger = outsider.officer
    client.force_login(political)

    shown = client.get(LIST, {"service": "all"})
    assert names(shown) == ["王海", "曾海燕", "张小明"]
    assert shown.context["count"] == 3
    assert stranger.department.name not in choices(shown, "department")
    for query in ({"q": "钱外人"}, {"q": "qianwairen"}, {"q": stranger.id_number}):
        assert names(client.get(LIST, query)) == []
    assert names(client.get(LIST, {"department": stranger.department_id})) == []
    assert client.get(stranger.get_absolute_url()).status_code == 404


def test_a_branch_secretary_sees_the_own_branch_only(client, branch_secretary, people, branch):
    client.force_login(branch_secretary)

    shown = client.get(LIST)

    assert names(shown) == ["曾海燕"]
    assert shown.context["count"] == 1
    assert choices(shown, "branch") == [branch.name]
    assert choices(shown, "department") == []
    assert names(client.get(LIST, {"branch": people[1].branch_id})) == []
    assert names(client.get(LIST, {"department": people[1].department_id})) == []
    assert [row[0] for row in cells(client.get(EXPORT))[2:]] == ["曾海燕"]
    assert client.get(people[1].get_absolute_url()).status_code == 404


def test_a_head_sees_the_own_department_only(client, head, people, civil):
    client.force_login(head)

    shown = client.get(LIST)

    assert names(shown) == ["曾海燕"]
    assert choices(shown, "department") == [civil.name]
    assert names(client.get(LIST, {"q": "张小明"})) == []
    assert client.get(people[2].get_absolute_url()).status_code == 404


def test_a_role_in_two_courts_reaches_both(client, head, other_court, outsider, people, political):
    department = outsider.officer.department
    both = make_user("both", Role.HEAD, people[0].department)
    both.grants.create(role=Role.HEAD, unit=department, starts_on=date(2026, 1, 1))
    client.force_login(both)

    assert names(client.get(LIST)) == ["钱外人", "曾海燕"]


# -- export -------------------------------------------------------------------------------------


def test_officer_export_without_the_right_has_no_numbers(client, secretary, people):
    client.force_login(secretary)

    rows = cells(client.get(EXPORT))

    text = "\n".join(str(cell) for row in rows for cell in row)
    assert [row[0] for row in rows[2:]] == ["曾海燕", "张小明"]
    assert not [one for one in people if one.id_number in text or one.phone in text]
    assert Entry.objects.get(verb="roster.exported").detail == {"count": 2, "numbers": False}


def test_officer_export_of_a_roster_keeper_is_the_roster_and_recorded(client, political, people):
    client.force_login(political)

    rows = cells(client.get(EXPORT, {"q": "海燕"}))

    assert [row[1] for row in rows[2:]] == ["曾海燕"]
    assert people[0].id_number in rows[2]
    entry = Entry.objects.get(verb="roster.exported")
    assert (entry.actor, entry.court) == (political, people[0].court)


def test_officer_export_needs_permission(client, president):
    client.force_login(president)

    assert client.get(EXPORT).status_code == 403


# -- page ---------------------------------------------------------------------------------------


def test_officer_detail_masks_the_numbers(client, head, people):
    client.force_login(head)

    text = client.get(people[0].get_absolute_url()).text

    assert people[0].id_number not in text
    assert people[0].phone not in text
    assert people[0].id_number[-4:] in text


def test_officer_detail_costs_few_queries(client, political, people, django_assert_num_queries):
    client.force_login(political)
    client.get(people[0].get_absolute_url())

    with django_assert_num_queries(7):
        client.get(people[0].get_absolute_url())


def test_officer_detail_refuses_without_permission_and_leads_to_the_own_page(
    client, officer, officer_user, people
):
    client.force_login(officer_user)

    assert client.get(people[1].get_absolute_url()).status_code == 403
    assert client.get(officer.get_absolute_url()).url == reverse("my_records")


def reveal_url(officer: Officer) -> str:
    return reverse("cadres:officer_reveal", args=[officer.pk])


def test_officer_reveal_shows_the_numbers_and_records_the_reading(client, political, people):
    client.force_login(political)

    response = client.post(reveal_url(people[0]), {"reason": "party"})

    assert people[0].id_number in response.text
    assert people[0].phone in response.text
    entry = Entry.objects.about(people[0]).get()
    assert (entry.verb, entry.actor, entry.is_read) == ("officer.revealed", political, True)
    assert entry.detail == {"reason": "party"}


def test_officer_reveal_asks_why(client, political, people):
    client.force_login(political)

    response = client.post(reveal_url(people[0]), {"reason": ""})

    assert response.status_code == 400
    assert people[0].id_number not in response.text
    assert not Entry.objects.reads().exists()


def test_officer_reveal_needs_permission_and_reach(client, head, political, outsider, people):
    client.force_login(head)
    assert client.post(reveal_url(people[0]), {"reason": "party"}).status_code == 403

    client.force_login(political)
    assert client.post(reveal_url(outsider.officer), {"reason": "party"}).status_code == 404
    assert client.get(reveal_url(people[0])).status_code == 405
    assert not Entry.objects.reads().exists()


def test_reveal_officer_refuses_an_officer_out_of_reach(political, outsider):
    with pytest.raises(Officer.DoesNotExist):
        reveal_officer(officer_id=outsider.officer.pk, by=political, reason="party")


def test_a_group_below_a_branch_is_offered_as_a_branch(client, political, branch, people):
    make_unit(branch, "第一党小组", kind="group")
    client.force_login(political)

    assert "第一党小组" in choices(client.get(LIST), "branch")
