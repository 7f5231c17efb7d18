"""Exit interviews: offered before the last day, answered, held, and used only as allowed."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify
from retention.models import Departure, ExitInterview
from retention.selectors.causes import causes_in_use
from retention.selectors.interviews import WAITING, interviewers_for, reading_of

State = ExitInterview.State


class CannotOffer(Exception):
    """No interview can be offered like this. Its text is for the user."""


class CannotAnswer(Exception):
    """The offer can't be answered like this. Its text is for the user."""


class CannotHold(Exception):
    """The interview can't be noted like this. Its text is for the user."""


@transaction.atomic
def offer_interview(
    *,
    departure_id: int,
    interviewer_id: int,
    planned_on: date,
    by: User,
    at: datetime,
    place: str = "",
) -> ExitInterview:
    """Offer a confidential interview to somebody who is about to leave; the officer is told.

    An offer that is open is changed and asked anew. Refuses it after the last day, for somebody
    without an account, on a day that is past or after leaving, with somebody who may not hold
    talks with this officer, and once it is declined or held.
    """
    departure = _departure(departure_id)
    _refuse_offer(departure, interviewer_id, planned_on, at=at)
    values = {"interviewer_id": interviewer_id, "planned_on": planned_on, "place": place.strip()}
    asked = values | {"offered_by": by, "offered_at": at, "state": State.OFFERED}
    open_offers = ExitInterview.objects.filter(departure=departure, state__in=WAITING)
    if not open_offers.update(**asked, answered_at=None):
        try:
            with transaction.atomic():
                ExitInterview.objects.create(departure=departure, **asked)
        except IntegrityError:
            text = _("The interview has been declined or held already.")
            raise Conflict(text, url=departure.get_absolute_url()) from None
    interview = ExitInterview.objects.get(departure=departure)
    officer = departure.officer
    record("interview.offered", by=by, on=interview, court=officer.court, officer=officer.pk)
    if officer.user:  # refused above without an account
        notify(
            officer.user,
            kind="interview_offered",
            key=f"interview-offered:{interview.pk}:{at.isoformat()}",
            url=reverse("retention:my_pauses"),
        )
    return interview


def _departure(departure_id: int) -> Departure:
    departures = Departure.objects.select_for_update(of=("self",), no_key=True)
    related = ("officer__court", "officer__department", "officer__branch", "officer__user")
    return departures.select_related(*related).get(pk=departure_id)


def _refuse_offer(
    departure: Departure, interviewer_id: int, planned_on: date, *, at: datetime
) -> None:
    today, officer = timezone.localdate(at), departure.officer
    if not departure.is_open or departure.is_over(on=today):
        raise CannotOffer(
            _("An interview is offered before the last day: later, nobody can answer.")
        )
    if officer.user is None or not officer.user.is_active:
        raise CannotOffer(_("This officer has no open account, so the offer would reach nobody."))
    if not today <= planned_on < departure.left_on:
        raise CannotOffer(_("Propose a day from today until the last day at the court."))
    if not interviewers_for(departure, on=today).filter(pk=interviewer_id).exists():
        raise CannotOffer(_("Name somebody who may hold talks with this officer."))


@transaction.atomic
def answer_offer(*, interview_id: int, accepts: bool, by: User, at: datetime) -> ExitInterview:
    """The officer's own word: the interview is accepted or declined; who holds it is told.

    One that was accepted can still be declined. Refuses anybody else, and one that is over.
    """
    interview = _interview(interview_id)
    if interview.departure.officer.user_id != by.pk:
        raise CannotAnswer(_("Only the officer answers this offer."))
    before = [State.OFFERED] if accepts else list(WAITING)
    new = State.ACCEPTED if accepts else State.DECLINED
    offers = ExitInterview.objects.standing().filter(pk=interview.pk, state__in=before)
    if offers.update(state=new, answered_at=at) != 1:
        text = _("This offer is not open any more. Look at it as it is now.")
        raise Conflict(text, url=reverse("retention:my_pauses"))
    interview.state = new
    court = interview.departure.officer.court
    record("interview.answered", by=by, on=interview, court=court, state=str(new.value))
    for person in {interview.interviewer, interview.offered_by}:
        notify(
            person,
            kind="interview_accepted" if accepts else "interview_declined",
            key=f"interview-answered:{interview.pk}:{new.value}:{at.isoformat()}:{person.pk}",
            url=interview.get_absolute_url(),
        )
    return interview


