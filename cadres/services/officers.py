"""Opening an officer's numbers, and handing out the list as a workbook."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cadres.models import Officer, OfficerQuerySet
from cadres.selectors.corrections import label_of
from cadres.selectors.officers import REVEAL
from courtparty.accounts.models import User
from courtparty.accounts.scope import is_court_path, paths_with
from courtparty.audit.services import record, record_read
from courtparty.lib.xlsx.writing import write_table

EXPORT_LIMIT = 10_000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


@transaction.atomic
def reveal_officer(*, officer_id: int, by: User, reason: str) -> Officer:
    """Hand out an officer with ID number and telephone.

    The reading is recorded with its reason, and the officer sees both. Whether ``by`` may do it
    at all is the view's question.
    """
    officer = Officer.objects.visible_to(by, REVEAL).select_related("court").get(pk=officer_id)
    record_read("officer.revealed", by=by, on=officer, court=officer.court, reason=reason)
    return officer


COLUMNS = (
    "name", "sex", "ethnicity", "birth", "id_number", "department", "title", "rank", "judge_rank",
    "category", "work_since", "title_since", "rank_since", "party_status", "party_joined",
    "party_full_since", "branch", "phone", "left_on",
)  # fmt: skip
# These need a right of their own.
NUMBERS = ("id_number", "phone")


@transaction.atomic
def export_officers(officers: OfficerQuerySet, *, by: User, on: date) -> bytes:
    """The given officers as a workbook, recorded in the log of each court.

    ID numbers and telephones are in it only for officers of courts where ``by`` may open them.
    Refuses more than 10,000 rows.
    """
    if officers[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        text = _("More than %(limit)s officers: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{EXPORT_LIMIT:,}"})
    opened = {path for path in paths_with(by, REVEAL) if is_court_path(path)}
    columns = [name for name in COLUMNS if opened or name not in NUMBERS]
    people = list(officers.select_related("court", "department", "branch"))
    _record_export(people, by=by, opened=opened)
    return write_table(
        title=_("Officers, %(day)s") % {"day": on.isoformat()},
        headings=[label_of(name) for name in columns],
        rows=(list(_cells(person, columns, opened)) for person in people),
        text_columns=range(len(columns)),
        sheet_name=_("Officers"),
    )


def _record_export(people: list[Officer], *, by: User, opened: set[str]) -> None:
    for court in {person.court_id: person.court for person in people}.values():
        rows = sum(person.court_id == court.pk for person in people)
        record(
            "roster.exported",
            by=by,
            on=court,
            court=court,
            count=rows,
            numbers=court.path in opened,
        )


def _cells(person: Officer, columns: Iterable[str], opened: set[str]) -> Iterator[str]:
    for name in columns:
        if name in NUMBERS and person.court.path not in opened:
            yield ""
        elif name in ("sex", "category", "party_status"):
            yield str(getattr(person, f"get_{name}_display")())
        else:
            yield str(getattr(person, name) or "")
