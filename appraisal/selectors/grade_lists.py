"""The grades of an annual cycle as a list: whom they concern, how far it is, what is left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Prefetch, QuerySet

from appraisal.models import Adjustment, AppraisalSettings, Cycle, GradeProposal, Result
from appraisal.models.results import GRADES
from appraisal.rules.grades import Grade, quota, seats_of
from appraisal.rules.standing import Spread
from appraisal.selectors.cycles import group_label, keeps
from appraisal.selectors.grades import are_exclusions_changed, percent_of, reasons_in_words
from appraisal.selectors.settings import settings_of
from appraisal.selectors.standing import Group, quartile_in, spreads_of
from cadres.models import Officer
from cadres.selectors.officers import searched
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope

DECIDE, PROPOSE = "appraisal.record_committee", "appraisal.propose_grades"
EXPORT = "appraisal.export_results"
# How a decision stands, beside the grades.
UNDECIDED, DECIDED, DIFFERS = "undecided", "decided", "differs"


def grades_kept_by(user: User, permission: str) -> QuerySet[GradeProposal]:
    """Grades of the courts in which ``user`` holds ``permission``."""
    kept = court_scope(user, permission, court="participant__cycle__court")
    return (
        GradeProposal.objects.visible_to(user)
        .filter(kept)
        .select_related("run", "participant__cycle__court", "participant__officer")
    )


@dataclass(frozen=True, slots=True)
class GradeNarrowing:
    """What a list of grades is narrowed by; empty takes all."""

    text: str = ""
    function: str = ""
    staff_class: str = ""
    department: str = ""
    proposed: str = ""
    decision: str = ""


def is_told(cycle: Cycle) -> bool:
    """Whether those who take part have learnt of adjustments and grades."""
    return cycle.state in (Cycle.State.PUBLICITY, Cycle.State.CLOSED)


def grades_of(cycle: Cycle, user: User, narrowing: GradeNarrowing) -> QuerySet[GradeProposal]:
    """Those of a cycle ``user`` reads, by function, department and name. There is no ranking.

    A head's own is left out until it is told; whoever prepares the committee has the whole list.
    """
    in_force = Adjustment.objects.filter(revoked_at=None).defer("reason")
    found = GradeProposal.objects.visible_to(user).filter(participant__cycle=cycle)
    if not is_told(cycle) and not keeps(user, EXPORT, cycle):
        found = found.exclude(participant__officer__user=user)
    return (
        _narrowed(found, cycle, user, narrowing)
        .select_related(
            "run", "participant__officer", "participant__department", "participant__result"
        )
        .prefetch_related(Prefetch("participant__adjustments", in_force, to_attr="in_force"))
        .defer(
            "note",
            "participant__result__points",
            "participant__officer__id_number",
            "participant__officer__phone",
        )
        .order_by(
            "participant__function",
            "participant__staff_class",
            "participant__department__path",
            "participant__officer__pinyin",
            "participant__officer_id",
        )
    )


def _narrowed(
    found: QuerySet[GradeProposal], cycle: Cycle, user: User, narrowing: GradeNarrowing
) -> QuerySet[GradeProposal]:
    if narrowing.text:
        of_court = Officer.objects.filter(court=cycle.court_id)
        named = searched(of_court, narrowing.text, user=user).order_by().values("pk")
        found = found.filter(participant__officer__in=named)
    if narrowing.function:
        found = found.filter(participant__function=narrowing.function)
    if narrowing.staff_class:
        found = found.filter(participant__staff_class=narrowing.staff_class)
    if narrowing.department:
        found = found.filter(participant__department=int(narrowing.department))
    if narrowing.proposed:
        found = found.filter(proposed=narrowing.proposed)
    if narrowing.decision == UNDECIDED:
        found = found.filter(decided="")
    elif narrowing.decision == DECIDED:
        found = found.exclude(decided="")
    elif narrowing.decision == DIFFERS:
        found = found.exclude(decided="").exclude(decided=F("proposed"))
    return found


def departments_graded(cycle: Cycle, user: User) -> list[tuple[str, str]]:
    """Departments in whose list of grades ``user`` reads, to choose from."""
    read = GradeProposal.objects.visible_to(user).filter(participant__cycle=cycle)
    found = Unit.objects.filter(pk__in=read.values("participant__department")).order_by("path")
    return [(str(unit.pk), unit.display_name) for unit in found]


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One officer in the list of grades."""

    grade: GradeProposal
    name: str
    department: str
    group: str
    result: Result | None
    adjustment: Adjustment | None
    after: Decimal | None
    quartile: str
    proposed: str
    decided: str
    differs: bool
    reasons: list[str]

    @property
    def total(self) -> Decimal | None:
        return self.result.total if self.result else None


def grade_rows(page: Iterable[GradeProposal], cycle: Cycle) -> list[GradeRow]:
    spreads = spreads_of(cycle)
    return [_row(one, spreads) for one in page]


