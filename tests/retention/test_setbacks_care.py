from datetime import date, datetime

import pytest
from django.utils import timezone, translation

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import Setback, SetbackHelp, TalkTask
from retention.services import setbacks as services
from retention.services.talk_recording import record_talk
from tests.retention.setbacks_cast import make_setback, make_task

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 10)
AT = timezone.make_aware(datetime(2026, 11, 10, 9))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def setback(officer):
    return make_setback(officer)


@pytest.fixture
def talked(setback, branch_secretary):
    task = make_task(setback.officer, branch_secretary, setback=setback)
    record_talk(
        officer_id=setback.officer_id,
        held_on=date(2026, 11, 6),
        kind="care",
        shared_note="·",
        task_id=task.pk,
        by=branch_secretary,
        at=AT,
    )
    setback.refresh_from_db()
    return setback


def help_in(setback, by, **fields):
    defaults = {"measure": "rest", "text": "", "who_id": by.pk, "until": date(2026, 12, 1)}
    return services.add_help(setback_id=setback.pk, by=by, at=AT, **defaults | fields)


def follow(setback, by, **fields):
    defaults = {"day": ON, "outcome": "same", "note": "", "at": AT}
    return services.add_follow_up(setback_id=setback.pk, by=by, **defaults | fields)


def test_talk_moves_the_setback_and_sets_the_next_follow_up(talked):
    assert (talked.state, talked.next_follow_up_on) == ("talked", date(2026, 12, 6))


def test_help_is_arranged_and_everybody_told(talked, branch_secretary, political):
    given = help_in(talked, political, who_id=branch_secretary.pk, text="减少收案")

    talked.refresh_from_db()
    assert talked.state == "helping"
    assert SetbackHelp.objects.get(pk=given.pk).text == "减少收案"
    assert Entry.objects.filter(verb="setback.help_added").count() == 1
    told = Notice.objects.filter(kind__in=["setback_help", "setback_help_own"])
    assert set(told.values_list("user__username", flat=True)) == {"branch.secretary", "officer"}


def test_help_before_the_talk_leaves_the_talk_due(setback, branch_secretary):
    help_in(setback, branch_secretary)

    setback.refresh_from_db()
    assert setback.state == "open"


def test_talk_after_help_leads_to_helping(setback, branch_secretary):
    help_in(setback, branch_secretary)
    task = make_task(setback.officer, branch_secretary, setback=setback)

    record_talk(
        officer_id=setback.officer_id,
        held_on=ON,
        kind="care",
        shared_note="·",
        task_id=task.pk,
        by=branch_secretary,
        at=AT,
    )

    setback.refresh_from_db()
    assert setback.state == "helping"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param({"until": date(2026, 11, 9)}, "past", id="yesterday"),
        pytest.param({"who_id": 0}, "looks after", id="a stranger"),
    ],
)
def test_help_refuses(talked, branch_secretary, fields, text):
    with pytest.raises(services.CannotCare, match=text):
        help_in(talked, branch_secretary, **fields)

    talked.refresh_from_db()
    assert talked.state == "talked"
    assert not SetbackHelp.objects.exists()


def test_help_by_somebody_of_another_court_is_refused(talked, political, outsider_political):
    with pytest.raises(services.CannotCare, match="looks after"):
        help_in(talked, political, who_id=outsider_political.pk)


def test_help_is_noted_as_given_and_taken_up_again(talked, branch_secretary):
    given = help_in(talked, branch_secretary)

    services.finish_help(help_id=given.pk, by=branch_secretary, at=AT)
    with pytest.raises(Conflict):
        services.finish_help(help_id=given.pk, by=branch_secretary, at=AT, is_dropped=True)
    given.refresh_from_db()
    assert (given.done_on, given.is_dropped) == (ON, False)

    services.reopen_help(help_id=given.pk, by=branch_secretary)
    given.refresh_from_db()
    assert given.is_open
    verbs = Entry.objects.filter(verb__startswith="setback.help").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "setback.help_added",
        "setback.help_done",
        "setback.help_reopened",
    ]


def test_follow_up_sets_the_next_one_until_it_is_better(talked, branch_secretary):
    follow(talked, branch_secretary, outcome="worse", note="睡不好")

    talked.refresh_from_db()
    assert (talked.state, talked.next_follow_up_on) == ("following", date(2026, 12, 10))
    assert talked.follow_ups.get().note == "睡不好"

    services.recover_setback(setback_id=talked.pk, on=ON, by=branch_secretary, at=AT)

    talked.refresh_from_db()
    assert (talked.state, talked.ended_on, talked.next_follow_up_on) == ("better", ON, None)
    assert Notice.objects.filter(kind="setback_ended", user=talked.officer.user).count() == 1


