"""Opening appraisal cycles."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import Cycle
from appraisal.rules.periods import period_fault, proposed_code, quarter_of
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.dates import Period


class CannotOpen(Exception):
    """The cycle can't be opened as asked. Its text is for the user."""


PERIOD_FAULTS = {
    "not_whole_months": gettext_lazy("A cycle has whole months."),
    "future": gettext_lazy("The period has months that have not begun yet."),
    "monthly": gettext_lazy("A monthly cycle has exactly one month."),
    "quarterly": gettext_lazy(
        "A quarterly cycle has the three months of a quarter: from January, April, July or October."
    ),
    "annual": gettext_lazy("An annual cycle has the months from January to December."),
}


def proposed_name(kind: str, period: Period) -> str:
    """A name that says kind and period, in the active language."""
    start, last = period.start, period.months()[-1]
    texts = {
        Cycle.Kind.ANNUAL: _("Annual appraisal %(year)s"),
        Cycle.Kind.QUARTERLY: _("Appraisal of quarter %(quarter)s of %(year)s"),
        Cycle.Kind.MONTHLY: _("Appraisal of %(first)s"),
        Cycle.Kind.SPECIAL: _("Special appraisal %(first)s to %(last)s"),
    }
    return texts[Cycle.Kind(kind)] % {
        "year": start.year,
        "quarter": quarter_of(start),
        "first": f"{start:%Y-%m}",
        "last": f"{last:%Y-%m}",
    }


@transaction.atomic
def open_cycle(
    *,
    court: Unit,
    kind: str,
    start: date,
    end: date,
    by: User | None,
    code: str = "",
    name: str = "",
) -> Cycle:
    """Open a cycle of a court for the months from ``start`` up to, but not including, ``end``.

    Without ``code`` and ``name`` both are proposed from kind and period. Refuses months that
    have not begun, a period that does not fit the kind, a code the court has used, and months
    that another cycle of the same kind has already.
    """
    if end <= start:
        raise CannotOpen(_("The last month lies before the first."))
    period = Period(start, end)
    if fault := period_fault(kind, period, today=timezone.localdate()):
        raise CannotOpen(str(PERIOD_FAULTS[fault]))
    # Two who open at the same moment are taken one after the other.
    court = Unit.objects.select_for_update().get(pk=court.pk)
    code = code or proposed_code(kind, period)
    _refuse_double(court, kind, period, code)
    cycle = Cycle.objects.create(
        court=court,
        code=code,
        name=name or proposed_name(kind, period),
        kind=kind,
        start=start,
        end=end,
        opened_by=by,
        opened_at=timezone.now(),
    )
    record("cycle.opened", by=by, on=cycle, court=court, code=code)
    return cycle


def _refuse_double(court: Unit, kind: str, period: Period, code: str) -> None:
    same_code = Cycle.objects.filter(court=court, code=code).first()
    if same_code:
        raise CannotOpen(
            _("The code “%(code)s” is taken by the cycle “%(name)s”.")
            % {"code": code, "name": same_code.name}
        )
    overlapping = Cycle.objects.filter(
        court=court, kind=kind, start__lt=period.end, end__gt=period.start
    ).first()
    if overlapping:
        raise CannotOpen(
            _("The cycle “%(name)s” of the same kind already has months of this period.")
            % {"name": overlapping.name}
        )
