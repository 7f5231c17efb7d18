"""Letting people into a case and out of it, and handing it over."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from retention.models import CaseMember, HardshipCase
from retention.rules.hardship import OFFICER
from retention.selectors.hardship import (
    coordinators_for,
    helpers_for,
    orphans_seen_by,
    parts_of,
)
from retention.services.hardship.steps import (
    CannotHelp,
    Event,
    Part,
    add_event,
    let_in,
    let_out,
    lock_case,
    member_in,
    open_for,
    tell,
)


@transaction.atomic
def add_helper(*, case_id: int, user_id: int, by: User, at: datetime) -> CaseMember:
    """The coordinator lets somebody in who helps. Helper and officer are told.

    A helper sees measures and visits, not the story or its verification. Refuses the officer,
    people without an office in the court, and who is a helper already.
    """
    case = open_for(case_id, "manage_members", by=by)
    helper = helpers_for(case, on=timezone.localdate(at)).filter(pk=user_id).first()
    if helper is None:
        raise CannotHelp(_("Choose somebody with an office in the court who is not in it yet."))
    member = let_in(case, helper, Part.HELPER, by=by, at=at)
    event = add_event(case, Event.MEMBER_ADDED, by=by, at=at)
    tell([helper], "help_member_named", event, case)
    tell([case.officer.user], "help_member_added", event, case)
    record("hardship.member_added", by=by, on=case, court=case.court, part=member.part)
    return member


@transaction.atomic
def end_member(*, member_id: int, by: User, at: datetime) -> CaseMember:
    """The coordinator lets a member out, who can't open the case any more. Both are told.

    Refuses the coordinator, who hands over instead; a verifier who has still to verify; and an
    approver whose decision on a measure is awaited.
    """
    member = CaseMember.objects.select_related("user").get(pk=member_id)
    case = open_for(member.case_id, "manage_members", by=by)
    _refuse_ending(case, member)
    if not let_out(CaseMember.objects.filter(pk=member.pk), at=at):
        text = _("This membership has ended already. Nothing was changed.")
        raise Conflict(text, url=case.get_absolute_url())
    event = add_event(case, Event.MEMBER_ENDED, by=by, at=at)
    tell([member.user], "help_member_ended", event, case, has_way=False)
    tell([case.officer.user], "help_member_left", event, case)
    record("hardship.member_ended", by=by, on=case, court=case.court, part=member.part)
    return member


def _refuse_ending(case: HardshipCase, member: CaseMember) -> None:
    if member.part == Part.COORDINATOR:
        raise CannotHelp(_("A case needs a coordinator: hand it over instead."))
    if member.part == Part.VERIFIER and case.state == HardshipCase.State.VERIFYING:
        raise CannotHelp(_("The case is being verified: name another verifier instead."))
    asked = case.measures.filter(state="proposed", approver=member.user)
    if member.part == Part.APPROVER and asked.exists():
        raise CannotHelp(_("A decision of this member is awaited: cancel that measure first."))


@transaction.atomic
def ask_removal(*, member_id: int, by: User, at: datetime) -> CaseMember:
    """The officer asks that a member be let out; the coordinator is told, and decides.

    Refuses to ask twice. For another coordinator the officer turns to somebody else, which needs
    nobody's leave.
    """
    member = CaseMember.objects.get(pk=member_id)
    case = open_for(member.case_id, "object", by=by)
    if member.part == Part.COORDINATOR:
        raise CannotHelp(_("For another coordinator, turn to somebody else: you choose yourself."))
    here = CaseMember.objects.filter(pk=member.pk, until=None, removal_asked_at=None)
    if not here.update(removal_asked_at=at):
        text = _("This membership has ended, or you have asked already. Nothing was changed.")
        raise Conflict(text, url=case.get_absolute_url())
    event = add_event(case, Event.REMOVAL_ASKED, by=by, at=at)
    tell([member_in(case, Part.COORDINATOR)], "help_removal_asked", event, case)
    record("hardship.removal_asked", by=by, on=case, court=case.court, part=member.part)
    return member


@transaction.atomic
def hand_over(*, case_id: int, user_id: int, by: User, at: datetime) -> HardshipCase:
    """Another coordinator from now on: the coordinator hands over, or the officer turns to them.

    The one before is let out at once. The new one, the one before and the officer are told.
    Refuses the officer, and who does not handle hardship in the court.
    """
    case = lock_case(case_id)
    act = "turn_to" if OFFICER in parts_of(case, by) else "hand_over"
    return _handed_over(open_for(case_id, act, by=by), user_id, by=by, at=at)


@transaction.atomic
def place_orphan(*, case_id: int, user_id: int, by: User, at: datetime) -> HardshipCase:
    """Who approves help names a coordinator for a case that nobody handles, without seeing it.

    Refuses a case that somebody handles by now. The new coordinator and the officer are told.
    """
    case = lock_case(case_id)
    if not orphans_seen_by(by, on=timezone.localdate(at)).filter(pk=case.pk).exists():
        raise Conflict(_("Somebody handles this case by now. Nothing was changed."), url="/")
    return _handed_over(case, user_id, by=by, at=at)


def _handed_over(case: HardshipCase, user_id: int, *, by: User, at: datetime) -> HardshipCase:
    people = coordinators_for(case.officer, on=timezone.localdate(at))
    chosen = people.filter(pk=user_id).first()
    if chosen is None:
        raise CannotHelp(_("Choose somebody who handles hardship in your court."))
    before = member_in(case, Part.COORDINATOR)
    if before == chosen:
        raise CannotHelp(_("This person is the coordinator already: choose somebody else."))
    let_out(case.members.filter(part=Part.COORDINATOR), at=at)
    let_in(case, chosen, Part.COORDINATOR, by=by, at=at)
    event = add_event(case, Event.HANDED_OVER, by=by, at=at)
    tell([chosen], "help_handed_over", event, case)
    tell([before], "help_member_ended", event, case, has_way=False)
    tell([case.officer.user], "help_coordinator_changed", event, case)
    record("hardship.handed_over", by=by, on=case, court=case.court)
    return case
