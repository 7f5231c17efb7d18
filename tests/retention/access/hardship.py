"""Pages of hardship help. The one case of the world is coordinated by the trade union."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from retention.models import HardshipReport
from retention.rules.hardship_reports import year_figures
from tests.access import EVERYONE, OWN, SECRETARIES, Row, rest
from tests.retention.hardship_cast import (
    decide,
    make_case,
    make_draft,
    make_recommended,
    make_source,
    make_verified,
    make_verifying,
    paper,
    propose,
    propose_aid,
    propose_flexible,
)

HANDLE = ["party_affairs", "union"]
RECOMMEND = [*SECRETARIES, *HANDLE]
APPROVE = ["president"]
BOARD = [*SECRETARIES, "political", "president", "outsider_political"]
LIST = sorted({*RECOMMEND, *APPROVE})


def of_case(name: str, *also: str):
    """The address's numbers: the case, and what lies in it."""
    return lambda world: [getattr(world, one).pk for one in (name, *also)]


def in_case(
    who: list[str], name: str = "case", *also: str, members=("union",), has_post=True
) -> Row:
    """``who`` may; the officer and other members may not, but know of it; to others it is not."""
    inside = {OWN, *members, *who}
    return Row(
        get=who,
        post=who if has_post else None,
        args=of_case(name, *also),
        unseen=rest(sorted(inside)),
    )


def drafted() -> Row:
    return in_case([OWN], "case_draft", members=())


def recommended() -> Row:
    return in_case([OWN], "case_recommended", members=())


COORDINATOR, APPROVER = ["union"], ["president"]
HELPED = {"members": ("union", "president")}

ROWS: dict[str, Row] = {
    "retention:my_help": Row(get=EVERYONE),
    "retention:help_list": Row(get=LIST),
    "retention:help_export": Row(get=LIST),
    "retention:help_apply": Row(get=[OWN, "outsider"], post=[OWN, "outsider"]),
    "retention:help_recommend": Row(get=RECOMMEND, post=RECOMMEND),
    "retention:help_decision_list": Row(get=APPROVE),
    "retention:help_orphan_list": Row(get=APPROVE),
    "retention:help_orphan_place": Row(get=APPROVE, post=APPROVE, args=of_case("case_orphan")),
    "retention:help_flexible_list": Row(get=["head"]),
    "retention:help_budget_list": Row(get=HANDLE),
    "retention:help_budget_export": Row(get=HANDLE),
    "retention:help_budget_add": Row(get=HANDLE, post=HANDLE),
    "retention:help_budget_change": Row(get=HANDLE, post=HANDLE, args=of_case("source")),
    "retention:help_report": Row(get=BOARD),
    "retention:help_report_export": Row(get=BOARD),
    "retention:help_detail": in_case([OWN, "union", "president"], "case_helping", has_post=False),
    "retention:help_paper": in_case([OWN, "union"], "case", "case_paper", has_post=False),
    "retention:help_paper_remove": in_case([OWN, "union"], "case", "case_paper"),
    "retention:help_change": drafted(),
    "retention:help_discard": drafted(),
    "retention:help_consent": recommended(),
    "retention:help_decline": recommended(),
    "retention:help_begin": in_case(COORDINATOR),
    "retention:help_verify": in_case(
        ["party_affairs"], "case_verifying", members=("union", "party_affairs")
    ),
    "retention:help_visit": in_case(COORDINATOR),
    "retention:help_attach": in_case([OWN, "union"]),
    "retention:help_member_add": in_case(COORDINATOR),
    "retention:help_member_end": in_case(COORDINATOR, "case_helping", "case_member", **HELPED),
    "retention:help_member_object": in_case([OWN], "case_helping", "case_member", **HELPED),
    "retention:help_hand_over": in_case([OWN, "union"]),
    "retention:help_follow": in_case(COORDINATOR, "case_helping", **HELPED),
    "retention:help_ask_word": in_case(COORDINATOR, "case_helping", **HELPED),
    "retention:help_keep_open": in_case([OWN], "case_helping", **HELPED),
    "retention:help_close": in_case([OWN], "case_helping", **HELPED),
    "retention:help_close_silent": in_case(COORDINATOR, "case_helping", **HELPED),
    "retention:help_reopen": in_case([OWN, "union"]),
    "retention:help_withdraw": in_case([OWN]),
    "retention:help_measure_propose": in_case(COORDINATOR, "case_helping", **HELPED),
    "retention:help_measure_decide": in_case(APPROVER, "case_helping", "case_proposal", **HELPED),
    "retention:help_measure_carry_out": in_case(
        COORDINATOR, "case_helping", "case_measure", **HELPED
    ),
    "retention:help_measure_cancel": in_case(COORDINATOR, "case_helping", "case_measure", **HELPED),
    "retention:help_flexible_end": in_case(COORDINATOR, "case_helping", "case_flexible", **HELPED),
}


def build(world: SimpleNamespace, cast) -> dict[str, object]:
    """The records the rows above name. ``cast("steward")`` is the user in that role."""
    officer, union, president = cast("officer"), cast("union"), cast("president")
    party_affairs, today = cast("party_affairs"), timezone.localdate()
    court, helper = cast("court"), cast("party_affairs")
    case = make_case(officer, union, files=[paper()])
    source = make_source(court)
    helping = make_verified(officer, union, party_affairs)
    measure = decide(propose_aid(helping, president, source, "100.00", by=union))
    flexible = decide(
        propose_flexible(helping, president, today, today + timedelta(days=9), by=union)
    )
    orphan = make_case(officer, helper)
    orphan.members.update(until=today)
    return {
        "case": case,
        "case_paper": case.files.get(),
        "case_draft": make_draft(officer, union),
        "case_recommended": make_recommended(officer, union, by=cast("branch_secretary")),
        "case_verifying": make_verifying(officer, union, party_affairs),
        "case_helping": helping,
        "case_member": helping.members.get(part="approver"),
        "case_measure": measure,
        "case_proposal": propose(helping, president, by=union),
        "case_flexible": flexible.arrangement,
        "case_orphan": orphan,
        "source": source,
        "help_report": HardshipReport.objects.create(
            court=court,
            year=2025,
            figures=year_figures([], [], kinds=[], measure_kinds=[]),
            frozen_at=timezone.now(),
        ),
    }
