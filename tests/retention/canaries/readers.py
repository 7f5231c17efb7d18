"""Who may read what: the words of docs/security.md, class by class. Who is not here reads nothing.

A class is ``Model.field``, ``!`` marks a file; see tests/retention/canaries/planting.py.
"""


def _of(model: str, *fields: str) -> set[str]:
    return {f"{model}.{field}" for field in fields}


# -- health ---------------------------------------------------------------------------------------

# What an emergency opens, and it opens on its own page only.
EMERGENCY = {
    *_of("CheckUpResult", "advice", "findings", "vitals"),
    *_of("FollowUp", "note", "outcome"),
    *_of("HealthEntry", "text", "vitals"),
}
HEALTH = EMERGENCY | {
    *_of("CheckUp", "excuse"),
    *_of("CheckUpResult", "file!"),
    *_of("HealthCorrection", "answer", "proposed", "reason"),
    *_of("HealthEntry", "file!"),
    *_of("ResultChange", "before", "before:vitals", "file!", "reason"),
}
SHOWN_SCREENING = _of("Screening", "band", "score")
SCREENING = SHOWN_SCREENING | _of("Screening", "band:unshared", "score:unshared")
CALLS = _of("ScreeningAlert", "note")


def _request_of(username: str) -> set[str]:
    """To open a health file in an emergency: why somebody asked, and what they were answered."""
    return _of("BreakGlass", f"reason:{username}", f"answer:{username}")


ASKERS = ("branch.secretary", "head", "political", "secretary")
REQUESTS = set().union(*map(_request_of, ASKERS))

# -- hardship -------------------------------------------------------------------------------------

# Who verifies reads story and papers until the finding is written, and of that case alone.
VERIFYING = _of("HardshipCase", "story:verifying") | _of("CaseFile", "file!", "name")
MEASURES = _of("HelpMeasure", "answer", "done_note", "text") | _of("FlexibleArrangement", "what")
VISITS = _of("HardshipVisit", "notes")
APPROVING = MEASURES | _of("HardshipCase", "story", "verification", "closing", "rating_words")
COORDINATING = APPROVING | VERIFYING | VISITS
# A draft is the officer's alone, and so is what was recommended until it is agreed to. Nobody
# coordinates the orphan: the president gives it to somebody without reading it.
OWN_HARDSHIP = COORDINATING | _of("HardshipCase", "story:draft", "story:recommended")
OWN_HARDSHIP |= _of("HardshipCase", "story:orphan")

# -- progress -------------------------------------------------------------------------------------

OWN_AWARDS = {
    *_of("Achievement", "answer", "description", "evidence!"),
    *_of("Award", "document_file!", "revoked_reason"),
}
AWARDS = OWN_AWARDS | _of("AwardProposal", "reason") | _of("ProposalStep", "note")
MENTORING = _of("Mentoring", "aims", "outcome") | _of("MentoringNote", "text")
HELP_IN_SETBACK = _of("SetbackHelp", "text")
SETBACKS = HELP_IN_SETBACK | _of("Setback", "detail") | _of("SetbackFollowUp", "note")
TALK = {
    *_of("Talk", "own_word", "shared_note"),
    *_of("TalkFollowUp", "text"),
    *_of("TalkVersion", "shared_note"),
}
TALK_WITH_PRESIDENT = {
    *_of("Talk", "own_word:president", "shared_note:president"),
    *_of("TalkFollowUp", "text:president"),
}

# -- treatment and board --------------------------------------------------------------------------

