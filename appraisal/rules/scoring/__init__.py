"""Points from figures: bounded, monotone, without cliffs, and always with the way there. Pure.

``indicators`` says what there is, ``shares`` how each kind turns figures into a share of its
weight, ``lines`` scores a person, ``totals`` adds up, ``writing`` has the one rounding and the
one writing of a number.
"""

from appraisal.rules.scoring.indicators import (
    LIMITS,
    NOBODY,
    PARAMETERS,
    STEPS,
    Formula,
    Indicator,
    Kind,
    Line,
    Situation,
    State,
    rating_key,
)
from appraisal.rules.scoring.lines import average_per_month, lines_of, score
from appraisal.rules.scoring.totals import (
    Outcome,
    bonus_of,
    limits_of,
    outcome_of,
    total_of,
    vetoes_of,
)
from appraisal.rules.scoring.writing import (
    CENT,
    HUNDRED,
    canonical,
    fingerprint,
    fingerprint_of_all,
    percentage,
    plain,
    rounded,
)

__all__ = [
    "CENT",
    "HUNDRED",
    "LIMITS",
    "NOBODY",
    "PARAMETERS",
    "STEPS",
    "Formula",
    "Indicator",
    "Kind",
    "Line",
    "Outcome",
    "Situation",
    "State",
    "average_per_month",
    "bonus_of",
    "canonical",
    "fingerprint",
    "fingerprint_of_all",
    "limits_of",
    "lines_of",
    "outcome_of",
    "percentage",
    "plain",
    "rating_key",
    "rounded",
    "score",
    "total_of",
    "vetoes_of",
]
