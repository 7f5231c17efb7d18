"""What officers received, entered by hand, and decisions that something is not to be given.

After each the officer is computed anew in the same transaction, so that every page agrees.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.lib.xlsx import Fault, fault_text
from courtparty.notices.services import notify
from retention import received_wording  # noqa: F401  (the faults get their texts there)
from retention.models import Entitlement, Received, Waiver
from retention.rules.received import received_faults
from retention.services.entitlement_computing import OPEN, compute_officers

_NOT_OPEN = gettext_lazy("This is not open any more.")


class CannotEnterReceived(Exception):
    """It can't be entered or taken back like this. ``field`` names the input, where it is one."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def enter_received(
    *,
    officer_id: int,
    kind: str,
    variant: str,
    received_on: date,
    period: str,
    quantity: Decimal,
    document: str,
    by: User,
    on: date,
) -> Received:
    """Enter what an officer received. Refuses what no row of a workbook may say either.

    The officer is told, and what is due is computed anew.
    """
    officer = Officer.objects.select_related("court", "user").get(pk=officer_id)
    _refuse(kind, variant, received_on, period, quantity, officer, on)
    received = Received(
        officer=officer,
        kind=kind,
        variant=variant,
        received_on=received_on,
        period=period,
        quantity=quantity,
        document=document,
        entered_by=by,
        entered_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            received.save()
    except IntegrityError:
        text = _("This was entered already, for the same day and period.")
        raise CannotEnterReceived(text, "received_on") from None
    record("received.entered", by=by, on=received, court=officer.court, kind=kind)
    compute_officers(court=officer.court, officers=[officer.pk], on=on)
    _tell(officer, "received_entered", f"received:{received.pk}")
    return received


def _refuse(
    kind: str,
    variant: str,
    received_on: date,
    period: str,
    quantity: Decimal,
    officer: Officer,
    on: date,
) -> None:
    for fault in received_faults(kind, variant, received_on, period, quantity, on=on):
        text = fault_text(Fault("", 0, "", fault.code, fault.params))
        raise CannotEnterReceived(str(text), fault.field)
    since = officer.work_since
    if since is not None and received_on < since.first:
        text = _("Before the officer was in work (%(since)s).") % {"since": since}
        raise CannotEnterReceived(text, "received_on")


def _tell(officer: Officer, kind: str, key: str) -> None:
    if officer.user:
        notify(officer.user, kind=kind, key=key, url=reverse("retention:my_entitlements"))


def _page(officer_id: int) -> str:
    return reverse("retention:entitlement_officer", args=[officer_id])


@transaction.atomic
def void_received(*, received_id: int, reason: str, by: User, on: date, at: datetime) -> None:
    """Take an entry back as made by mistake: it stays on record, and what was due is due again.

    Refuses (409) one that was taken back already. The officer is told.
    """
    received = Received.objects.select_related("officer__court", "officer__user").get(
        pk=received_id
    )
    standing = Received.objects.standing().filter(pk=received_id)
    if standing.update(voided_at=at, voided_by=by) != 1:
        raise Conflict(_("This entry was taken back already."), url=_page(received.officer_id))
    received.voided_reason = reason
    received.save(update_fields=["voided_reason"])
    officer = received.officer
    record("received.voided", by=by, on=received, court=officer.court, kind=received.kind)
    compute_officers(court=officer.court, officers=[officer.pk], on=on)
    _tell(officer, "received_voided", f"received-voided:{received.pk}")


@transaction.atomic
def waive(
    *, entitlement_id: int, reason: str, document: str, by: User, on: date, at: datetime
) -> Waiver:
    """Record the decision that one entitlement is not to be given. Refuses what is not open (409).

    The officer is told, and reads the reason.
    """
    entitlement = Entitlement.objects.select_related("officer__court", "officer__user").get(
        pk=entitlement_id
    )
    if entitlement.state not in OPEN:
        raise Conflict(str(_NOT_OPEN), url=entitlement.get_absolute_url())
    officer = entitlement.officer
    waiver = Waiver(
        officer=officer,
        kind=entitlement.kind,
        period=entitlement.period,
        reason=reason,
        document=document,
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            waiver.save()
    except IntegrityError:
        raise Conflict(str(_NOT_OPEN), url=entitlement.get_absolute_url()) from None
    record("entitlement.waived", by=by, on=waiver, court=officer.court, kind=waiver.kind)
    compute_officers(court=officer.court, officers=[officer.pk], on=on)
    _tell(officer, "entitlement_waived", f"waiver:{waiver.pk}")
    return waiver


@transaction.atomic
def withdraw_waiver(*, waiver_id: int, by: User, on: date, at: datetime) -> None:
    """Take such a decision back; what was not to be given is due again. The officer is told."""
    waiver = Waiver.objects.select_related("officer__court", "officer__user").get(pk=waiver_id)
    standing = Waiver.objects.standing().filter(pk=waiver_id)
    if standing.update(withdrawn_at=at, withdrawn_by=by) != 1:
        raise Conflict(_("This decision was taken back already."), url=_page(waiver.officer_id))
    officer = waiver.officer
    record("entitlement.waiver_withdrawn", by=by, on=waiver, court=officer.court, kind=waiver.kind)
    compute_officers(court=officer.court, officers=[officer.pk], on=on)
    _tell(officer, "entitlement_due_again", f"waiver-withdrawn:{waiver.pk}")