ENTITLEMENTS = _of("Received", "voided_reason") | _of("Waiver", "reason")
# Of leave that is no private matter, and what is said on the way to a decision.
LEAVE = {
    *_of("LeaveCarry", "words"),
    *_of("LeaveRequest", "reason:annual"),
    *_of("LeaveStep", "opinion"),
}
SICK_LEAVE = _of("LeaveRequest", "reason")
PRIVATE_LEAVE = _of("LeaveRequest", "reason:bereavement")
OWN_PAUSES = _of("AssignmentPause", "end_reason", "reason", "reason:sickness")
PAUSES = OWN_PAUSES | _of("AssignmentPause", "reason:another")
ACTIONS = _of("ActionNote", "text") | _of("RetentionAction", "why", "result")
OWN_INTERVIEW = _of("ExitInterview", "answers", "summary")
INTERVIEW = OWN_INTERVIEW | _of("ExitInterview", "text")
ALLOWED = _of("ExitInterview", "answers:allowed", "summary:allowed")
IMPORTS = _of("AchievementImport", "report") | _of("ReceivedImport", "report")

# -- the table ------------------------------------------------------------------------------------

READS: dict[str, set[str]] = {
    # What is about oneself, but: the private note of who talked, why an award was proposed, what
    # others write of a setback, the interviewer's own notes. And nothing of anybody else.
    "officer_user": {
        *HEALTH,
        *SCREENING,
        *CALLS,
        *REQUESTS,
        *OWN_HARDSHIP,
        *OWN_AWARDS,
        *MENTORING,
        *HELP_IN_SETBACK,
        *TALK,
        *TALK_WITH_PRESIDENT,
        *ENTITLEMENTS,
        *LEAVE,
        *SICK_LEAVE,
        *PRIVATE_LEAVE,
        *OWN_PAUSES,
        *OWN_INTERVIEW,
    },
    "secretary": AWARDS | SETBACKS | _request_of("secretary"),
    # Has held a talk and two interviews as well.
    "branch_secretary": {
        *AWARDS,
        *SETBACKS,
        *_request_of("branch.secretary"),
        *TALK,
        *_of("PrivateNote", "private_note"),
        *INTERVIEW,
        *ALLOWED,
        *_of("ExitInterview", "text:allowed"),
    },
    "head": {
        *AWARDS,
        *MENTORING,
        *_request_of("head"),
        *LEAVE,
        *PRIVATE_LEAVE,
        *PAUSES,
        *ACTIONS,
    },
    "party_affairs": VERIFYING,
    "political": {
        *AWARDS,
        *MENTORING,
        *SETBACKS,
        *_request_of("political"),
        *ENTITLEMENTS,
        *LEAVE,
        *SICK_LEAVE,
        *PRIVATE_LEAVE,
        *PAUSES,
        *ACTIONS,
        *ALLOWED,
        *_of("Departure", "note"),
        *IMPORTS,
    },
    # Helps in one case of hardship, and there reads no story.
    "steward": HEALTH | SHOWN_SCREENING | CALLS | REQUESTS | MEASURES | VISITS,
    "union": COORDINATING,
    # Approves the help of one case, and has talked with the officer once.
    "president": {
        *AWARDS,
        *REQUESTS,
        *APPROVING,
        *LEAVE,
        *PRIVATE_LEAVE,
        *PAUSES,
        *ACTIONS,
        *TALK_WITH_PRESIDENT,
        *_of("PrivateNote", "private_note:president"),
    },
}
# Whose request was approved.
OPENED = {"branch_secretary": EMERGENCY, "head": EMERGENCY}

# Pages on which somebody reads what is not about oneself and no reading is written down, and why.
UNTRACED = {
    "retention:break_glass_detail": "one's own words and the answer to them",
    "retention:talk_mine": "the help that one was asked to give oneself",
    "retention:action_detail": "an action is about the court, not about a person",
    "retention:action_change": "an action is about the court, not about a person",
    "retention:action_close": "an action is about the court, not about a person",
    "retention:leave_detail": "what is asked of who decides; private reasons are opened one by one",
    "retention:leave_account": "the officer's answer to who proposed to carry days over",
    "retention:award_file": "awards are announced; the log keeps who took the document",
    "retention:achievement_import_detail": "what is wrong with a workbook of one's own office",
    "retention:received_import_detail": "what is wrong with a workbook of one's own office",
}
