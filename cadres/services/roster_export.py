"""The roster as the workbook the office knows, and an empty one to fill in."""

from collections.abc import Iterator, Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cadres.models import Officer
from cadres.rules.roster import CATEGORIES, HEADINGS, PARTY_STATUSES, REQUIRED, SEXES
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.xlsx import SheetPlan, write_table, write_workbook

SHEET = "花名册"
NUMBER = "序号"
COLUMN_HEADINGS = [accepted[0] for accepted in HEADINGS.values()]
TEXT_COLUMNS = [heading for heading in COLUMN_HEADINGS if heading != NUMBER]
EMPTY_ROWS = 100
AT_ONCE = 1000

Words = Mapping[str, tuple[str, ...]]
_WORDS: dict[str, Words] = {"sex": SEXES, "category": CATEGORIES, "party_status": PARTY_STATUSES}


@transaction.atomic
def export_roster(
    officers: QuerySet[Officer], *, by: User | None, court: Unit | None = None
) -> bytes:
    """The officers in the shape of the roster workbook, which imports again without a change.

    Words and headings are Chinese whatever the reader's language: it is the office's own form.
    It holds ID numbers and telephones, so the log keeps who took it out.
    """
    rows = officers.select_related("department", "branch").order_by("list_order", "pk")
    taken = rows.count()
    record("roster.exported", by=by, court=court, count=taken)
    return write_table(
        title=_title(court),
        headings=COLUMN_HEADINGS,
        rows=_rows(rows),
        text_columns=TEXT_COLUMNS,
        sheet_name=SHEET,
    )


def _title(court: Unit | None) -> str:
    return f"{court.name if court else ''}干警花名册"


def _rows(officers: QuerySet[Officer]) -> Iterator[list[object]]:
    for number, officer in enumerate(officers.iterator(AT_ONCE), start=1):
        yield [number if name == "number" else _shown(officer, name) for name in HEADINGS]


def _shown(officer: Officer, name: str) -> str | None:
    if name == "department":
        return officer.department.name
    if name == "branch":
        return officer.branch.name if officer.branch else None
    value = getattr(officer, name)
    if name in _WORDS and value:
        return _WORDS[name][value][0]
    return str(value) if value else None


def template_workbook(court: Unit | None = None) -> bytes:
    """An empty roster whose cells are text already, and a second sheet that explains them."""
    guide = {
        "id_number": _("18 characters, as text: a number cell loses its last digits."),
        "birth": _("1985.06 or 1985-06-15; so are all other dates."),
        "department": _("One that does not exist yet is proposed before the import."),
        "branch": _("For Party members. One that does not exist yet is proposed."),
        "sex": _words(SEXES),
        "category": _words(CATEGORIES),
        "party_status": _words(PARTY_STATUSES),
    }
    explained = [
        [
            accepted[0],
            _("yes") if name in REQUIRED else "",
            guide.get(name, ""),
            "、".join(accepted[1:]),
        ]
        for name, accepted in HEADINGS.items()
    ]
    return write_workbook(
        [
            SheetPlan(
                title=_title(court),
                headings=COLUMN_HEADINGS,
                rows=[[None] * len(COLUMN_HEADINGS)] * EMPTY_ROWS,
                text_columns=TEXT_COLUMNS,
                sheet_name=SHEET,
            ),
            SheetPlan(
                headings=[_("Column"), _("Required"), _("What to write"), _("Also recognised")],
                rows=explained,
                sheet_name=_("How to fill it in"),
            ),
        ]
    )


def _words(words: Words) -> str:
    return "、".join(accepted[0] for accepted in words.values())
