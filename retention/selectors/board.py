"""The retention board: what closed years show of turnover and causes, and the running total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import units_with
from courtparty.lib.charts import Bar, bar_chart, column_chart
from retention.models import BoardYear
from retention.models.board import BOARD
from retention.rules.causes import (
    Tally,
    Window,
    shown_any,
    shown_main,
    shown_said,
    sums,
    units_apart,
    windows,
)
from retention.rules.groups import MINIMUM
from retention.rules.turnover import AGE_FROM, DIVISIONS, TENURE_FROM, UNKNOWN, bands, rate_of
from retention.selectors.causes import MANAGE, cause_names, causes_of
from retention.selectors.entitlement_gaps import GapGroup, gap_counts
from retention.selectors.turnover import (
    YearSoFar,
    party_units,
    units_below,
    year_so_far,
    years_to_close,
)

DIVISION_LABELS: Mapping[str, Promise] = {
    "function": gettext_lazy("By function of the department"),
    "tenure": gettext_lazy("By years of service"),
    "age": gettext_lazy("By age"),
}
# As many years as fit side by side.
YEARS_DRAWN = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One group, or one year: average headcount, leavers, and their rate in per cent."""

    label: str
    heads: Decimal
    leavers: int

    @property
    def rate(self) -> Decimal | None:
        return rate_of(self.leavers, self.heads)


@dataclass(frozen=True, slots=True)
class Division:
    """The groups of one division in one year. Hidden ones are left out, and only counted."""

    label: str
    rows: list[Row]
    hidden: int
    chart: str


@dataclass(frozen=True, slots=True)
class CauseRow:
    """How often one cause was given; None where that is hidden."""

    label: str
    main: int | None
    any: int | None
    said: int | None


