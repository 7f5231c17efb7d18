"""Computing a cycle: freeze who takes part, score everybody, store it with a fingerprint."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import AssessmentRun, Cycle, IndexSet, Participant, Result
from appraisal.rules import scoring
from appraisal.selectors.cycles import Entrant, Scored, Sheet
from appraisal.services.figures import figures_lock
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress, Refused
from courtparty.jobs.services import start_job
from courtparty.notices.services import notify_many

OFFICERS_AT_A_TIME = 200
ROWS_AT_A_TIME = 500


class CannotAssess(Refused):
    """The cycle can't be computed now. Its text is for the user."""


def start_assessment(*, cycle: Cycle, by: User) -> Job:
    """Queue the computing of a cycle. Refuses while figures of its court are being imported."""
    _refuse_without_set(cycle)
    return start_job(
        "appraisal.assess",
        by=by,
        lock=figures_lock(cycle.court_id),
        court=cycle.court,
        return_url=cycle.get_absolute_url(),
        cycle=cycle.pk,
    )


def assess_cycle(*, cycle_id: int, by: User | None) -> AssessmentRun:
    """Compute a cycle at once; ``assessment_steps`` says what that does.

    Refuses while a job that imports figures, or computes, has the court's figures in hand.
    """
    cycle = Cycle.objects.select_related("court").get(pk=cycle_id)
    if Job.objects.unfinished().filter(lock=figures_lock(cycle.court_id)).exists():
        raise CannotAssess(_("Figures of this court are being imported or computed just now."))
    work = assessment_steps(cycle_id=cycle_id, by=by)
    while True:
        try:
            next(work)
        except StopIteration as end:
            run: AssessmentRun = end.value
            return run


def assessment_steps(
    *, cycle_id: int, by: User | None, asked_at: datetime | None = None
) -> Generator[Progress, None, AssessmentRun]:
    """Compute a cycle, yielding progress between the steps, never inside a transaction.

    The first computing freezes who takes part; later ones keep them. Everything is stored in
    one transaction at the end, so that a worker that dies leaves the last results whole, and
    repeating the work from the start does no harm: what was stored since ``asked_at`` is handed
    back and not computed twice. Refuses when no index set applies to anyone. Participants whose
    own result is new are told, once for each content.
    """
    cycle = Cycle.objects.select_related("court").get(pk=cycle_id)
    if asked_at and (stored := cycle.runs.filter(started_by=by, finished_at__gte=asked_at).first()):
        return stored
    _refuse_without_set(cycle)
    # All figures are read by one statement: it sees an import wholly or not at all.
    sheet = Sheet(cycle)
    if all(entrant.excluded for entrant in sheet.entrants):
        raise CannotAssess(
            _("Nobody takes part: no officer in post has a published index set for the function.")
        )
    yield Progress(0, len(sheet.entrants))
    computed: list[Computed] = []
    for start in range(0, len(sheet.entrants), OFFICERS_AT_A_TIME):
        chunk = sheet.entrants[start : start + OFFICERS_AT_A_TIME]
        computed += [_computed(sheet.scored(entrant), sheet) for entrant in chunk]
        yield Progress(len(computed), len(sheet.entrants))
    return _store(cycle, computed, by=by)


def _refuse_without_set(cycle: Cycle) -> None:
    if Participant.objects.filter(cycle=cycle).exists():
        return
    if not IndexSet.objects.published().filter(court=cycle.court_id).exists():
        raise CannotAssess(
            _("The court has no published index set. Publish one under “Index sets” first.")
        )


@dataclass(frozen=True, slots=True)
class Computed:
    """What is stored for one entrant."""

    entrant: Entrant
    lines: list[dict[str, Any]]
    total: Decimal | None
    fingerprint: str

    @property
    def state(self) -> str:
        return Result.State.MISSING if self.total is None else Result.State.COMPLETE


def _computed(scored: Scored, sheet: Sheet) -> Computed:
    lines = [_line_content(line, scored.entrant, sheet) for line in scored.lines]
    total = scoring.total_of(scored.lines)
    return Computed(scored.entrant, lines, total, _fingerprint(scored.entrant, lines, total))


def _fingerprint(entrant: Entrant, lines: list[dict[str, Any]], total: Decimal | None) -> str:
    """Over what was decided and every number it follows from.

    Not over row numbers, which a copy of the court would change, nor over the workbooks and
    as-of dates of the figures: the same figures reported again give the same fingerprint.
    """
    return scoring.fingerprint(
        {
            "officer": entrant.stable_key,
            "function": entrant.function,
            "category": entrant.category,
            "excluded": str(entrant.excluded),
            "months": [f"{month:%Y-%m}" for month in entrant.months],
            "lines": [{**line, "figures": _bare(line["figures"])} for line in lines],
            "total": None if total is None else str(total),
        }
    )


