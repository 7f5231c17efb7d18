"""Consenting, answering, showing, withdrawing: all of it the officer's own.

The log says that something was done in a court, never by whom: a list of who took part would be
what the consent promises not to exist.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from retention.models import Consent, Screening, ScreeningAlert
from retention.rules.screening import outcome_of
from retention.rules.screening_items import QUESTIONNAIRES
from retention.selectors.screening import expired_calls, expired_screenings
from retention.selectors.screening_words import CONSENT_VERSION
from retention.selectors.settings import court_settings
from retention.services.calls import raise_call

_log = logging.getLogger(__name__)

Why, CallState = ScreeningAlert.Why, ScreeningAlert.State


class CannotTake(Exception):
    """The screening can't be taken like this. Its text is for the user."""


class CannotShare(Exception):
    """The result can't be shown to the steward. Its text is for the user."""


@transaction.atomic
def give_consent(*, officer: Officer, instrument: str, at: datetime) -> Consent:
    """Consent to one questionnaire in the words of today; one to older words ends.

    Given twice it is given once. Nobody is told.
    """
    consents = Consent.objects.in_force().filter(officer=officer, instrument=instrument)
    standing = consents.select_for_update(no_key=True).first()
    if standing and standing.text_version == CONSENT_VERSION:
        return standing
    if standing:
        standing.text_version = CONSENT_VERSION
        standing.given_at = at
        standing.save(update_fields=["text_version", "given_at"])
        consent = standing
    else:
        consent = _new_consent(officer, instrument, at)
    record("screening.consented", by=None, court=officer.court)
    return consent


def _new_consent(officer: Officer, instrument: str, at: datetime) -> Consent:
    facts = {"text_version": CONSENT_VERSION, "given_at": at}
    try:
        with transaction.atomic():
            return Consent.objects.create(officer=officer, instrument=instrument, **facts)
    except IntegrityError:  # sent twice at once: the other one gave it
        return Consent.objects.in_force().get(officer=officer, instrument=instrument)


@transaction.atomic
def take_screening(
    *,
    officer: Officer,
    instrument: str,
    answers: Sequence[int | None],
    shares_with_steward: bool,
    at: datetime,
) -> Screening:
    """Keep the answers, encrypted, and what they come to.

    Refuses without a consent in force, with an item left out (AnswersMissing names it), and a
    second time on one day. Item 9 of PHQ-9 answered with 1 or more asks the steward to call
    today, with a name and a telephone number and nothing else; so does the officer by choosing
    to show the result. Nobody else is told, and the log names no officer.
    """
    consent = _consent_held(officer, instrument)
    outcome = outcome_of(QUESTIONNAIRES[instrument], answers)
    screening = Screening(  # type: ignore[misc]
        consent=consent,
        officer=officer,
        instrument=instrument,
        taken_on=timezone.localdate(at),
        answers=list(answers),
        score=outcome.score,
        band=outcome.band,
        shares_with_steward=shares_with_steward,
    )
    try:
        with transaction.atomic():
            screening.save()
    except IntegrityError:
        text = _(
            "You have answered this questionnaire today already. Delete that result first if you "
            "want to answer again."
        )
        raise CannotTake(text) from None
    record("screening.taken", by=None, court=officer.court)
    if outcome.asks_for_call:
        raise_call(officer=officer, why=Why.ITEM9, at=at)
    if shares_with_steward:
        raise_call(officer=officer, why=Why.SHARED, screening=screening, at=at)
    return screening


def _consent_held(officer: Officer, instrument: str) -> Consent:
    """Locked, so that a withdrawal at the same moment comes before or after, not between."""
    consents = Consent.objects.in_force().filter(officer=officer, instrument=instrument)
    consent = consents.filter(text_version=CONSENT_VERSION).select_for_update(no_key=True).first()
    if consent is None:
        raise CannotTake(_("There is no consent of yours to this questionnaire."))
    return consent


