"""Figures entered by hand, put right by hand, or kept after a dispute."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import Figure, FigureImport, FigureSheet, Measure
from appraisal.rules.case_points import CASE_POINTS
from appraisal.rules.figures import conflicts, plain_number, value_fault
from appraisal.selectors.figure_changes import Cell, Change, Known, Plan, known_figures
from appraisal.selectors.figure_grid import Group, group_officers
from appraisal.selectors.figure_workbook import conflict_fault, most_of
from appraisal.selectors.measures import measures_of
from appraisal.services.figure_writing import write_changes
from appraisal.services.figures import figures_lock, lock_court
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.jobs.models import Job
from courtparty.lib.conflicts import Conflict
from courtparty.lib.xlsx import Fault, fault_text
from courtparty.notices.services import notify

State, Origin = FigureSheet.State, FigureImport.Origin
# What somebody has written: None where the field is empty.
Values = Mapping[Cell, Decimal | None]


class CannotEnter(Exception):
    """The figures can't be stored. Its text is for the user.

    ``faults`` say what is wrong with which figure; the code of the measure is '' where it is the
    officer's whole line.
    """

    def __init__(self, text: str, faults: Mapping[Cell, list[Fault]] | None = None) -> None:
        super().__init__(text)
        self.faults = dict(faults or {})


class CannotCorrect(CannotEnter):
    """The month's figures can't be corrected or kept now. Its text is for the user."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was stored; ``remarks`` are numbers that hardly can all be true."""

    figure_import: FigureImport
    remarks: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        return self.figure_import.counts


# -- entered ----------------------------------------------------------------------------------


@transaction.atomic
def enter_figures(
    *,
    group: Group,
    month: date,
    values: Values,
    by: User,
    at: datetime,
    shown: Mapping[Cell, Decimal] | None = None,
    file_name: str = "",
) -> Delivery:
    """Store what was entered for officers of a group and one month, whole or not at all.

    ``shown`` is what the page showed: a figure left as shown is left alone, one that somebody
    else has changed meanwhile is refused. Without it (a workbook) empty cells are passed over.
    A changed figure leaves a correction behind; a month with a new number goes back to its
    officer for confirmation, who is reminded with the next round. Refuses months to come,
    officers outside the group, own figures, measures that are not entered by hand, numbers that
    can't be, taking a figure away, and anything at all while figures are imported or computed.
    """
    on = timezone.localdate(at)
    if month > on:
        raise CannotEnter(
            _("The month %(month)s lies in the future.") % {"month": f"{month:%Y-%m}"}
        )
    _take_hold(group.court, CannotEnter)
    officers = {one.pk: one for one in group_officers(group, month)}
    entering = _Entering(
        measures={one.code: one for one in measures_of(group.court) if one.is_entered},
        known=_known(officers, month),
        month=month,
        as_of=on,
    )
    for cell, value in sorted(values.items(), key=lambda one: one[0]):
        if shown is not None:
            was = shown.get(cell)
            if value == was:
                entering.plan.unchanged += 1
                continue
            entering.refuse_if_changed(cell, was)
        elif value is None:
            continue
        entering.take(cell, value, fault=_person_fault(officers.get(cell[0]), by))
    remarks = entering.judge_lines()
    if entering.faults:
        raise CannotEnter(_("Nothing was stored. Please look at what is marked."), entering.faults)
    if not entering.has_changes:
        raise CannotEnter(_("Nothing was changed, so nothing was stored."))
    delivery = FigureImport(court=group.court, origin=Origin.ENTRY, file_name=file_name[-200:])
    counts = _deliver(delivery, entering.plan, by=by, at=at)
    write_changes(delivery, entering.plan, at=at)
    record("figures.entered", by=by, on=delivery, court=group.court, **counts)
    return Delivery(delivery, remarks)


def _person_fault(officer: Officer | None, by: User) -> str:
    if officer is None:
        return "entry_not_here"
    return "entry_own" if officer.user_id == by.pk else ""


# -- corrected, or kept -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """The month's figures as a page showed them: from which delivery, in which state."""

    source_id: int
    state: str


