"""The rules of entitlements as pages show them: in words, by time, and beside one another."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from appraisal.selectors.annual_grades import grade_label
from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from courtparty.lib.dates import ONE_DAY
from courtparty.lib.languages import in_english
from courtparty.lib.words import listed
from retention.models import Entitlement, EntitlementKind, EntitlementRule
from retention.rules.entitlement_tables import SCHEMA, Item, flat
from retention.selectors.entitlement_rules import MANAGE

FUTURE, IN_FORCE, PAST = "future", "in_force", "past"
WHEN: dict[str, str | Promise] = {
    IN_FORCE: gettext_lazy("in force"),
    FUTURE: gettext_lazy("from a later day"),
    PAST: gettext_lazy("no longer in force"),
}
TONES = {IN_FORCE: "success", FUTURE: "info", PAST: "neutral"}

LABELS: dict[str, str | Promise] = {
    "categories": gettext_lazy("For whom"),
    "ladder": gettext_lazy("Ranks, and months in each before the next"),
    "excellent_months": gettext_lazy("Months less for each excellent year"),
    "uncounted": gettext_lazy("Grades whose year is not counted"),
    "step_years": gettext_lazy("Years for one wage step"),
    "level_years": gettext_lazy("Years for one wage level"),
    "counted": gettext_lazy("Grades that count"),
    "month": gettext_lazy("Month in which it takes effect"),
    "bands": gettext_lazy("Years of service, days, months of sick leave that exclude"),
    "personal_leave_days": gettext_lazy("Days of personal leave with pay that exclude"),
    "months_back": gettext_lazy("Months a gap stays in sight"),
    "days": gettext_lazy("Days after the month by which it is paid"),
    "months": pgettext_lazy("between check-ups", "Months between"),
}
# What is wrong with a table, in words.
FAULTS: dict[str, str | Promise] = {
    "table_no_object": gettext_lazy("The numbers of the rule can't be read."),
    "table_unknown_field": gettext_lazy("The rule has no field of this name."),
    "table_number": gettext_lazy("Enter a whole number from %(low)s to %(high)s."),
    "table_codes": gettext_lazy("Choose from the list only."),
    "table_choose_one": gettext_lazy("Choose at least one."),
    "table_ladder_length": gettext_lazy("Enter between 1 and %(high)s lines."),
    "table_ladder_row": gettext_lazy(
        "Line %(row)s: write the rank, then the months (1 to %(high)s) or a dash."
    ),
    "table_rank_twice": gettext_lazy("The rank “%(rank)s” stands there twice."),
    "table_band_row": gettext_lazy(
        "Line %(row)s: write three whole numbers: years of service, days, months of sick leave."
    ),
    "table_bands_rise": gettext_lazy("The years of service have to rise from line to line."),
}


def rules_listed(user: User) -> QuerySet[EntitlementRule]:
    return EntitlementRule.objects.visible_to(user).select_related("court")


def rules_managed(user: User) -> QuerySet[EntitlementRule]:
    return rules_listed(user).filter(court_scope(user, MANAGE))


def in_order(rules: QuerySet[EntitlementRule]) -> QuerySet[EntitlementRule]:
    """Kinds in their order, the latest version of each first."""
    places = [
        When(kind=kind, then=Value(place)) for place, kind in enumerate(EntitlementKind.values)
    ]
    placed = rules.annotate(kind_place=Case(*places, output_field=IntegerField()))
    return placed.order_by("court__path", "kind_place", "-start")


def at_time(rules: QuerySet[EntitlementRule], when: str, *, on: date) -> QuerySet[EntitlementRule]:
    if when == IN_FORCE:
        return rules.in_force(on=on)  # type: ignore[attr-defined]
    if when == FUTURE:
        return rules.filter(start__gt=on)
    return rules.filter(end__lte=on)


def time_of(rule: EntitlementRule, *, on: date) -> str:
    if rule.start > on:
        return FUTURE
    return PAST if rule.end and rule.end <= on else IN_FORCE


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in words; ``last`` is its last day in force."""

    rule: EntitlementRule
    name: str
    last: date | None
    when: str
    state: str
    tone: str
    short: str
    certainty_tone: str


