"""Measures of help: proposed by one, decided by another, carried out; and the money they take."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from retention.models import BudgetSource, FlexibleArrangement, HardshipCase, HelpMeasure
from retention.rules.help_measures import CHARGED, MOST, lacks, state_after
from retention.selectors.hardship import approvers_for
from retention.services.hardship.steps import (
    CannotHelp,
    Event,
    Part,
    add_event,
    keep_files,
    let_in,
    member_in,
    move_case,
    open_for,
    refuse_future,
    tell,
)

LACKS = {
    "source": gettext_lazy("Choose the budget source the money comes from."),
    "amount": gettext_lazy("Give the amount."),
    "range": gettext_lazy("The amount lies between 0.01 and %(most)s yuan."),
    "period": gettext_lazy("Flexible work needs a first and a last day."),
    "no_period": gettext_lazy("Only flexible work has a first and a last day."),
}


# -- proposing ----------------------------------------------------------------------------------


@transaction.atomic
def propose_measure(
    *,
    case_id: int,
    kind: str,
    text: str,
    approver_id: int,
    by: User,
    at: datetime,
    amount: Decimal | None = None,
    source_id: int | None = None,
    start: date | None = None,
    end: date | None = None,
    what: str = "",
    is_shown_to_head: bool = True,
) -> HelpMeasure:
    """The coordinator proposes a measure to somebody who decides on it and is let in for that.

    The approver and the officer are told. Refuses money without a source or more than is left
    of it, aid without an amount, flexible work without its days (``end`` is the first day
    without it), and an approver who is the officer or the proposer.
    """
    case = open_for(case_id, "propose", by=by)
    today = timezone.localdate(at)
    approver = approvers_for(case, proposer=by, on=today).filter(pk=approver_id).first()
    if approver is None:
        raise CannotHelp(_("Choose somebody else who may approve help, not the proposer."))
    period = (start, end) if start and end else None
    _refuse_lacking(kind, text, amount, source_id, period)
    source = _source_with(case, source_id, amount, today) if source_id and amount else None
    measure = HelpMeasure.objects.create(
        case=case,
        kind=kind,
        text=text.strip(),
        amount=amount,
        source=source,
        proposed_by=by,
        proposed_at=at,
        approver=approver,
    )
    if period:
        FlexibleArrangement.objects.create(
            officer=case.officer,
            measure=measure,
            start=period[0],
            end=period[1],
            what=what.strip() or measure.text,
            is_shown_to_head=is_shown_to_head,
        )
    move_case(case, "help", word_asked_on=None)
    is_new = not case.members.current().filter(part=Part.APPROVER, user=approver).exists()
    let_in(case, approver, Part.APPROVER, by=by, at=at)
    event = add_event(case, Event.PROPOSED, by=by, at=at)
    tell([approver], "help_to_decide", event, case)
    tell([case.officer.user], "help_member_added" if is_new else "help_proposed", event, case)
    record("hardship.proposed", by=by, on=case, court=case.court, measure=measure.pk, kind=kind)
    return measure


def _refuse_lacking(
    kind: str,
    text: str,
    amount: Decimal | None,
    source_id: int | None,
    period: tuple[date, date] | None,
) -> None:
    if not text.strip():
        raise CannotHelp(_("Say what is to be done."))
    lacking = lacks(
        kind, amount=amount, has_source=source_id is not None, has_period=period is not None
    )
    if lacking:
        raise CannotHelp(str(LACKS[lacking]) % {"most": f"{MOST:,}"})
    if period and period[1] <= period[0]:
        raise CannotHelp(_("The last day lies before the first."))


def _source_with(case: HardshipCase, source_id: int, amount: Decimal, on: date) -> BudgetSource:
    sources = BudgetSource.objects.filter(court=case.court, year=on.year, pk=source_id)
    source = sources.first()
    if source is None:
        raise CannotHelp(_("Choose a budget source of this court and year."))
    _refuse_overdraft(source, amount)
    return source


def _refuse_overdraft(source: BudgetSource, amount: Decimal) -> None:
    if amount > source.left:
        text = _("Only %(left)s yuan are left of this budget source: lower the amount.")
        raise CannotHelp(text % {"left": f"{source.left:,}"})


# -- deciding -----------------------------------------------------------------------------------


@transaction.atomic
def decide_measure(
    *, measure_id: int, is_approved: bool, words: str, by: User, at: datetime
) -> HelpMeasure:
    """The approver named decides; an approval takes the money out of its source at once.

    Refuses anybody else, a refusal without words, what is decided already, more than is left of
    the source by now, and flexible work that overlaps with what is agreed. Coordinator and
    officer are told.
    """
    measure, case = _locked(measure_id, "decide", by=by)
    if measure.approver_id != by.pk:
        raise Conflict(_("Somebody else decides on this measure."), url=case.get_absolute_url())
    if not (is_approved or words.strip()):
        raise CannotHelp(_("Say why it is refused: the officer and the coordinator read it."))
    _move(measure, case, "approve" if is_approved else "refuse", decided_at=at)
    if is_approved:
        _charge(measure)
        _agree(measure)
    measure.answer = words.strip()
    measure.save(update_fields=["answer"])
    event = add_event(case, Event.APPROVED if is_approved else Event.REFUSED, by=by, at=at)
    told = [measure.proposed_by, member_in(case, Part.COORDINATOR), case.officer.user]
    tell(told, "help_approved" if is_approved else "help_refused", event, case)
    record(
        "hardship.decided",
        by=by, on=case, court=case.court, measure=measure.pk, state=measure.state,
    )  # fmt: skip
    return measure


def _locked(measure_id: int, act: str, *, by: User) -> tuple[HelpMeasure, HardshipCase]:
    """The case is locked first, so that its measures change one after the other."""
    found = HelpMeasure.objects.values_list("case", flat=True).get(pk=measure_id)
    case = open_for(found, act, by=by)
    measures = HelpMeasure.objects.select_related("proposed_by", "source")
    measure = measures.get(pk=measure_id)
    measure.case = case
    return measure, case


def _move(measure: HelpMeasure, case: HardshipCase, action: str, **changed: Any) -> None:
    state = state_after(measure.state, action)
    here = HelpMeasure.objects.filter(pk=measure.pk, state=measure.state)
    if state is None or not here.update(state=state, **changed):
        text = _("This measure is “%(state)s” by now: somebody was faster. Nothing was saved.")
        words = {"state": measure.get_state_display()}
        raise Conflict(text % words, url=case.get_absolute_url())
    measure.refresh_from_db(fields=["state", *changed])


def _charge(measure: HelpMeasure) -> None:
    """Compare-and-set on what is used: two approvals at once can't take the same money."""
    if measure.source is None or measure.amount is None:
        return
    source = BudgetSource.objects.select_for_update(no_key=True).get(pk=measure.source.pk)
    _refuse_overdraft(source, measure.amount)
    _set_used(source, source.used + measure.amount, measure.case)


