"""From a proposal to an award: every step, who is told, and what the database refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from cadres.models import Approval
from courtparty.accounts.models import Grant
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from retention.models import Achievement, Award, AwardProposal, ProposalStep
from retention.services import award_proposals as services
from retention.services.award_decisions import Document, record_reply
from retention.services.award_steps import CannotDecide, CannotPropose
from retention.services.awards import CannotKeepAward, enter_document, revoke_award
from tests.factories import make_officer, make_user
from tests.retention.awards_cast import (
    ANSWER,
    DAY,
    NOW,
    REASON,
    SECRETS,
    TODAY,
    decide,
    evidence,
    make_achievement,
    make_award,
    make_checked,
    make_limited_rung,
    make_proposal,
    make_rung,
)

pytestmark = pytest.mark.django_db
State = AwardProposal.State


@pytest.fixture(autouse=True)
def _refusals_in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def rung(court):
    return make_rung(court)


@pytest.fixture
def checked(officer, rung, head, political):
    return make_checked(officer, rung, by=head, checker=political)


@pytest.fixture
def award(officer, rung, head, political, president):
    return make_award(officer, rung, by=head, checker=political, decider=president)


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def verbs():
    found = Entry.objects.filter(verb__startswith="award.").order_by("pk")
    return list(found.values_list("verb", flat=True))


def actions(proposal):
    return list(proposal.steps.order_by("pk").values_list("action", flat=True))


# -- proposing ------------------------------------------------------------------------------------


def test_a_proposal_takes_up_achievements_with_the_earliest_limit(officer, rung, head, political):
    first = make_achievement(officer, by=head)
    second = make_achievement(officer, by=head, title="另一项", at=NOW + 7 * DAY)

    proposal = services.propose_award(
        officer_id=officer.pk,
        rung_id=rung.pk,
        achievement_ids=[first.pk, second.pk],
        reason=REASON,
        by=head,
        at=NOW + 8 * DAY,
    )

    assert (proposal.state, proposal.due_on) == (State.PROPOSED, first.due_on)
    assert set(proposal.achievements.values_list("state", flat=True)) == {"proposed"}
    assert told(political) == ["award_to_check"]
    assert (verbs(), actions(proposal)) == (["award.proposed"], ["propose"])


def test_nobody_proposes_an_award_for_oneself(officer, officer_user, rung):
    made = make_achievement(officer, by=officer_user)

    with pytest.raises(CannotPropose, match="for oneself"):
        make_proposal(officer, rung, by=officer_user, achievement=made)
    made.refresh_from_db()
    assert made.state == Achievement.State.ENTERED


def test_an_achievement_is_rewarded_once(officer, rung, head):
    made = make_proposal(officer, rung, by=head).achievements.get()

    with pytest.raises(Conflict):
        make_proposal(officer, rung, by=head, achievement=made)
    assert AwardProposal.objects.count() == 1


def test_another_officers_achievement_is_no_ground(officer, court, civil, rung, head):
    other = make_officer(court=court, department=civil, name="王小明")

    with pytest.raises(CannotPropose, match="of this officer"):
        make_proposal(officer, rung, by=head, achievement=make_achievement(other, by=head))


def test_a_rung_of_another_court_or_out_of_use_is_refused(officer, other_court, court, head):
    for rung in (make_rung(other_court), make_rung(court, is_active=False)):
        with pytest.raises(CannotPropose, match="this court's ladder"):
            make_proposal(officer, rung, by=head, title=f"第{rung.pk}项")


def test_the_same_award_waits_for_its_interval(officer, court, head, political, president):
    rung = make_rung(court, interval_months=12)
    make_award(officer, rung, by=head, checker=political, decider=president)

    with pytest.raises(CannotPropose, match="2027-06-01"):
        make_proposal(officer, rung, by=head, title="另一项")


# -- checking, returning, withdrawing -------------------------------------------------------------


def test_a_check_passes_it_on_to_the_president(officer, rung, head, political, president):
    proposal = make_checked(officer, rung, by=head, checker=political)

    assert (proposal.state, proposal.checked_by) == (State.CHECKED, political)
    assert told(president) == ["award_to_decide"]


def test_nobody_checks_for_oneself(court, civil, rung, head, political):
    own = make_officer(court=court, department=civil, name="李政工", user=political)
    proposal = make_proposal(own, rung, by=head)

    with pytest.raises(CannotDecide, match="checks a proposal for oneself"):
        services.check_proposal(proposal_id=proposal.pk, by=political, at=NOW)


def test_a_returned_proposal_is_put_right_by_its_maker(checked, court, head, political, president):
    higher = make_rung(court, name="记三等功", position=3)
    services.return_proposal(proposal_id=checked.pk, by=president, at=NOW, note=ANSWER)
    facts = {"proposal_id": checked.pk, "rung_id": higher.pk, "reason": "补充", "at": NOW}

    with pytest.raises(CannotPropose, match="Only whoever made"):
        services.resubmit_proposal(by=political, **facts)
    again = services.resubmit_proposal(by=head, **facts)

    assert (again.state, again.rung, again.reason, again.checked_by) == (
        State.PROPOSED,
        higher,
        "补充",
        None,
    )
    assert "award_returned" in told(head)
    assert actions(again) == ["propose", "check", "return", "resubmit"]


def test_a_return_needs_words(checked, president):
    with pytest.raises(CannotDecide, match="put right"):
        services.return_proposal(proposal_id=checked.pk, by=president, at=NOW, note="  ")


def test_a_withdrawn_proposal_frees_its_achievements(checked, head, political):
    with pytest.raises(CannotPropose):
        services.withdraw_proposal(proposal_id=checked.pk, by=political, at=NOW)
    withdrawn = services.withdraw_proposal(proposal_id=checked.pk, by=head, at=NOW)

    assert withdrawn.state == State.WITHDRAWN
    assert withdrawn.achievements.get().state == Achievement.State.ENTERED


def test_a_step_on_a_page_that_has_grown_old_is_refused(checked, political, head):
    first = checked.steps.order_by("pk")[0].pk

    with pytest.raises(Conflict):
        services.withdraw_proposal(proposal_id=checked.pk, by=head, at=NOW, seen=first)
    with pytest.raises(Conflict):
        services.check_proposal(proposal_id=checked.pk, by=political, at=NOW)


# -- deciding -------------------------------------------------------------------------------------


def test_a_grant_gives_the_award(checked, officer, officer_user, head, president, court):
    (proposal,) = decide(checked, by=president, document=Document("示法[2026]12号"))

    award = Award.objects.get(proposal=proposal)
    assert (award.officer, award.issuer, award.decided_on) == (officer, court.name, TODAY)
    assert (award.document_number, award.document_on) == ("示法〔2026〕12号", TODAY)
    assert award.days_taken == 5
    assert award.certificate_text.startswith(f"{officer.name}同志：")
    assert "办结重大涉众案件" in award.certificate_text
    assert proposal.achievements.get().state == Achievement.State.AWARDED
    assert (told(officer_user), told(head)) == (["award_granted"], ["award_given"])
    assert verbs() == ["award.proposed", "award.checked", "award.granted"]


def test_a_refusal_is_answered_to_the_officer(checked, officer_user, head, president):
    (proposal,) = decide(checked, by=president, granted=False)

    made = proposal.achievements.get()
    assert (proposal.state, made.state, made.answer) == (State.REFUSED, "declined", ANSWER)
    assert (told(officer_user), told(head)) == (["achievement_declined"], ["award_refused"])
    assert not Award.objects.exists()


def test_a_refusal_needs_its_reason(checked, president):
    with pytest.raises(CannotDecide, match="needs its reason"):
        decide(checked, by=president, granted=False, note=" ")
    checked.refresh_from_db()
    assert checked.state == State.CHECKED


def test_nobody_decides_about_an_award_of_their_own(court, civil, rung, head, political, president):
    own = make_officer(court=court, department=civil, name="周院长", user=president)
    proposal = make_checked(own, rung, by=head, checker=political)

    with pytest.raises(CannotDecide, match="of their own"):
        decide(proposal, by=president)
    assert not Award.objects.exists()


def test_the_database_refuses_an_own_decision_even_of_a_later_account(checked, officer, president):
    """The officer's account is written along with the decision."""
    decided = {"state": "granted", "decided_by": president, "decided_on": TODAY}

    with pytest.raises(IntegrityError, match="own|oneself"), transaction.atomic():
        AwardProposal.objects.filter(pk=checked.pk).update(subject=president, **decided)