def rule_row(rule: EntitlementRule, *, on: date) -> RuleRow:
    when = time_of(rule, on=on)
    return RuleRow(
        rule=rule,
        name=rule.name_en if in_english() else rule.name,
        last=rule.end - ONE_DAY if rule.end else None,
        when=when,
        state=str(WHEN[when]),
        tone=TONES[when],
        short=_short(rule),
        certainty_tone={"R": "success", "S": "warning"}.get(rule.certainty, "danger"),
    )


def _short(rule: EntitlementRule) -> str:
    """The numbers of a rule in one line, without the lists."""
    plain = flat(rule.kind, rule.table)
    parts = [
        f"{LABELS[item.name]}: {plain.get(item.name)}"
        for item in SCHEMA[rule.kind]
        if item.shape == "number"
    ]
    return listed(parts)


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field of a table in words: a text, or lines under one another."""

    name: str
    label: str
    lines: list[str]


def fields_shown(rule: EntitlementRule) -> list[FieldShown]:
    plain = flat(rule.kind, rule.table)
    return [
        FieldShown(item.name, str(LABELS[item.name]), _in_words(item, plain.get(item.name)))
        for item in SCHEMA[rule.kind]
    ]


def _in_words(item: Item, value: Any) -> list[str]:
    if value in (None, []):
        return ["—"]
    return _SHAPES[item.shape](value)


def _ladder(rows: list[Mapping[str, Any]]) -> list[str]:
    return [f"{row['rank']}: {_months(row['months'])}" for row in rows]


def _months(months: int | None) -> str:
    if months is None:
        return _("no term laid down")
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


def _bands(rows: list[Mapping[str, Any]]) -> list[str]:
    text = _("from %(from_years)s years: %(days)s days; none from %(sick_months)s months sick")
    return [text % row for row in rows]


_SHAPES: dict[str, Callable[[Any], list[str]]] = {
    "number": lambda value: [str(value)],
    "categories": lambda value: [listed(Officer.Category(one).label for one in value)],
    "grades": lambda value: [listed(map(grade_label, value))],
    "ladder": _ladder,
    "bands": _bands,
}


@dataclass(frozen=True, slots=True)
class FieldCompared:
    """One field of two versions, side by side."""

    label: str
    before: list[str]
    after: list[str]

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def compared(before: EntitlementRule, after: EntitlementRule) -> list[FieldCompared]:
    """Two versions of one kind, field by field; what is said of them stands last."""
    pairs = zip(fields_shown(before), fields_shown(after), strict=True)
    found = [FieldCompared(one.label, one.lines, other.lines) for one, other in pairs]
    for label, of in _SAID:
        found.append(FieldCompared(str(label), [of(before) or "—"], [of(after) or "—"]))
    return found


_SAID: tuple[tuple[str | Promise, Callable[[EntitlementRule], str]], ...] = (
    (gettext_lazy("Source"), lambda rule: rule.source),
    (gettext_lazy("How sure"), lambda rule: str(rule.get_certainty_display())),
    (gettext_lazy("Note"), lambda rule: rule.note),
)


def versions_of(rule: EntitlementRule, user: User) -> QuerySet[EntitlementRule]:
    """Every version of the court's rule of this kind, the latest first."""
    same = rules_listed(user).filter(court=rule.court_id, kind=rule.kind)
    return same.order_by("-start")


def version_before(
    rule: EntitlementRule, versions: Iterable[EntitlementRule]
) -> EntitlementRule | None:
    earlier = [one for one in versions if one.start < rule.start]
    return max(earlier, key=lambda one: one.start, default=None)


def used_by(rule: EntitlementRule) -> int:
    """How many entitlements the last computing found by it."""
    return Entitlement.objects.filter(rule=rule).count()