def _release(measure: HelpMeasure) -> None:
    if measure.source is None or measure.amount is None:
        return
    source = BudgetSource.objects.select_for_update(no_key=True).get(pk=measure.source.pk)
    _set_used(source, source.used - measure.amount, measure.case)


def _set_used(source: BudgetSource, used: Decimal, case: HardshipCase) -> None:
    # Added up here and not in the database: SQLite would do it in floats.
    if not BudgetSource.objects.filter(pk=source.pk, used=source.used).update(used=used):
        text = _("The budget source was used by somebody else just now. Please try again.")
        raise Conflict(text, url=case.get_absolute_url())


def _agree(measure: HelpMeasure) -> None:
    arrangements = FlexibleArrangement.objects.filter(measure=measure)
    try:
        with transaction.atomic():
            arrangements.update(is_agreed=True)
    except IntegrityError:
        text = _("In these days other flexible work is agreed already: refuse it, or end that.")
        raise CannotHelp(text) from None


# -- carrying out, cancelling -------------------------------------------------------------------


@transaction.atomic
def carry_out_measure(
    *,
    measure_id: int,
    day: date,
    note: str,
    by: User,
    at: datetime,
    files: Sequence[UploadedFile] = (),
) -> HelpMeasure:
    """Note that an approved measure was carried out on ``day``; the first one stops the clock.

    Refuses what is not approved, and a day before the approval or in the future. The officer and
    the coordinator are told.
    """
    measure, case = _locked(measure_id, "carry_out", by=by)
    refuse_future(day, at)
    decided_at = measure.decided_at
    if decided_at and day < timezone.localdate(decided_at):
        text = _("The measure was approved on %(day)s: it can't have been carried out before.")
        raise CannotHelp(text % {"day": timezone.localdate(decided_at).isoformat()})
    _move(measure, case, "carry_out", done_on=day, done_by=by)
    measure.done_note = note.strip()
    measure.save(update_fields=["done_note"])
    keep_files(case, files, by=by, at=at, measure=measure)
    if case.first_help_on is None or day < case.first_help_on:
        HardshipCase.objects.filter(pk=case.pk).update(first_help_on=day)
    event = add_event(case, Event.CARRIED_OUT, by=by, at=at)
    tell([case.officer.user, member_in(case, Part.COORDINATOR)], "help_carried_out", event, case)
    record("hardship.carried_out", by=by, on=case, court=case.court, measure=measure.pk)
    return measure


