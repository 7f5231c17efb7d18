"""Opening appraisal cycles and taking them from state to state."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import Cycle, CycleStep, Participant, RatingSheet
from appraisal.rules.cycles import State, Transition, step_forward, transition
from appraisal.rules.periods import period_fault, proposed_code, quarter_of
from appraisal.services import assessment
from appraisal.services.cycle_guards import Obstacle, obstacles
from appraisal.services.cycle_news import tell_step
from appraisal.services.freezing import add_reported_months, freeze, last_day
from appraisal.services.participants import ask_for_ratings
from appraisal.services.ratings import close_ratings
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.lib.dates import Period


class CannotOpen(Exception):
    """The cycle can't be opened as asked. Its text is for the user."""


class CannotMove(Exception):
    """The cycle can't take this step now. Its text is for the user.

    ``obstacles`` are what is missing, each with the page where it is mended.
    """

    def __init__(self, text: str, obstacles: tuple[Obstacle, ...] = ()) -> None:
        super().__init__(text)
        self.obstacles = obstacles


PERIOD_FAULTS = {
    "not_whole_months": gettext_lazy("A cycle has whole months."),
    "future": gettext_lazy("The period has months that have not begun yet."),
    "monthly": gettext_lazy("A monthly cycle has exactly one month."),
    "quarterly": gettext_lazy(
        "A quarterly cycle has the three months of a quarter: from January, April, July or October."
    ),
    "annual": gettext_lazy("An annual cycle has the months from January to December."),
}


def proposed_name(kind: str, period: Period) -> str:
    """A name that says kind and period, in the active language."""
    start, last = period.start, period.months()[-1]
    texts = {
        Cycle.Kind.ANNUAL: _("Annual appraisal %(year)s"),
        Cycle.Kind.QUARTERLY: _("Appraisal of quarter %(quarter)s of %(year)s"),
        Cycle.Kind.MONTHLY: _("Appraisal of %(first)s"),
        Cycle.Kind.SPECIAL: _("Special appraisal %(first)s to %(last)s"),
    }
    return texts[Cycle.Kind(kind)] % {
        "year": start.year,
        "quarter": quarter_of(start),
        "first": f"{start:%Y-%m}",
        "last": f"{last:%Y-%m}",
    }


@transaction.atomic
def open_cycle(
    *,
    court: Unit,
    kind: str,
    start: date,
    end: date,
    by: User | None,
    code: str = "",
    name: str = "",
) -> Cycle:
    """Open a cycle of a court for the months from ``start`` up to, but not including, ``end``.

    It is then being prepared: who takes part is fixed when collecting begins. Without ``code``
    and ``name`` both are proposed from kind and period. Refuses months that have not begun, a
    period that does not fit the kind, a code the court has used, and months that another cycle
    of the same kind has already. Nobody is told.
    """
    if end <= start:
        raise CannotOpen(_("The last month lies before the first."))
    period = Period(start, end)
    if fault := period_fault(kind, period, today=timezone.localdate()):
        raise CannotOpen(str(PERIOD_FAULTS[fault]))
    # Two who open at the same moment are taken one after the other.
    court = Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    code = code or proposed_code(kind, period)
    _refuse_double(court, kind, period, code)
    cycle = Cycle.objects.create(
        court=court,
        code=code,
        name=name or proposed_name(kind, period),
        kind=kind,
        start=start,
        end=end,
        opened_by=by,
        opened_at=timezone.now(),
    )
    CycleStep.objects.create(cycle=cycle, to_state=cycle.state, made_by=by, made_at=cycle.opened_at)
    record("cycle.opened", by=by, on=cycle, court=court, code=code)
    return cycle


def _refuse_double(court: Unit, kind: str, period: Period, code: str) -> None:
    same_code = Cycle.objects.filter(court=court, code=code).first()
    if same_code:
        raise CannotOpen(
            _("The code “%(code)s” is taken by the cycle “%(name)s”.")
            % {"code": code, "name": same_code.name}
        )
    overlapping = Cycle.objects.filter(
        court=court, kind=kind, start__lt=period.end, end__gt=period.start
    ).first()
    if overlapping:
        raise CannotOpen(
            _("The cycle “%(name)s” of the same kind already has months of this period.")
            % {"name": overlapping.name}
        )


