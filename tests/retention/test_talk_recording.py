from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import PrivateNote, Talk, TalkFollowUp, TalkTask
from retention.services import talk_recording as services
from retention.services.setbacks import add_follow_up
from retention.services.talk_recording import Agreed
from tests.factories import make_officer
from tests.retention.setbacks_cast import make_rule_task, make_setback, make_talk, make_task

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 10)
AT = timezone.make_aware(datetime(2026, 11, 10, 9))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def hold(officer, by, **fields):
    defaults = {"held_on": ON, "kind": "heart", "at": AT}
    return services.record_talk(officer_id=officer.pk, by=by, **defaults | fields)


def test_talk_is_stored_with_two_notes_in_two_places(officer, branch_secretary):
    task = make_rule_task(officer, branch_secretary)

    talk = hold(
        officer,
        branch_secretary,
        task_id=task.pk,
        place="办公室",
        shared_note="共同记录",
        private_note="个人记录",
        agreed=[Agreed("下月再谈", date(2026, 12, 10))],
    )

    found = Talk.objects.get()
    assert (found.shared_note, found.place, found.holder) == (
        "共同记录",
        "办公室",
        branch_secretary,
    )
    assert PrivateNote.objects.get().private_note == "个人记录"
    assert TalkFollowUp.objects.get().text == "下月再谈"
    task.refresh_from_db()
    assert (task.state, list(task.talks.all())) == ("held", [talk])
    assert Entry.objects.get(verb="talk.recorded").detail == {"day": "2026-11-10"}
    notice = Notice.objects.get(kind="talk_recorded")
    assert (notice.user, notice.params) == (officer.user, {})


def test_who_holds_a_talk_becomes_its_holder(officer, branch_secretary, secretary):
    task = make_task(officer, branch_secretary)

    hold(officer, secretary, task_id=task.pk)

    task.refresh_from_db()
    assert task.holder == secretary


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param({"held_on": date(2026, 11, 11)}, "future", id="tomorrow"),
        pytest.param({"kind": "care"}, "needs a shared note", id="care without shared note"),
        pytest.param(
            {"kind": "reminder", "shared_note": "  "}, "needs a shared note", id="only blanks"
        ),
        pytest.param(
            {"agreed": [Agreed("x", date(2026, 11, 9))]}, "before the talk", id="agreed before"
        ),
        pytest.param({"agreed": [Agreed("x", ON)] * 6}, "at most 5", id="too much agreed"),
    ],
)
def test_recording_refuses_and_writes_nothing(officer, branch_secretary, fields, text):
    task = make_task(officer, branch_secretary)

    with pytest.raises(services.CannotRecord, match=text):
        hold(officer, branch_secretary, task_id=task.pk, **fields)

    task.refresh_from_db()
    assert task.state == "open"
    assert not Talk.objects.exists()
    assert not Entry.objects.exists()


def test_talk_with_oneself_is_refused(officer, officer_user):
    with pytest.raises(services.CannotRecord, match="not with oneself"):
        hold(officer, officer_user)


def test_talk_before_its_setback_is_refused(officer, branch_secretary):
    setback = make_setback(officer)
    task = make_task(officer, branch_secretary, setback=setback)

    with pytest.raises(services.CannotRecord, match="happened on 2026-11-02"):
        hold(
            officer,
            branch_secretary,
            task_id=task.pk,
            held_on=date(2026, 11, 1),
            kind="care",
            shared_note="·",
        )


def test_talk_of_another_year_does_not_count_for_the_rule(officer, branch_secretary):
    task = make_rule_task(officer, branch_secretary)

    with pytest.raises(services.CannotRecord, match="planned for 2026"):
        hold(officer, branch_secretary, task_id=task.pk, held_on=date(2025, 12, 30))


def test_task_held_already_is_a_conflict(officer, branch_secretary):
    task = make_task(officer, branch_secretary)
    hold(officer, branch_secretary, task_id=task.pk, held_on=date(2026, 11, 9))

    with pytest.raises(Conflict):
        hold(officer, branch_secretary, task_id=task.pk)

    assert Talk.objects.count() == 1