@transaction.atomic
def correct_figures(
    *,
    sheet_id: int,
    values: Mapping[str, Decimal | None],
    seen: Seen,
    reason: str,
    by: User,
    at: datetime,
) -> Delivery:
    """Put a month's figures right by hand, with a reason that the officer reads.

    ``values`` has the measures by code; what equals the stored figure stays. Old numbers are kept
    as corrections, a dispute with its reason is kept with the answer, and the month goes back to
    the officer, who is told. Refuses nothing changed, own figures, numbers that can't be or
    contradict each other, taking a figure away, and anything while figures are imported or
    computed; raises Conflict when figures or state are not as ``seen``. Results of a closed cycle
    do not change with it.
    """
    sheet = _sheet(sheet_id, by)
    court, month = sheet.officer.court, sheet.month
    entering = _Entering(
        measures={one.code: one for one in measures_of(court) if one.code != CASE_POINTS},
        known=_known([sheet.officer_id], month),
        month=month,
        as_of=timezone.localdate(at),
    )
    for code, value in values.items():
        entering.take((sheet.officer_id, code), value)
    remarks = entering.judge_lines()
    if entering.faults:
        text = _("Nothing was stored. Please look at what is marked.")
        raise CannotCorrect(text, entering.faults)
    if not entering.has_changes:
        raise CannotCorrect(_("No figure was changed."))
    delivery = _answer(sheet, reason)
    counts = _deliver(delivery, entering.plan, by=by, at=at, sheet=sheet.pk)
    _give_back(sheet, delivery, seen)
    write_changes(delivery, entering.plan, at=at)
    values_told = {"month": f"{month:%Y-%m}", "new": counts["new"], "changed": counts["changed"]}
    record("figures.corrected", by=by, on=sheet, court=court, **values_told)
    _tell_officer(sheet, delivery, kind="figures_corrected")
    return Delivery(delivery, remarks)


@transaction.atomic
def keep_figures(*, sheet_id: int, seen: Seen, reason: str, by: User, at: datetime) -> Delivery:
    """Answer a dispute without a change: the figures stay, the officer reads why.

    The month goes back to the officer, to be confirmed or disputed again. Refuses a month that is
    not disputed, own figures, and anything while figures are imported or computed; raises
    Conflict when the month is not as ``seen``.
    """
    sheet = _sheet(sheet_id, by)
    if seen.state != State.DISPUTED:
        raise CannotCorrect(_("Nobody disputes these figures."))
    delivery = _answer(sheet, reason)
    _deliver(delivery, Plan(), by=by, at=at, sheet=sheet.pk)
    _give_back(sheet, delivery, seen)
    month = f"{sheet.month:%Y-%m}"
    record("figures.kept", by=by, on=sheet, court=sheet.officer.court, month=month)
    _tell_officer(sheet, delivery, kind="figures_kept")
    return Delivery(delivery)


def _sheet(sheet_id: int, by: User) -> FigureSheet:
    sheet = FigureSheet.objects.select_related("officer__court", "officer__user").get(pk=sheet_id)
    _take_hold(sheet.officer.court, CannotCorrect)
    if sheet.officer.user_id == by.pk:
        raise CannotCorrect(_("Own figures are corrected by somebody else."))
    return sheet


def _answer(sheet: FigureSheet, reason: str) -> FigureImport:
    delivery = FigureImport(court=sheet.officer.court, origin=Origin.CORRECTION)
    delivery.reason = reason
    if sheet.reason:
        delivery.report = {"dispute": sheet.reason}
    return delivery


def _give_back(sheet: FigureSheet, delivery: FigureImport, seen: Seen) -> None:
    """To the officer again, if the month is still as it was shown."""
    as_seen = FigureSheet.objects.filter(pk=sheet.pk, state=sheet.state, source=sheet.source_id)
    is_same = (sheet.source_id, sheet.state) == (seen.source_id, seen.state)
    fields: dict[str, Any] = {"state": State.TO_CONFIRM, "decided_at": None, "reason": ""}
    if not is_same or not as_seen.update(source=delivery, **fields):
        raise Conflict(
            _("These figures have changed since you opened the page. Please look at them again."),
            url=reverse("appraisal:figure_sheet", args=[sheet.pk]),
        )


