"""The measures every court starts with, and the formulas that tie them together.

The columns are those of real workbooks, the formulas those of domain practice; both are defaults
of an editable table. Money is no measure.
"""

from appraisal.rules.entered_measures import entered_measures
from appraisal.rules.seeds import MeasureSeed

__all__ = [
    "CASE_MEASURES",
    "CLOSING_RATE",
    "CLOSING_RATE_TOLERANCE",
    "IDENTITY",
    "MEASURES",
    "MeasureSeed",
]

# What the case workbook of every month has.
CASE_MEASURES = (
    MeasureSeed(
        "carried_over",
        "旧存",
        "Carried-over cases",
        "first",
        "旧存 上期结转 期初未结 上月未结 结转",
        is_required=True,
    ),
    MeasureSeed("new", "新收", "New cases", "sum", "新收 收案 新收案件 新收数", is_required=True),
    MeasureSeed("accepted", "受理", "Accepted cases", "sum", "受理 受理数 受理案件 合计受理"),
    MeasureSeed("closed", "结案", "Closed cases", "sum", "结案 已结 结案数 审结", is_required=True),
    MeasureSeed("pending", "未结", "Pending cases", "last", "未结 未结案件 未结数 期末未结"),
    MeasureSeed(
        "within_limit",
        "审限内结案",
        "Closed within the time limit",
        "sum",
        "审限内结案 法定审限内结案 审限内结案数",
    ),
    MeasureSeed(
        "mean_days",
        "平均审理天数",
        "Mean days to closing",
        "mean",
        "平均审理天数 平均审理时间 平均用时 平均审理期限",
        unit="天",
        is_whole=False,
    ),
    MeasureSeed(
        "summary",
        "简易程序适用",
        "Closed by summary procedure",
        "sum",
        "简易程序适用 简易程序 简易程序结案 适用简易程序",
    ),
    MeasureSeed("mediated", "调解", "Mediated", "sum", "调解 调解结案 调解数"),
    MeasureSeed("withdrawn", "撤诉", "Withdrawn", "sum", "撤诉 撤诉结案 撤诉数"),
    MeasureSeed("appealed", "上诉", "Appealed", "sum", "上诉 上诉数 上诉案件"),
    MeasureSeed("revised", "改判", "Revised on appeal", "sum", "改判 改判数 被改判"),
    MeasureSeed("remanded", "发回", "Remanded on appeal", "sum", "发回 发回重审 被发回 发回数"),
    MeasureSeed(
        "long_pending",
        "长期未结",
        "Pending for over 12 months",
        "last",
        "12个月以上未结 长期未结 一年以上未结 长期未结案件",
    ),
)

MEASURES = (*CASE_MEASURES, *entered_measures())

# Columns a workbook has beside its measures.
IDENTITY = {
    "number": ("序号", "编号", "no."),
    "department": (
        "部门",
        "庭室",
        "所在部门",
        "所在庭室",
        "所在庭（室）",
        "承办部门",
        "department",
    ),
    "officer": ("承办人", "姓名", "法官", "承办法官", "法官姓名", "员额法官", "judge", "name"),
}
CLOSING_RATE = {"closing_rate": ("结案率", "closing rate")}

# closing rate = closed / (carried over + new)
CLOSING_RATE_TOLERANCE = "0.1"