def test_same_talk_entered_twice_is_refused(officer, branch_secretary):
    hold(officer, branch_secretary)

    with pytest.raises(services.CannotRecord, match="there already"):
        hold(officer, branch_secretary)

    assert Talk.objects.count() == 1


def test_task_of_somebody_else_is_refused(court, civil, officer, branch_secretary):
    other = make_officer(court=court, department=civil, name="李明")

    with pytest.raises(services.CannotRecord, match="somebody else"):
        hold(officer, branch_secretary, task_id=make_task(other, branch_secretary).pk)


# -- correcting -----------------------------------------------------------------------------------


def correct(talk, by, **fields):
    values = {
        "held_on": talk.held_on,
        "kind": talk.kind,
        "place": talk.place,
        "shared_note": talk.shared_note,
        "at": AT,
    }
    return services.correct_talk(talk_id=talk.pk, by=by, **values | fields)


def test_correction_keeps_what_it_said_before_and_is_read_anew(officer, branch_secretary):
    talk = make_talk(officer, branch_secretary, held_on=ON, shared_note="旧", acknowledged_at=AT)

    correct(talk, branch_secretary, shared_note="新", place="会议室", seen=0)

    talk.refresh_from_db()
    assert (talk.shared_note, talk.place, talk.acknowledged_at) == ("新", "会议室", None)
    version = talk.versions.get()
    assert (version.number, version.shared_note, version.place) == (1, "旧", "")
    assert Entry.objects.get(verb="talk.corrected").detail == {"fields": ["place", "shared_note"]}
    assert Notice.objects.get(kind="talk_corrected").user == officer.user


def test_correction_of_nothing_writes_nothing(officer, branch_secretary):
    talk = make_talk(officer, branch_secretary, held_on=ON, shared_note="同")

    correct(talk, branch_secretary)

    assert not talk.versions.exists()
    assert not Entry.objects.exists()


def test_correction_on_an_old_page_is_a_conflict(officer, branch_secretary):
    talk = make_talk(officer, branch_secretary, held_on=ON)
    correct(talk, branch_secretary, place="一", seen=0)

    with pytest.raises(Conflict):
        correct(talk, branch_secretary, place="二", seen=0)


def test_correction_refuses_a_day_after_what_was_agreed(officer, branch_secretary):
    talk = make_talk(officer, branch_secretary, held_on=date(2026, 11, 2), agreed="·")

    with pytest.raises(services.CannotRecord, match="before the talk"):
        correct(talk, branch_secretary, held_on=ON)


def test_nobody_but_the_holder_corrects(officer, branch_secretary, secretary):
    talk = make_talk(officer, branch_secretary, held_on=ON)

    with pytest.raises(Talk.DoesNotExist):
        correct(talk, secretary, place="x")


def test_private_note_is_written_anew_and_kept(officer, branch_secretary):
    talk = make_talk(officer, branch_secretary, private_note="一")

    services.write_private_note(talk_id=talk.pk, private_note="二", by=branch_secretary, at=AT)

    notes = PrivateNote.objects.order_by("pk")
    assert [one.private_note for one in notes] == ["一", "二"]
    assert Entry.objects.get().detail == {}
    assert not Notice.objects.exists()


# -- taking back ----------------------------------------------------------------------------------


def take_back(talk, by):
    return services.take_back_talk(talk_id=talk.pk, reason="not_held", by=by, at=AT)


def test_taken_back_talk_stays_on_record_and_is_due_again(officer, branch_secretary):
    task = make_task(officer, branch_secretary)
    talk = hold(officer, branch_secretary, task_id=task.pk)

    take_back(talk, branch_secretary)

    talk.refresh_from_db()
    task.refresh_from_db()
    assert (talk.back_reason, task.state) == ("not_held", "open")
    assert talk.taken_back_at is not None
    assert Entry.objects.filter(verb="talk.taken_back").count() == 1
    again = hold(officer, branch_secretary, task_id=task.pk)
    assert list(task.talks.standing()) == [again]


def test_taken_back_talk_makes_the_setback_due_again(officer, branch_secretary):
    setback = make_setback(officer)
    task = make_task(officer, branch_secretary, setback=setback)
    talk = hold(officer, branch_secretary, task_id=task.pk, kind="care", shared_note="·")

    take_back(talk, branch_secretary)

    setback.refresh_from_db()
    assert (setback.state, setback.next_follow_up_on) == ("open", None)


