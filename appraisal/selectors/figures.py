"""Reads of case figures: for computing, for lists, and for the officer's own page."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet

from appraisal.models import Figure, FigureCorrection, FigureImport, FigureSheet, Measure
from appraisal.rules.figures import plain_number
from cadres.models import Officer
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import PERMISSIONS
from courtparty.accounts.scope import is_court_path, paths_with
from courtparty.lib.dates import Period

# {officer id: {first day of the month: {code of the measure: value}}}
Figures = dict[int, dict[date, dict[str, Decimal]]]

OFFICERS_AT_A_TIME = 5000
RECENT_IMPORTS = 20
# As many columns as fit beside the names without scrolling sideways.
LISTED_MEASURES = ("carried_over", "new", "closed", "pending")


def figures_for(officer_ids: Iterable[int], period: Period) -> Figures:
    """The figures of these officers in the months of ``period``.

    Every officer has an entry, be it empty; a month or a measure that is not there is missing,
    which is not zero. One query for each 5,000 officers.
    """
    ids = list(officer_ids)
    found: Figures = {officer_id: {} for officer_id in ids}
    for start in range(0, len(ids), OFFICERS_AT_A_TIME):
        rows = Figure.objects.filter(
            officer__in=ids[start : start + OFFICERS_AT_A_TIME],
            month__gte=period.start,
            month__lt=period.end,
        ).values_list("officer_id", "month", "measure__code", "value")
        for officer_id, month, code, value in rows.iterator(chunk_size=5000):
            found[officer_id].setdefault(month, {})[code] = value
    return found


def figure_digest(months: dict[date, dict[str, Decimal]]) -> str:
    """SHA-256 of one officer's figures; equal figures give equal digests on every database."""
    plain = {
        month.isoformat(): {code: plain_number(value) for code, value in values.items()}
        for month, values in months.items()
        if values
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def measures_in_order() -> list[Measure]:
    return list(Measure.objects.order_by("position", "code"))


def listed_measures() -> list[Measure]:
    """The measures with a column in the list; the rest is on the pages and in the export."""
    measures = measures_in_order()
    usual = [measure for measure in measures if measure.code in LISTED_MEASURES]
    return usual or measures[: len(LISTED_MEASURES)]


# -- who imports ------------------------------------------------------------------------------


def figure_courts(user: User) -> QuerySet[Unit]:
    """The courts whose figures ``user`` imports."""
    paths = [path for path in paths_with(user, "appraisal.import_figures") if is_court_path(path)]
    return Unit.objects.courts().filter(path__in=paths).order_by("path")


def figure_keepers(court: Unit, *, on: date) -> list[User]:
    """Everybody who imports the figures of ``court`` on that day."""
    roles = [role for role, rights in PERMISSIONS.items() if "appraisal.import_figures" in rights]
    grants = Grant.objects.in_force(on=on).filter(role__in=roles, unit=court)
    return list(User.objects.filter(is_active=True, grants__in=grants).distinct().order_by("pk"))


def recent_imports(user: User) -> QuerySet[FigureImport]:
    imports = FigureImport.objects.visible_to(user).defer("report")
    return imports.select_related("court", "created_by").order_by("-created_at")[:RECENT_IMPORTS]


# -- the list ---------------------------------------------------------------------------------

ORDERS = {
    "month": ("month", "officer__pinyin", "officer_id"),
    "name": ("officer__pinyin", "officer_id", "month"),
    "department": ("officer__department__path", "officer__pinyin", "officer_id", "month"),
    "state": ("state", "month", "officer__pinyin", "officer_id"),
}
DEFAULT_ORDER = "-month"


def sheets_in_order(sheets: QuerySet[FigureSheet], sort: str) -> QuerySet[FigureSheet]:
    """In the order ?sort= asks for; the newest month first where it asks for none."""
    keys = ORDERS.get(sort.removeprefix("-"))
    if keys is None:
        sort, keys = DEFAULT_ORDER, ORDERS["month"]
    first = f"-{keys[0]}" if sort.startswith("-") else keys[0]
    return sheets.order_by(first, *keys[1:])


def counts_by_state(sheets: QuerySet[FigureSheet]) -> dict[str, int]:
    counts = dict.fromkeys(FigureSheet.State.values, 0)
    rows = sheets.order_by().values_list("state").annotate(n=Count("pk"))
    return counts | dict(rows)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of the figure list: an officer's month with its numbers in the columns' order."""

    sheet: FigureSheet
    values: list[Decimal | None]
    as_of: date | None


def sheet_rows(sheets: Iterable[FigureSheet], measures: list[Measure]) -> list[SheetRow]:
    """Lines for a page of months. One query, whatever is on the page."""
    listed = list(sheets)
    figures = _figures_of(listed)
    return [
        SheetRow(
            sheet,
            [
                _value(figures[sheet.officer_id, sheet.month].get(measure.pk))
                for measure in measures
            ],
            max((f.as_of for f in figures[sheet.officer_id, sheet.month].values()), default=None),
        )
        for sheet in listed
    ]


def _value(figure: Figure | None) -> Decimal | None:
    return shortened(figure.value) if figure else None


def shortened(value: Decimal) -> Decimal:
    """28.0000 as 28, and 30.0000 as 30: normalize() would make 3E+1 of it."""
    return Decimal(plain_number(value))


def _figures_of(
    sheets: list[FigureSheet],
) -> defaultdict[tuple[int, date], dict[int, Figure]]:
    found: defaultdict[tuple[int, date], dict[int, Figure]] = defaultdict(dict)
    figures = Figure.objects.filter(
        officer__in={sheet.officer_id for sheet in sheets},
        month__in={sheet.month for sheet in sheets},
    )
    for figure in figures:
        found[figure.officer_id, figure.month][figure.measure_id] = figure
    return found


def months_known(user: User) -> list[date]:
    """The months with figures that ``user`` sees, newest first."""
    months = FigureSheet.objects.visible_to(user).order_by("-month").values_list("month", flat=True)
    return list(months.distinct())


def figure_departments(user: User) -> list[Unit]:
    """The departments whose figures ``user`` sees."""
    paths = paths_with(user, "appraisal.view_figures")
    found = Unit.objects.none()
    for path in paths:
        found |= Unit.objects.departments().filter(path__startswith=path)
    return list(found.order_by("path"))


def export_rows(
    sheets: QuerySet[FigureSheet], measures: list[Measure], *, at_a_time: int = 500
) -> Iterator[SheetRow]:
    """All lines of a list, a few hundred in memory at once."""
    chunk: list[FigureSheet] = []
    for sheet in sheets.iterator(chunk_size=at_a_time):
        chunk.append(sheet)
        if len(chunk) == at_a_time:
            yield from sheet_rows(chunk, measures)
            chunk = []
    yield from sheet_rows(chunk, measures)


# -- one officer's months ---------------------------------------------------------------------


@dataclass(slots=True)
class FigureLine:
    """One number of one month with where it comes from and what it was before."""

    measure: Measure
    figure: Figure | None
    corrections: list[FigureCorrection] = field(default_factory=list)

    @property
    def value(self) -> Decimal | None:
        return _value(self.figure)


@dataclass(slots=True)
class SheetDetail:
    """One officer's month, number by number."""

    sheet: FigureSheet
    lines: list[FigureLine]

    @property
    def as_of(self) -> date | None:
        return max((line.figure.as_of for line in self.lines if line.figure), default=None)

    @property
    def history(self) -> list["CorrectionLine"]:
        """What was corrected, newest first."""
        found = [
            CorrectionLine(line.measure, one, shortened(one.old_value), shortened(one.new_value))
            for line in self.lines
            for one in line.corrections
        ]
        return sorted(found, key=lambda one: (one.made.corrected_at, one.made.pk), reverse=True)


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction as it is shown."""

    measure: Measure
    made: FigureCorrection
    old: Decimal
    new: Decimal


def sheet_details(sheets: Iterable[FigureSheet]) -> list[SheetDetail]:
    """Months number by number, with corrections. Three queries, however many months."""
    listed = list(sheets)
    measures = measures_in_order()
    figures = _figures_of(listed)
    pks = [one.pk for of_sheet in figures.values() for one in of_sheet.values()]
    corrections: defaultdict[int, list[FigureCorrection]] = defaultdict(list)
    history = FigureCorrection.objects.filter(figure__in=pks).select_related("source", "old_source")
    for one in history.defer("source__report", "old_source__report").order_by("corrected_at", "pk"):
        corrections[one.figure_id].append(one)
    return [
        SheetDetail(
            sheet,
            [
                FigureLine(measure, figure, corrections[figure.pk] if figure else [])
                for measure in measures
                for figure in [figures[sheet.officer_id, sheet.month].get(measure.pk)]
            ],
        )
        for sheet in listed
    ]


def own_months(user: User) -> list[SheetDetail]:
    """The user's own months, newest first."""
    sheets = FigureSheet.objects.own(user).select_related("source").defer("source__report")
    return sheet_details(sheets.order_by("-month"))


def outstanding_count(user: User) -> int:
    """How many own months wait for the user's word."""
    return FigureSheet.objects.own(user).to_confirm().count()


def disputed_count(user: User) -> int:
    """How many months are disputed in the courts whose figures ``user`` imports."""
    courts = [court.pk for court in figure_courts(user)]
    disputed = FigureSheet.objects.filter(state=FigureSheet.State.DISPUTED)
    return disputed.filter(officer__court__in=courts).count() if courts else 0


def outstanding_months(*, on: date) -> list[tuple[User, int, list[date]]]:
    """(account, import, months to be confirmed) of every officer in service with an account."""
    sheets = (
        FigureSheet.objects.to_confirm()
        .filter(officer__user__is_active=True, officer__left_on=None, month__lte=on)
        .order_by("officer_id", "source_id", "month")
    )
    months: defaultdict[tuple[int, int], list[date]] = defaultdict(list)
    for user_id, source_id, month in sheets.values_list("officer__user", "source_id", "month"):
        months[user_id, source_id].append(month)
    users = User.objects.in_bulk({user_id for user_id, _source in months})
    return [(users[user_id], source_id, of) for (user_id, source_id), of in months.items()]


def settle_candidates(court: Unit, officer_ids: Iterable[int]) -> dict[int, Officer]:
    """Officers offered for a name, with their departments."""
    officers = Officer.objects.filter(court=court).select_related("department")
    return officers.in_bulk(list(dict.fromkeys(officer_ids)))
