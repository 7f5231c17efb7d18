"""Allowance runs as workbooks: the pay list finance works from, and lists of runs and standards."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cadres.models import AllowanceLine, AllowanceRun, AllowanceStandard, Post
from cadres.models.allowances import AllowanceRunQuerySet, AllowanceStandardQuerySet
from cadres.selectors.allowances import DECIDED, in_cents
from cadres.selectors.standards import standard_row
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.money import in_capitals
from courtparty.lib.words import listed
from courtparty.lib.xlsx import SheetPlan, write_table, write_workbook

AT_ONCE = 2000
MONEY = "#,##0.00"
NOTHING = Decimal("0.00")
Kind = AllowanceLine.Kind

# The office's own form: Chinese whatever the reader's language, as the roster is.
PAY_LIST = (
    "序号", "姓名", "部门", "岗位", "月标准", "天数", "应发", "补发", "扣回", "实发", "备注",
)  # fmt: skip
DETAILS = (
    "序号", "姓名", "部门", "岗位", "类别", "所属月份", "月标准", "天数", "当月天数", "应得",
    "已发", "本次", "依据文号",
)  # fmt: skip
TO_COLLECT = ("序号", "姓名", "部门", "岗位", "应发", "补发", "扣回", "应收回", "备注")
KINDS = {Kind.REGULAR: "应发", Kind.ARREARS: "补发", Kind.RECOVERY: "扣回"}
AMOUNTS = ("月标准", "应发", "补发", "扣回", "实发", "应收回", "应得", "已发", "本次")


class _Line(NamedTuple):
    officer: int
    name: str
    department: int
    post: int
    standard: int
    kind: str
    month: date
    rate: Decimal
    days: int
    month_days: int
    due: Decimal
    paid_before: Decimal
    amount: Decimal


_FIELDS = (
    "officer", "officer__name", "officer__department", "appointment__post", "standard", "kind",
    "month", "rate", "days", "month_days", "due", "paid_before", "amount",
)  # fmt: skip


@transaction.atomic
def export_run(run: AllowanceRun, *, by: User) -> bytes:
    """One run for finance: who is paid what, every line, and from whom something is collected.

    The title says so while the run is not approved. No ID numbers and no telephones are in it.
    The log keeps who took it out.
    """
    record(
        "allowances.exported",
        by=by,
        on=run,
        court=run.court,
        month=f"{run.month:%Y-%m}",
        officers=run.officers,
        state=run.state,
    )
    with translation.override("zh-hans"):
        words, pay_list = _words_of(run), _PayList(run)
        return write_workbook(
            [
                _plan("发放表", pay_list.title, PAY_LIST, pay_list.rows(words)),
                _plan("明细", f"{pay_list.title}明细", DETAILS, _details(run, words)),
                _plan("待收回", f"{pay_list.title}待收回", TO_COLLECT, pay_list.rows_to_collect()),
            ]
        )


def _plan(name: str, title: str, headings: tuple[str, ...], rows: Iterator[list]) -> SheetPlan:
    amounts: dict[int | str, str] = {name: MONEY for name in headings if name in AMOUNTS}
    return SheetPlan(
        sheet_name=name, title=title, headings=headings, rows=rows, number_formats=amounts
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """What the numbers in the lines are called."""

    departments: dict[int, str]
    posts: dict[int, str]
    documents: dict[int, str]


def _words_of(run: AllowanceRun) -> _Words:
    departments = Unit.objects.within(run.court).departments()
    posts = Post.objects.filter(court=run.court_id).select_related("unit")
    standards = AllowanceStandard.objects.filter(court=run.court_id)
    return _Words(
        departments={unit.pk: unit.display_name for unit in departments},
        posts={post.pk: str(post) for post in posts},
        documents=dict(standards.values_list("pk", "approval__number")),
    )


def _lines(run: AllowanceRun) -> Iterator[_Line]:
    """By officer, and for each the month of the run before earlier ones."""
    ordered = run.lines.order_by("officer__pinyin", "officer", "-month", "pk")
    for values in ordered.values_list(*_FIELDS).iterator(AT_ONCE):
        yield _Line(*values)


@dataclass(frozen=True, slots=True)
class _Pay:
    """One officer's line of the pay list."""

    name: str
    department: str
    posts: str
    rates: Decimal | int | str | None
    days: Decimal | int | str | None
    regular: Decimal
    arrears: Decimal
    recovered: Decimal
    note: str

    @property
    def net(self) -> Decimal:
        return self.regular + self.arrears - self.recovered


def _pay(lines: list[_Line], words: _Words) -> _Pay:
    regular = [line for line in lines if line.kind == Kind.REGULAR]
    return _Pay(
        name=lines[0].name,
        department=words.departments.get(lines[0].department, ""),
        posts=_joined(words.posts[line.post] for line in regular or lines),
        rates=_one_or_joined([line.rate for line in regular]),
        days=_one_or_joined([line.days for line in regular]),
        regular=_sum(lines, Kind.REGULAR),
        arrears=_sum(lines, Kind.ARREARS),
        recovered=-_sum(lines, Kind.RECOVERY),
        note="；".join(_note(line) for line in lines if _is_noted(line)),
    )


def _sum(lines: Iterable[_Line], kind: str) -> Decimal:
    return sum((line.amount for line in lines if line.kind == kind), NOTHING)


def _joined(words: Iterable[object]) -> str:
    return "、".join(dict.fromkeys(str(word) for word in words))


def _one_or_joined(values: Sequence[Decimal | int]) -> Decimal | int | str | None:
    if not values:
        return None
    return values[0] if len(values) == 1 else "、".join(str(value) for value in values)


def _is_noted(line: _Line) -> bool:
    return line.kind != Kind.REGULAR or line.days != line.month_days


