"""Officers ask for a result to be put right; the steward corrects it or says why not."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify, notify_many
from retention.models import CheckUpResult, HealthCorrection
from retention.models.checkups import KEEP
from retention.services.health_reading import file_of


class CannotAsk(Exception):
    """The correction can't be asked for like this. Its text is for the user."""


class CannotDecide(Exception):
    """The request can't be decided like this. Its text is for the user."""


@transaction.atomic
def ask_correction(
    *, result_id: int, proposed: str, reason: str, by: User, at: datetime
) -> HealthCorrection:
    """Ask that a result of one's own be put right; the health stewards are told.

    Refuses another's result, a request that says nothing, and a second one while the first is
    open. Accepting it is correcting the result: ``correct_result``.
    """
    results = CheckUpResult.objects.select_related("checkup__officer__court")
    result = results.get(pk=result_id)
    officer = result.checkup.officer
    if officer.user_id != by.pk:
        raise CannotAsk(_("Only results of your own can be corrected here."))
    if not proposed.strip():
        raise CannotAsk(_("Write what the result should say."))
    try:
        with transaction.atomic():
            correction = HealthCorrection.objects.create(
                health_file=file_of(officer.pk),
                result=result,
                proposed=proposed.strip(),
                reason=reason.strip(),
                asked_at=at,
            )
    except IntegrityError:
        text = _("You have asked for a correction of this result already; it is not decided yet.")
        raise CannotAsk(text) from None
    record("health_correction.asked", by=by, on=correction, court=officer.court)
    people = holders_of(KEEP, officer.court, on=timezone.localdate(at)).exclude(pk=by.pk)
    notify_many(
        [(person, f"health-correction:{correction.pk}:{person.pk}") for person in people],
        kind="health_correction_asked",
        url=reverse("retention:health_file", args=[officer.pk]),
    )
    return correction


@transaction.atomic
def decline_correction(
    *, correction_id: int, answer: str, by: User, at: datetime
) -> HealthCorrection:
    """Leave the result as it is and tell the officer why.

    Refuses to do so without an answer, and the own request.
    """
    if not answer.strip():
        raise CannotDecide(_("Say why the request is declined: the officer reads it."))
    correction = _move(correction_id, HealthCorrection.State.DECLINED, by=by, at=at)
    officer = correction.health_file.officer
    if officer.user_id == by.pk:
        raise CannotDecide(_("Nobody decides a request of their own."))
    correction.answer = answer.strip()
    correction.save(update_fields=["answer"])
    record("health_correction.declined", by=by, on=correction, court=officer.court)
    if officer.user:
        notify(
            officer.user,
            kind="health_correction_decided",
            key=f"health-correction:{correction.pk}",
            url=reverse("retention:my_health"),
        )
    return correction


@transaction.atomic
def withdraw_correction(*, correction_id: int, by: User, at: datetime) -> HealthCorrection:
    """Take an own request back before it is decided. Nobody is told."""
    correction = _move(correction_id, HealthCorrection.State.WITHDRAWN, by=by, at=at)
    officer = correction.health_file.officer
    if officer.user_id != by.pk:
        raise CannotDecide(_("Only who asked can take the request back."))
    record("health_correction.withdrawn", by=by, on=correction, court=officer.court)
    return correction


def _move(correction_id: int, state: str, *, by: User, at: datetime) -> HealthCorrection:
    """Compare-and-set, so that of two decisions at the same time one is refused."""
    waiting = HealthCorrection.objects.awaiting().filter(pk=correction_id)
    moved = waiting.update(state=state, decided_at=at, decided_by=by)
    correction = HealthCorrection.objects.select_related(
        "health_file__officer__court", "health_file__officer__user"
    ).get(pk=correction_id)
    if moved != 1:
        officer = correction.health_file.officer
        is_own = officer.user_id == by.pk
        text = _("This request is “%(state)s” by now: somebody was faster. Nothing was saved.")
        raise Conflict(
            text % {"state": correction.get_state_display()},
            url=reverse("retention:my_health")
            if is_own
            else reverse("retention:health_file", args=[officer.pk]),
        )
    return correction
