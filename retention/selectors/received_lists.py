"""Lists of what was received, and of the workbooks it came in with."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cadres.models import Officer
from cadres.selectors.officers import searched
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope
from courtparty.jobs.faults import ShownFault, shown_fault
from courtparty.jobs.models import Job
from courtparty.lib.xlsx import Fault, message
from retention.models import EntitlementKind, Received, ReceivedImport
from retention.selectors.entitlement_rules import MANAGE, VIEW
from retention.selectors.entitlement_words import quantity, variant_label, what

ORDERS = {"day": "received_on", "name": "officer__pinyin", "entered": "entered_at"}
DEFAULT_ORDER = "-day"
RECENT, SHOWN = 20, 200


def received_listed(user: User) -> QuerySet[Received]:
    """In the courts whose entitlements the reader sees by role."""
    rows = Received.objects.filter(court_scope(user, VIEW, court="officer__court"))
    return rows.select_related("officer__department", "entered_by", "source")


def received_managed(user: User) -> QuerySet[Received]:
    return received_listed(user).filter(court_scope(user, MANAGE, court="officer__court"))


def ordered(rows: QuerySet[Received], sort: str) -> QuerySet[Received]:
    name = sort if sort.removeprefix("-") in ORDERS else DEFAULT_ORDER
    down = "-" if name.startswith("-") else ""
    return rows.order_by(f"{down}{ORDERS[name.removeprefix('-')]}", "officer__pinyin", "-pk")


def of_people(rows: QuerySet[Received], text: str, *, user: User) -> QuerySet[Received]:
    officers = Officer.objects.filter(court_scope(user, VIEW))
    return rows.filter(officer__in=searched(officers, text, user=user).values("pk"))


# -- imports ----------------------------------------------------------------------------------


def recent_imports(user: User) -> QuerySet[ReceivedImport]:
    imports = ReceivedImport.objects.visible_to(user).defer("report")
    return imports.select_related("court", "created_by").order_by("-created_at")[:RECENT]


def latest_job(found: ReceivedImport) -> Job | None:
    """The last check or import of this workbook that somebody asked for."""
    jobs = Job.objects.filter(court=found.court, kind__startswith="retention.received_")
    return jobs.filter(args__import_id=found.pk).order_by("-pk").first()


@dataclass(slots=True)
class ImportReport:
    """Everything in words. Of long lists the first 200 are here; ``counts`` has their length."""

    counts: dict[str, int]
    refusal: str
    errors: list[ShownFault]
    warnings: list[ShownFault]
    unknown: list[list[str]]
    new: list[dict[str, Any]]

    @property
    def can_be_marked(self) -> bool:
        """Whether a workbook with the errors marked can be made."""
        return not self.refusal and bool(self.errors)


def import_report(found: ReceivedImport) -> ImportReport:
    report = found.report or {}
    faults = [Fault.from_json(fault) for fault in report.get("faults", [])]
    headings = report.get("headings", {})
    refusal = report.get("refusal")
    return ImportReport(
        counts=found.counts,
        refusal=str(message(refusal["code"], refusal["params"])) if refusal else "",
        errors=[shown_fault(fault, headings) for fault in faults if fault.is_error][:SHOWN],
        warnings=[shown_fault(fault, headings) for fault in faults if not fault.is_error][:SHOWN],
        unknown=report.get("unknown", []),
        new=[_new(row) for row in report.get("new", [])],
    )


def _new(row: dict[str, Any]) -> dict[str, Any]:
    kind = EntitlementKind(row["kind"])
    label = variant_label(row["variant"]) or what(kind, row["period"])
    return row | {"what": label, "amount": quantity(kind, _number(row["quantity"]))}


def _number(text: str) -> Any:
    return Received._meta.get_field("quantity").to_python(text)


def import_faults(found: ReceivedImport) -> tuple[list[Fault], dict[str, int]]:
    """All listed faults, and the heading row of each sheet, to mark the workbook with."""
    report = found.report or {}
    faults = [Fault.from_json(fault) for fault in report.get("faults", [])]
    return faults, report.get("heading_rows", {})
