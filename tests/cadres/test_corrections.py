from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from cadres.models import Correction, Officer
from cadres.services.corrections import (
    CannotAsk,
    CannotDecide,
    accept_correction,
    ask_correction,
    decline_correction,
)
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from tests.factories import make_id_number, make_officer, make_user

LIST = reverse("cadres:correction_list")


def ask(officer: Officer, field: str, proposed: str, reason: str = "见档案") -> Correction:
    return ask_correction(
        officer_id=officer.pk,
        field=field,
        proposed=proposed,
        reason=reason,
        by=officer.user,
        at=timezone.now(),
    )


def accept(correction: Correction, by, answer: str = "") -> Officer:
    facts = {"correction_id": correction.pk, "by": by, "at": timezone.now()}
    return accept_correction(**facts, answer=answer)


def decline(correction: Correction, by, answer: str = "档案如此") -> Correction:
    facts = {"correction_id": correction.pk, "by": by, "at": timezone.now()}
    return decline_correction(**facts, answer=answer)


def ask_url(field: str) -> str:
    return f"{reverse('cadres:correction_ask')}?field={field}"


@pytest.fixture
def correction(officer, political) -> Correction:
    return ask(officer, "title", "副庭长")


# -- asking -------------------------------------------------------------------------------------


def test_ask_correction_stores_the_value_as_the_import_reads_it(officer, political):
    correction = ask(officer, "work_since", "2009年07月")

    assert (correction.proposed, correction.state) == ("2009-07", "asked")
    assert officer.work_since == PartialDate(2008, 7)
    entry = Entry.objects.get(verb="correction.requested")
    assert entry.detail == {"correction": correction.pk, "item": "work_since"}


def test_ask_correction_tells_the_roster_keepers_of_the_court(
    officer, political, party_affairs, head, president, outsider_political
):
    correction = ask(officer, "title", "副庭长")

    told = Notice.objects.filter(kind="correction_asked")
    assert {notice.user for notice in told} == {political, party_affairs}
    assert {notice.key for notice in told} == {
        f"correction:{correction.pk}:{user.pk}" for user in (political, party_affairs)
    }


@pytest.mark.parametrize(
    ("field", "proposed"),
    [
        pytest.param("birth", "2999-01", id="future date"),
        pytest.param("birth", "1985-13", id="no such month"),
        pytest.param("id_number", "99010119850615001", id="lost a digit"),
        pytest.param("id_number", "990101198506150000", id="check digit"),
        pytest.param("name", "", id="no name"),
        pytest.param("party_full_since", "2000-01", id="full member before joining"),
        pytest.param("title", "审判员", id="as it is already"),
        pytest.param("department", "999999", id="no such department"),
        pytest.param("remark", "x", id="not an item of the own data"),
    ],
)
def test_ask_correction_refuses_what_the_import_would_not_take(officer, field, proposed):
    with pytest.raises(CannotAsk):
        ask(officer, field, proposed)

    assert not Correction.objects.exists()
    assert not Notice.objects.exists()


def test_ask_correction_refuses_units_of_another_court(officer, outsider):
    with pytest.raises(CannotAsk):
        ask(officer, "department", str(outsider.officer.department_id))


def test_ask_correction_refuses_another_persons_record(officer, head):
    with pytest.raises(CannotAsk):
        ask_correction(
            officer_id=officer.pk,
            field="title",
            proposed="庭长",
            reason="",
            by=head,
            at=timezone.now(),
        )


def test_ask_correction_refuses_a_second_request_for_an_item(officer, correction):
    with pytest.raises(CannotAsk):
        ask(officer, "title", "庭长")

    assert ask(officer, "rank", "一级主任科员").pk
    assert Correction.objects.awaiting().count() == 2


def test_a_request_is_encrypted_where_it_is_stored(officer, correction):
    stored = Correction.objects.filter(pk=correction.pk).values_list("proposed", "reason").get()

    assert [value.token[:5] for value in stored] == ["gAAAA", "gAAAA"]


