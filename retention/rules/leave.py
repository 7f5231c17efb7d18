"""Annual leave: days by law, what excludes them, what is left and what may be carried over.

Source: 职工带薪年休假条例 (State Council Decree 514, 2007) art. 2 to 5, verified; and
机关事业单位工作人员带薪年休假实施办法 (Ministry of Personnel Decree 9, 2008) art. 2, not verified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from courtparty.lib.dates import PartialDate

LAW = "职工带薪年休假条例 (国务院令第514号)"
# What is paid for a day that the court could not give: three times the day's wage (art. 5).
UNTAKEN_PAY_PERCENT = 300
# Leave may be moved across one year at most (art. 5).
MOST_YEARS_CARRIED = 1
# The law counts sick leave in months and does not say how many days make one. Ours, not verified.
DAYS_OF_A_SICK_MONTH = 30


@dataclass(frozen=True, slots=True)
class Band:
    """From so many full years of service on, so many working days of leave a year."""

    from_years: int
    days: int


@dataclass(frozen=True, slots=True)
class Exclusion:
    """From when on there is no annual leave in a year.

    ``personal_days``: working days of personal leave without a cut in pay. ``sick_months``: months
    of sick leave, one number for each band.
    """

    personal_days: int
    sick_months: tuple[int, ...]


# As the law has it, until a court keeps a rule of its own; entitlements are seeded from it too.
DEFAULT_BANDS = (Band(1, 5), Band(10, 10), Band(20, 15))
DEFAULT_EXCLUSION = Exclusion(personal_days=20, sick_months=(2, 3, 4))
DEFAULT_TABLE: dict[str, Any] = {
    "bands": [{"from_years": band.from_years, "days": band.days} for band in DEFAULT_BANDS],
    "excluded": {
        "personal_leave_days": DEFAULT_EXCLUSION.personal_days,
        "sick_months": list(DEFAULT_EXCLUSION.sick_months),
    },
}


def bands_of(table: Mapping[str, Any]) -> tuple[Band, ...]:
    """The bands of a rule's table, shortest service first; ValueError when it has none."""
    rows = table.get("bands") or ()
    bands = tuple(sorted((Band(int(r["from_years"]), int(r["days"])) for r in rows), key=_years))
    if not bands:
        raise ValueError("a table of annual leave without bands")
    return bands


def exclusion_of(table: Mapping[str, Any]) -> Exclusion:
    """What excludes leave by a rule's table; what it leaves out is as the law has it."""
    found = table.get("excluded") or {}
    months = found.get("sick_months") or DEFAULT_EXCLUSION.sick_months
    personal = found.get("personal_leave_days", DEFAULT_EXCLUSION.personal_days)
    return Exclusion(int(personal), tuple(int(one) for one in months))


def _years(band: Band) -> int:
    return band.from_years


def service_years(since: PartialDate | None, on: date) -> int:
    """Full years in work on ``on`` (years as the law of annual leave counts them).

    A start known to the month only is taken as that month's first day, the reading that gives
    the officer the longer service. A full year counts from the month after it is complete
    (implementing measures, art. 2): complete on 14 July, it counts from 1 August; complete on
    30 June, from 1 July. Without a start there is no service to count.
    """
    if since is None:
        return 0
    start = since.first
    months = (on.year - start.year) * 12 + on.month - start.month - (start.day > 1)
    return max(0, months // 12)


def annual_leave_days(service_years: int, bands: Sequence[Band]) -> int:
    """Working days of annual leave in a year after so many full years of service (art. 3)."""
    reached = [band for band in bands if band.from_years <= service_years]
    return max(reached, key=_years).days if reached else 0


def rises_on(since: PartialDate | None, *, on: date, bands: Sequence[Band]) -> date | None:
    """The first day later in the year of ``on`` from which more days are due, if there is one."""
    now = annual_leave_days(service_years(since, on), bands)
    months = (date(on.year, month, 1) for month in range(on.month + 1, 13))
    more = (day for day in months if annual_leave_days(service_years(since, day), bands) > now)
    return next(more, None)


def excluded_by(
    *,
    service_years: int,
    bands: Sequence[Band],
    exclusion: Exclusion,
    personal_paid_days: int,
    sick_days: int,
) -> str:
    """What excludes annual leave in a year: "personal", "sick", or nothing (art. 4).

    ``personal_paid_days`` are working days of that year without a cut in pay, ``sick_days``
    calendar days of that year. Art. 4 moves the loss to the next year where the leave was
    already taken: such a case is put right by hand.
    """
    if personal_paid_days >= exclusion.personal_days:
        return "personal"
    reached = [place for place, band in enumerate(bands) if band.from_years <= service_years]
    if not reached or not exclusion.sick_months:
        return ""
    months = exclusion.sick_months[min(reached[-1], len(exclusion.sick_months) - 1)]
    return "sick" if sick_days >= months * DAYS_OF_A_SICK_MONTH else ""


@dataclass(frozen=True, slots=True)
class Balance:
    """An officer's annual leave of one year, in working days.

    ``asked`` waits for a decision, ``planned`` is put into the year without a request yet.
    ``carried_on`` goes on into the next year with the officer's consent.
    """

    by_law: int
    carried_in: int = 0
    adjusted: int = 0
    taken: int = 0
    asked: int = 0
    planned: int = 0
    carried_on: int = 0
    excluded: str = ""

    @property
    def due(self) -> int:
        """Everything this year gives."""
        own = 0 if self.excluded else self.by_law
        return max(0, own + self.carried_in + self.adjusted)

    @property
    def left(self) -> int:
        """What can still be asked for; requests that wait for a decision are set aside."""
        return self.due - self.taken - self.asked - self.carried_on

    @property
    def unplanned(self) -> int:
        """What is neither taken, asked for nor planned."""
        return max(0, self.left - self.planned)

    @property
    def carried_left(self) -> int:
        """What is left of the days carried in: they are taken first, and end with this year."""
        return max(0, min(self.left, self.carried_in - self.taken - self.asked))

    @property
    def may_carry(self) -> int:
        """What may go on into the next year: this year's own days only, never twice."""
        return max(0, self.left - self.carried_left)
