"""Officers, the posts they hold, and what rests on the posts."""

from cadres.models.allowances import AllowanceLine, AllowanceRun, AllowanceStandard
from cadres.models.appointments import Appointment, ElectionPlan, Secondment, TermExtension
from cadres.models.fulltime import Breach, FulltimeException
from cadres.models.officers import (
    Correction,
    CorrectionQuerySet,
    Officer,
    OfficerQuerySet,
    RosterImport,
)
from cadres.models.posts import Approval, CadreSettings, Post, SeatChange
from cadres.models.requests import RequestLine, RequestStep, StaffingRequest

__all__ = [
    "AllowanceLine",
    "AllowanceRun",
    "AllowanceStandard",
    "Appointment",
    "Approval",
    "Breach",
    "CadreSettings",
    "Correction",
    "CorrectionQuerySet",
    "ElectionPlan",
    "FulltimeException",
    "Officer",
    "OfficerQuerySet",
    "Post",
    "RequestLine",
    "RequestStep",
    "RosterImport",
    "SeatChange",
    "Secondment",
    "StaffingRequest",
    "TermExtension",
]
