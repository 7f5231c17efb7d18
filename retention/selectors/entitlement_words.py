"""Entitlements in the reader's language: kinds, periods, quantities, and why something is due."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from appraisal.selectors.annual_grades import grade_label
from courtparty.lib.words import listed
from retention.models import Entitlement, EntitlementKind, Received
from retention.rules.entitlement_days import plain

State, Kind = Entitlement.State, EntitlementKind
TONES = {
    State.DUE: "warning",
    State.EXPECTED: "info",
    State.MISSING: "neutral",
    State.RECEIVED: "success",
    State.WAIVED: "neutral",
}
LATE_TONE = "danger"

_SENTENCES: dict[str, str | Promise] = {
    "month_only": gettext_lazy(
        "Only the month %(month)s is known, so its last day is counted from."
    ),
    "rank_months": gettext_lazy(
        "The rule asks for %(months)s months in the rank %(rank)s before the next."
    ),
    "term_ends": gettext_lazy("They end on %(day)s."),
    "shortened": gettext_lazy(
        "The year %(year)s was graded excellent: %(months)s months less, so %(day)s."
    ),
    "lengthened": gettext_lazy(
        "The year %(year)s was graded %(grade)s and is not counted by the rule, so %(day)s."
    ),
    "grades_unknown": gettext_lazy(
        "No annual grade is on record for %(years)s; an excellent one would bring the day forward."
    ),
    "rank_unknown": gettext_lazy(
        "The rank “%(rank)s” does not stand in the rule's table, so no day can be counted."
    ),
    "start_missing": gettext_lazy(
        "Since when the rank is held is missing on the roster, and no earlier step is on record."
    ),
    "judge_start_missing": gettext_lazy(
        "Since when the judge rank is held is not on record. Enter the last step as received."
    ),
    "roster_day_unclear": gettext_lazy(
        "The roster says “in this rank since %(day)s”, but not whether that is the judge rank."
    ),
    "grades_missing": gettext_lazy(
        "No annual grade is on record for %(years)s, so the years can't be counted."
    ),
    "year_counts": gettext_lazy("The year %(year)s counts: %(grade)s."),
    "year_counts_not": gettext_lazy("The year %(year)s does not count: %(grade)s."),
    "takes_effect": gettext_lazy("It then takes effect on %(day)s."),
    "if_graded": gettext_lazy(
        "This holds if the years %(years)s are graded so that they count; no grade is known yet."
    ),
    "work_since_missing": gettext_lazy(
        "Since when the officer has been in work is missing on the roster, so no days can be "
        "counted."
    ),
    "service_years": gettext_lazy(
        "In work since %(since)s: %(years)s full years of service, so %(days)s working days."
    ),
    "carried_in": gettext_lazy("Carried over from the year before: %(days)s."),
    "carried_on": gettext_lazy("Carried on into the next year: %(days)s."),
    "adjusted": gettext_lazy("Corrected on the leave account: %(days)s."),
    "days_taken": gettext_lazy("Approved leave of this year: %(days)s."),
    "entered_by_hand": gettext_lazy("Entered as received: %(quantity)s."),
    "overtime": gettext_lazy("Overtime of %(hours)s hours on %(day)s, confirmed."),
    "rest_until": gettext_lazy("The rest for it is to be taken until %(day)s."),
    "rested": gettext_lazy("Rested for it: %(hours)s hours."),
    "posts_held": gettext_lazy(
        "By the posts held in %(month)s (at most %(days)s days) and their standards: %(amount)s."
    ),
    "pay_by": gettext_lazy("To be paid by %(day)s, %(days)s days after the month."),
    "paid": gettext_lazy("Paid by allowance runs: %(amount)s."),
    "checkup_missing": gettext_lazy(
        "No check-up is on record, so it can't be said when the next one is due."
    ),
    "checkup_none_before": gettext_lazy("No check-up is on record yet."),
    "appointed": gettext_lazy("Appointed for %(day)s."),
    "months_after": gettext_lazy("The rule asks for one every %(months)s months, so %(day)s."),
}
_LEAVE_EXCLUDED = {
    "personal": gettext_lazy(
        "No annual leave this year: so much personal leave with full pay was taken (article 4)."
    ),
    "sick": gettext_lazy("No annual leave this year, by article 4 of the regulation."),
}
_WHICH = {
    "step": gettext_lazy("wage step"),
    "level": gettext_lazy("wage level"),
}


def explained(lines: Iterable[list[Any]]) -> list[str]:
    """Every line of an explanation as a sentence in the active language."""
    return [_sentence(code, values) for code, values in lines]


def _sentence(code: str, values: Mapping[str, Any]) -> str:
    special = _SPECIAL.get(code)
    if special:
        return special(values)
    return str(_SENTENCES[code]) % {name: _shown(name, one) for name, one in values.items()}


def _shown(name: str, value: Any) -> str:
    if name == "grade":
        return grade_label(value)
    if isinstance(value, list):
        return listed(value)
    return str(value)


def _term_from(values: Mapping[str, Any]) -> str:
    if values["source"] == "roster":
        return _("Counted from %(day)s, as the roster has it.") % values
    return _("Counted from %(day)s, when the last one was received.") % values


def _received(values: Mapping[str, Any]) -> str:
    if values.get("source") == "roster":
        return _("Received: the roster has the next one from %(day)s.") % values
    return _("Received on %(day)s.") % values


def _years_needed(values: Mapping[str, Any]) -> str:
    text = ngettext(
        "A %(what)s needs %(years)s year with a grade that counts.",
        "A %(what)s needs %(years)s years with a grade that counts.",
        values["years"],
    )
    return text % {"what": _WHICH[values["variant"]], "years": values["years"]}


def _wage_start_missing(values: Mapping[str, Any]) -> str:
    text = _("Since when the last %(what)s counts is not on record. Enter it as received.")
    return text % {"what": _WHICH[values["variant"]]}


def _leave_excluded(values: Mapping[str, Any]) -> str:
    return str(_LEAVE_EXCLUDED[values["why"]])


_SPECIAL: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "term_from": _term_from,
    "received": _received,
    "years_needed": _years_needed,
    "wage_start_missing": _wage_start_missing,
    "leave_excluded": _leave_excluded,
}
CODES = frozenset(_SENTENCES) | frozenset(_SPECIAL)


def what(kind: str, period: str) -> str:
    """The kind with its period: annual leave 2026, wage level, post allowance 2026-10."""
    name = str(EntitlementKind(kind).label)
    variant, _colon, _rest = period.partition(":")
    if kind == Kind.WAGE_STEP:
        return str(_WHICH[variant])
    if kind in (Kind.ANNUAL_LEAVE, Kind.MAKEUP_REST, Kind.ALLOWANCE):
        text = pgettext("an entitlement and its period", "%(name)s %(period)s")
        return text % {"name": name, "period": period}
    return name


def quantity(kind: str, number: Decimal | None) -> str:
    """A quantity with its unit; steps and check-ups need none."""
    if number is None:
        return ""
    if kind == Kind.ANNUAL_LEAVE:
        return ngettext("%(n)s day", "%(n)s days", int(number)) % {"n": plain(number)}
    if kind == Kind.MAKEUP_REST:
        return _("%(n)s h") % {"n": plain(number)}
    if kind == Kind.ALLOWANCE:
        return _("%(n)s yuan") % {"n": f"{number:,.2f}"}
    return ""


def gap(kind: str, due: Decimal | None, received: Decimal) -> str:
    """What is still owed, with its unit."""
    return quantity(kind, max(due - received, Decimal(0))) if due is not None else ""


def variant_label(variant: str) -> str:
    return str(Received.Variant(variant).label) if variant else ""


def iso_day(day: date | None) -> str:
    return day.isoformat() if day else ""
