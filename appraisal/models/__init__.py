from appraisal.models.cycles import Cycle, CycleStep, Participant
from appraisal.models.figures import (
    Figure,
    FigureCorrection,
    FigureImport,
    FigureSheet,
    Measure,
    SettledName,
)
from appraisal.models.index_sets import IndexSet, IndexSetCheck, Indicator, RaterGroup
from appraisal.models.ratings import RatingSheet
from appraisal.models.reference import AppraisalSettings, CaseWeight, CaseWeightTable, HeadShare
from appraisal.models.results import (
    Adjustment,
    AssessmentRun,
    GradeExclusion,
    GradeProposal,
    Result,
    RunSnapshot,
)
from appraisal.models.weights import PairwiseMatrix, WeightDerivation, WeightExpert

__all__ = [
    "Adjustment",
    "AppraisalSettings",
    "AssessmentRun",
    "CaseWeight",
    "CaseWeightTable",
    "Cycle",
    "CycleStep",
    "Figure",
    "FigureCorrection",
    "FigureImport",
    "FigureSheet",
    "GradeExclusion",
    "GradeProposal",
    "HeadShare",
    "IndexSet",
    "IndexSetCheck",
    "Indicator",
    "Measure",
    "PairwiseMatrix",
    "Participant",
    "RaterGroup",
    "RatingSheet",
    "Result",
    "RunSnapshot",
    "SettledName",
    "WeightDerivation",
    "WeightExpert",
]
