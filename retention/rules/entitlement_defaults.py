"""The rules a court starts with: labelled as ours, each with what is known of its source.

[R] was read in the rule's own text, [S] seen on a secondary page, [U] verified by nobody. All of
them are meant to be looked at by the political department and replaced by its own versions.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from retention.rules.entitlement_tables import (
    ALLOWANCE,
    ANNUAL_LEAVE,
    CATEGORIES,
    CHECKUP,
    JUDGE_RANK_STEP,
    MAKEUP_REST,
    RANK_STEP,
    WAGE_STEP,
)
from retention.rules.leave import DEFAULT_TABLE

START = date(2020, 1, 1)
EVERYBODY = list(CATEGORIES)
ON_THE_ESTABLISHMENT = [one for one in CATEGORIES if one != "contract"]
RANKS = [
    ("二级科员", 24), ("一级科员", 24), ("四级主任科员", 24), ("三级主任科员", 24),
    ("二级主任科员", 24), ("一级主任科员", 24), ("四级调研员", 24), ("三级调研员", 24),
    ("二级调研员", 24), ("一级调研员", None), ("二级巡视员", None), ("一级巡视员", None),
]  # fmt: skip
# Three years a step up to the third class, then four; what comes after is by selection.
JUDGE_RANKS = [
    ("五级法官", 36), ("四级法官", 36), ("三级法官", 48), ("二级法官", 48), ("一级法官", None),
    ("四级高级法官", None), ("三级高级法官", None), ("二级高级法官", None), ("一级高级法官", None),
    ("二级大法官", None), ("一级大法官", None), ("首席大法官", None),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipped:
    """One default rule. ``source`` and ``note`` are Chinese, as the office files them."""

    kind: str
    name: str
    name_en: str
    certainty: str
    source: str
    note: str
    table: dict[str, Any]


def _ladder(ranks: list[tuple[str, int | None]]) -> list[dict[str, Any]]:
    return [{"rank": rank, "months": months} for rank, months in ranks]


SHIPPED = (
    Shipped(
        RANK_STEP,
        "职级晋升年限",
        "Terms of civil-service ranks",
        "S",
        "公务员职务与职级并行的有关规定（据二手资料，未核对原文）",
        "各职级任职年限与优秀缩短年限请对照文件核实；未列年限的职级不自动计算。",
        {
            "categories": ["judge_assistant", "clerk", "judicial_police", "administrative"],
            "ladder": _ladder(RANKS),
            "excellent_months": 6,
            "uncounted": [],
        },
    ),
    Shipped(
        WAGE_STEP,
        "工资档次和级别晋升",
        "Wage steps and wage levels",
        "S",
        "公务员工资制度的有关规定（据二手资料，未核对原文）",
        "年度考核称职及以上累计两年晋升一个档次，累计五年晋升一个级别，次年一月起执行。",
        {
            "categories": ON_THE_ESTABLISHMENT,
            "step_years": 2,
            "level_years": 5,
            "counted": ["excellent", "competent"],
            "month": 1,
        },
    ),
    Shipped(
        JUDGE_RANK_STEP,
        "法官等级晋升年限",
        "Terms of judge ranks",
        "S",
        "法官等级晋升的较早规定（据二手资料，可能已修订）",
        "三级法官以下每级三年，其后每级四年；择优选升的等级未列年限，不自动计算。",
        {
            "categories": ["quota_judge"],
            "ladder": _ladder(JUDGE_RANKS),
            "excellent_months": 0,
            "uncounted": [],
        },
    ),
    Shipped(
        ANNUAL_LEAVE,
        "年休假天数",
        "Days of annual leave",
        "R",
        "职工带薪年休假条例（国务院令第514号）第三条、第四条",
        "工作满1年5天，满10年10天，满20年15天。",
        {"categories": EVERYBODY, **DEFAULT_TABLE},
    ),
    Shipped(
        MAKEUP_REST,
        "加班补休",
        "Make-up rest for overtime",
        "U",
        "公务员法（2018年）第八十二条规定加班应当补休；期限为本院自定，未核实",
        "补休期限在关爱设置中确定；逾期未补休的差额在此月数内继续显示。",
        {"categories": EVERYBODY, "months_back": 12},
    ),
    Shipped(
        ALLOWANCE,
        "岗位津贴发放",
        "Payment of post allowances",
        "U",
        "津贴标准须经批准（公务员法第八十四条）；发放时限为默认值，未核实",
        "按任职与津贴标准逐月计算应发，与已发放的批次对照。",
        {"categories": EVERYBODY, "days": 15, "months_back": 2},
    ),
    Shipped(
        CHECKUP,
        "健康体检间隔",
        "Interval of health check-ups",
        "U",
        "默认每12个月一次，未核实",
        "请按本地规定修改。",
        {"categories": EVERYBODY, "months": 12},
    ),
)
