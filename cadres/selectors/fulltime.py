"""The findings of the full-time check and the approved exceptions, as the pages show them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cadres.fulltime_wording import TITLES, basis_in_words, certainty_in_words, sentence
from cadres.models import Breach, FulltimeException, Officer
from cadres.rules.fulltime import basis_of
from cadres.rules.posts import days_vacant
from cadres.selectors.casework import CaseMonth, case_figures
from cadres.selectors.fulltime_exceptions import ExceptionRow, Readable, exception_row
from cadres.selectors.fulltime_facts import CHECKED_KINDS
from cadres.selectors.fulltime_steps import Step, Steps
from cadres.selectors.officers import Reach
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with
from courtparty.audit.models import Entry
from courtparty.lib.people import normal_name
from courtparty.lib.words import listed

VIEW = "cadres.view_fulltime"
# Who may read case figures is appraisal's own permission; the check shows them to nobody else.
FIGURES = "appraisal.view_figures"
EXCEPTED = "exception"
CHECKED = "fulltime.checked"

ORDERS = {
    "unit": ("unit__path", "weight", "code", "pk"),
    "since": ("since", "unit__path", "code", "pk"),
    "code": ("code", "unit__path", "pk"),
    "weight": ("weight", "unit__path", "code", "pk"),
}
DEFAULT_ORDER = "unit"
STATES = {
    "breach": _("breach"),
    "warning": _("warning"),
    EXCEPTED: _("approved exception"),
}
_LETTERS = re.compile(r"[a-z]+")
Row = TypeVar("Row", Breach, FulltimeException)

TONES = {"breach": "danger", "warning": "warning", EXCEPTED: "neutral"}


@dataclass(frozen=True, slots=True)
class Tally:
    """The open findings in reach; one with an exception in force is neither of the others."""

    breaches: int
    warnings: int
    exceptions: int


def tally(user: User) -> Tally:
    bare = Q(exception=None)
    numbers = (
        Breach.objects.visible_to(user)
        .open()
        .aggregate(
            breaches=Count("pk", filter=bare & Q(weight=Breach.Weight.BREACH)),
            warnings=Count("pk", filter=bare & Q(weight=Breach.Weight.WARNING)),
            exceptions=Count("pk", filter=~bare),
        )
    )
    return Tally(**numbers)


def last_checked(courts: Iterable[Unit]) -> datetime | None:
    """When the check last went through ``courts``: of several the one longest ago, None: never."""
    ids = [court.pk for court in courts]
    checks = Entry.objects.filter(subject_model=Unit._meta.label_lower, subject_pk__in=ids)
    runs = checks.filter(verb=CHECKED).order_by().values_list("subject_pk").annotate(last=Max("at"))
    last = [at for _court, at in runs]
    return min(last) if len(last) == len(ids) and last else None


def checked_units(reach: Reach) -> list[Unit]:
    """The organisations in reach, below their court where a whole court is."""
    kinds = (Unit.Kind.COURT, *CHECKED_KINDS)
    return sorted((unit for unit in reach.inside if unit.kind in kinds), key=lambda one: one.path)


def by_unit_or_officer(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Findings or exceptions of units and officers that ``text`` names."""
    plain = normal_name(text)
    letters = re.sub(r"[\s'’-]", "", plain.lower()).replace("ü", "v")
    named = Q(unit__name__contains=plain) | Q(unit__name_en__icontains=plain)
    named |= Q(officer__name__contains=plain)
    if _LETTERS.fullmatch(letters):
        named |= Q(officer__pinyin__startswith=letters) | Q(officer__initials__startswith=letters)
    return rows.filter(named)


def in_order(breaches: QuerySet[Breach], sort: str) -> QuerySet[Breach]:
    """In the order ?sort= asks for; organisation by organisation where it asks for none."""
    keys = ORDERS.get(sort.removeprefix("-"))
    if keys is None:
        sort, keys = DEFAULT_ORDER, ORDERS[DEFAULT_ORDER]
    first = F(keys[0]).desc() if sort.startswith("-") else F(keys[0]).asc()
    return breaches.order_by(first, *keys[1:])


