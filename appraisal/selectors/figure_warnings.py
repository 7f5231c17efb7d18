"""What is odd in a month of figures, beside what its own numbers say: told, and no obstacle."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from appraisal.models import Figure
from appraisal.rules.figures import month_before, plain_number
from appraisal.selectors.figure_changes import Change, Person
from appraisal.selectors.figure_workbook import FigureRow, MonthSheet
from cadres.models import Officer
from courtparty.accounts.models import Unit
from courtparty.lib.xlsx import Fault


def by_hand_faults(
    sheet: MonthSheet, row: FigureRow, person: Person, change: Change
) -> Iterator[Fault]:
    """What somebody put right by hand would be replaced: told, and left to whoever confirms."""
    known = change.known
    if known is None or not known.is_by_hand or known.value == change.new:
        return
    letter = sheet.letters.get(change.code, "")
    params = {
        "measure": sheet.headings.get(change.code, change.code),
        "name": person.name,
        "month": f"{sheet.month:%Y-%m}",
        "day": known.as_of.isoformat(),
        "stored": plain_number(known.value),
        "number": plain_number(change.new),
    }
    yield Fault(sheet.sheet, row.row, letter, "figures_by_hand", params, "warning")


def cycle_faults(
    sheet: MonthSheet,
    whose: dict[FigureRow, Person],
    without: dict[tuple[int, date], list[str]],
) -> Iterator[Fault]:
    """Figures of officers who have no part in an open cycle over the month."""
    for row, person in whose.items():
        for cycle in without.get((person.pk, sheet.month), []):
            params = {"name": person.name, "cycle": cycle, "month": f"{sheet.month:%Y-%m}"}
            place = (sheet.sheet, row.row, sheet.letters["officer"])
            yield Fault(*place, "figures_not_in_cycle", params, "warning")


def judge_faults(sheet: MonthSheet, whose: dict[FigureRow, Person]) -> Iterator[Fault]:
    for row, person in whose.items():
        has_figures = any(value for value in row.values.values())
        if person.category == Officer.Category.QUOTA_JUDGE or not has_figures:
            continue
        params = {"name": person.name}
        place = (sheet.sheet, row.row, sheet.letters["officer"])
        yield Fault(*place, "figures_not_a_judge", params, "warning")


# -- from month to month ----------------------------------------------------------------------

Pending = dict[tuple[int, date], Decimal]


def pending_before(court: Unit, sheets: list[MonthSheet]) -> Pending:
    """What was pending at the end of the months before, where the workbook lacks those months."""
    inside = {sheet.month for sheet in sheets}
    before = {month_before(month) for month in inside} - inside
    rows = Figure.objects.filter(
        officer__court=court, month__in=before, measure__code="pending"
    ).values_list("officer_id", "month", "value")
    return {(officer_id, month): value for officer_id, month, value in rows}


def continuity_faults(
    sheet: MonthSheet, whose: dict[FigureRow, Person], pending: Pending
) -> Iterator[Fault]:
    before = month_before(sheet.month)
    for row, person in whose.items():
        left, carried = pending.get((person.pk, before)), row.values.get("carried_over")
        if left is not None and carried is not None and left != carried:
            params = {
                "number": plain_number(carried),
                "before": f"{before:%Y-%m}",
                "other": plain_number(left),
            }
            place = (sheet.sheet, row.row, sheet.letters.get("carried_over", ""))
            yield Fault(*place, "figures_not_continued", params, "warning")
        if (now := row.values.get("pending")) is not None:
            pending[person.pk, sheet.month] = now
