"""The rungs a new court begins with, and the words of a certificate.

Of all numbers here only two are more than a default of ours: who is excellent in the annual
appraisal is commended that year, and three such years in a row bring a third-class merit; both
seen on a secondary page (S). What nobody verified is U, and the court's to fix.
"""

from dataclasses import dataclass
from decimal import Decimal

FIELDS = frozenset({"name", "rung", "year", "reason"})
_HIGHER = "上级机关"
_UNVERIFIED = "未经核实的默认设置，请本院对照现行规定修改。"
_APPRAISAL = "二手资料：年度考核优秀者当年给予嘉奖；优秀一般不超过20%。请本院核对后修改。"
_THREE_YEARS = "二手资料：连续三年年度考核优秀者记三等功。名额比例未核实，由本院填写。"


@dataclass(frozen=True, slots=True)
class RungSeed:
    """One rung as it is first offered to a court."""

    name: str
    name_en: str
    level: str
    certificate: str
    decided_by: str = ""
    quota_kind: str = "none"
    quota_value: Decimal | None = None
    excellent_years: int | None = None
    certainty: str = "U"
    source: str = _UNVERIFIED


def _words(given: str) -> str:
    return (
        "{name}同志：\n"
        f"鉴于你在{{year}}年度工作中成绩突出（{{reason}}），经研究，决定{given}。\n"
        "特发此证，以资鼓励。"
    )


SEEDS = (
    RungSeed("表扬", "praise", "own", _words("予以通报表扬")),
    RungSeed(
        "嘉奖",
        "commendation",
        "own",
        _words("给予嘉奖"),
        quota_kind="percent",
        quota_value=Decimal(20),
        excellent_years=1,
        certainty="S",
        source=_APPRAISAL,
    ),
    RungSeed(
        "记三等功",
        "third-class merit",
        "higher",
        _words("给你记三等功一次"),
        decided_by=_HIGHER,
        excellent_years=3,
        certainty="S",
        source=_THREE_YEARS,
    ),
    RungSeed(
        "记二等功",
        "second-class merit",
        "higher",
        _words("给你记二等功一次"),
        decided_by=_HIGHER,
    ),
    RungSeed(
        "记一等功", "first-class merit", "higher", _words("给你记一等功一次"), decided_by="上级机关"
    ),
    RungSeed(
        "授予荣誉称号", "title of honour", "higher", _words("授予你荣誉称号"), decided_by="上级机关"
    ),
)


def unknown_fields(text: str) -> list[str]:
    """The names in braces that a certificate's text may not have; [''] when a brace is stray."""
    found, rest = [], text
    while "{" in rest or "}" in rest:
        before, opened, rest = rest.partition("{")
        name, closed, rest = rest.partition("}")
        if "}" in before or not opened or not closed or "{" in name:
            return [""]
        if name not in FIELDS:
            found.append(name)
    return found


def certificate_words(text: str, *, name: str, rung: str, year: int, titles: list[str]) -> str:
    """The certificate's text filled in. ``titles``: what was achieved, in the officer's words."""
    filled = {"name": name, "rung": rung, "year": str(year), "reason": "、".join(titles)}
    # Not format(): what people typed is never read as a template.
    for field, value in filled.items():
        text = text.replace(f"{{{field}}}", value.replace("{", "（").replace("}", "）"))
    return text
