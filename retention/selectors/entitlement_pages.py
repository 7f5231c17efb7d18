"""What the pages of entitlements show: of one officer, of each kind, of a whole court."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Min, Q, Sum

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.lib.charts import Bar, bar_chart
from retention.models import (
    Entitlement,
    EntitlementComputing,
    EntitlementKind,
    EntitlementRule,
    Received,
    Waiver,
)
from retention.rules.entitlements import HORIZON_MONTHS, add_months, days_late
from retention.selectors.entitlement_lists import EntitlementRow, entitlement_row
from retention.selectors.entitlement_words import (
    explained,
    quantity,
    variant_label,
    what,
)

State = Entitlement.State
# In which order the states stand on an officer's page: what is owed first.
_PLACES = {State.DUE: 0, State.EXPECTED: 1, State.MISSING: 2, State.WAIVED: 3, State.RECEIVED: 4}
SHOWN_RECEIVED = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """An entitlement with the sentences that explain it, and the decision against it."""

    row: EntitlementRow
    period: str
    sentences: list[str]
    rule: EntitlementRule | None
    waiver: Waiver | None = None

    @property
    def next_step(self) -> str:
        return "fill" if self.row.due_on is None else ""


@dataclass(slots=True)
class KindShown:
    """One kind on an officer's page: what is open, and what was received before."""

    kind: str
    label: str
    open: list[Shown] = field(default_factory=list)
    done: list[Shown] = field(default_factory=list)

    @property
    def days_late(self) -> int:
        return max((one.row.days_late for one in self.open), default=0)


@dataclass(frozen=True, slots=True)
class OfficerPage:
    """Everything of one officer, by kind, with the numbers on top."""

    kinds: list[KindShown]
    received: list["ReceivedRow"]
    late: int
    soon: int
    missing: int
    most_late: int
    quiet: list[str]

    @property
    def has_any(self) -> bool:
        return bool(self.kinds)


def officer_page(officer: Officer, *, on: date) -> OfficerPage:
    """Due and received of an officer. A fixed number of queries."""
    rows = list(
        Entitlement.objects.filter(officer=officer).select_related("officer__department", "rule")
    )
    waivers = {
        (one.kind, one.period): one
        for one in Waiver.objects.standing().filter(officer=officer).select_related("by")
    }
    rows.sort(key=lambda row: (_PLACES[State(row.state)], row.due_on or date.max, row.period))
    kinds: dict[str, KindShown] = {}
    for kind in EntitlementKind:
        mine = [_shown(row, waivers, on) for row in rows if row.kind == kind]
        if mine:
            shown = kinds[kind] = KindShown(kind.value, str(kind.label))
            for one in mine:
                is_done = one.row.tone == "success"
                (shown.done if is_done else shown.open).append(one)
    ends = on + timedelta(days=90)
    return OfficerPage(
        kinds=list(kinds.values()),
        received=received_rows(received_of(officer)),
        late=sum(bool(days_late(row.due_on, row.state, on)) for row in rows),
        soon=sum(row.state == State.DUE and on <= (row.due_on or on) <= ends for row in rows),
        missing=sum(row.state == State.MISSING for row in rows),
        most_late=max((days_late(row.due_on, row.state, on) for row in rows), default=0),
        quiet=[str(kind.label) for kind in EntitlementKind if kind not in kinds],
    )


def _shown(row: Entitlement, waivers: dict[tuple[str, str], Waiver], on: date) -> Shown:
    return Shown(
        row=entitlement_row(row, on=on),
        period=row.period,
        sentences=explained(row.explained),
        rule=row.rule,
        waiver=waivers.get((row.kind, row.period)),
    )


def entitlement_shown(row: Entitlement, *, on: date) -> Shown:
    """One entitlement with its decision, if there is one. One query."""
    waiver = Waiver.objects.standing().filter(
        officer=row.officer_id, kind=row.kind, period=row.period
    )
    found = waiver.select_related("by").first()
    return _shown(row, {(row.kind, row.period): found} if found else {}, on)


# -- received ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """What was received, in words."""

    received: Received
    what: str
    variant: str
    quantity: str
    is_void: bool


def received_of(officer: Officer) -> Iterable[Received]:
    rows = Received.objects.filter(officer=officer).select_related("entered_by", "voided_by")
    return rows.order_by("-received_on", "-pk")[:SHOWN_RECEIVED]


def received_rows(rows: Iterable[Received]) -> list[ReceivedRow]:
    return [
        ReceivedRow(
            received=one,
            what=_what_received(one),
            variant=variant_label(one.variant),
            quantity=quantity(one.kind, one.quantity),
            is_void=one.voided_at is not None,
        )
        for one in rows
    ]


