"""Reads of results: one's own, one in full with every line explained, and a group's medians."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.models import Cycle, Indicator, Participant, Result
from appraisal.rules import scoring
from appraisal.selectors.cycles import SMALLEST_GROUP, months_text
from appraisal.selectors.index_sets import measure_names, written
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from courtparty.lib.words import listed

Names = Mapping[str, str]

STATES: dict[str, str | Promise] = {
    scoring.State.SCORED: _("scored"),
    scoring.State.MISSING: _("figures are missing"),
    scoring.State.NOT_APPLICABLE: _("does not apply"),
}
FORMULAS: dict[str, str | Promise] = {
    "ratio": _(
        "%(name)s = %(measured)s = %(value)s; full marks at %(full_at)s → %(points)s / %(weight)s"
    ),
    "ratio_from": _(
        "%(name)s = %(measured)s = %(value)s; no marks at %(zero_at)s, full marks at %(full_at)s "
        "→ %(points)s / %(weight)s"
    ),
    "count": _(
        "%(name)s = %(measured)s; full marks at %(per_month)s × %(months)s months in post "
        "= %(target)s → %(points)s / %(weight)s"
    ),
    "range_inside": _(
        "%(name)s = %(measured)s = %(value)s; inside the reasonable range %(low)s to %(high)s "
        "→ %(points)s / %(weight)s"
    ),
    "range_below": _(
        "%(name)s = %(measured)s = %(value)s; below the reasonable range %(low)s to %(high)s, "
        "falling to none within %(margin)s → %(points)s / %(weight)s"
    ),
    "range_above": _(
        "%(name)s = %(measured)s = %(value)s; above the reasonable range %(low)s to %(high)s, "
        "falling to none within %(margin)s → %(points)s / %(weight)s"
    ),
    "deduction": _(
        "%(name)s: %(weight)s less %(per_event)s for each of %(measured)s → %(points)s / %(weight)s"
    ),
    "missing": _("%(name)s: figures are missing, so there are no points and no total yet"),
    "not_applicable": _(
        "%(name)s: %(measured)s leaves nothing to divide by, so it does not apply; its weight of "
        "%(weight)s is left out of the total"
    ),
}


@dataclass(frozen=True, slots=True)
class OwnResult:
    """One line of the list of results on *My records*."""

    cycle: Cycle
    months: str
    total: Decimal | None
    state: str
    state_label: str
    computed_at: datetime
    url: str


def own_results(user: User) -> list[OwnResult]:
    """The results of the officer ``user`` is, newest first. One query."""
    found = (
        Result.objects.own(user)
        .select_related("participant__cycle", "run")
        .defer("lines")
        .order_by("-participant__cycle__start", "-participant__cycle__end", "pk")
    )
    return [
        OwnResult(
            cycle=result.participant.cycle,
            months=months_text(result.participant.cycle),
            total=result.total,
            state=result.state,
            state_label=result.get_state_display(),
            computed_at=result.run.finished_at,
            url=result.get_absolute_url(),
        )
        for result in found
    ]


def results_opened_by(user: User) -> QuerySet[Result]:
    """Results ``user`` may open, with what their page needs."""
    return Result.objects.visible_to(user).select_related(
        "run",
        "participant__cycle__court",
        "participant__officer",
        "participant__department",
        "participant__index_set",
    )


def results_exported_by(user: User) -> QuerySet[Result]:
    """Results of the courts in which ``user`` holds the right to export them."""
    kept = court_scope(user, "appraisal.export_results", court="participant__cycle__court")
    return Result.objects.visible_to(user).filter(kept)


def results_of(cycle: Cycle, results: QuerySet[Result] | None = None) -> QuerySet[Result]:
    """Results of a cycle by function, department and name; there is no ranking."""
    found = Result.objects.all() if results is None else results
    return (
        found.filter(participant__cycle=cycle)
        .select_related("participant__officer", "participant__department", "run")
        .order_by(
            "participant__function",
            "participant__category",
            "participant__department__path",
            "participant__officer__pinyin",
            "participant__officer__id_hash",
        )
    )


@dataclass(frozen=True, slots=True)
class Medians:
    """The middle of a group of at least five: of the totals, and of each line's points."""

    count: int
    total: Decimal
    points: Mapping[str, Decimal]


def medians_of(participant: Participant) -> Medians | None:
    """The medians of those under the same index set in the same cycle; None for fewer than five."""
    rows = list(
        Result.objects.filter(
            participant__cycle=participant.cycle_id,
            participant__index_set=participant.index_set_id,
            state=Result.State.COMPLETE,
        ).values_list("total", "lines")
    )
    if len(rows) < SMALLEST_GROUP:
        return None
    points: dict[str, list[Decimal]] = {}
    for _total, lines in rows:
        for line in lines:
            if line["points"] is not None:
                points.setdefault(line["code"], []).append(Decimal(line["points"]))
    return Medians(
        count=len(rows),
        total=scoring.rounded(median(total for total, _lines in rows if total is not None)),
        points={
            code: scoring.rounded(median(values))
            for code, values in points.items()
            if len(values) >= SMALLEST_GROUP
        },
    )