@pytest.mark.parametrize("field", ["proposed_by", "checked_by"])
def test_the_database_refuses_a_decision_by_proposer_or_checker(checked, field):
    by = getattr(checked, field)
    decided = {"state": "granted", "decided_by": by, "decided_on": TODAY}

    with pytest.raises(IntegrityError, match="award_decider_is_not"), transaction.atomic():
        AwardProposal.objects.filter(pk=checked.pk).update(**decided)


def test_whoever_proposed_does_not_decide(officer, rung, court, political, head):
    Grant.objects.create(user=head, role=Role.PRESIDENT, unit=court, starts_on=date(2026, 1, 1))
    proposal = make_checked(officer, rung, by=head, checker=political)

    with pytest.raises(CannotDecide, match="proposed or checked"):
        decide(proposal, by=head)


@pytest.mark.parametrize(
    ("on", "text"), [(TODAY + DAY, "future"), (TODAY - DAY, "proposed on 2026-06-01")]
)
def test_a_decision_bears_a_day_that_can_be(checked, president, on, text):
    with pytest.raises(CannotDecide, match=text):
        decide(checked, by=president, on=on)


def test_it_is_decided_once(checked, president, court):
    other = make_user("vice", Role.PRESIDENT, court)
    decide(checked, by=president)

    with pytest.raises(Conflict):
        decide(checked, by=other)
    assert Award.objects.count() == 1