# -- the rows of the page ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthShown:
    """A month with cases: its figures in one line of words."""

    month: date
    figures: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A line of the check in words, with what can be done about it."""

    breach: Breach
    unit: str
    unit_kind: str
    title: str
    sentence: str
    basis: str
    certainty: str
    state: str
    tone: str
    days: int
    exception: ExceptionRow | None
    steps: tuple[Step, ...]
    months: tuple[MonthShown, ...] = ()


def finding_rows(
    breaches: QuerySet[Breach], user: User, reach: Reach, *, on: date
) -> list[FindingRow]:
    """Lines for a page of findings. At most four queries, whatever is on the page."""
    shown = list(with_relations(breaches))
    steps, readable = Steps(shown, user, on=on), Readable(user)
    months = _months_of(shown, user, reach, on)
    return [_finding_row(one, steps, readable, months.get(one.pk, ()), on) for one in shown]


def with_relations(breaches: QuerySet[Breach]) -> QuerySet[Breach]:
    related = breaches.select_related(
        "unit", "post", "officer", "exception__unit", "exception__officer", "exception__approval"
    )
    return related.defer(
        "officer__id_number",
        "officer__phone",
        "exception__officer__id_number",
        "exception__officer__phone",
    )


def _finding_row(
    one: Breach, steps: Steps, readable: Readable, months: Sequence[MonthShown], on: date
) -> FindingRow:
    basis = basis_of(one.code, one.unit.kind, one.facts)
    return FindingRow(
        breach=one,
        unit=one.unit.display_name,
        unit_kind=str(one.unit.get_kind_display()),
        title=str(TITLES[one.code]),
        sentence=sentence_of(one),
        basis=basis_in_words(basis),
        certainty=certainty_in_words(basis),
        state=state_of(one),
        tone=TONES[EXCEPTED if one.exception_id else one.weight],
        days=days_vacant(one.since, on=on),
        exception=exception_row(one.exception, readable, on=on) if one.exception else None,
        steps=steps.of(one),
        months=tuple(months),
    )


def sentence_of(breach: Breach) -> str:
    return sentence(
        breach.code,
        breach.facts,
        officer=breach.officer.name if breach.officer else "",
        post=breach.post.title if breach.post else "",
    )


def state_of(breach: Breach) -> str:
    return str(STATES[EXCEPTED if breach.exception_id else breach.weight])


def _months_of(
    breaches: list[Breach], user: User, reach: Reach, on: date
) -> dict[int, list[MonthShown]]:
    """The case figures behind findings, for readers who may see them; others get no month."""
    about = {
        one.pk: (one.officer, date.fromisoformat(one.facts["from"]))
        for one in breaches
        if one.officer and "months" in one.facts and _may_read_figures(user, one.officer, reach)
    }
    if not about:
        return {}
    figures = case_figures(
        (officer.pk for officer, _since in about.values()),
        min(since for _officer, since in about.values()),
    )
    return {
        pk: _by_month(one for one in figures.get(officer.pk, []) if since <= one.month <= on)
        for pk, (officer, since) in about.items()
    }


def _may_read_figures(user: User, officer: Officer, reach: Reach) -> bool:
    """As figures themselves are visible: by department or court, and one's own."""
    paths = paths_with(user, FIGURES)
    department = reach.units.get(officer.department_id)
    in_reach = bool(paths and department and department.path.startswith(paths))
    return in_reach or officer.user_id == user.pk


def _by_month(figures: Iterable[CaseMonth]) -> list[MonthShown]:
    months: defaultdict[date, list[str]] = defaultdict(list)
    for one in figures:
        months[one.month].append(f"{one.name} {one.value}")
    return [MonthShown(month, listed(parts)) for month, parts in sorted(months.items())]