def _tell_officer(sheet: FigureSheet, delivery: FigureImport, *, kind: str) -> None:
    user = sheet.officer.user
    if user is None or not user.is_active:
        return
    # The key of the reminder to confirm: who is told now is not told again tonight.
    key = f"figures-confirm:{user.pk}:{delivery.pk}"
    notify(
        user, kind=kind, key=key, url=reverse("appraisal:my_figures"), month=f"{sheet.month:%Y-%m}"
    )


# -- what both share --------------------------------------------------------------------------


def _take_hold(court: Unit, refusal: type[CannotEnter]) -> None:
    """One writer of figures for each court, and none while a job has the figures in hand."""
    lock_court(court)
    if Job.objects.unfinished().filter(lock=figures_lock(court.pk)).exists():
        raise refusal(_("Figures of this court are being imported or computed just now."))


def _known(officer_ids: Iterable[int], month: date) -> dict[Cell, Known]:
    return known_figures(Figure.objects.filter(officer__in=list(officer_ids), month=month))


class _Entering:
    """Written figures against stored ones: what would change, and what stands against it."""

    def __init__(
        self,
        *,
        measures: Mapping[str, Measure],
        known: Mapping[Cell, Known],
        month: date,
        as_of: date,
    ) -> None:
        self.measures, self.known = measures, known
        self.month, self.as_of = month, as_of
        self.plan = Plan(months=[month])
        self.faults: dict[Cell, list[Fault]] = {}

    @property
    def has_changes(self) -> bool:
        return bool(self.plan.new or self.plan.changed)

    def take(self, cell: Cell, value: Decimal | None, *, fault: str = "") -> None:
        """Note one figure as new, changed or unchanged, or what is wrong with it."""
        known = self.known.get(cell)
        if (known.value if known else None) == value:
            self.plan.unchanged += 1
        elif fault := fault or self._fault(cell, value):
            self._refuse(cell, fault, value)
        elif value is not None:
            change = Change(*cell, self.month, value, self.as_of, known)
            (self.plan.changed if known else self.plan.new).append(change)

    def refuse_if_changed(self, cell: Cell, was: Decimal | None) -> None:
        known = self.known.get(cell)
        if (known.value if known else None) != was:
            self._refuse(cell, "entry_meanwhile", was)

    def _fault(self, cell: Cell, value: Decimal | None) -> str:
        measure = self.measures.get(cell[1])
        if measure is None:
            return "entry_not_entered"
        if value is None:
            return "entry_emptied"
        return value_fault(value, is_whole=measure.is_whole, maximum=measure.maximum)

    def _refuse(self, cell: Cell, code: str, value: Decimal | None) -> None:
        measure, known = self.measures.get(cell[1]), self.known.get(cell)
        params = {
            "heading": measure.display_name if measure else cell[1],
            "text": "" if value is None else plain_number(value),
            "stored": plain_number(known.value) if known else "—",
        }
        params |= most_of(measure) if measure else {}
        self.faults.setdefault(cell, []).append(Fault("", 0, "", code, params))

    def judge_lines(self) -> tuple[str, ...]:
        """Contradictions that the changes bring into an officer's month: errors, and remarks."""
        names = {code: measure.display_name for code, measure in self.measures.items()}
        remarks: list[str] = []
        changes = self.plan.new + self.plan.changed
        for officer_id in sorted({change.officer_id for change in changes}):
            before = {code: one.value for (pk, code), one in self.known.items() if pk == officer_id}
            after = before | {one.code: one.new for one in changes if one.officer_id == officer_id}
            known_before = conflicts(before)
            for conflict in conflicts(after):
                fault = conflict_fault(conflict, names)
                if conflict in known_before:
                    continue
                if fault.is_error:
                    cell = officer_id, conflict.measure
                    self.faults.setdefault(cell, []).append(fault)
                else:
                    remarks.append(str(fault_text(fault)))
        return tuple(remarks)


def _deliver(
    delivery: FigureImport, plan: Plan, *, by: User, at: datetime, **counts: int
) -> dict[str, int]:
    """Store a delivery made by hand; its figures are written after it."""
    delivery.state = FigureImport.State.IMPORTED
    delivery.created_by, delivery.created_at, delivery.imported_at = by, at, at
    changes = plan.new + plan.changed
    delivery.counts = counts | {
        "months": 1,
        "officers": len({change.officer_id for change in changes}),
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
    }
    delivery.save()
    return delivery.counts
