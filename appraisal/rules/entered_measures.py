"""Further measures every court starts with: by kind of case, by task, and registers of events.

They are counted by the responsible departments and entered by hand; a workbook may bring them
too, under their own headings. Which figures a court needs follows from its index sets: these are
defaults of an editable table [U]. Money is no measure.
"""

from collections.abc import Iterator

from appraisal.rules.case_points import CASE_POINTS
from appraisal.rules.seeds import MeasureSeed

LEDGER = "责任部门台账"
REGISTER = "登记簿"
SYSTEM = "审判流程管理系统"

# What closed cases come to by the court's table of case points: made of others, never reported.
DERIVED = (
    MeasureSeed(
        CASE_POINTS,
        "案件点数",
        "Case points",
        "sum",
        "案件点数 办案点数",
        unit="点",
        is_whole=False,
        source="案件权重系数表",
    ),
)

# Kinds of cases and roles as in one provincial program [S].
CASE_KINDS = {
    "first_instance": ("一审", "first instance"),
    "second_instance": ("二审", "second instance"),
    "review": ("审查类", "review"),
    "sentence_reduction": ("减刑假释", "sentence reduction and parole"),
}
CASE_ROLES = {
    "handling": ("承办", "presiding or handling"),
    "member": ("参审", "other member of the bench"),
}


def case_measure(kind: str, role: str) -> str:
    """The measure that counts closed cases of a kind in a role."""
    return f"{kind}_{role}"


# (stem, matter, in English): how many were due, and how many of them were done on time.
TASKS = (
    ("tasks", "交办任务", "Assigned tasks"),
    ("documents", "应草拟文书", "Documents to draft"),
    ("files", "应归档卷宗", "Files to archive"),
    ("service", "应送达事项", "Items to serve"),
    ("custody", "羁押换押手续", "Custody formalities"),
    ("hearings", "庭前准备事项", "Preparations for hearings"),
    ("filings", "立案申请", "Applications for filing"),
    ("diversions", "诉前分流事项", "Pre-trial referrals"),
    ("scans", "应扫描材料", "Materials to scan"),
    ("guidance", "调解指导事项", "Guidance of people's mediation"),
    ("inquiries", "查控事项", "Inquiries and seizures"),
    ("nodes", "执行节点", "Steps of enforcement"),
    ("supervised", "四类案件监管", "Cases under supervision"),
    ("warnings", "流程节点预警", "Warnings of time limits"),
    ("reports", "统计报表", "Statistical reports"),
    ("personnel", "干部人事事项", "Personnel matters"),
    ("trainings", "培训计划事项", "Items of the training plan"),
    ("papers", "应办公文", "Official papers"),
    ("followups", "督办事项", "Matters followed up"),
    ("duties", "警务保障任务", "Duties of the judicial police"),
)

# (code, name, in English, unit): an entry for every month, be it none.
COUNTS = (
    ("proceedings", "关联程序件数", "Proceedings", "件"),
    ("disputes", "纠纷案数", "Disputes", "件"),
    ("effective_reversed", "生效裁判改判发回", "Effective decisions revised or remanded", "件"),
    ("plea_cases", "认罪认罚从宽结案", "Closed with leniency on admission of guilt", "件"),
    ("disputes_resolved", "行政争议实质化解", "Administrative disputes resolved", "件"),
    ("filings_changed", "立案变更", "Filing decisions changed", "件"),
    ("pretrial_sent", "诉前委派调解", "Sent to pre-trial mediation", "件"),
    ("pretrial_settled", "诉前调解成功", "Settled by pre-trial mediation", "件"),
    ("enforced_fully", "执行完毕", "Enforcement completed", "件"),
    ("terminated", "终结本次执行", "Enforcement ended for this time", "件"),
    ("enforcement_objections", "执行异议复议", "Objections to enforcement", "件"),
    ("enforcement_reversed", "执行行为撤改", "Enforcement acts set aside or changed", "件"),
    ("reviews", "案件评查", "Cases reviewed", "件"),
    ("reviews_upheld", "评查结论维持", "Review findings upheld", "件"),
)

# (code, name, in English, unit): no entry means that nothing happened.
REGISTERS = (
    ("discipline_violations", "违纪违法", "Breaches of discipline or law", "次"),
    ("wrongful_cases", "违法审判责任认定", "Findings of unlawful adjudication", "次"),
    ("safety_incidents", "安全责任事故", "Accidents with responsibility", "次"),
    ("duty_incidents", "警务差错", "Lapses on duty", "次"),
    ("attendance_faults", "考勤违纪", "Attendance faults", "次"),
    ("confidentiality_breaches", "保密廉洁违规", "Breaches of confidentiality or probity", "次"),
    ("record_faults", "笔录卷宗差错", "Errors in records and files", "次"),
    ("data_faults", "数据差错", "Errors in data", "次"),
    ("paper_faults", "公文差错", "Errors in official papers", "次"),
    ("awards", "表彰奖励", "Awards", "次"),
    ("circuit_hearings", "巡回审判", "Circuit hearings", "次"),
    ("articles", "调研宣传成果", "Research and publicity", "篇"),
    ("analyses", "运行态势分析", "Analyses of the work", "份"),
)


def entered_measures() -> Iterator[MeasureSeed]:
    """The measures above, in the order of the table."""
    yield from DERIVED
    yield from _by_kind_and_role()
    for code, name, name_en, unit in COUNTS:
        yield _entered(code, name, name_en, unit)
    for stem, name, name_en in TASKS:
        yield _entered(f"{stem}_due", f"{name}应办数", f"{name_en}: due", "项")
        yield _entered(f"{stem}_done", f"{name}按时数", f"{name_en}: done on time", "项")
    for code, name, name_en, unit in REGISTERS:
        yield _entered(code, name, name_en, unit, source=REGISTER, is_register=True)
    yield _judged("review_score", "案件评查得分", "Score of case quality review", "100", "分")
    yield _judged("drill_score", "警务技能得分", "Score in skills of the service", "100", "分")
    yield _entered("training_done", "月度训练达标", "Monthly training done", "是否", maximum="1")


def _by_kind_and_role() -> Iterator[MeasureSeed]:
    for kind, (name, name_en) in CASE_KINDS.items():
        for role, (role_name, role_name_en) in CASE_ROLES.items():
            yield _entered(
                case_measure(kind, role),
                f"{name}{role_name}结案",
                f"Closed, {name_en}, {role_name_en}",
                "件",
                source=SYSTEM,
            )


def _entered(
    code: str,
    name: str,
    name_en: str,
    unit: str,
    *,
    source: str = LEDGER,
    is_register: bool = False,
    maximum: str | None = None,
) -> MeasureSeed:
    return MeasureSeed(
        code,
        name,
        name_en,
        "sum",
        name,
        unit=unit,
        is_entered=True,
        is_register=is_register,
        maximum=maximum,
        source=source,
    )


def _judged(code: str, name: str, name_en: str, maximum: str, unit: str) -> MeasureSeed:
    """A score as it stands at the end of the period."""
    return MeasureSeed(
        code,
        name,
        name_en,
        "last",
        name,
        unit=unit,
        is_whole=False,
        is_entered=True,
        maximum=maximum,
        source=LEDGER,
    )