def test_what_is_not_checked_is_not_decided(officer, rung, head, president):
    with pytest.raises(Conflict):
        decide(make_proposal(officer, rung, by=head), by=president)


def test_more_than_the_quota_needs_a_document(officer, court, civil, head, political, president):
    rung = make_limited_rung(court, 1)
    make_award(officer, rung, by=head, checker=political, decider=president)
    other = make_officer(court=court, department=civil, name="王小明")
    proposal = make_checked(other, rung, by=head, checker=political)

    with pytest.raises(CannotDecide, match="all 1 places of 2026 are taken"):
        decide(proposal, by=president)
    assert not Approval.objects.exists()
    paper = {"number": "示党组〔2026〕3号", "issued_on": TODAY}
    (proposal,) = decide(proposal, by=president, over_quota=paper)

    assert proposal.over_quota.number == "示党组〔2026〕3号"
    assert Award.objects.count() == 2


def test_a_revoked_award_gives_its_place_back(officer, court, civil, head, political, president):
    rung = make_limited_rung(court, 1)
    award = make_award(officer, rung, by=head, checker=political, decider=president)
    revoke_award(award_id=award.pk, on=TODAY, number="撤1号", reason="有误", by=political, at=NOW)
    other = make_officer(court=court, department=civil, name="王小明")

    decide(make_checked(other, rung, by=head, checker=political), by=president)
    assert Award.objects.in_force().count() == 1


def test_a_meeting_decides_all_or_nothing(officer, court, civil, head, political, president):
    rung = make_limited_rung(court, 1)
    people = [make_officer(court=court, department=civil, name=name) for name in ("王一", "王二")]
    proposals = [make_checked(one, rung, by=head, checker=political) for one in people]

    with pytest.raises(CannotDecide, match="all 1 places"):
        decide(*proposals, by=president)

    assert set(AwardProposal.objects.values_list("state", flat=True)) == {State.CHECKED}
    assert not Award.objects.exists()
    assert not ProposalStep.objects.filter(action="grant").exists()
    assert "award.granted" not in verbs()


def test_log_and_notices_of_a_decision_hold_nothing_personal(checked, officer, president):
    decide(checked, by=president, granted=False)

    written = str(list(Entry.objects.values())) + str(list(Notice.objects.values()))
    assert not [word for word in (*SECRETS, officer.name) if word in written]


def test_reasons_and_notes_are_encrypted(checked, president):
    decide(checked, by=president, granted=False)

    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM retention_awardproposal")
        found = str(cursor.fetchall())
        cursor.execute("SELECT note FROM retention_proposalstep")
        found += str(cursor.fetchall())
    assert not [word for word in SECRETS if word in found]


# -- higher bodies --------------------------------------------------------------------------------


@pytest.fixture
def reported(officer, court, head, political, president):
    rung = make_rung(
        court, name="记三等功", position=3, level="higher", decided_by="示例县公务员局"
    )
    checked = make_checked(officer, rung, by=head, checker=political)
    (proposal,) = decide(checked, by=president)
    return proposal


def reply(proposal, *, by, on=TODAY + DAY, number="示公〔2026〕8号", **changed):
    facts = {"is_granted": True, "note": "", "at": NOW + 2 * DAY, "document": Document(number)}
    return record_reply(proposal_id=proposal.pk, by=by, on=on, **facts | changed)


def test_a_yes_to_a_higher_award_reports_it(reported, political):
    assert reported.state == State.REPORTED
    assert not Award.objects.exists()
    assert told(political) == ["award_to_check", "award_reported"]


def test_the_reply_gives_the_award_of_the_higher_body(reported, political, officer_user):
    reply(reported, by=political)

    award = Award.objects.get()
    assert (award.issuer, award.document_number) == ("示例县公务员局", "示公〔2026〕8号")
    assert (award.decided_on, award.document_on) == (TODAY + DAY, TODAY + DAY)
    assert told(officer_user) == ["award_granted"]


