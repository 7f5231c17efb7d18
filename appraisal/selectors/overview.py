"""What the start page and *My records* tell about appraisal, in a fixed number of queries."""

from dataclasses import dataclass

from appraisal.models import Cycle, FigureImport, FigureSheet
from courtparty.accounts.models import User
from courtparty.accounts.scope import touched_court_scope

VIEW_FIGURES = "appraisal.view_figures"
IMPORT_FIGURES = "appraisal.import_figures"
RECENT = 20


@dataclass(frozen=True, slots=True)
class SheetsInNeed:
    """Months of figures that wait for a word: own ones to confirm, others' disputes to settle."""

    to_confirm: int
    disputed: int


def sheets_in_need(user: User) -> SheetsInNeed:
    """One query. Disputes count for those who import figures and can put them right."""
    states = FigureSheet.objects.own(user).to_confirm().values_list("state", "pk")
    if user.has_perm(IMPORT_FIGURES):
        disputed = FigureSheet.objects.visible_to(user).filter(state=FigureSheet.State.DISPUTED)
        states = states.union(disputed.values_list("state", "pk"), all=True)
    found = [state for state, _pk in states]
    return SheetsInNeed(
        to_confirm=found.count(FigureSheet.State.TO_CONFIRM),
        disputed=found.count(FigureSheet.State.DISPUTED),
    )


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


def latest_cycle(user: User) -> Cycle | None:
    """The cycle whose period ends last, of those ``user`` sees as a matter of office."""
    if not user.has_perm("appraisal.view_cycle"):
        return None
    return Cycle.objects.visible_to(user).order_by("-end", "-start", "-pk").first()
