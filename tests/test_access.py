"""Every address × every role × every method. An address without a row here fails a test.

A row names who gets in; everybody else who is signed in is refused with 403, or with 404 where
the row says that the record is not theirs to know of, and who is not signed in goes to the door.
"""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from appraisal.models import (
    Adjustment,
    AssessmentRun,
    Cycle,
    FigureImport,
    FigureSheet,
    GradeExclusion,
    GradeProposal,
    HeadShare,
    IndexSet,
    Indicator,
    Participant,
    RatingSheet,
    Result,
    WeightDerivation,
    WeightExpert,
)
from appraisal.services.case_weights import seed_case_table
from cadres.models import Correction, Officer, RosterImport
from courtparty.accounts.models import Grant, SignIn, Unit, User
from courtparty.audit.services import record
from courtparty.jobs.models import Job
from courtparty.jobs.services import store_file
from courtparty.lib.xlsx import Fault, write_table
from courtparty.notices.models import Notice
from tests.access import (
    EVERYONE,
    EXPORT_RESULTS,
    IMPORT_FIGURES,
    KEEP_POSTS,
    KEEP_ROSTER,
    OWN,
    POLITICAL_ELSEWHERE,
    READ_OFFICERS,
    READ_POSTS,
    READ_RESULTS,
    READ_RUNS,
    SECRETARIES,
    Row,
    pk_of,
    rest,
)
from tests.cadres.establishment import (
    make_appointment,
    make_approval,
    make_exception,
    make_post,
    make_secondment,
    make_standard,
)
from tests.cadres.paid_months import make_run
from tests.cadres.staffing import draft as draft_staffing
from tests.cadres.staffing import scan
from tests.cast import kept_for_a_module, make_cast
from tests.factories import make_user
from tests.retention import access as retention

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EMPTY_DERIVATION = {
    "experts": [],
    "areas": [],
    "names": {},
    "nodes": [],
    "weights": {},
    "points": {},
    "before": {},
    "agreement": {"w": None, "reason": "one_judge"},
}
FAULT = Fault(
    "Sheet1", 1, "A", "heading_missing", {"sheet": "Sheet1", "name": "姓名", "accepted": ["姓名"]}
)


def keeping_set(*, indicator: bool = False) -> Row:
    def args(world: SimpleNamespace) -> list:
        return [world.draft.pk, world.indicator.pk] if indicator else [world.draft.pk]

    return Row(get=["appraiser"], post=["appraiser"], args=args)


def giving_rating(of: str, *, get: bool = False) -> Row:
    return Row(get=[OWN] if get else None, post=[OWN], args=pk_of(of), unseen=rest([OWN]))


def changing_appointment(name: str) -> Row:
    return Row(get=["political"], post=["political"], args=pk_of(name), unseen=POLITICAL_ELSEWHERE)


def changing_case_table(args: Callable[[SimpleNamespace], list] | None = None) -> Row:
    return Row(get=["appraiser"], post=["appraiser"], args=args or pk_of("case_table"))


def deciding_participant() -> Row:
    return Row(
        get=["appraiser"],
        post=["appraiser"],
        args=lambda world: [world.cycle.pk, world.officer.pk],
    )


def recording_decision(of: str) -> Row:
    committee = ["political", "president"]
    return Row(get=committee, post=committee, args=pk_of(of), unseen=POLITICAL_ELSEWHERE)


