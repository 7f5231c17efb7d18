from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from cadres.models import Officer
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import CheckUp, CheckUpCampaign
from retention.selectors.checkups import coverage_of, newcomers, total_of
from retention.selectors.checkups_due import checkup_state
from retention.services.checkup_campaigns import (
    CannotPlan,
    add_officers,
    change_campaign,
    close_campaign,
    delete_campaign,
    make_campaign,
    open_campaign,
    reopen_campaign,
)
from retention.services.checkup_reminders import remind_all
from retention.services.checkups import (
    CannotNote,
    excuse_checkup,
    finish_checkups,
    move_checkup,
    remove_checkup,
    take_back_checkup,
)
from tests.factories import make_officer, make_user
from tests.retention import health_cast as cast

pytestmark = pytest.mark.django_db
NOW, TODAY, DAY = cast.NOW, cast.TODAY, cast.DAY


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def told() -> list[tuple[str, str]]:
    notices = Notice.objects.order_by("pk").select_related("user")
    return [(notice.user.username, notice.kind) for notice in notices]


# -- campaigns ----------------------------------------------------------------------------------


def test_campaign_is_planned_with_a_day_for_everybody(court, civil, officer, steward):
    make_officer(court=court, department=civil, name="李明")
    make_officer(court=court, department=civil, name="赵离", left_on=date(2026, 1, 1))

    campaign = cast.make_campaign(court, steward, is_open=False)

    days = list(campaign.checkups.order_by("due_on").values_list("due_on", flat=True))
    assert len(days) == 2
    assert all(campaign.start <= day < campaign.end for day in days)
    assert campaign.state == "planned"
    assert verbs() == ["checkup_campaign.made"]
    assert told() == []


def test_campaign_is_for_departments_and_categories(court, civil, filing, officer, steward):
    clerk = make_officer(court=court, department=civil, name="李明", category="clerk")
    make_officer(court=court, department=filing, name="王芳", category="clerk")

    campaign = cast.make_campaign(
        court, steward, departments=[civil], categories=["clerk"], is_open=False
    )

    assert [one.officer for one in campaign.checkups.all()] == [clerk]
    late = make_officer(court=court, department=civil, name="孙后", category="clerk")
    assert list(newcomers(campaign)) == [late]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"end": TODAY - 30 * DAY}, "before the first"),
        ({"end": TODAY + 500 * DAY}, "a year at most"),
        ({"year": 2025}, "another year"),
    ],
)
def test_campaign_refuses_days_that_make_no_sense(court, officer, steward, changed, words):
    with pytest.raises(CannotPlan, match=words):
        cast.make_campaign(court, steward, is_open=False, **changed)

    assert not CheckUpCampaign.objects.exists()
    assert verbs() == []


def test_campaign_refuses_a_choice_that_finds_nobody(court, officer, filing, steward):
    with pytest.raises(CannotPlan, match="Nobody in service"):
        cast.make_campaign(court, steward, departments=[filing])


def test_campaign_refuses_its_name_twice_a_year(court, officer, steward):
    cast.make_campaign(court, steward)

    with pytest.raises(CannotPlan, match="of this name"):
        cast.make_campaign(court, steward)

    assert CheckUpCampaign.objects.count() == 1


def test_opening_tells_everybody_the_day(court, officer, steward):
    campaign = cast.make_campaign(court, steward, is_open=False)

    open_campaign(campaign_id=campaign.pk, by=steward, at=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.opened_at) == ("open", NOW)
    assert told() == [("officer", "checkup_appointed")]
    with pytest.raises(Conflict):
        open_campaign(campaign_id=campaign.pk, by=steward, at=NOW)
    assert verbs()[1:] == ["checkup_campaign.opened"]


