"""Writing a checked roster into the database. Called inside the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import timezone

from cadres.models import Appointment, Officer
from cadres.rules.roster_plan import ChangedOfficer, NewUnit, OfficerRow, Plan, chosen_units
from cadres.selectors.roster import PLAIN_FIELDS, CourtUnits, RosterPreview, court_units
from cadres.services.allowance_marks import mark_runs_stale
from courtparty.accounts.models import Unit, User
from courtparty.accounts.services.units import create_unit
from courtparty.audit.services import record_many
from courtparty.lib.people import normal_name, pinyin_of

BATCH = 500
UnitsByName = Mapping[str, Unit]


def write_roster(
    preview: RosterPreview,
    *,
    court: Unit,
    by: User | None,
    choices: Mapping[str, str],
    mark_left: bool,
    on: date,
) -> None:
    """Make the units, then add and change officers as planned; one log entry for each of them.

    Those who are not in the workbook are marked as having left only on ``mark_left``.
    """
    plan = preview.plan
    if plan is None:
        raise ValueError("a workbook with errors has no plan")
    _make_units(chosen_units(preview.units, choices, court_name=court.name), court=court, by=by)
    units = court_units(court)
    departments, branches = _first_of(units.departments), _first_of(units.branches)
    order = {id_hash: place for place, id_hash in enumerate(preview.order, start=1)}
    _add(plan.new, court, departments, branches, order, by)
    _change(plan.changed, court, departments, branches, by)
    _put_in_order(plan, order)
    if mark_left:
        _mark_left(plan, court, by, on)


def _first_of(found: Mapping[str, Sequence[Unit]]) -> UnitsByName:
    return {name: units[0] for name, units in found.items()}


def _make_units(units: Iterable[NewUnit], *, court: Unit, by: User | None) -> None:
    """Departments and a Party organisation under the court; branches under that organisation."""
    known: CourtUnits = court_units(court)
    party_org = known.party_org
    for unit in units:
        parent = (party_org or court) if unit.kind == "branch" else court
        made = create_unit(
            parent=parent, kind=unit.kind, name=unit.name, function=unit.function, by=by
        )
        if unit.kind not in ("department", "branch"):
            party_org = made


def _add(
    rows: Iterable[OfficerRow],
    court: Unit,
    departments: UnitsByName,
    branches: UnitsByName,
    order: Mapping[str, int],
    by: User | None,
) -> None:
    officers = []
    for row in rows:
        officer = Officer(
            court=court,
            id_number=str(row.values["id_number"]),
            id_hash=row.id_hash,
            list_order=order[row.id_hash],
        )
        _set(officer, row.values, departments, branches)
        officers.append(officer)
    added = Officer.objects.bulk_create(officers, batch_size=BATCH)
    record_many("officer.created", by=by, on=added, court=court, source="roster")


def _set(
    officer: Officer, values: Mapping[str, object], departments: UnitsByName, branches: UnitsByName
) -> list[str]:
    """Put the values into the officer. Returns the columns that were touched."""
    touched = [name for name in PLAIN_FIELDS if name in values]
    for name in touched:
        setattr(officer, name, values[name])
    if "name" in values:
        pinyin, initials = pinyin_of(str(values["name"]))
        officer.pinyin, officer.initials = pinyin[:120], initials[:20]
        touched += ["pinyin", "initials"]
    if "department" in values:
        officer.department = departments[normal_name(str(values["department"]))]
        touched.append("department")
    if "branch" in values:
        branch = values["branch"]
        officer.branch = branches[normal_name(str(branch))] if branch else None
        touched.append("branch")
    return touched


def _change(
    changed: Sequence[ChangedOfficer],
    court: Unit,
    departments: UnitsByName,
    branches: UnitsByName,
    by: User | None,
) -> None:
    # Without the key: a run being stored refers to officers while it holds the court.
    officers = Officer.objects.select_for_update(no_key=True).in_bulk(
        _pks(one.known for one in changed)
    )
    by_fields: dict[tuple[str, ...], list[Officer]] = {}
    columns = {"updated_at"}
    gone_since: dict[int, date] = {}
    for one in changed:
        officer = officers[one.known.pk]
        values = {change.field: change.new for change in one.changes}
        columns.update(_set(officer, values, departments, branches))
        if one.returned:
            gone_since[officer.pk] = officer.left_on or date.min
            officer.left_on = None
            columns.add("left_on")
        by_fields.setdefault(tuple(values), []).append(officer)
    _overwrite(list(officers.values()), columns)
    for fields, together in by_fields.items():
        if fields:
            details = {"source": "roster", "fields": list(fields)}
            record_many("officer.changed", by=by, on=together, court=court, **details)
    back = [officers[one.known.pk] for one in changed if one.returned]
    record_many("officer.returned", by=by, on=back, court=court, source="roster")
    if gone_since:
        _end_posts_left(gone_since, court, by)
        mark_runs_stale(court=court, since=min(gone_since.values()))


def _end_posts_left(gone_since: Mapping[int, date], court: Unit, by: User | None) -> None:
    """Posts still open of who comes back ended on leaving: the absence is no time in the post."""
    ended = []
    for one in Appointment.objects.standing().filter(officer__in=gone_since):
        left = gone_since[one.officer_id]
        if one.start < left and (one.end is None or one.end > left):
            one.end, one.end_reason = left, Appointment.EndReason.LEFT_COURT
            one.changed_at = timezone.now()
            ended.append(one)
    Appointment.objects.bulk_update(ended, ["end", "end_reason", "changed_at"], batch_size=BATCH)
    record_many("appointment.ended", by=by, on=ended, court=court, source="roster")


def _overwrite(officers: list[Officer], columns: set[str]) -> None:
    """Store rows that exist already, many in a statement: thousands of saves take half a minute.

    bulk_update() cannot do it, it knows nothing of fields that are sealed for their own row.
    """
    Officer.objects.bulk_create(
        officers,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=sorted(columns),
    )


def _put_in_order(plan: Plan, order: Mapping[str, int]) -> None:
    """Keep the workbook's order for lists and exports. It is nobody's data: not logged."""
    known = [one.known for one in plan.changed] + [known for known, _row in plan.unchanged]
    places = {officer.pk: order[officer.id_hash] for officer in known}
    stored = Officer.objects.filter(pk__in=_pks(known)).only("pk", "list_order")
    moved = [officer for officer in stored if officer.list_order != places[officer.pk]]
    for officer in moved:
        officer.list_order = places[officer.pk]
    Officer.objects.bulk_update(moved, ["list_order"], batch_size=BATCH)


def _mark_left(plan: Plan, court: Unit, by: User | None, on: date) -> None:
    gone = list(Officer.objects.filter(pk__in=_pks(plan.left)).only("pk"))
    Officer.objects.filter(pk__in=_pks(plan.left)).update(left_on=on, updated_at=timezone.now())
    record_many("officer.left", by=by, on=gone, court=court, source="roster")
    if gone:
        mark_runs_stale(court=court, since=on)


def _pks(officers: Iterable) -> list[int]:
    return [officer.pk for officer in officers]
