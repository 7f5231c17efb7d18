"""The table of budget sources that help is paid from."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.lib.xlsx import write_table
from retention.models import BudgetSource


class CannotBudget(Exception):
    """The source can't be kept like this. Its text is for the user."""


@transaction.atomic
def add_source(*, court: Unit, name: str, year: int, amount: Decimal, by: User) -> BudgetSource:
    """A new source of a court and year. Refuses a name that is there already. Nobody is told."""
    try:
        with transaction.atomic():
            source = BudgetSource.objects.create(
                court=court, name=" ".join(name.split()), year=year, amount=amount
            )
    except IntegrityError:
        raise CannotBudget(_("This source is there already for this year: change it.")) from None
    record("help_budget.added", by=by, on=source, court=court)
    return source


@transaction.atomic
def change_source(
    *, source_id: int, name: str, amount: Decimal, by: User, seen: Decimal | None = None
) -> BudgetSource:
    """Another name or amount. ``seen`` is the amount that was shown: another one is a conflict.

    Refuses less than is used already, and the name of another source of that year.
    """
    source = BudgetSource.objects.select_for_update(no_key=True).get(pk=source_id)
    if seen is not None and seen != source.amount:
        raise Conflict(_("Somebody else has changed this source. Nothing was saved."))
    if amount < source.used:
        text = _("%(used)s yuan are used already: the amount can't be lower.")
        raise CannotBudget(text % {"used": f"{source.used:,}"})
    source.name, source.amount = " ".join(name.split()), amount
    try:
        with transaction.atomic():
            source.save(update_fields=["name", "amount"])
    except IntegrityError:
        raise CannotBudget(_("This source is there already for this year: change it.")) from None
    record("help_budget.changed", by=by, on=source, court=source.court)
    return source


@transaction.atomic
def export_sources(
    sources: Iterable[BudgetSource], *, courts: Iterable[Unit], by: User, on: date
) -> bytes:
    """The sources with what is used and left; no measure and no case. Each court's log keeps it."""
    rows = [
        [one.year, one.court.display_name, one.name, one.amount, one.used, one.left]
        for one in sources
    ]
    for court in courts:
        record("help_budget.exported", by=by, on=court, court=court, rows=len(rows))
    return write_table(
        title=_("Budget sources of help, %(day)s") % {"day": on.isoformat()},
        headings=[
            _("Year"), _("Court"), _("Source"), _("Amount (yuan)"), _("Used (yuan)"),
            _("Left (yuan)"),
        ],
        rows=rows,
        text_columns=[1, 2],
        number_formats={3: "#,##0.00", 4: "#,##0.00", 5: "#,##0.00"},
        sheet_name=_("Budget sources"),
    )  # fmt: skip