TABLE = {
    "home": Row(get=EVERYONE),
    "my_records": Row(get=EVERYONE, post=EVERYONE),
    "healthz": Row(get=EVERYONE, is_public=True),
    "sign_in": Row(get=EVERYONE, post=EVERYONE, is_public=True),
    "sign_out": Row(post=EVERYONE, is_public=True),
    "set_language": Row(post=EVERYONE, is_public=True),
    "password_change": Row(get=EVERYONE, post=EVERYONE),
    "activate": Row(
        get=EVERYONE, post=EVERYONE, is_public=True, args=lambda world: world.activation
    ),
    # accounts
    "accounts:user_list": Row(get=["system_admin"]),
    "accounts:user_create": Row(get=["system_admin"], post=["system_admin"]),
    "accounts:user_detail": Row(get=["system_admin"], args=pk_of("someone")),
    "accounts:user_disable": Row(
        get=["system_admin"], post=["system_admin"], args=pk_of("someone")
    ),
    "accounts:user_enable": Row(
        get=["system_admin"], post=["system_admin"], args=pk_of("disabled")
    ),
    "accounts:user_link": Row(get=["system_admin"], post=["system_admin"], args=pk_of("someone")),
    "accounts:grant_list": Row(get=["security_admin"]),
    "accounts:grant_create": Row(get=["security_admin"], post=["security_admin"]),
    "accounts:grant_end": Row(get=["security_admin"], post=["security_admin"], args=pk_of("grant")),
    "accounts:locked_list": Row(get=["security_admin"]),
    "accounts:locked_unlock": Row(post=["security_admin"], args=pk_of("someone")),
    "accounts:session_list": Row(get=EVERYONE),
    "accounts:session_end": Row(post=[OWN], args=pk_of("sign_in"), unseen=rest([OWN])),
    # Notices, long work and the log.
    "notices:inbox": Row(get=EVERYONE),
    "notices:notice_read_all": Row(post=EVERYONE),
    "notices:notice_open": Row(post=[OWN], args=pk_of("notice"), unseen=rest([OWN])),
    "jobs:job_detail": Row(get=["political"], args=pk_of("job"), unseen=rest(["political"])),
    "jobs:job_progress": Row(get=["political"], args=pk_of("job"), unseen=rest(["political"])),
    "jobs:job_cancel": Row(post=["political"], args=pk_of("job"), unseen=rest(["political"])),
    "audit:entry_list": Row(get=["audit_admin"]),
    "audit:entry_export": Row(get=["audit_admin"]),
    "audit:log_verify": Row(post=["audit_admin"]),
    "audit:log_verdict": Row(get=["audit_admin"], args=pk_of("verified")),
    # The cadre team.
    "cadres:officer_list": Row(get=[*READ_OFFICERS, *POLITICAL_ELSEWHERE]),
    "cadres:officer_export": Row(get=[*SECRETARIES, "head", *KEEP_ROSTER, *POLITICAL_ELSEWHERE]),
    "cadres:account_open": Row(
        get=[*KEEP_ROSTER, *POLITICAL_ELSEWHERE], post=[*KEEP_ROSTER, *POLITICAL_ELSEWHERE]
    ),
    "cadres:officer_detail": Row(
        get=[OWN, *READ_OFFICERS], args=pk_of("officer"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:officer_reveal": Row(
        post=KEEP_ROSTER, args=pk_of("officer"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:correction_list": Row(get=[*KEEP_ROSTER, *POLITICAL_ELSEWHERE]),
    "cadres:correction_ask": Row(
        get=[OWN, "outsider"],
        post=[OWN, "outsider"],
        unseen=rest([OWN, "outsider"]),
        query="?field=name",
    ),
    "cadres:correction_decide": Row(
        get=KEEP_ROSTER, post=KEEP_ROSTER, args=pk_of("correction"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:roster_import": Row(
        get=[*KEEP_ROSTER, *POLITICAL_ELSEWHERE], post=[*KEEP_ROSTER, *POLITICAL_ELSEWHERE]
    ),
    "cadres:roster_template": Row(get=[*KEEP_ROSTER, *POLITICAL_ELSEWHERE]),
    "cadres:roster_import_detail": Row(
        get=KEEP_ROSTER, args=pk_of("roster_import"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:roster_import_confirm": Row(
        get=KEEP_ROSTER,
        post=KEEP_ROSTER,
        args=pk_of("roster_import"),
        unseen=POLITICAL_ELSEWHERE,
    ),
    "cadres:roster_import_discard": Row(
        post=KEEP_ROSTER, args=pk_of("roster_import"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:roster_import_errors": Row(
        get=KEEP_ROSTER, args=pk_of("roster_import"), unseen=POLITICAL_ELSEWHERE
    ),
    # The establishment, its documents, and what a court sets.
    "cadres:post_list": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:post_export": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:post_open": Row(
        get=[*KEEP_POSTS, *POLITICAL_ELSEWHERE], post=[*KEEP_POSTS, *POLITICAL_ELSEWHERE]
    ),
    "cadres:post_detail": Row(get=READ_POSTS, args=pk_of("post"), unseen=POLITICAL_ELSEWHERE),
    "cadres:post_change": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("post"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:post_close": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("post"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:approval_list": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:approval_export": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:approval_detail": Row(
        get=READ_POSTS, args=pk_of("approval"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:approval_file": Row(get=READ_POSTS, args=pk_of("approval"), unseen=POLITICAL_ELSEWHERE),
    "cadres:approval_complete": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("approval"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:settings_edit": Row(
        get=[*KEEP_POSTS, *POLITICAL_ELSEWHERE], post=[*KEEP_POSTS, *POLITICAL_ELSEWHERE]
    ),
    # Staffing requests.
    "cadres:request_list": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:request_export": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:request_draft": Row(
        get=[*KEEP_POSTS, *POLITICAL_ELSEWHERE], post=[*KEEP_POSTS, *POLITICAL_ELSEWHERE]
    ),
    "cadres:request_detail": Row(
        get=READ_POSTS, args=pk_of("staffing"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:request_letter": Row(
        get=READ_POSTS, args=pk_of("staffing"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:request_file": Row(
        get=READ_POSTS,
        args=lambda world: [world.staffing.pk, world.staffing.steps.get().pk],
        unseen=POLITICAL_ELSEWHERE,
    ),
    "cadres:request_change": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("staffing"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:request_send": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("staffing"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:request_chase": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("staffing"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:request_answer": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("staffing"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:request_resend": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("staffing"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:request_withdraw": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("staffing"), unseen=POLITICAL_ELSEWHERE
    ),
    # The full-time check and its exceptions.
    "cadres:fulltime_check": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:fulltime_export": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:fulltime_recheck": Row(post=[*KEEP_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:exception_list": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:exception_record": Row(
        get=[*KEEP_POSTS, *POLITICAL_ELSEWHERE], post=[*KEEP_POSTS, *POLITICAL_ELSEWHERE]
    ),
    "cadres:exception_end": Row(
        get=KEEP_POSTS, post=KEEP_POSTS, args=pk_of("exception"), unseen=POLITICAL_ELSEWHERE
    ),
    # Allowances: standards, runs and what is one's own.
    "cadres:standard_list": Row(get=[*READ_RUNS, *POLITICAL_ELSEWHERE]),
    "cadres:standard_list_export": Row(get=[*READ_RUNS, *POLITICAL_ELSEWHERE]),
    "cadres:standard_set": Row(
        get=["political", *POLITICAL_ELSEWHERE], post=["political", *POLITICAL_ELSEWHERE]
    ),
    "cadres:standard_detail": Row(
        get=READ_RUNS, args=pk_of("standard"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:standard_end": Row(
        get=["political"], post=["political"], args=pk_of("standard"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:standard_take_back": Row(
        get=["political"], post=["political"], args=pk_of("standard"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:run_list": Row(get=[*READ_RUNS, *POLITICAL_ELSEWHERE]),
    "cadres:run_list_export": Row(get=[*READ_RUNS, *POLITICAL_ELSEWHERE]),
    "cadres:run_draft": Row(get=["party_affairs"], post=["party_affairs"]),
    "cadres:run_detail": Row(get=READ_RUNS, args=pk_of("run"), unseen=POLITICAL_ELSEWHERE),
    "cadres:run_lines": Row(get=READ_RUNS, args=pk_of("run"), unseen=POLITICAL_ELSEWHERE),
    "cadres:run_sheet": Row(get=READ_RUNS, args=pk_of("run"), unseen=POLITICAL_ELSEWHERE),
    "cadres:run_export": Row(get=READ_RUNS, args=pk_of("run"), unseen=POLITICAL_ELSEWHERE),
    "cadres:run_submit": Row(get=["party_affairs"], post=["party_affairs"], args=pk_of("run")),
    "cadres:run_recompute": Row(get=["party_affairs"], post=["party_affairs"], args=pk_of("run")),
    "cadres:run_discard": Row(get=["party_affairs"], post=["party_affairs"], args=pk_of("run")),
    "cadres:run_pay": Row(get=["party_affairs"], post=["party_affairs"], args=pk_of("run")),
    "cadres:run_check": Row(
        get=["political"], post=["political"], args=pk_of("run"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:run_approve": Row(get=["president"], post=["president"], args=pk_of("run")),
    "cadres:run_return": Row(
        get=["political", "president"],
        post=["political", "president"],
        args=pk_of("run"),
        unseen=POLITICAL_ELSEWHERE,
    ),
    "cadres:my_allowances": Row(get=EVERYONE),
    # Appointments, terms and elections.
    "cadres:appointment_list": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:appointment_export": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:appointment_make": Row(
        get=["political", *POLITICAL_ELSEWHERE], post=["political", *POLITICAL_ELSEWHERE]
    ),
    "cadres:appointment_detail": Row(
        get=READ_POSTS, args=pk_of("appointment"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:appointment_notice": Row(
        get=[OWN, *READ_POSTS], args=pk_of("appointment"), unseen=POLITICAL_ELSEWHERE
    ),
    "cadres:appointment_extend": changing_appointment("appointment"),
    "cadres:appointment_approve": changing_appointment("appointment"),
    "cadres:appointment_end": changing_appointment("appointment"),
    "cadres:appointment_end_change": changing_appointment("ended"),
    "cadres:appointment_reopen": changing_appointment("ended"),
    "cadres:appointment_void": changing_appointment("appointment"),
    "cadres:secondment_start": changing_appointment("appointment"),
    "cadres:secondment_end": changing_appointment("secondment"),
    "cadres:term_list": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:term_export": Row(get=[*READ_POSTS, *POLITICAL_ELSEWHERE]),
    "cadres:election_plan": changing_appointment("elected"),
    "cadres:election_hold": changing_appointment("elected"),
    "cadres:my_posts": Row(get=EVERYONE),
    # Case figures and their import.
    "appraisal:figure_list": Row(get=[*READ_RESULTS, *POLITICAL_ELSEWHERE]),
    "appraisal:figure_export": Row(get=[*READ_RESULTS, *POLITICAL_ELSEWHERE]),
    "appraisal:figure_sheet": Row(
        get=[OWN, *READ_RESULTS],
        args=pk_of("sheet"),
        unseen=POLITICAL_ELSEWHERE,
    ),
    "appraisal:my_figures": Row(get=EVERYONE, post=EVERYONE),
    "appraisal:figures_confirm": Row(post=[OWN], args=pk_of("sheet"), unseen=rest([OWN])),
    "appraisal:figures_dispute": Row(
        get=[OWN], post=[OWN], args=pk_of("sheet"), unseen=rest([OWN])
    ),
    "appraisal:figure_correct": Row(
        get=IMPORT_FIGURES, post=IMPORT_FIGURES, args=pk_of("sheet"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:figure_keep": Row(
        get=IMPORT_FIGURES, post=IMPORT_FIGURES, args=pk_of("sheet"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:figure_entry": Row(
        get=[*IMPORT_FIGURES, *POLITICAL_ELSEWHERE], post=[*IMPORT_FIGURES, *POLITICAL_ELSEWHERE]
    ),
    "appraisal:figure_entry_template": Row(get=[*IMPORT_FIGURES, *POLITICAL_ELSEWHERE]),
    "appraisal:figure_entry_upload": Row(
        get=[*IMPORT_FIGURES, *POLITICAL_ELSEWHERE], post=[*IMPORT_FIGURES, *POLITICAL_ELSEWHERE]
    ),
    "appraisal:figure_needs": Row(
        get=READ_RESULTS, args=pk_of("cycle"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:figure_needs_export": Row(
        get=READ_RESULTS, args=pk_of("cycle"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:figure_import": Row(
        get=[*IMPORT_FIGURES, *POLITICAL_ELSEWHERE], post=[*IMPORT_FIGURES, *POLITICAL_ELSEWHERE]
    ),
    "appraisal:figure_template": Row(get=[*IMPORT_FIGURES, *POLITICAL_ELSEWHERE]),
    "appraisal:figure_import_detail": Row(
        get=IMPORT_FIGURES, args=pk_of("figure_import"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:figure_import_confirm": Row(
        get=IMPORT_FIGURES,
        post=IMPORT_FIGURES,
        args=pk_of("figure_import"),
        unseen=POLITICAL_ELSEWHERE,
    ),
    "appraisal:figure_import_discard": Row(
        post=IMPORT_FIGURES, args=pk_of("figure_import"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:figure_import_errors": Row(
        get=IMPORT_FIGURES, args=pk_of("figure_import"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:name_settle": Row(
        get=IMPORT_FIGURES,
        post=IMPORT_FIGURES,
        args=pk_of("figure_import"),
        unseen=POLITICAL_ELSEWHERE,
    ),
    # Index sets, cycles and results.
    "appraisal:index_set_list": Row(get=EVERYONE),
    "appraisal:index_set_detail": Row(
        get=READ_RESULTS, args=pk_of("draft"), unseen=rest(READ_RESULTS)
    ),
    "appraisal:index_set_install": Row(post=["appraiser"]),
    "appraisal:index_set_publish": keeping_set(),
    "appraisal:index_set_new": Row(get=["appraiser"], post=["appraiser"]),
    "appraisal:index_set_arrange": Row(post=["appraiser"], args=pk_of("draft")),
    "appraisal:index_set_print": Row(
        get=READ_RESULTS, args=pk_of("draft"), unseen=rest(READ_RESULTS)
    ),
    "appraisal:index_set_export": Row(
        get=READ_RESULTS, args=pk_of("draft"), unseen=rest(READ_RESULTS)
    ),
    "appraisal:index_set_compare": Row(
        get=READ_RESULTS, args=pk_of("draft"), unseen=rest(READ_RESULTS)
    ),
    "appraisal:index_set_check": Row(post=["appraiser"], args=pk_of("draft")),
    "appraisal:index_set_report": Row(get=["appraiser"], args=pk_of("draft")),
    "appraisal:index_set_reopen": Row(post=["appraiser"], args=pk_of("draft")),
    "appraisal:index_set_delete": keeping_set(),
    "appraisal:index_set_copy": keeping_set(),
    "appraisal:index_set_basics": keeping_set(),
    "appraisal:index_set_groups": keeping_set(),
    "appraisal:indicator_add": keeping_set(),
    "appraisal:indicator_change": keeping_set(indicator=True),
    "appraisal:indicator_words": keeping_set(indicator=True),
    "appraisal:indicator_remove": keeping_set(indicator=True),
    # Case points and heads' shares.
    "appraisal:case_weights_list": Row(get=EVERYONE),
    "appraisal:case_weights_draft": Row(get=["appraiser"], post=["appraiser"]),
    "appraisal:case_weights_detail": Row(
        get=READ_RESULTS, args=pk_of("case_table"), unseen=rest(READ_RESULTS)
    ),
    "appraisal:case_weights_compare": Row(
        get=READ_RESULTS, args=pk_of("case_table"), unseen=rest(READ_RESULTS)
    ),
    "appraisal:case_weights_export": Row(
        get=READ_RESULTS, args=pk_of("case_table"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:case_weights_copy": changing_case_table(),
    "appraisal:case_weights_describe": changing_case_table(),
    "appraisal:case_weights_row_add": changing_case_table(),
    "appraisal:case_weights_row_change": changing_case_table(
        args=lambda world: [world.case_table.pk, world.case_weight.pk]
    ),
    "appraisal:case_weights_row_remove": Row(
        post=["appraiser"], args=lambda world: [world.case_table.pk, world.case_weight.pk]
    ),
    "appraisal:case_weights_publish": changing_case_table(),
    "appraisal:case_weights_discard": changing_case_table(),
    "appraisal:head_share_list": Row(get=[*READ_RESULTS, *POLITICAL_ELSEWHERE]),
    "appraisal:head_share_add": Row(get=["appraiser"], post=["appraiser"]),
    "appraisal:head_share_change": Row(
        get=["appraiser"], post=["appraiser"], args=pk_of("head_share")
    ),
    "appraisal:head_share_remove": Row(
        get=["appraiser"], post=["appraiser"], args=pk_of("head_share")
    ),
    "appraisal:cycle_list": Row(get=[*READ_RESULTS, *POLITICAL_ELSEWHERE]),
    "appraisal:cycle_open": Row(get=["appraiser"], post=["appraiser"]),
    "appraisal:cycle_detail": Row(
        get=READ_RESULTS, args=pk_of("cycle"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:cycle_assess": Row(get=["appraiser"], post=["appraiser"], args=pk_of("cycle")),
    "appraisal:cycle_move": Row(
        get=["appraiser"],
        post=["appraiser"],
        args=lambda world: [world.cycle.pk, "collecting"],
    ),
    "appraisal:participant_list": Row(
        get=READ_RESULTS, args=pk_of("cycle"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:participant_add": Row(get=["appraiser"], post=["appraiser"], args=pk_of("cycle")),
    "appraisal:participant_leave_out": deciding_participant(),
    "appraisal:participant_take_in": deciding_participant(),
    "appraisal:participant_months": deciding_participant(),
    "appraisal:appraisal_settings": Row(get=["appraiser"], post=["appraiser"]),
    "appraisal:cycle_export": Row(
        get=["political", "appraiser", "president"],
        args=pk_of("cycle"),
        unseen=POLITICAL_ELSEWHERE,
    ),
    # Ratings: what is asked of me, and what came back.
    "appraisal:rating_list": Row(get=EVERYONE),
    "appraisal:rating_form": giving_rating("cycle", get=True),
    "appraisal:rating_save": giving_rating("rating"),
    "appraisal:rating_submit": giving_rating("rating", get=True),
    "appraisal:rating_submit_all": giving_rating("cycle", get=True),
    "appraisal:rating_progress": Row(get=["appraiser"], args=pk_of("cycle")),
    "appraisal:rating_remind": Row(post=["appraiser"], args=pk_of("cycle")),
    "appraisal:rating_replace": Row(get=["appraiser"], post=["appraiser"], args=pk_of("cycle")),
    "appraisal:rating_agreement": Row(get=["appraiser"], args=pk_of("cycle")),
    # Weights by comparing in pairs: what is asked of me, and the study of a set.
    "appraisal:weight_list": Row(get=EVERYONE),
    "appraisal:weight_judge": Row(
        get=[OWN], post=[OWN], args=pk_of("weight_expert"), unseen=rest([OWN])
    ),
    "appraisal:weight_submit": Row(
        get=[OWN], post=[OWN], args=pk_of("weight_expert"), unseen=rest([OWN])
    ),
    "appraisal:weight_expert_reopen": Row(
        post=[OWN, "appraiser"], args=pk_of("weight_expert"), unseen=rest([OWN, "appraiser"])
    ),
    "appraisal:weight_expert_withdraw": Row(
        get=["appraiser"], post=["appraiser"], args=pk_of("weight_expert")
    ),
    "appraisal:weight_study": Row(get=["appraiser"], args=pk_of("draft")),
    "appraisal:weight_expert_invite": Row(
        get=["appraiser"], post=["appraiser"], args=pk_of("draft")
    ),
    "appraisal:weight_derive": Row(get=["appraiser"], post=["appraiser"], args=pk_of("draft")),
    "appraisal:weight_derivation": Row(
        get=READ_RESULTS, args=pk_of("derivation"), unseen=rest(READ_RESULTS)
    ),
    "appraisal:result_detail": Row(
        get=[OWN, *READ_RESULTS],
        args=pk_of("graded"),
        unseen=rest([OWN, *READ_RESULTS]),
    ),
    # Grades, and what the committee decides beside a score.
    "appraisal:result_form": Row(
        get=EXPORT_RESULTS, args=pk_of("graded"), unseen=rest(EXPORT_RESULTS)
    ),
    "appraisal:grade_list": Row(get=READ_RESULTS, args=pk_of("annual"), unseen=POLITICAL_ELSEWHERE),
    "appraisal:grade_propose": Row(post=["appraiser"], args=pk_of("annual")),
    "appraisal:grade_decide_many": recording_decision("annual"),
    "appraisal:grade_forms": Row(
        get=EXPORT_RESULTS, args=pk_of("annual"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:grade_workbook": Row(
        get=EXPORT_RESULTS, args=pk_of("annual"), unseen=POLITICAL_ELSEWHERE
    ),
    "appraisal:grade_decide": recording_decision("grade"),
    "appraisal:grade_take_back": recording_decision("grade"),
    "appraisal:adjustment_make": recording_decision("graded"),
    "appraisal:adjustment_revoke": recording_decision("adjustment"),
    "appraisal:grade_exclude": recording_decision("graded"),
    "appraisal:grade_readmit": recording_decision("exclusion"),
    **retention.ROWS,
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with kept_for_a_module(django_db_blocker):
        cast = make_cast()
        made = make_world(cast)
        made.sessions = {role: session_of(cast(role)) for role in EVERYONE}
        yield made


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key


def make_world(cast: Callable[[str], object]) -> SimpleNamespace:
    """One record of each kind in the court, and one user in each role, whom ``cast`` knows."""
    for name in EVERYONE:
        cast(name)
    court, civil, branch = cast("court"), cast("civil"), cast("branch")
    officer, political = cast("officer"), cast("political")
    now = timezone.now()
    someone = make_user("someone", court=court)
    index_set = {"court": court, "function": civil.function, "staff_class": "judge"}
    draft = IndexSet.objects.create(code="civil", name="民事", name_en="Civil", **index_set)
    case_table = seed_case_table(court, by=None)
    cycle = Cycle.objects.create(
        court=court,
        code="2026-10",
        name="2026",
        kind=Cycle.Kind.SPECIAL,
        start=date(2026, 1, 1),
        end=date(2026, 11, 1),
        opened_at=now,
    )
    run = AssessmentRun.objects.create(
        cycle=cycle, number=1, participants=1, complete=0, missing=1, finished_at=now
    )
    participant = Participant.objects.create(
        cycle=cycle,
        officer=officer,
        department=civil,
        function=civil.function,
        category=officer.category,
        staff_class="judge",
        index_set=draft,
    )
    annual = make_annual(court, officer, draft, by=political, at=now)
    file = store_file(
        write_table(title="", headings=["姓名"], rows=[]),
        name="faulty.xlsx",
        content_type="",
        by=political,
    )
    uploaded = {
        "court": court,
        "file": file,
        "file_name": file.name,
        "state": "faulty",
        "counts": {"errors": 1, "warnings": 0},
        "report": {"faults": [FAULT.as_json()]},
        "created_by": political,
        "created_at": now,
    }
    figure_import = FigureImport.objects.create(**uploaded)
    kept = store_file(b"%PDF", name="basis.pdf", content_type="", by=political, is_kept=True)
    approval = make_approval(court, file=kept)
    post = make_post(branch, "branch_secretary", approval=approval)
    appointment = make_appointment(post, officer, date(2026, 1, 1), term_end=date(2029, 1, 1))
    made = SimpleNamespace(
        **annual,
        approval=approval,
        post=post,
        appointment=appointment,
        ended=make_appointment(
            make_post(branch, "group_leader"), officer, date(2024, 1, 1), date(2025, 1, 1)
        ),
        secondment=make_secondment(appointment, date(2026, 2, 1)),
        elected=branch,
        staffing=draft_staffing(branch, by=political, file=scan()),
        exception=make_exception(branch, "below_branch", approval=approval),
        officer=officer,
        someone=someone,
        disabled=make_user("disabled", court=court, is_active=False),
        grant=Grant.objects.create(
            user=someone, role="president", unit=court, starts_on=date(2026, 1, 1)
        ),
        activation=[
            urlsafe_base64_encode(force_bytes(someone.pk)),
            default_token_generator.make_token(someone),
        ],
        sign_in=SignIn.objects.create(user=officer.user, session_key="elsewhere", started_at=now),
        notice=Notice.objects.create(
            user=officer.user, key="k", kind="result_ready", params={"cycle": ""}, created_at=now
        ),
        job=Job.objects.create(
            kind="cadres.roster_check", lock="l", created_by=political, created_at=now
        ),
        verified=record("log.verified", by=None, sealed=0, unsealed=0, broken_at=None),
        correction=Correction.objects.create(officer=officer, field="name", asked_at=now),
        roster_import=RosterImport.objects.create(**uploaded),
        figure_import=figure_import,
        sheet=FigureSheet.objects.create(
            officer=officer, month=date(2026, 1, 1), source=figure_import
        ),
        standard=make_standard(court, "branch_secretary", "300", approval=approval),
        run=make_run(court),
        draft=draft,
        weight_expert=WeightExpert.objects.create(
            index_set=draft, user=officer.user, invited_by=political, invited_at=now
        ),
        derivation=WeightDerivation.objects.create(
            index_set=draft, number=1, content=EMPTY_DERIVATION, made_by=political, made_at=now
        ),
        indicator=Indicator.objects.create(
            index_set=draft,
            code="i1",
            name="评议",
            kind="graded",
            weight=10,
            area="conduct",
            certainty="U",
        ),
        case_table=case_table,
        case_weight=case_table.weights.first(),
        head_share=HeadShare.objects.create(court=court, words="庭长", share=70, certainty="S"),
        cycle=cycle,
        rating=RatingSheet.objects.create(
            cycle=cycle, participant=participant, ratee=officer, rater=officer, group="self"
        ),
        result=Result.objects.create(
            participant=participant,
            run=run,
            part=0,
            row=0,
            state=Result.State.MISSING,
            fingerprint="0",
        ),
    )
    for part in retention.PARTS:
        vars(made).update(part.build(made, cast))
    return made


def make_annual(court, officer, index_set, *, by, at) -> dict[str, object]:
    """An annual cycle with one decision of each kind; past the review, so nothing is changed."""
    year = {"start": date(2025, 1, 1), "end": date(2026, 1, 1), "state": "publicity"}
    cycle = Cycle.objects.create(
        court=court, code="2025-annual", name="2025", kind="annual", opened_at=at, **year
    )
    counts = {"participants": 1, "complete": 0, "missing": 1}
    run = AssessmentRun.objects.create(cycle=cycle, number=1, finished_at=at, **counts)
    participant = Participant.objects.create(
        cycle=cycle,
        officer=officer,
        department=officer.department,
        function=officer.department.function,
        category=officer.category,
        staff_class="judge",
        index_set=index_set,
    )
    made = {"participant": participant, "document": "1", "made_by": by, "made_at": at}
    return {
        "annual": cycle,
        "graded": Result.objects.create(
            participant=participant, run=run, part=0, row=0, state="missing", fingerprint="0"
        ),
        "grade": GradeProposal.objects.create(
            participant=participant, run=run, proposed="no_grade", reasons=[{"code": "no_total"}]
        ),
        "adjustment": Adjustment.objects.create(
            amount=1, reason="r", decided_on=date(2026, 1, 1), **made
        ),
        "exclusion": GradeExclusion.objects.create(reason="probation", **made),
    }


def address_names(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + (pattern.name or str(pattern.pattern))
        elif pattern.namespace != "admin":
            inside = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from address_names(pattern, namespace + inside)


def test_every_address_has_a_row():
    assert sorted(set(address_names())) == sorted(TABLE)


def expected(row: Row, method: str, role: str | None) -> set[int]:
    allowed = getattr(row, method)
    if role is None and not row.is_public:
        # Whoever is not signed in learns at most that a method does not exist.
        return {302} if allowed is not None else {302, 405}
    if allowed is None:
        return {405}
    if row.is_public or role in allowed:
        return {200, 302, 409} if method == "get" else {200, 302, 400, 409, 422}
    return {404} if role in row.unseen else {403}


def client_for(world: SimpleNamespace, role: str | None) -> Client:
    """Signed in by the session of the world: what ends it is undone after each test."""
    client = Client()
    if role:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[role]
    return client


@pytest.mark.parametrize("name", sorted(TABLE))
def test_address_answers_each_role_as_the_table_says(name, world):
    row = TABLE[name]
    address = reverse(name, args=row.args(world)) + row.query
    wrong = []
    for role in [None, *EVERYONE]:
        for method in ("get", "post"):
            with transaction.atomic():
                response = getattr(client_for(world, role), method)(address)
                transaction.set_rollback(True)
            if response.status_code not in expected(row, method, role):
                wrong.append((method, role, response.status_code))
            if role is None and not row.is_public and response.status_code == 302:
                assert response.url.startswith(reverse("sign_in"))
    assert wrong == []
    assert client_for(world, EVERYONE[0]).delete(address).status_code in {302, 403, 404, 405}


def test_cast_has_a_user_for_each_role(world):
    held = set(Grant.objects.values_list("role", flat=True))

    assert held == {role for role, _label in Grant._meta.get_field("role").choices}
    assert Unit.objects.courts().count() == 2
    assert Officer.objects.exclude(user=None).count() == 2