def test_correction_ask_page_sends_a_request(client, officer, officer_user, political):
    client.force_login(officer_user)

    response = client.post(ask_url("phone"), {"proposed": "19911112222", "reason": "换号"})

    assert response.url == reverse("my_records")
    assert Correction.objects.get().proposed == "19911112222"


def test_correction_ask_page_says_what_is_wrong(client, officer_user):
    client.force_login(officer_user)

    response = client.post(ask_url("birth"), {"proposed": "2999-01", "reason": "x"})

    assert "2999-01" in response.context["form"].errors["proposed"][0]
    assert not Correction.objects.exists()


@pytest.mark.parametrize("field", ["remark", "id_hash", "", "key"])
def test_correction_ask_knows_only_items_of_the_own_data(client, officer_user, field):
    client.force_login(officer_user)

    assert client.get(ask_url(field)).status_code == 404


def test_correction_ask_needs_an_own_record(client, political):
    client.force_login(political)

    assert client.get(ask_url("title")).status_code == 404


# -- deciding -----------------------------------------------------------------------------------


def test_accept_correction_puts_the_item_right_and_tells_the_officer(
    officer, political, correction
):
    accept(correction, political, "已核")

    officer.refresh_from_db()
    correction.refresh_from_db()
    assert officer.title == "副庭长"
    assert (correction.state, correction.decided_by) == ("accepted", political)
    assert correction.answer == "已核"
    assert Notice.objects.get(user=officer.user).kind == "correction_accepted"
    verbs = Entry.objects.about(officer).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["correction.requested", "correction.accepted", "officer.changed"]


def test_accept_correction_of_a_name_renews_what_it_is_found_by(officer, political):
    accept(ask(officer, "name", "曾 海燕"), political)

    officer.refresh_from_db()
    assert (officer.name, officer.pinyin, officer.initials) == ("曾海燕", "zenghaiyan", "zhy")
    assert officer.user.name == "曾海燕"


def test_accept_correction_of_an_id_number_renews_its_hash(officer, political):
    number = make_id_number()
    accept(ask(officer, "id_number", number), political)

    officer.refresh_from_db()
    assert officer.id_number == number
    assert officer.id_hash == keyed_hash(number, purpose="officer.id_number")


def test_accept_correction_of_a_unit_moves_the_officer(officer, political, filing):
    accept(ask(officer, "department", str(filing.pk)), political)

    officer.refresh_from_db()
    assert officer.department == filing


def test_accept_correction_to_no_member_ends_the_branch(officer, political):
    accept(ask(officer, "party_status", "none"), political)

    officer.refresh_from_db()
    assert (officer.party_status, officer.branch) == ("none", None)


def test_accept_correction_refuses_an_id_number_somebody_has(officer, political, court, civil):
    other = make_officer(court=court, department=civil, name="孙二")
    correction = ask(officer, "id_number", other.id_number)

    with pytest.raises(CannotDecide, match=r"\w"):
        accept(correction, political)

    officer.refresh_from_db()
    correction.refresh_from_db()
    assert officer.id_number != other.id_number
    assert (correction.state, correction.decided_at) == ("asked", None)
    assert not Entry.objects.filter(verb="correction.accepted").exists()
    assert not Notice.objects.filter(user=officer.user).exists()


def test_decline_correction_leaves_the_record_and_says_why(officer, political, correction):
    decline(correction, political, "任命文件未到")

    officer.refresh_from_db()
    correction.refresh_from_db()
    assert officer.title == "审判员"
    assert (correction.state, correction.answer) == ("declined", "任命文件未到")
    assert Notice.objects.get(user=officer.user).kind == "correction_declined"


def test_decline_correction_needs_an_answer(correction, political):
    with pytest.raises(CannotDecide):
        decline(correction, political, " ")


def test_a_second_decision_is_refused(officer, correction, political, party_affairs):
    decline(correction, political)

    with pytest.raises(CannotDecide):
        accept(correction, party_affairs)

    officer.refresh_from_db()
    assert officer.title == "审判员"
    assert Notice.objects.filter(user=officer.user).count() == 1


