"""A small index set for civil judges, and a workbook that has what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from appraisal.models import Indicator, RaterGroup

Kind, Area = Indicator.Kind, Indicator.Area


@dataclass(frozen=True)
class Wanted:
    """An indicator as it is written into the editor, and the weight that experts give it."""

    code: str
    name: str
    name_en: str
    area: Area
    kind: Kind
    weight: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()


INDICATORS = (
    Wanted("closed_cases", "结案数", "Cases closed", Area.QUANTITY, Kind.COUNT, "40.00",
           ("closed",), params=(("per_month", "25"),)),
    Wanted("changed_cases", "改判发回率", "Changed or sent back", Area.QUALITY, Kind.RATIO,
           "20.00", ("revised", "remanded"), ("closed",), (("zero_at", "10"), ("full_at", "0"))),
    Wanted("in_time", "审限内结案率", "Closed in time", Area.EFFICIENCY, Kind.RATIO, "20.00",
           ("within_limit",), ("closed",), (("zero_at", "80"), ("full_at", "100"))),
    Wanted("settled", "调解撤诉率", "Settled or withdrawn", Area.EFFECT, Kind.RATIO, "10.00",
           ("mediated", "withdrawn"), ("closed",), (("zero_at", "0"), ("full_at", "60"))),
    Wanted("studies", "调研与宣传", "Studies and publicity", Area.RESEARCH, Kind.GRADED, "10.00"),
)  # fmt: skip
RATED = INDICATORS[-1]
# Each word in English, and what it means in both languages.
MEANS = {
    "优秀": ("excellent", "成果被上级采用", "taken up by a higher court"),
    "良好": ("good", "有成果且质量较好", "there is something, and it is good"),
    "一般": ("fair", "有成果但较少", "there is little"),
    "较差": ("poor", "没有成果", "there is nothing"),
}
GROUPS = {
    RaterGroup.Kind.SELF: ("10", "1"),
    RaterGroup.Kind.HEAD: ("40", "1"),
    RaterGroup.Kind.PEERS: ("50", "5"),
}

# What the workbook says of every judge and month; stocks carry on from month to month.
FIGURES = {
    "旧存": 30, "新收": 20, "受理": 50, "结案": 20, "未结": 30, "结案率": "40.00%",
    "审限内结案": 19, "平均审理天数": 45, "简易程序适用": 10, "调解": 6, "撤诉": 2, "上诉": 2,
    "改判": 0, "发回": 0, "12个月以上未结": 0,
}  # fmt: skip


def write_figures(
    path: Path, court: str, division: str, changes: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> None:
    """As the adjudication management office writes it: a sheet for each month, {"2025-01": …}.

    ``changes`` has, for every judge by name and every month, what differs from the usual figures.
    """
    workbook = Workbook()
    workbook.remove(workbook.active)
    for month in next(iter(changes.values())):
        sheet = workbook.create_sheet(month)
        sheet.append([f"{court}{month[:4]}年{int(month[-2:])}月审判执行质效情况"])
        sheet.append([f"审判管理办公室\u3000数据截至{month}-28"])
        sheet.append(["序号", "部门", "承办人", *FIGURES])
        for number, (name, months) in enumerate(changes.items(), start=1):
            sheet.append([number, division, name, *(FIGURES | months[month]).values()])
    workbook.save(path)