def test_earlier_follow_up_entered_later_leaves_the_next_day(talked, branch_secretary):
    follow(talked, branch_secretary)

    follow(talked, branch_secretary, day=date(2026, 11, 7))

    talked.refresh_from_db()
    assert talked.next_follow_up_on == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param({"day": date(2026, 11, 11)}, "future", id="tomorrow"),
        pytest.param({"day": date(2026, 11, 5)}, "The talk was on 2026-11-06", id="before talk"),
        pytest.param({"day": date(2026, 11, 1)}, "happened on 2026-11-02", id="before setback"),
    ],
)
def test_follow_up_refuses(talked, branch_secretary, fields, text):
    with pytest.raises(services.CannotCare, match=text):
        follow(talked, branch_secretary, **fields)

    assert not talked.follow_ups.exists()


def test_follow_up_before_any_talk_is_refused(setback, branch_secretary):
    with pytest.raises(services.CannotCare, match="First comes the talk"):
        follow(setback, branch_secretary)


def test_second_follow_up_of_a_day_is_refused_and_writes_nothing(talked, branch_secretary):
    follow(talked, branch_secretary)

    with pytest.raises(services.CannotCare, match="already"):
        follow(talked, branch_secretary, outcome="better")

    assert talked.follow_ups.get().outcome == "same"
    assert Entry.objects.filter(verb="setback.followed_up").count() == 1


def test_closing_cancels_the_talk_and_may_be_taken_up_again(setback, branch_secretary):
    task = make_task(setback.officer, branch_secretary, setback=setback)

    services.close_setback(
        setback_id=setback.pk, reason="own_wish", on=ON, by=branch_secretary, at=AT
    )

    setback.refresh_from_db()
    task.refresh_from_db()
    assert (setback.state, setback.end_reason, task.state) == ("closed", "own_wish", "cancelled")

    services.reopen_setback(setback_id=setback.pk, by=branch_secretary, at=AT)

    setback.refresh_from_db()
    assert (setback.state, setback.ended_on, setback.end_reason) == ("open", None, "")
    assert TalkTask.objects.open().get().setback == setback


def test_taken_up_again_after_a_talk_is_followed(talked, branch_secretary):
    services.recover_setback(setback_id=talked.pk, on=ON, by=branch_secretary, at=AT)

    services.reopen_setback(setback_id=talked.pk, by=branch_secretary, at=AT)

    talked.refresh_from_db()
    assert (talked.state, talked.next_follow_up_on) == ("following", ON)


def test_mistake_is_withdrawn_while_nobody_acted(setback, branch_secretary):
    make_task(setback.officer, branch_secretary, setback=setback)

    services.withdraw_setback(setback_id=setback.pk, by=branch_secretary)

    setback.refresh_from_db()
    assert setback.state == "withdrawn"
    assert TalkTask.objects.get().state == "cancelled"


def test_withdrawing_is_refused_once_helped_or_talked(setback, branch_secretary):
    help_in(setback, branch_secretary)
    with pytest.raises(services.CannotCare, match="Help has been entered"):
        services.withdraw_setback(setback_id=setback.pk, by=branch_secretary)

    Setback.objects.update(state="talked")
    with pytest.raises(Conflict):
        services.withdraw_setback(setback_id=setback.pk, by=branch_secretary)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(lambda facts: services.recover_setback(**facts), id="recover"),
        pytest.param(lambda facts: services.close_setback(reason="other", **facts), id="close"),
    ],
)
def test_two_at_once_one_finds_another_state(talked, branch_secretary, second):
    first = {"setback_id": talked.pk, "on": ON, "by": branch_secretary, "at": AT}
    services.recover_setback(**first)

    with pytest.raises(Conflict):
        second(first)

    talked.refresh_from_db()
    assert (talked.state, talked.end_reason) == ("better", "")


def test_entry_is_corrected(setback, branch_secretary):
    services.change_setback(
        setback_id=setback.pk, kind="bereavement", detail="家中变故", by=branch_secretary
    )

    found = Setback.objects.get()
    assert (found.kind, found.detail) == ("bereavement", "家中变故")
    entry = Entry.objects.get(verb="setback.changed")
    assert entry.detail == {"fields": ["kind", "detail"]}


def test_log_and_notices_hold_nothing_of_what_is_written(talked, branch_secretary):
    services.change_setback(
        setback_id=talked.pk, kind="discipline", detail="CANARY1", by=branch_secretary
    )
    help_in(talked, branch_secretary, text="CANARY2")
    follow(talked, branch_secretary, note="CANARY3")
    services.close_setback(
        setback_id=talked.pk, reason="own_wish", on=ON, by=branch_secretary, at=AT
    )

    written = [*Entry.objects.values_list("detail", flat=True)]
    written += [*Notice.objects.values_list("params", flat=True)]
    written += [*Notice.objects.values_list("url", flat=True)]
    for word in ("CANARY", "discipline", "own_wish", "张海燕", "rest"):
        assert word not in str(written)
