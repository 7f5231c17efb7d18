"""How far raters agree, for the appraisal administrator: of groups, never of a single rating."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import mean

from django.db.models import Count

from appraisal.models import Cycle, IndexSet, RaterGroup, RatingSheet
from appraisal.rules.agreement import (
    Concordance,
    Intraclass,
    Leniency,
    icc,
    kendalls_w,
    leniency,
    trimmed_mean,
)
from appraisal.rules.ratings import Group, largest_block, pooled
from appraisal.selectors.ratings import REPLACED, Scale, State
from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.lib.crypto import keyed_hash
from courtparty.lib.words import listed

# With fewer ratings, or by fewer raters, a mean would show who said what.
LEAST_RATINGS = 5
LEAST_RATERS = 3
# A rater of one or two has no habit yet, and the figure would be those very marks.
LEAST_SHARED = 3

# Under which index set, in which department: they are rated by the same people.
GroupKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """One rating handed in, as one number: its words weighted as in the score."""

    rater: int
    ratee: int
    kind: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Means:
    """What some kinds of raters say on average, plainly and with the extremes left out."""

    label: str
    count: int
    plain: Decimal
    trimmed: Decimal


@dataclass(frozen=True, slots=True)
class Lenient:
    """How strict one rater is, by name or by a number that stands for nobody."""

    name: str
    number: int
    leniency: Leniency


@dataclass(frozen=True, slots=True)
class Report:
    """What can be said of the ratings of one group of people. Too few: nothing but the counts."""

    index_set: IndexSet
    department: Unit
    asked: int
    marks: tuple[Mark, ...]
    concordance: Concordance
    intraclass: Intraclass
    means: tuple[Means, ...]
    lenient: tuple[Lenient, ...]

    @property
    def count(self) -> int:
        return len(self.marks)

    @property
    def raters(self) -> int:
        return len({mark.rater for mark in self.marks})

    @property
    def ratees(self) -> int:
        return len({mark.ratee for mark in self.marks})

    @property
    def is_hidden(self) -> bool:
        return is_too_few(self.marks)


def is_too_few(marks: Sequence[Mark]) -> bool:
    return len(marks) < LEAST_RATINGS or len({mark.rater for mark in marks}) < LEAST_RATERS


def agreement_reports(cycle: Cycle) -> list[Report]:
    """One report for each index set and department in which somebody is rated by others."""
    asked = _asked(cycle)
    marks = _marks(cycle)
    sets = IndexSet.objects.in_bulk({index_set for index_set, _department in asked})
    units = Unit.objects.in_bulk({department for _set, department in asked})
    known = {one.pk for one in sets.values() if one.raters_known}
    names = _names({m.rater for key, those in marks.items() if key[0] in known for m in those})
    keys = sorted(asked, key=lambda key: (units[key[1]].path, sets[key[0]].code, key))
    return [
        _report(cycle, sets[key[0]], units[key[1]], asked[key], marks.get(key, []), names)
        for key in keys
    ]


def _report(
    cycle: Cycle,
    index_set: IndexSet,
    department: Unit,
    asked: int,
    marks: Sequence[Mark],
    names: Mapping[int, str],
) -> Report:
    shown = [] if is_too_few(marks) else marks
    concordance, intraclass = _agreement(shown)
    return Report(
        index_set=index_set,
        department=department,
        asked=asked,
        marks=tuple(marks),
        concordance=concordance,
        intraclass=intraclass,
        means=tuple(_means(shown)),
        lenient=tuple(_lenient(shown, cycle, index_set, department, names)),
    )


# -- reading ------------------------------------------------------------------------------------


def _asked(cycle: Cycle) -> dict[GroupKey, int]:
    sheets = RatingSheet.objects.filter(cycle=cycle).exclude(REPLACED).exclude(group=Group.SELF)
    rows = sheets.order_by().values_list("participant__index_set", "participant__department")
    return {(index_set, unit): count for index_set, unit, count in rows.annotate(count=Count("pk"))}


def _marks(cycle: Cycle) -> dict[GroupKey, list[Mark]]:
    """Every rating handed in by others than oneself, opened and made one number each."""
    scale = Scale.of(cycle)
    sheets = RatingSheet.objects.filter(cycle=cycle, state=State.SUBMITTED)
    others = sheets.exclude(group=Group.SELF).select_related("participant").order_by("pk")
    found: dict[GroupKey, list[Mark]] = {}
    for sheet in others.iterator(1000):
        participant = sheet.participant
        value = scale.whole(participant.index_set_id or 0, sheet.marks or {})
        if value is not None:
            key = participant.index_set_id or 0, participant.department_id
            mark = Mark(sheet.rater_id, sheet.ratee_id, sheet.group, value)
            found.setdefault(key, []).append(mark)
    return found


def _names(raters: Iterable[int]) -> dict[int, str]:
    return dict(Officer.objects.filter(pk__in=raters).values_list("pk", "name"))


# -- reckoning ----------------------------------------------------------------------------------


def _agreement(marks: Sequence[Mark]) -> tuple[Concordance, Intraclass]:
    """Both figures, over the raters who all rated the same people."""
    table = {(mark.rater, mark.ratee): mark.value for mark in marks}
    rated: dict[int, set[int]] = {}
    for rater, ratee in table:
        rated.setdefault(rater, set()).add(ratee)
    block = largest_block(rated)
    raters = block.raters if len(block.raters) >= LEAST_RATERS else ()
    by_rater = [[table[rater, ratee] for ratee in block.ratees] for rater in raters]
    by_ratee = [[table[rater, ratee] for rater in raters] for ratee in block.ratees]
    return kendalls_w(by_rater), icc(by_ratee if raters else [])


def _means(marks: Sequence[Mark]) -> list[Means]:
    """Of kinds of raters that are enough people together, the mean over those they rated."""
    raters = {kind.value: {m.rater for m in marks if m.kind == kind} for kind in Group}
    found = []
    for kinds in pooled({kind: len(people) for kind, people in raters.items()}):
        part = [mark for mark in marks if mark.kind in kinds]
        if is_too_few(part):
            continue
        by_ratee: dict[int, list[Decimal]] = {}
        for mark in part:
            by_ratee.setdefault(mark.ratee, []).append(mark.value)
        plain = _mean([_plain(values) for values in by_ratee.values()])
        trimmed = _mean([Fraction(trimmed_mean(values) or 0) for values in by_ratee.values()])
        found.append(Means(_label(kinds), len(part), plain, trimmed))
    return found


def _plain(values: Sequence[Decimal]) -> Fraction:
    return mean(Fraction(value) for value in values)


def _mean(values: Sequence[Fraction]) -> Decimal:
    whole = mean(values)
    return Decimal(whole.numerator) / Decimal(whole.denominator)


def _label(kinds: Iterable[str]) -> str:
    return listed([str(RaterGroup.Kind(kind).label) for kind in kinds])


def _lenient(
    marks: Sequence[Mark],
    cycle: Cycle,
    index_set: IndexSet,
    department: Unit,
    names: Mapping[int, str],
) -> list[Lenient]:
    """Each rater against the others on the same people.

    Where raters are not to be known, they come in an order of chance that is the same each time
    and another one in each group, so that nobody can be followed from group to group.
    """
    given: dict[int, dict[int, Decimal]] = {}
    for mark in marks:
        given.setdefault(mark.rater, {})[mark.ratee] = mark.value
    found = {rater: one for rater, one in leniency(given).items() if one.shared >= LEAST_SHARED}
    if len(found) < LEAST_RATERS:
        return []
    if index_set.raters_known:
        order = sorted(found, key=lambda rater: (names[rater], rater))
        return [Lenient(names[one], number, found[one]) for number, one in enumerate(order, 1)]
    secret = f"{cycle.pk}:{index_set.pk}:{department.pk}"
    order = sorted(found, key=lambda one: keyed_hash(f"{secret}:{one}", purpose="rating.order"))
    return [Lenient("", number, found[one]) for number, one in enumerate(order, 1)]