@transaction.atomic
def move_cycle(
    *,
    cycle_id: int,
    to: str,
    by: User | None,
    at: datetime,
    reason: str = "",
    seen: str = "",
) -> Cycle:
    """Take a cycle to a neighbouring state; ``rules.cycles`` is the table of them.

    To collecting freezes who takes part and draws who rates whom; from collecting closes the
    ratings. To reviewing tells those who take part that their result can be read; closed, the
    cycle changes no more. A step back needs a reason. Refuses what the table does not have and
    what its guards find missing; raises Conflict when the cycle is not in the state ``seen``, or
    somebody else moves it at the same moment. Those whose turn it is are told.
    """
    cycle = (
        Cycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("court")
        .get(pk=cycle_id)
    )
    if seen and cycle.state != seen:
        raise _somebody_was_faster(cycle)
    step = _step_allowed(cycle, to, reason)
    taken = _take(cycle, step, reason=reason, by=by, at=at)
    if step.target == State.COLLECTING:
        ask_for_ratings(cycle, by=by, at=at)
    state = str(step.target)
    record("cycle.moved", by=by, on=cycle, court=cycle.court, state=state, step=taken.pk)
    if step.target == State.REVIEWING:
        assessment.tell_results(cycle)
    tell_step(taken, by=by, on=timezone.localdate(at))
    return cycle


def _take(
    cycle: Cycle, step: Transition, *, reason: str, by: User | None, at: datetime
) -> CycleStep:
    changes = _effects(cycle, step, at=at)
    ready = Cycle.objects.filter(pk=cycle.pk, state=step.source)
    if not ready.update(state=step.target, **changes):
        raise _somebody_was_faster(cycle)
    cycle.refresh_from_db()
    return CycleStep.objects.create(
        cycle=cycle,
        from_state=step.source,
        to_state=step.target,
        reason=reason.strip(),
        made_by=by,
        made_at=at,
    )


def bring_to_scoring(*, cycle_id: int, by: User | None, at: datetime) -> Cycle:
    """Take a cycle forward until it can be computed, for commands: begin and close collecting.

    Refuses, as ``move_cycle`` does, and a cycle that is past scoring.
    """
    cycle = Cycle.objects.get(pk=cycle_id)
    while cycle.state in (State.PREPARING, State.COLLECTING):
        step = step_forward(cycle.state)
        if step is None:
            break
        cycle = move_cycle(cycle_id=cycle_id, to=step.target, by=by, at=at, seen=cycle.state)
    if cycle.state != State.SCORING:
        text = _("The cycle “%(name)s” is past computing. It is now: %(state)s.")
        raise CannotMove(text % {"name": cycle.name, "state": cycle.get_state_display()})
    return cycle


def _step_allowed(cycle: Cycle, to: str, reason: str) -> Transition:
    if cycle.state == to:
        raise _somebody_was_faster(cycle)
    step = transition(cycle.state, to)
    if step is None:
        text = _("No step leads from “%(source)s” to “%(target)s”.")
        names = {"source": cycle.get_state_display(), "target": Cycle.State(to).label}
        raise CannotMove(text % names)
    if step.needs_reason and not reason.strip():
        raise CannotMove(_("Going back needs a reason; it is kept with the step."))
    if missing := obstacles(cycle, step):
        raise CannotMove(" ".join(one.text for one in missing), tuple(missing))
    return step


def _effects(cycle: Cycle, step: Transition, *, at: datetime) -> dict[str, object]:
    """What the step changes besides the state. Returns the fields of the cycle it sets."""
    if step.source == State.PREPARING:
        return freeze(cycle, at=at)
    if step.target == State.PREPARING:
        _delete_unrated(cycle)
        kept = Participant.Excluded.LEFT_OUT
        Participant.objects.filter(cycle=cycle).exclude(excluded=kept).delete()
        return {"case_weights": None, "routine_share": 0, "collect_until": None}
    if step.target == State.COLLECTING:
        return {"collect_until": last_day(cycle, at=at)}
    if step.source == State.COLLECTING:
        add_reported_months(cycle)
        close_ratings(cycle=cycle, at=at)
    return {}


def _delete_unrated(cycle: Cycle) -> None:
    """Dissolve the panels; a rating saved since the guards looked keeps them."""
    sheets = RatingSheet.objects.filter(cycle=cycle)
    sheets.filter(saved_at=None).delete()
    if sheets.exists():
        raise CannotMove(_("Somebody has rated already."))


def _somebody_was_faster(cycle: Cycle) -> Conflict:
    text = _("The cycle “%(name)s” has been moved meanwhile. It is now: %(state)s.")
    values = {"name": cycle.name, "state": cycle.get_state_display()}
    return Conflict(text % values, url=cycle.get_absolute_url())
