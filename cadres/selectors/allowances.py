"""Allowance runs and their lines as pages need them, always cut to what the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, DecimalField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext as _

from cadres.models import AllowanceLine, AllowanceRun, Officer, Post
from cadres.models.allowances import AllowanceLineQuerySet, AllowanceRunQuerySet
from cadres.selectors.officers import searched
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import is_court_path, paths_with

VIEW = "cadres.view_run"
State, Kind = AllowanceRun.State, AllowanceLine.Kind

CENT = Decimal("0.01")
# What a database that adds as floating point may leave of nothing.
NEARLY_NOTHING = Decimal("-0.005")
DECIDED = (State.APPROVED, State.PAID)
TONES = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "info",
    State.CHECKED: "info",
    State.APPROVED: "warning",
    State.PAID: "success",
    State.DISCARDED: "neutral",
}
KIND_TONES = {Kind.REGULAR: "neutral", Kind.ARREARS: "info", Kind.RECOVERY: "warning"}
CHARTED = 12
RUN_ORDERS = {"month": "month", "state": "state", "officers": "officers", "total": "total"}
DEFAULT_RUN_ORDER = "-month"
LINE_ORDERS = {
    "name": "officer__pinyin",
    "department": "officer__department__path",
    "post": "appointment__post__kind",
    "month": "month",
    "days": "days",
    "rate": "rate",
    "amount": "amount",
}
DEFAULT_LINE_ORDER = "name"


def runs_listed(user: User) -> AllowanceRunQuerySet:
    people = ("made_by", "checked_by", "approved_by")
    return AllowanceRun.objects.visible_to(user).select_related("court", *people)


def ordered_runs(runs: AllowanceRunQuerySet, sort: str) -> AllowanceRunQuerySet:
    down, first = _order(sort, RUN_ORDERS, DEFAULT_RUN_ORDER)
    return runs.order_by(*dict.fromkeys([f"{down}{first}", "-month", "court", "-pk"]))


def _order(sort: str, orders: dict[str, str], default: str) -> tuple[str, str]:
    name = sort if sort.removeprefix("-") in orders else default
    return "-" if name.startswith("-") else "", orders[name.removeprefix("-")]


def courts_with(user: User, permission: str) -> QuerySet[Unit]:
    """The courts in which ``user`` holds ``permission`` on the whole court."""
    paths = [path for path in paths_with(user, permission) if is_court_path(path)]
    return Unit.objects.courts().filter(path__in=paths)


def years_of(user: User) -> list[int]:
    """The years that have runs in reach, the latest first."""
    years = AllowanceRun.objects.visible_to(user).values_list(ExtractYear("month"), flat=True)
    return list(years.distinct().order_by("-month__year"))


def latest_totals(runs: AllowanceRunQuerySet) -> list[tuple[date, Decimal]]:
    """The totals of the last twelve months among ``runs``, oldest first; courts are added up."""
    months = runs.standing().order_by("-month").values_list("month")
    found = months.annotate(all_courts=Sum("total"))[:CHARTED]
    return [(month, in_cents(total)) for month, total in reversed(found)]


def in_cents(value: Decimal | None) -> Decimal:
    return Decimal(value or 0).quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What the lines of a run come to, added up by the database."""

    officers: int = 0
    lines: int = 0
    regular: Decimal = Decimal("0.00")
    arrears: Decimal = Decimal("0.00")
    recovered: Decimal = Decimal("0.00")
    # Officers who get less than nothing: so much has to be collected from them.
    owing: int = 0
    owed: Decimal = Decimal("0.00")

    @property
    def total(self) -> Decimal:
        return self.regular + self.arrears + self.recovered

    @property
    def paid_out(self) -> Decimal:
        """What leaves the account; some of it comes back when it is collected from officers."""
        return self.total + self.owed


def run_figures(run: AllowanceRun) -> RunFigures:
    """Two queries, whatever the number of lines."""
    sums = run.lines.aggregate(
        officers=Count("officer", distinct=True),
        lines=Count("pk"),
        **{kind: _sum(Q(kind=kind)) for kind in Kind.values},
    )
    owing = _owing(run).aggregate(people=Count("officer"), owed=Sum("net"))
    return RunFigures(
        officers=sums["officers"],
        lines=sums["lines"],
        regular=in_cents(sums[Kind.REGULAR]),
        arrears=in_cents(sums[Kind.ARREARS]),
        recovered=in_cents(sums[Kind.RECOVERY]),
        owing=owing["people"],
        owed=-in_cents(owing["owed"]),
    )


def _sum(of: Q) -> Coalesce:
    money = DecimalField(max_digits=13, decimal_places=2)
    return Coalesce(Sum("amount", filter=of), Value(Decimal(0)), output_field=money)


def _owing(run: AllowanceRun) -> QuerySet:
    per_officer = run.lines.order_by().values("officer").annotate(net=Sum("amount"))
    return per_officer.filter(net__lt=NEARLY_NOTHING)