@transaction.atomic
def hold_interview(
    *,
    interview_id: int,
    held_on: date,
    text: str,
    summary: str,
    main: str,
    causes: Collection[str],
    would_return: str,
    by: User,
    at: datetime,
) -> ExitInterview:
    """Note an interview as held; the officer is asked whether the summary may be used.

    ``text`` stays with the interviewer. Refuses anybody who was not named, a day before the
    offer or in the future, a cause the court does not use, and one declined or noted already.
    """
    interview = _interview(interview_id)
    officer = interview.departure.officer
    if interview.interviewer_id != by.pk:
        raise CannotHold(_("Only the person named holds this interview."))
    if not timezone.localdate(interview.offered_at) <= held_on <= timezone.localdate(at):
        raise CannotHold(_("It was held between the offer and today."))
    codes = list(dict.fromkeys([main, *causes]))
    if set(codes) - {cause.code for cause in causes_in_use(officer.court)}:
        raise CannotHold(_("Choose causes from the court's table."))
    offers = ExitInterview.objects.standing().filter(pk=interview.pk, state__in=WAITING)
    if offers.update(state=State.HELD, held_on=held_on) != 1:
        refusal = _("This interview was declined, or noted as held already.")
        raise Conflict(refusal, url=interview.get_absolute_url())
    interview.refresh_from_db()
    interview.text, interview.summary = text.strip(), summary.strip()
    interview.answers = {"main": main, "causes": codes, "would_return": would_return}
    interview.save(update_fields=["text", "summary", "answers"])
    record("interview.held", by=by, on=interview, court=officer.court, officer=officer.pk)
    if officer.user:
        notify(
            officer.user,
            kind="interview_held",
            key=f"interview-held:{interview.pk}",
            url=reverse("retention:my_pauses"),
        )
    return interview


@transaction.atomic
def decide_summary(*, interview_id: int, allows: bool, by: User, at: datetime) -> ExitInterview:
    """The officer's own word on the summary: used in group figures and read by those who keep
    departures, or not. It can be changed until the last day. Refuses anybody else.
    """
    interview = _interview(interview_id)
    if interview.departure.officer.user_id != by.pk:
        raise CannotAnswer(_("Only the officer decides about the summary."))
    held = ExitInterview.objects.standing().filter(pk=interview.pk, state=State.HELD)
    if held.update(is_summary_allowed=allows, allowed_at=at) != 1:
        text = _("There is no summary to decide about.")
        raise Conflict(text, url=reverse("retention:my_pauses"))
    court = interview.departure.officer.court
    if allows:
        record("interview.summary_allowed", by=by, on=interview, court=court)
    else:
        record("interview.summary_refused", by=by, on=interview, court=court)
    return interview


@transaction.atomic
def open_interview(*, interview: ExitInterview, by: User) -> None:
    """Note in the officer's own history that somebody else read what was said."""
    reading = reading_of(interview, by)
    officer = interview.departure.officer
    if reading.is_own:
        return
    if reading.has_text:
        record_read("interview.read", by=by, on=officer, court=officer.court)
    elif reading.has_summary:
        record_read("interview.summary_read", by=by, on=officer, court=officer.court)


def _interview(interview_id: int) -> ExitInterview:
    related = ("departure__officer__court", "departure__officer__user", "interviewer", "offered_by")
    return ExitInterview.objects.select_related(*related).get(pk=interview_id)
