from datetime import date, datetime

import pytest
from django.utils import timezone, translation

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import Setback, TalkRule, TalkTask
from retention.selectors.talk_people import couples_of, people_of
from retention.services import talk_planning as services
from retention.services.talk_rules import change_rule
from retention.services.talk_yearly import plan_all, plan_court
from tests.cadres.establishment import make_appointment, make_post
from tests.factories import make_officer, make_user
from tests.retention.setbacks_cast import make_rule_task, make_setback, make_task

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 10)
AT = timezone.make_aware(datetime(2026, 3, 10, 6))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def colleague(court, civil, branch):
    return make_officer(court=court, department=civil, branch=branch, name="李明")


def plan(court, on=ON):
    return plan_court(court, on=on, at=AT)


def planned(**fields):
    tasks = TalkTask.objects.filter(kind="rule", **fields).order_by("pair", "officer__pinyin")
    return [(task.pair, task.officer.name, str(task.holder or "")) for task in tasks]


# -- who talks with whom --------------------------------------------------------------------------


def test_rules_find_each_pair(court, officer, colleague, branch_secretary, head, president):
    assert plan(court) == 4

    assert planned() == [
        ("head_officer", "李明", "head"),
        ("head_officer", "张海燕", "head"),
        ("secretary_member", "李明", "branch.secretary"),
        ("secretary_member", "张海燕", "branch.secretary"),
    ]
    assert Entry.objects.get().detail == {"new": 4, "changed": 0, "ended": 0}
    notices = Notice.objects.filter(kind="talks_planned").order_by("user__username")
    assert [(one.user.username, one.params) for one in notices] == [
        ("branch.secretary", {"count": 2}),
        ("head", {"count": 2}),
    ]


def test_planning_twice_changes_nothing(court, officer, branch_secretary, head):
    plan(court)
    before = list(TalkTask.objects.order_by("pk").values())

    assert plan(court) == 0
    assert plan(court, date(2026, 8, 3)) == 0

    assert list(TalkTask.objects.order_by("pk").values()) == before
    assert Entry.objects.filter(verb="talks.planned").count() == 1


def test_committee_members_talk_with_secretary_and_each_other(
    court, civil, branch, officer, colleague, branch_secretary
):
    third = make_officer(court=court, department=civil, branch=branch, name="王强")
    for one, kind in ((officer, "publicity_member"), (third, "organisation_member")):
        make_appointment(make_post(branch, kind), one, date(2026, 1, 1))

    plan(court)

    assert planned(pair="secretary_committee") == [
        ("secretary_committee", "王强", "branch.secretary"),
        ("secretary_committee", "张海燕", "branch.secretary"),
    ]
    # The one with an account holds the talk, and is not asked to talk as a plain member too.
    assert planned(pair="committee_committee") == [("committee_committee", "王强", "officer")]
    assert planned(pair="secretary_member") == [("secretary_member", "李明", "branch.secretary")]


def test_appointed_secretary_with_an_account_comes_before_the_role(
    court, civil, branch, officer, colleague, branch_secretary
):
    make_appointment(make_post(branch, "branch_secretary"), officer, date(2026, 1, 1))

    plan(court)

    assert planned(pair="secretary_member") == [("secretary_member", "李明", "officer")]


def test_leader_talks_with_heads_known_by_role_or_title(court, civil, president):
    by_title = make_officer(court=court, department=civil, name="刘庭", title="庭长")
    make_officer(court=court, department=civil, name="陈副", title="副庭长")

    plan(court)

    assert planned(pair="leader_head") == [("leader_head", "刘庭", "president")]
    assert not TalkTask.objects.filter(pair="head_officer", officer=by_title).exists()


def test_talk_without_an_account_to_hold_it_is_planned_for_nobody(court, officer):
    plan(court)

    assert planned(pair="secretary_member") == [("secretary_member", "张海燕", "")]


def test_couples_never_pair_somebody_with_themselves(court, civil, branch, officer):
    user = officer.user
    make_appointment(make_post(branch, "branch_secretary"), officer, date(2026, 1, 1))

    people = people_of(court, on=ON)

    assert all(
        couple.holder_id != people.persons[couple.officer_id].user_id or couple.holder_id is None
        for pair in ("secretary_member", "head_officer", "committee_committee")
        for couple in couples_of(people, pair)
    )
    assert people.secretary_of(branch.path) == user.pk


def test_people_are_read_in_few_queries(
    court, officer, colleague, branch_secretary, django_assert_num_queries
):
    with django_assert_num_queries(4):
        people_of(court, on=ON)


# -- when people change ---------------------------------------------------------------------------


