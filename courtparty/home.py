"""What the start page says to whom: what needs the reader today, and how things stand in scope."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal.models import Cycle, FigureImport
from appraisal.selectors.overview import cycles_shown, figure_imports, sheets_in_need
from cadres.models import Officer, RosterImport
from cadres.selectors.allowance_steps import runs_needing
from cadres.selectors.officers import HeadCounts, Reach, head_counts, reach_of, roster_imports
from cadres.selectors.overview import CadreOverview, cadre_overview
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import Role
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job
from retention.selectors.waiting import Concerns, Counted, concerns_of


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for the reader, as partials/_attention_list.html shows it."""

    title: str
    url: str
    count: int = 0
    text: str = ""
    due: str = ""
    tone: str = "info"
    icon: str = "flag"


@dataclass(frozen=True, slots=True)
class Share:
    """A group of the head count, with the list that shows it."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Home:
    """The start page of somebody with a role in a court."""

    needs: list[Need] = field(default_factory=list)
    heads: HeadCounts = field(default_factory=HeadCounts)
    departments: list[Share] = field(default_factory=list)
    categories: list[Share] = field(default_factory=list)
    roster: RosterImport | None = None
    figures: FigureImport | None = None
    cycle: Cycle | None = None
    posts: CadreOverview | None = None
    concerns: list[Counted] = field(default_factory=list)


def home_of(user: User, *, on: date) -> Home:
    """Everything on the start page, in a fixed number of queries, however large the court."""
    reach = reach_of(user, with_change=True)
    reach.lend_court(user)
    heads = head_counts(reach, user)
    rosters, figures = roster_imports(user), figure_imports(user)
    posts, cycles = cadre_overview(user, on=on), cycles_shown(user, on=on)
    concerns = concerns_of(user, on=on)
    return Home(
        needs=[
            *needs_of_concerns(concerns),
            *needs_with_figures(user),
            *_needs_of_runs(user),
            *_needs_of_posts(posts),
            *_needs_of_roster(user, rosters.waiting, heads, posts.corrections if posts else 0),
            *_imports(figures.waiting, _("Case figures wait to be imported: %(file)s")),
            *_needs_of_cycles(cycles.waiting),
        ],
        heads=heads,
        departments=_departments(heads, reach),
        categories=_categories(heads),
        roster=rosters.last,
        figures=figures.last,
        cycle=cycles.latest,
        posts=posts,
        concerns=concerns.cards,
    )


def needs_of_concerns(concerns: Concerns) -> Iterator[Need]:
    for waiting in concerns.waiting:
        line = waiting.line
        yield Need(str(line.title), line.url, waiting.count, tone=line.tone, icon=line.icon)


def needs_with_figures(user: User) -> Iterator[Need]:
    sheets = sheets_in_need(user)
    if sheets.to_rate:
        yield Need(
            _("Ratings you are asked for"),
            reverse("appraisal:rating_list"),
            sheets.to_rate,
            icon="people",
            tone="warning",
        )
    if sheets.to_confirm:
        yield Need(
            _("Confirm or dispute your case figures"),
            reverse("appraisal:my_figures"),
            sheets.to_confirm,
            icon="clipboard-check",
            tone="warning",
        )
    if sheets.disputed:
        yield Need(
            _("Officers dispute their case figures"),
            reverse("appraisal:figure_list") + "?state=disputed",
            sheets.disputed,
            icon="exclamation-triangle",
            tone="danger",
        )
    if sheets.to_compare:
        yield Need(
            _("Compare an index set in pairs, for its weights"),
            reverse("appraisal:weight_list"),
            sheets.to_compare,
            icon="sliders",
            tone="warning",
        )


def _needs_of_cycles(waiting: list[Cycle]) -> Iterator[Need]:
    titles = {
        Cycle.State.PREPARING: _("%(cycle)s: to be prepared, then collecting begins"),
        Cycle.State.COLLECTING: _("%(cycle)s: the last day of collecting is past"),
        Cycle.State.SCORING: _("%(cycle)s: to be computed and handed over for review"),
        Cycle.State.REVIEWING: _("%(cycle)s: being reviewed, to be closed after that"),
        Cycle.State.PUBLICITY: _("%(cycle)s: published, to be closed after that"),
    }
    for cycle in waiting:
        yield Need(
            titles[Cycle.State(cycle.state)] % {"cycle": cycle.name},
            cycle.get_absolute_url(),
            due=f"{cycle.collect_until:%Y-%m-%d}" if cycle.state == "collecting" else "",
            icon="calendar-range",
            tone="warning" if cycle.state == "collecting" else "info",
        )


def _needs_of_roster(
    user: User, waiting: list[RosterImport], heads: HeadCounts, corrections: int
) -> Iterator[Need]:
    if corrections:
        url = reverse("cadres:correction_list")
        title = _("Corrections of personal data to decide")
        yield Need(title, url, corrections, icon="pencil-square", tone="warning")
    yield from _imports(waiting, _("A roster waits to be imported: %(file)s"))
    if heads.without_account and user.has_perm("cadres.open_accounts"):
        yield Need(
            _("Officers without an account"),
            reverse("cadres:account_open"),
            heads.without_account,
            icon="person-check",
        )


def _needs_of_runs(user: User) -> Iterator[Need]:
    titles = {
        "submit": _("Allowance run %(month)s: a draft to look through and hand over"),
        "check": _("Allowance run %(month)s: to be checked"),
        "approve": _("Allowance run %(month)s: to be approved"),
        "pay": _("Allowance run %(month)s: approved, the payment is to be entered"),
    }
    for run, step in runs_needing(user):
        yield Need(
            titles[step] % {"month": f"{run.month:%Y-%m}"},
            run.get_absolute_url(),
            icon="cash-coin",
            tone="info" if step == "submit" else "warning",
        )


def _needs_of_posts(posts: CadreOverview | None) -> Iterator[Need]:
    if posts is None:
        return
    if posts.replies_overdue:
        yield Need(
            _("Replies to staffing requests are overdue"),
            reverse("cadres:request_list") + "?reply=overdue",
            posts.replies_overdue,
            icon="envelope",
            tone="warning",
        )
    if posts.terms_overdue:
        yield Need(
            _("Terms of office have ended without an election"),
            reverse("cadres:term_list") + "?state=overdue",
            posts.terms_overdue,
            icon="calendar-event",
            tone="danger",
        )
    if posts.breaches:
        yield Need(
            _("The full-time check finds breaches"),
            reverse("cadres:fulltime_check"),
            posts.breaches,
            icon="exclamation-triangle",
            tone="danger",
        )


def _imports(waiting: list, title: str) -> Iterator[Need]:
    for one in waiting:
        yield Need(
            title % {"file": one.file_name},
            one.get_absolute_url(),
            icon="file-earmark-arrow-up",
            tone="warning",
        )


def _departments(heads: HeadCounts, reach: Reach) -> list[Share]:
    url = reverse("cadres:officer_list")
    counts = dict(heads.by_department)
    is_choice = {unit.pk for unit in reach.departments}
    return [
        Share(
            unit.display_name,
            counts[unit.pk],
            f"{url}?department={unit.pk}" if unit.pk in is_choice else "",
        )
        for unit in reach.units.values()
        if unit.pk in counts
    ]


def _categories(heads: HeadCounts) -> list[Share]:
    url = reverse("cadres:officer_list")
    return [
        Share(str(Officer.Category(code).label), count, f"{url}?category={code}")
        for code, count in heads.by_category
    ]


@dataclass(frozen=True, slots=True)
class Duty:
    """A figure on an administrator's start page, with the page it leads to."""

    label: str
    value: int
    url: str
    note: str = ""
    tone: str = ""


