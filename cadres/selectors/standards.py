"""Allowance standards as pages need them: when each applies, on what document, for whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import AllowanceStandard, Appointment, Approval, Post
from cadres.models.allowances import AllowanceStandardQuerySet
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope
from courtparty.lib.dates import ONE_DAY

VIEW, MANAGE = "cadres.view_standard", "cadres.manage_standard"
FUTURE, IN_FORCE, PAST, VOID = "future", "in_force", "past", "void"
WHEN: dict[str, str | Promise] = {
    IN_FORCE: gettext_lazy("in force"),
    FUTURE: gettext_lazy("from a later day"),
    PAST: gettext_lazy("no longer in force"),
    VOID: gettext_lazy("taken back"),
}
TONES = {IN_FORCE: "success", FUTURE: "info", PAST: "neutral", VOID: "neutral"}
ORDERS = {"kind": "kind_place", "amount": "amount", "start": "start"}
DEFAULT_ORDER = "kind"


def standards_listed(user: User) -> AllowanceStandardQuerySet:
    return AllowanceStandard.objects.visible_to(user).select_related("court", "approval")


def standards_managed(user: User) -> AllowanceStandardQuerySet:
    """Those of the courts in which ``user`` sets standards."""
    return standards_listed(user).filter(court_scope(user, MANAGE))


def ordered(standards: AllowanceStandardQuerySet, sort: str) -> AllowanceStandardQuerySet:
    """As ?sort= asks; kinds in the order of the table of posts, the latest standard first."""
    name = sort if sort.removeprefix("-") in ORDERS else DEFAULT_ORDER
    down = "-" if name.startswith("-") else ""
    places = [When(kind=kind, then=Value(place)) for place, kind in enumerate(Post.Kind.values)]
    placed = standards.annotate(kind_place=Case(*places, output_field=IntegerField()))
    first = ORDERS[name.removeprefix("-")]
    return placed.order_by(f"{down}{first}", "kind_place", "court", "-start", "-pk")


def at_time(
    standards: AllowanceStandardQuerySet, when: str, *, on: date
) -> AllowanceStandardQuerySet:
    if when == VOID:
        return standards.filter(is_void=True)
    standards = standards.standing()
    ended = Q(end__isnull=False, end__lte=on)
    if when == FUTURE:
        return standards.filter(start__gt=on)
    return standards.filter(start__lte=on).filter(ended if when == PAST else ~ended)


def time_of(standard: AllowanceStandard, *, on: date) -> str:
    if standard.is_void:
        return VOID
    if standard.start > on:
        return FUTURE
    return PAST if standard.end and standard.end <= on else IN_FORCE


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A standard in words; ``last`` is its last day in force."""

    standard: AllowanceStandard
    last: date | None
    when: str
    state: str
    tone: str
    paid_to: list[str]


def standard_row(standard: AllowanceStandard, *, on: date) -> StandardRow:
    when = time_of(standard, on=on)
    return StandardRow(
        standard=standard,
        last=standard.end - ONE_DAY if standard.end else None,
        when=when,
        state=str(WHEN[when]),
        tone=TONES[when],
        paid_to=paid_to(standard),
    )


def paid_to(standard: AllowanceStandard) -> list[str]:
    """Whom it is paid to, beside those appointed who work in the post."""
    flags = [
        (standard.pays_acting, _("acting holders")),
        (standard.pays_seconded_in, _("those seconded in")),
        (standard.pays_seconded_out, _("holders while seconded out")),
    ]
    return [label for is_paid, label in flags if is_paid]


def history_of(standard: AllowanceStandard, user: User) -> AllowanceStandardQuerySet:
    """Every standard of the court for the same kind of post, the latest first."""
    same = standards_listed(user).filter(court=standard.court_id, kind=standard.kind)
    return same.order_by("-start", "-pk")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a standard has been used for."""

    lines: int
    officers: int
    runs: int
    holders: int


def usage_of(standard: AllowanceStandard, *, on: date) -> Usage:
    """Two queries: the lines computed under it, and who holds such posts on that day."""
    counted = standard.lines.exclude(run__state="discarded").aggregate(
        lines=Count("pk"),
        officers=Count("officer", distinct=True),
        runs=Count("run", distinct=True),
    )
    posts = Q(court=standard.court_id, post__kind=standard.kind)
    holders = Appointment.objects.in_force(on=on).filter(posts)
    return Usage(**counted, holders=holders.values("officer").distinct().count())


def is_filed(court: Unit, number: str) -> bool:
    """Whether the document of this number is on record together with its file."""
    plain = " ".join(number.split())
    return Approval.objects.filter(court=court, number=plain, file__isnull=False).exists()