def _note(line: _Line) -> str:
    if line.kind == Kind.REGULAR:
        return f"任职{line.days}天（当月{line.month_days}天）"
    return f"{KINDS[Kind(line.kind)]}{_month(line.month)}{abs(line.amount):,.2f}"


def _month(month: date) -> str:
    return f"{month.year}年{month.month}月"


@dataclass
class _PayList:
    """The pay list as it is written row by row; who owes is kept for the last sheet."""

    run: AllowanceRun
    owing: list[_Pay] = field(default_factory=list)

    @property
    def title(self) -> str:
        marks = {**dict.fromkeys(DECIDED, ""), AllowanceRun.State.DISCARDED: "（已作废）"}
        mark = marks.get(AllowanceRun.State(self.run.state), "（未审批）")
        return f"{self.run.court.name}{_month(self.run.month)}岗位津贴发放表{mark}"

    def rows(self, words: _Words) -> Iterator[list]:
        sums = [NOTHING] * 4
        number = 0
        for _officer, lines in groupby(_lines(self.run), key=lambda line: line.officer):
            pay = _pay(list(lines), words)
            if pay.net < 0:
                self.owing.append(pay)
                continue
            number += 1
            amounts = [pay.regular, pay.arrears, pay.recovered, pay.net]
            sums = [total + amount for total, amount in zip(sums, amounts, strict=True)]
            about = [pay.name, pay.department, pay.posts, pay.rates, pay.days]
            yield [number, *about, *amounts, pay.note]
        yield from self._footer(sums)

    def _footer(self, sums: list[Decimal]) -> Iterator[list]:
        yield [None, "合计", None, None, None, None, *sums, None]
        yield [None, "大写金额", in_capitals(in_cents(sums[-1])), *[None] * 8]
        if self.owing:
            owed = -sum((pay.net for pay in self.owing), NOTHING)
            text = f"另有{len(self.owing)}人应收回{owed:,.2f}元，见“待收回”表"
            yield [None, "说明", text, *[None] * 8]
        people = (
            ("制单", self.run.made_by),
            ("复核", self.run.checked_by),
            ("审批", self.run.approved_by),
        )
        signed = [f"{label}：{person or ''}" for label, person in people]
        yield [None, *signed, *[None] * 7]

    def rows_to_collect(self) -> Iterator[list]:
        for number, pay in enumerate(self.owing, start=1):
            about = [pay.name, pay.department, pay.posts]
            yield [
                number, *about, pay.regular, pay.arrears, pay.recovered, -pay.net, pay.note
            ]  # fmt: skip
        owed = -sum((pay.net for pay in self.owing), NOTHING)
        yield [None, "合计", *[None] * 5, owed, None]


def _details(run: AllowanceRun, words: _Words) -> Iterator[list]:
    for number, line in enumerate(_lines(run), start=1):
        yield [
            number,
            line.name,
            words.departments.get(line.department, ""),
            words.posts[line.post],
            KINDS[Kind(line.kind)],
            f"{line.month:%Y-%m}",
            line.rate,
            line.days,
            line.month_days,
            line.due,
            line.paid_before,
            line.amount,
            words.documents[line.standard],
        ]


@transaction.atomic
def export_runs(runs: AllowanceRunQuerySet, *, by: User, on: date) -> bytes:
    """The given runs, one row a month, recorded in the log of each court."""
    found = list(runs)
    for court, rows in _rows_by_court(run.court for run in found):
        record("runs.exported", by=by, on=court, court=court, count=rows)
    return write_table(
        title=_("Allowance runs, %(day)s") % {"day": on.isoformat()},
        headings=[
            _("Month"), _("Court"), _("State"), _("Officers"), _("Total"), _("Made by"),
            _("Checked by"), _("Approved by"), _("Paid on"), _("Voucher number"),
        ],
        rows=(
            [
                f"{run.month:%Y-%m}", run.court.display_name, run.get_state_display(),
                run.officers, run.total, str(run.made_by or ""), str(run.checked_by or ""),
                str(run.approved_by or ""), run.paid_on, run.voucher,
            ]
            for run in found
        ),
        number_formats={4: MONEY},
        text_columns=[9],
        sheet_name=_("Allowance runs"),
    )  # fmt: skip


@transaction.atomic
def export_standards(standards: AllowanceStandardQuerySet, *, by: User, on: date) -> bytes:
    """The given standards with their documents, recorded in the log of each court."""
    found = [standard_row(standard, on=on) for standard in standards]
    for court, rows in _rows_by_court(row.standard.court for row in found):
        record("standards.exported", by=by, on=court, court=court, count=rows)
    return write_table(
        title=_("Allowance standards, %(day)s") % {"day": on.isoformat()},
        headings=[
            _("Kind of post"), _("Court"), _("Amount a month"), _("In force from"),
            _("Last day in force"), _("In force"), _("Several posts"), _("Paid to"),
            _("Document number"), _("Date of the document"), _("Note"),
        ],
        rows=(
            [
                row.standard.get_kind_display(), row.standard.court.display_name,
                row.standard.amount, row.standard.start, row.last, row.state,
                row.standard.get_several_display(), listed(row.paid_to),
                row.standard.approval.number, row.standard.approval.issued_on, row.standard.note,
            ]
            for row in found
        ),
        number_formats={2: MONEY},
        text_columns=[8, 10],
        sheet_name=_("Allowance standards"),
    )  # fmt: skip


def _rows_by_court(courts: Iterable[Unit]) -> Iterator[tuple[Unit, int]]:
    """Each court with the number of its rows, for the log of each."""
    for _pk, same in groupby(sorted(courts, key=_number), key=_number):
        rows = list(same)
        yield rows[0], len(rows)


def _number(court: Unit) -> int:
    return court.pk
