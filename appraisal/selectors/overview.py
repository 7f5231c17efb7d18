"""What the start page and *My records* tell about appraisal, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from appraisal.models import Cycle, FigureImport, FigureSheet
from appraisal.rules.cycles import MANAGE
from appraisal.selectors.ratings import ratings_open
from appraisal.selectors.weights import comparisons_waiting
from courtparty.accounts.models import User
from courtparty.accounts.scope import paths_with, standing_of, touched_court_scope
from courtparty.lib.counts import Counting, Kept, UpTo, counting_of

VIEW_FIGURES = "appraisal.view_figures"
IMPORT_FIGURES = "appraisal.import_figures"
VIEW_CYCLES = "appraisal.view_cycle"
RECENT = 20


@dataclass(frozen=True, slots=True)
class SheetsInNeed:
    """Months of figures that wait for a word: own ones to confirm, others' disputes to settle.

    ``to_compare`` are index sets to compare in pairs, ``to_rate`` ratings to give, counted by the
    same query.
    """

    to_confirm: UpTo
    disputed: UpTo
    to_compare: UpTo
    to_rate: UpTo


def sheets_in_need(user: User) -> SheetsInNeed:
    """One query. Disputes count for those who import figures and can put them right."""
    counting = _KEPT.get(standing_of(user), lambda: _sheets_asked(user))
    return SheetsInNeed(*counting.counts())


def _sheets_asked(user: User) -> Counting:
    """In the order of the fields of ``SheetsInNeed``."""
    disputed = FigureSheet.objects.visible_to(user).filter(state=FigureSheet.State.DISPUTED)
    return counting_of(
        [
            FigureSheet.objects.own(user).to_confirm(),
            disputed if user.has_perm(IMPORT_FIGURES) else FigureSheet.objects.none(),
            comparisons_waiting(user),
            ratings_open(user),
        ]
    )


# Readers by their standing. About 5 KB each.
_KEPT: Kept[Counting] = Kept(60)


@dataclass(frozen=True, slots=True)
class FigureImports:
    """The import of figures taken last, and those that wait to be confirmed by the reader."""

    last: FigureImport | None
    waiting: list[FigureImport]


def figure_imports(user: User) -> FigureImports:
    """One query; none for those who see no figures."""
    if not user.has_perm(VIEW_FIGURES):
        return FigureImports(None, [])
    courts = touched_court_scope(user, VIEW_FIGURES)
    recent = FigureImport.objects.filter(
        courts, state__in=[FigureImport.State.READY, FigureImport.State.IMPORTED]
    )
    found = list(recent.defer("report").order_by("-created_at")[:RECENT])
    taken = [one for one in found if one.state == FigureImport.State.IMPORTED]
    waiting = [one for one in found if one.state == FigureImport.State.READY]
    may_import = user.has_perm(IMPORT_FIGURES)
    return FigureImports(taken[0] if taken else None, waiting if may_import else [])


@dataclass(frozen=True, slots=True)
class CyclesShown:
    """The cycle whose period ends last, and those in which the next step is the reader's."""

    latest: Cycle | None
    waiting: list[Cycle]


def cycles_shown(user: User, *, on: date) -> CyclesShown:
    """One query over the cycles ``user`` sees as a matter of office; none without the right."""
    if not user.has_perm(VIEW_CYCLES):
        return CyclesShown(None, [])
    seen = Cycle.objects.filter(touched_court_scope(user, VIEW_CYCLES)).select_related("court")
    found = list(seen.order_by("-end", "-start", "-pk")[:RECENT])
    managed = paths_with(user, MANAGE)
    waiting = [one for one in found if one.court.path in managed and waits(one, on=on)]
    return CyclesShown(found[0] if found else None, waiting)


def waits(cycle: Cycle, *, on: date) -> bool:
    """Whether a cycle waits for those who manage it; while it collects, once its day is past."""
    if cycle.state == Cycle.State.COLLECTING:
        return cycle.collect_until is not None and cycle.collect_until < on
    return cycle.state != Cycle.State.CLOSED
