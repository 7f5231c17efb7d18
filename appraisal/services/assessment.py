"""Computing a cycle: score everybody who takes part, and store it with snapshot and fingerprint."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import AssessmentRun, Cycle, Participant, Result, RunSnapshot
from appraisal.rules import scoring
from appraisal.rules.evidence import fingerprint_of
from appraisal.rules.standing import Quartile, places_in, spread_of
from appraisal.selectors.assessment import Material, Part, numbers
from appraisal.selectors.snapshots import pack
from appraisal.services.figures import figures_lock
from appraisal.services.result_writing import Computed, write_results
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.jobs.models import Job
from courtparty.jobs.registry import Progress, Refused
from courtparty.jobs.services import start_job
from courtparty.notices.services import notify_many

QUARTILES = {
    Quartile.UPPER: 1,
    Quartile.UPPER_MIDDLE: 2,
    Quartile.LOWER_MIDDLE: 3,
    Quartile.LOWER: 4,
}


class CannotAssess(Refused):
    """The cycle can't be computed now. Its text is for the user."""


def start_assessment(*, cycle: Cycle, by: User) -> Job:
    """Queue the computing of a cycle. Refuses a cycle that is not being scored.

    Raises CannotStart while figures of its court are being imported.
    """
    _refuse_unless_scoring(cycle)
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
    return _to_the_end(_steps(cycle, by=by))


def assessment_steps(
    *, cycle_id: int, by: User | None, asked_at: datetime | None = None
) -> Generator[Progress, None, AssessmentRun]:
    """Compute a cycle, yielding progress between the steps, never inside a transaction.

    Everything is stored in one transaction at the end, so that a worker that dies leaves the last
    results whole, and repeating the work from the start does no harm: what was stored since
    ``asked_at`` is handed back and not computed twice. Refuses a cycle that is not being scored,
    and one in which nobody takes part. Nobody is told: results are read from reviewing on.
    """
    cycle = Cycle.objects.select_related("court").get(pk=cycle_id)
    if asked_at and (stored := cycle.runs.filter(started_by=by, finished_at__gte=asked_at).first()):
        return stored
    return (yield from _steps(cycle, by=by))


def is_current(cycle: Cycle) -> bool:
    """Whether computing now would give what the last computing gave. Changes nothing."""
    run = cycle.runs.order_by("-number").first()
    return run is not None and _to_the_end(_compute(cycle)).fingerprint == run.fingerprint


def tell_results(cycle: Cycle) -> int:
    """Tell those who can sign in that their result can be read; the same result is told once.

    Inside the caller's transaction, once a cycle is being reviewed. Returns how many were told.
    """
    results = Result.objects.filter(participant__cycle=cycle, state=Result.State.COMPLETE)
    rows = results.filter(participant__officer__user__is_active=True).values_list(
        "participant__officer__user", "fingerprint"
    )
    fingerprints = dict(rows)
    users = User.objects.filter(pk__in=fingerprints).order_by("pk")
    told = [(user, f"result:{cycle.pk}:{fingerprints[user.pk][:12]}:{user.pk}") for user in users]
    return notify_many(told, kind="result_ready", url=reverse("my_records"), cycle=cycle.name)


def _steps(cycle: Cycle, *, by: User | None) -> Generator[Progress, None, AssessmentRun]:
    _refuse_unless_scoring(cycle)
    computing = yield from _compute(cycle)
    if not computing.results:
        raise CannotAssess(
            _("Nobody takes part: no officer in post has a published index set for the function.")
        )
    return _store(cycle, computing, by=by)


def _refuse_unless_scoring(cycle: Cycle) -> None:
    if cycle.state == Cycle.State.SCORING:
        return
    if cycle.state in (Cycle.State.PREPARING, Cycle.State.COLLECTING):
        text = _(
            "“%(name)s” is not being scored yet. Close the collecting of figures and ratings first."
        )
    else:
        text = _(
            "“%(name)s” has been computed and handed on. To compute again, take the cycle back to "
            "scoring first."
        )
    raise CannotAssess(text % {"name": cycle.name})


