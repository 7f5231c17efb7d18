"""Who holds what: appointments as lists and pages need them, cut to what the reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.models import (
    AllowanceStandard,
    Appointment,
    Approval,
    Officer,
    OfficerQuerySet,
    Post,
    Secondment,
    TermExtension,
)
from cadres.models.appointments import AppointmentQuerySet
from cadres.models.posts import PostQuerySet
from cadres.rules.appointments import last_day, months_before, state_of
from cadres.selectors.officers import Reach, searched
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import is_court_path, unit_scope
from courtparty.audit.models import Entry
from courtparty.audit.wording import VERBS

VIEW = "cadres.view_appointment"
MANAGE = "cadres.manage_appointment"
STATES = {
    "in_force": _("in the post"),
    "coming": _("to come"),
    "ended": pgettext_lazy("of an appointment", "ended"),
    "void": _("taken back"),
}
TONES = {"in_force": "success", "coming": "info", "ended": "neutral", "void": "danger"}
OVERDUE = "overdue"
ORDERS = {
    "start": "start",
    "officer": "officer__pinyin",
    "unit": "post__unit__path",
    "kind": "post__kind",
    "term": "term_end",
    "end": "end",
}
DEFAULT_ORDER = "-start"
OFFICERS_OFFERED = 20
POSTS_OFFERED = 50


def appointments_in(reach: Reach, user: User) -> AppointmentQuerySet:
    """Those of a list: visible to ``user``, and said in plain numbers for the list's indexes.

    The own appointments are left out where they lie elsewhere: those are under My posts.
    """
    found = Appointment.objects.visible_to(user)
    found = found.filter(court__in=[court.pk for court in reach.courts])
    if any(is_court_path(path) for path in reach.paths):
        return found
    return found.filter(post__unit__in=[unit.pk for unit in reach.inside])


def managed_by(user: User) -> AppointmentQuerySet:
    """What ``user`` may change; being the holder gives no right to it."""
    scope = unit_scope(user, MANAGE, court="court", units=("post__unit",))
    return Appointment.objects.filter(scope)


def of_officers(appointments: AppointmentQuerySet, text: str, *, user: User) -> AppointmentQuerySet:
    """Those whose holder is found by name, pinyin or initials."""
    return appointments.filter(officer__in=searched(Officer.objects.all(), text, user=user))


def in_state(appointments: AppointmentQuerySet, state: str, *, on: date) -> AppointmentQuerySet:
    if state == "in_force":
        return appointments.in_force(on=on)
    if state == "void":
        return appointments.filter(is_void=True)
    if state == "coming":
        return appointments.standing().filter(start__gt=on)
    return appointments.standing().filter(end__lte=on)


def term_within(appointments: AppointmentQuerySet, within: str, *, on: date) -> AppointmentQuerySet:
    """Whose term is over, or ends within so many months; of those whose end is not on record."""
    running = appointments.standing().filter(end=None)
    if within == OVERDUE:
        return running.filter(term_end__lte=on)
    return running.filter(term_end__gt=on, term_end__lte=months_before(on, -int(within)))


def ordered(appointments: AppointmentQuerySet, sort: str) -> AppointmentQuerySet:
    """In the order ?sort= asks for; what has no such date comes last either way."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    is_down = sort.startswith("-")
    field, last = F(ORDERS[name]), {"nulls_last": True} if name in ("term", "end") else {}
    first = field.desc(**last) if is_down else field.asc(**last)
    rest = {"start": []}.get(name, ["-start"])
    return appointments.order_by(first, *rest, "-id" if is_down or rest else "id")


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """A line of the list, in words. Days are last days, as people say them."""

    pk: int
    officer: str
    unit: str
    post: str
    nature: str
    is_regular: bool
    start: date
    last_day: date | None
    term_last_day: date | None
    is_overdue: bool
    state: str
    tone: str


def appointment_rows(appointments: AppointmentQuerySet, *, on: date) -> list[AppointmentRow]:
    listed = appointments.select_related("post__unit", "officer").only(
        "nature", "start", "end", "term_end", "is_void",
        "officer__name", "post__kind", "post__name", "post__unit__name", "post__unit__name_en",
    )  # fmt: skip
    return [appointment_row(one, on=on) for one in listed]


