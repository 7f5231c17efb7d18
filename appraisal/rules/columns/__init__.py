"""The same scoring as ``scoring``, over columns of people with exact 64-bit integers. Pure.

Figures are ten-thousandths, weights hundredths, parameters integers over a common scale, so that
points = ⌊(2 · weight · top + bottom) ÷ (2 · bottom)⌋ in hundredths: half up, as the Decimal rules
round. Who can't be taken so, because a number could leave 64 bits or a kind needs more, is scored
alone by the Decimal rules; both ways give the same to the last digit.

Only a process that computes loads this package: numpy takes memory that no page needs.
"""

from appraisal.rules.columns.amounts import Group
from appraisal.rules.columns.grid import (
    FIGURE,
    Grid,
    figures_from,
    figures_in,
    flags,
    grid_of,
    integers,
    origins_written,
)
from appraisal.rules.columns.scores import Scores, packed, score_group

__all__ = [
    "FIGURE",
    "Grid",
    "Group",
    "Scores",
    "figures_from",
    "figures_in",
    "flags",
    "grid_of",
    "integers",
    "origins_written",
    "packed",
    "score_group",
]