def test_new_member_gets_a_talk_and_who_left_loses_it(
    court, civil, branch, officer, branch_secretary
):
    plan(court)
    make_officer(court=court, department=civil, branch=branch, name="新人")
    officer.left_on = date(2026, 5, 1)
    officer.save()

    assert plan(court, date(2026, 5, 2)) == 2

    gone = TalkTask.objects.filter(officer=officer)
    assert set(gone.values_list("state", "cancel_reason")) == {("cancelled", "left")}


def test_returned_officer_gets_the_same_talks_back(court, officer, branch_secretary):
    plan(court)
    officer.left_on = date(2026, 5, 1)
    officer.save()
    plan(court, date(2026, 5, 2))
    officer.left_on = None
    officer.save()

    assert plan(court, date(2026, 6, 2)) == 0

    assert set(TalkTask.objects.values_list("state", flat=True)) == {"open"}


def test_new_secretary_takes_over_the_open_talks(court, branch, officer, branch_secretary):
    plan(court)
    branch_secretary.grants.update(ends_on=date(2026, 4, 1))
    successor = make_user("successor", "secretary", branch)

    plan(court, date(2026, 4, 2))

    assert planned(pair="secretary_member") == [("secretary_member", "张海燕", "successor")]
    assert Notice.objects.filter(kind="talk_to_hold", user=successor).count() == 1


def test_holder_chosen_by_hand_stays(court, officer, branch_secretary, political):
    plan(court)
    task = TalkTask.objects.get(pair="secretary_member")
    services.assign_task(task_id=task.pk, holder_id=political.pk, by=political, at=AT)

    plan(court)

    task.refresh_from_db()
    assert task.holder == political


def test_held_talk_stays_and_counts_when_the_secretary_changes(
    court, branch, officer, branch_secretary
):
    plan(court)
    TalkTask.objects.filter(pair="secretary_member").update(state="held")
    branch_secretary.grants.update(ends_on=date(2026, 4, 1))
    make_user("successor", "secretary", branch)

    assert plan(court, date(2026, 4, 2)) == 0
    assert planned(state="held") == [("secretary_member", "张海燕", "branch.secretary")]


def test_last_years_talks_end_as_missed(court, officer, branch_secretary):
    plan(court)

    assert plan(court, date(2027, 1, 4)) == 2

    old = TalkTask.objects.filter(year=2026).values_list("state", "cancel_reason")
    assert set(old) == {("cancelled", "year_over")}
    assert TalkTask.objects.filter(year=2027, state="open").count() == 2


def test_holder_that_is_missing_is_found_later(court, officer, branch):
    task = make_task(officer, None)

    secretary = make_user("late", "secretary", branch)
    plan(court)

    task.refresh_from_db()
    assert task.holder == secretary


def test_care_ends_for_who_has_left(court, officer, branch_secretary):
    setback = make_setback(officer, happened_on=date(2026, 2, 1), talk_due_on=date(2026, 2, 9))
    task = make_task(officer, branch_secretary, setback=setback)
    officer.left_on = date(2026, 3, 1)
    officer.save()

    plan(court)

    setback.refresh_from_db()
    task.refresh_from_db()
    assert (setback.state, setback.end_reason) == (Setback.State.CLOSED, "left_court")
    assert (task.state, task.cancel_reason) == ("cancelled", "left")


def test_failing_court_keeps_no_other_from_its_talks(
    court, other_court, outsider, monkeypatch, caplog
):
    real = people_of

    def failing(one, *, on):
        if one == court:
            raise RuntimeError("broken")
        return real(one, on=on)

    monkeypatch.setattr("retention.services.talk_yearly.people_of", failing)

    assert plan_all(on=ON, at=AT) == 1
    assert "failed" in caplog.text


# -- rules ----------------------------------------------------------------------------------------


def rule(court, pair, political, **fields):
    values = {"is_used": True, "times_per_year": 1, "source": "", "certainty": "U"}
    return change_rule(court=court, pair=pair, by=political, **values | fields)


def test_rule_switched_off_and_on_takes_and_brings_back(
    court, officer, branch_secretary, political
):
    plan(court)
    rule(court, "secretary_member", political, is_used=False)
    plan(court)
    task = TalkTask.objects.get(pair="secretary_member")
    assert (task.state, task.cancel_reason) == ("cancelled", "rule")

    rule(court, "secretary_member", political)
    plan(court)

    task.refresh_from_db()
    assert (task.state, task.cancel_reason) == ("open", "")


