"""An index set as a workbook: its indicators, its graded words, who rates."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from appraisal.models import IndexSet, Indicator
from appraisal.selectors.index_sets import (
    groups_of,
    indicators_of,
    measure_names,
    measured_in_words,
    rule_in_words,
    total_weight,
)
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.lib.xlsx import SheetPlan, write_workbook


@transaction.atomic
def export_index_set(*, index_set: IndexSet, by: User) -> bytes:
    """The set as a workbook to hand round. The log keeps who took it out."""
    record("index_set.exported", by=by, on=index_set, court=index_set.court)
    indicators = indicators_of(index_set)
    sheets = [_indicators(index_set, indicators)]
    if any(indicator.anchors for indicator in indicators):
        sheets.append(_words(indicators))
    groups = groups_of(index_set)
    if groups:
        sheets.append(
            SheetPlan(
                title=_("Rater groups"),
                headings=[_("Raters"), _("Weight"), _("At most")],
                rows=[[group.get_kind_display(), group.weight, group.at_most] for group in groups],
                sheet_name=_("Rater groups"),
            )
        )
    return write_workbook(sheets)


def _indicators(index_set: IndexSet, indicators: list[Indicator]) -> SheetPlan:
    headings = [
        _("No."), _("Code"), _("Indicator"), _("Part"), _("Area"), _("Kind"), _("Weight"),
        _("Counted"), _("Out of"), _("How it is scored"), _("Source"), _("Responsible"),
        _("Basis"), _("Certainty"),
    ]  # fmt: skip
    return SheetPlan(
        title=f"{index_set} · {index_set.court.display_name} · {index_set.get_state_display()}",
        headings=headings,
        rows=[*_rows(indicators), _total(indicators, len(headings))],
        sheet_name=_("Indicators"),
    )


def _rows(indicators: list[Indicator]) -> Iterator[list[object]]:
    names = measure_names()
    for number, one in enumerate(indicators, start=1):
        yield [
            number,
            one.code,
            one.display_name,
            one.get_part_display(),
            one.get_area_display(),
            one.get_kind_display(),
            one.weight,
            measured_in_words(one.numerator, [], names),
            measured_in_words(one.denominator, [], names),
            rule_in_words(one, names),
            one.source,
            one.owner,
            one.display_basis,
            one.get_certainty_display(),
        ]


def _total(indicators: list[Indicator], width: int) -> list[object]:
    row: list[object] = [""] * width
    row[2], row[6] = _("Total without bonuses"), total_weight(indicators)
    return row


def _words(indicators: list[Indicator]) -> SheetPlan:
    rows = [
        [
            one.display_name,
            anchor.get("word", ""),
            anchor.get("word_en", ""),
            anchor.get("score", ""),
            anchor.get("text", ""),
            anchor.get("text_en", ""),
        ]
        for one in indicators
        for anchor in one.anchors
    ]
    headings = [
        _("Indicator"), _("Word"), _("Word in English"), _("Score"), _("What it means"),
        _("What it means, in English"),
    ]  # fmt: skip
    return SheetPlan(
        title=_("Graded words"), headings=headings, rows=rows, sheet_name=_("Graded words")
    )
