"""Which role may do what. Pure: the whole table of rights is this file.

A permission is ``app.verb_noun``. A role is held on a unit and reaches everything below it;
the three platform roles are held on no unit and carry no right to any business record.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SECRETARY = "secretary", _("Party secretary")
    PARTY_AFFAIRS = "party_affairs", _("Party-affairs cadre")
    HEAD = "head", _("Department head")
    POLITICAL = "political", _("Political department")
    APPRAISER = "appraiser", _("Appraisal administrator")
    STEWARD = "steward", _("Health steward")
    UNION = "union", _("Trade union")
    PRESIDENT = "president", _("President / leadership")
    SYSTEM = "system", _("System administrator")
    SECURITY = "security", _("Security administrator")
    AUDITOR = "auditor", _("Audit administrator")


PLATFORM_ROLES = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDITOR})

READ_OFFICERS = {"cadres.view_officer"}
KEEP_ROSTER = READ_OFFICERS | {
    "cadres.reveal_officer",
    "cadres.import_roster",
    "cadres.export_officers",
    "cadres.decide_correction",
    "cadres.open_accounts",
}
READ_RESULTS = {
    "appraisal.view_figures",
    "appraisal.view_index_set",
    "appraisal.view_cycle",
    "appraisal.view_result",
}
READ_POSTS = {
    "cadres.view_post",
    "cadres.view_approval",
    "cadres.view_request",
    "cadres.view_appointment",
    "cadres.view_fulltime",
}
KEEP_POSTS = READ_POSTS | {
    "cadres.manage_post",
    "cadres.manage_request",
    "cadres.manage_exception",
    "cadres.manage_settings",
}
READ_ALLOWANCES = {"cadres.view_standard", "cadres.view_run"}
# What each role does for the four concerns; findings of health are the steward's alone.
CARE = {
    "retention.view_checkups",  # done or due, never what was found
    "retention.hold_talks",
    "retention.view_talks",
    "retention.view_board",
}
PLAN_LEAVE = {"retention.view_leave", "retention.decide_leave"}
PROPOSE = {"retention.view_awards", "retention.propose_award"}
FOLLOW_SETBACKS = {"retention.view_setbacks", "retention.raise_setback"}
HELP_IN_HARDSHIP = {"retention.recommend_hardship", "retention.handle_hardship"}
ASK_TO_OPEN_HEALTH = {"retention.ask_break_glass"}
KEEP_UNITS = {
    "accounts.use_admin",
    "accounts.view_unit",
    "accounts.add_unit",
    "accounts.change_unit",
}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.SECRETARY: frozenset(
        READ_OFFICERS
        | READ_POSTS
        | CARE
        | PROPOSE
        | FOLLOW_SETBACKS
        | ASK_TO_OPEN_HEALTH
        | {"cadres.export_officers", "retention.recommend_hardship"}
    ),
    Role.PARTY_AFFAIRS: frozenset(
        KEEP_ROSTER
        | KEEP_UNITS
        | KEEP_POSTS
        | READ_ALLOWANCES
        | HELP_IN_HARDSHIP
        | {"cadres.make_run", "cadres.pay_run", "retention.hold_talks", "retention.view_talks"}
    ),
    Role.HEAD: frozenset(
        READ_OFFICERS
        | READ_RESULTS
        | PLAN_LEAVE
        | PROPOSE
        | ASK_TO_OPEN_HEALTH
        | {
            "cadres.export_officers",
            "retention.view_checkups",
            "retention.hold_talks",
            "retention.manage_mentoring",
            "retention.decide_pause",
        }
    ),
    Role.POLITICAL: frozenset(
        KEEP_ROSTER
        | KEEP_UNITS
        | READ_RESULTS
        | KEEP_POSTS
        | READ_ALLOWANCES
        | CARE
        | PLAN_LEAVE
        | PROPOSE
        | FOLLOW_SETBACKS
        | ASK_TO_OPEN_HEALTH
        | {
            "retention.manage_settings",
            "retention.view_entitlements",
            "retention.manage_entitlements",
            "retention.manage_leave",
            "retention.manage_awards",
            "retention.manage_mentoring",
            "retention.manage_departures",
            "retention.keep_actions",
            "cadres.manage_appointment",
            "cadres.manage_standard",
            "cadres.check_run",
            "appraisal.import_figures",
            "appraisal.correct_figures",
            "appraisal.export_results",
            "appraisal.record_committee",
        }
    ),
    Role.APPRAISER: frozenset(
        READ_OFFICERS
        | READ_RESULTS
        | {
            "accounts.use_admin",
            "accounts.view_unit",
            "appraisal.import_figures",
            "appraisal.correct_figures",
            "appraisal.settle_name",
            "appraisal.manage_index_set",
            "appraisal.manage_cycle",
            "appraisal.manage_ratings",
            "appraisal.assess",
            "appraisal.propose_grades",
            "appraisal.export_results",
            "appraisal.view_measure",
            "appraisal.add_measure",
            "appraisal.change_measure",
            "appraisal.view_indexset",
            "appraisal.view_indicator",
        }
    ),
    Role.STEWARD: frozenset(
        READ_OFFICERS
        | {
            "retention.view_checkups",
            "retention.keep_health",
            "retention.answer_alerts",
            "retention.approve_break_glass",
        }
    ),
    Role.UNION: frozenset(READ_OFFICERS | HELP_IN_HARDSHIP),
    Role.PRESIDENT: frozenset(
        READ_OFFICERS
        | READ_RESULTS
        | READ_POSTS
        | READ_ALLOWANCES
        | CARE
        | PLAN_LEAVE
        | {
            "cadres.approve_run",
            "appraisal.export_results",
            "appraisal.record_committee",
            "retention.approve_break_glass",
            "retention.approve_help",
            "retention.view_awards",
            "retention.decide_award",
            "retention.keep_actions",
        }
    ),
    Role.SYSTEM: frozenset(
        {
            "accounts.use_admin",
            "accounts.manage_users",
            "accounts.view_user",
            "accounts.view_unit",
            "accounts.add_unit",
            "accounts.change_unit",
            "jobs.view_runs",
            "appraisal.view_measure",
            "appraisal.add_measure",
            "appraisal.change_measure",
            "notices.view_workingday",
            "notices.change_workingday",
            "notices.add_workingday",
            "notices.delete_workingday",
        }
    ),
    Role.SECURITY: frozenset(
        {
            "accounts.use_admin",
            "accounts.manage_grants",
            "accounts.view_user",
            "accounts.view_grant",
        }
    ),
    Role.AUDITOR: frozenset({"audit.view_entries", "audit.verify_entries"}),
}