@dataclass(frozen=True, slots=True)
class CauseTable:
    """Causes of some years together. Not ``is_whole``: too few to show any yet."""

    years: str
    leavers: int | None
    coded: int | None
    talks: int | None
    rows: list[CauseRow]
    chart: str
    is_whole: bool

    @property
    def has_talks(self) -> bool:
        return any(row.said is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Board:
    """The board of one unit. ``is_hidden``: its closed years may not be shown at all."""

    court: Unit
    unit: Unit
    years: list[Row]
    chart: str
    year: int | None
    divisions: list[Division]
    causes: list[CauseTable]
    so_far: YearSoFar | None
    is_hidden: bool

    @property
    def all_years(self) -> list[str]:
        return [row.label for row in self.years]


def board_units(user: User) -> list[Unit]:
    """The courts and Party organisations whose board ``user`` may read, from the top down."""
    kinds = [Unit.Kind.COURT, *Unit.PARTY_KINDS]
    return list(units_with(user, BOARD).filter(kind__in=kinds).order_by("path"))


def board_of(user: User, unit: Unit, *, year: int | None, on: date) -> Board:
    """The board of ``unit``, with the groups of ``year`` or of the last one closed.

    Only what was kept when the years were closed is read, so that no filter shows a finer cut.
    As many queries for one year as for ten.
    """
    court = unit if unit.kind == Unit.Kind.COURT else Unit.objects.get(path=unit.court_path)
    closed = list(BoardYear.objects.visible_to(user).filter(court=court).order_by("year"))
    key = str(unit.pk)
    tables = {one.year: one.tables[key] for one in closed if key in one.tables}
    years = [_row(str(number), table["all"]) for number, table in tables.items()]
    chosen = year if year in tables else max(tables, default=None)
    names = cause_names(causes_of(court))
    return Board(
        court=court,
        unit=unit,
        years=years,
        chart=_years_chart(years[-YEARS_DRAWN:]),
        year=chosen,
        divisions=_divisions(tables[chosen]) if chosen else [],
        causes=_causes(closed, court, unit, names),
        so_far=year_so_far(court, unit, on=on),
        is_hidden=bool(closed) and not tables,
    )


def gaps_of(user: User, unit: Unit, *, on: date) -> list[GapGroup]:
    """Departments of a whole court with how many wait for rank or pay; nothing below a court."""
    if unit.kind != Unit.Kind.COURT:
        return []
    return [one for one in gap_counts(user, on).groups if one.unit.path.startswith(unit.path)]


def next_year_to_close(user: User, court: Unit, *, on: date) -> int | None:
    """The year that who keeps departures may close now."""
    if not user.has_perm(MANAGE):
        return None
    years = years_to_close(court, until=on.year - 1)
    return years[0] if years else None


def _row(label: str, stored: Mapping[str, Any]) -> Row:
    return Row(label, Decimal(stored["heads"]), stored["leavers"])


def _years_chart(years: Sequence[Row]) -> str:
    bars = [Bar(one.label, one.rate, f"{one.rate} %") for one in years if one.rate is not None]
    return column_chart(bars, title=_("Turnover by year, per cent")) if bars else ""


def _divisions(table: Mapping[str, Any]) -> list[Division]:
    found = []
    for name in DIVISIONS:
        stored = {one["group"]: one for one in table[name]}
        rows = [_row(label, stored[key]) for key, label in _labels(name).items() if key in stored]
        label = str(DIVISION_LABELS[name])
        found.append(Division(label, rows, table["hidden"][name], _rates_chart(rows, label)))
    return found


def _rates_chart(rows: Iterable[Row], title: str) -> str:
    bars = [Bar(one.label, one.rate, f"{one.rate} %") for one in rows if one.rate is not None]
    most = max((bar.value for bar in bars), default=0)
    return bar_chart(bars, title=title, most=most) if bars else ""


def _labels(division: str) -> dict[str, str]:
    if division == "function":
        return {code: str(label) for code, label in Unit.Function.choices}
    starts = TENURE_FROM if division == "tenure" else AGE_FROM
    return {key: _band_words(key) for key in bands(starts)} | {UNKNOWN: _("not on record")}


def _band_words(key: str) -> str:
    """3-4 as "3 to 4 years", 20+ as "20 years and more", 0-29 as "up to 29 years"."""
    if key.endswith("+"):
        return _("%(years)s years and more") % {"years": key.removesuffix("+")}
    low, high = key.split("-")
    if low == "0":
        return ngettext("up to %(years)s year", "up to %(years)s years", int(high)) % {
            "years": high
        }
    return _("%(low)s to %(high)s years") % {"low": low, "high": high}


# -- causes -------------------------------------------------------------------------------------


def _causes(
    closed: Sequence[BoardYear], court: Unit, unit: Unit, names: Mapping[str, str]
) -> list[CauseTable]:
    """The years are taken together as the whole court needs it, for every unit alike.

    Two units beside one another are kept apart from what is above them by all there is to see.
    """
    stretches = windows(_tallies(closed, court.pk))
    tree = [(court.pk, None)] if unit.pk == court.pk else units_below(court, party_units(court))
    found = {pk: sums(_tallies(closed, pk), stretches) for pk, _parent in tree}
    tables = []
    for window in reversed(stretches):
        apart = units_apart((pk, parent, found[pk][window]) for pk, parent in tree)
        own = found[unit.pk][window]
        tables.append(_cause_table(window, own, names, unit.pk == court.pk, unit.pk in apart))
    return tables


def _tallies(closed: Sequence[BoardYear], unit: int) -> dict[int, Tally]:
    empty: dict[str, Any] = {}
    return {one.year: Tally(**one.causes.get(str(unit), empty)) for one in closed}


def _cause_table(
    window: Window, own: Tally, names: Mapping[str, str], is_court: bool, is_apart: bool
) -> CauseTable:
    years = str(window.first)
    if window.last != window.first:
        years = f"{window.first}–{window.last}"
    is_shown = window.is_whole and is_apart
    rows = _cause_rows(own, names) if is_shown else []
    return CauseTable(
        years=years,
        leavers=_enough(own.leavers) if is_court or is_shown else None,
        coded=_enough(own.coded) if is_shown else None,
        talks=_enough(own.talks) if is_shown else None,
        rows=rows,
        chart=_causes_chart(rows),
        is_whole=window.is_whole,
    )


def _enough(count: int) -> int | None:
    return count if count >= MINIMUM else None


def _cause_rows(tally: Tally, names: Mapping[str, str]) -> list[CauseRow]:
    main, any_, said = shown_main(tally), shown_any(tally), shown_said(tally)
    rows = [
        CauseRow(names.get(code, code), main.get(code), any_.get(code), said.get(code))
        for code in [*names, *(code for code in tally.main if code not in names)]
        if code in tally.main
    ]
    if all(row.main is row.any is row.said is None for row in rows):
        return []
    return rows


def _causes_chart(rows: Sequence[CauseRow]) -> str:
    bars = [Bar(row.label, row.main, str(row.main)) for row in rows if row.main is not None]
    most = max((bar.value for bar in bars), default=0)
    return bar_chart(bars, title=_("Main cause"), most=most) if bars else ""
