"""Opening a health file in an emergency: two people, some hours, and the officer knows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from courtparty.accounts.models import Grant
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import BreakGlass, RetentionSettings
from retention.rules.break_glass import TRANSITIONS, is_open, state_after
from retention.selectors.break_glass import officers_to_ask_for, possible_for
from retention.services import break_glass as services
from tests.factories import make_officer, make_user
from tests.retention.screening_cast import (
    AT,
    make_break_glass,
    make_opening,
    make_second_steward,
)

pytestmark = pytest.mark.django_db


def told():
    found = Notice.objects.order_by("pk").values_list("user__username", "kind")
    return sorted(found)


def news():
    """What was told since it was asked last."""
    found = told()
    Notice.objects.all().delete()
    return found


def verbs():
    found = Entry.objects.order_by("pk").values_list("verb", "actor__username")
    return [one for one in found if one[0].startswith(("break", "health"))]


def test_asking_tells_the_officer_the_stewards_and_who_decides(
    officer, political, steward, president, head
):
    one = make_break_glass(officer, political)

    assert (one.state, one.subject, one.opened_until) == ("asked", officer.user, None)
    assert told() == [
        ("officer", "break_glass_asked_own"),
        ("president", "break_glass_asked"),
        ("steward", "break_glass_asked"),
    ]
    assert all(notice.params == {} for notice in Notice.objects.all())
    assert verbs() == [("break_glass.asked", "political")]
    assert Entry.objects.get().detail == {}


def test_the_reason_is_stored_encrypted_and_nowhere_else(officer, political, steward):
    make_break_glass(officer, political, reason="昏倒在办公室")

    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM retention_breakglass")
        assert "昏倒" not in cursor.fetchone()[0]
    texts = [str(vars(one)) for one in [*Notice.objects.all(), *Entry.objects.all()]]
    assert not any("昏倒" in text for text in texts)


def test_approving_opens_for_the_hours_the_court_has_set(court, officer, political, president):
    RetentionSettings.objects.create(court=court, break_glass_hours=3)
    asked = make_break_glass(officer, political)
    news()

    one = services.approve_request(break_glass_id=asked.pk, by=president, at=AT)

    assert (one.state, one.decided_by) == ("approved", president)
    assert one.opened_until == AT + timedelta(hours=3)
    assert news() == [
        ("officer", "break_glass_approved_own"), ("political", "break_glass_approved"),
    ]  # fmt: skip
    assert Entry.objects.latest("pk").detail == {"hours": 3}


def test_refusing_leaves_it_closed_with_an_answer(officer, political, steward, president):
    asked = make_break_glass(officer, political)
    news()

    one = services.refuse_request(
        break_glass_id=asked.pk, answer="请直接联系家属", by=steward, at=AT
    )

    one = BreakGlass.objects.get(pk=one.pk)
    assert (one.state, one.answer, one.decided_by) == ("refused", "请直接联系家属", steward)
    assert ("political", "break_glass_refused") in news()
    with pytest.raises(Conflict):
        services.open_health_file(break_glass_id=one.pk, by=political, at=AT)


def test_every_opening_is_recorded_and_told_at_once(officer, political, steward, president):
    one = make_opening(officer, political, president)
    news()

    for _time in range(2):
        services.open_health_file(break_glass_id=one.pk, by=political, at=AT)

    one.refresh_from_db()
    assert one.openings == 2
    assert news() == sorted(
        [
            ("officer", "break_glass_opened_own"),
            ("political", "break_glass_opened"),
            ("steward", "break_glass_opened"),
        ]
        * 2
    )
    reads = Entry.objects.about(officer).reads()
    assert [(e.verb, e.actor, e.detail) for e in reads] == [
        ("health.read", political, {"reason": "emergency", "via": "break_glass"})
    ] * 2
    assert verbs().count(("break_glass.opened", "political")) == 2


def test_the_file_opens_to_who_asked_and_to_nobody_else(
    officer, political, president, steward, head
):
    one = make_opening(officer, political, president)

    for other in (president, steward, head, officer.user):
        with pytest.raises(services.CannotDecide):
            services.open_health_file(break_glass_id=one.pk, by=other, at=AT)
    assert not Entry.objects.reads().exists()


def test_it_ends_by_itself_whether_or_not_the_timetable_ran(officer, political, president):
    one = make_opening(officer, political, president)
    past = AT + timedelta(hours=24)

    with pytest.raises(Conflict):
        services.open_health_file(break_glass_id=one.pk, by=political, at=past)
    assert Entry.objects.reads().count() == 0

    news()
    assert services.end_over(at=past) == 1
    assert services.end_over(at=past) == 0
    one.refresh_from_db()
    assert (one.state, one.ended_at, one.ended_by) == ("expired", past, None)
    assert news() == [("officer", "break_glass_over_own"), ("political", "break_glass_over")]


def test_what_nobody_decides_in_three_days_lapses(officer, political, president):
    make_break_glass(officer, political)

    assert services.end_over(at=AT + timedelta(days=3, seconds=-1)) == 0
    assert services.end_over(at=AT + timedelta(days=3)) == 1
    assert BreakGlass.objects.get().state == "expired"


@pytest.mark.parametrize("who", ["political", "president", "steward"])
def test_it_can_be_ended_earlier(officer, political, president, steward, who, request):
    one = make_opening(officer, political, president)
    by = request.getfixturevalue(who)

    ended = services.end_opening(break_glass_id=one.pk, by=by, at=AT + timedelta(hours=1))

    assert (ended.state, ended.ended_by) == ("expired", by)
    with pytest.raises(Conflict):
        services.open_health_file(break_glass_id=one.pk, by=political, at=AT + timedelta(hours=1))
    with pytest.raises(Conflict):
        services.end_opening(break_glass_id=one.pk, by=by, at=AT + timedelta(hours=1))


def test_it_is_not_ended_by_strangers(officer, political, president, head):
    one = make_opening(officer, political, president)

    for stranger in (head, officer.user):
        with pytest.raises(services.CannotDecide):
            services.end_opening(break_glass_id=one.pk, by=stranger, at=AT)


def test_a_request_is_taken_back_by_who_asked_only(officer, political, president):
    one = make_break_glass(officer, political)

    with pytest.raises(services.CannotDecide):
        services.withdraw_request(break_glass_id=one.pk, by=president, at=AT)
    services.withdraw_request(break_glass_id=one.pk, by=political, at=AT)

    one.refresh_from_db()
    assert one.state == "withdrawn"
    with pytest.raises(Conflict):
        services.approve_request(break_glass_id=one.pk, by=president, at=AT)


def test_of_two_who_decide_at_once_the_second_is_told(officer, political, president, steward):
    one = make_break_glass(officer, political)
    services.approve_request(break_glass_id=one.pk, by=president, at=AT)

    with pytest.raises(Conflict):
        services.refuse_request(break_glass_id=one.pk, answer="不", by=steward, at=AT)
    with pytest.raises(Conflict):
        services.approve_request(break_glass_id=one.pk, by=steward, at=AT)

    one.refresh_from_db()
    assert (one.decided_by, one.answer) == (president, "")


def test_nobody_asks_for_the_own_file(court, civil, president):
    boss = make_user("boss", "political", court)
    himself = make_officer(court=court, department=civil, name="王主任", user=boss)

    with pytest.raises(services.CannotAsk):
        make_break_glass(himself, boss)
    assert himself not in officers_to_ask_for(boss)


def test_nobody_decides_about_the_own_request_or_the_own_file(court, civil, political):
    both = make_user("both", "president", court)
    Grant.objects.create(user=both, role="political", unit=court, starts_on="2026-01-01")
    steward = make_second_steward(court)
    himself = make_officer(court=court, department=civil, name="赵六", user=steward)
    other = make_officer(court=court, department=civil, name="孙七")
    about_steward = make_break_glass(himself, political)
    asked_by_both = make_break_glass(other, both)

    with pytest.raises(services.CannotDecide):
        services.approve_request(break_glass_id=about_steward.pk, by=steward, at=AT)
    with pytest.raises(services.CannotDecide):
        services.approve_request(break_glass_id=asked_by_both.pk, by=both, at=AT)


def test_the_database_itself_refuses_them(court, civil, officer, political):
    facts = {"officer": officer, "asked_at": AT, "reason": "x"}
    approved = {"state": "approved", "decided_at": AT, "opened_until": AT}
    one = make_user("one")
    refused = [
        {"asked_by": one, "subject": one},
        {"asked_by": political, "decided_by": political, **approved},
        {"asked_by": political, "subject": one, "decided_by": one, **approved},
        {"asked_by": political, "state": "approved", "decided_by": one, "decided_at": AT},
        {"asked_by": political, "state": "approved", "opened_until": AT},
        {"asked_by": political, "opened_until": AT},
    ]
    for fields in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            BreakGlass.objects.create(**facts, **fields)
    assert not BreakGlass.objects.exists()


def test_one_request_at_a_time_for_an_officer(officer, political, head, president):
    make_break_glass(officer, political)

    with pytest.raises(services.CannotAsk):
        make_break_glass(officer, political)
    make_break_glass(officer, head)
    assert BreakGlass.objects.count() == 2


def test_without_anybody_to_decide_nothing_is_asked(officer, political):
    with pytest.raises(services.CannotAsk):
        make_break_glass(officer, political)
    assert not Notice.objects.exists()


def test_each_role_asks_in_its_own_scope(
    court, officer, political, head, secretary, branch_secretary, steward, outsider, filing
):
    elsewhere = make_officer(court=court, department=filing, name="周八")
    outside = outsider.officer

    assert set(officers_to_ask_for(political)) == {officer, elsewhere}
    assert set(officers_to_ask_for(head)) == {officer}
    assert set(officers_to_ask_for(branch_secretary)) == {officer}
    assert not officers_to_ask_for(steward).exists()
    assert outside not in officers_to_ask_for(political)


def test_requests_are_seen_by_those_concerned_only(
    officer, officer_user, political, president, steward, head, outsider_political, union
):
    one = make_break_glass(officer, political)

    for user in (officer_user, political, president, steward):
        assert BreakGlass.objects.visible_to(user).get() == one
    for user in (head, outsider_political, union):
        assert not BreakGlass.objects.visible_to(user).exists()


def test_reading_the_reason_is_noted_unless_it_is_the_own(
    officer, officer_user, political, president
):
    one = make_break_glass(officer, political)

    for user in (officer_user, political, president):
        services.read_request(one=one, by=user)

    entry = Entry.objects.reads().get()
    assert (entry.actor, entry.verb, entry.subject_pk) == (
        president, "break_glass.read", officer.pk,
    )  # fmt: skip


def test_what_each_may_do_now(officer, officer_user, political, president, steward, head):
    one = make_break_glass(officer, political)

    def may(user, at=AT):
        possible = possible_for(one, user, at=at)
        return {name for name in ("decide", "withdraw", "open", "end") if getattr(possible, name)}

    assert may(political) == {"withdraw"}
    assert may(president) == may(steward) == {"decide"}
    assert may(officer_user) == may(head) == set()
    services.approve_request(break_glass_id=one.pk, by=president, at=AT)
    one.refresh_from_db()
    assert may(political) == {"open", "end"}
    assert may(steward) == {"end"}
    assert may(officer_user) == set()
    assert may(political, AT + timedelta(days=2)) == set()


@pytest.mark.parametrize("state", ["refused", "withdrawn", "expired"])
def test_nothing_follows_what_is_over(state):
    assert not [action for before, action in TRANSITIONS if before == state]
    assert state_after(state, "approve") is None


@pytest.mark.parametrize(
    ("state", "hours", "expected"),
    [("approved", 1, True), ("approved", 0, False), ("expired", 1, False), ("asked", 1, False)],
)
def test_a_file_is_open_up_to_its_end(state, hours, expected):
    assert is_open(state, AT + timedelta(hours=hours), at=AT) is expected
