"""Records of the four concerns. Nothing in other apps refers to them."""

from retention.models.achievements import Achievement, AchievementImport
from retention.models.awards import Award, AwardProposal, ProposalStep
from retention.models.board import ActionNote, BoardYear, RetentionAction
from retention.models.break_glass import BreakGlass
from retention.models.checkup_results import (
    CheckUpResult,
    HealthCorrection,
    ReferenceRange,
    ResultChange,
)
from retention.models.checkups import CheckUp, CheckUpCampaign
from retention.models.departures import CauseKind, Departure, DepartureCause, ExitInterview
from retention.models.entitlements import (
    Certainty,
    Entitlement,
    EntitlementComputing,
    EntitlementKind,
    EntitlementRule,
    Received,
    ReceivedImport,
    Waiver,
)
from retention.models.hardship import CaseEvent, CaseFile, CaseMember, HardshipCase
from retention.models.hardship_reports import HardshipReport
from retention.models.health_files import FollowUp, HealthDeletion, HealthEntry, HealthFile
from retention.models.help_measures import (
    BudgetSource,
    FlexibleArrangement,
    HardshipVisit,
    HelpMeasure,
)
from retention.models.ladder import AwardRung
from retention.models.leave import LeaveKind, LeaveRequest, LeaveStep
from retention.models.leave_teams import AwayLimit, LeavePair
from retention.models.leave_years import (
    LeaveAccount,
    LeaveAdjustment,
    LeaveCarry,
    LeavePlan,
    LeaveRound,
    LeaveTask,
)
from retention.models.mentoring import Mentoring, MentoringNote
from retention.models.overtime import Overtime, RestUse
from retention.models.pauses import AssignmentPause
from retention.models.pressure import PressureReport
from retention.models.screening import (
    Consent,
    Instrument,
    Screening,
    ScreeningAlert,
    ScreeningCampaign,
    ScreeningSettings,
)
from retention.models.setbacks import Setback, SetbackFollowUp, SetbackHelp
from retention.models.settings import RetentionSettings
from retention.models.talk_tasks import TalkPair, TalkRule, TalkTask
from retention.models.talks import PrivateNote, Talk, TalkFollowUp, TalkVersion

__all__ = [
    "Achievement",
    "AchievementImport",
    "ActionNote",
    "AssignmentPause",
    "Award",
    "AwardProposal",
    "AwardRung",
    "AwayLimit",
    "BoardYear",
    "BreakGlass",
    "BudgetSource",
    "CaseEvent",
    "CaseFile",
    "CaseMember",
    "CauseKind",
    "Certainty",
    "CheckUp",
    "CheckUpCampaign",
    "CheckUpResult",
    "Consent",
    "Departure",
    "DepartureCause",
    "Entitlement",
    "EntitlementComputing",
    "EntitlementKind",
    "EntitlementRule",
    "ExitInterview",
    "FlexibleArrangement",
    "FollowUp",
    "HardshipCase",
    "HardshipReport",
    "HardshipVisit",
    "HealthCorrection",
    "HealthDeletion",
    "HealthEntry",
    "HealthFile",
    "HelpMeasure",
    "Instrument",
    "LeaveAccount",
    "LeaveAdjustment",
    "LeaveCarry",
    "LeaveKind",
    "LeavePair",
    "LeavePlan",
    "LeaveRequest",
    "LeaveRound",
    "LeaveStep",
    "LeaveTask",
    "Mentoring",
    "MentoringNote",
    "Overtime",
    "PressureReport",
    "PrivateNote",
    "ProposalStep",
    "Received",
    "ReceivedImport",
    "ReferenceRange",
    "RestUse",
    "ResultChange",
    "RetentionAction",
    "RetentionSettings",
    "Screening",
    "ScreeningAlert",
    "ScreeningCampaign",
    "ScreeningSettings",
    "Setback",
    "SetbackFollowUp",
    "SetbackHelp",
    "Talk",
    "TalkFollowUp",
    "TalkPair",
    "TalkRule",
    "TalkTask",
    "TalkVersion",
    "Waiver",
]
