"""The agreement of raters in words and pictures."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.rules.agreement import (
    Concordance,
    Intraclass,
    Reason,
    Reliability,
    Strength,
    reliability_of,
    strength_of,
)
from appraisal.selectors.agreement import Lenient, Report
from courtparty.lib.charts import Bar, bar_chart

# From so many points on, a rater is called lenient or strict [U].
NOTABLE = Decimal(5)
TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")
BLUE, RED, GOLD = 0, 3, 1

STRENGTHS = {
    Strength.LITTLE: gettext_lazy(
        "The raters hardly agree on whom to place higher. Talk about what the words mean before "
        "the next cycle."
    ),
    Strength.SOME: gettext_lazy("The raters agree a little on whom to place higher."),
    Strength.FAIR: gettext_lazy("The raters largely agree on whom to place higher."),
    Strength.STRONG: gettext_lazy("The raters strongly agree on whom to place higher."),
}
BADGES = {
    Strength.LITTLE: (gettext_lazy("hardly agree"), "danger"),
    Strength.SOME: (gettext_lazy("agree a little"), "warning"),
    Strength.FAIR: (gettext_lazy("largely agree"), "info"),
    Strength.STRONG: (gettext_lazy("strongly agree"), "success"),
}
RELIABILITIES = {
    Reliability.POOR: gettext_lazy(
        "poor: the differences between raters outweigh those between people"
    ),
    Reliability.MODERATE: gettext_lazy("moderate"),
    Reliability.GOOD: gettext_lazy("good"),
    Reliability.EXCELLENT: gettext_lazy("excellent"),
}
REASONS = {
    Reason.ONE_JUDGE: gettext_lazy("Too few raters have rated the same people to compare them."),
    Reason.ONE_ITEM: gettext_lazy("Only one person was rated by the same raters."),
    Reason.INCOMPLETE: gettext_lazy("The raters have not rated the same people."),
    Reason.NO_VARIANCE: gettext_lazy(
        "Everybody got the same marks, so there is nothing to tell apart."
    ),
    Reason.NONE_SHARED: gettext_lazy("Nobody else has rated the same people."),
    Reason.MOSTLY_ERROR: gettext_lazy(
        "The raters differ so much that this figure can't be computed."
    ),
}
COEFFICIENTS = (
    ("icc_1_1", "ICC(1,1)", gettext_lazy("one rater, each person having raters of their own")),
    ("icc_1_k", "ICC(1,k)", gettext_lazy("the mean, each person having raters of their own")),
    ("icc_2_1", "ICC(2,1)", gettext_lazy("one rater, out of many who could have been asked")),
    ("icc_2_k", "ICC(2,k)", gettext_lazy("the mean, of raters out of many who could be asked")),
    ("icc_3_1", "ICC(3,1)", gettext_lazy("one rater, if only these raters matter")),
    ("icc_3_k", "ICC(3,k)", gettext_lazy("the mean, if only these raters matter")),
)


def report_context(report: Report) -> dict[str, Any]:
    """One group of people as the page shows it."""
    return {
        "report": report,
        "agreement": _strength(report.concordance),
        "reliability": _reliability(report.intraclass),
        "coefficients": list(_coefficients(report.intraclass)),
        "means_chart": _means_chart(report),
        "lenient": [_lenient(one) for one in report.lenient],
        "lenient_chart": _lenient_chart(report),
    }


def _strength(concordance: Concordance) -> dict[str, str]:
    if concordance.w is None:
        none = {"short": _("agreement unknown"), "tone": "neutral"}
        return none | {"figure": "", "text": _why_none(concordance.reason)}
    strength = strength_of(concordance.w)
    short, tone = BADGES[strength]
    return {
        "figure": _rounded(concordance.w, HUNDREDTH),
        "text": str(STRENGTHS[strength]),
        "short": str(short),
        "tone": tone,
    }


def _reliability(intraclass: Intraclass) -> str:
    """What the mean of all raters is worth: that is what the score is made of."""
    if intraclass.icc_2_k is None:
        return _why_none(intraclass.reason)
    text = _("The mean of these raters is a measure of this reliability: %(words)s.")
    return text % {"words": RELIABILITIES[reliability_of(intraclass.icc_2_k)]}


def _why_none(reason: Reason | None) -> str:
    return str(REASONS[reason]) if reason else ""


def _coefficients(intraclass: Intraclass) -> Iterator[tuple[str, str, str, str]]:
    """Name, what it is the reliability of, figure, word."""
    for field, name, meaning in COEFFICIENTS:
        value = getattr(intraclass, field)
        if value is None:
            yield name, str(meaning), "—", ""
        else:
            word = str(RELIABILITIES[reliability_of(value)])
            yield name, str(meaning), _rounded(value, HUNDREDTH), word


def _means_chart(report: Report) -> SafeString | None:
    """Plain and trimmed, one under the other, out of a hundred."""
    bars = []
    for one in report.means:
        plain, trimmed = _rounded(one.plain, TENTH), _rounded(one.trimmed, TENTH)
        bars.append(Bar(one.label, one.plain, plain, GOLD))
        bars.append(Bar(_("without the extremes"), one.trimmed, trimmed, BLUE))
    title = _("Mean marks: plain and without the extremes")
    return bar_chart(bars, title=title, most=100) if bars else None


def _lenient(one: Lenient) -> tuple[str, str, str]:
    """Who, by how many points, and what that is called."""
    difference = one.leniency.difference or Decimal(0)
    if difference >= NOTABLE:
        word = _("clearly more lenient than the others")
    elif difference <= -NOTABLE:
        word = _("clearly stricter than the others")
    else:
        word = _("like the others")
    return _name(one), _signed(difference), word


def _name(one: Lenient) -> str:
    return one.name or _("rater %(number)s") % {"number": one.number}


def _lenient_chart(report: Report) -> SafeString | None:
    bars = []
    for one in report.lenient:
        difference = one.leniency.difference or Decimal(0)
        colour = RED if difference < 0 else BLUE
        bars.append(Bar(_name(one), abs(difference), _signed(difference), colour))
    most = max((bar.value for bar in bars), default=0)
    title = _("Points above or below the others, by rater")
    return bar_chart(bars, title=title, most=max(most, NOTABLE)) if bars else None


def _rounded(value: Decimal, places: Decimal) -> str:
    return str(value.quantize(places, rounding=ROUND_HALF_UP))


def _signed(value: Decimal) -> str:
    rounded = value.quantize(TENTH, rounding=ROUND_HALF_UP)
    return f"+{rounded}" if rounded > 0 else f"−{abs(rounded)}" if rounded < 0 else "0"
