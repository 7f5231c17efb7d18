"""What closed cases count in points: a weight table, linear and without exemptions. Pure.

Points of a case are base × coefficient of its kind × coefficient of the role in it, as one
provincial program has it [S]. That program's defects are left out: nobody is exempted by name,
nothing jumps, and what happens to the court is charged to no person.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

# The measure that a table of case points gives.
CASE_POINTS = "case_points"

BASE = Decimal(10)  # [S]

# Coefficients of one provincial program [S]: defaults of an editable table.
TYPE_COEFFICIENTS = {
    "first_instance": Decimal("1.5"),
    "second_instance": Decimal("1.0"),
    "review": Decimal("0.5"),
    "sentence_reduction": Decimal("0.07"),
}
ROLE_COEFFICIENTS = {
    "handling": Decimal("0.6"),  # presiding, or handling the case
    "member": Decimal("0.2"),  # another member of the bench
}

# Far above any coefficient seen: a bound against slips of the keyboard [U].
LARGEST_COEFFICIENT = Decimal(20)
LARGEST_BASE = Decimal(1000)


@dataclass(frozen=True, slots=True)
class CaseWeightRow:
    """What one case counted by ``measure`` gives."""

    measure: str
    base: Decimal
    type_coefficient: Decimal
    role_coefficient: Decimal

    @property
    def points(self) -> Decimal:
        return points_per_case(self.base, self.type_coefficient, self.role_coefficient)


@dataclass(frozen=True, slots=True)
class TableFault:
    """What is wrong with a table. ``code`` is put into words later."""

    code: str
    measure: str = ""
    params: dict[str, str] = field(default_factory=dict)


def points_per_case(base: Decimal, type_coefficient: Decimal, role_coefficient: Decimal) -> Decimal:
    """Points of one case: 10 × 1.5 × 0.6 = 9 for handling one of first instance [S]."""
    return base * type_coefficient * role_coefficient


def weights_of(rows: Iterable[CaseWeightRow]) -> tuple[tuple[str, Decimal], ...]:
    """{measure, points of one case}: what ``lines_of`` takes as the parts of case points."""
    return tuple((row.measure, row.points) for row in rows)


def table_faults(rows: Sequence[CaseWeightRow]) -> list[TableFault]:
    """Everything that forbids publishing a table; empty when it is sound.

    Points grow in proportion to cases, so there can be no cliffs; that every coefficient is above
    zero and bounded, and that no kind of case counts twice, is all there is to check.
    """
    if not rows:
        return [TableFault("no_rows")]
    faults = [fault for row in rows for fault in _row_faults(row)]
    times = Counter(row.measure for row in rows)
    faults += [TableFault("measure_twice", measure) for measure, n in times.items() if n > 1]
    return faults


def _row_faults(row: CaseWeightRow) -> Iterable[TableFault]:
    if not row.measure:
        yield TableFault("no_measure")
    if row.measure == CASE_POINTS:
        yield TableFault("counts_itself", row.measure)
    for name, value, largest in (
        ("base", row.base, LARGEST_BASE),
        ("type_coefficient", row.type_coefficient, LARGEST_COEFFICIENT),
        ("role_coefficient", row.role_coefficient, LARGEST_COEFFICIENT),
    ):
        params: dict[str, Any] = {"name": name, "largest": str(largest)}
        if not value.is_finite() or value <= 0:
            yield TableFault("not_above_zero", row.measure, params)
        elif value > largest:
            yield TableFault("too_large", row.measure, params)
