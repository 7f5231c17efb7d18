"""The monthly run of post allowances, from the draft to the payment."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import AllowanceLine, AllowanceRun
from cadres.models.allowances import AllowanceRunQuerySet
from cadres.selectors.allowance_inputs import inputs_stamp
from cadres.services.allowance_computing import Computed, computing, fingerprint_of, store_lines
from cadres.services.allowance_marks import mark_runs_stale
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress, Refused
from courtparty.jobs.services import start_job
from courtparty.lib.conflicts import Conflict
from courtparty.notices.services import notify, notify_many

DRAFT = "cadres.draft_run"
MAKE, CHECK = "cadres.make_run", "cadres.check_run"
APPROVE, PAY = "cadres.approve_run", "cadres.pay_run"
PEOPLE_AT_A_TIME = 500
State = AllowanceRun.State
HANDED_OVER = (State.SUBMITTED, State.CHECKED)


class CannotDraft(Refused):
    """The run can't be computed now. Its text is for the user."""


class CannotDecide(Exception):
    """This person can't take the run this step further now. Its text is for the user."""


# -- computing ----------------------------------------------------------------------------------


def start_draft(*, court: Unit, month: date, by: User) -> Job:
    """Queue the computing of a month; ``draft_steps`` says what it does and refuses.

    Refuses (CannotStart) while another month of the court is being computed.
    """
    month = month.replace(day=1)
    _refuse_unbegun(month, on=timezone.localdate())
    run = _draft_among(AllowanceRun.objects.filter(court=court, month=month))
    return start_job(
        DRAFT,
        by=by,
        lock=f"allowances:{court.pk}",
        court=court,
        return_url=run.get_absolute_url() if run else reverse("cadres:run_list"),
        court_id=court.pk,
        month=month.isoformat(),
    )


def draft_run(*, court: Unit, month: date, by: User | None, at: datetime) -> AllowanceRun:
    """Compute a month at once; ``draft_steps`` says what it does and refuses."""
    work = draft_steps(court_id=court.pk, month=month, by=by, at=at)
    while True:
        try:
            next(work)
        except StopIteration as end:
            run: AllowanceRun = end.value
            return run


def draft_steps(
    *, court_id: int, month: date, by: User | None, at: datetime, asked_at: datetime | None = None
) -> Generator[Progress, None, AllowanceRun]:
    """Make the draft for a month, or compute it again, yielding progress outside transactions.

    Lines for the month, and arrears and recoveries for months settled before, are stored in one
    transaction at the end; to repeat the work does no harm, and what was stored since
    ``asked_at`` is handed back. Refuses a month that has not begun, and one whose run has been
    handed over or paid. When something has changed meanwhile, the draft says it is stale.
    """
    court = Unit.objects.get(pk=court_id)
    month = month.replace(day=1)
    _refuse_unbegun(month, on=timezone.localdate(at))
    run = _draft_among(AllowanceRun.objects.filter(court=court, month=month))
    if run and asked_at and run.computed_at >= asked_at and not run.is_stale:
        return run
    computed = yield from computing(court, month)
    return _store(court, month, computed, by=by, at=at)


def _refuse_unbegun(month: date, *, on: date) -> None:
    if month > on:
        raise CannotDraft(_("The month %(month)s has not begun.") % {"month": f"{month:%Y-%m}"})


def _draft_among(runs: AllowanceRunQuerySet) -> AllowanceRun | None:
    """The draft of a month among its runs, None if it has no run. Refuses every later state."""
    run = runs.standing().order_by("pk").first()
    if run is None or run.state == State.DRAFT:
        return run
    if run.state in HANDED_OVER:
        text = _("The run for %(month)s has been handed over. Send it back first.")
    elif run.state == State.APPROVED:
        text = _("The run for %(month)s is approved: later changes go into the next run.")
    else:
        text = _("The run for %(month)s is paid: later changes go into the next run.")
    raise CannotDraft(text % {"month": run})


@transaction.atomic
def _store(
    court: Unit, month: date, computed: Computed, *, by: User | None, at: datetime
) -> AllowanceRun:
    _lock(court)
    # Whoever hands the draft over at this moment waits, and then finds another fingerprint.
    runs = AllowanceRun.objects.select_for_update(no_key=True).filter(court=court, month=month)
    run = _draft_among(runs) or AllowanceRun.objects.create(
        court=court, month=month, computed_at=at
    )
    store_lines(run, computed)
    run.computed_at = at
    run.officers = computed.officers
    run.total = computed.total
    run.fingerprint = fingerprint_of(court, month, computed.lines)
    run.is_stale = computed.stamp != inputs_stamp(court)
    run.save(update_fields=["computed_at", "officers", "total", "fingerprint", "is_stale"])
    record("run.drafted", by=by, on=run, court=court, officers=run.officers, **_detail(run))
    return run


