"""Kinds of leave as shipped: how days are counted, how many there are, and on what that rests.

Every court edits its own copy. R: read in the regulation; S: from a secondary source; U: a default
of ours that nobody has verified. Provinces add days of their own to several of them.
"""

from dataclasses import dataclass

ANNUAL, REST = "annual", "makeup_rest"
# Whose reason the head never sees, nor the kind of illness: the political department opens it.
MEDICAL = frozenset({"sick", "maternity", "pregnancy_check"})
# Whose reason is opened by a click that is written down, and that the officer sees.
SENSITIVE = MEDICAL | {"personal", "bereavement"}


@dataclass(frozen=True, slots=True)
class KindFacts:
    """``days`` at most in one request; None without limit. ``is_paid``: without a cut in pay."""

    key: str
    counts: str
    days: int | None
    is_paid: bool
    certainty: str
    source: str
    note: str = ""


WORKING, CALENDAR = "working", "calendar"
_NOTICE_1980 = "关于国营企业职工请婚丧假和路程假问题的通知 (1980)"
_HOME_1981 = "国务院关于职工探亲待遇的规定 (1981)"
_WOMEN_2012 = "女职工劳动保护特别规定 (国务院令第619号) 第七条"

SHIPPED = (
    KindFacts(ANNUAL, WORKING, None, True, "R", "职工带薪年休假条例 (国务院令第514号)"),
    KindFacts(REST, WORKING, None, True, "S", "公务员法 第八十二条"),
    KindFacts("personal", WORKING, None, True, "U", ""),
    KindFacts("sick", CALENDAR, None, True, "U", ""),
    KindFacts("marriage", WORKING, 3, True, "S", _NOTICE_1980),
    KindFacts("maternity", CALENDAR, 98, True, "S", _WOMEN_2012),
    KindFacts("pregnancy_check", WORKING, None, True, "S", "女职工劳动保护特别规定 第六条"),
    KindFacts("paternity", CALENDAR, 15, True, "U", ""),
    KindFacts("childcare", WORKING, 10, True, "U", ""),
    KindFacts("bereavement", WORKING, 3, True, "S", _NOTICE_1980),
    KindFacts("family_visit", CALENDAR, 30, True, "S", _HOME_1981),
    KindFacts("other", WORKING, None, True, "U", ""),
)
BY_KEY = {facts.key: facts for facts in SHIPPED}
