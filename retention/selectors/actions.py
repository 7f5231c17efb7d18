"""The register of what the court does so that people stay, as its list and pages need it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from cadres.selectors.officers import Reach
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import units_with
from courtparty.lib.workdays import Calendar, working_days_until
from courtparty.notices.calendar import working_calendar
from retention.models import ActionNote, RetentionAction
from retention.models.board import RetentionActionQuerySet

KEEP = "retention.keep_actions"
TONES = {"open": "warning", "doing": "info", "done": "success", "dropped": "neutral"}
ORDERS = {
    "title": "title",
    "unit": "unit__path",
    "responsible": "responsible__name",
    "figure": "figure",
    "state": "state",
    "due": "due_on",
}
DEFAULT_ORDER = "due"


def searched(actions: RetentionActionQuerySet, text: str) -> RetentionActionQuerySet:
    words = text.strip()
    return actions.filter(Q(title__contains=words) | Q(responsible__name__contains=words))


def overdue(actions: RetentionActionQuerySet, *, on: date) -> RetentionActionQuerySet:
    return actions.unfinished().filter(due_on__lt=on)


def ordered(actions: RetentionActionQuerySet, sort: str) -> RetentionActionQuerySet:
    """In the order ?sort= asks for; without one the earliest due first."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort = name = DEFAULT_ORDER
    field = F(ORDERS[name])
    is_down = sort.startswith("-")
    return actions.order_by(field.desc() if is_down else field.asc(), "-pk" if is_down else "pk")


def may_keep(action: RetentionAction, user: User) -> bool:
    return RetentionAction.objects.kept_by(user).filter(pk=action.pk).exists()


def may_follow(action: RetentionAction, user: User) -> bool:
    """Who keeps the register, and whoever is responsible."""
    return action.responsible_id == user.pk or may_keep(action, user)


def responsible_people(court: Unit) -> QuerySet[User]:
    """Open accounts of the court: whoever is named sees the action, whatever their role."""
    people = User.objects.filter(court=court, is_active=True, is_platform=False)
    return people.order_by("name", "pk")


def units_for_actions(user: User) -> list[Unit]:
    """Courts and Party organisations in use for which ``user`` keeps the register."""
    kinds = [Unit.Kind.COURT, Unit.Kind.DEPARTMENT, *Unit.PARTY_KINDS]
    units = units_with(user, KEEP).filter(kind__in=kinds, is_active=True)
    return list(units.order_by("path"))


def units_shown(reach: Reach) -> list[Unit]:
    return sorted(reach.inside, key=lambda unit: unit.path)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """A line of the register, in words."""

    pk: int
    title: str
    unit: str
    figure: str
    responsible: str
    due_on: date
    days_left: int
    is_late: bool
    state: str
    tone: str
    notes: int


def action_rows(actions: RetentionActionQuerySet, *, on: date) -> list[ActionRow]:
    """Two queries, however many rows."""
    listed = actions.select_related("unit", "responsible").defer("why", "result")
    calendar = working_calendar()
    return [_row(one, on=on, calendar=calendar) for one in listed.annotate(n=Count("notes"))]


def _row(action: RetentionAction, *, on: date, calendar: Calendar) -> ActionRow:
    is_open = action.closed_on is None
    return ActionRow(
        pk=action.pk,
        title=action.title,
        unit=action.unit.display_name,
        figure=action.get_figure_display(),
        responsible=str(action.responsible),
        due_on=action.due_on,
        days_left=working_days_until(on, action.due_on, calendar) if is_open else 0,
        is_late=is_open and action.due_on < on,
        state=action.get_state_display(),
        tone=TONES[action.state],
        notes=action.n,  # type: ignore[attr-defined]
    )


def notes_of(action: RetentionAction) -> list[ActionNote]:
    """The follow-ups, newest first."""
    return list(action.notes.select_related("by").order_by("-on", "-pk"))


def version_of(action: RetentionAction) -> str:
    """Tells one state of an action from another."""
    parts = (action.state, action.due_on, action.responsible_id, action.title, action.figure)
    return "|".join(str(part) for part in parts)