@dataclass(frozen=True, slots=True)
class KindSum:
    """What a run pays for one kind of post."""

    label: str
    officers: int
    regular: Decimal
    arrears: Decimal
    recovered: Decimal

    @property
    def total(self) -> Decimal:
        return self.regular + self.arrears + self.recovered


def sums_by_kind(run: AllowanceRun) -> list[KindSum]:
    """One row for each kind of post paid, in the order the kinds have."""
    grouped = run.lines.order_by().values_list("appointment__post__kind")
    found = {
        kind: KindSum(label, officers, in_cents(regular), in_cents(arrears), in_cents(recovered))
        for kind, officers, regular, arrears, recovered, label in (
            (*row, str(Post.Kind(row[0]).label))
            for row in grouped.annotate(
                people=Count("officer", distinct=True),
                **{f"sum_{kind}": _sum(Q(kind=kind)) for kind in Kind.values},
            )
        )
    }
    return [found[kind] for kind in Post.Kind.values if kind in found]


def ordered_lines(lines: AllowanceLineQuerySet, sort: str) -> AllowanceLineQuerySet:
    down, first = _order(sort, LINE_ORDERS, DEFAULT_LINE_ORDER)
    keys = [first, "officer__pinyin", "officer", "month", "pk"]
    return lines.order_by(*(down + key for key in dict.fromkeys(keys)))


def of_officers(lines: AllowanceLineQuerySet, text: str, *, user: User) -> AllowanceLineQuerySet:
    """The lines of officers whose name, pinyin or initials ``text`` is."""
    return lines.filter(officer__in=searched(Officer.objects.all(), text, user=user))


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a run, with how its amount comes about."""

    name: str
    department: str
    post: str
    basis: str
    kind: str
    tone: str
    month: date
    days: int
    month_days: int
    rate: Decimal
    due: Decimal
    paid_before: Decimal
    amount: Decimal
    explained: str


def line_rows(pks: Sequence[int]) -> list[LineRow]:
    """The lines of one page in their order: what is sorted are numbers, not whole records."""
    lines = AllowanceLine.objects.select_related(
        "officer__department", "appointment__post__unit", "standard__approval"
    ).defer("officer__id_number", "officer__phone")
    found = lines.in_bulk(pks)
    return [
        LineRow(
            name=line.officer.name,
            department=line.officer.department.display_name,
            post=str(line.appointment.post),
            basis=line.standard.approval.number,
            kind=line.get_kind_display(),
            tone=KIND_TONES[Kind(line.kind)],
            month=line.month,
            days=line.days,
            month_days=line.month_days,
            rate=line.rate,
            due=line.due,
            paid_before=line.paid_before,
            amount=line.amount,
            explained=explained(line),
        )
        for line in map(found.__getitem__, pks)
    ]


def explained(line: AllowanceLine) -> str:
    """How a line comes to its amount: 15 of 30 days × 800.00 a month."""
    earned = _("%(days)s of %(month_days)s days × %(rate)s a month") % {
        "days": line.days,
        "month_days": line.month_days,
        "rate": f"{line.rate:,.2f}",
    }
    if line.kind == Kind.REGULAR:
        return earned
    text = _("%(month)s: %(due)s due (%(earned)s), %(paid)s paid before")
    return text % {
        "month": f"{line.month:%Y-%m}",
        "due": f"{line.due:,.2f}",
        "earned": earned,
        "paid": f"{line.paid_before:,.2f}",
    }


def departments_of(run: AllowanceRun) -> list[tuple[str, str]]:
    """The departments of the run's court, as choices."""
    departments = Unit.objects.within(run.court).departments()
    return [(str(unit.pk), unit.display_name) for unit in departments]


# -- the officer's own ------------------------------------------------------------------------


@dataclass(slots=True)
class OwnMonth:
    """What one run pays the reader, line by line."""

    run: AllowanceRun
    lines: list[AllowanceLine] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def explained(self) -> list[tuple[AllowanceLine, str]]:
        return [(line, explained(line)) for line in self.lines]


@dataclass(slots=True)
class OwnYear:
    year: int
    months: list[OwnMonth] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((month.total for month in self.months), Decimal(0))


def own_allowances(user: User) -> list[OwnYear]:
    """The reader's own lines of runs approved or paid, the latest year and month first."""
    lines = AllowanceLine.objects.filter(officer__user=user, run__state__in=DECIDED)
    lines = lines.select_related("run", "appointment__post__unit", "standard__approval")
    years: dict[int, OwnYear] = {}
    months: dict[int, OwnMonth] = {}
    for line in lines.order_by("-run__month", "-run", "-month", "pk"):
        year = years.setdefault(line.run.month.year, OwnYear(line.run.month.year))
        if line.run_id not in months:
            months[line.run_id] = OwnMonth(line.run)
            year.months.append(months[line.run_id])
        months[line.run_id].lines.append(line)
    return list(years.values())