def duties_of(user: User, *, on) -> list[Duty]:
    """What a platform administrator looks after. No record of any court is counted."""
    roles = {grant.role for grant in user.current_grants()}
    duties: list[Duty] = []
    if Role.SYSTEM in roles:
        duties += _system_duties()
    if Role.SECURITY in roles:
        grants = Grant.objects.in_force(on=on).count()
        duties.append(Duty(_("Roles in force"), grants, reverse("accounts:grant_list")))
    if Role.AUDITOR in roles:
        duties += _audit_duties(on)
    return duties


def _system_duties() -> list[Duty]:
    users = reverse("accounts:user_list")
    accounts = User.objects.filter(is_active=True)
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    return [
        Duty(_("Accounts"), accounts.count(), users, note=_("may sign in")),
        Duty(_("Courts"), Unit.objects.courts().count(), reverse("admin:index")),
        Duty(_("Failed jobs"), failed, "", tone="danger" if failed else ""),
    ]


def _audit_duties(on) -> list[Duty]:
    log = reverse("audit:entry_list")
    today = Entry.objects.filter(at__date=on).count()
    return [
        Duty(_("Log entries today"), today, log),
        Duty(
            _("Not sealed yet"), Entry.objects.unsealed().count(), log, note=_("sealed each minute")
        ),
    ]
