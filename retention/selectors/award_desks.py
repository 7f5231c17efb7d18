"""With whom something waits on its way to an award, and how late it is."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from courtparty.lib.workdays import Calendar, working_days_until
from retention.rules.awards import DESKS

DESK_WORDS = {
    "proposer": gettext_lazy("head, secretary or political department"),
    "political": gettext_lazy("political department"),
    "president": gettext_lazy("President"),
    "higher": gettext_lazy("higher body"),
    "back": pgettext_lazy("whom something waits for", "proposer"),
}
TONES = {
    "entered": "info",
    "proposed": "info",
    "checked": "info",
    "reported": "info",
    "returned": "warning",
    "granted": "success",
    "awarded": "success",
    "refused": "danger",
    "declined": "neutral",
    "withdrawn": "neutral",
}


def desk_words(state: str) -> str:
    """Who has it, by the state it is in; '' when nobody has."""
    return str(DESK_WORDS[DESKS[state]]) if state in DESKS else ""


@dataclass(frozen=True, slots=True)
class Due:
    """The day limit of a decision: how many working days are left, or late."""

    day: date
    left: int
    is_past: bool

    @property
    def late(self) -> int:
        return -self.left if self.is_past else 0

    @property
    def words(self) -> str:
        if self.is_past and not self.late:
            return _("overdue")
        if self.is_past:
            return ngettext(
                "overdue by %(days)s working day", "overdue by %(days)s working days", self.late
            ) % {"days": self.late}
        if not self.left:
            return _("due today")
        return ngettext("in %(days)s working day", "in %(days)s working days", self.left) % {
            "days": self.left
        }

    @property
    def tone(self) -> str:
        if self.is_past:
            return "danger"
        return "neutral" if self.left > 5 else "warning"


def due_of(day: date, *, on: date, calendar: Calendar) -> Due:
    return Due(day, working_days_until(on, day, calendar), is_past=day < on)