def test_changing_dates_moves_days_that_fall_out_and_tells(court, officer, steward):
    campaign = cast.make_campaign(court, steward)
    facts = cast.campaign_facts(start=TODAY + 30 * DAY, end=TODAY + 40 * DAY)

    change_campaign(campaign_id=campaign.pk, by=steward, **facts)

    assert cast.checkup_of(officer).due_on >= TODAY + 30 * DAY
    assert told()[1:] == [("officer", "checkup_moved")]
    assert Entry.objects.get(verb="checkup_campaign.changed").detail == {
        "fields": ["start", "end"],
        "officers": 1,
    }


def test_changing_nothing_leaves_no_trace(court, officer, steward):
    campaign = cast.make_campaign(court, steward)

    change_campaign(campaign_id=campaign.pk, by=steward, **cast.campaign_facts())

    assert "checkup_campaign.changed" not in verbs()


def test_adding_officers_takes_those_in_service_of_the_court_once(
    court, other_court, civil, officer, outsider, steward
):
    campaign = cast.make_campaign(court, steward)
    late = make_officer(
        court=court, department=civil, name="孙后", user=make_user("late", court=court)
    )
    ids = [officer.pk, late.pk, outsider.officer.pk]

    assert add_officers(campaign_id=campaign.pk, officer_ids=ids, due_on=TODAY, by=steward) == 1
    assert add_officers(campaign_id=campaign.pk, officer_ids=ids, due_on=TODAY, by=steward) == 0

    assert set(campaign.checkups.values_list("officer", flat=True)) == {officer.pk, late.pk}
    assert ("late", "checkup_appointed") in told()
    with pytest.raises(CannotPlan, match="outside"):
        add_officers(campaign_id=campaign.pk, officer_ids=ids, due_on=TODAY - 60 * DAY, by=steward)


def test_closing_lists_what_was_not_done_and_reopening_takes_it_back(court, officer, steward):
    campaign = cast.make_campaign(court, steward)

    close_campaign(campaign_id=campaign.pk, by=steward, at=NOW)

    assert cast.checkup_of(officer).state == "missed"
    assert told()[-1] == ("officer", "checkup_missed")
    assert Entry.objects.get(verb="checkup_campaign.closed").detail == {"missing": 1}
    with pytest.raises(Conflict):
        close_campaign(campaign_id=campaign.pk, by=steward, at=NOW)
    reopen_campaign(campaign_id=campaign.pk, by=steward)
    assert cast.checkup_of(officer).state == "due"
    assert verbs()[-1] == "checkup_campaign.reopened"


def test_planned_campaign_is_deleted_and_an_open_one_is_not(court, officer, steward):
    planned = cast.make_campaign(court, steward, is_open=False, name="planned")
    opened = cast.make_campaign(court, steward)

    delete_campaign(campaign_id=planned.pk, by=steward)
    with pytest.raises(Conflict):
        delete_campaign(campaign_id=opened.pk, by=steward)
    with pytest.raises(Conflict, match="not exist"):
        delete_campaign(campaign_id=planned.pk, by=steward)

    assert list(CheckUpCampaign.objects.all()) == [opened]


# -- check-ups ----------------------------------------------------------------------------------


def test_several_are_noted_as_done_at_once(court, civil, officer, steward):
    other = make_officer(court=court, department=civil, name="李明")
    campaign = cast.make_campaign(court, steward)
    ids = list(campaign.checkups.values_list("pk", flat=True))
    done = {"campaign_id": campaign.pk, "checkup_ids": ids, "by": steward, "at": NOW}

    assert finish_checkups(done_on=TODAY, **done) == 2
    assert finish_checkups(done_on=TODAY - DAY, **done) == 0

    assert {one.done_on for one in campaign.checkups.all()} == {TODAY}
    assert Entry.objects.filter(verb="checkup.done").count() == 2
    assert other.pk in checkup_state([other.pk], TODAY)


