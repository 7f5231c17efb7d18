"""Comparisons in pairs and what comes of them, in the reader's words."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import Indicator
from appraisal.rules.agreement import Concordance, Reason, Strength, strength_of
from appraisal.rules.weight_study import ROOT, Branch
from appraisal.rules.weights import MOST_ITEMS, SCALE, WorstJudgement

# Saaty's words for 1, 3, 5, 7 and 9; the even numbers lie between [S].
SENTENCES: dict[int, str | Promise] = {
    1: gettext_lazy("“%(one)s” and “%(other)s” are equally important (1)"),
    2: gettext_lazy("“%(one)s” is equally to moderately more important than “%(other)s” (2)"),
    3: gettext_lazy("“%(one)s” is moderately more important than “%(other)s” (3)"),
    4: gettext_lazy("“%(one)s” is moderately to strongly more important than “%(other)s” (4)"),
    5: gettext_lazy("“%(one)s” is strongly more important than “%(other)s” (5)"),
    6: gettext_lazy("“%(one)s” is strongly to very strongly more important than “%(other)s” (6)"),
    7: gettext_lazy("“%(one)s” is very strongly more important than “%(other)s” (7)"),
    8: gettext_lazy("“%(one)s” is very strongly to extremely more important than “%(other)s” (8)"),
    9: gettext_lazy("“%(one)s” is extremely more important than “%(other)s” (9)"),
}
STRENGTHS: dict[Strength, str | Promise] = {
    Strength.LITTLE: gettext_lazy("The experts hardly agree. Talk it over before it counts."),
    Strength.SOME: gettext_lazy("The experts agree in part. Look where they differ."),
    Strength.FAIR: gettext_lazy("The experts agree fairly well."),
    Strength.STRONG: gettext_lazy("The experts agree strongly."),
}
REASONS: dict[Reason, str | Promise] = {
    Reason.ONE_JUDGE: gettext_lazy("It takes two experts to agree."),
    Reason.ONE_ITEM: gettext_lazy("It takes two items to agree on their order."),
    Reason.NO_VARIANCE: gettext_lazy("Every expert holds everything equally important."),
}
TONES = {
    Strength.LITTLE: "danger",
    Strength.SOME: "warning",
    Strength.FAIR: "info",
    Strength.STRONG: "success",
}


def sentence(value: Fraction, one: str, other: str) -> str:
    """1/3 of A to B: “B” is moderately more important than “A”."""
    if value < 1:
        value, one, other = 1 / value, other, one
    return str(SENTENCES[int(value)]) % {"one": one, "other": other}


def choices(one: str, other: str) -> list[tuple[str, str]]:
    """Every value of the scale with its sentence, the first of the two most important first."""
    return [(str(value), sentence(value, one, other)) for value in reversed(SCALE)]


def implied_text(worst: WorstJudgement, names: Sequence[str]) -> str:
    """What the other judgements say about the pair that fits them least."""
    one, other = names[worst.i], names[worst.j]
    text = _("Think this over again: %(given)s. Your other judgements imply: %(implied)s.")
    given, implied = (sentence(value, one, other) for value in (worst.given, worst.implied))
    return text % {"given": given, "implied": implied}


def node_name(branch: Branch) -> str:
    if branch.node == ROOT:
        return _("Duty areas")
    return capfirst(str(Indicator.Area(branch.node).label))


def too_large_text(branch: Branch) -> str:
    text = _(
        "%(node)s: %(count)s items can't be compared in pairs, at most %(most)s can. Split them, "
        "or set these weights by hand."
    )
    counts = {"count": len(branch.items), "most": MOST_ITEMS}
    return text % {"node": node_name(branch), **counts}


def agreement_text(found: Concordance) -> str:
    if found.w is None:
        return str(REASONS[found.reason]) if found.reason in REASONS else ""
    return str(STRENGTHS[strength_of(found.w)])


def agreement_tone(found: Concordance) -> str:
    return TONES[strength_of(found.w)] if found.w is not None else "neutral"