def _what_received(one: Received) -> str:
    return variant_label(one.variant) or what(one.kind, one.period)


# -- by kind ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KindTotals:
    """One kind over a court: how many are late, how long, and what is owed."""

    kind: str
    label: str
    officers: int
    late: int
    soon: int
    missing: int
    received: int
    longest: int
    owed: str


def kind_totals(user: User, courts: Iterable[Unit], *, on: date) -> list[KindTotals]:
    """Each kind in the order of the kinds. One query."""
    ends = add_months(on, HORIZON_MONTHS)
    late = Q(state=State.DUE, due_on__lt=on)
    rows = (
        Entitlement.objects.visible_to(user)
        .filter(court__in=list(courts), officer__left_on=None)
        .order_by()
        .values("kind")
        .annotate(
            officers=Count("officer", distinct=True),
            late=Count("pk", filter=late),
            soon=Count("pk", filter=Q(state=State.DUE, due_on__gte=on, due_on__lte=ends)),
            missing=Count("pk", filter=Q(state=State.MISSING)),
            got=Count("pk", filter=Q(state=State.RECEIVED)),
            first=Min("due_on", filter=late),
            due=Sum("quantity", filter=late),
            came=Sum("received", filter=late),
        )
    )
    found = {row["kind"]: row for row in rows}
    return [_totals(kind, found[kind], on) for kind in EntitlementKind if kind in found]


def _totals(kind: EntitlementKind, row: dict[str, Any], on: date) -> KindTotals:
    owed = (row["due"] or Decimal(0)) - (row["came"] or Decimal(0))
    # SQLite adds up in floating point.
    owed = Decimal(owed).quantize(Decimal("0.01"))
    return KindTotals(
        kind=kind.value,
        label=str(kind.label),
        officers=row["officers"],
        late=row["late"],
        soon=row["soon"],
        missing=row["missing"],
        received=row["got"],
        longest=(on - row["first"]).days if row["first"] else 0,
        owed=quantity(kind.value, owed) if row["late"] else "",
    )


def late_chart(totals: Iterable[KindTotals], *, title: str) -> Any:
    """How many are late of each kind; empty when none is."""
    listed = list(totals)
    most = max((one.late for one in listed), default=0)
    if not most:
        return ""
    bars = [Bar(one.label, one.late, f"{one.late:,}", colour=3) for one in listed]
    return bar_chart(bars, title=title, most=most)


@dataclass(frozen=True, slots=True)
class OfficerGap:
    """An officer with something late: how many, how long, of which kinds."""

    officer: Officer
    late: int
    longest: int
    kinds: list[str]


def gaps_of_kind(
    user: User, courts: Iterable[Unit], kind: str, *, on: date, limit: int = 20
) -> list[OfficerGap]:
    """The officers who wait longest, of one kind or of all. Two queries."""
    rows = Entitlement.objects.visible_to(user).late(on=on)
    rows = rows.filter(court__in=list(courts), officer__left_on=None)
    if kind:
        rows = rows.filter(kind=kind)
    waiting = (
        rows.order_by()
        .values("officer")
        .annotate(late=Count("pk"), first=Min("due_on"), name=Max(F("officer__pinyin")))
        .order_by("first", "name", "officer")[:limit]
    )
    found = list(waiting)
    ids = [row["officer"] for row in found]
    kinds: dict[int, set[str]] = defaultdict(set)
    officers: dict[int, Officer] = {}
    for one in (
        rows.filter(officer__in=ids).select_related("officer__department").defer("explained")
    ):
        kinds[one.officer_id].add(one.kind)
        officers[one.officer_id] = one.officer
    return [
        OfficerGap(
            officer=officers[row["officer"]],
            late=row["late"],
            longest=(on - row["first"]).days,
            kinds=[str(one.label) for one in EntitlementKind if one in kinds[row["officer"]]],
        )
        for row in found
    ]


# -- a court ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CourtState:
    """Whether a court has rules, and when it was last computed."""

    court: Unit
    has_rules: bool
    unverified: int
    computed: EntitlementComputing | None


def court_states(courts: Iterable[Unit], *, on: date) -> list[CourtState]:
    """Two queries for each court; there is one, or as many as a province has."""
    return [_court_state(court, on) for court in courts]


def _court_state(court: Unit, on: date) -> CourtState:
    rules = EntitlementRule.objects.filter(court=court).in_force(on=on)
    counted = rules.aggregate(all=Count("pk"), shipped=Count("pk", filter=Q(is_shipped=True)))
    last = EntitlementComputing.objects.filter(court=court).order_by("-finished_at").first()
    return CourtState(court, bool(counted["all"]), counted["shipped"], last)