def test_more_times_a_year_plan_more_talks(court, officer, branch_secretary, political):
    rule(court, "secretary_member", political, times_per_year=4)

    plan(court)

    days = TalkTask.objects.filter(pair="secretary_member").order_by("due_on")
    assert len(days) == 4
    assert [(one.due_on.month - 1) // 3 for one in days] == [0, 1, 2, 3]


def test_rule_is_recorded_once_and_nothing_when_nothing_changed(court, political):
    rule(court, "head_officer", political, times_per_year=2)
    rule(court, "head_officer", political, times_per_year=2)

    assert TalkRule.objects.get().times_per_year == 2
    entry = Entry.objects.get()
    assert (entry.verb, entry.detail["fields"]) == (
        "talk_rule.changed",
        ["times_per_year", "source"],
    )


# -- single talks ---------------------------------------------------------------------------------


def plan_one(officer, by, **fields):
    defaults = {"kind": "other", "due_on": date(2026, 4, 1), "at": AT}
    return services.plan_talk(officer_id=officer.pk, by=by, **defaults | fields)


def test_one_talk_is_planned_for_who_leads_and_both_told(officer, branch_secretary, political):
    task = plan_one(officer, political)

    assert (task.holder, task.state, task.is_assigned_by_hand) == (branch_secretary, "open", False)
    assert set(Notice.objects.values_list("kind", "user__username")) == {
        ("talk_to_hold", "branch.secretary"),
        ("talk_with_you", "officer"),
    }


def test_same_reason_plans_one_talk_while_it_is_open(officer, branch_secretary):
    first = plan_one(officer, None, reason_key="award:3")

    assert plan_one(officer, None, reason_key="award:3") == first
    assert TalkTask.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param({"kind": "rule"}, "by themselves", id="a talk by rule"),
        pytest.param({"due_on": date(2026, 3, 9)}, "past", id="yesterday"),
    ],
)
def test_planning_refuses(officer, political, fields, text):
    with pytest.raises(services.CannotPlan, match=text):
        plan_one(officer, political, **fields)


def test_planning_with_oneself_and_who_left_is_refused(officer, officer_user, political):
    with pytest.raises(services.CannotPlan, match="oneself"):
        plan_one(officer, officer_user)
    officer.left_on = ON
    officer.save()
    with pytest.raises(services.CannotPlan, match="left"):
        plan_one(officer, political)


def test_assigning_tells_the_new_holder(officer, branch_secretary, secretary):
    task = make_task(officer, branch_secretary)

    services.assign_task(
        task_id=task.pk, holder_id=secretary.pk, by=secretary, at=AT, due_on=date(2026, 5, 1)
    )

    task.refresh_from_db()
    assert (task.holder, task.due_on, task.is_assigned_by_hand) == (
        secretary,
        date(2026, 5, 1),
        True,
    )
    assert Notice.objects.get().user == secretary
    assert Entry.objects.get().detail == {"account": secretary.pk}


def test_assigning_refuses_who_holds_no_talks_there(officer, branch_secretary, political, steward):
    task = make_task(officer, branch_secretary)

    for stranger in (steward, officer.user):
        with pytest.raises(services.CannotPlan, match="Choose somebody"):
            services.assign_task(task_id=task.pk, holder_id=stranger.pk, by=political, at=AT)


def test_day_of_a_talk_by_rule_is_not_moved(officer, branch_secretary, political):
    task = make_rule_task(officer, branch_secretary, due_on=date(2026, 6, 30))

    with pytest.raises(services.CannotPlan, match="can't be moved"):
        services.assign_task(
            task_id=task.pk,
            holder_id=political.pk,
            by=political,
            at=AT,
            due_on=date(2026, 12, 1),
        )


def test_cancelled_talk_stays_cancelled_in_the_planning(
    court, officer, branch_secretary, political
):
    plan(court)
    task = TalkTask.objects.get(pair="secretary_member")

    services.cancel_task(task_id=task.pk, reason="away", by=political)
    plan(court)

    task.refresh_from_db()
    assert (task.state, task.cancel_reason) == ("cancelled", "away")
    assert Notice.objects.filter(kind="talk_cancelled", user=branch_secretary).count() == 1
    with pytest.raises(Conflict):
        services.cancel_task(task_id=task.pk, reason="away", by=political)

    services.restore_task(task_id=task.pk, by=political)
    task.refresh_from_db()
    assert task.state == "open"


def test_cancelling_refuses_a_setbacks_talk_and_a_strange_reason(
    officer, branch_secretary, political
):
    task = make_task(officer, branch_secretary, setback=make_setback(officer))
    with pytest.raises(services.CannotPlan, match="belongs to a setback"):
        services.cancel_task(task_id=task.pk, reason="away", by=political)

    other = make_task(officer, branch_secretary)
    with pytest.raises(services.CannotPlan, match="one of the reasons"):
        services.cancel_task(task_id=other.pk, reason="year_over", by=political)
