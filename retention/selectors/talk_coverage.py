"""How many of a year's talks were held, by branch and by kind of pair; nothing of what was said."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Unit, User
from courtparty.lib.charts import Bar, bar_chart
from retention.models import TalkPair, TalkTask

# As short as fits beside a bar and above a column.
SHORT = {
    TalkPair.SECRETARY_MEMBER: _("secretary · member"),
    TalkPair.SECRETARY_COMMITTEE: _("secretary · committee"),
    TalkPair.COMMITTEE_COMMITTEE: _("within the committee"),
    TalkPair.DEPUTY_MEMBER: _("deputy · member"),
    TalkPair.HEAD_OFFICER: _("head · officer"),
    TalkPair.LEADER_HEAD: _("leader · head"),
}


@dataclass(frozen=True, slots=True)
class Covered:
    """Talks by rule of one group: planned, held, and late; ``key`` filters the register by it."""

    label: str
    key: str
    planned: int
    held: int
    late: int

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.held) / self.planned if self.planned else None

    @property
    def left(self) -> int:
        return self.planned - self.held


@dataclass(frozen=True, slots=True)
class Coverage:
    year: int
    total: Covered
    by_branch: list[Covered]
    by_pair: list[Covered]
    cells: list[tuple[Covered, list[Covered]]]
    pairs: list[str]


def coverage(user: User, year: int, *, on: date) -> Coverage:
    """Two queries: the talks by rule of the year in reach, and the names of the branches."""
    tasks = TalkTask.objects.in_scope(user).counted().filter(year=year)
    late = Q(state=TalkTask.State.OPEN, due_on__lt=on) | Q(state=TalkTask.State.CANCELLED)
    rows = (
        tasks.order_by()
        .values_list("officer__branch", "pair")
        .annotate(
            planned=Count("pk"),
            held=Count("pk", filter=Q(state=TalkTask.State.HELD)),
            late=Count("pk", filter=late),
        )
    )
    counted = {(branch, pair): (planned, held, over) for branch, pair, planned, held, over in rows}
    branches = _branches({branch for branch, _pair in counted})
    pairs = [pair for pair in TalkPair.values if any(key[1] == pair for key in counted)]
    labels = {pair: str(SHORT[TalkPair(pair)]) for pair in pairs}
    by_branch = [_sum(label, str(pk or "none"), counted, branch=pk) for pk, label in branches]
    return Coverage(
        year=year,
        total=_sum(gettext("All"), "", counted),
        by_branch=by_branch,
        by_pair=[_sum(labels[pair], pair, counted, pair=pair) for pair in pairs],
        cells=[
            (row, [_cell(labels[pair], pair, counted, pk) for pair in pairs])
            for row, (pk, _label) in zip(by_branch, branches, strict=True)
        ],
        pairs=list(labels.values()),
    )


Counted = dict[tuple[int | None, str], tuple[int, int, int]]
_ANY = object()


def _sum(
    label: str, key: str, counted: Counted, *, branch: object = _ANY, pair: object = _ANY
) -> Covered:
    found: defaultdict[int, int] = defaultdict(int)
    for (of_branch, of_pair), numbers in counted.items():
        if branch in (_ANY, of_branch) and pair in (_ANY, of_pair):
            for place, number in enumerate(numbers):
                found[place] += number
    return Covered(label, key, found[0], found[1], found[2])


def _cell(label: str, pair: str, counted: Counted, branch: int | None) -> Covered:
    return Covered(label, pair, *counted.get((branch, pair), (0, 0, 0)))


def _branches(ids: set[int | None]) -> list[tuple[int | None, str]]:
    units = Unit.objects.filter(pk__in=[pk for pk in ids if pk]).order_by("path")
    found: list[tuple[int | None, str]] = [(unit.pk, unit.display_name) for unit in units]
    return [*found, (None, gettext("without a branch"))] if None in ids else found


def coverage_chart(rows: list[Covered], *, title: str) -> str:
    """Bars of the share held; the numbers stand in the table beside it."""
    bars = [
        Bar(one.label, one.share or 0, f"{one.held}/{one.planned}", colour=2 if not one.left else 0)
        for one in rows
    ]
    return bar_chart(bars, title=title, most=1)


def years_planned(user: User, *, on: date) -> list[int]:
    """The years that have planned talks in reach, latest first, and this one."""
    tasks = TalkTask.objects.in_scope(user).filter(kind=TalkTask.Kind.RULE)
    found = set(tasks.order_by().values_list("year", flat=True).distinct())
    return sorted({*found, on.year}, reverse=True)
