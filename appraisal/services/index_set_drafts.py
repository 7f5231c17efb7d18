"""Drafting index sets: new, copied, edited, deleted. Only drafts are edited.

Whoever saves hands in the stamp of what was read; when the set has changed since, nothing is
saved and the answer is a conflict.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from appraisal.models import IndexSet, Indicator, RaterGroup
from appraisal.selectors.index_sets import (
    BASICS,
    INDICATOR_FIELDS,
    indicators_of,
    stamp_of,
)
from appraisal.services.index_sets import changed_meanwhile, found_set, wrong_state
from appraisal.services.measures import seed_measures
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record


class CannotEdit(Exception):
    """The draft can't be changed like this. Its text is for the user."""


# -- whole sets -------------------------------------------------------------------------------


@transaction.atomic
def draft_index_set(
    *, court: Unit, function: str, staff_class: str, by: User, **basics: Any
) -> IndexSet:
    """Begin an empty set as a draft: a new version where the court has one for these people.

    With it come the usual measures that are missing, to count with. Nobody is told.
    """
    seed_measures()
    return _new_version(court, function, staff_class, by, None, basics)


@transaction.atomic
def copy_index_set(
    *,
    index_set_id: int,
    function: str,
    staff_class: str,
    by: User,
    name: str,
    name_en: str,
    review_on: date | None = None,
) -> IndexSet:
    """Copy a set with its indicators and rater groups into a draft.

    For the same function and staff class it is the next version, otherwise a set of its own; the
    day of review is not copied. Nobody is told.
    """
    source = found_set(index_set_id)
    basics = {name: getattr(source, name) for name in BASICS}
    basics |= {"name": name, "name_en": name_en, "review_on": review_on}
    copy = _new_version(source.court, function, staff_class, by, source, basics)
    Indicator.objects.bulk_create(
        Indicator(index_set=copy, **{name: getattr(one, name) for name in INDICATOR_FIELDS})
        for one in indicators_of(source)
    )
    RaterGroup.objects.bulk_create(
        RaterGroup(index_set=copy, kind=one.kind, weight=one.weight, at_most=one.at_most)
        for one in source.rater_groups.order_by("pk")
    )
    return copy


def _new_version(
    court: Unit,
    function: str,
    staff_class: str,
    by: User,
    source: IndexSet | None,
    basics: Mapping[str, Any],
) -> IndexSet:
    # Two new versions of one set are numbered one after the other.
    Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    code = _code_for(court, function, staff_class, source)
    last = IndexSet.objects.filter(court=court, code=code).aggregate(last=Max("version"))["last"]
    index_set = IndexSet.objects.create(
        court=court,
        code=code,
        version=(last or 0) + 1,
        function=function,
        staff_class=staff_class,
        copied_from=source,
        drafted_by=by,
        **basics,
    )
    record("index_set.drafted", by=by, on=index_set, court=court, code=code)
    return index_set


def _code_for(court: Unit, function: str, staff_class: str, source: IndexSet | None) -> str:
    """The code under which the court keeps the versions for these people, or a new one."""
    if source and (source.function, source.staff_class) == (function, staff_class):
        return source.code
    known = IndexSet.objects.filter(court=court, function=function, staff_class=staff_class)
    code = known.order_by("-version", "-pk").values_list("code", flat=True).first()
    return code or f"{function.replace('_', '-')}-{staff_class}"


@transaction.atomic
def delete_draft(*, index_set_id: int, by: User) -> None:
    """Delete a draft with everything in it, also its reports and experts' comparisons.

    Refuses, as a conflict, what is no draft, and a draft of which there are copies. Nobody is
    told.
    """
    index_set = _locked(index_set_id)
    record("index_set.deleted", by=by, on=index_set, court=index_set.court, code=index_set.code)
    try:
        with transaction.atomic():
            index_set.delete()
    except ProtectedError:
        text = _("Other sets were copied from this draft, or rest on it; it can't be deleted.")
        raise CannotEdit(text) from None


# -- editing ----------------------------------------------------------------------------------


@transaction.atomic
def change_basics(*, index_set_id: int, stamp: str, by: User, **basics: Any) -> IndexSet:
    """Change name, basis, day of review, and whether raters are known. Drafts only."""
    index_set = _opened(index_set_id, stamp)
    for name, value in basics.items():
        setattr(index_set, name, value)
    index_set.save(update_fields=list(basics))
    return _changed(index_set, by, sorted(basics))


