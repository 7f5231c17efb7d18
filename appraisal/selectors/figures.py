"""Reads of case figures: for computing, for lists, and for the officer's own page."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from appraisal.models import Figure, FigureImport, FigureSheet, Measure
from appraisal.rules.case_points import CASE_POINTS
from appraisal.rules.figures import plain_number
from cadres.models import Officer
from cadres.selectors.officers import Reach
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import is_court_path, paths_with, touched_court_scope
from courtparty.accounts.selectors import holders_of
from courtparty.lib.dates import Period

# {officer id: {first day of the month: {code of the measure: value}}}
Figures = dict[int, dict[date, dict[str, Decimal]]]

VIEW = "appraisal.view_figures"
IMPORT = "appraisal.import_figures"
CORRECT = "appraisal.correct_figures"

OFFICERS_AT_A_TIME = 5000
MONTHS_LIFE = 600
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
    """What a case workbook of any court has a column for."""
    usual = Measure.objects.filter(court=None, is_entered=False).exclude(code=CASE_POINTS)
    return list(usual.order_by("position", "code"))


def measures_exported(courts: Iterable[Unit]) -> list[Measure]:
    """The workbook's measures, and any other of which these courts have a figure."""
    usual = measures_in_order()
    figures = Figure.objects.filter(measure=OuterRef("pk"), officer__court__in=list(courts))
    others = Measure.objects.filter(Exists(figures)).exclude(pk__in=[one.pk for one in usual])
    return usual + list(others.order_by("position", "code"))


def measures_shown(figures: Iterable[Mapping[int, Figure]]) -> list[Measure]:
    """Those of the workbook, for whom it has figures, and whatever else there is a figure of."""
    reported = {measure for of_sheet in figures for measure in of_sheet}
    usual = {measure.pk for measure in measures_in_order()}
    if reported and not usual & reported:
        usual = set()
    return list(Measure.objects.filter(pk__in=usual | reported).order_by("position", "code"))


def listed_measures() -> list[Measure]:
    """The measures with a column in the list; the rest is on the pages and in the export."""
    measures = measures_in_order()
    usual = [measure for measure in measures if measure.code in LISTED_MEASURES]
    return usual or measures[: len(LISTED_MEASURES)]


# -- who imports ------------------------------------------------------------------------------


def figure_courts(user: User) -> QuerySet[Unit]:
    """The courts whose figures ``user`` imports."""
    return courts_with(user, IMPORT)


def courts_with(user: User, permission: str) -> QuerySet[Unit]:
    """The courts on the whole of which ``user`` holds a permission."""
    paths = [path for path in paths_with(user, permission) if is_court_path(path)]
    return Unit.objects.courts().filter(path__in=paths).order_by("path")


def figure_keepers(court: Unit, *, on: date) -> list[User]:
    """Everybody who imports the figures of ``court`` on that day."""
    return list(holders_of(IMPORT, court, on=on).order_by("pk"))


def recent_imports(user: User) -> QuerySet[FigureImport]:
    imports = FigureImport.objects.visible_to(user).workbooks().defer("report")
    return imports.select_related("court", "created_by").order_by("-created_at")[:RECENT_IMPORTS]


# -- the list ---------------------------------------------------------------------------------

ORDERS = {
    "month": ("month", "officer__pinyin", "officer_id"),
    "name": ("officer__pinyin", "officer_id", "month"),
    "department": ("officer__department__path", "officer__pinyin", "officer_id", "month"),
    "state": ("state", "month", "officer__pinyin", "officer_id"),
}
DEFAULT_ORDER = "-month"
# What a line of the list shows; numbers of persons are not even read.
LISTED = (
    "month", "state", "officer__name", "officer__department__name",
    "officer__department__name_en",
)  # fmt: skip


def sheets_listed(user: User, reach: Reach, month: date | None) -> QuerySet[FigureSheet]:
    """The months that ``user`` sees inside ``reach``, all of them or those of one month.

    ``visible_to`` decides; courts and month are said once more in plain values, so that a page
    is found by the index of names. One's own months elsewhere are on *My figures*.
    """
    sheets = FigureSheet.objects.visible_to(user)
    courts = [court.pk for court in reach.courts]
    if len(courts) == 1:
        sheets = sheets.filter(officer__court=courts[0])
    else:
        sheets = sheets.filter(officer__court__in=courts)
    sheets = sheets.filter(month=month) if month else sheets
    return sheets.select_related("officer__department").only(*LISTED)


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

    @property
    def month(self) -> str:
        return f"{self.sheet.month:%Y-%m}"


def sheet_rows(sheets: Iterable[FigureSheet], measures: list[Measure]) -> list[SheetRow]:
    """Lines for a page of months. One query, whatever is on the page."""
    listed = list(sheets)
    figures = figures_of(listed)
    return [
        SheetRow(
            sheet,
            [
                value_of(figures[sheet.officer_id, sheet.month].get(measure.pk))
                for measure in measures
            ],
            max((f.as_of for f in figures[sheet.officer_id, sheet.month].values()), default=None),
        )
        for sheet in listed
    ]


def value_of(figure: Figure | None) -> Decimal | None:
    return shortened(figure.value) if figure else None


def shortened(value: Decimal) -> Decimal:
    """28.0000 as 28, and 30.0000 as 30: normalize() would make 3E+1 of it."""
    return Decimal(plain_number(value))


def figures_of(
    sheets: list[FigureSheet], *, with_source: bool = False
) -> defaultdict[tuple[int, date], dict[int, Figure]]:
    found: defaultdict[tuple[int, date], dict[int, Figure]] = defaultdict(dict)
    figures = Figure.objects.filter(
        officer__in={sheet.officer_id for sheet in sheets},
        month__in={sheet.month for sheet in sheets},
    )
    if with_source:
        figures = figures.select_related("source__created_by").defer("source__report")
    for figure in figures:
        found[figure.officer_id, figure.month][figure.measure_id] = figure
    return found


def months_known(user: User) -> list[date]:
    """The months with figures that ``user`` sees, newest first; read once after each import."""
    imports = FigureImport.objects.filter(touched_court_scope(user, VIEW))
    last = imports.aggregate(at=Max("imported_at"))["at"]
    paths = ".".join(paths_with(user, VIEW))
    key = f"figure-months:{user.pk}:{paths}:{last.timestamp() if last else 0}"
    months: list[date] | None = cache.get(key)
    if months is None:
        seen = FigureSheet.objects.visible_to(user).order_by("-month")
        months = list(seen.values_list("month", flat=True).distinct())
        if last:
            cache.set(key, months, MONTHS_LIFE)
    return months


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


# -- what waits for a word ---------------------------------------------------------------------


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
