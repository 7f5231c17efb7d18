"""The appraisal form (考核登记表) of one officer, or of many in one file.

An official document: its words are Chinese whatever the reader's language.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from appraisal.models import Cycle, Indicator, Participant, Result
from appraisal.models.results import GRADES
from appraisal.rules.grades import Grade
from appraisal.selectors.appraisal_forms import FormContent, FormLine, form_contents
from appraisal.selectors.cycles import group_label
from appraisal.selectors.grades import reasons_in_words
from courtparty.accounts.models import User
from courtparty.audit.services import record, record_read
from courtparty.lib.dates import Period
from courtparty.lib.docx import Cell, OfficialPaper, chinese_day

# Six columns of label and value, over the 156 mm between the margins.
PERSON = (22, 32, 22, 32, 22, 26)
LINES = (12, 66, 34, 22, 22)
DECISIONS = (32, 124)
WHOLE = (156,)
SIGNED = "签名：　　　　　　　　　　　　年　　月　　日"


class CannotPrint(Exception):
    """There is no form to print. Its text is for the user."""


@transaction.atomic
def print_form(result: Result, *, by: User, on: date) -> bytes:
    """The form of one officer. Whoever prints another's is on record, and the officer sees it."""
    participant = result.participant
    content = _written(_contents(Result.objects.filter(pk=result.pk)), on=on)
    if participant.officer.user_id != by.pk:
        record_read(
            "appraisal_form.printed",
            by=by,
            on=participant.officer,
            court=participant.cycle.court,
            cycle=participant.cycle_id,
        )
    return content


@transaction.atomic
def print_forms(cycle: Cycle, results: QuerySet[Result], *, by: User, on: date) -> bytes:
    """The forms of many in one file, each on its own pages. Recorded; refused for nobody."""
    contents = _contents(results.filter(participant__cycle=cycle))
    written = _written(contents, on=on)
    record(
        "appraisal_forms.printed",
        by=by,
        on=cycle,
        court=cycle.court,
        rows=len(contents),
    )
    return written


def _contents(results: QuerySet[Result]) -> list[FormContent]:
    contents = form_contents(results)
    if not contents:
        raise CannotPrint(_("There is no result among them, so no form can be printed."))
    return contents


def _written(contents: list[FormContent], *, on: date) -> bytes:
    with translation.override("zh-hans"):
        paper = OfficialPaper(subject=_title(contents[0].participant.cycle), on=on)
        for place, content in enumerate(contents):
            if place:
                paper.page_break()
            _write_form(paper, content)
        return paper.content()


def _title(cycle: Cycle) -> str:
    kind = {Cycle.Kind.ANNUAL: "年度", Cycle.Kind.SPECIAL: "专项"}.get(
        Cycle.Kind(cycle.kind), "平时"
    )
    return f"{kind}考核登记表"


def _write_form(paper: OfficialPaper, content: FormContent) -> None:
    cycle = content.participant.cycle
    paper.title(_title(cycle))
    if cycle.state != Cycle.State.CLOSED:
        paper.paragraph("（考核尚未结束，本表为征求意见稿）")
    paper.table(list(_person_rows(content.participant)), widths=PERSON)
    paper.table(list(_line_rows(content)), widths=LINES, heading_rows=1)
    paper.table(list(_decision_rows(content)), widths=DECISIONS)
    paper.table(list(_signature_rows()), widths=WHOLE)


def _person_rows(participant: Participant) -> Iterator[list[Cell]]:
    officer = participant.officer
    pairs = [
        ("姓名", officer.name),
        ("性别", officer.get_sex_display()),
        ("出生年月", f"{officer.birth.year}年{officer.birth.month}月" if officer.birth else ""),
        ("部门", participant.department.name),
        ("职务", officer.title),
        ("法官等级", officer.judge_rank) if officer.judge_rank else ("职级", officer.rank),
        ("政治面貌", officer.get_party_status_display()),
        ("人员类别", str(participant.get_category_display())),
        ("在岗月数", str(len(participant.months))),
    ]
    for start in range(0, len(pairs), 3):
        yield [
            cell
            for label, value in pairs[start : start + 3]
            for cell in (_label(label), Cell(value, is_centred=True))
        ]
    index_set = participant.index_set
    rest = [
        ("考核期间", _period(participant.cycle)),
        ("岗位职责", group_label(participant.function, participant.staff_class)),
        ("指标体系", f"{index_set.name}（第{index_set.version}版）" if index_set else ""),
    ]
    for label, value in rest:
        yield [_label(label), Cell(value, span=5)]


