"""Who may import where, the roster as it stands, and what a workbook would change in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from cadres.models import Officer, RosterImport
from cadres.rules.roster import FIELDS, CellFault, Value
from cadres.rules.roster_plan import (
    KnownOfficer,
    NewUnit,
    OfficerRow,
    Plan,
    look_alikes,
    missing_units,
    plan_roster,
    row_ranges,
)
from cadres.selectors.roster_workbook import RosterReading
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import is_court_path, paths_with
from courtparty.jobs.models import Job
from courtparty.lib.people import normal_name
from courtparty.lib.xlsx import Fault

PLAIN_FIELDS = tuple(name for name in FIELDS if name not in ("department", "branch", "id_number"))
PARTY_ORG_KINDS = (Unit.Kind.PARTY_COMMITTEE, Unit.Kind.GENERAL_BRANCH)
RECENT = 20


def roster_courts(user: User) -> QuerySet[Unit]:
    """The courts whose roster ``user`` keeps."""
    paths = [path for path in paths_with(user, "cadres.import_roster") if is_court_path(path)]
    return Unit.objects.courts().filter(path__in=paths).order_by("path")


def recent_imports(user: User) -> QuerySet[RosterImport]:
    imports = RosterImport.objects.visible_to(user).defer("report")
    return imports.select_related("court", "created_by").order_by("-created_at")[:RECENT]


def latest_job(roster_import: RosterImport) -> Job | None:
    """The last check or import of this workbook that somebody asked for."""
    jobs = Job.objects.filter(court=roster_import.court, kind__startswith="cadres.roster_")
    return jobs.filter(args__import_id=roster_import.pk).order_by("-pk").first()


@dataclass(slots=True)
class CourtUnits:
    """The departments and branches of a court by name, and where new branches belong."""

    court: Unit
    departments: dict[str, list[Unit]]
    branches: dict[str, list[Unit]]
    party_org: Unit | None

    def of(self, field: str) -> dict[str, list[Unit]]:
        return self.departments if field == "department" else self.branches


def court_units(court: Unit) -> CourtUnits:
    below = list(Unit.objects.within(court).exclude(pk=court.pk).order_by("path"))
    party_orgs = [unit for unit in below if unit.kind in PARTY_ORG_KINDS and unit.is_active]
    return CourtUnits(
        court,
        departments=_by_name(unit for unit in below if unit.kind == Unit.Kind.DEPARTMENT),
        branches=_by_name(
            unit for unit in below if unit.kind in (Unit.Kind.BRANCH, Unit.Kind.GROUP)
        ),
        party_org=min(party_orgs, key=lambda unit: (unit.depth, unit.path), default=None),
    )


def _by_name(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    """Units under their Chinese and English names; those in use hide those that are not."""
    named: dict[str, list[Unit]] = {}
    for unit in units:
        for name in {normal_name(unit.name), normal_name(unit.name_en)} - {""}:
            named.setdefault(name, []).append(unit)
    return {name: [u for u in found if u.is_active] or found for name, found in named.items()}


def known_officers(court: Unit) -> list[KnownOfficer]:
    """Everybody ever on the court's roster, in one query."""
    officers = Officer.objects.filter(court=court).select_related("department", "branch")
    return [_known(officer) for officer in officers.order_by("pk")]


def _known(officer: Officer) -> KnownOfficer:
    values: dict[str, Value] = {name: getattr(officer, name) for name in PLAIN_FIELDS}
    values["department"] = officer.department.name
    values["branch"] = officer.branch.name if officer.branch else ""
    return KnownOfficer(officer.pk, officer.id_hash, officer.left_on is None, values)


@dataclass(slots=True)
class RosterPreview:
    """What importing a workbook would do. Without a plan where the workbook has errors."""

    reading: RosterReading
    units: tuple[NewUnit, ...] = ()
    plan: Plan | None = None
    order: tuple[str, ...] = ()

    @property
    def faults(self) -> list[Fault]:
        return self.reading.faults.in_order(self.reading.sheets)

    @property
    def has_errors(self) -> bool:
        return self.reading.faults.errors > 0

    @property
    def counts(self) -> dict[str, int]:
        counts = dict(self.plan.counts) if self.plan else {}
        return counts | {
            "people": len(self.reading.rows),
            "errors": self.reading.faults.errors,
            "warnings": self.reading.faults.warnings,
            "units": sum(unit.kind != "none" for unit in self.units),
        }


def preview_roster(reading: RosterReading, *, court: Unit, may_create_units: bool) -> RosterPreview:
    """Compare a workbook with the court's roster. Missing units are errors if none may be made."""
    units = court_units(court)
    rows = [_with_unit_names(row, units, reading) for row in reading.rows]
    missing = missing_units(
        rows,
        departments=[unit.name for found in units.departments.values() for unit in found],
        branches=[unit.name for found in units.branches.values() for unit in found],
        # Where branches stand under the court itself, so do further ones.
        has_party_org=units.party_org is not None or bool(units.branches),
        court_name=court.name,
    )
    if not may_create_units:
        reading.faults.extend(_unknown_units(missing, rows, reading))
    preview = RosterPreview(reading, missing, order=tuple(row.id_hash for row in rows))
    if not preview.has_errors:
        existing = known_officers(court)
        preview.plan = plan_roster(rows, existing)
        for row in look_alikes(preview.plan, existing):
            fault = CellFault("id_number", "same_person", severity="warning")
            reading.faults.add(reading.fault_at(row, fault))
    return preview


def _with_unit_names(row: OfficerRow, units: CourtUnits, reading: RosterReading) -> OfficerRow:
    """The row with its units spelled as the court does, so that spaces are no change."""
    values = dict(row.values)
    for field in ("department", "branch"):
        found = units.of(field).get(str(values.get(field) or ""), [])
        if not found:
            continue
        values[field] = found[0].name
        if len(found) > 1 or not found[0].is_active:
            code = "unit_ambiguous" if len(found) > 1 else "unit_closed"
            fault = CellFault(field, code, {"name": found[0].name})
            reading.faults.add(reading.fault_at(row, fault))
    return replace(row, values=values)


def _unknown_units(
    missing: Sequence[NewUnit], rows: Sequence[OfficerRow], reading: RosterReading
) -> Iterable[Fault]:
    by_place = {(row.sheet, row.row): row for row in rows}
    for unit in missing:
        if unit.kind not in ("department", "branch"):
            continue
        first = by_place[unit.rows[0]]
        listed = row_ranges(row for sheet, row in unit.rows if sheet == first.sheet)
        params = {"name": unit.name, "rows": listed}
        yield reading.fault_at(first, CellFault(unit.kind, f"{unit.kind}_unknown", params))
