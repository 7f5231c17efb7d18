"""What each kind of post is, how long its term lasts, and how many full-time staff there should be.

Sources: Regulation on the work of primary Party organisations in Party and state organs (2019),
articles 5 to 8 and 30, read in its own text. Which posts are exclusive is the plain meaning of
the words; the court changes it per post.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

# Kind of organisation → years of a term (articles 5, 6 and 7).
TERM_YEARS = {"party_committee": 5, "general_branch": 3, "branch": 3}
# Article 30: full-time Party staff are generally 1 % to 2 % of all staff.
BAND = (Decimal("0.01"), Decimal("0.02"))


@dataclass(frozen=True, slots=True)
class KindFacts:
    """``is_elected``: has the term of its organisation, and only a Party member holds it."""

    is_elected: bool = True
    is_exclusive: bool = True
    is_fulltime: bool = False
    # Article 8: the secretary and the deputies are reported to the higher body for approval.
    needs_approval: bool = False


KINDS = {
    "secretary": KindFacts(needs_approval=True),
    "fulltime_deputy": KindFacts(is_fulltime=True, needs_approval=True),
    "deputy_secretary": KindFacts(is_exclusive=False, needs_approval=True),
    "discipline_secretary": KindFacts(),
    "organisation_member": KindFacts(),
    "publicity_member": KindFacts(),
    "discipline_member": KindFacts(),
    "youth_member": KindFacts(),
    "committee_member": KindFacts(is_exclusive=False),
    "branch_secretary": KindFacts(needs_approval=True),
    "branch_deputy": KindFacts(needs_approval=True),
    "group_leader": KindFacts(is_elected=False),
    "party_affairs_cadre": KindFacts(is_elected=False, is_exclusive=False, is_fulltime=True),
    "other": KindFacts(is_elected=False, is_exclusive=False),
}


def term_end(start: date, organisation: str) -> date | None:
    """The first day after a term that begins on ``start``; None where there is no term.

    A term from 29 February ends with 28 February: the first day after it is 1 March.
    """
    years = TERM_YEARS.get(organisation)
    if years is None:
        return None
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


@dataclass(frozen=True, slots=True)
class StaffBand:
    """Full-time Party staff there are, beside those there should be, in persons."""

    staff: int
    fulltime: int
    least: Decimal
    most: Decimal

    @property
    def verdict(self) -> str:
        """``none``, ``below``, ``inside`` or ``above``; a small unit names one person at least."""
        if not self.fulltime:
            return "none"
        if self.fulltime < self.least and self.least >= 1:
            return "below"
        return "above" if self.fulltime > max(self.most, Decimal(1)) else "inside"

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.fulltime) / self.staff if self.staff else None


def staff_band(*, staff: int, fulltime: int) -> StaffBand:
    least, most = (share * staff for share in BAND)
    return StaffBand(staff=staff, fulltime=fulltime, least=least, most=most)


def days_vacant(since: date, *, on: date) -> int:
    """Whole days without a holder, from the first vacant day up to and including ``on``."""
    return max(0, (on - since + timedelta(days=1)).days)
