"""Caseload of judges beside their peers, cut to what the reader may see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from appraisal.selectors.retention_caseload import Caseload, JudgeLoad, Peers, caseload
from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope, unit_scope
from courtparty.lib.charts import Bar, bar_chart
from retention.models import AssignmentPause
from retention.models.pauses import BOARD, DECIDE
from retention.rules.caseload import percent_of, suggests_pause
from retention.selectors.pauses import may_decide
from retention.selectors.settings import court_settings

PENDING = "pending"
ORDERS = ("name", "department", "pending", "percent", "new", "closed")
DEFAULT_ORDER = "-percent"


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One judge's caseload. ``is_over`` says that the written rule suggests a pause."""

    officer: Officer
    function: str
    months: int
    pending: Decimal | None
    percent: int | None
    new: Decimal | None
    closed: Decimal | None
    peers: Peers | None
    share: Decimal | None
    is_over: bool
    is_paused: bool
    suggestion: int | None
    is_decidable: bool


@dataclass(frozen=True, slots=True)
class PeerRow:
    """How pending cases lie among the judges of one function; None: fewer than five."""

    function: str
    pending: Peers | None
    new: Peers | None
    closed: Peers | None


@dataclass(frozen=True, slots=True)
class CaseloadShown:
    """The page: lines in reach, the groups, and what the court's rule says."""

    months: tuple[date, ...]
    rows: list[LoadRow]
    groups: list[PeerRow]
    pause_share: int

    @property
    def is_empty(self) -> bool:
        return not self.months


def caseload_shown(user: User, court: Unit, *, on: date) -> CaseloadShown:
    """Per-judge lines for the head of the own department, the political department and the
    leadership; group figures of the whole court. Seven queries at any size."""
    found = caseload(court, on=on)
    settings = court_settings(court)
    reach = unit_scope(user, DECIDE, court="court", units=("department",))
    judges = Officer.objects.filter(court=court, category=Officer.Category.QUOTA_JUDGE)
    visible = judges.filter(reach | court_scope(user, BOARD))
    officers = visible.in_service().select_related("court", "department", "branch").in_bulk()
    pauses = _pauses(officers, on=on)
    rows = [
        _row(user, officers[load.officer_id], load, found, pauses, share=settings.pause_share)
        for load in found.judges
        if load.officer_id in officers
    ]
    return CaseloadShown(found.months, rows, _groups(found), settings.pause_share)


def _pauses(officers: Mapping[int, Officer], *, on: date) -> dict[tuple[int, str], int]:
    """(officer, "suggested" or "running") → the pause."""
    pauses = AssignmentPause.objects.filter(officer__in=list(officers))
    found = {
        (officer_id, "suggested"): pk
        for officer_id, pk in pauses.suggested().values_list("officer_id", "pk")
    }
    running = pauses.running(on=on).values_list("officer_id", "pk")
    return found | {(officer_id, "running"): pk for officer_id, pk in running}


def _row(
    user: User,
    officer: Officer,
    load: JudgeLoad,
    found: Caseload,
    pauses: Mapping[tuple[int, str], int],
    *,
    share: int,
) -> LoadRow:
    peers = found.peers.get((load.function, PENDING)) if load.share is None else None
    pending = load.amounts[PENDING]
    return LoadRow(
        officer=officer,
        function=function_name(load.function),
        months=load.months,
        pending=pending,
        percent=percent_of(pending, peers.median) if peers and pending is not None else None,
        new=load.amounts["new"],
        closed=load.amounts["closed"],
        peers=peers,
        share=load.share,
        is_over=suggests_pause(pending, peers.median if peers else None, share=share),
        is_paused=(officer.pk, "running") in pauses,
        suggestion=pauses.get((officer.pk, "suggested")),
        is_decidable=may_decide(user, officer),
    )


def _groups(found: Caseload) -> list[PeerRow]:
    functions = {load.function for load in found.judges}
    return [
        PeerRow(
            function=str(label),
            pending=found.peers.get((code, "pending")),
            new=found.peers.get((code, "new")),
            closed=found.peers.get((code, "closed")),
        )
        for code, label in Unit.Function.choices
        if code in functions
    ]


def function_name(code: str) -> str:
    return str(Unit.Function(code).label) if code else ""


def in_order(rows: list[LoadRow], sort: str) -> list[LoadRow]:
    """In the order ?sort= asks for; what is missing comes last, whichever way round."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    by_name = sorted(rows, key=lambda row: (row.officer.pinyin, row.officer.pk))
    if name == "name":
        return by_name[::-1] if sort.startswith("-") else by_name
    if name == "department":
        ordered = sorted(by_name, key=lambda row: row.officer.department.path)
        return ordered[::-1] if sort.startswith("-") else ordered
    known = [row for row in by_name if getattr(row, name) is not None]
    unknown = [row for row in by_name if getattr(row, name) is None]
    known.sort(key=lambda row: getattr(row, name), reverse=sort.startswith("-"))
    return known + unknown


def narrowed(rows: list[LoadRow], *, text: str, department: str, only: str) -> list[LoadRow]:
    """The rows a search and filters leave: by name, department, and what stands out."""
    plain = "".join(text.split()).lower()
    tests = {
        "over": lambda row: row.is_over,
        "paused": lambda row: row.is_paused,
        "suggested": lambda row: row.suggestion is not None,
    }
    return [
        row
        for row in rows
        if (not plain or _is_named(row.officer, plain))
        and (not department or str(row.officer.department_id) == department)
        and (only not in tests or tests[only](row))
    ]


def _is_named(officer: Officer, plain: str) -> bool:
    return (
        plain in officer.name
        or officer.pinyin.startswith(plain)
        or (officer.initials.startswith(plain))
    )


def peers_chart(groups: list[PeerRow]) -> str:
    """The median of pending cases by function; functions of fewer than five judges are left out."""
    bars = [
        Bar(group.function, group.pending.median, f"{group.pending.median.normalize():f}")
        for group in groups
        if group.pending
    ]
    most = max((bar.value for bar in bars), default=0)
    return (
        bar_chart(bars, title=_("Median of pending cases by function"), most=most) if bars else ""
    )