@dataclass(frozen=True, slots=True)
class MonthShown:
    """One month's figures of a line, in the order of its measures."""

    month: str
    values: tuple[str | None, ...]
    as_of: str
    source: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of a result in the reader's words, down to the figures."""

    code: str
    name: str
    area: str
    kind: str
    state: str
    state_label: str
    points: Decimal | None
    weight: Decimal
    explanation: str
    measures: tuple[str, ...]
    months: tuple[MonthShown, ...]
    missing: tuple[tuple[str, str], ...]
    median: Decimal | None = None
    indicator: Indicator | None = None

    @property
    def share(self) -> Decimal | None:
        """How much of its weight the line got."""
        return None if self.points is None else self.points / self.weight

    @property
    def median_share(self) -> Decimal | None:
        return None if self.median is None else self.median / self.weight


def lines_shown(
    result: Result, indicators: Iterable[Indicator], medians: Medians | None, names: Names
) -> list[LineShown]:
    known = {indicator.code: indicator for indicator in indicators}
    return [
        line_shown(line, known.get(line["code"]), names, medians.points if medians else {})
        for line in result.lines
    ]


def line_shown(
    line: Mapping[str, Any],
    indicator: Indicator | None,
    names: Names,
    medians: Mapping[str, Decimal],
) -> LineShown:
    figures = _figures_in_order(line)
    return LineShown(
        code=line["code"],
        name=indicator.display_name if indicator else line["code"],
        area=indicator.get_area_display() if indicator else "",
        kind=str(Indicator.Kind(line["kind"]).label),
        state=line["state"],
        state_label=str(STATES[line["state"]]),
        points=None if line["points"] is None else Decimal(line["points"]),
        weight=Decimal(line["weight"]),
        explanation=explanation_of(line, indicator, names),
        measures=tuple(names.get(code, code) for code in figures),
        months=_months_shown(figures),
        missing=tuple((month, names.get(code, code)) for month, code in line["missing"]),
        median=medians.get(line["code"]),
        indicator=indicator,
    )


def _figures_in_order(line: Mapping[str, Any]) -> dict[str, Mapping[str, Sequence[str]]]:
    """As the formula names them: PostgreSQL does not keep the order in which they were stored."""
    formula = line["formula"]
    named = [code for code, _value in [*formula["numerator"], *formula.get("denominator", [])]]
    return {code: line["figures"][code] for code in dict.fromkeys(named)}


def _months_shown(figures: Mapping[str, Mapping[str, Sequence[str]]]) -> tuple[MonthShown, ...]:
    shown = []
    for month in sorted({month for months in figures.values() for month in months}):
        cells = [months.get(month) for months in figures.values()]
        found = [cell for cell in cells if cell is not None]
        shown.append(
            MonthShown(
                month=month,
                values=tuple(cell[0] if cell else None for cell in cells),
                as_of=_joined(cell[1] for cell in found),
                source=_joined(cell[2] for cell in found),
            )
        )
    return tuple(shown)


def _joined(texts: Iterable[str]) -> str:
    return listed(dict.fromkeys(texts))


def explanation_of(line: Mapping[str, Any], indicator: Indicator | None, names: Names) -> str:
    """From the figures to the points in one sentence, in the active language."""
    formula, state = line["formula"], line["state"]
    words: dict[str, Any] = {
        "name": indicator.display_name if indicator else line["code"],
        "weight": f"{Decimal(line['weight']):.2f}",
        "points": line["points"],
        "measured": _measured(formula, names),
        "months": formula.get("months", ""),
        "target": formula.get("target", ""),
    }
    is_share = "denominator" in formula
    if line["value"] is not None:
        value = Decimal(line["value"])
        words["value"] = f"{scoring.percentage(value)} %" if is_share else line["value"]
    for name in scoring.PARAMETERS[scoring.Kind(line["kind"])]:
        words[name] = written(Decimal(formula[name]), as_share=is_share)
    return str(FORMULAS[_formula_code(formula, state)]) % words


def _formula_code(formula: Mapping[str, Any], state: str) -> str:
    if state != scoring.State.SCORED:
        return state
    code: str = formula["code"]
    if code == scoring.Kind.RANGE:
        return f"range_{formula['where']}"
    if code == scoring.Kind.RATIO and Decimal(formula["zero_at"]):
        return "ratio_from"
    return code


def _measured(formula: Mapping[str, Any], names: Names) -> str:
    """结案 312 ÷（旧存 28 + 新收 290）"""
    top = _sum_shown(formula["numerator"], names)
    if "denominator" not in formula:
        return top
    bottom = formula["denominator"]
    if len(formula["numerator"]) > 1:
        top = gettext("(%(parts)s)") % {"parts": top}
    if len(bottom) > 1:
        return f"{top} ÷ " + gettext("(%(parts)s)") % {"parts": _sum_shown(bottom, names)}
    return f"{top} ÷ {_sum_shown(bottom, names)}"


def _sum_shown(parts: Iterable[Sequence[str]], names: Names) -> str:
    return " + ".join(f"{names.get(code, code)} {value or '?'}" for code, value in parts)


@dataclass(frozen=True, slots=True)
class ResultShown:
    """A whole result in the reader's words."""

    result: Result
    lines: list[LineShown]
    medians: Medians | None
    missing: tuple[tuple[str, str], ...] = field(default=())


def result_shown(result: Result) -> ResultShown:
    """Everything on a result's page, in three queries."""
    participant = result.participant
    indicators = Indicator.objects.filter(index_set=participant.index_set_id)
    medians = medians_of(participant)
    lines = lines_shown(result, indicators, medians, measure_names())
    missing = dict.fromkeys(gap for line in lines for gap in line.missing)
    return ResultShown(result, lines, medians, tuple(sorted(missing)))