def _label(text: str) -> Cell:
    return Cell(text, is_centred=True, is_bold=True)


def _period(cycle: Cycle) -> str:
    months = Period(cycle.start, cycle.end).months()
    first, last = months[0], months[-1]
    return f"{first.year}年{first.month}月至{last.year}年{last.month}月"


def _line_rows(content: FormContent) -> Iterator[list[Cell]]:
    yield [_label(text) for text in ("序号", "指标", "职责领域", "权重", "得分")]
    for place, line in enumerate(content.lines, 1):
        indicator = line.indicator
        yield [
            Cell(str(place), is_centred=True),
            Cell(indicator.name),
            Cell(str(indicator.get_area_display()), is_centred=True),
            Cell("—" if _is_veto(indicator) else f"{indicator.weight:.2f}", is_centred=True),
            Cell(_points(line), is_centred=True),
        ]
    result = content.result
    sums = [
        ("基础分", result.base),
        ("加分", result.bonus),
        *(
            [("本期得分", result.own), ("平时考核均分", result.routine)]
            if _is_joined(result)
            else []
        ),
        ("总分", result.total),
    ]
    for label, value in sums:
        yield [
            Cell(label, span=4, is_centred=True, is_bold=True),
            Cell("缺数据" if value is None else f"{value:.2f}", is_centred=True),
        ]


def _is_joined(result: Result) -> bool:
    return bool(result.participant.cycle.routine_share) and result.routine is not None


def _is_veto(indicator: Indicator) -> bool:
    return indicator.kind == Indicator.Kind.VETO


def _points(line: FormLine) -> str:
    if _is_veto(line.indicator):
        return "已触发" if line.has_fired else "未触发"
    words = {Result.MISSING: "缺数据", Result.NOT_APPLICABLE: "不适用", Result.NO_POINTS: "—"}
    return words.get(line.points) or f"{Decimal(line.points).scaleb(-2):.2f}"


def _decision_rows(content: FormContent) -> Iterator[list[Cell]]:
    yield [_label("考核委员会调整"), Cell(_adjustment(content))]
    if content.participant.cycle.kind != Cycle.Kind.ANNUAL:
        return
    if content.exclusions:
        said = "；".join(
            f"{one.get_reason_display()}（{one.document}）" for one in content.exclusions
        )
        yield [_label("不确定等次情况"), Cell(said)]
    yield [_label("建议等次及理由"), Cell(_proposal(content))]
    yield [_label("考核等次"), Cell(_grade(content))]


def _adjustment(content: FormContent) -> str:
    one = content.adjustment
    if one is None:
        return "无"
    after = "" if content.after is None else f"，调整后{content.after:.2f}分"
    basis = f"{one.document}，{chinese_day(one.decided_on)}"
    return f"{one.amount:+.2f}分{after}（{basis}）\n理由：{one.reason}"


def _proposal(content: FormContent) -> str:
    if content.grade is None:
        return ""
    words = str(GRADES[Grade(content.grade.proposed)])
    return "\n".join([words, *reasons_in_words(content.grade.reasons)])


def _grade(content: FormContent) -> str:
    one = content.grade
    if one is None or not one.decided:
        return ""
    text = f"{GRADES[Grade(one.decided)]}（{one.document}）"
    return f"{text}\n{one.note}" if one.note else text


def _signature_rows() -> Iterator[list[Cell]]:
    for label in ("个人总结", "主管领导评语和考核等次建议", "机关负责人或考核委员会意见"):
        yield [Cell(f"{label}：\n\n\n{SIGNED}", height=34)]
    yield [Cell(f"本人意见：\n\n{SIGNED}", height=24)]
    yield [
        Cell(
            "未确定等次或不参加考核情况说明：\n\n盖章或签名：　　　　　　年　　月　　日", height=24
        )
    ]
