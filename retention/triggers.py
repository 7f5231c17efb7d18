"""SQL for what constraints of Django cannot say on both engines."""

from django.db.backends.base.base import BaseDatabaseWrapper

from courtparty.lib.fixed_rows import FixedRows
from courtparty.lib.overlaps import NoOverlap
from courtparty.lib.statements import run_statements

OVERLAPS: tuple[NoOverlap, ...] = (
    NoOverlap(
        "flexible_no_overlap",
        "retention_flexiblearrangement",
        ("officer_id",),
        "{row}is_agreed",
    ),
    NoOverlap(
        "assignment_pause_no_overlap",
        "retention_assignmentpause",
        ("officer_id",),
        "{row}state IN ('paused', 'ended')",
    ),
    NoOverlap("entitlement_rule_no_overlap", "retention_entitlementrule", ("court_id", "kind")),
    NoOverlap(
        "leave_no_overlap",
        "retention_leaverequest",
        ("officer_id",),
        "{row}state IN ('asked', 'approved')",
    ),
    NoOverlap(
        "leave_plan_no_overlap",
        "retention_leaveplan",
        ("officer_id",),
        "{row}state IN ('proposed', 'agreed')",
    ),
    NoOverlap(
        "mentoring_pair_no_overlap",
        "retention_mentoring",
        ("mentor_id", "mentee_id"),
        "{row}state <> 'void'",
    ),
)
FIXED: tuple[FixedRows, ...] = (
    FixedRows(
        "retention_hardship_report_fixed",
        "retention_hardshipreport",
        ("court_id", "year", "figures", "frozen_at"),
    ),
    FixedRows(
        "retention_board_year_fixed",
        "retention_boardyear",
        ("court_id", "year", "closed_at", "closed_by_id", "tables", "causes"),
    ),
    FixedRows(
        "retention_award_fixed",
        "retention_award",
        (
            "key", "officer_id", "rung_id", "proposal_id", "officer_name", "rung_name",
            "rung_name_en", "certificate_text", "decided_on", "issuer", "days_taken",
            "created_at",
        ),
        once=(
            "document_number", "document_on", "document_file_id",
            "revoked_on", "revoked_by_id", "revoked_number",
        ),
    ),
)  # fmt: skip


def install(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        run_statements(connection, [overlap.for_postgres() for overlap in OVERLAPS])
        run_statements(connection, [one for fixed in FIXED for one in fixed.for_postgres()])
        return
    run_statements(connection, [one for overlap in OVERLAPS for one in overlap.for_sqlite()])
    run_statements(connection, [one for fixed in FIXED for one in fixed.for_sqlite()])


def remove(connection: BaseDatabaseWrapper) -> None:
    """For the migration backwards, and for a test database being emptied."""
    if connection.vendor == "postgresql":
        run_statements(connection, [overlap.remove_from_postgres() for overlap in OVERLAPS])
        run_statements(connection, [one for fixed in FIXED for one in fixed.remove_from_postgres()])
        return
    statements = [one for overlap in OVERLAPS for one in overlap.remove_from_sqlite()]
    statements += [one for fixed in FIXED for one in fixed.remove_from_sqlite()]
    run_statements(connection, statements)
