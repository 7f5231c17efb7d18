"""Steps in the wrong order, sent twice, or by two people at once: refused, and done once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone, translation

from courtparty.accounts.roles import Role
from courtparty.lib.conflicts import Conflict
from retention.models import (
    Achievement,
    Award,
    LeaveAccount,
    Mentoring,
    RetentionAction,
    ScreeningAlert,
    Setback,
    TalkTask,
)
from retention.services import (
    achievement_import,
    calls,
    checkups,
    departures,
    leave_tables,
    screening,
    setbacks,
    talk_planning,
    talk_recording,
)
from retention.services.achievements import CannotEnterAchievement, change_achievement
from retention.services.hardship import steps
from tests.factories import make_officer, make_user
from tests.retention import awards_cast as awards
from tests.retention.board_cast import AT, make_departure
from tests.retention.screening_cast import make_screening
from tests.retention.setbacks_cast import HAPPENED, make_setback, make_task

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# -- the wrong order ------------------------------------------------------------------------------


def ended_care(officer, secretary, **facts):
    """A setback whose care was ended before anybody had talked."""
    setback = make_setback(officer)
    task = make_task(officer, secretary, setback=setback)
    setbacks.close_setback(
        setback_id=setback.pk, reason="other", on=HAPPENED + DAY, by=secretary, at=timezone.now()
    )
    return setback, task


def test_a_talk_comes_back_with_its_setback_only(client, officer, secretary):
    setback, task = ended_care(officer, secretary)
    client.force_login(secretary)

    page = reverse("retention:talk_task_detail", args=[task.pk])
    address = reverse("retention:talk_task_restore", args=[task.pk])
    assert address not in client.get(page).content.decode()
    assert client.post(address, follow=True).status_code == 200

    task.refresh_from_db()
    assert task.state == TalkTask.State.CANCELLED
    setbacks.reopen_setback(setback_id=setback.pk, by=secretary, at=timezone.now())
    with pytest.raises(talk_planning.CannotPlan, match="belongs to a setback"):
        talk_planning.restore_task(task_id=task.pk, by=secretary)
    assert TalkTask.objects.open().filter(setback=setback).count() == 1


def test_a_talk_planned_anew_is_not_restored_beside_it(officer, secretary):
    facts = {"officer_id": officer.pk, "kind": "other", "due_on": timezone.localdate() + DAY}
    facts |= {"reason_key": "another-part:1", "holder_id": secretary.pk, "by": None}
    first = talk_planning.plan_talk(**facts)
    talk_planning.cancel_task(task_id=first.pk, reason="mistake", by=secretary)
    talk_planning.plan_talk(**facts)

    with pytest.raises(talk_planning.CannotPlan, match="planned anew"):
        talk_planning.restore_task(task_id=first.pk, by=secretary)


def test_a_pair_ends_before_it_is_a_pair_anew(client, court, civil, officer, political):
    mentee = make_officer(court=court, department=civil, name="孙小新")
    today = timezone.localdate()
    first = awards.make_pair(
        officer, mentee, by=political, start=today - 90 * DAY, end=today - 30 * DAY
    )
    awards.make_pair(officer, mentee, by=political, start=today - 30 * DAY)
    client.force_login(political)

    address = reverse("retention:mentoring_end", args=[first.pk])
    answer = client.post(address, {"last_day": today.isoformat(), "outcome": "done"})

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert Mentoring.objects.get(pk=first.pk).state == Mentoring.State.ACTIVE


@pytest.mark.parametrize(
    "look",
    [
        lambda: checkups.locked_checkup(99),
        lambda: steps.lock_case(99),
        lambda: calls.call_made(alert_id=99, note="", by=None, at=AT),
    ],
    ids=["check-up", "case", "call"],
)
def test_what_somebody_has_just_deleted_is_a_conflict(look):
    with pytest.raises(Conflict, match="does not exist any more"):
        look()


def test_a_correction_of_leave_sent_twice_counts_once(client, officer, political):
    client.force_login(political)
    year = timezone.localdate().year
    address = reverse("retention:leave_account_correct", args=[officer.pk, year])
    facts = {"days": "3", "reason": "From the paper files"}

    answers = [client.post(address, facts).status_code for _click in range(2)]

    assert answers == [302, 409]
    assert LeaveAccount.objects.get(officer=officer).adjusted == 3
    later = timezone.now() + DAY
    leave_tables.correct_account(
        officer_id=officer.pk, year=year, days=3, reason=facts["reason"], by=political, at=later
    )
    assert LeaveAccount.objects.get(officer=officer).adjusted == 6


TWICE = {
    "action_add": ("president", {"title": "a", "why": "b", "due_on": "2026-12-01"}),
    "talk_plan": ("political", {"due_on": "2026-12-01"}),
}


def filled(form, facts):
    """``facts``, and of each list of choices the first."""
    chosen = {
        name: next(str(key) for key, _label in field.choices if str(key))
        for name, field in form.fields.items()
        if field.required and hasattr(field, "choices")
    }
    return chosen | facts


@pytest.mark.parametrize("name", TWICE)
def test_what_is_sent_twice_is_kept_once(name, client, cast, officer, union, head):
    role, facts = TWICE[name]
    client.force_login(cast(role))
    page = reverse(f"retention:{name}")
    page += f"?officer={officer.pk}" if name == "talk_plan" else ""
    facts = filled(client.get(page).context["form"], facts)

    answers = [client.post(page, facts) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 409]
    kept = {"action_add": RetentionAction, "talk_plan": TalkTask}
    assert kept[name].objects.count() == 1


def test_two_who_write_the_note_of_a_departure_do_not_overwrite_each_other(officer, political):
    departure = make_departure(officer, political)
    seen = departures.version_of(departure)
    facts = {"departure_id": departure.pk, "by": political, "at": AT, "seen": seen}
    facts |= {"left_on": departure.left_on, "destination": departure.destination}
    departures.change_departure(**facts, note="First")

    with pytest.raises(Conflict):
        departures.change_departure(**facts, note="Second")

    departure.refresh_from_db()
    assert departure.note == "First"
    assert "First" not in departures.version_of(departure)


def test_an_achievement_is_not_changed_into_another(officer, head, monkeypatch):
    """The check finds nothing, because the other one is entered at the same moment."""
    first = awards.make_achievement(officer, by=head)
    second = awards.make_achievement(officer, by=head, title="另一项成绩")
    name = "retention.services.achievements.refuse_facts"
    monkeypatch.setattr(name, lambda *_args, **_facts: None)

    with pytest.raises(CannotEnterAchievement, match="already"):
        change_achievement(
            achievement_id=second.pk, facts=awards.facts_of(), by=head, at=awards.NOW
        )
    assert set(Achievement.objects.values_list("title", flat=True)) == {first.title, "另一项成绩"}


def test_a_workbook_overtaken_while_it_is_written_is_refused(
    court, officer, head, political, monkeypatch
):
    rows = [[officer.name, "", "", awards.facts_of().title, "", "2026-05-27", ""]]
    headings = ["姓名", "身份证号", "部门", "取得成绩", "类别", "取得日期", "说明"]
    found = achievement_import.upload_achievements(
        content=achievement_import.write_table(title="", headings=headings, rows=rows),
        filename="成绩.xlsx", court=court, by=political, at=awards.NOW,
    )  # fmt: skip
    read = achievement_import._read(found.file.content, "x.xlsx", court, awards.TODAY)
    awards.make_achievement(officer, by=head)
    monkeypatch.setattr(achievement_import, "_read", lambda *_args: read)

    with pytest.raises(achievement_import.CannotImport, match="has changed since"):
        achievement_import.import_achievements(import_id=found.pk, by=political, at=awards.NOW)

    found.refresh_from_db()
    assert (found.state, Achievement.objects.count()) == ("ready", 1)


# -- two at once ----------------------------------------------------------------------------------


def at_once(*actions):
    """What came of each action, all begun at the same moment: 'done', or the name of its error."""
    together, outcomes = Barrier(len(actions)), [""] * len(actions)

    def run(place):
        together.wait()
        try:
            actions[place]()
            outcomes[place] = "done"
        except Exception as error:
            outcomes[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[place]) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_meetings_over_the_same_awards_do_not_wait_for_each_other(
    court, civil, head, political
):
    rungs = [awards.make_rung(court, name=f"奖{n}", position=n) for n in range(1, 5)]
    deciders = [make_user(f"vice{n}", Role.PRESIDENT, court) for n in range(2)]

    def table(order):
        people = [make_officer(court=court, department=civil, name="王小明") for _rung in order]
        return [
            awards.make_checked(one, rung, by=head, checker=political)
            for one, rung in zip(people, order, strict=True)
        ]

    one, other = table(rungs), table(rungs[::-1])
    outcomes = at_once(
        lambda: awards.decide(*one, by=deciders[0]), lambda: awards.decide(*other, by=deciders[1])
    )

    assert outcomes == ["done", "done"]
    assert Award.objects.count() == 8


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_entering_a_talk_and_ending_the_care_do_not_wait_for_each_other(officer, secretary):
    setback = make_setback(officer)
    task = make_task(officer, secretary, setback=setback)
    talk = {"officer_id": officer.pk, "held_on": HAPPENED + DAY, "kind": "heart", "at": AT}
    end = {"setback_id": setback.pk, "reason": "other", "on": HAPPENED + DAY, "at": AT}

    outcomes = at_once(
        lambda: talk_recording.record_talk(
            **talk, by=secretary, shared_note="We talked", task_id=task.pk
        ),
        lambda: setbacks.close_setback(**end, by=secretary),
    )

    # Whoever is first: the care ends, and the talk is on record or was cancelled with it.
    assert outcomes[1] == "done"
    assert outcomes[0] in ("done", "Conflict")
    assert Setback.objects.get().state == Setback.State.CLOSED
    task.refresh_from_db()
    assert task.state == ("held" if outcomes[0] == "done" else "cancelled")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_questionnaires_at_once_ask_for_one_call(officer, steward):
    for instrument in ("pss10", "phq9"):
        screening.give_consent(officer=officer, instrument=instrument, at=AT)

    outcomes = at_once(
        lambda: make_screening(officer, shares=True),
        lambda: make_screening(officer, [0] * 9, instrument="phq9", shares=True),
    )

    assert outcomes == ["done", "done"]
    assert ScreeningAlert.objects.filter(why="shared").count() == 1