@transaction.atomic
def share_screening(*, screening_id: int, by: User, at: datetime) -> Screening:
    """Show one's own result to the health steward and ask for a call."""
    screening = _own(screening_id, by)
    mine = Screening.objects.own(by).filter(pk=screening_id, shares_with_steward=False)
    if not mine.update(shares_with_steward=True):
        raise CannotShare(_("The health steward sees this result already."))
    screening.shares_with_steward = True
    record("screening.shared", by=None, court=screening.officer.court)
    raise_call(officer=screening.officer, why=Why.SHARED, screening=screening, at=at)
    return screening


@transaction.atomic
def unshare_screening(*, screening_id: int, by: User) -> Screening:
    """Take back that the steward sees a result, and the call asked for if it was not made."""
    screening = _own(screening_id, by)
    mine = Screening.objects.own(by).filter(pk=screening_id, shares_with_steward=True)
    if not mine.update(shares_with_steward=False):
        raise CannotShare(_("The health steward does not see this result any more."))
    screening.shares_with_steward = False
    _drop_calls([screening.pk])
    record("screening.unshared", by=None, court=screening.officer.court)
    return screening


@transaction.atomic
def delete_screening(*, screening_id: int, by: User) -> None:
    """Delete one result of one's own. A call that item 9 asked for is still made."""
    screening = _own(screening_id, by)
    _delete(Screening.objects.own(by).filter(pk=screening_id))
    record("screening.deleted", by=None, court=screening.officer.court, count=1)


@transaction.atomic
def withdraw_consent(*, officer: Officer, instrument: str, at: datetime) -> int:
    """End the consent and delete every answer given under it. Returns how many results that was.

    Recorded without content and without a name. Calls asked for by item 9 stay, as the consent
    said; figures of groups already published stay.
    """
    consents = Consent.objects.in_force().filter(officer=officer, instrument=instrument)
    if not consents.update(withdrawn_at=at):
        text = _("This consent has been withdrawn already. Nothing of it is left.")
        raise Conflict(text, url=reverse("retention:my_screening"))
    count = _delete(Screening.objects.filter(officer=officer, instrument=instrument))
    record("screening.withdrawn", by=None, court=officer.court, count=count)
    return count


def delete_all_expired(*, on: date) -> int:
    """The same for every court; one that fails is logged and keeps no other from it."""
    deleted = 0
    for court in Unit.objects.courts():
        try:
            deleted += delete_expired(court=court, on=on)
        except Exception:
            _log.exception("deletion of screenings of court %s failed", court.pk)
    return deleted


@transaction.atomic
def delete_expired(*, court: Unit, on: date) -> int:
    """Delete what is older than the court keeps answers, and what people who left had answered.

    Closed calls go with them. Recorded with the numbers alone. Returns how many results.
    """
    months = court_settings(court).screening_months
    count = _delete(expired_screenings(court, on=on, months=months))
    calls, _each = expired_calls(court, on=on, months=months).delete()
    if count or calls:
        record("screening.expired", by=None, court=court, count=count, calls=calls)
    return count


def _own(screening_id: int, by: User) -> Screening:
    screenings = Screening.objects.own(by).select_related("officer__court", "officer__department")
    found = screenings.filter(pk=screening_id).first()
    if found is None:
        text = _("This result has been deleted already.")
        raise Conflict(text, url=reverse("retention:my_screening"))
    return found


def _delete(screenings: QuerySet[Screening]) -> int:
    # The results before their calls, as where one is shown: else the two wait for each other.
    pks = list(screenings.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    _drop_calls(pks)
    Screening.objects.filter(pk__in=pks).delete()
    return len(pks)


def _drop_calls(screening_pks: list[int]) -> None:
    """Take back the calls asked for by showing these results, as long as nobody has called.

    Where the officer still shows another result, the call is owed because of that one.
    """
    waiting = ScreeningAlert.objects.filter(screening__in=screening_pks, state=CallState.OPEN)
    for alert in waiting.select_for_update(of=("self",), no_key=True):
        shown = Screening.objects.filter(officer=alert.officer_id, shares_with_steward=True)
        alert.screening = shown.exclude(pk__in=screening_pks).order_by("-taken_on", "-pk").first()
        if alert.screening is None:
            alert.delete()
        else:
            alert.save(update_fields=["screening"])
