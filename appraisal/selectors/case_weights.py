"""Reads of the tables of case points: lists, what a case counts, and what a version changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.models import CaseWeight, CaseWeightTable, Measure
from appraisal.rules.case_points import CaseWeightRow, TableFault, points_per_case, table_faults
from appraisal.rules.scoring import plain
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope

State = CaseWeightTable.State

FAULTS: dict[str, str | Promise] = {
    "no_rows": _("The table has no rows."),
    "no_measure": _("A row does not say which cases it counts."),
    "counts_itself": _("“%(measure)s” is what the table gives; it can't count itself."),
    "measure_twice": _("“%(measure)s” stands in more than one row, so its cases count twice."),
    "not_above_zero": _("“%(measure)s”: %(name)s must be above zero."),
    "too_large": _("“%(measure)s”: %(name)s must be at most %(largest)s."),
}
NUMBERS: dict[str, str | Promise] = {
    "base": _("the base points"),
    "type_coefficient": _("the coefficient of the kind of case"),
    "role_coefficient": _("the coefficient of the role"),
}


def tables_listed(user: User) -> QuerySet[CaseWeightTable]:
    return (
        CaseWeightTable.objects.visible_to(user)
        .select_related("court")
        .annotate(row_count=Count("weights"))
        .order_by("court__path", "-version")
    )


def tables_kept_by(user: User) -> QuerySet[CaseWeightTable]:
    """Tables of the courts whose index sets ``user`` keeps."""
    kept = court_scope(user, "appraisal.manage_index_set")
    return CaseWeightTable.objects.filter(kept).select_related("court")


def weights_of(table: CaseWeightTable) -> list[CaseWeight]:
    found = CaseWeight.objects.filter(table=table).select_related("measure", "table")
    return list(found.order_by("position", "pk"))


@dataclass(frozen=True, slots=True)
class WeightShown:
    """One row with the points of a case, and the sum in words: 10 × 1.5 × 0.6."""

    weight: CaseWeight
    formula: str
    points: str


def weights_shown(weights: Iterable[CaseWeight]) -> list[WeightShown]:
    return [
        WeightShown(
            one,
            " × ".join(plain(n) for n in (one.base, one.type_coefficient, one.role_coefficient)),
            plain(points_of(one)),
        )
        for one in weights
    ]


def points_of(weight: CaseWeight) -> Decimal:
    return points_per_case(weight.base, weight.type_coefficient, weight.role_coefficient)


def rows_of(weights: Iterable[CaseWeight]) -> list[CaseWeightRow]:
    return [
        CaseWeightRow(one.measure.code, one.base, one.type_coefficient, one.role_coefficient)
        for one in weights
    ]


def faults_shown(weights: list[CaseWeight]) -> list[str]:
    """Everything that forbids publishing, in words."""
    names = {one.measure.code: one.measure.display_name for one in weights}
    return [fault_text(fault, names) for fault in table_faults(rows_of(weights))]


def fault_text(fault: TableFault, names: dict[str, str]) -> str:
    params = dict(fault.params)
    if "name" in params:
        params["name"] = str(NUMBERS[params["name"]])
    params["measure"] = names.get(fault.measure, fault.measure)
    return str(FAULTS[fault.code]) % params


# -- what a version changed -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WeightChange:
    """What became of one kind of case: '' for what only one of the two versions has."""

    measure: Measure
    before: str
    after: str
    change: str

    @property
    def change_label(self) -> str:
        return str(CHANGES[self.change])


CHANGES: dict[str, str | Promise] = {
    "added": _("added"),
    "removed": _("removed"),
    "more": _("counts more"),
    "less": _("counts less"),
    "same": _("unchanged"),
}


def former_of(table: CaseWeightTable) -> CaseWeightTable | None:
    """The version in force before this one: the newest older one that was ever published."""
    older = CaseWeightTable.objects.filter(court=table.court_id, version__lt=table.version)
    return older.exclude(state=State.DRAFT).order_by("-version").first()


def changes_between(former: CaseWeightTable, table: CaseWeightTable) -> list[WeightChange]:
    """Points of a case before and after, kind by kind, in the order of the newer table."""
    before = {one.measure_id: one for one in weights_of(former)}
    after = {one.measure_id: one for one in weights_of(table)}
    return [_change(before.get(key), after.get(key)) for key in {**after, **before}]


def _change(before: CaseWeight | None, after: CaseWeight | None) -> WeightChange:
    known = after or before
    if known is None:
        raise ValueError("neither version has the row")
    old, new = (points_of(one) if one else None for one in (before, after))
    if old is None or new is None:
        change = "removed" if new is None else "added"
    else:
        change = "same" if old == new else "more" if new > old else "less"
    return WeightChange(known.measure, _written(old), _written(new), change)


def _written(value: Decimal | None) -> str:
    return "" if value is None else plain(value)