def test_done_refuses_the_future_and_days_before_birth_for_all(court, officer, civil, steward):
    make_officer(court=court, department=civil, name="李明", birth=None)
    campaign = cast.make_campaign(court, steward)
    ids = list(campaign.checkups.values_list("pk", flat=True))
    done = {"campaign_id": campaign.pk, "checkup_ids": ids, "by": steward, "at": NOW}

    with pytest.raises(CannotNote, match="future"):
        finish_checkups(done_on=TODAY + DAY, **done)
    with pytest.raises(CannotNote, match="not born yet"):
        finish_checkups(done_on=date(1980, 1, 1), **done)
    with pytest.raises(CannotNote, match="16"):
        finish_checkups(done_on=date(1995, 1, 1), **done)

    assert set(campaign.checkups.values_list("state", flat=True)) == {"due"}


def test_checkups_of_another_campaign_are_left_alone(court, officer, steward):
    first = cast.make_campaign(court, steward)
    second = cast.make_campaign(court, steward, name="second")
    foreign = second.checkups.get()

    done = finish_checkups(
        campaign_id=first.pk, checkup_ids=[foreign.pk], done_on=TODAY, by=steward, at=NOW
    )

    assert done == 0


def test_excuse_is_encrypted_and_not_in_the_log(court, officer, steward):
    checkup = cast.checkup_of(officer, cast.make_campaign(court, steward))

    excuse_checkup(checkup_id=checkup.pk, reason=cast.EXCUSE, by=steward)

    checkup = CheckUp.objects.get(pk=checkup.pk)
    assert (checkup.state, checkup.excuse) == ("excused", cast.EXCUSE)
    stored = CheckUp.objects.filter(pk=checkup.pk).extra(select={"raw": "excuse"})
    assert cast.EXCUSE not in str(stored.values("raw")[0])
    assert Entry.objects.get(verb="checkup.excused").detail == {}
    with pytest.raises(Conflict):
        excuse_checkup(checkup_id=checkup.pk, reason="again", by=steward)


def test_excuse_needs_a_reason_and_what_is_done_is_not_excused(court, officer, steward):
    checkup = cast.checkup_of(officer, cast.make_campaign(court, steward))
    with pytest.raises(CannotNote, match="Say why"):
        excuse_checkup(checkup_id=checkup.pk, reason="  ", by=steward)
    cast.finish(officer, steward)

    with pytest.raises(Conflict):
        excuse_checkup(checkup_id=checkup.pk, reason="late", by=steward)


def test_taking_back_sets_to_due_unless_there_is_a_result(court, officer, steward):
    campaign = cast.make_campaign(court, steward)
    checkup = cast.finish(officer, steward)

    take_back_checkup(checkup_id=checkup.pk, by=steward)

    checkup.refresh_from_db()
    assert (checkup.state, checkup.done_on) == ("due", None)
    cast.make_result(officer, steward, campaign=campaign)
    with pytest.raises(CannotNote, match="result"):
        take_back_checkup(checkup_id=checkup.pk, by=steward)


def test_moving_tells_the_officer_and_stays_inside_the_campaign(court, officer, steward):
    checkup = cast.checkup_of(officer, cast.make_campaign(court, steward))

    move_checkup(checkup_id=checkup.pk, due_on=TODAY + 3 * DAY, by=steward)

    assert told()[-1] == ("officer", "checkup_moved")
    assert Notice.objects.latest("pk").params == {"day": "2026-06-04"}
    with pytest.raises(CannotNote, match="outside"):
        move_checkup(checkup_id=checkup.pk, due_on=TODAY + 90 * DAY, by=steward)


def test_officer_is_taken_out_of_a_planned_campaign_only(court, officer, steward):
    planned = cast.make_campaign(court, steward, is_open=False)
    remove_checkup(checkup_id=planned.checkups.get().pk, by=steward)
    assert not planned.checkups.exists()
    opened = cast.make_campaign(court, steward, name="second")

    with pytest.raises(Conflict):
        remove_checkup(checkup_id=opened.checkups.get().pk, by=steward)


