"""Staff classes: who is judged by which kind of index set, and what makes a head. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class StaffClass(StrEnum):
    JUDGE = "judge"
    SUPPORT = "support"
    ADMINISTRATIVE = "administrative"
    HEAD = "head"


# By the staff category of the roster.
CLASSES: Mapping[str, StaffClass] = {
    "quota_judge": StaffClass.JUDGE,
    "judge_assistant": StaffClass.SUPPORT,
    "clerk": StaffClass.SUPPORT,
    "judicial_police": StaffClass.ADMINISTRATIVE,
    "administrative": StaffClass.ADMINISTRATIVE,
    "contract": StaffClass.ADMINISTRATIVE,
}

# Duty areas in the order in which they are shown.
AREAS = (
    "quantity",
    "quality",
    "efficiency",
    "effect",
    "research",
    "assessment",
    "conduct",
    "performance",
    "tasks",
    "satisfaction",
    "leadership",
    "bonus",
)

# What a set has to cover to be comprehensive. The areas of judges, of assistants and clerks and
# of administrative staff are a composition seen in real courts [S]. Of heads only the share of
# cases is [S]; the other areas are unverified [U].
REQUIRED_AREAS: Mapping[StaffClass, tuple[str, ...]] = {
    StaffClass.JUDGE: ("quantity", "quality", "efficiency", "effect", "research"),
    StaffClass.SUPPORT: ("assessment", "conduct", "performance"),
    StaffClass.ADMINISTRATIVE: ("tasks", "satisfaction"),
    StaffClass.HEAD: ("quantity", "quality", "leadership"),
}


@dataclass(frozen=True, slots=True)
class HeadShareSeed:
    """Words in a title that make a head, and the share of an average judge's work in per cent."""

    words: tuple[str, ...]
    share: Decimal
    certainty: str


# Deputies of divisions are not in the source: they are judged as ordinary judges.
HEAD_SHARES = (
    HeadShareSeed(("院长",), Decimal(5), "S"),
    HeadShareSeed(("副院长", "执行局局长"), Decimal(30), "S"),
    HeadShareSeed(("庭长",), Decimal(70), "S"),
    # Heads of departments that try no cases carry none; which titles these are is unverified.
    HeadShareSeed(("主任", "大队长", "队长", "科长"), Decimal(0), "U"),
)

DEPUTY, ASSISTANT = "副", "助理"


def staff_class_of(category: str, head_share: Decimal | None) -> StaffClass:
    """The class of someone in a staff category, whose title carries ``head_share`` per cent.

    Who is no quota judge carries no cases: such a person is a head only with a title whose share
    of them is nothing, as the director of an office.
    """
    found = CLASSES[category]
    if head_share is None or (found is not StaffClass.JUDGE and head_share):
        return found
    return StaffClass.HEAD


def head_share_of(title: str, table: Iterable[tuple[Iterable[str], Decimal]]) -> Decimal | None:
    """The share of an average judge's work, in per cent, that goes with a title; None: no head.

    The longest word that fits counts, of equally long ones the smaller share. A deputy is not
    what the deputy deputises for: 副庭长 is no 庭长, nor is 院长助理 a 院长.
    """
    text = "".join(title.split())
    fits = [(len(word), -share) for words, share in table for word in words if _names(text, word)]
    return -max(fits)[1] if fits else None


def _names(title: str, word: str) -> bool:
    """Whether the title has the word on its own, neither as a deputy nor as an assistant."""
    start = title.find(word) if word else -1
    while start >= 0:
        before, after = title[:start], title[start + len(word) :]
        if not before.endswith(DEPUTY) and not after.startswith(ASSISTANT):
            return True
        start = title.find(word, start + 1)
    return False