def appointment_row(appointment: Appointment, *, on: date) -> AppointmentRow:
    end, term_end = appointment.end, appointment.term_end
    state = state_of(appointment.start, end, is_void=appointment.is_void, on=on)
    return AppointmentRow(
        pk=appointment.pk,
        officer=appointment.officer.name,
        unit=appointment.post.unit.display_name,
        post=appointment.post.title,
        nature=str(appointment.get_nature_display()),
        is_regular=appointment.nature == Appointment.Nature.REGULAR,
        start=appointment.start,
        last_day=last_day(end) if end else None,
        term_last_day=last_day(term_end) if term_end else None,
        is_overdue=state == "in_force" and end is None and bool(term_end and term_end <= on),
        state=str(STATES[state]),
        tone=TONES[state],
    )


def appointments_of(officer: Officer, user: User, *, on: date) -> list[AppointmentRow]:
    """The posts of an officer as ``user`` may see them, latest first; no query without a right."""
    if not user.has_perm(VIEW):
        return []
    held = Appointment.objects.visible_to(user).standing().filter(officer=officer)
    return appointment_rows(held.order_by("-start", "-id"), on=on)


def holders_of_post(appointment: Appointment, *, on: date) -> list[AppointmentRow]:
    """Who else holds or held the post, latest first."""
    others = Appointment.objects.standing().filter(post=appointment.post_id)
    others = others.exclude(pk=appointment.pk).order_by("-start", "-id")
    return appointment_rows(others[:OFFICERS_OFFERED], on=on)