def _row(one: GradeProposal, spreads: Mapping[Group, Spread]) -> GradeRow:
    participant = one.participant
    result = getattr(participant, "result", None)
    adjustment = next(iter(getattr(participant, "in_force", ())), None)
    total = result.total if result else None
    group = (participant.function, participant.staff_class)
    return GradeRow(
        grade=one,
        name=participant.officer.name,
        department=participant.department.display_name,
        group=group_label(*group),
        result=result,
        adjustment=adjustment,
        after=after_adjustment(total, adjustment),
        quartile=quartile_in(total, group, spreads),
        proposed=str(GRADES[Grade(one.proposed)]),
        decided=str(GRADES[Grade(one.decided)]) if one.decided else "",
        differs=bool(one.decided) and one.decided != one.proposed,
        reasons=reasons_in_words(one.reasons),
    )


def after_adjustment(total: Decimal | None, adjustment: Adjustment | None) -> Decimal | None:
    """What the committee's adjustment makes of a total: shown beside it, never stored."""
    if total is None or adjustment is None:
        return None
    return total + adjustment.amount


# -- how far it is ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuotaMeter:
    """How many of those who get a grade may be, are proposed to be, and were decided excellent."""

    label: str
    graded: int
    seats: int
    proposed: int
    decided: int
    open: int = 0
    median: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GradeState:
    """The grades of a whole court's cycle at one look."""

    meters: tuple[QuotaMeter, ...]
    court: QuotaMeter
    percent: Decimal
    count: int
    undecided: int
    undecided_seats: int
    tied_groups: tuple[str, ...]
    is_computed_anew: bool
    are_exclusions_changed: bool

    @property
    def is_stale(self) -> bool:
        """Something the proposals rest on is newer than they are: nothing can be decided."""
        return self.is_computed_anew or self.are_exclusions_changed


@dataclass(frozen=True, slots=True)
class _Counted:
    group: Group
    proposed: str
    decided: str
    run_id: int

    @property
    def has_grade(self) -> bool:
        """As the quota counts: of those decided what was decided, of others the proposal."""
        return (self.decided or self.proposed) != Grade.NONE


def grade_state(cycle: Cycle) -> GradeState:
    """Quota and progress of everybody, for those who read the whole court."""
    settings = settings_of(cycle.court)
    rows = _counted(cycle)
    percent, is_approved = percent_of(settings), settings.quota_approval_id is not None
    groups: dict[Group, list[_Counted]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    sizes = {_key(group): _graded(members) for group, members in groups.items()}
    seats = seats_of(sizes, percent, is_approved=is_approved)
    spreads = spreads_of(cycle)
    last = cycle.runs.order_by("-number").values_list("pk", flat=True).first()
    return GradeState(
        meters=tuple(
            _meter(
                group_label(*group),
                members,
                seats.by_group[_key(group)],
                median=spreads[group].median if group in spreads else None,
            )
            for group, members in sorted(groups.items())
        ),
        court=_meter("", rows, _seats_of_court(rows, settings)),
        percent=percent,
        count=len(rows),
        undecided=sum(not row.decided for row in rows),
        undecided_seats=seats.undecided,
        tied_groups=tuple(group_label(*key.split(":")) for key in sorted(seats.tied)),
        is_computed_anew=any(row.run_id != last for row in rows),
        are_exclusions_changed=are_exclusions_changed(cycle),
    )


def _counted(cycle: Cycle) -> list[_Counted]:
    rows = GradeProposal.objects.filter(participant__cycle=cycle).values_list(
        "participant__function", "participant__staff_class", "proposed", "decided", "run_id"
    )
    return [_Counted((row[0], row[1]), row[2], row[3], row[4]) for row in rows]


def _key(group: Group) -> str:
    return ":".join(group)


def _graded(rows: Sequence[_Counted]) -> int:
    return sum(row.has_grade for row in rows)


def _seats_of_court(rows: Sequence[_Counted], settings: AppraisalSettings) -> int:
    is_approved = settings.quota_approval_id is not None
    return quota(_graded(rows), percent_of(settings), is_approved=is_approved)


def _meter(
    label: str, rows: Sequence[_Counted], seats: int, *, median: Decimal | None = None
) -> QuotaMeter:
    return QuotaMeter(
        label=label,
        graded=_graded(rows),
        seats=seats,
        proposed=sum(row.proposed == Grade.EXCELLENT for row in rows),
        decided=sum(row.decided == Grade.EXCELLENT for row in rows),
        open=sum(not row.decided for row in rows),
        median=median,
    )


# -- deciding many ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undecided:
    """What deciding as proposed would decide: how many of each grade, and who they are."""

    ids: tuple[int, ...]
    counts: tuple[tuple[str, int], ...]


def undecided_among(cycle: Cycle, ids: Sequence[int] | None, user: User) -> Undecided:
    """Of ``ids``, or of all, those still open and not one's own."""
    found = GradeProposal.objects.filter(participant__cycle=cycle, decided="").exclude(
        participant__officer__user=user
    )
    if ids is not None:
        found = found.filter(pk__in=ids)
    rows = list(found.order_by("pk").values_list("pk", "proposed"))
    counts = [
        (str(label), sum(proposed == grade for _pk, proposed in rows))
        for grade, label in GRADES.items()
    ]
    return Undecided(tuple(pk for pk, _proposed in rows), tuple(c for c in counts if c[1]))
