"""The shipped index sets, read from data: a common part and a function part make one set."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from appraisal.models import Indicator
from appraisal.rules.staff import AREAS

DATA = Path(__file__).resolve().parent.parent / "data" / "index_sets"

# In the order in which courts are organised.
FUNCTIONS = (
    "case_filing",
    "criminal",
    "civil",
    "tribunal",
    "administrative_cases",
    "enforcement",
    "adjudication_management",
    "political",
    "general_office",
    "judicial_police",
)
CLASS_NAMES = {
    "judge": ("员额法官", "quota judges"),
    "support": ("法官助理和书记员", "assistants and clerks"),
    "administrative": ("行政人员和司法警察", "administrative staff and judicial police"),
    "head": ("负责人", "heads"),
}
BASIS = (
    "由共同部分与职能部分组成的起步方案：权重、满分线和等次文字为默认值，须经本院讨论确定后发布；"
    "未公布的数值留空，由本院填写。"
)


@cache
def shipped_index_sets() -> tuple[dict[str, Any], ...]:
    """Every shipped set as the fields of a draft, with its ``indicators`` and ``raters``."""
    common, anchors = _read("common"), _read("anchors")
    return tuple(
        _composed(function, staff_class, own, common[staff_class], anchors)
        for function in map(_read, FUNCTIONS)
        for staff_class, own in function["sets"].items()
    )


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return content


def _composed(
    function: dict[str, Any],
    staff_class: str,
    own: list[dict[str, Any]],
    common: dict[str, Any],
    anchors: dict[str, Any],
) -> dict[str, Any]:
    name, name_en = CLASS_NAMES[staff_class]
    indicators = [
        {
            **indicator,
            "part": part,
            "anchors": anchors[indicator["anchors"]] if "anchors" in indicator else [],
        }
        for part, listed in (
            (Indicator.Part.COMMON.value, common["indicators"]),
            (Indicator.Part.FUNCTION.value, own),
        )
        for indicator in listed
    ]
    return {
        "code": f"{function['function'].replace('_', '-')}-{staff_class}",
        "name": f"{function['name']}{name}考核指标体系",
        "name_en": f"Index set for {name_en} of {function['name_en']}",
        "function": function["function"],
        "staff_class": staff_class,
        "basis": BASIS,
        "indicators": sorted(indicators, key=_place),
        "raters": common["raters"],
    }


def _place(indicator: dict[str, Any]) -> tuple[bool, int]:
    """By duty area; vetoes, which carry no points, come last."""
    return indicator["kind"] == Indicator.Kind.VETO, AREAS.index(indicator["area"])
