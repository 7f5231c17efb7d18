"""A line of a result in the reader's words, from the figures to the points."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.models import Indicator, RaterGroup
from appraisal.rules import scoring
from appraisal.rules.ratings import GroupValue, shown_groups
from appraisal.rules.scoring import Kind, State
from appraisal.selectors.index_sets import grade_in_words, written
from courtparty.lib.words import listed, percentage

Names = Mapping[str, str]

STATES: dict[str, str | Promise] = {
    State.SCORED: _("scored"),
    State.MISSING: _("figures are missing"),
    State.NOT_APPLICABLE: _("does not apply"),
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
    "ladder": _(
        "%(name)s = %(measured)s = %(value)s; the ladder asks for %(target)s over the months in "
        "post (%(steps)s) → %(points)s / %(weight)s"
    ),
    "graded_rated": _(
        "%(name)s: the raters' weighted mean is %(value)s of 100 → %(points)s / %(weight)s"
    ),
    "graded_once": _(
        "%(name)s: %(measured)s, a grade of %(value)s of 100 → %(points)s / %(weight)s"
    ),
    "graded_mean": _(
        "%(name)s: the mean of %(months)s grades is %(value)s of 100 → %(points)s / %(weight)s"
    ),
    "yes_no": _("%(name)s: yes in %(yes)s of %(months)s months → %(points)s / %(weight)s"),
    "deduction": _(
        "%(name)s: %(weight)s less %(per_event)s for each of %(measured)s → %(points)s / %(weight)s"
    ),
    "bonus": _(
        "%(name)s: %(per_event)s for each of %(measured)s, at most %(weight)s → %(points)s beside "
        "the hundred"
    ),
    "veto_yes": _("%(name)s: %(measured)s; it limits the grade to “%(at_most)s”"),
    "veto_no": _("%(name)s: %(measured)s; nothing that limits the grade"),
    "head_share": _(
        "%(name)s = %(measured)s; full marks at %(head_share)s %% of what the judges reach on "
        "average, %(average)s a month × %(months)s months in post = %(target)s → "
        "%(points)s / %(weight)s"
    ),
    "missing": _("%(name)s: figures are missing, so there are no points and no total yet"),
    "unrated": _("%(name)s: no ratings came in, so there are no points and no total yet"),
    "not_applicable": _(
        "%(name)s: %(measured)s leaves nothing to divide by, so it does not apply; its weight of "
        "%(weight)s is left out of the total"
    ),
    "no_target": _(
        "%(name)s: nothing is asked for in the months in post, so it does not apply; its weight "
        "of %(weight)s is left out of the total"
    ),
    "no_months": _(
        "%(name)s: it was asked for in no month, so it does not apply; its weight of %(weight)s "
        "is left out of the total"
    ),
    "no_share": _(
        "%(name)s: it is for heads, so it does not apply; its weight of %(weight)s is left out of "
        "the total"
    ),
    "no_average": _(
        "%(name)s: there are no judges to compare with, so it does not apply; its weight of "
        "%(weight)s is left out of the total"
    ),
}
# Numbers with an unending fraction are shown so far; the points follow from the whole of them.
SHOWN = Decimal("0.0001")
RATERS = dict(RaterGroup.Kind.choices)


def explanation_of(
    line: scoring.Line, indicator: Indicator | None, names: Names, groups: Iterable[Any] = ()
) -> str:
    """From the figures to the points, in the active language."""
    formula = line.formula.params
    is_share = "denominator" in formula
    words: dict[str, Any] = {
        "name": indicator.display_name if indicator else line.code,
        "weight": f"{line.weight:.2f}",
        "points": line.points,
        "measured": _measured(formula, names),
        "value": _value(line, is_share=is_share),
        "steps": _steps(formula.get("steps", ())),
        "at_most": grade_in_words(formula.get("at_most", "")),
    }
    for name in ("months", "events", "yes", "head_share"):
        words[name] = formula.get(name, "")
    for name in ("average", "target"):
        words[name] = _shortened(formula[name]) if name in formula else ""
    if line.kind is Kind.LADDER and "target" in formula:
        words["target"] = written(Decimal(formula["target"]), as_share=True)
    else:
        for name in scoring.PARAMETERS[line.kind]:
            if name in formula:
                words[name] = written(Decimal(formula[name]), as_share=is_share)
    sentence = str(FORMULAS[_code_of(line)]) % words
    return " ".join([sentence, *_parts(formula, names), *_raters(groups)])


def _code_of(line: scoring.Line) -> str:
    formula = line.formula.params
    if line.state is State.MISSING:
        is_unrated = line.kind is Kind.GRADED and _is_rated(formula)
        return "unrated" if is_unrated else "missing"
    if line.state is State.NOT_APPLICABLE:
        return str(formula.get("why", "not_applicable"))
    match line.kind:
        case Kind.RANGE:
            return f"range_{formula['where']}"
        case Kind.RATIO:
            return "ratio_from" if Decimal(formula["zero_at"]) else "ratio"
        case Kind.GRADED if _is_rated(formula):
            return "graded_rated"
        case Kind.GRADED:
            return "graded_mean" if Decimal(formula["months"]) > 1 else "graded_once"
        case Kind.VETO:
            return f"veto_{formula['fired']}"
    return line.kind.value


def _is_rated(formula: Mapping[str, Any]) -> bool:
    prefix = scoring.rating_key("")
    return all(code.startswith(prefix) for code, _value in formula["numerator"])


def _value(line: scoring.Line, *, is_share: bool) -> str:
    if line.value is None:
        return ""
    value = Decimal(line.value)
    return percentage(scoring.percentage(value)) if is_share else _shortened(line.value)


def _shortened(number: str) -> str:
    return scoring.plain(Decimal(number).quantize(SHOWN))


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


def _sum_shown(parts: Iterable[Sequence[str | None]], names: Names) -> str:
    return " + ".join(f"{names.get(str(code), code)} {value or '?'}" for code, value in parts)


def _steps(steps: Iterable[Sequence[str]]) -> str:
    """What the ladder rises by in each unbroken run of months."""
    text = gettext("%(first)s to %(last)s: from %(before)s to %(after)s")
    return listed(
        text
        % {
            "first": first,
            "last": last,
            "before": written(Decimal(before), as_share=True),
            "after": written(Decimal(after), as_share=True),
        }
        for first, last, before, after in steps
    )


def _parts(formula: Mapping[str, Any], names: Names) -> Iterable[str]:
    """What measures made of others are made of: case points by the table frozen with the cycle."""
    for measure, parts in formula.get("parts", {}).items():
        shown = " + ".join(
            f"{names.get(part, part)} {value or '?'} × {coefficient}"
            for part, coefficient, value in parts
        )
        text = gettext("%(measure)s: %(parts)s.")
        yield text % {"measure": names.get(measure, measure), "parts": shown}


def _raters(groups: Iterable[Any]) -> Iterable[str]:
    """What the groups of raters came to, of no fewer than may be shown."""
    shown = shown_groups(group_from(one) for one in groups)
    if shown:
        text = gettext("%(raters)s: %(mean)s of %(count)s ratings")
        said = listed(
            text
            % {
                "raters": listed(RATERS[kind] for kind in one.kinds),
                "mean": _shortened(str(one.mean)),
                "count": one.count,
            }
            for one in shown
        )
        yield gettext("Groups: %(groups)s.") % {"groups": said}


def group_from(one: Sequence[Any]) -> GroupValue:
    """A group of raters as a snapshot keeps it."""
    kind, weight, count, mean, is_trimmed = one
    return GroupValue(kind, Decimal(weight), count, Decimal(mean), is_trimmed)


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
    is_veto: bool = False

    @property
    def share(self) -> Decimal | None:
        """How much of its weight the line got; a veto has none."""
        return None if self.points is None or not self.weight else self.points / self.weight

    @property
    def median_share(self) -> Decimal | None:
        return None if self.median is None or not self.weight else self.median / self.weight
