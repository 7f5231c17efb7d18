"""Hardship cases: applying, recommending, verifying, members, visits, and the end."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from courtparty.accounts.models import Grant
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import BudgetSource, CaseFile, CaseMember, HardshipCase, RetentionSettings
from retention.services import hardship as services
from retention.services.hardship import CannotHelp
from tests.factories import make_officer, make_user
from tests.retention.hardship_cast import (
    CLOSING,
    FOUND,
    PAPER,
    STORY,
    VISITED,
    WORD,
    carry_out,
    decide,
    make_case,
    make_draft,
    make_helped,
    make_recommended,
    make_source,
    make_verified,
    make_verifying,
    paper,
    propose,
    propose_aid,
    propose_flexible,
    verify,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_23_november(time_machine):
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)
    with translation.override("en"):
        yield


TODAY = date(2026, 11, 23)


def told(kind: str) -> list[str]:
    notices = Notice.objects.filter(kind=kind).order_by("user__username")
    return list(notices.values_list("user__username", flat=True))


def logged() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def steps(case: HardshipCase) -> list[str]:
    return list(case.events.order_by("pk").values_list("kind", flat=True))


def members(case: HardshipCase) -> list[tuple[str, str]]:
    found = case.members.current().order_by("pk")
    return list(found.values_list("user__username", "part"))


def act(service, case: HardshipCase, *, by, **facts):
    return service(case_id=case.pk, by=by, at=timezone.now(), **facts)


# -- applying -----------------------------------------------------------------------------------


def test_a_draft_has_no_number_and_nobody_is_told(officer, union):
    case = make_draft(officer, union, story="", files=[paper()])

    assert (case.state, case.number, case.opened_at) == ("drafted", None, None)
    assert members(case) == steps(case) == logged() == []
    assert Notice.objects.count() == 0
    assert case.files.get().name == f"{PAPER}.pdf"


def test_a_draft_is_changed_and_then_sent(officer, union, party_affairs):
    case = make_draft(officer, union, story="")
    sent = make_case(officer, party_affairs, case_id=case.pk, kind="housing")

    assert sent.pk == case.pk
    sent.refresh_from_db()
    assert (sent.state, sent.kind, sent.story, sent.reference) == (
        "applied",
        "housing",
        STORY,
        "2026-001",
    )


def test_applying_opens_the_case_with_limits_and_a_coordinator(officer, union):
    case = make_case(officer, union, files=[paper()])

    assert case.opened_at == timezone.now()
    assert (case.verify_due_on, case.first_help_due_on) == (date(2026, 12, 7), date(2026, 12, 21))
    assert members(case) == [("union", "coordinator")]
    assert steps(case) == ["applied"]
    assert logged() == ["hardship.applied"]
    assert told("help_applied") == ["union"]
    assert Notice.objects.get().url == case.get_absolute_url()


def test_limits_come_from_the_settings_of_the_court(officer, union, court):
    RetentionSettings.objects.create(court=court, verify_days=1, help_days=2)
    case = make_case(officer, union)

    assert (case.verify_due_on, case.first_help_due_on) == (date(2026, 11, 24), date(2026, 11, 25))


def test_numbers_run_by_court_and_year(officer, union, time_machine):
    numbers = [make_case(officer, union).reference for _one in range(2)]
    time_machine.move_to("2027-01-04T10:00:00+08:00", tick=False)

    assert [*numbers, make_case(officer, union).reference] == ["2026-001", "2026-002", "2027-001"]


def test_nobody_applies_for_somebody_else_or_without_words(officer, union, party_affairs):
    with pytest.raises(CannotHelp, match="for oneself"):
        make_case(officer, union, by=party_affairs)
    with pytest.raises(CannotHelp, match="what has happened"):
        make_case(officer, union, story="  ")

    assert HardshipCase.objects.count() == 0


def test_one_turns_only_to_those_who_handle_hardship(officer, head, president, outsider_political):
    for other in (head, president, outsider_political, officer.user):
        with pytest.raises(CannotHelp, match="who handles hardship"):
            make_case(officer, other)


def test_who_handles_hardship_does_not_handle_the_own(court, civil, union):
    own = make_officer(court=court, department=civil, name="工会", user=union)

    with pytest.raises(CannotHelp, match="who handles hardship"):
        make_case(own, union)


def test_who_has_left_applies_no_more(officer, union):
    officer.left_on = TODAY
    officer.save()

    with pytest.raises(CannotHelp, match="in service"):
        make_case(officer, union)


def test_a_draft_is_deleted_with_its_papers(officer, union):
    case = make_draft(officer, union, files=[paper()])
    services.discard_draft(case_id=case.pk, by=officer.user)

    assert (HardshipCase.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_what_was_sent_is_no_draft_any_more(officer, union):
    case = make_case(officer, union)

    with pytest.raises(Conflict):
        services.discard_draft(case_id=case.pk, by=officer.user)
    with pytest.raises(Conflict):
        make_draft(officer, union, case_id=case.pk)


def test_all_or_nothing_when_the_log_fails(officer, union, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("retention.services.hardship.applying.record", fail)
    with pytest.raises(RuntimeError):
        make_case(officer, union, files=[paper()])

    assert HardshipCase.objects.count() == Notice.objects.count() == StoredFile.objects.count() == 0


def test_names_of_papers_are_not_kept_in_the_open(officer, union):
    make_case(officer, union, files=[paper()])

    assert StoredFile.objects.get().name == "hardship.pdf"
    assert PAPER not in str(CaseFile.objects.values_list("name", flat=True).get())


# -- recommending -------------------------------------------------------------------------------


def test_a_recommendation_is_the_officers_alone(officer, union, branch_secretary):
    case = make_recommended(officer, union, by=branch_secretary)

    assert (case.state, members(case)) == ("recommended", [])
    assert told("help_recommended") == ["officer"]
    for person in (union, branch_secretary):
        assert not HardshipCase.objects.visible_to(person).exists()
    assert HardshipCase.objects.visible_to(officer.user).get() == case


def test_consent_opens_the_case_with_whom_the_officer_chooses(
    officer, union, party_affairs, branch_secretary
):
    case = make_recommended(officer, union, by=branch_secretary)
    case = act(services.consent_to_help, case, by=officer.user, turned_to=party_affairs.pk)

    assert (case.state, members(case)) == ("applied", [("cadre", "coordinator")])
    assert case.verify_due_on == date(2026, 12, 7)
    assert (told("help_applied"), steps(case)) == (["cadre"], ["recommended", "consented"])
    assert not HardshipCase.objects.visible_to(branch_secretary).exists()


def test_declining_deletes_the_content_and_tells_nobody(officer, union, branch_secretary):
    case = make_recommended(officer, union, by=branch_secretary, files=[paper()])
    before = Notice.objects.count()
    act(services.decline_help, case, by=officer.user)
    case.refresh_from_db()

    assert (case.state, case.story, case.kind) == ("withdrawn", "", "other")
    assert (CaseFile.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert Notice.objects.count() == before
    assert steps(case) == ["recommended", "declined"]


def test_only_the_officer_answers_and_only_once(officer, union, branch_secretary):
    case = make_recommended(officer, union, by=branch_secretary)
    with pytest.raises(Conflict):
        act(services.decline_help, case, by=union)
    act(services.decline_help, case, by=officer.user)
    with pytest.raises(Conflict):
        act(services.consent_to_help, case, by=officer.user, turned_to=union.pk)


def test_one_recommends_only_those_one_looks_after(
    officer, court, civil, other_branch, union, branch_secretary
):
    elsewhere = make_officer(
        court=court,
        department=civil,
        branch=other_branch,
        name="李他处",
        user=make_user("elsewhere", court=court),
    )
    without = make_officer(court=court, department=civil, branch=officer.branch, name="王无号")
    own = make_officer(
        court=court, department=civil, branch=officer.branch, name="书记", user=branch_secretary
    )

    for one in (elsewhere, without, own):
        with pytest.raises(CannotHelp, match="among those you look after"):
            make_recommended(one, union, by=branch_secretary)
    assert HardshipCase.objects.count() == 0


# -- verifying ----------------------------------------------------------------------------------


def test_the_verifier_is_let_in_and_leaves_with_the_finding(officer, union, party_affairs):
    case = make_verifying(officer, union, party_affairs)
    assert members(case) == [("union", "coordinator"), ("cadre", "verifier")]
    assert (told("help_to_verify"), told("help_member_added")) == (["cadre"], ["officer"])

    verify(case)
    case.refresh_from_db()

    assert (case.state, case.verification, case.verified_on) == ("verified", FOUND, TODAY)
    assert members(case) == [("union", "coordinator")]
    assert told("help_verified") == ["officer", "union"]
    assert not HardshipCase.objects.visible_to(party_affairs).exists()


def test_what_was_not_verified_can_be_verified_again(officer, union, party_affairs):
    case = verify(make_verifying(officer, union, party_affairs), is_true=False)
    assert (case.state, told("help_not_verified")) == ("not_verified", ["officer", "union"])

    case = act(services.name_verifier, case, by=union, user_id=party_affairs.pk)
    assert verify(case).state == "verified"


def test_nobody_verifies_the_own_hardship(court, civil, union, party_affairs):
    own = make_officer(court=court, department=civil, name="党务", user=party_affairs)
    case = make_case(own, union)

    with pytest.raises(CannotHelp, match="neither the officer"):
        act(services.name_verifier, case, by=union, user_id=party_affairs.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        HardshipCase.objects.filter(pk=case.pk).update(verifier=party_affairs)


def test_who_recommended_does_not_verify(officer, union, branch_secretary):
    case = make_recommended(officer, union, by=branch_secretary)
    case = act(services.consent_to_help, case, by=officer.user, turned_to=union.pk)

    with pytest.raises(CannotHelp, match="the one who recommended"):
        act(services.name_verifier, case, by=union, user_id=branch_secretary.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        HardshipCase.objects.filter(pk=case.pk).update(verifier=branch_secretary)


def test_a_verifier_looks_after_the_officer(officer, union, head, president, outsider_political):
    case = make_case(officer, union)

    for other in (head, president, outsider_political):
        with pytest.raises(CannotHelp, match="Choose a verifier"):
            act(services.name_verifier, case, by=union, user_id=other.pk)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"words": " "}, "what was found"),
        ({"day": TODAY + timedelta(days=1)}, "future"),
        ({"day": TODAY - timedelta(days=1)}, "can't have been verified before"),
    ],
)
def test_a_finding_has_words_and_a_day_since_the_opening(
    officer, union, party_affairs, facts, refusal
):
    case = make_verifying(officer, union, party_affairs)

    with pytest.raises(CannotHelp, match=refusal):
        verify(case, **facts)
    case.refresh_from_db()
    assert case.state == "verifying"


def test_another_verifier_takes_the_place_of_the_first(
    officer, union, party_affairs, branch_secretary
):
    case = make_verifying(officer, union, party_affairs)
    act(services.name_verifier, case, by=union, user_id=branch_secretary.pk)

    assert members(case) == [("union", "coordinator"), ("branch.secretary", "verifier")]
    with pytest.raises(Conflict):
        verify(case)


# -- members ------------------------------------------------------------------------------------


def test_only_the_coordinator_lets_helpers_in_and_the_officer_is_told(
    officer, union, head, party_affairs
):
    case = make_case(officer, union)
    for other in (officer.user, party_affairs, head):
        with pytest.raises(Conflict):
            act(services.add_helper, case, by=other, user_id=head.pk)
    act(services.add_helper, case, by=union, user_id=head.pk)

    assert members(case) == [("union", "coordinator"), ("head", "helper")]
    assert (told("help_member_named"), told("help_member_added")) == (["head"], ["officer"])
    assert HardshipCase.objects.visible_to(head).get() == case


def test_helpers_have_an_office_in_the_court(officer, court, civil, union, outsider_political):
    case = make_case(officer, union)
    plain = make_user("plain", court=court)
    make_officer(court=court, department=civil, name="同事", user=plain)

    for other in (plain, outsider_political, officer.user):
        with pytest.raises(CannotHelp, match="an office in the court"):
            act(services.add_helper, case, by=union, user_id=other.pk)


def test_a_helper_is_let_out_and_sees_it_no_more(officer, union, head):
    case = make_case(officer, union)
    member = act(services.add_helper, case, by=union, user_id=head.pk)
    services.end_member(member_id=member.pk, by=union, at=timezone.now())

    assert not HardshipCase.objects.visible_to(head).exists()
    assert told("help_member_ended") == ["head"]
    assert Notice.objects.get(kind="help_member_ended").url == ""
    with pytest.raises(Conflict, match="ended already"):
        services.end_member(member_id=member.pk, by=union, at=timezone.now())


def test_the_officer_asks_that_a_member_leave(officer, union, head):
    case = make_case(officer, union)
    member = act(services.add_helper, case, by=union, user_id=head.pk)
    services.ask_removal(member_id=member.pk, by=officer.user, at=timezone.now())

    assert told("help_removal_asked") == ["union"]
    assert HardshipCase.objects.visible_to(head).exists()
    with pytest.raises(Conflict, match="asked already"):
        services.ask_removal(member_id=member.pk, by=officer.user, at=timezone.now())
    with pytest.raises(Conflict):
        services.ask_removal(member_id=member.pk, by=head, at=timezone.now())


def test_a_needed_member_is_not_simply_let_out(officer, union, party_affairs, president):
    case = make_verifying(officer, union, party_affairs)
    coordinator, verifier = case.members.order_by("pk")
    for member, refusal in ((coordinator, "hand it over"), (verifier, "another verifier")):
        with pytest.raises(CannotHelp, match=refusal):
            services.end_member(member_id=member.pk, by=union, at=timezone.now())
    verify(case)
    propose(case, president, by=union)
    approver = case.members.get(part="approver")

    with pytest.raises(CannotHelp, match="decision of this member"):
        services.end_member(member_id=approver.pk, by=union, at=timezone.now())


@pytest.mark.parametrize("by_officer", [True, False], ids=["officer", "coordinator"])
def test_a_case_gets_another_coordinator(officer, union, party_affairs, by_officer):
    case = make_case(officer, union)
    by = officer.user if by_officer else union
    act(services.hand_over, case, by=by, user_id=party_affairs.pk)

    assert members(case) == [("cadre", "coordinator")]
    assert not HardshipCase.objects.visible_to(union).exists()
    assert told("help_handed_over") == ["cadre"]
    assert told("help_member_ended") == (["union"] if by_officer else [])
    assert told("help_coordinator_changed") == ([] if by_officer else ["officer"])


def test_a_case_is_handed_over_to_a_handler_only(officer, union, head):
    case = make_case(officer, union)

    for other in (head, officer.user):
        with pytest.raises(CannotHelp, match="who handles hardship"):
            act(services.hand_over, case, by=union, user_id=other.pk)
    with pytest.raises(CannotHelp, match="already"):
        act(services.hand_over, case, by=union, user_id=union.pk)


def end_role(user):
    Grant.objects.filter(user=user).update(ends_on=TODAY)
    return type(user).objects.get(pk=user.pk)


def test_with_the_role_the_case_goes_out_of_sight(officer, union):
    make_case(officer, union)

    assert not HardshipCase.objects.visible_to(end_role(union)).exists()


def test_a_case_nobody_handles_is_placed_without_being_seen(
    officer, union, party_affairs, president
):
    case = make_case(officer, union)
    with pytest.raises(Conflict, match="Somebody handles"):
        act(services.place_orphan, case, by=president, user_id=party_affairs.pk)
    end_role(union)
    act(services.place_orphan, case, by=president, user_id=party_affairs.pk)

    assert members(case) == [("cadre", "coordinator")]
    assert told("help_coordinator_changed") == ["officer"]
    assert not HardshipCase.objects.visible_to(president).exists()


def test_a_president_does_not_place_the_own_case(court, civil, union, party_affairs, president):
    own = make_officer(court=court, department=civil, name="院长", user=president)
    case = make_case(own, union)
    end_role(union)

    with pytest.raises(Conflict):
        act(services.place_orphan, case, by=president, user_id=party_affairs.pk)


# -- visits, papers -----------------------------------------------------------------------------


def test_a_visit_is_noted_and_the_officer_told(officer, union):
    case = make_case(officer, union)
    visit = act(services.record_visit, case, by=union, day=TODAY, notes=VISITED)

    assert (visit.notes, visit.by) == (VISITED, union)
    assert told("help_visited") == ["officer"]
    assert steps(case) == ["applied", "visited"]


@pytest.mark.parametrize(
    ("day", "notes", "refusal"),
    [
        (TODAY - timedelta(days=1), VISITED, "can't lie before"),
        (TODAY + timedelta(days=1), VISITED, "future"),
        (TODAY, " ", "what the visit was about"),
    ],
)
def test_a_visit_lies_between_opening_and_today(officer, union, day, notes, refusal):
    case = make_case(officer, union)

    with pytest.raises(CannotHelp, match=refusal):
        act(services.record_visit, case, by=union, day=day, notes=notes)
    assert not case.visits.exists()


def test_papers_are_added_and_removed_by_who_added_them(officer, union):
    case = make_case(officer, union)
    act(services.attach_papers, case, by=officer.user, files=[paper()])
    one = case.files.get()

    with pytest.raises(CannotHelp, match="added yourself"):
        services.remove_paper(paper_id=one.pk, by=union)
    services.remove_paper(paper_id=one.pk, by=officer.user)

    assert (CaseFile.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert told("help_attached") == ["union"]


def test_a_case_holds_twenty_papers(officer, union):
    case = make_case(officer, union)

    with pytest.raises(CannotHelp, match="at most 20"):
        act(services.attach_papers, case, by=union, files=[paper()] * 21)
    assert StoredFile.objects.count() == 0


# -- the end ------------------------------------------------------------------------------------


def test_the_officers_word_closes_the_case(officer, union, party_affairs, president):
    case = make_helped(officer, union, party_affairs, president)
    assert (case.closing, case.word_asked_on) == (CLOSING, TODAY)
    act(services.close_case, case, by=officer.user, rating=4, words=WORD)
    case.refresh_from_db()

    assert (case.state, case.rating, case.rating_words) == ("closed", 4, WORD)
    assert members(case) == [("union", "coordinator")]
    assert (told("help_word_asked"), told("help_closed")) == (["officer"], ["union"])


def test_a_rating_is_from_one_to_five(officer, union, party_affairs):
    case = make_verified(officer, union, party_affairs)

    for rating in (0, 6):
        with pytest.raises(CannotHelp, match="1 to 5"):
            act(services.close_case, case, by=officer.user, rating=rating, words="")


def test_nothing_is_closed_or_followed_with_an_open_measure(
    officer, union, party_affairs, president
):
    case = make_verified(officer, union, party_affairs)
    propose(case, president, by=union)

    for service, by, facts in (
        (services.close_case, officer.user, {"rating": 5, "words": ""}),
        (services.follow_case, union, {}),
        (services.ask_word, union, {"words": CLOSING}),
        (services.close_silently, union, {}),
    ):
        with pytest.raises(CannotHelp, match="still open"):
            act(service, case, by=by, **facts)


def test_nobody_but_the_officer_gives_the_word(officer, union, party_affairs):
    case = make_verified(officer, union, party_affairs)

    with pytest.raises(Conflict):
        act(services.close_case, case, by=union, rating=5, words="")


def test_the_officer_can_keep_it_open(officer, union, party_affairs):
    case = make_verified(officer, union, party_affairs)
    with pytest.raises(CannotHelp, match="Nobody has asked"):
        act(services.keep_open, case, by=officer.user)
    act(services.ask_word, case, by=union, words=CLOSING)
    with pytest.raises(CannotHelp, match="asked already"):
        act(services.ask_word, case, by=union, words=CLOSING)
    act(services.keep_open, case, by=officer.user)
    case.refresh_from_db()

    assert (case.word_asked_on, told("help_kept_open")) == (None, ["union"])


def test_without_an_answer_it_is_closed_after_all_reminders(
    officer, union, party_affairs, time_machine
):
    case = make_verified(officer, union, party_affairs)
    act(services.ask_word, case, by=union, words=CLOSING)
    for day, number in (("11-30", 1), ("12-07", 2), ("12-14", 3)):
        time_machine.move_to(f"2026-{day}T10:00:00+08:00", tick=False)
        with pytest.raises(CannotHelp, match="Ask the officer first"):
            act(services.close_silently, case, by=union)
        services.remind_cases(on=timezone.localdate())
        case.refresh_from_db()
        assert case.word_reminders == number
    time_machine.move_to("2026-12-21T10:00:00+08:00", tick=False)
    act(services.close_silently, case, by=union)
    case.refresh_from_db()

    assert (case.state, case.rating) == ("closed", None)
    assert told("help_word_reminded") == ["officer"] * 3
    assert told("help_closed_silently") == ["officer"]


def test_a_verified_case_is_followed_again_once_reopened(officer, union, party_affairs, president):
    case = make_helped(officer, union, party_affairs, president)
    act(services.close_case, case, by=officer.user, rating=2, words=WORD)
    act(services.reopen_case, case, by=officer.user)
    case.refresh_from_db()

    assert (case.state, case.rating, case.rating_words, case.ended_at) == (
        "following",
        None,
        "",
        None,
    )
    assert told("help_reopened") == ["union"]


def test_what_was_not_verified_begins_anew_once_reopened(
    officer, union, party_affairs, time_machine
):
    case = verify(make_verifying(officer, union, party_affairs), is_true=False)
    act(services.close_case, case, by=officer.user, rating=1, words="")
    time_machine.move_to("2026-12-01T10:00:00+08:00", tick=False)
    act(services.reopen_case, case, by=union)
    case.refresh_from_db()

    assert (case.state, case.verify_due_on) == ("applied", date(2026, 12, 15))
    assert timezone.localdate(case.opened_at) == TODAY


def test_nothing_is_reopened_without_a_handler(officer, union, party_affairs):
    case = make_verified(officer, union, party_affairs)
    act(services.close_case, case, by=officer.user, rating=5, words="")
    end_role(union)

    with pytest.raises(CannotHelp, match="apply anew"):
        act(services.reopen_case, case, by=officer.user)


def test_withdrawing_lets_everybody_out_and_frees_the_money(
    officer, court, union, party_affairs, president
):
    case = make_verified(officer, union, party_affairs)
    source = make_source(court)
    decide(propose_aid(case, president, source, by=union))
    flexible = propose_flexible(
        case, president, TODAY - timedelta(days=3), TODAY + timedelta(days=30), by=union
    )
    decide(flexible)
    act(services.withdraw_case, case, by=officer.user)
    case.refresh_from_db()
    flexible.refresh_from_db()

    assert (case.state, members(case)) == ("withdrawn", [])
    assert set(case.measures.values_list("state", flat=True)) == {"cancelled"}
    assert BudgetSource.objects.get().used == 0
    assert flexible.arrangement.last_day == TODAY
    assert told("help_withdrawn") == ["president", "union"]
    for person in (union, president):
        assert not HardshipCase.objects.visible_to(person).exists()


def test_a_withdrawn_case_is_not_touched_any_more(officer, union, party_affairs):
    case = make_case(officer, union)
    act(services.withdraw_case, case, by=officer.user)

    for service, by, facts in (
        (services.name_verifier, union, {"user_id": party_affairs.pk}),
        (services.record_visit, union, {"day": TODAY, "notes": VISITED}),
        (services.attach_papers, officer.user, {"files": [paper()]}),
        (services.reopen_case, officer.user, {}),
        (services.withdraw_case, officer.user, {}),
        (services.hand_over, officer.user, {"user_id": party_affairs.pk}),
    ):
        with pytest.raises(Conflict):
            act(service, case, by=by, **facts)
    assert steps(case) == ["applied", "withdrawn"]


def test_a_membership_is_once_in_a_part_and_never_runs_backwards(officer, union, head):
    case = make_case(officer, union)
    facts = {"case": case, "user": head, "added_by": union, "since": TODAY}
    for wrong in ({"part": "coordinator"}, {"part": "helper", "until": TODAY - timedelta(days=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseMember.objects.create(**facts | wrong)


def test_every_step_is_in_the_log_without_content(officer, union, party_affairs, president):
    case = make_helped(officer, union, party_affairs, president)
    act(services.close_case, case, by=officer.user, rating=5, words=WORD)

    assert logged() == [
        "hardship.applied",
        "hardship.begun",
        "hardship.verified",
        "hardship.proposed",
        "hardship.decided",
        "hardship.carried_out",
        "hardship.visited",
        "hardship.word_asked",
        "hardship.closed",
    ]
    kept = {name for entry in Entry.objects.all() for name in entry.detail}
    assert kept == {"state", "measure", "kind", "day"}


def test_roles_of_the_tests_are_those_of_the_product(union, party_affairs, president):
    roles = {grant.role for one in (union, party_affairs, president) for grant in one.grants.all()}

    assert roles == {Role.UNION, Role.PARTY_AFFAIRS, Role.PRESIDENT}


def test_carrying_out_needs_the_approval(officer, union, party_affairs, president):
    case = make_verified(officer, union, party_affairs)
    measure = propose(case, president, by=union)

    with pytest.raises(Conflict):
        carry_out(measure, by=union)
