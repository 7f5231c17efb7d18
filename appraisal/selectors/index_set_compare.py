"""Two index sets side by side, and which staff of a court lack a published one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django.db.models import Count, Field, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appraisal.models import IndexSet, Indicator
from appraisal.models.index_sets import STAFF_CLASS_CHOICES
from appraisal.rules.scoring import STEPS, plain
from appraisal.rules.set_changes import Change, FieldChange, IndicatorChange, changes_between
from appraisal.rules.staff import head_share_of, staff_class_of
from appraisal.selectors.head_shares import head_share_table
from appraisal.selectors.index_set_words import CHANGE_TONES, CHANGES
from appraisal.selectors.index_sets import (
    draft_of,
    grade_in_words,
    indicators_of,
    measure_names,
    measured_in_words,
)
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.lib.languages import in_english
from courtparty.lib.words import listed


@dataclass(frozen=True, slots=True)
class FieldShown:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One indicator of either set in the reader's words."""

    name: str
    change: str
    change_label: str
    tone: str
    old_weight: Decimal | None
    new_weight: Decimal | None
    weight_change: Decimal
    fields: list[FieldShown]


def changes_shown(old: IndexSet, new: IndexSet) -> list[ChangeShown]:
    """Every indicator of either set, how it differs, and its weight in both."""
    names = measure_names()
    found = changes_between(
        [draft_of(one) for one in indicators_of(old)],
        [draft_of(one) for one in indicators_of(new)],
    )
    return [_shown(change, names) for change in found]


def _shown(change: IndicatorChange, names: Mapping[str, str]) -> ChangeShown:
    one = change.new or change.old
    english = in_english() and one is not None and one.name_en
    return ChangeShown(
        name=(one.name_en if english else one.name) if one else change.code,
        change=change.change.value,
        change_label=str(CHANGES[change.change]),
        tone=CHANGE_TONES[change.change],
        old_weight=change.old.weight if change.old else None,
        new_weight=change.new.weight if change.new else None,
        weight_change=change.weight_change,
        fields=[_field(one, names) for one in change.fields if one.field != "weight"]
        if change.change is Change.CHANGED
        else [],
    )


def _field(change: FieldChange, names: Mapping[str, str]) -> FieldShown:
    label = str(_model_field(change.field).verbose_name)
    return FieldShown(
        label, _value(change.field, change.old, names), _value(change.field, change.new, names)
    )


def _value(field: str, value: Any, names: Mapping[str, str]) -> str:
    if field in ("numerator", "denominator"):
        return measured_in_words(value, [], names) or "—"
    if field == "params":
        return _params(value)
    if field == "anchors":
        key = "word_en" if in_english() else "word"
        return listed(f"{one.get(key, '')} {one.get('score', '')}" for one in value) or "—"
    choices = dict(_model_field(field).flatchoices)
    return str(choices.get(value, value)) or "—"


def _model_field(name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", Indicator._meta.get_field(name))


def _params(params: Mapping[str, Any]) -> str:
    """Parameters by their plain numbers; which is which stands beside the kind."""
    order = [*PARAM_WORDS, *STEPS]
    given = [(name, params[name]) for name in order if params.get(name) not in (None, "")]
    return listed(f"{_name_of(name)} {_number(str(value))}" for name, value in given) or "—"


def _name_of(name: str) -> str:
    if name in PARAM_WORDS:
        return str(PARAM_WORDS[name])
    return gettext("month %(month)s:") % {"month": name.removeprefix("m")}


def _number(text: str) -> str:
    try:
        return plain(Decimal(text))
    except InvalidOperation:
        return grade_in_words(text)


PARAM_WORDS: dict[str, str | Promise] = {
    "zero_at": _("no marks at"),
    "full_at": _("full marks at"),
    "per_month": _("for each month"),
    "low": _("from"),
    "high": _("to"),
    "margin": _("falls to none within"),
    "per_event": _("for each event"),
    "at_most": _("limits to"),
}


def comparable_with(index_set: IndexSet, user: User) -> QuerySet[IndexSet]:
    """The sets a set can be put beside: visible, of the same court; nearest kin first."""
    found = IndexSet.objects.visible_to(user).filter(court=index_set.court_id)
    return found.exclude(pk=index_set.pk).order_by("function", "staff_class", "code", "-version")


def former_of(index_set: IndexSet, user: User) -> IndexSet | None:
    """What a set is first compared with: what it was copied from, or the one now published."""
    visible = comparable_with(index_set, user)
    if index_set.copied_from_id:
        source = visible.filter(pk=index_set.copied_from_id).first()
        if source:
            return source
    return replaced_by(index_set) or visible.filter(code=index_set.code).first()


def replaced_by(index_set: IndexSet) -> IndexSet | None:
    """The published set that is retired when ``index_set`` is published."""
    found = IndexSet.objects.published().filter(
        court=index_set.court_id,
        function=index_set.function,
        staff_class=index_set.staff_class,
    )
    return found.exclude(pk=index_set.pk).first()


# -- who lacks a set --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CoverCell:
    """One function × staff class: how many people, which sets."""

    staff_class: str
    label: str
    people: int
    published: IndexSet | None
    draft: IndexSet | None

    @property
    def is_lacking(self) -> bool:
        return self.people > 0 and self.published is None


@dataclass(frozen=True, slots=True)
class CoverRow:
    function: str
    label: str
    cells: list[CoverCell]


def cover_of(court: Unit) -> list[CoverRow]:
    """Which functions and staff classes of a court have people, and which of these a set."""
    people = _people(court)
    published, drafts = _sets(court)
    rows = []
    for function, label in Unit.Function.choices:
        cells = [
            CoverCell(
                staff_class,
                str(class_label),
                people.get((function, staff_class), 0),
                published.get((function, staff_class)),
                drafts.get((function, staff_class)),
            )
            for staff_class, class_label in STAFF_CLASS_CHOICES
        ]
        if any(cell.people or cell.published or cell.draft for cell in cells):
            rows.append(CoverRow(function, str(label), cells))
    return rows


Sets = dict[tuple[str, str], IndexSet]


def _sets(court: Unit) -> tuple[Sets, Sets]:
    """The published set and the newest draft or checked one of each."""
    published: Sets = {}
    drafts: Sets = {}
    found = IndexSet.objects.filter(court=court).exclude(state=IndexSet.State.RETIRED)
    for one in found.order_by("version", "pk"):
        is_published = one.state == IndexSet.State.PUBLISHED
        (published if is_published else drafts)[(one.function, one.staff_class)] = one
    return published, drafts


def _people(court: Unit) -> Counter[tuple[str, str]]:
    """How many serve in each function and staff class. Two queries."""
    shares = head_share_table(court)
    groups = (
        Officer.objects.in_service()
        .filter(court=court)
        .values_list("department__function", "category", "title")
        .annotate(count=Count("pk"))
        .order_by()
    )
    people: Counter[tuple[str, str]] = Counter()
    for function, category, title, count in groups:
        if function:
            staff_class = staff_class_of(category, head_share_of(title, shares))
            people[(function, staff_class.value)] += count
    return people
