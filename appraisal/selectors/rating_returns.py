"""How many ratings came back, counted; names only where the index set lets them be known."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from appraisal.models import Cycle, RaterGroup, RatingSheet
from appraisal.rules.ratings import LEAST_SHOWN, Group
from appraisal.selectors.ratings import NO_RATERS, REPLACED, State
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope

SUBMITTED = Q(state=State.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Return:
    """So many ratings asked of some people, and so many handed in."""

    label: str
    asked: int
    submitted: int

    @property
    def left(self) -> int:
        return self.asked - self.submitted

    @property
    def percent(self) -> int:
        """Rounded down: a hundred is all of them."""
        return self.submitted * 100 // self.asked if self.asked else 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The return of a cycle's ratings: together, by kind of rater, and by raters' department."""

    whole: Return
    groups: tuple[Return, ...]
    departments: tuple[Return, ...]


def cycles_minded(user: User) -> QuerySet[Cycle]:
    """Cycles whose ratings ``user`` looks after."""
    minded = Cycle.objects.filter(court_scope(user, "appraisal.manage_ratings"))
    return minded.select_related("court")


def cycles_returning(user: User) -> list[tuple[Cycle, Return]]:
    """The cycles that collect ratings now and are ``user``'s to look after, with their return."""
    collecting = cycles_minded(user).filter(state=Cycle.State.COLLECTING).order_by("-start", "-pk")
    found = list(collecting)
    counts = _counted(RatingSheet.objects.filter(cycle__in=found), "cycle")
    return [(one, Return(one.name, *counts[one.pk])) for one in found if one.pk in counts]


def progress_of(cycle: Cycle) -> Progress:
    sheets = RatingSheet.objects.filter(cycle=cycle)
    kinds = _counted(sheets, "group")
    return Progress(
        whole=Return("", *(sum(numbers) for numbers in zip((0, 0), *kinds.values(), strict=True))),
        groups=_returns(kinds, [kind.value for kind in Group], _kind_label),
        departments=_by_department(cycle, sheets),
    )


def _by_department(cycle: Cycle, sheets: QuerySet[RatingSheet]) -> tuple[Return, ...]:
    """Departments with so few raters that their line would name them stand in one together."""
    field = "rater__participations__department"
    counts = _counted(sheets, field, of=cycle)
    few = _of_few_raters(cycle, sheets, field)
    units = Unit.objects.in_bulk([pk for pk in counts if pk])
    order = sorted(units.keys() - few, key=lambda pk: units[pk].path)
    shown = _returns(counts, order, lambda pk: units[pk].display_name)
    if not few:
        return shown
    asked, submitted = (sum(numbers) for numbers in zip(*(counts[pk] for pk in few), strict=True))
    label = _("Other departments together") if shown else _("All departments together")
    return (*shown, Return(label, asked, submitted))


def _of_few_raters(cycle: Cycle, sheets: QuerySet[RatingSheet], field: str) -> set[int]:
    """If these are too few together as well, the smallest of the others joins them."""
    asked = sheets.exclude(REPLACED).filter(rater__participations__cycle=cycle)
    rows = asked.order_by().values_list(field).annotate(raters=Count("rater", distinct=True))
    raters = {pk: count for pk, count in rows if pk}
    by_size = sorted(raters, key=lambda pk: (raters[pk], pk))
    few = [pk for pk in by_size if raters[pk] < LEAST_SHOWN]
    if few and sum(raters[pk] for pk in few) < LEAST_SHOWN:
        few = by_size[: len(few) + 1]
    return set(few)


def _kind_label(kind: str) -> str:
    return str(RaterGroup.Kind(kind).label)


def _counted(
    sheets: QuerySet[RatingSheet], by: str, *, of: Cycle | None = None
) -> dict[object, tuple[int, int]]:
    """By a field: how many are asked for, and how many of them are handed in."""
    kept = sheets.exclude(REPLACED)
    if of is not None:
        kept = kept.filter(rater__participations__cycle=of)
    rows = kept.order_by(by).values_list(by)
    counts = rows.annotate(asked=Count("pk"), submitted=Count("pk", filter=SUBMITTED))
    return {key: (asked, submitted) for key, asked, submitted in counts}


def _returns(
    counts: dict[object, tuple[int, int]],
    order: Iterable[object],
    label: Callable[..., str],
) -> tuple[Return, ...]:
    return tuple(Return(label(key), *counts[key]) for key in order if key in counts)


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody who has ratings left, under index sets whose raters are known."""

    name: str
    department: str
    asked: int
    submitted: int

    @property
    def left(self) -> int:
        return self.asked - self.submitted


def owing(cycle: Cycle, user: User) -> list[Owing]:
    """By name, but only of ratings under sets that let ``user`` know the raters."""
    named = RatingSheet.objects.named_for(user).filter(cycle=cycle).exclude(REPLACED)
    rows = named.values(
        "rater", "rater__name", "rater__pinyin", "rater__department__path"
    ).annotate(asked=Count("pk"), submitted=Count("pk", filter=SUBMITTED))
    left = [row for row in rows if row["asked"] > row["submitted"]]
    left.sort(key=lambda row: (row["rater__department__path"], row["rater__pinyin"], row["rater"]))
    units = Unit.objects.in_bulk(
        {row["rater__department__path"] for row in left}, field_name="path"
    )
    return [
        Owing(
            row["rater__name"],
            units[row["rater__department__path"]].display_name,
            row["asked"],
            row["submitted"],
        )
        for row in left
    ]


def raters_known(cycle: Cycle) -> bool:
    """Whether any index set of the cycle lets its raters be known."""
    return cycle.participants.filter(excluded="", index_set__raters_known=True).exists()


def people_of(cycle: Cycle, *, as_raters: bool) -> QuerySet[Officer]:
    """Whom the administrator chooses from: all who might be asked, or all who are rated.

    Whether somebody is on a panel doesn't show in it.
    """
    taking_part = cycle.participants.exclude(excluded__in=NO_RATERS)
    if not as_raters:
        taking_part = taking_part.filter(excluded="")
    found = Officer.objects.filter(participations__in=taking_part).select_related("department")
    return found.defer("id_number", "phone").order_by("department__path", "pinyin", "pk")