def with_papers(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    """With everything the page of one appointment, or My posts, shows of it."""
    return appointments.select_related(
        "court", "post__unit", "officer__court", "officer__department", "officer__branch",
        "document", "removal_document", "higher_approval", "created_by",
    ).prefetch_related(
        Prefetch("extensions", TermExtension.objects.order_by("at", "pk")),
        Prefetch("secondments", Secondment.objects.order_by("start")),
        "extensions__approval",
        "secondments__document",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A document as a page names it; ``is_open`` where the reader may open its own page."""

    pk: int
    number: str
    issued_on: date
    issuer: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """An extension or a secondment by its first and last day."""

    pk: int
    first: date
    last: date | None
    document: Document | None
    words: str = ""
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentShown:
    """One appointment as its page shows it; days are last days."""

    appointment: Appointment
    row: AppointmentRow
    papers: list[tuple[str, Document]]
    extensions: list[Stretch]
    secondments: list[Stretch]


def appointments_shown(
    appointments: Iterable[Appointment], user: User, *, on: date
) -> list[AppointmentShown]:
    """Of appointments read ``with_papers``; one query more, for the documents in reach."""
    appointments = list(appointments)
    papers = [paper for one in appointments for paper in _papers(one)]
    named = {paper.pk for paper in papers if paper}
    visible = Approval.objects.visible_to(user).filter(pk__in=named)
    opened = set(visible.values_list("pk", flat=True)) if named else set()
    return [_shown(one, opened, on=on) for one in appointments]


def _papers(appointment: Appointment) -> list[Approval | None]:
    return [
        appointment.document,
        appointment.higher_approval,
        appointment.removal_document,
        *(one.approval for one in appointment.extensions.all()),
        *(one.document for one in appointment.secondments.all()),
    ]


def _document(approval: Approval | None, opened: set[int]) -> Document | None:
    if approval is None:
        return None
    facts = (approval.pk, approval.number, approval.issued_on, approval.issuer)
    return Document(*facts, is_open=approval.pk in opened)


def _shown(appointment: Appointment, opened: set[int], *, on: date) -> AppointmentShown:
    labelled = (
        (_("Appointment document"), appointment.document),
        (_("Approval of the higher body"), appointment.higher_approval),
        (_("Removal document"), appointment.removal_document),
    )
    papers = [(str(label), _document(paper, opened)) for label, paper in labelled]
    return AppointmentShown(
        appointment,
        appointment_row(appointment, on=on),
        [(label, paper) for label, paper in papers if paper],
        [_extension(one, opened) for one in appointment.extensions.all()],
        [_secondment(one, opened, on) for one in appointment.secondments.all()],
    )


def _extension(one: TermExtension, opened: set[int]) -> Stretch:
    old, new = last_day(one.old_term_end), last_day(one.new_term_end)
    return Stretch(one.pk, old, new, _document(one.approval, opened))


def _secondment(one: Secondment, opened: set[int], on: date) -> Stretch:
    return Stretch(
        one.pk,
        one.start,
        last_day(one.end) if one.end else None,
        _document(one.document, opened),
        words=one.destination,
        is_running=one.end is None or one.end > on,
    )


def own_appointments(user: User, *, on: date) -> list[AppointmentShown]:
    """Every post ``user`` holds or held, latest first."""
    own = Appointment.objects.standing().filter(officer__user=user)
    return appointments_shown(with_papers(own).order_by("-start", "-id"), user, on=on)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history of an appointment."""

    at: object
    text: str
    by: str


def history_of(appointment: Appointment) -> list[Happening]:
    entries = Entry.objects.about(appointment).filter(is_read=False).select_related("actor")
    return [
        Happening(entry.at, str(VERBS[entry.verb]), str(entry.actor or ""))
        for entry in entries.order_by("-pk")
    ]


def standard_for(appointment: Appointment, user: User, *, on: date) -> AllowanceStandard | None:
    """The allowance standard the appointment is paid by, for those who read standards."""
    standards = (
        AllowanceStandard.objects.visible_to(user)
        .standing()
        .filter(court=appointment.court_id, kind=appointment.post.kind, start__lte=on)
    )
    in_force = standards.filter(Q(end=None) | Q(end__gt=on)).select_related("approval")
    return in_force.first()


def has_paid_lines(appointment: Appointment) -> bool:
    return appointment.allowance_lines.paid().exists()


def same_term(appointment: Appointment) -> AppointmentQuerySet:
    """The others of the organisation whose term ends on the same day."""
    same = Appointment.objects.standing().filter(
        post__unit=appointment.post.unit_id, term_end=appointment.term_end, end=None
    )
    return same.exclude(pk=appointment.pk).order_by("pk")


# -- choosing -----------------------------------------------------------------------------------


def posts_to_fill(user: User, *, on: date) -> PostQuerySet:
    """Open posts ``user`` may appoint to, each with the seats ``vacant`` on that day."""
    seated = Appointment.objects.in_force(on=on).filter(post=OuterRef("pk"), seat__isnull=False)
    counted = seated.order_by().values("post").annotate(n=Count("pk")).values("n")
    posts = Post.objects.visible_to(user, MANAGE).open(on=on)
    vacant = F("authorised") - Coalesce(Subquery(counted), 0)
    return posts.annotate(vacant=vacant).select_related("unit")


def with_vacancy(posts: PostQuerySet) -> PostQuerySet:
    """Of ``posts_to_fill`` those with a vacant seat."""
    return posts.filter(Q(vacant__gt=0))


def posts_managed(user: User) -> PostQuerySet:
    return Post.objects.visible_to(user, MANAGE).select_related("court", "unit")


def officers_to_appoint(user: User, court: Unit) -> OfficerQuerySet:
    """The officers of a court ``user`` may choose from."""
    scope = unit_scope(user, MANAGE, court="court", units=("department", "branch"))
    officers = Officer.objects.filter(scope, court=court)
    return officers.select_related("court", "department", "branch")


def offered(officers: OfficerQuerySet, text: str, *, user: User) -> list[Officer]:
    """Those a search finds, as many as fit on a page and one more."""
    found = searched(officers.in_service(), text, user=user) if text else officers.none()
    return list(found.order_by("pinyin", "pk")[: OFFICERS_OFFERED + 1])


def holders_now(post: Post, *, on: date) -> QuerySet[Appointment]:
    held = Appointment.objects.in_force(on=on).filter(post=post).select_related("officer")
    return held.order_by("seat", "start")