def _bare(figures: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, str]]:
    return {
        measure: {month: cell[0] for month, cell in months.items()}
        for measure, months in figures.items()
    }


def _line_content(line: scoring.Line, entrant: Entrant, sheet: Sheet) -> dict[str, Any]:
    """A line as it is stored: the points, the formula, and the figures with their source."""
    return {
        "code": line.code,
        "kind": line.kind.value,
        "weight": scoring.plain(line.weight),
        "state": line.state.value,
        "points": None if line.points is None else str(line.points),
        "value": line.value,
        "formula": {"code": line.formula.code, **line.formula.params},
        "figures": _figures_content(line, entrant, sheet),
        "missing": [[f"{gap.month:%Y-%m}", gap.measure] for gap in line.gaps],
    }


def _figures_content(
    line: scoring.Line, entrant: Entrant, sheet: Sheet
) -> dict[str, dict[str, list[str]]]:
    cells = sheet.cells.get(entrant.officer_id, {})
    content: dict[str, dict[str, list[str]]] = {}
    for amount in line.inputs:
        months = content.setdefault(amount.measure, {})
        for month, value in amount.months:
            cell = cells[month][amount.measure]
            months[f"{month:%Y-%m}"] = [
                scoring.plain(value),
                cell.as_of.isoformat(),
                cell.source,
            ]
    return content


@transaction.atomic
def _store(cycle: Cycle, computed: Sequence[Computed], *, by: User | None) -> AssessmentRun:
    computed = _freeze(cycle, computed)
    included = [one for one in computed if not one.entrant.excluded]
    missing = sum(one.total is None for one in included)
    last = cycle.runs.aggregate(last=Max("number"))["last"] or 0
    run = AssessmentRun.objects.create(
        cycle=cycle,
        number=last + 1,
        fingerprint=scoring.fingerprint_of_all(
            (one.entrant.stable_key, one.fingerprint) for one in computed
        ),
        participants=len(included),
        complete=len(included) - missing,
        missing=missing,
        started_by=by,
        finished_at=timezone.now(),
    )
    _store_results(run, included)
    Cycle.objects.filter(pk=cycle.pk, state=Cycle.State.COLLECTING).update(
        state=Cycle.State.COMPUTED
    )
    record(
        "cycle.assessed",
        by=by,
        on=cycle,
        court=cycle.court,
        number=run.number,
        fingerprint=run.fingerprint,
        participants=run.participants,
        missing=missing,
    )
    _tell(cycle, included)
    return run


def _freeze(cycle: Cycle, computed: Sequence[Computed]) -> list[Computed]:
    """Write down who takes part, once; later only months that figures have added."""
    Participant.objects.bulk_create(
        [_participant(cycle, one.entrant) for one in computed],
        update_conflicts=True,
        unique_fields=["cycle", "officer"],
        update_fields=["months", "excluded"],
        batch_size=ROWS_AT_A_TIME,
    )
    rows = Participant.objects.filter(cycle=cycle).values_list("officer_id", "pk")
    ids: dict[int, int] = dict(rows)
    return [
        replace(one, entrant=replace(one.entrant, participant_id=ids[one.entrant.officer_id]))
        for one in computed
    ]


def _participant(cycle: Cycle, entrant: Entrant) -> Participant:
    return Participant(
        cycle=cycle,
        officer_id=entrant.officer_id,
        department_id=entrant.department_id,
        function=entrant.function,
        category=entrant.category,
        index_set_id=entrant.index_set_id,
        months=[f"{month:%Y-%m}" for month in entrant.months],
        excluded=entrant.excluded,
    )


def _store_results(run: AssessmentRun, included: Sequence[Computed]) -> None:
    Result.objects.bulk_create(
        [
            Result(
                participant_id=one.entrant.participant_id,
                run=run,
                state=one.state,
                total=one.total,
                lines=one.lines,
                fingerprint=one.fingerprint,
            )
            for one in included
            if one.entrant.participant_id is not None
        ],
        update_conflicts=True,
        unique_fields=["participant"],
        update_fields=["run", "state", "total", "lines", "fingerprint"],
        batch_size=ROWS_AT_A_TIME,
    )


def _tell(cycle: Cycle, included: Sequence[Computed]) -> None:
    """Tell those who can sign in that their result can be read; the same result is told once."""
    complete = {
        one.entrant.user_id: one.fingerprint
        for one in included
        if one.entrant.user_id is not None and one.total is not None
    }
    users = User.objects.filter(pk__in=complete, is_active=True).order_by("pk")
    told = [(user, f"result:{cycle.pk}:{complete[user.pk][:12]}:{user.pk}") for user in users]
    notify_many(told, kind="result_ready", url=reverse("my_records"), cycle=cycle.name)