def _lock(court: Unit) -> None:
    """One run of a court at a time is stored or approved: each sees what the other settled."""
    Unit.objects.select_for_update(no_key=True).get(pk=court.pk)


# -- the way to the payment ---------------------------------------------------------------------
#
# ``fingerprint`` is that of the run as the person saw it. A run that has been computed anew since,
# or is in another state, raises Conflict.


@transaction.atomic
def submit_run(
    *, run_id: int, by: User, at: datetime, fingerprint: str | None = None
) -> AllowanceRun:
    """Hand a draft over for checking; those who check the court's runs are told.

    Refuses a stale draft, and one without lines: there is nothing to pay.
    """
    if not AllowanceLine.objects.filter(run=run_id).exists():
        raise CannotDecide(_("The run has no lines: there is nothing to pay."))
    step = Step(State.DRAFT, State.SUBMITTED)
    run = _advance(run_id, step, by=by, fingerprint=fingerprint, made_by=by, made_at=at)
    record("run.submitted", by=by, on=run, court=run.court, **_detail(run))
    tell_holders(run, CHECK, kind="run_submitted", event=at.isoformat(), on=timezone.localdate(at))
    return run


@transaction.atomic
def check_run(
    *, run_id: int, by: User, at: datetime, fingerprint: str | None = None
) -> AllowanceRun:
    """Find a run right; those who approve the court's runs are told.

    Refuses the maker, and a stale run.
    """
    step = Step(State.SUBMITTED, State.CHECKED, barred=("made_by",))
    run = _advance(run_id, step, by=by, fingerprint=fingerprint, checked_by=by, checked_at=at)
    record("run.checked", by=by, on=run, court=run.court, **_detail(run))
    tell_holders(run, APPROVE, kind="run_checked", event=at.isoformat(), on=timezone.localdate(at))
    return run


@transaction.atomic
def approve_run(
    *, run_id: int, by: User, at: datetime, fingerprint: str | None = None
) -> AllowanceRun:
    """Approve what is paid; those who make runs and enter payments are told.

    Refuses the maker, the checker, and a stale run. What is approved counts as paid from now on,
    so other runs under way that make up for the same months have to be computed again.
    """
    _lock(_run(run_id).court)
    step = Step(State.CHECKED, State.APPROVED, barred=("made_by", "checked_by"))
    run = _advance(run_id, step, by=by, fingerprint=fingerprint, approved_by=by, approved_at=at)
    record("run.approved", by=by, on=run, court=run.court, **_detail(run))
    corrected = run.lines.filter(month__lt=run.month).order_by("month").first()
    if corrected:
        mark_runs_stale(court=run.court, since=corrected.month)
    on = timezone.localdate(at)
    tell_holders(run, MAKE, PAY, kind="run_approved", event=at.isoformat(), on=on)
    return run


@transaction.atomic
def return_run(
    *, run_id: int, by: User, at: datetime, reason: str, fingerprint: str | None = None
) -> AllowanceRun:
    """Send a run back to its maker, who is told; it is a draft again and keeps the reason.

    Refuses to do so without a reason.
    """
    if not reason.strip():
        raise CannotDecide(_("Say why the run is sent back: its maker reads it."))
    before = AllowanceRun.objects.select_related("court", "made_by").get(pk=run_id)
    handed_over = AllowanceRun.objects.filter(
        pk=run_id,
        state__in=HANDED_OVER,
        made_by=before.made_by,
        fingerprint=before.fingerprint if fingerprint is None else fingerprint,
    )
    cleared = dict.fromkeys(("made_by", "made_at", "checked_by", "checked_at"))
    if not handed_over.update(state=State.DRAFT, returned=reason.strip(), **cleared):
        raise _somebody_was_faster(_run(run_id))
    record("run.returned", by=by, on=before, court=before.court, **_detail(before))
    if before.made_by and before.made_by != by:
        key, url = f"run-returned:{run_id}:{at.isoformat()}", before.get_absolute_url()
        notify(before.made_by, kind="run_returned", key=key, url=url, month=str(before))
    return _run(run_id)


