"""Setting and ending allowance standards: what a kind of post is paid, and on what basis."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import AllowanceStandard, Approval, Post
from cadres.services.allowance_marks import mark_runs_stale
from cadres.services.approvals import CannotEnter, enter_approval
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record

LARGEST = Decimal("9999999.99")


class CannotSet(Exception):
    """The standard can't be set or ended like this. Its text is for the user."""


@transaction.atomic
def set_standard(
    *,
    court: Unit,
    kind: str,
    amount: Decimal,
    start: date,
    several: str,
    approval: dict[str, Any] | None,
    by: User,
    pays_acting: bool = True,
    pays_seconded_in: bool = False,
    pays_seconded_out: bool = True,
    end: date | None = None,
    note: str = "",
) -> AllowanceStandard:
    """Pay a kind of post ``amount`` a month from ``start`` on, on the basis of a document.

    A standard without an end that is in force by then ends on that day. Runs under way from that
    month on have to be computed again; settled months are put right by the next run.

    Refuses one without a document or without its file, an amount that is not above nothing or
    not in cents, and a period in which another standard of the court pays the kind already.
    """
    _refuse_amount(amount)
    if end and end <= start:
        raise CannotSet(_("The standard would end before it begins."))
    _lock(court)
    basis = _basis(court, approval, by)
    _end_predecessor(court, kind, start, by)
    now = timezone.now()
    standard = AllowanceStandard(
        court=court,
        kind=Post.Kind(kind),
        amount=amount,
        start=start,
        end=end,
        several=AllowanceStandard.Several(several),
        pays_acting=pays_acting,
        pays_seconded_in=pays_seconded_in,
        pays_seconded_out=pays_seconded_out,
        approval=basis,
        note=note.strip(),
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    _save(standard)
    record("standard.set", by=by, on=standard, court=court, kind=standard.kind, document=basis.pk)
    mark_runs_stale(court=court, since=start)
    return standard


@transaction.atomic
def end_standard(*, standard_id: int, end: date, by: User) -> AllowanceStandard:
    """Pay no more under the standard from ``end`` on, its first day no longer in force.

    An end that is set already can be moved to an earlier day. Runs under way from the first month
    concerned have to be computed again; settled months are put right by the next run.

    Refuses an end before the standard begins, the end it has, and a later one: to be paid longer
    needs a document, which is a standard of its own.
    """
    standard = AllowanceStandard.objects.select_related("court").get(pk=standard_id)
    _lock(standard.court)
    standard.refresh_from_db(fields=["end", "is_void"])
    if standard.is_void:
        raise CannotSet(_("This standard has been taken back."))
    if end <= standard.start:
        raise CannotSet(_("The standard would end before it begins."))
    if end == standard.end:
        raise CannotSet(_("The standard ends on that day already."))
    if standard.end and end > standard.end:
        text = _("It ends earlier. To pay longer, set a standard with the document that allows it.")
        raise CannotSet(text)
    _end(standard, end, by)
    return standard


@transaction.atomic
def take_back_standard(*, standard_id: int, reason: str, by: User) -> AllowanceStandard:
    """Take back a standard that was entered by mistake: as if it had never been.

    What runs settled under it stays paid, and the next run recovers it; runs under way have to be
    computed again. A predecessor that it had ended stays ended. Refuses without a reason, and one
    taken back already.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise CannotSet(_("Say what was wrong: it stays on record."))
    standard = AllowanceStandard.objects.select_related("court").get(pk=standard_id)
    _lock(standard.court)
    note = f"{standard.note}; {reason}" if standard.note else reason
    standing = AllowanceStandard.objects.standing().filter(pk=standard_id)
    taken_back = standing.update(is_void=True, note=note[:200], changed_at=timezone.now())
    if not taken_back:
        raise CannotSet(_("This standard has been taken back."))
    standard.refresh_from_db()
    record(
        "standard.taken_back",
        by=by, on=standard, court=standard.court, kind=standard.kind,
    )  # fmt: skip
    mark_runs_stale(court=standard.court, since=standard.start)
    return standard


def _lock(court: Unit) -> None:
    """Standards of a court are set one after the other, so that a predecessor is seen."""
    Unit.objects.select_for_update(no_key=True).get(pk=court.pk)


def _refuse_amount(amount: Decimal) -> None:
    if amount <= 0:
        raise CannotSet(_("The amount must be above zero."))
    if amount * 100 % 1 or amount > LARGEST:
        raise CannotSet(_("Write the amount in yuan with two decimals at most."))


def _basis(court: Unit, approval: dict[str, Any] | None, by: User) -> Approval:
    """Civil Servants Law, article 84: no unit sets its own, so the approval has to be on file."""
    if not approval or not approval.get("number", "").strip():
        raise CannotSet(
            _("A standard needs an approval basis: no unit sets allowances of its own.")
        )
    try:
        basis = enter_approval(court=court, by=by, **approval)
    except CannotEnter as refusal:
        raise CannotSet(str(refusal)) from None
    if basis.file_id is None:
        text = _("Attach the document %(number)s: it is not on record with its file.")
        raise CannotSet(text % {"number": basis.number})
    return basis


def _end_predecessor(court: Unit, kind: str, start: date, by: User) -> None:
    """End the standard without an end that is in force when another takes its place."""
    open_ended = AllowanceStandard.objects.standing().filter(court=court, kind=kind, end=None)
    predecessor = open_ended.filter(start__lt=start).select_related("court").first()
    if predecessor:
        _end(predecessor, start, by)


def _end(standard: AllowanceStandard, end: date, by: User) -> None:
    first_concerned = min(end, standard.end) if standard.end else end
    standard.end = end
    standard.changed_at = timezone.now()
    _save(standard)
    record(
        "standard.ended",
        by=by, on=standard, court=standard.court, kind=standard.kind, end=end.isoformat(),
    )  # fmt: skip
    mark_runs_stale(court=standard.court, since=first_concerned)


def _save(standard: AllowanceStandard) -> None:
    try:
        with transaction.atomic():
            standard.save()
    except IntegrityError:
        text = _("Another standard for “%(kind)s” is in force in that time.")
        raise CannotSet(text % {"kind": standard.get_kind_display()}) from None
