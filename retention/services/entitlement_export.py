"""Entitlements, what was received, and their rules as workbooks."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.xlsx import SheetPlan, write_table, write_workbook
from retention.models import Entitlement, EntitlementKind, EntitlementRule, Received
from retention.rules.entitlement_days import plain
from retention.rules.received import HEADINGS, KIND_WORDS, PERIOD_OF, REQUIRED, VARIANT_WORDS
from retention.selectors.entitlement_lists import entitlement_row
from retention.selectors.entitlement_rule_pages import fields_shown, rule_row
from retention.selectors.entitlement_words import explained, iso_day

EXPORT_LIMIT = 20_000
SHEET, NUMBER = "待遇落实", "序号"
COLUMN_HEADINGS = [accepted[0] for accepted in HEADINGS.values()]
TEXT_COLUMNS = [heading for heading in COLUMN_HEADINGS if heading != NUMBER]
EMPTY_ROWS = 100
AT_ONCE = 1000


class CannotExport(Exception):
    """The list is too long for one workbook. Its text is for the user."""


def _refuse_long(rows: QuerySet) -> None:
    if rows[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        text = _("More than %(limit)s rows: narrow the list by filters first.")
        raise CannotExport(text % {"limit": f"{EXPORT_LIMIT:,}"})


def _record(verb: str, courts: Iterable[int], by: User) -> None:
    """One entry for each court, with how many of its rows were taken out."""
    taken = Counter(courts)
    for court in Unit.objects.filter(pk__in=taken):
        if verb == "entitlements.exported":
            record("entitlements.exported", by=by, on=court, court=court, count=taken[court.pk])
        elif verb == "received.exported":
            record("received.exported", by=by, on=court, court=court, count=taken[court.pk])
        else:
            record("entitlement_rules.exported", by=by, on=court, court=court,
                   count=taken[court.pk])  # fmt: skip


@transaction.atomic
def export_entitlements(rows: QuerySet[Entitlement], *, by: User, on: date) -> bytes:
    """The given entitlements as a workbook, in the reader's language, recorded for each court.

    Refuses more than 20,000 rows.
    """
    _refuse_long(rows)
    listed = list(rows.select_related("officer__department", "rule"))
    _record("entitlements.exported", (one.court_id for one in listed), by)
    headings = [
        _("Officer"), _("Department"), _("Entitlement"), _("Due on"),
        pgettext("an entitlement", "Due"), _("Received"), _("Owed"), _("State"),
        _("Days late"), _("Why"), _("Rule"),
    ]  # fmt: skip
    return write_table(
        title=_("Entitlements, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=(_cells(one, on) for one in listed),
        text_columns=[0, 1, 2, 3, 4, 5, 6, 7, 9, 10],
        sheet_name=_("Entitlements"),
    )


def _cells(one: Entitlement, on: date) -> list[object]:
    row = entitlement_row(one, on=on)
    return [
        row.name,
        row.department,
        row.what,
        iso_day(row.due_on),
        row.due,
        row.received,
        row.owed,
        row.state,
        row.days_late or None,
        " ".join(explained(one.explained)),
        one.rule.source if one.rule else "",
    ]


@transaction.atomic
def export_received(rows: QuerySet[Received], *, by: User, court: Unit | None = None) -> bytes:
    """What stands as received, in the shape of the workbook, which imports again without a change.

    Words and headings are Chinese whatever the reader's language: it is the office's own form.
    It holds ID numbers, so the log keeps who took it out. Refuses more than 20,000 rows.
    """
    standing = rows.filter(voided_at=None)
    _refuse_long(standing)
    listed = list(standing.select_related("officer"))
    _record("received.exported", (one.officer.court_id for one in listed), by)
    return write_table(
        title=_title(court),
        headings=COLUMN_HEADINGS,
        rows=_received_cells(listed),
        text_columns=TEXT_COLUMNS,
        sheet_name=SHEET,
    )


def _title(court: Unit | None) -> str:
    return f"{court.name if court else ''}待遇落实情况"


def _received_cells(rows: Iterable[Received]) -> Iterator[list[object]]:
    for number, one in enumerate(rows, start=1):
        yield [
            number,
            one.officer.name,
            one.officer.id_number,
            KIND_WORDS[one.kind][0],
            VARIANT_WORDS[one.variant][0] if one.variant else None,
            one.received_on.isoformat(),
            one.period or None,
            plain(one.quantity),
            one.document or None,
        ]


def received_template(court: Unit | None = None) -> bytes:
    """An empty workbook whose cells are text already, and a second sheet that explains them."""
    guide = {
        "id_number": _("18 characters, as text. Needed where two officers have the same name."),
        "kind": "、".join(words[0] for words in KIND_WORDS.values()),
        "variant": _("For wage steps only: 档次 (a step) or 级别 (a level)."),
        "received_on": _("The day it takes effect: 2026-01-01."),
        "period": _periods(),
        "quantity": _("Days of leave, hours of rest, yuan; steps and check-ups are one."),
        "document": _("The document it rests on; may be empty."),
    }
    explained_rows = [
        [words[0], _("yes") if name in REQUIRED else "", guide.get(name, ""), "、".join(words[1:])]
        for name, words in HEADINGS.items()
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
                rows=explained_rows,
                sheet_name=_("How to fill it in"),
            ),
        ]
    )


def _periods() -> str:
    words = {
        "year": _("a year, 2026"),
        "month": _("a month, 2026-10"),
        "day": _("the day of the overtime, 2026-10-03"),
    }
    return "；".join(
        f"{KIND_WORDS[kind][0]}: {words[shape]}" for kind, shape in PERIOD_OF.items() if shape
    )


@transaction.atomic
def export_rules(rules: QuerySet[EntitlementRule], *, by: User, on: date) -> bytes:
    """The versions of rules as a workbook, recorded for each court."""
    listed = list(rules.select_related("court"))
    _record("entitlement_rules.exported", (one.court_id for one in listed), by)
    headings = [
        _("Court"), _("Kind"), _("Name"), _("In force from"), _("Last day in force"), _("Numbers"),
        _("Source"), _("How sure"), _("Default of the product"), _("Note"),
    ]  # fmt: skip
    return write_table(
        title=_("Rules of entitlements, %(day)s") % {"day": on.isoformat()},
        headings=headings,
        rows=(_rule_cells(one, on) for one in listed),
        text_columns=range(len(headings)),
        sheet_name=_("Rules"),
    )


def _rule_cells(rule: EntitlementRule, on: date) -> list[object]:
    row = rule_row(rule, on=on)
    numbers = "\n".join(f"{one.label}: {'; '.join(one.lines)}" for one in fields_shown(rule))
    return [
        rule.court.display_name,
        str(EntitlementKind(rule.kind).label),
        row.name,
        rule.start.isoformat(),
        iso_day(row.last),
        numbers,
        rule.source,
        str(rule.get_certainty_display()),
        _("yes") if rule.is_shipped else _("no"),
        rule.note,
    ]
