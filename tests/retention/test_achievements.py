"""Entering achievements: what is kept, who is told, what is refused."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import PartialDate
from courtparty.notices.models import Notice
from retention.models import Achievement, RetentionSettings
from retention.services import achievements as services
from retention.services.achievement_intake import raise_achievement
from retention.services.achievements import CannotEnterAchievement
from tests.factories import make_officer
from tests.retention.awards_cast import (
    ANSWER,
    DAY,
    DESCRIPTION,
    NOW,
    SECRETS,
    TODAY,
    evidence,
    facts_of,
    make_achievement,
    make_proposal,
    make_rung,
)

pytestmark = pytest.mark.django_db
State, Source = Achievement.State, Achievement.Source


@pytest.fixture(autouse=True)
def _refusals_in_english():
    with translation.override("en"):
        yield


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_own_entry_waits_for_the_head_with_a_day_limit(officer, officer_user, head, political):
    made = make_achievement(officer, by=officer_user, file=evidence())

    made = Achievement.objects.get(pk=made.pk)
    assert (made.source, made.state, made.description) == ("own", "entered", DESCRIPTION)
    assert (made.entered_on, made.due_on) == (TODAY, date(2026, 7, 13))
    assert made.evidence.content.startswith(b"%PDF")
    assert (told(head), told(political)) == (["achievement_entered"], [])
    assert verbs() == ["achievement.entered"]


def test_the_court_sets_the_day_limit(officer, officer_user, court):
    RetentionSettings.objects.create(court=court, award_days=5)

    assert make_achievement(officer, by=officer_user).due_on == TODAY + 7 * DAY


def test_without_a_head_the_political_department_is_told(officer, officer_user, political):
    make_achievement(officer, by=officer_user)

    assert told(political) == ["achievement_entered"]


def test_what_a_head_enters_is_the_heads(officer, head):
    made = make_achievement(officer, by=head)

    assert made.source == Source.HEAD
    assert told(head) == []


def test_the_description_is_encrypted(officer, head):
    make_achievement(officer, by=head)

    with connection.cursor() as cursor:
        cursor.execute("SELECT description FROM retention_achievement")
        assert DESCRIPTION not in str(cursor.fetchone())


def test_log_and_notices_hold_nothing_personal(officer, officer_user, head):
    made = make_achievement(officer, by=officer_user)
    services.decline_achievement(achievement_id=made.pk, answer=ANSWER, by=head)

    written = str(list(Entry.objects.values())) + str(list(Notice.objects.values()))
    assert not [word for word in (*SECRETS, officer.name, made.title) if word in written]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        pytest.param({"achieved_on": TODAY + DAY}, "lies in the future", id="future"),
        pytest.param({"achieved_on": date(2008, 6, 30)}, "before the officer began", id="before"),
    ],
)
def test_a_day_that_can_not_be_is_refused(officer, head, changed, text):
    with pytest.raises(CannotEnterAchievement, match=text):
        make_achievement(officer, by=head, **changed)

    assert not Achievement.objects.exists()
    assert verbs() == []


def test_the_same_is_entered_once(officer, head, officer_user):
    make_achievement(officer, by=head)

    with pytest.raises(CannotEnterAchievement, match="entered already"):
        make_achievement(officer, by=officer_user)
    assert Achievement.objects.count() == 1


def test_the_database_refuses_the_same_twice(officer, head):
    made = make_achievement(officer, by=head)
    made.pk, made.key = None, made._meta.get_field("key").default()

    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_a_withdrawn_entry_may_be_entered_again(officer, head):
    services.withdraw_achievement(achievement_id=make_achievement(officer, by=head).pk, by=head)

    assert make_achievement(officer, by=head).state == State.ENTERED


def test_nothing_is_entered_for_somebody_who_has_left(court, civil, head):
    left = make_officer(court=court, department=civil, left_on=TODAY)

    with pytest.raises(CannotEnterAchievement, match="has left"):
        make_achievement(left, by=head)


def test_an_entry_is_corrected_by_whoever_it_belongs_to(officer, officer_user, head):
    made = make_achievement(officer, by=officer_user)
    facts = facts_of(title="办结系列案件", kind="honour")

    with pytest.raises(CannotEnterAchievement, match="the officer's to change"):
        services.change_achievement(achievement_id=made.pk, facts=facts, by=head, at=NOW)
    services.change_achievement(achievement_id=made.pk, facts=facts, by=officer_user, at=NOW)

    made.refresh_from_db()
    assert (made.title, made.kind) == ("办结系列案件", "honour")
    assert Entry.objects.get(verb="achievement.changed").detail == {"fields": ["kind", "title"]}


def test_an_officer_does_not_change_the_heads_entry(officer, officer_user, head):
    made = make_achievement(officer, by=head)

    with pytest.raises(CannotEnterAchievement):
        services.withdraw_achievement(achievement_id=made.pk, by=officer_user)


def test_what_is_proposed_changes_no_more(officer, court, head):
    proposal = make_proposal(officer, make_rung(court), by=head)
    made = proposal.achievements.get()

    with pytest.raises(Conflict):
        services.change_achievement(achievement_id=made.pk, facts=facts_of(), by=head, at=NOW)
    with pytest.raises(Conflict):
        services.withdraw_achievement(achievement_id=made.pk, by=head)


def test_an_answer_reaches_the_officer_and_can_be_taken_up_again(officer, officer_user, head):
    made = make_achievement(officer, by=officer_user)

    services.decline_achievement(achievement_id=made.pk, answer=ANSWER, by=head)
    made.refresh_from_db()
    assert (made.state, made.answer) == (State.DECLINED, ANSWER)
    services.reopen_achievement(achievement_id=made.pk, by=head, at=NOW + 7 * DAY)
    made.refresh_from_db()

    assert (made.state, made.answer) == (State.ENTERED, "")
    assert made.due_on > TODAY + 42 * DAY
    assert told(officer_user) == ["achievement_declined", "achievement_reopened"]


def test_an_answer_needs_words_and_is_not_ones_own(officer, officer_user, head):
    made = make_achievement(officer, by=officer_user)

    with pytest.raises(CannotEnterAchievement, match="Say why"):
        services.decline_achievement(achievement_id=made.pk, answer=" ", by=head)
    with pytest.raises(CannotEnterAchievement, match="of their own"):
        services.decline_achievement(achievement_id=made.pk, answer=ANSWER, by=officer_user)


def test_the_officer_sees_who_opened_it(officer, officer_user, head):
    made = make_achievement(officer, by=officer_user, file=evidence())

    services.read_achievement(made, by=officer_user)
    services.open_evidence(made, by=officer_user)
    services.read_achievement(made, by=head)
    services.open_evidence(made, by=head)

    reads = Entry.objects.filter(is_read=True).order_by("pk")
    assert list(reads.values_list("verb", "actor", "subject_model", "subject_pk")) == [
        ("achievement.read", head.pk, "cadres.officer", officer.pk),
        ("achievement.evidence_opened", head.pk, "cadres.officer", officer.pk),
    ]


def test_another_part_hands_in_once(officer):
    facts = {"officer_id": officer.pk, "kind": "annual", "achieved_on": TODAY, "by": None}

    first = raise_achievement(source_key="annual:2025:7", title="年度考核优秀", **facts)
    again = raise_achievement(source_key="annual:2025:7", title="别的", **facts)

    assert first.pk == again.pk
    assert (first.source, first.title, first.entered_by) == (Source.PART, "年度考核优秀", None)
    assert verbs() == ["achievement.raised"]


def test_a_month_of_beginning_work_counts_from_its_first_day(court, civil, head):
    new = make_officer(court=court, department=civil, work_since=PartialDate(2026, 5))

    assert make_achievement(new, by=head, achieved_on=date(2026, 5, 1)).pk
