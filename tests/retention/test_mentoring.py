"""Pairs of mentor and new officer: made, met, ended, reminded."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from retention.models import Mentoring, MentoringNote
from retention.selectors.mentoring import quiet_pairs, without_mentor
from retention.services import mentoring as services
from retention.services.mentoring import CannotMentor, remind_quiet_pairs
from tests.factories import make_officer, make_user
from tests.retention.awards_cast import DAY, NOW, TODAY, make_pair

pytestmark = pytest.mark.django_db
NOTE = "讨论第一份判决书noteword"


@pytest.fixture(autouse=True)
def _refusals_in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def mentee(court, civil):
    user = make_user("mentee", court=court)
    began = PartialDate(2025, 7)
    return make_officer(court=court, department=civil, name="孙小新", user=user, work_since=began)


@pytest.fixture
def pair(officer, mentee, head):
    return make_pair(officer, mentee, by=head)


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def meet(pair, *, by, met_on=TODAY, text=NOTE):
    return services.note_meeting(mentoring_id=pair.pk, met_on=met_on, text=text, by=by, at=NOW)


def test_both_are_told_of_their_pair(pair, officer_user, mentee):
    assert (pair.state, pair.end) == (Mentoring.State.ACTIVE, None)
    assert told(officer_user) == told(mentee.user) == ["mentoring_made"]
    assert Entry.objects.get(verb="mentoring.made").subject_pk == pair.pk


def test_a_pair_is_two_officers_of_one_court(officer, mentee, outsider, head, court, civil):
    left = make_officer(court=court, department=civil, left_on=TODAY)
    with pytest.raises(CannotMentor, match="of oneself"):
        make_pair(officer, officer, by=head)
    for other in (outsider.officer, left):
        with pytest.raises(CannotMentor, match="of this court"):
            make_pair(other, mentee, by=head)
    with pytest.raises(CannotMentor, match="before the first"):
        make_pair(officer, mentee, by=head, end=TODAY - 10 * DAY)
    with pytest.raises(CannotMentor, match="works towards"):
        make_pair(officer, mentee, by=head, aims=" ")
    assert not Mentoring.objects.exists()


def test_the_same_two_are_a_pair_once_at_a_time(pair, officer, mentee, head):
    with pytest.raises(CannotMentor, match="already"):
        make_pair(officer, mentee, by=head, start=TODAY)
    services.end_pair(mentoring_id=pair.pk, last_day=TODAY, outcome="好", by=head, at=NOW)

    assert make_pair(officer, mentee, by=head, start=TODAY + DAY).pk


def test_the_database_refuses_overlaps_and_pairs_of_one(pair, officer):
    facts = {"start": TODAY, "aims": "x", "made_by": pair.made_by, "created_at": NOW}
    for mentor, mentee in ((pair.mentor, pair.mentee), (officer, officer)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mentoring.objects.create(mentor=mentor, mentee=mentee, **facts)


def test_a_meeting_is_kept_and_the_other_one_told(pair, officer_user, mentee):
    note = meet(pair, by=officer_user)

    assert MentoringNote.objects.get(pk=note.pk).text == NOTE
    assert (told(officer_user), told(mentee.user)) == (
        ["mentoring_made"],
        ["mentoring_made", "mentoring_met"],
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM retention_mentoringnote")
        assert NOTE not in str(cursor.fetchall())
    assert NOTE not in str(list(Entry.objects.values())) + str(list(Notice.objects.values()))


@pytest.mark.parametrize("met_on", [TODAY + DAY, TODAY - 11 * DAY])
def test_a_meeting_lies_within_the_pair(pair, officer_user, met_on):
    with pytest.raises(CannotMentor, match="within the time"):
        meet(pair, by=officer_user, met_on=met_on)


def test_a_day_is_entered_once(pair, officer_user, mentee):
    meet(pair, by=officer_user)

    with pytest.raises(CannotMentor, match="on record already"):
        meet(pair, by=mentee.user)


def test_a_note_is_its_writers_to_correct(pair, officer_user, mentee):
    note = meet(pair, by=officer_user)

    with pytest.raises(CannotMentor, match="Only whoever wrote"):
        services.change_note(note_id=note.pk, text="改", by=mentee.user)
    assert services.change_note(note_id=note.pk, text="改", by=officer_user).text == "改"


def test_an_end_is_dated_and_has_an_outcome(pair, head, officer_user):
    meet(pair, by=officer_user)
    facts = {"mentoring_id": pair.pk, "by": head, "at": NOW}
    for last_day, outcome, text in (
        (TODAY + DAY, "好", "and today"),
        (TODAY - DAY, "好", "can't be earlier"),
        (TODAY, " ", "came of it"),
    ):
        with pytest.raises(CannotMentor, match=text):
            services.end_pair(last_day=last_day, outcome=outcome, **facts)
    ended = services.end_pair(last_day=TODAY, outcome="已独立办案", **facts)

    assert (ended.state, ended.end, ended.outcome) == ("ended", TODAY + DAY, "已独立办案")
    with pytest.raises(Conflict):
        services.end_pair(last_day=TODAY, outcome="再", **facts)
    with pytest.raises(Conflict):
        meet(pair, by=officer_user)


def test_a_pair_that_has_met_is_not_taken_back(pair, officer_user, head):
    meet(pair, by=officer_user)

    with pytest.raises(CannotMentor, match="end it instead"):
        services.void_pair(mentoring_id=pair.pk, by=head)


def test_a_pair_taken_back_is_out_of_the_way(pair, officer, mentee, head):
    services.void_pair(mentoring_id=pair.pk, by=head)

    assert make_pair(officer, mentee, by=head).pk


def test_a_manager_who_reads_is_named_to_both(pair, head, officer, officer_user, mentee):
    services.read_pair(pair, by=officer_user)
    services.read_pair(pair, by=head)

    reads = Entry.objects.filter(verb="mentoring.read", is_read=True).order_by("pk")
    assert list(reads.values_list("actor", "subject_pk")) == [
        (head.pk, officer.pk),
        (head.pk, mentee.pk),
    ]


def test_who_is_new_and_has_no_mentor(court, civil, filing, officer, mentee, head, political):
    other = make_officer(
        court=court, department=filing, name="吴立案", work_since=PartialDate(2026, 1)
    )

    assert list(without_mentor(head, on=TODAY)) == [mentee]
    assert set(without_mentor(political, on=TODAY)) == {mentee, other}
    make_pair(officer, mentee, by=head)
    assert list(without_mentor(head, on=TODAY)) == []


def test_a_quiet_pair_is_reminded_once_and_later_its_manager(pair, officer_user, mentee, head):
    after_a_quarter, a_month_later = date(2026, 8, 22), date(2026, 9, 22)

    assert remind_quiet_pairs(on=date(2026, 8, 21)) == 0
    assert remind_quiet_pairs(on=after_a_quarter) == 2
    assert remind_quiet_pairs(on=after_a_quarter + DAY) == 0
    assert remind_quiet_pairs(on=a_month_later) == 1
    assert told(head) == ["mentoring_quiet"]
    assert told(mentee.user) == ["mentoring_made", "mentoring_quiet"]


def test_quiet_pairs_are_found_by_their_last_meeting(pair, officer_user):
    assert list(quiet_pairs(Mentoring.objects.all(), since=TODAY)) == [pair]
    meet(pair, by=officer_user)
    assert list(quiet_pairs(Mentoring.objects.all(), since=TODAY)) == [pair]
    assert list(quiet_pairs(Mentoring.objects.all(), since=TODAY - DAY)) == []