@transaction.atomic
def add_indicator(*, index_set_id: int, stamp: str, by: User, **fields: Any) -> Indicator:
    """Add an indicator at the end. Drafts only; refuses a code that the set has already."""
    index_set = _opened(index_set_id, stamp)
    if index_set.indicators.filter(code=fields["code"]).exists():
        text = _("The set has an indicator with the code “%(code)s” already.")
        raise CannotEdit(text % {"code": fields["code"]})
    last = index_set.indicators.aggregate(last=Max("position"))["last"] or 0
    indicator = Indicator.objects.create(index_set=index_set, position=last + 1, **fields)
    _changed(index_set, by, [indicator.code])
    return indicator


@transaction.atomic
def change_indicator(
    *, index_set_id: int, indicator_id: int, stamp: str, by: User, **fields: Any
) -> Indicator:
    """Change an indicator; its code stays, so that versions can be compared. Drafts only.

    Graded words stay only with a graded indicator.
    """
    index_set = _opened(index_set_id, stamp)
    indicator = _indicator(index_set, indicator_id)
    for name, value in fields.items():
        setattr(indicator, name, value)
    if indicator.kind != Indicator.Kind.GRADED:
        indicator.anchors = []
    indicator.save()
    _changed(index_set, by, [indicator.code])
    return indicator


@transaction.atomic
def set_anchors(
    *,
    index_set_id: int,
    indicator_id: int,
    stamp: str,
    by: User,
    anchors: Sequence[Mapping[str, str]],
) -> Indicator:
    """Set the graded words of an indicator, best first. Drafts only."""
    index_set = _opened(index_set_id, stamp)
    indicator = _indicator(index_set, indicator_id)
    indicator.anchors = [dict(anchor) for anchor in anchors]
    indicator.save(update_fields=["anchors"])
    _changed(index_set, by, [indicator.code])
    return indicator


@transaction.atomic
def remove_indicator(*, index_set_id: int, indicator_id: int, stamp: str, by: User) -> IndexSet:
    """Take an indicator out of a draft."""
    index_set = _opened(index_set_id, stamp)
    indicator = _indicator(index_set, indicator_id)
    code = indicator.code
    indicator.delete()
    return _changed(index_set, by, [code])


@transaction.atomic
def arrange_indicators(
    *,
    index_set_id: int,
    stamp: str,
    by: User,
    order: Sequence[str],
    weights: Mapping[str, Decimal],
) -> IndexSet:
    """Set the order and the weights of all indicators at once. Drafts only.

    Refuses, as a conflict, an order that does not name each indicator once.
    """
    index_set = _opened(index_set_id, stamp)
    indicators = {indicator.code: indicator for indicator in index_set.indicators.all()}
    if sorted(order) != sorted(indicators):
        raise changed_meanwhile(index_set)
    for position, code in enumerate(order, start=1):
        indicators[code].position = position
        if code in weights and indicators[code].kind != Indicator.Kind.VETO:
            indicators[code].weight = weights[code]
    Indicator.objects.bulk_update(indicators.values(), ["position", "weight"])
    return _changed(index_set, by, ["position", "weight"])


@transaction.atomic
def set_rater_groups(
    *, index_set_id: int, stamp: str, by: User, groups: Mapping[str, tuple[Decimal, int]]
) -> IndexSet:
    """Set who rates: {kind: (weight, at most)}. Kinds not named do not rate. Drafts only."""
    index_set = _opened(index_set_id, stamp)
    index_set.rater_groups.exclude(kind__in=list(groups)).delete()
    for kind, (weight, at_most) in groups.items():
        index_set.rater_groups.update_or_create(
            kind=kind, defaults={"weight": weight, "at_most": at_most}
        )
    return _changed(index_set, by, ["rater_groups"])


def _opened(index_set_id: int, stamp: str) -> IndexSet:
    index_set = _locked(index_set_id)
    if stamp_of(index_set) != stamp:
        raise changed_meanwhile(index_set)
    return index_set


def _locked(index_set_id: int) -> IndexSet:
    found = IndexSet.objects.select_for_update(of=("self",), no_key=True).select_related("court")
    index_set = found.filter(pk=index_set_id).first() or found_set(index_set_id)
    if index_set.state != IndexSet.State.DRAFT:
        raise wrong_state(index_set)
    return index_set


def _indicator(index_set: IndexSet, indicator_id: int) -> Indicator:
    indicator = index_set.indicators.filter(pk=indicator_id).first()
    if indicator is None:
        raise changed_meanwhile(index_set)
    return indicator


def _changed(index_set: IndexSet, by: User, fields: Iterable[str]) -> IndexSet:
    record("index_set.changed", by=by, on=index_set, court=index_set.court, fields=list(fields))
    return index_set
