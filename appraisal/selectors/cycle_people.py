"""Who takes part in a cycle and who does not: frozen, or as it would be frozen now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from appraisal.models import Cycle, Participant, Result
from appraisal.models.index_sets import STAFF_CLASSES
from appraisal.rules.staff import StaffClass
from appraisal.selectors.candidates import Candidate, candidates
from cadres.models import Officer
from cadres.selectors.officers import searched
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with, unit_scope

Excluded = Participant.Excluded
VIEW_RESULTS = "appraisal.view_result"
# Not yet computed, beside the states of a result.
UNCOMPUTED = "uncomputed"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list of people is narrowed by; empty takes all."""

    text: str = ""
    function: str = ""
    staff_class: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One officer in the list of a cycle."""

    officer_id: int
    name: str
    department: str
    function: str
    staff_class: str
    months: int
    excluded: str
    why: str
    result: Result | None = None
    participant_id: int | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """How many take part and how many do not, by function and by reason."""

    taking_part: int
    excluded: int
    functions: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]


def departments_reached(user: User, cycle: Cycle) -> set[int] | None:
    """The departments of the cycle's court whose results ``user`` reads; None for the whole."""
    court_path = cycle.court.path
    paths = [p for p in paths_with(user, VIEW_RESULTS) if p.startswith(court_path)]
    if court_path in paths:
        return None
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(path__startswith=path)
    return set(Unit.objects.filter(inside).values_list("pk", flat=True))


def candidates_reached(cycle: Cycle, user: User) -> list[Candidate]:
    reach = departments_reached(user, cycle)
    return [one for one in candidates(cycle) if reach is None or one.officer.department_id in reach]


def participants_reached(cycle: Cycle, user: User) -> QuerySet[Participant]:
    reach = unit_scope(user, VIEW_RESULTS, court="cycle__court", units=("department",))
    return Participant.objects.filter(reach, cycle=cycle)


def roll_of(cycle: Cycle, user: User) -> Roll:
    """Of those ``user`` reaches, frozen or as they would be."""
    if cycle.state == Cycle.State.PREPARING:
        found = candidates_reached(cycle, user)
        pairs = [(one.officer.department.function, str(one.excluded)) for one in found]
        return _roll({pair: pairs.count(pair) for pair in set(pairs)})
    rows = participants_reached(cycle, user).values_list("function", "excluded")
    return _roll({(f, e): count for f, e, count in rows.annotate(count=Count("pk"))})


def _roll(counts: dict[tuple[str, str], int]) -> Roll:
    functions: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for (function, excluded), count in sorted(counts.items()):
        target, key = (reasons, excluded) if excluded else (functions, function)
        target[key] = target.get(key, 0) + count
    return Roll(
        taking_part=sum(functions.values()),
        excluded=sum(reasons.values()),
        functions=tuple((str(Unit.Function(key).label), n) for key, n in functions.items()),
        reasons=tuple((str(Excluded(key).label), n) for key, n in reasons.items()),
    )


def people_of(
    cycle: Cycle, user: User, narrowing: Narrowing, *, excluded: bool
) -> Sequence[Candidate] | QuerySet[Participant]:
    """Those of one tab, by function, department and name, to be paged. There is no ranking."""
    if cycle.state == Cycle.State.PREPARING:
        return _candidates_of(cycle, user, narrowing, excluded=excluded)
    found = participants_reached(cycle, user)
    found = found.exclude(excluded="") if excluded else found.filter(excluded="")
    if narrowing.text:
        found = found.filter(officer__in=_named(cycle, narrowing.text, user))
    if narrowing.function:
        found = found.filter(function=narrowing.function)
    if narrowing.staff_class:
        found = found.filter(staff_class=narrowing.staff_class)
    if narrowing.state == UNCOMPUTED:
        found = found.filter(result=None)
    elif narrowing.state:
        found = found.filter(result__state=narrowing.state)
    return (
        found.select_related("officer", "department", "result")
        .defer("result__points", "officer__id_number", "officer__phone")
        .order_by("function", "staff_class", "department__path", "officer__pinyin", "officer_id")
    )


def _candidates_of(
    cycle: Cycle, user: User, narrowing: Narrowing, *, excluded: bool
) -> list[Candidate]:
    named = set(_named(cycle, narrowing.text, user)) if narrowing.text else None
    found = [
        one
        for one in candidates_reached(cycle, user)
        if bool(one.excluded) == excluded
        and narrowing.function in ("", one.officer.department.function)
        and narrowing.staff_class in ("", one.staff_class)
        and narrowing.state in ("", UNCOMPUTED)
        and (named is None or one.officer.pk in named)
    ]
    return sorted(found, key=_by_function)


def _by_function(one: Candidate) -> tuple[str, str, str, str, int]:
    department = one.officer.department
    return (
        department.function,
        one.staff_class,
        department.path,
        one.officer.pinyin,
        one.officer.pk,
    )


def _named(cycle: Cycle, text: str, user: User) -> QuerySet:
    of_court = Officer.objects.filter(court=cycle.court_id)
    return searched(of_court, text, user=user).order_by().values_list("pk", flat=True)


def person_rows(page: Sequence[Candidate | Participant]) -> list[PersonRow]:
    return [_of_candidate(o) if isinstance(o, Candidate) else _of_participant(o) for o in page]


def _of_candidate(one: Candidate) -> PersonRow:
    return PersonRow(
        officer_id=one.officer.pk,
        name=one.officer.name,
        department=one.officer.department.display_name,
        function=str(one.officer.department.get_function_display()),
        staff_class=class_label(one.staff_class),
        months=len(one.months),
        excluded=one.excluded,
        why=_why(one.excluded, one.left_out_why),
    )


def _of_participant(one: Participant) -> PersonRow:
    return PersonRow(
        officer_id=one.officer_id,
        name=one.officer.name,
        department=one.department.display_name,
        function=str(one.get_function_display()),
        staff_class=class_label(one.staff_class),
        months=len(one.months),
        excluded=one.excluded,
        why=_why(one.excluded, one.left_out_why),
        result=getattr(one, "result", None),
        participant_id=one.pk,
    )


def class_label(staff_class: str) -> str:
    return str(STAFF_CLASSES[StaffClass(staff_class)])


def _why(excluded: str, document: str) -> str:
    if not excluded:
        return ""
    label = str(Excluded(excluded).label)
    return f"{label}: {document}" if document else label


def officers_to_add(cycle: Cycle) -> QuerySet[Officer]:
    """Officers of the court's roster who are not in a frozen cycle yet: those who joined since."""
    known = Participant.objects.filter(cycle=cycle).values("officer")
    found = Officer.objects.filter(court=cycle.court_id).exclude(pk__in=known)
    found = found.filter(Q(left_on=None) | Q(left_on__gt=cycle.start)).select_related("department")
    return found.defer("id_number", "phone").order_by("department__path", "pinyin", "pk")
