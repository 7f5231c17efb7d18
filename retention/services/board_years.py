"""Closing a year of the retention board: its group figures are counted once and stay."""

import logging
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from retention.models import BoardYear
from retention.selectors.turnover import count_year, years_to_close

_log = logging.getLogger(__name__)
# Until the end of January causes of the year before can still be coded for its figures.
CLOSING_MONTH = 2


class CannotClose(Exception):
    """The year can't be closed. Its text is for the user."""


@transaction.atomic
def close_year(*, court: Unit, year: int, by: User | None, at: datetime) -> BoardYear:
    """Count the groups of a past year and keep them; nothing entered later changes them.

    Refuses a year that runs, one before the roster began, and one out of turn. Nobody is told.
    """
    Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    if year >= timezone.localdate(at).year:
        raise CannotClose(_("A year is closed once it is over."))
    waiting = years_to_close(court, until=year)
    if not waiting:
        raise _closed_already()
    if waiting != [year]:
        raise CannotClose(_("Years are closed in order: %(year)s is next.") % {"year": waiting[0]})
    counted = count_year(court, year)
    try:
        with transaction.atomic():
            closed = BoardYear.objects.create(
                court=court,
                year=year,
                closed_at=at,
                closed_by=by,
                tables=counted.tables,
                causes=counted.causes,
            )
    except IntegrityError:
        raise _closed_already() from None
    record("board_year.closed", by=by, on=closed, court=court, year=year)
    return closed


def close_due_years(*, on: date, at: datetime) -> int:
    """Close every year that is over, from February on the last one too. Returns how many."""
    until = on.year - 1 if on.month >= CLOSING_MONTH else on.year - 2
    return sum(_close_due(court, until, at=at) for court in Unit.objects.courts())


def _close_due(court: Unit, until: int, *, at: datetime) -> int:
    """One court that fails is logged, and keeps no other from being closed."""
    years = years_to_close(court, until=until)
    try:
        for year in years:
            close_year(court=court, year=year, by=None, at=at)
    except Exception:
        _log.exception("closing the board of court %s failed", court.pk)
        return 0
    return len(years)


def _closed_already() -> Conflict:
    return Conflict(_("This year is closed already."), url=reverse("retention:board"))