def test_database_keeps_done_and_its_day_together(court, officer, steward):
    checkup = cast.checkup_of(officer, cast.make_campaign(court, steward))

    for changed in ({"state": "done"}, {"done_on": TODAY}, {"state": "excused"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CheckUp.objects.filter(pk=checkup.pk).update(**changed)


# -- coverage and the state for other parts -----------------------------------------------------


def test_coverage_counts_by_department_without_the_excused(court, civil, filing, officer, steward):
    make_officer(court=court, department=civil, name="李明")
    excused = make_officer(court=court, department=filing, name="王芳")
    campaign = cast.make_campaign(court, steward)
    cast.finish(officer, steward)
    excuse_checkup(checkup_id=cast.checkup_of(excused).pk, reason="x", by=steward)

    lines = coverage_of(campaign.checkups.all())

    assert [(one.department, one.done, one.due, one.percent) for one in lines] == [
        ("民事审判第一庭", 1, 1, 50)
    ]
    assert total_of(lines).asked == 2


def test_state_for_others_is_done_or_due_within_a_year(court, civil, officer, steward):
    cast.make_campaign(court, steward)
    due = make_officer(court=court, department=civil, name="李明")
    cast.finish(officer, steward)

    states = checkup_state([officer.pk, due.pk], TODAY)

    assert (states[officer.pk].state, states[officer.pk].done_on) == ("done", TODAY)
    assert (states[due.pk].state, states[due.pk].due_on) == ("due", None)
    assert checkup_state([officer.pk], TODAY.replace(year=2027)) == {
        officer.pk: type(states[due.pk])("due")
    }


def test_state_for_others_leaves_the_excused_out(
    court, officer, steward, django_assert_num_queries
):
    campaign = cast.make_campaign(court, steward)
    excuse_checkup(checkup_id=cast.checkup_of(officer, campaign).pk, reason="x", by=steward)

    with django_assert_num_queries(1):
        assert checkup_state([officer.pk], TODAY) == {}


# -- reminders ----------------------------------------------------------------------------------


def appoint(officer: Officer, day: date) -> CheckUp:
    CheckUp.objects.filter(officer=officer).update(due_on=day)
    Notice.objects.all().delete()
    return cast.checkup_of(officer)


@pytest.mark.parametrize(
    ("days", "kind"),
    [(2, "checkup_due_soon"), (0, "checkup_due_today"), (-8, "checkup_overdue")],
)
def test_officer_is_reminded_once_on_each_rung(court, officer, steward, days, kind):
    cast.make_campaign(court, steward)
    appoint(officer, TODAY + days * DAY)

    assert remind_all(on=TODAY) == 1
    assert remind_all(on=TODAY) == 0

    assert told() == [("officer", kind)]


def test_two_weeks_late_goes_up_to_head_and_steward_by_number_only(
    court, officer, head, steward, political
):
    cast.make_campaign(court, steward)
    appoint(officer, TODAY - 20 * DAY)

    remind_all(on=TODAY)

    assert set(told()) == {
        ("officer", "checkup_overdue"),
        ("head", "checkups_late"),
        ("steward", "checkups_late"),
    }
    assert Notice.objects.get(user=head).params == {"count": 1}


def test_nobody_is_reminded_on_days_off_nor_of_what_is_over(court, officer, steward):
    campaign = cast.make_campaign(court, steward)
    appoint(officer, TODAY)

    assert remind_all(on=TODAY - DAY) == 0
    cast.finish(officer, steward)
    assert remind_all(on=TODAY) == 0
    take_back_checkup(checkup_id=cast.checkup_of(officer).pk, by=steward)
    close_campaign(campaign_id=campaign.pk, by=steward, at=timezone.now())
    Notice.objects.all().delete()
    assert remind_all(on=TODAY) == 0


def test_campaign_of_a_service_is_all_or_nothing(court, officer, steward, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("retention.services.checkup_campaigns.record", fail)
    with pytest.raises(RuntimeError):
        make_campaign(
            court=court, facts=cast.campaign_facts(), departments=[], categories=[],
            by=steward, at=NOW,
        )  # fmt: skip

    assert not CheckUpCampaign.objects.exists()
    assert not CheckUp.objects.exists()