def test_nobody_decides_an_own_request(officer, court, correction):
    officer.user.grants.create(role=Role.POLITICAL, unit=court, starts_on=date(2026, 1, 1))

    for decision in (accept, decline):
        with pytest.raises(CannotDecide):
            decision(correction, officer.user)

    correction.refresh_from_db()
    assert correction.state == "asked"


# -- pages --------------------------------------------------------------------------------------


def test_correction_list_shows_what_waits(client, officer, political, correction):
    declined = ask(officer, "rank", "二级")
    decline(declined, political)
    client.force_login(political)

    assert [row.pk for row in client.get(LIST).context["page_obj"].object_list] == [correction.pk]
    shown = client.get(LIST, {"state": "all", "q": officer.name[:2]})
    assert {row.pk for row in shown.context["page_obj"].object_list} == {correction.pk, declined.pk}
    assert list(client.get(LIST, {"q": "无此人"}).context["page_obj"].object_list) == []


def test_correction_list_costs_the_same_for_one_and_three_rows(
    client, officer, political, correction, django_assert_num_queries
):
    client.force_login(political)
    client.get(LIST)
    with django_assert_num_queries(6):
        client.get(LIST)
    ask(officer, "rank", "二级")
    ask(officer, "judge_rank", "三级法官")

    with django_assert_num_queries(6):
        response = client.get(LIST)

    assert len(response.context["page_obj"].object_list) == 3


def test_corrections_of_another_court_stay_hidden(client, outsider_political, correction):
    client.force_login(outsider_political)

    assert list(client.get(LIST).context["page_obj"].object_list) == []
    assert client.get(correction.get_absolute_url()).status_code == 404


def test_corrections_need_permission(client, head, officer_user, correction):
    for user in (head, officer_user):
        client.force_login(user)
        assert client.get(LIST).status_code == 403
        assert client.post(correction.get_absolute_url()).status_code == 403


def test_correction_decide_page_shows_old_and_new(client, political, correction):
    client.force_login(political)

    shown = client.get(correction.get_absolute_url()).context["shown"]

    assert (shown.now, shown.proposed) == ("审判员", "副庭长")


@pytest.mark.parametrize(
    ("field", "proposed", "readings"),
    [("phone", "13900000000", ["officer.revealed"]), ("title", "副庭长", [])],
)
def test_correction_decide_page_records_that_a_number_was_read(
    client, officer, political, field, proposed, readings
):
    correction = ask(officer, field, proposed)
    client.force_login(political)

    client.get(correction.get_absolute_url())

    read = Entry.objects.about(officer).reads()
    assert [entry.verb for entry in read] == readings


def test_correction_decide_page_warns_of_a_contradiction(client, officer, political):
    correction = ask(officer, "birth", "1986-01")
    client.force_login(political)

    assert len(client.get(correction.get_absolute_url()).context["shown"].warnings) == 1


def test_correction_decide_page_accepts(client, officer, political, correction):
    client.force_login(political)

    response = client.post(correction.get_absolute_url(), {"decision": "accept", "answer": ""})

    assert response.url == LIST
    officer.refresh_from_db()
    assert officer.title == "副庭长"


def test_correction_decide_page_says_why_it_refuses(client, political, correction):
    client.force_login(political)

    response = client.post(correction.get_absolute_url(), {"decision": "decline", "answer": ""})

    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1


def test_corrections_in_the_officers_page_are_for_deciders(client, officer, political, head):
    correction = ask(officer, "title", "庭长")
    url = correction.get_absolute_url()

    client.force_login(political)
    assert url in client.get(officer.get_absolute_url()).text
    client.force_login(head)
    assert url not in client.get(officer.get_absolute_url()).text


def test_a_decider_with_a_record_asks_colleagues_only(court, civil, party_affairs):
    user = make_user("both", Role.POLITICAL, court)
    officer = make_officer(court=court, department=civil, user=user)

    ask(officer, "title", "科员")

    assert [notice.user for notice in Notice.objects.all()] == [party_affairs]
