from appraisal.models.cycles import AssessmentRun, Cycle, Participant, Result
from appraisal.models.figures import (
    Figure,
    FigureCorrection,
    FigureImport,
    FigureSheet,
    Measure,
    SettledName,
)
from appraisal.models.index_sets import IndexSet, Indicator

__all__ = [
    "AssessmentRun",
    "Cycle",
    "Figure",
    "FigureCorrection",
    "FigureImport",
    "FigureSheet",
    "IndexSet",
    "Indicator",
    "Measure",
    "Participant",
    "Result",
    "SettledName",
]