@transaction.atomic
def pay_run(
    *, run_id: int, by: User, on: date, voucher: str = "", fingerprint: str | None = None
) -> AllowanceRun:
    """Enter that an approved run was paid ``on`` that day; officers with a line are told.

    Refuses a day in the future and one before the approval.
    """
    if on > timezone.localdate():
        raise CannotDecide(_("The day of the payment lies in the future."))
    approved_at = _run(run_id).approved_at
    if approved_at and on < timezone.localdate(approved_at):
        raise CannotDecide(_("The run was approved only after that day."))
    step = Step(State.APPROVED, State.PAID)
    changes = {"paid_by": by, "paid_on": on, "voucher": voucher.strip()}
    run = _advance(run_id, step, by=by, fingerprint=fingerprint, **changes)
    record("run.paid", by=by, on=run, court=run.court, **_detail(run))
    _tell_paid(run)
    return run


@transaction.atomic
def discard_run(*, run_id: int, by: User, fingerprint: str | None = None) -> AllowanceRun:
    """Throw a draft away, stale or not; its lines stay on record and its month is free again."""
    step = Step(State.DRAFT, State.DISCARDED, takes_stale=True)
    run = _advance(run_id, step, by=by, fingerprint=fingerprint)
    record("run.discarded", by=by, on=run, court=run.court, **_detail(run))
    return run


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a run. ``barred`` are the people of earlier steps who can't take it."""

    source: str
    target: str
    barred: tuple[str, ...] = ()
    takes_stale: bool = False


def _advance(
    run_id: int, step: Step, *, by: User, fingerprint: str | None, **changes: Any
) -> AllowanceRun:
    """Compare-and-set, so that of several people at the same time one takes the step."""
    ready = AllowanceRun.objects.filter(pk=run_id, state=step.source)
    for role in step.barred:
        ready = ready.exclude(**{role: by})
    if not step.takes_stale:
        ready = ready.filter(is_stale=False)
    if fingerprint is not None:
        ready = ready.filter(fingerprint=fingerprint)
    if not ready.update(state=step.target, **changes):
        raise _refusal(_run(run_id), step, by, fingerprint)
    return _run(run_id)


def _detail(run: AllowanceRun) -> dict[str, str]:
    return {"month": str(run), "fingerprint": run.fingerprint}


def _run(run_id: int) -> AllowanceRun:
    return AllowanceRun.objects.select_related("court").get(pk=run_id)


def _refusal(run: AllowanceRun, step: Step, by: User, fingerprint: str | None) -> Exception:
    if run.state != step.source:
        return _somebody_was_faster(run)
    if run.made_by_id == by.pk and "made_by" in step.barred:
        return CannotDecide(_("You made this run: maker, checker and approver are three people."))
    if run.checked_by_id == by.pk and "checked_by" in step.barred:
        return CannotDecide(
            _("You checked this run: maker, checker and approver are three people.")
        )
    if fingerprint not in (None, run.fingerprint):
        text = _("The allowance run for %(month)s has been computed again since you opened it.")
        return Conflict(text % {"month": run}, url=run.get_absolute_url())
    return CannotDecide(
        _("Something this run rests on has changed since it was computed. Compute it again.")
    )


def _somebody_was_faster(run: AllowanceRun) -> Conflict:
    text = _("The allowance run for %(month)s has been changed meanwhile. It is now: %(state)s.")
    values = {"month": run, "state": run.get_state_display()}
    return Conflict(text % values, url=run.get_absolute_url())


# -- telling people -----------------------------------------------------------------------------


def tell_holders(run: AllowanceRun, *permissions: str, kind: str, event: str, on: date) -> None:
    """Tell those who hold one of the permissions in the run's court, each once for the event.

    Left out are those whom the three-people rule keeps from checking or approving it.
    """
    barred = {run.made_by_id, run.checked_by_id} if run.state in HANDED_OVER else set()
    people: dict[int, User] = {}
    for permission in permissions:
        people |= {user.pk: user for user in holders_of(permission, run.court, on=on)}
    waited_for = [people[pk] for pk in sorted(people.keys() - barred)]
    told = [(user, f"{kind}:{run.pk}:{event}:{user.pk}") for user in waited_for]
    notify_many(told, kind=kind, url=run.get_absolute_url(), month=str(run))


def _tell_paid(run: AllowanceRun) -> None:
    officers = run.lines.values("officer")
    users = list(User.objects.filter(officer__in=officers, is_active=True).order_by("pk"))
    for start in range(0, len(users), PEOPLE_AT_A_TIME):
        part = users[start : start + PEOPLE_AT_A_TIME]
        told = [(user, f"allowance-paid:{run.pk}:{user.pk}") for user in part]
        notify_many(
            told, kind="allowance_paid", url=reverse("cadres:my_allowances"), month=str(run)
        )
