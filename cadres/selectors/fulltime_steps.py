"""What can be done next about a finding: links for whoever may, words for everybody else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import Appointment, Breach, Post
from cadres.rules.establishment import can_hold
from cadres.rules.fulltime import can_be_excepted
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with

APPOINT = "cadres.manage_appointment"
ASK = "cadres.manage_request"
EXCEPT = "cadres.manage_exception"

Kind = Post.Kind
# A cadre's post puts things right wherever in the court it is.
ANYWHERE = Kind.PARTY_AFFAIRS_CADRE
# Kinds of post whose holder puts a finding right; the first that the unit can hold is asked for.
FILLED_BY: dict[str, tuple[str, ...]] = {
    "no_fulltime_staff": (Kind.FULLTIME_DEPUTY, Kind.PARTY_AFFAIRS_CADRE),
    "no_fulltime_deputy": (Kind.FULLTIME_DEPUTY,),
    "no_secretary": (Kind.SECRETARY, Kind.BRANCH_SECRETARY),
    "no_branch_committee": (
        Kind.COMMITTEE_MEMBER, Kind.ORGANISATION_MEMBER, Kind.PUBLICITY_MEMBER,
        Kind.DISCIPLINE_MEMBER, Kind.YOUTH_MEMBER, Kind.BRANCH_DEPUTY, Kind.BRANCH_SECRETARY,
    ),
    "band_below": (Kind.PARTY_AFFAIRS_CADRE, Kind.FULLTIME_DEPUTY),
}  # fmt: skip
_END = (gettext_lazy("End the appointment"), "appointment_end")
# What is done about a holder: words, and the page of the appointment that does it.
HOLDER_STEPS = {
    "holder_left": _END,
    "holder_not_member": _END,
    "fulltime_with_cases": _END,
    "approval_missing": (gettext_lazy("Record the approval"), "appointment_approve"),
    "term_too_long": (gettext_lazy("Record an extension"), "appointment_extend"),
}

Query = dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Step:
    """A next step; ``url`` is empty for those who may not take it."""

    label: str
    url: str = ""


class Steps:
    """The next steps for a page of findings. Two queries at most."""

    def __init__(self, breaches: Iterable[Breach], user: User, *, on: date) -> None:
        self._reach = {name: paths_with(user, name) for name in (APPOINT, ASK, EXCEPT)}
        shown = list(breaches)
        self._vacant = _vacancies(shown, on)
        self._held = _held(shown, on)

    def of(self, breach: Breach) -> tuple[Step, ...]:
        """What the reader may do, the likeliest first; else what others are to do, in words."""
        steps = [
            *self._filling(breach),
            *self._holder(breach),
            *self._election(breach),
            *self._exception(breach),
        ]
        own = tuple(step for step in steps if step.url)
        return own if own or breach.exception_id else tuple(steps[:1])

    def _step(
        self, label: str, address: str, permission: str, unit: Unit, query: Query | None = None
    ) -> Step:
        paths = self._reach[permission]
        if not (paths and unit.path.startswith(paths)):
            return Step(label)
        return Step(label, f"{address}?{urlencode(query)}" if query else address)

    def _filling(self, breach: Breach) -> Iterator[Step]:
        kinds = FILLED_BY.get(breach.code, ())
        if not kinds:
            return
        posts = [post for post in self._vacant if _fits(post, breach, kinds)]
        if posts:
            post = min(posts, key=lambda one: kinds.index(one.kind))
            label = _("Appoint: %(post)s") % {"post": post.title}
            address = reverse("cadres:appointment_make")
            yield self._step(label, address, APPOINT, breach.unit, {"post": post.pk})
            return
        query: Query = {}
        if breach.unit.kind in Unit.PARTY_KINDS:
            kind = next(kind for kind in kinds if can_hold(breach.unit.kind, kind))
            query = {"unit": breach.unit_id, "kind": str(kind)}
        address = reverse("cadres:request_draft")
        yield self._step(_("Ask for a post"), address, ASK, breach.unit, query)

    def _holder(self, breach: Breach) -> Iterator[Step]:
        appointment = self._held.get((breach.post_id, breach.officer_id))
        step = HOLDER_STEPS.get(breach.code)
        if appointment and step:
            label, name = step
            address = reverse(f"cadres:{name}", args=[appointment])
            yield self._step(str(label), address, APPOINT, breach.unit)

    def _election(self, breach: Breach) -> Iterator[Step]:
        if breach.code != "term_overdue":
            return
        if breach.facts["is_recorded"]:
            address = reverse("cadres:election_plan", args=[breach.unit_id])
            yield self._step(_("Plan the election"), address, APPOINT, breach.unit)
        else:
            # An election is planned for the end of a term; one that is not on record comes first.
            address = reverse("cadres:appointment_list")
            query: Query = {"unit": breach.unit_id}
            yield self._step(_("Record the term"), address, APPOINT, breach.unit, query)

    def _exception(self, breach: Breach) -> Iterator[Step]:
        if not can_be_excepted(breach.code):
            return
        if breach.exception_id:
            address = reverse("cadres:exception_end", args=[breach.exception_id])
            yield self._step(_("End the exception"), address, EXCEPT, breach.unit)
        else:
            label = _("Record an exception")
            query: Query = {"breach": breach.pk}
            address = reverse("cadres:exception_record")
            yield self._step(label, address, EXCEPT, breach.unit, query)


def _fits(post: Post, breach: Breach, kinds: tuple[str, ...]) -> bool:
    if post.kind not in kinds or post.court_id != breach.court_id:
        return False
    return post.unit_id == breach.unit_id or post.kind == ANYWHERE


def _vacancies(breaches: list[Breach], on: date) -> list[Post]:
    """The posts with a free seat that could put one of the findings right."""
    to_fill = [one for one in breaches if one.code in FILLED_BY]
    if not to_fill:
        return []
    kinds = {kind for one in to_fill for kind in FILLED_BY[one.code]}
    place = Q(unit__in={one.unit_id for one in to_fill}) | Q(kind=ANYWHERE)
    courts = {one.court_id for one in to_fill}
    taken = Q(appointments__is_void=False, appointments__seat__isnull=False) & (
        Q(appointments__end=None) | Q(appointments__end__gt=on)
    )
    posts = Post.objects.open(on=on).filter(place, court__in=courts, kind__in=kinds)
    seated = posts.annotate(seated=Count("appointments__seat", filter=taken, distinct=True))
    return list(seated.filter(seated__lt=F("authorised")).order_by("pk"))


def _held(breaches: list[Breach], on: date) -> dict[tuple[int | None, int | None], int]:
    """The appointments that findings about a holder mean, by post and officer."""
    about = [one for one in breaches if one.post_id and one.officer_id]
    if not about:
        return {}
    rows = Appointment.objects.in_force(on=on).filter(
        post__in={one.post_id for one in about}, officer__in={one.officer_id for one in about}
    )
    held = rows.values_list("post_id", "officer_id", "pk")
    return {(post, officer): pk for post, officer, pk in held}
