"""The end of an appointment, entered, corrected, taken back; secondments; leaving the court."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from cadres.models import (
    AllowanceRun,
    Appointment,
    Officer,
    Post,
    Secondment,
)
from cadres.selectors import appointment_plans
from cadres.services import endings
from cadres.services.endings import CannotEnd, change_end, end_appointment, reopen_appointment
from cadres.services.roster import import_roster_file
from cadres.services.secondments import CannotSecond, end_secondment, second_out
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from tests.cadres.establishment import (
    make_appointment,
    make_post,
    make_secondment,
)
from tests.cadres.roster_books import person, roster
from tests.factories import make_officer

START, END = date(2026, 1, 1), date(2026, 6, 1)
PAPER = {"number": "示免通〔2026〕3号", "issued_on": date(2026, 5, 20)}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _refusals_in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def post(party_org):
    return make_post(party_org, "secretary")


@pytest.fixture
def appointment(post, officer):
    return make_appointment(post, officer, START, term_end=date(2029, 1, 1))


@pytest.fixture
def colleague(court, civil, branch):
    return make_officer(court=court, department=civil, branch=branch, name="李明")


@pytest.fixture
def ended(appointment):
    Appointment.objects.update(end=END, end_reason="transfer")
    appointment.refresh_from_db()
    return appointment


def end(appointment, by, on=END, reason="transfer", document=None) -> Appointment:
    return end_appointment(
        appointment_id=appointment.pk, reason=reason, on=on, by=by, document=document
    )


def change(appointment, by, on, reason="transfer", known=END, document=None) -> Appointment:
    return change_end(
        appointment_id=appointment.pk,
        known_end=known,
        reason=reason,
        on=on,
        by=by,
        document=document,
    )


def reopen(appointment, by, known=END) -> Appointment:
    return reopen_appointment(appointment_id=appointment.pk, known_end=known, by=by)


def stale_months(court) -> list[date]:
    found = AllowanceRun.objects.filter(court=court, is_stale=True)
    return sorted(found.values_list("month", flat=True))


@pytest.fixture
def runs(court):
    now = timezone.now()
    for month in range(1, 9):
        AllowanceRun.objects.create(court=court, month=date(2026, month, 1), computed_at=now)


def kinds_told(officer) -> list[str]:
    return list(
        Notice.objects.filter(user=officer.user).order_by("pk").values_list("kind", flat=True)
    )


# -- ending -------------------------------------------------------------------------------------


def test_end_appointment_with_a_back_date(court, appointment, officer, political, runs):
    end(appointment, political, document=PAPER)

    stored = Appointment.objects.get(pk=appointment.pk)
    assert (stored.end, stored.end_reason) == (END, "transfer")
    assert stored.removal_document.number == PAPER["number"]
    assert stored.changed_at > appointment.changed_at
    assert stale_months(court) == [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]
    entry = Entry.objects.get(verb="appointment.ended")
    assert entry.detail == {
        "officer": officer.pk,
        "post": appointment.post_id,
        "reason": "transfer",
        "day": "2026-06-01",
        "document": stored.removal_document_id,
    }
    assert kinds_told(officer) == ["appointment_ended"]


def test_end_appointment_starts_the_vacancy_clock(
    appointment, officer, political, party_affairs, secretary
):
    end(appointment, political)

    told = Notice.objects.filter(kind="seat_vacant")
    assert [notice.user for notice in told] == [party_affairs]
    assert told.get().url == appointment.post.get_absolute_url()


def test_end_appointment_with_a_successor_leaves_no_vacancy(
    appointment, colleague, political, party_affairs
):
    """The end of the first was forgotten, and the second entered for the days after."""
    Appointment.objects.filter(pk=appointment.pk).update(end=END + DAY, end_reason="other")
    make_appointment(appointment.post, colleague, END + DAY)
    change(appointment, political, END, known=END + DAY)

    assert not Notice.objects.filter(kind="seat_vacant").exists()


def test_end_appointment_of_a_closed_post_leaves_no_vacancy(
    party_org, officer, political, party_affairs
):
    post = make_post(party_org, "secretary", closed_on=END)
    appointment = make_appointment(post, officer, START)

    end(appointment, political, reason="post_closed")

    assert not Notice.objects.filter(kind="seat_vacant").exists()


def test_end_appointment_of_one_seconded_in_leaves_no_vacancy(
    post, colleague, political, party_affairs
):
    guest = make_appointment(post, colleague, START, nature="seconded_in")

    end(guest, political)

    assert not Notice.objects.filter(kind="seat_vacant").exists()


def test_end_appointment_on_a_day_to_come(appointment, officer, political, party_affairs):
    later = timezone.localdate() + DAY * 30

    end(appointment, political, later)

    assert Appointment.objects.in_force(on=later - DAY).filter(pk=appointment.pk).exists()
    assert Notice.objects.filter(kind="seat_vacant").count() == 1


@pytest.mark.parametrize("on", [START, START - DAY])
def test_end_appointment_refuses_an_end_before_the_start(appointment, officer, political, on):
    with pytest.raises(CannotEnd, match="2026-01-01"):
        end(appointment, political, on)

    appointment.refresh_from_db()
    assert appointment.end is None
    assert not Entry.objects.filter(verb="appointment.ended").exists()
    assert kinds_told(officer) == []


def test_end_appointment_refuses_no_reason(appointment, political):
    with pytest.raises(CannotEnd, match="why"):
        end(appointment, political, reason="")


def test_end_appointment_refuses_a_removal_without_a_document(appointment, political):
    with pytest.raises(CannotEnd, match="document"):
        end(appointment, political, reason="removed")

    end(appointment, political, reason="removed", document=PAPER)
    appointment.refresh_from_db()
    assert appointment.end_reason == "removed"


def test_end_appointment_refuses_a_second_end(ended, officer, political):
    with pytest.raises(Conflict):
        end(ended, political, END + DAY)

    ended.refresh_from_db()
    assert ended.end == END
    assert kinds_told(officer) == []


def test_end_appointment_refuses_when_somebody_was_faster(appointment, political, monkeypatch):
    """The end comes in between looking and writing."""

    def end_meanwhile(*args, **kwargs):
        Appointment.objects.update(end=END + DAY, end_reason="other")

    monkeypatch.setattr(endings, "_refuse_end", end_meanwhile)

    with pytest.raises(Conflict) as conflict:
        end(appointment, political)

    assert conflict.value.url == appointment.get_absolute_url()
    assert not Entry.objects.filter(verb="appointment.ended").exists()


def test_end_appointment_ends_the_secondment_with_it(appointment, political):
    past = make_secondment(appointment, START, date(2026, 2, 1))
    running = make_secondment(appointment, date(2026, 3, 1), date(2026, 7, 1))
    future = make_secondment(appointment, date(2026, 8, 1))

    end(appointment, political)

    ends = dict(Secondment.objects.values_list("pk", "end"))
    assert ends == {past.pk: date(2026, 2, 1), running.pk: END}
    assert future.pk not in ends


# -- correcting an end --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "months"),
    [
        pytest.param(date(2026, 4, 1), range(4, 9), id="earlier"),
        pytest.param(date(2026, 8, 1), range(6, 9), id="later"),
    ],
)
def test_change_end_marks_runs_from_the_earlier_of_both(
    court, ended, officer, political, runs, on, months
):
    change(ended, political, on)

    stored = Appointment.objects.get(pk=ended.pk)
    assert (stored.end, stored.changed_at > ended.changed_at) == (on, True)
    assert stale_months(court) == [date(2026, month, 1) for month in months]
    entry = Entry.objects.get(verb="appointment.end_changed")
    assert (entry.detail["day_before"], entry.detail["day"]) == ("2026-06-01", on.isoformat())
    assert kinds_told(officer) == ["appointment_end_changed"]


def test_change_end_keeps_the_document_unless_another_is_given(appointment, political):
    end(appointment, political, document=PAPER)
    first = Appointment.objects.get().removal_document

    change(appointment, political, END + DAY)
    assert Appointment.objects.get().removal_document == first

    other = PAPER | {"number": "示免通〔2026〕4号"}
    change(appointment, political, END, known=END + DAY, document=other)
    assert Appointment.objects.get().removal_document.number == "示免通〔2026〕4号"


def test_change_end_refuses_days_in_which_another_holds_the_seat(
    ended, colleague, officer, political
):
    make_appointment(ended.post, colleague, END)

    with pytest.raises(CannotEnd, match="李明 since 2026-06-01"):
        change(ended, political, END + DAY)

    ended.refresh_from_db()
    assert ended.end == END


def test_change_end_to_an_earlier_day_keeps_a_seat_the_post_no_longer_has(
    party_org, officer, colleague, political
):
    post = make_post(party_org, "committee_member", authorised=2)
    make_appointment(post, colleague, START)
    shrunk = make_appointment(post, officer, START, END, seat=2)
    Post.objects.filter(pk=post.pk).update(authorised=1)

    change(shrunk, political, END - DAY)

    shrunk.refresh_from_db()
    assert (shrunk.end, shrunk.seat) == (END - DAY, 2)
    with pytest.raises(CannotEnd):
        change(shrunk, political, END, known=END - DAY)


def test_change_end_refuses_another_end_than_was_seen(ended, political):
    with pytest.raises(Conflict):
        change(ended, political, END + DAY, known=END - DAY)

    ended.refresh_from_db()
    assert ended.end == END


def test_change_end_refuses_where_there_is_no_end(appointment, political):
    with pytest.raises(Conflict):
        change(appointment, political, END)


def test_change_end_refuses_to_go_beyond_the_post(ended, political):
    ended.post.closed_on = date(2026, 7, 1)
    ended.post.save()

    with pytest.raises(CannotEnd, match="2026-07-01"):
        change(ended, political, date(2026, 7, 2))


# -- taking an end back -------------------------------------------------------------------------


def test_reopen_appointment_takes_the_end_back(court, ended, officer, political, runs):
    reopen(ended, political)

    stored = Appointment.objects.get(pk=ended.pk)
    assert (stored.end, stored.end_reason, stored.removal_document, stored.seat) == (
        None, "", None, 1,
    )  # fmt: skip
    assert stored.changed_at > ended.changed_at
    assert stale_months(court)[0] == date(2026, 6, 1)
    assert Entry.objects.get(verb="appointment.reopened").detail["day_before"] == "2026-06-01"
    assert kinds_told(officer) == ["appointment_reopened"]


def test_reopen_appointment_takes_another_seat_when_its_own_is_taken(
    party_org, officer, colleague, political
):
    post = make_post(party_org, "deputy_secretary", authorised=2)
    appointment = make_appointment(post, officer, START, END)
    make_appointment(post, colleague, END, seat=1)

    assert reopen(appointment, political).seat == 2


def test_reopen_appointment_refuses_when_the_seat_is_taken(ended, colleague, political):
    make_appointment(ended.post, colleague, date(2026, 9, 1))

    with pytest.raises(CannotEnd, match="李明 since 2026-09-01"):
        reopen(ended, political)

    ended.refresh_from_db()
    assert ended.end == END


def test_reopen_appointment_refuses_who_holds_another_full_time_post(party_org, officer, political):
    first = make_appointment(make_post(party_org, "fulltime_deputy"), officer, START, END)
    make_appointment(make_post(party_org, "party_affairs_cadre"), officer, END)

    with pytest.raises(CannotEnd, match="full-time post"):
        reopen(first, political)


def test_reopen_appointment_refuses_who_has_left(ended, officer, political):
    Officer.objects.filter(pk=officer.pk).update(left_on=END)

    with pytest.raises(CannotEnd, match="2026-06-01"):
        reopen(ended, political)


def test_reopen_appointment_meets_the_database_when_somebody_was_faster(
    ended, colleague, political, monkeypatch
):
    make_appointment(ended.post, colleague, END)
    monkeypatch.setattr(endings, "period_refusals", lambda one, *, end: (1, []))

    with pytest.raises(Conflict):
        reopen(ended, political)

    assert appointment_plans.period_refusals(ended, end=None)[1]
    assert not Notice.objects.exists()


def test_ended_reopened_and_ended_again_is_told_each_time(
    appointment, officer, political, party_affairs
):
    end(appointment, political)
    reopen(appointment, political)
    end(appointment, political)

    assert kinds_told(officer) == [
        "appointment_ended", "appointment_reopened", "appointment_ended",
    ]  # fmt: skip
    # The seat fell vacant on the same day: that is no news.
    assert Notice.objects.filter(kind="seat_vacant").count() == 1


# -- secondments --------------------------------------------------------------------------------


def second(appointment, by, start=date(2026, 3, 1), until=None, destination="县委组织部", **facts):
    return second_out(
        appointment_id=appointment.pk,
        start=start,
        end=until,
        destination=destination,
        by=by,
        **facts,
    )


def test_second_out_keeps_the_post(court, appointment, officer, political, runs):
    secondment = second(appointment, political, document=PAPER)

    assert (secondment.start, secondment.end) == (date(2026, 3, 1), None)
    assert secondment.document.number == PAPER["number"]
    stored = Appointment.objects.get(pk=appointment.pk)
    assert (stored.end, stored.changed_at > appointment.changed_at) == (None, True)
    assert stale_months(court)[0] == date(2026, 3, 1)
    entry = Entry.objects.get(verb="secondment.started")
    assert (entry.subject_pk, entry.detail["day"]) == (appointment.pk, "2026-03-01")
    assert kinds_told(officer) == ["secondment_started"]


def test_second_out_lasts_no_longer_than_the_appointment(ended, political):
    assert second(ended, political).end == END


@pytest.mark.parametrize(
    ("start", "until", "text"),
    [
        pytest.param(START - DAY, None, "begins on 2026-01-01", id="before the appointment"),
        pytest.param(START, START, "last day", id="no day"),
    ],
)
def test_second_out_refuses_days_outside(appointment, officer, political, start, until, text):
    with pytest.raises(CannotSecond, match=text):
        second(appointment, political, start, until)

    assert not Secondment.objects.exists()
    assert kinds_told(officer) == []


@pytest.mark.parametrize("days", [(END, None), (date(2026, 5, 1), END + DAY)])
def test_second_out_refuses_days_after_the_end(ended, political, days):
    with pytest.raises(CannotSecond, match="2026-05-31"):
        second(ended, political, *days)


def test_second_out_refuses_a_second_one_in_that_time(appointment, political):
    second(appointment, political, until=date(2026, 5, 1))

    with pytest.raises(CannotSecond, match="already"):
        second(appointment, political, date(2026, 4, 30))

    assert second(appointment, political, date(2026, 5, 1)).pk


def test_second_out_refuses_who_is_seconded_in(post, colleague, political):
    guest = make_appointment(post, colleague, START, nature="seconded_in")

    with pytest.raises(CannotSecond, match="seconded in"):
        second(guest, political)


def test_second_out_refuses_no_destination(appointment, political):
    with pytest.raises(CannotSecond, match="where"):
        second(appointment, political, destination="  ")


def come_back(secondment, by, on, known=None) -> Secondment:
    return end_secondment(secondment_id=secondment.pk, known_end=known, on=on, by=by)


def test_end_secondment_marks_runs_from_the_day_back(court, appointment, officer, political, runs):
    secondment = make_secondment(appointment, date(2026, 3, 1))

    come_back(secondment, political, date(2026, 5, 1))

    secondment.refresh_from_db()
    assert secondment.end == date(2026, 5, 1)
    assert stale_months(court)[0] == date(2026, 5, 1)
    assert Entry.objects.get(verb="secondment.ended").detail["day"] == "2026-05-01"
    assert kinds_told(officer) == ["secondment_ended"]
    assert Appointment.objects.get().changed_at > appointment.changed_at


def test_end_secondment_corrects_an_end(court, appointment, political, runs):
    secondment = make_secondment(appointment, date(2026, 3, 1), date(2026, 7, 1))

    come_back(secondment, political, date(2026, 5, 1), known=date(2026, 7, 1))

    assert stale_months(court)[0] == date(2026, 5, 1)


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2026, 2, 1)])
def test_end_secondment_refuses_a_day_not_after_its_start(appointment, political, on):
    secondment = make_secondment(appointment, date(2026, 3, 1))

    with pytest.raises(CannotSecond, match="2026-03-01"):
        come_back(secondment, political, on)


def test_end_secondment_refuses_days_of_the_next_one(appointment, political):
    secondment = make_secondment(appointment, date(2026, 3, 1), date(2026, 4, 1))
    make_secondment(appointment, date(2026, 5, 1))

    with pytest.raises(CannotSecond, match="again"):
        come_back(secondment, political, date(2026, 5, 2), known=date(2026, 4, 1))


def test_end_secondment_refuses_another_end_than_was_seen(appointment, officer, political):
    secondment = make_secondment(appointment, date(2026, 3, 1), date(2026, 4, 1))

    with pytest.raises(Conflict):
        come_back(secondment, political, date(2026, 5, 1))

    assert kinds_told(officer) == []


# -- leaving the court --------------------------------------------------------------------------


def take(content, court, **options) -> None:
    options = {"create_units": True, "by": None} | options
    import_roster_file(content, filename="roster.xlsx", court=court, **options)


def test_leaving_the_court_and_coming_back_mark_runs(court, runs):
    take(roster(person(1), person(2)), court, on=START)

    take(roster(person(2)), court, mark_left=True, on=date(2026, 7, 10))
    assert stale_months(court) == [date(2026, 7, 1), date(2026, 8, 1)]

    AllowanceRun.objects.update(is_stale=False)
    take(roster(person(1), person(2)), court, on=date(2026, 8, 20))
    assert Officer.objects.in_service().count() == 2
    assert stale_months(court) == [date(2026, 7, 1), date(2026, 8, 1)]


def test_a_roster_without_anybody_leaving_marks_no_run(court, runs):
    take(roster(person(1), person(2)), court, on=START)
    take(roster(person(1), person(2)), court, mark_left=True, on=date(2026, 7, 10))

    assert stale_months(court) == []