def test_a_refusing_reply_is_answered(reported, political):
    with pytest.raises(CannotDecide, match="needs its reason"):
        reply(reported, by=political, is_granted=False)
    refused = reply(reported, by=political, is_granted=False, note=ANSWER)

    assert refused.state == State.REFUSED
    assert refused.achievements.get().answer == ANSWER


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"number": " "}, "number of the document"),
        ({"on": TODAY - DAY}, "between the report"),
        ({"on": TODAY + 9 * DAY}, "between the report"),
    ],
)
def test_a_reply_that_can_not_be_is_refused(reported, political, changed, text):
    with pytest.raises(CannotDecide, match=text):
        reply(reported, by=political, **changed)


def test_what_is_reported_takes_a_place(reported, court, civil, head, political, president):
    rung = reported.rung
    rung.quota_kind, rung.quota_value = "number", 1
    rung.save()
    other = make_officer(court=court, department=civil, name="王小明")

    with pytest.raises(CannotDecide, match="all 1 places"):
        decide(make_checked(other, rung, by=head, checker=political), by=president)


# -- afterwards -----------------------------------------------------------------------------------


def test_the_document_is_entered_once(award, political, officer_user):
    facts = {"award_ids": [award.pk], "issued_on": TODAY, "by": political, "at": NOW}
    enter_document(number="示法(2026)12号", file=evidence(), **facts)

    award.refresh_from_db()
    assert award.document_number == "示法〔2026〕12号"
    assert told(officer_user) == ["award_granted", "award_certificate"]
    with pytest.raises(Conflict):
        enter_document(number="示法〔2026〕13号", **facts)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"number": "  "}, "number of the document"),
        ({"issued_on": TODAY + DAY}, "future"),
        ({"issued_on": TODAY - DAY}, "older than the decision"),
    ],
)
def test_a_document_that_can_not_be_is_refused(award, political, changed, text):
    facts = {"number": "示法1号", "issued_on": TODAY, "by": political, "at": NOW}
    with pytest.raises(CannotKeepAward, match=text):
        enter_document(award_ids=[award.pk], **facts | changed)


def test_an_award_is_revoked_once_and_stays_on_record(award, political, officer_user):
    facts = {"award_id": award.pk, "number": "撤1号", "by": political, "at": NOW}
    with pytest.raises(CannotKeepAward, match="document and its reason"):
        revoke_award(on=TODAY, reason=" ", **facts)
    with pytest.raises(CannotKeepAward, match="between the award"):
        revoke_award(on=TODAY - DAY, reason="有误", **facts)
    revoke_award(on=TODAY, reason="有误", **facts)

    award.refresh_from_db()
    assert (award.revoked_on, award.revoked_number, award.revoked_reason) == (
        TODAY,
        "撤1号",
        "有误",
    )
    assert told(officer_user)[-1] == "award_revoked"
    with pytest.raises(Conflict):
        revoke_award(on=TODAY, reason="再来", **facts)


def test_nobody_changes_an_award_of_their_own(court, civil, rung, head, political, president):
    own = make_officer(court=court, department=civil, name="李政工", user=political)
    other = make_user("political2", Role.POLITICAL, court)
    award = make_award(own, rung, by=head, checker=other, decider=president)

    with pytest.raises(CannotKeepAward, match="of their own"):
        revoke_award(award_id=award.pk, on=TODAY, number="撤1号", reason="x", by=political, at=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"decided_on": TODAY - DAY},
        {"officer_name": "别人"},
        {"certificate_text": "别的"},
        {"days_taken": 1},
    ],
)
def test_the_database_keeps_an_award_as_it_was_given(award, changed):
    with pytest.raises(IntegrityError, match="retention_award_fixed"), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(**changed)


def test_the_database_keeps_a_document_and_a_revocation(award, political):
    paper = {"document_number": "一号", "document_on": TODAY}
    Award.objects.filter(pk=award.pk).update(**paper)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(document_number="二号")
    revoke_award(award_id=award.pk, on=TODAY, number="撤1号", reason="x", by=political, at=NOW)

    free = {"revoked_on": None, "revoked_by": None, "revoked_number": ""}
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(**free)


def test_the_database_deletes_no_award(award):
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).delete()


def test_a_new_key_may_write_the_reason_of_a_revocation_again(award, political):
    revoke_award(award_id=award.pk, on=TODAY, number="撤1号", reason="x", by=political, at=NOW)
    award = Award.objects.get(pk=award.pk)

    award.revoked_reason = award.revoked_reason
    award.save(update_fields=["revoked_reason"])
