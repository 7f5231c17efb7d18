"""One officer's months, number by number: the figures, where they come from, what they were."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from appraisal.models import Figure, FigureCorrection, FigureImport, FigureSheet, Measure
from appraisal.rules.case_points import CASE_POINTS
from appraisal.selectors.figure_sources import source_text
from appraisal.selectors.figures import figures_of, measures_shown, shortened, value_of
from cadres.models import Officer
from courtparty.accounts.models import User


@dataclass(slots=True)
class FigureLine:
    """One number of one month with where it comes from and what it was before."""

    measure: Measure
    figure: Figure | None
    corrections: list[FigureCorrection] = field(default_factory=list)

    @property
    def value(self) -> Decimal | None:
        return value_of(self.figure)

    @property
    def source(self) -> str:
        return source_text(self.figure.source) if self.figure else ""

    @property
    def changes(self) -> "Iterator[CorrectionLine]":
        """What was corrected, and what was added by a correction, oldest first."""
        if self.figure is None:
            return
        first = self.corrections[0].old_source if self.corrections else self.figure.source
        if first.origin == FigureImport.Origin.CORRECTION:
            value = self.corrections[0].old_value if self.corrections else self.figure.value
            yield CorrectionLine(self.measure, first, None, shortened(value), first.created_at)
        for one in self.corrections:
            yield CorrectionLine(
                self.measure,
                one.source,
                shortened(one.old_value),
                shortened(one.new_value),
                one.corrected_at,
                one.old_source,
                one.old_as_of,
                one.pk,
            )


@dataclass(slots=True)
class SheetDetail:
    """One officer's month, number by number."""

    sheet: FigureSheet
    lines: list[FigureLine]
    answers: list[FigureImport] = field(default_factory=list)

    @property
    def as_of(self) -> date | None:
        return max((line.figure.as_of for line in self.lines if line.figure), default=None)

    @property
    def sources(self) -> list[str]:
        """Where the numbers come from, each source once."""
        return list(dict.fromkeys(line.source for line in self.lines if line.figure))

    @property
    def history(self) -> list["CorrectionLine"]:
        """What was corrected, newest first."""
        found = [change for line in self.lines for change in line.changes]
        return sorted(found, key=lambda one: (one.at, one.number), reverse=True)

    @property
    def timeline(self) -> list["Answer"]:
        """Corrections by delivery and disputes answered by hand, newest first."""
        by_source: dict[int, list[CorrectionLine]] = {}
        sources = {one.pk: one for one in self.answers}
        for change in self.history:
            by_source.setdefault(change.source.pk, []).append(change)
            sources.setdefault(change.source.pk, change.source)
        found = [Answer(source, by_source.get(pk, [])) for pk, source in sources.items()]
        return sorted(found, key=lambda one: (one.at, one.source.pk), reverse=True)


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction as it is shown; ``old`` is None where there was no figure before."""

    measure: Measure
    source: FigureImport
    old: Decimal | None
    new: Decimal
    at: datetime
    old_source: FigureImport | None = None
    old_as_of: date | None = None
    number: int = 0  # of the correction

    @property
    def was(self) -> str:
        """Where the old number came from."""
        return source_text(self.old_source) if self.old_source else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One delivery that changed a month's figures, or answered a dispute without a change."""

    source: FigureImport
    changes: list[CorrectionLine]

    @property
    def at(self) -> datetime:
        return self.source.imported_at or self.source.created_at

    @property
    def text(self) -> str:
        return source_text(self.source)

    @property
    def is_by_hand(self) -> bool:
        return self.source.origin == FigureImport.Origin.CORRECTION

    @property
    def reason(self) -> str:
        """For those who import the figures and the officer concerned."""
        return self.source.reason if self.is_by_hand else ""

    @property
    def dispute(self) -> str:
        """The officer's words that were answered; as ``reason`` they are not for everybody."""
        return (self.source.report or {}).get("dispute", "") if self.is_by_hand else ""


def sheet_details(sheets: Iterable[FigureSheet]) -> list[SheetDetail]:
    """Months number by number, with corrections. A few queries, however many months."""
    listed = list(sheets)
    figures = figures_of(listed, with_source=True)
    measures = measures_shown(figures.values())
    pks = [one.pk for of_sheet in figures.values() for one in of_sheet.values()]
    corrections: defaultdict[int, list[FigureCorrection]] = defaultdict(list)
    history = FigureCorrection.objects.filter(figure__in=pks).select_related(
        "source__created_by", "old_source__created_by"
    )
    for one in history.defer("source__report", "old_source__report").order_by("corrected_at", "pk"):
        corrections[one.figure_id].append(one)
    answers = _answers_of(listed)
    return [
        SheetDetail(
            sheet,
            [
                FigureLine(measure, figure, corrections[figure.pk] if figure else [])
                for measure in measures
                for figure in [figures[sheet.officer_id, sheet.month].get(measure.pk)]
            ],
            answers[sheet.pk],
        )
        for sheet in listed
    ]


def _answers_of(sheets: list[FigureSheet]) -> defaultdict[int, list[FigureImport]]:
    """{month's figures: what was corrected or kept by hand there}. One query."""
    # The court is there for the index: deliveries are found by it.
    courts = Officer.objects.filter(pk__in={sheet.officer_id for sheet in sheets}).values("court")
    by_hand = FigureImport.objects.filter(
        court__in=courts,
        origin=FigureImport.Origin.CORRECTION,
        counts__sheet__in=[sheet.pk for sheet in sheets],
    )
    found: defaultdict[int, list[FigureImport]] = defaultdict(list)
    for one in by_hand.select_related("created_by").order_by("pk"):
        found[one.counts["sheet"]].append(one)
    return found


def correctable_lines(sheet: FigureSheet) -> list[FigureLine]:
    """A month's lines with a field each: what there is, and what its workbook could have had."""
    return [line for line in sheet_details([sheet])[0].lines if line.measure.code != CASE_POINTS]


def own_months(user: User) -> list[SheetDetail]:
    """The user's own months, newest first."""
    sheets = FigureSheet.objects.own(user).select_related("source").defer("source__report")
    return sheet_details(sheets.order_by("-month"))
