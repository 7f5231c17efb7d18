"""Hardship help: applied or recommended, verified, measures, visits, the officer's last word.

Which step may follow which, and who may take it, are tables in ``retention.rules.hardship``.
"""

from retention.services.hardship.applying import (
    apply_for_help,
    discard_draft,
    save_draft,
    withdraw_case,
)
from retention.services.hardship.budgets import (
    CannotBudget,
    add_source,
    change_source,
    export_sources,
)
from retention.services.hardship.closing import (
    ask_word,
    close_case,
    close_silently,
    follow_case,
    keep_open,
    reopen_case,
)
from retention.services.hardship.measures import (
    cancel_measure,
    carry_out_measure,
    decide_measure,
    end_arrangement,
    propose_measure,
)
from retention.services.hardship.members import (
    add_helper,
    ask_removal,
    end_member,
    hand_over,
    place_orphan,
)
from retention.services.hardship.reading import (
    CannotExport,
    export_cases,
    note_reading,
    read_paper,
)
from retention.services.hardship.recommending import (
    consent_to_help,
    decline_help,
    recommend_officer,
)
from retention.services.hardship.reminders import remind_cases
from retention.services.hardship.reports import export_report, freeze_reports
from retention.services.hardship.steps import CannotHelp
from retention.services.hardship.verifying import name_verifier, verify_case
from retention.services.hardship.visits import attach_papers, record_visit, remove_paper

__all__ = [
    "CannotBudget",
    "CannotExport",
    "CannotHelp",
    "add_helper",
    "add_source",
    "apply_for_help",
    "ask_removal",
    "ask_word",
    "attach_papers",
    "cancel_measure",
    "carry_out_measure",
    "change_source",
    "close_case",
    "close_silently",
    "consent_to_help",
    "decide_measure",
    "decline_help",
    "discard_draft",
    "end_arrangement",
    "end_member",
    "export_cases",
    "export_report",
    "export_sources",
    "follow_case",
    "freeze_reports",
    "hand_over",
    "keep_open",
    "name_verifier",
    "note_reading",
    "place_orphan",
    "propose_measure",
    "read_paper",
    "recommend_officer",
    "record_visit",
    "remind_cases",
    "remove_paper",
    "reopen_case",
    "save_draft",
    "verify_case",
    "withdraw_case",
]