@transaction.atomic
def cancel_measure(*, measure_id: int, by: User, at: datetime) -> HelpMeasure:
    """The coordinator cancels a measure that was not carried out; its money is free again.

    Flexible work that has begun ends today. Refuses what is carried out, refused or cancelled.
    The approver and the officer are told.
    """
    measure, case = _locked(measure_id, "cancel", by=by)
    _cancel(measure, case, at=at)
    event = add_event(case, Event.CANCELLED, by=by, at=at)
    told = [case.officer.user]
    if case.members.current().filter(user=measure.approver_id, part=Part.APPROVER).exists():
        told.append(measure.approver)
    tell(told, "help_cancelled", event, case)
    record("hardship.cancelled", by=by, on=case, court=case.court, measure=measure.pk)
    return measure


def cancel_open_measures(case: HardshipCase, *, at: datetime) -> None:
    """What was not carried out of a case that ends. Part of its caller's transaction."""
    # Sources are locked in one order: two cases that end at once would else wait for each other.
    for measure in case.measures.open().select_related("source").order_by("source", "pk"):
        measure.case = case
        _cancel(measure, case, at=at)


def _cancel(measure: HelpMeasure, case: HardshipCase, *, at: datetime) -> None:
    is_charged = measure.state in CHARGED
    _move(measure, case, "cancel")
    if is_charged:
        _release(measure)
    stop_arrangement(measure, first_day_without=timezone.localdate(at) + timedelta(days=1))


def stop_arrangement(measure: HelpMeasure, *, first_day_without: date) -> None:
    """Flexible work that has begun ends, what has not is not agreed any more."""
    agreed = FlexibleArrangement.objects.agreed().filter(measure=measure)
    agreed.filter(start__gte=first_day_without).update(is_agreed=False)
    agreed.filter(start__lt=first_day_without, end__gt=first_day_without).update(
        end=first_day_without
    )


@transaction.atomic
def end_arrangement(
    *, arrangement_id: int, last_day: date, by: User, at: datetime
) -> FlexibleArrangement:
    """The coordinator sets an earlier last day of flexible work. The officer is told.

    Refuses a day before the first or after the one agreed: longer work is a new measure.
    """
    found = FlexibleArrangement.objects.agreed().select_related("measure").get(pk=arrangement_id)
    case = open_for(found.measure.case_id, "end_flexible", by=by)
    if not found.start <= last_day < found.last_day:
        text = _("Choose a day from %(start)s and before %(last)s. For longer, propose it anew.")
        words = {"start": found.start.isoformat(), "last": found.last_day.isoformat()}
        raise CannotHelp(text % words)
    here = FlexibleArrangement.objects.agreed().filter(pk=found.pk, end=found.end)
    if not here.update(end=last_day + timedelta(days=1)):
        text = _("The end of it was changed just now. Nothing was saved.")
        raise Conflict(text, url=case.get_absolute_url())
    event = add_event(case, Event.FLEXIBLE_ENDED, by=by, at=at)
    tell([case.officer.user], "help_flexible_shortened", event, case)
    record("hardship.flexible_ended", by=by, on=case, court=case.court, day=last_day.isoformat())
    found.refresh_from_db(fields=["end"])
    return found