def _to_the_end(steps: Generator[Progress, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


# -- computed -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Computing:
    """All that is stored of one computing."""

    results: list[Computed]
    snapshots: list[bytes]
    grown: list[Participant]
    fingerprint: str

    @property
    def missing(self) -> int:
        return sum(not one.is_complete for one in self.results)


def _compute(cycle: Cycle) -> Generator[Progress, None, _Computing]:
    material = Material(cycle)
    yield Progress(0, material.count)
    results: list[Computed] = []
    snapshots: list[bytes] = []
    for number, part in enumerate(material.parts()):
        scores = numbers().score_group(part.group)
        results += _computed(part, scores, number)
        origins = numbers().origins_written(part.origins)
        basis = part.group.basis
        snapshots.append(pack(basis, scores.rows, origins, material.sources, part.notes))
        yield Progress(len(results), material.count)
    _place(results)
    left_out = (
        (person.key, scoring.fingerprint([person.function, person.staff_class, str(why)]))
        for person, why in material.excluded
    )
    fingerprint = scoring.fingerprint_of_all(
        [*((one.key, one.fingerprint) for one in results), *left_out]
    )
    return _Computing(results, snapshots, material.grown, fingerprint)


def _computed(part: Part, scores: Any, number: int) -> Iterable[Computed]:
    """One after another in the order of the snapshot's rows."""
    basis = part.group.basis
    rows = zip(
        part.people,
        part.notes,
        scores.points.tolist(),
        scores.vetoes,
        scores.sums.tolist(),
        scores.rows,
        scores.verdicts,
        strict=True,
    )
    for row, (person, notes, points, vetoes, sums, read, verdict) in enumerate(rows):
        yield Computed(
            participant_id=person.participant_id,
            key=person.key,
            group=(person.function, person.staff_class),
            part=number,
            row=row,
            points=points,
            sums=sums,
            vetoes=vetoes,
            fingerprint=fingerprint_of(basis, person.key, read, notes.written(), verdict),
        )


def _place(results: Sequence[Computed]) -> None:
    """Where each total stands among those of the same function and staff class."""
    groups: dict[tuple[str, str], list[Computed]] = {}
    for one in results:
        if one.is_complete:
            groups.setdefault(one.group, []).append(one)
    for members in groups.values():
        totals = [Decimal(one.sums[-1]).scaleb(-2) for one in members]
        spread = spread_of(totals)
        places = places_in(totals, spread) if spread else {}
        for one, total in zip(members, totals, strict=True):
            if total in places:
                one.z_score, quartile = places[total]
                one.quartile = QUARTILES[quartile]


# -- stored -------------------------------------------------------------------------------------


@transaction.atomic
def _store(cycle: Cycle, computing: _Computing, *, by: User | None) -> AssessmentRun:
    # Whoever moves the cycle on meanwhile waits for this row, or has been there before.
    locked = Cycle.objects.select_for_update(no_key=True).filter(pk=cycle.pk)
    cycle.state = locked.values_list("state", flat=True).get()
    _refuse_unless_scoring(cycle)
    last = cycle.runs.aggregate(last=Max("number"))["last"] or 0
    run = AssessmentRun.objects.create(
        cycle=cycle,
        number=last + 1,
        fingerprint=computing.fingerprint,
        participants=len(computing.results),
        complete=len(computing.results) - computing.missing,
        missing=computing.missing,
        started_by=by,
        finished_at=timezone.now(),
    )
    RunSnapshot.objects.bulk_create(
        RunSnapshot(run=run, part=part, content=content)
        for part, content in enumerate(computing.snapshots)
    )
    Participant.objects.bulk_update(computing.grown, ["months", "excluded"], batch_size=500)
    write_results(run, computing.results)
    if last:
        # Whoever has been left out since has no result any more.
        Result.objects.filter(participant__cycle=cycle).exclude(run=run).delete()
    record(
        "cycle.assessed",
        by=by,
        on=cycle,
        court=cycle.court,
        number=run.number,
        fingerprint=run.fingerprint,
        participants=run.participants,
        missing=run.missing,
    )
    return run
