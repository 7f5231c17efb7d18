"""Names in workbooks that no rule can match, settled once by hand and remembered."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from appraisal.models import FigureImport, SettledName
from appraisal.services.figures import OPEN, refusal_of, start_check
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record_many
from courtparty.jobs.models import Job


class CannotSettle(Exception):
    """A name can't be assigned to this officer. Its text is for the user."""


# Department and name as written, and which of the rows of a sheet that have both.
Name = tuple[str, str, int]


@transaction.atomic
def settle_names(*, import_id: int, choices: Mapping[Name, int], by: User, at: datetime) -> Job:
    """Remember which officer each name means, and check the workbook again with that.

    Refuses officers who were not offered, and one officer for two rows of a sheet.
    """
    figure_import = FigureImport.objects.select_for_update(no_key=True).get(pk=import_id)
    if figure_import.state not in OPEN:
        raise CannotSettle(refusal_of(figure_import))
    asked = {
        (one["department"], one["name"], one["occurrence"]): one["candidates"]
        for one in (figure_import.report or {}).get("to_settle", [])
    }
    for name, officer_id in choices.items():
        if officer_id not in asked.get(name, []):
            raise CannotSettle(_("Choose one of the officers offered for this name."))
    if len(set(choices.values())) < len(choices) and _is_one_for_two(figure_import, choices):
        raise CannotSettle(_("Two rows of one sheet can't mean the same officer."))
    settled = [_settle(figure_import.court, name, pk, by, at) for name, pk in choices.items()]
    record_many("name.settled", by=by, on=settled, court=figure_import.court)
    FigureImport.objects.filter(pk=import_id).update(state=FigureImport.State.CHECKING)
    return start_check(figure_import, by=by)


def _is_one_for_two(figure_import: FigureImport, choices: Mapping[Name, int]) -> bool:
    sheets_of = {
        (one["department"], one["name"], one["occurrence"]): {place[0] for place in one["places"]}
        for one in (figure_import.report or {})["to_settle"]
    }
    seen: set[tuple[int, str]] = set()
    for name, officer_id in choices.items():
        uses = {(officer_id, sheet) for sheet in sheets_of[name]}
        if uses & seen:
            return True
        seen |= uses
    return False


def _settle(court: Unit, name: Name, officer_id: int, by: User, at: datetime) -> SettledName:
    department, text, occurrence = name
    return SettledName.objects.update_or_create(
        court=court,
        department_text=department,
        name_text=text,
        occurrence=occurrence,
        defaults={"officer_id": officer_id, "settled_by": by, "settled_at": at},
    )[0]
