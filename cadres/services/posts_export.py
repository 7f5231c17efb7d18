"""The establishment ledger and the list of documents as workbooks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cadres.selectors.approvals import ApprovalRow
from cadres.selectors.posts import LedgerRow, totals_of
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.words import listed
from courtparty.lib.xlsx import write_table


@transaction.atomic
def export_ledger(
    rows: Sequence[LedgerRow], *, courts: Sequence[Unit], by: User, on: date
) -> bytes:
    """The ledger as it stands on the day, one row a post, with totals of those that count.

    It names holders, so the log of each court keeps who took it out.
    """
    for court, count in _taken(rows, courts):
        record("posts.exported", by=by, on=court, court=court, count=count)
    headings = _headings()
    return write_table(
        title=_title(_("Establishment ledger of Party posts"), courts, on),
        headings=headings,
        rows=[*_lines(rows, courts), _total(rows, len(headings))],
        text_columns=[headings.index(_("Document"))],
        sheet_name=_("Ledger"),
    )


def _title(what: str, courts: Sequence[Unit], on: date) -> str:
    where = courts[0].display_name if len(courts) == 1 else ""
    text = _("%(court)s · %(what)s, as of %(day)s") if where else _("%(what)s, as of %(day)s")
    return text % {"court": where, "what": what, "day": on.isoformat()}


def _headings() -> list[str]:
    return [
        _("No."), _("Court"), _("Unit"), _("Post"), _("Full-time"), _("Exclusive"),
        _("Authorised"), _("Occupied"), _("Vacant"), _("Seconded in"), _("Seconded out"),
        _("Names of the holders"), _("Vacant since"), _("Days vacant"), _("Authorised from"),
        _("Closed on"), _("Document"), _("Date of the document"), _("Note"),
    ]  # fmt: skip


def _lines(rows: Iterable[LedgerRow], courts: Sequence[Unit]) -> Iterator[list[object]]:
    names = {court.pk: court.display_name for court in courts}
    yes, no = _("yes"), _("no")
    for number, row in enumerate(rows, start=1):
        yield [
            number,
            names.get(row.court_id, ""),
            row.unit.display_name,
            row.title,
            yes if row.is_fulltime else no,
            yes if row.is_exclusive else no,
            row.authorised,
            row.occupied,
            row.vacant,
            row.seconded_in,
            row.seconded_out,
            row.holders_in_words,
            row.since,
            row.days,
            row.opened_on,
            row.closed_on,
            row.approval,
            row.approved_on,
            row.note,
        ]


def _total(rows: Sequence[LedgerRow], width: int) -> list[object]:
    total = totals_of(rows)
    numbers = [
        total.authorised, total.occupied, total.vacant, total.seconded_in, total.seconded_out,
    ]  # fmt: skip
    line: list[object] = [None, None, pgettext("of a ledger", "Total"), None, None, None, *numbers]
    return line + [None] * (width - len(line))


@transaction.atomic
def export_approvals(
    rows: Sequence[ApprovalRow], *, courts: Sequence[Unit], by: User, on: date
) -> bytes:
    """The documents listed, each with what rests on it; the log keeps who took the list out."""
    for court, count in _taken(rows, courts):
        record("approvals.exported", by=by, on=court, court=court, count=count)
    headings = [
        _("No."), _("Court"), _("Document number"), _("Title of the document"), _("Issued by"),
        _("Date of the document"), _("Used for"), _("File"),
    ]  # fmt: skip
    lines = [
        [
            number,
            row.court,
            row.number,
            row.title,
            row.issuer,
            row.issued_on,
            listed(row.uses),
            _("yes") if row.has_file else _("no"),
        ]
        for number, row in enumerate(rows, start=1)
    ]
    return write_table(
        title=_title(_("Documents"), courts, on),
        headings=headings,
        rows=lines,
        text_columns=[2],
        sheet_name=_("Documents"),
    )


def _taken(
    rows: Sequence[LedgerRow] | Sequence[ApprovalRow], courts: Sequence[Unit]
) -> list[tuple[Unit, int]]:
    """How many of the rows are of each court, for the log."""
    counts = Counter(row.court_id for row in rows)
    return [(court, counts[court.pk]) for court in courts if counts[court.pk]]
