"""The register of awards, and what it comes to by month and function."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import F, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cadres.models import Officer
from cadres.selectors.officers import searched as searched_officers
from courtparty.accounts.models import Unit, User
from courtparty.lib.charts import Bar, bar_chart, column_chart
from retention.models import Award
from retention.models.awards import AwardQuerySet

VIEW = "retention.view_awards"
FUNCTIONS = dict(Unit.Function.choices)

ORDERS = {
    "name": "officer__pinyin",
    "department": "officer__department__name",
    "award": "rung__position",
    "decided": "decided_on",
    "days": "days_taken",
    "number": "document_number",
}
DEFAULT_ORDER = "-decided"


def searched(awards: AwardQuerySet, text: str, *, user: User) -> AwardQuerySet:
    """Those with it in the document number, or whose officer's name, pinyin or initials it is."""
    officers = searched_officers(Officer.objects.all(), text, user=user)
    found = Q(document_number__contains=text) | Q(officer__in=officers.values("pk"))
    return awards.filter(found)


def ordered(awards: AwardQuerySet, sort: str) -> AwardQuerySet:
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    field = F(ORDERS[name])
    down = sort.startswith("-")
    return awards.order_by(field.desc() if down else field.asc(), "-pk" if down else "pk")


@dataclass(frozen=True, slots=True)
class AwardRow:
    """A line of the register, in words."""

    pk: int
    name: str
    department: str
    award: str
    issuer: str
    decided_on: date
    days_taken: int
    number: str
    document_on: date | None
    revoked_on: date | None


def award_rows(awards: Iterable[Award]) -> list[AwardRow]:
    return [
        AwardRow(
            pk=one.pk,
            name=one.officer.name,
            department=one.officer.department.display_name,
            award=one.name,
            issuer=one.issuer,
            decided_on=one.decided_on,
            days_taken=one.days_taken,
            number=one.document_number,
            document_on=one.document_on,
            revoked_on=one.revoked_on,
        )
        for one in awards
    ]


def years_of(awards: AwardQuerySet) -> list[int]:
    """The years in which awards were given, latest first."""
    return [day.year for day in awards.dates("decided_on", "year", order="DESC")]


@dataclass(frozen=True, slots=True)
class FunctionLine:
    """The awards of one function in a year: each month, in all, and the days they took."""

    function: str
    months: list[int]
    total: int
    days: int | None


@dataclass(frozen=True, slots=True)
class AwardYear:
    """A year of awards as two pictures and the table of their numbers."""

    year: int
    lines: list[FunctionLine]
    months: list[int]
    total: int
    days: int | None
    by_month: SafeString
    days_by_function: SafeString


def award_year(awards: AwardQuerySet, *, year: int) -> AwardYear:
    """Awards in force decided in ``year``, by month and function of the officer. One query."""
    given = awards.in_force().filter(decided_on__year=year)
    rows = given.values_list("officer__department__function", "decided_on", "days_taken")
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    days: dict[str, list[int]] = defaultdict(list)
    for function, day, taken in rows:
        counts[function][day.month] += 1
        days[function].append(taken)
    lines = [
        FunctionLine(
            str(label),
            [counts[key][month] for month in range(1, 13)],
            counts[key].total(),
            _middle(days[key]),
        )
        for key, label in FUNCTIONS.items()
        if key in counts
    ]
    months = [sum(line.months[index] for line in lines) for index in range(12)]
    return AwardYear(
        year=year,
        lines=lines,
        months=months,
        total=sum(months),
        days=_middle([one for found in days.values() for one in found]),
        by_month=_month_picture(months, year),
        days_by_function=_days_picture(lines),
    )


def _middle(values: list[int]) -> int | None:
    return round(median(values)) if values else None


def _month_picture(months: list[int], year: int) -> SafeString:
    bars = [
        Bar(str(month), count, str(count) if count else "") for month, count in enumerate(months, 1)
    ]
    return column_chart(bars, title=_("Awards by month, %(year)s") % {"year": year})


def _days_picture(lines: list[FunctionLine]) -> SafeString:
    bars = [Bar(line.function, line.days or 0, str(line.days), 1) for line in lines]
    most = max([line.days or 0 for line in lines], default=0) or 1
    return bar_chart(bars, title=_("Days from the achievement to the award, median"), most=most)