def test_talk_under_a_follow_up_is_not_taken_back(officer, branch_secretary):
    setback = make_setback(officer)
    task = make_task(officer, branch_secretary, setback=setback)
    talk = hold(officer, branch_secretary, task_id=task.pk, kind="care", shared_note="·")
    add_follow_up(
        setback_id=setback.pk, day=ON, outcome="same", note="", by=branch_secretary, at=AT
    )

    with pytest.raises(services.CannotRecord, match="Follow-ups rest"):
        take_back(talk, branch_secretary)

    talk.refresh_from_db()
    task.refresh_from_db()
    assert (talk.taken_back_at, task.state) == (None, "held")


def test_taking_back_twice_is_a_conflict(officer, branch_secretary):
    talk = make_talk(officer, branch_secretary)
    take_back(talk, branch_secretary)

    with pytest.raises(Conflict):
        take_back(talk, branch_secretary)


# -- what was agreed, and the officer's word ------------------------------------------------------


def test_agreed_is_added_ticked_off_and_taken_up_again(officer, branch_secretary, officer_user):
    talk = make_talk(officer, branch_secretary, held_on=ON)

    agreed = services.add_agreed(talk_id=talk.pk, text="读书", due_on=ON, by=branch_secretary)
    services.tick_agreed(agreed_id=agreed.pk, by=officer_user, at=AT)
    agreed.refresh_from_db()
    assert (agreed.done_on, agreed.done_by) == (ON, officer_user)

    with pytest.raises(Conflict):
        services.tick_agreed(agreed_id=agreed.pk, by=branch_secretary, at=AT)
    services.tick_agreed(agreed_id=agreed.pk, by=branch_secretary, at=AT, is_done=False)
    agreed.refresh_from_db()
    assert (agreed.done_on, agreed.done_by) == (None, None)


@pytest.mark.parametrize("day", [ON - timedelta(days=1), date(2020, 1, 1)])
def test_agreed_before_the_talk_is_refused(officer, branch_secretary, day):
    talk = make_talk(officer, branch_secretary, held_on=ON)

    with pytest.raises(services.CannotRecord, match="before the talk"):
        services.add_agreed(talk_id=talk.pk, text="x", due_on=day, by=branch_secretary)


def test_officer_acknowledges_and_adds_one_word(officer, branch_secretary, officer_user):
    talk = make_talk(officer, branch_secretary)

    services.acknowledge_talk(talk_id=talk.pk, by=officer_user, at=AT)
    with pytest.raises(Conflict):
        services.acknowledge_talk(talk_id=talk.pk, by=officer_user, at=AT)
    services.acknowledge_talk(talk_id=talk.pk, by=officer_user, at=AT, own_word="谢谢")
    with pytest.raises(services.CannotRecord, match="stands as you wrote it"):
        services.acknowledge_talk(talk_id=talk.pk, by=officer_user, at=AT, own_word="改")

    talk.refresh_from_db()
    assert (talk.acknowledged_at, talk.own_word) == (AT, "谢谢")
    assert Notice.objects.filter(kind="talk_acknowledged", user=branch_secretary).exists()


def test_nobody_but_the_officer_acknowledges(officer, branch_secretary):
    talk = make_talk(officer, branch_secretary)

    with pytest.raises(Talk.DoesNotExist):
        services.acknowledge_talk(talk_id=talk.pk, by=branch_secretary, at=AT)


def test_log_and_notices_hold_no_note(officer, branch_secretary, officer_user):
    talk = hold(
        officer,
        branch_secretary,
        kind="care",
        shared_note="CANARY1",
        private_note="CANARY2",
        agreed=[Agreed("CANARY3", ON)],
    )
    correct(talk, branch_secretary, shared_note="CANARY4")
    services.acknowledge_talk(talk_id=talk.pk, by=officer_user, at=AT, own_word="CANARY5")
    take_back(talk, branch_secretary)

    rows = [*Entry.objects.values_list("detail", flat=True)]
    rows += [*Notice.objects.values_list("params", "url", "key")]
    assert "CANARY" not in str(rows)
    assert "care" not in str(rows)
    assert TalkTask.objects.count() == 0
