"""Campaigns and check-ups as lists, charts and pages need them: done or due, never a finding."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cadres.models import Officer
from cadres.models.officers import OfficerQuerySet
from cadres.selectors.officers import searched
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import is_court_path, paths_with
from courtparty.accounts.selectors import units_with
from courtparty.lib.charts import Bar
from retention.models import CheckUp, CheckUpCampaign, CheckUpResult
from retention.models.checkups import KEEP, VIEW, CheckUpCampaignQuerySet, CheckUpQuerySet
from retention.rules.checkups import share

ONE_DAY = timedelta(days=1)
State = CheckUp.State
CAMPAIGN_TONES = {"planned": "neutral", "open": "info", "closed": "success"}
TONES = {"due": "warning", "done": "success", "excused": "neutral", "missed": "danger"}
OUTSTANDING = (State.DUE, State.MISSED)

# The keys of ?sort=.
ORDERS = {
    "name": "officer__pinyin",
    "department": "officer__department__path",
    "due": "due_on",
    "done": "done_on",
    "state": "state",
}
DEFAULT_ORDER = "department"


# -- who is asked -------------------------------------------------------------------------------


def chosen_officers(
    court: Unit, departments: Sequence[Unit], categories: Sequence[str]
) -> OfficerQuerySet:
    """Officers in service a campaign is for: of these departments and categories, or of all."""
    officers = Officer.objects.in_service().filter(court=court)
    if departments:
        officers = officers.filter(department__in=[unit.pk for unit in departments])
    if categories:
        officers = officers.filter(category__in=categories)
    return officers.order_by("department__path", "pinyin", "pk")


def newcomers(campaign: CheckUpCampaign) -> OfficerQuerySet:
    """Officers the campaign is for by its choice who are not in it: they came later."""
    chosen = chosen_officers(campaign.court, list(campaign.departments.all()), campaign.categories)
    return chosen.exclude(pk__in=campaign.checkups.values("officer"))


def not_in(campaign: CheckUpCampaign) -> OfficerQuerySet:
    """Everybody in service who is not in the campaign."""
    everybody = chosen_officers(campaign.court, [], [])
    return everybody.exclude(pk__in=campaign.checkups.values("officer"))


def keeps_health_in(user: User, court: Unit) -> bool:
    """Whether ``user`` is health steward of this very court."""
    return court.path in {path for path in paths_with(user, KEEP) if is_court_path(path)}


def courts_to_check(user: User) -> list[Unit]:
    """The courts whose check-ups ``user`` arranges."""
    return list(units_with(user, KEEP).filter(kind=Unit.Kind.COURT).order_by("path"))


# -- campaigns ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign with how far it is, counted in the reader's scope."""

    pk: int
    name: str
    year: int
    first: date
    last: date
    place: str
    provider: str
    state: str
    tone: str
    done: int
    due: int

    @property
    def asked(self) -> int:
        return self.done + self.due

    @property
    def percent(self) -> int | None:
        return share(self.done, self.asked)


def campaigns_seen(user: User) -> CheckUpCampaignQuerySet:
    """Those a reader may know of; a planned one is the steward's alone."""
    seen = CheckUpCampaign.objects.visible_to(user)
    planned = CheckUpCampaign.objects.visible_to(user, KEEP).values("pk")
    return seen.filter(~Q(state=CheckUpCampaign.State.PLANNED) | Q(pk__in=planned))


def checkups_seen(user: User) -> CheckUpQuerySet:
    """Those a reader may know of: all for the steward, done and due ones for others."""
    kept = CheckUp.objects.visible_to(user, KEEP).filter(campaign__in=_kept_campaigns(user))
    told = CheckUp.objects.visible_to(user, VIEW).told_to_others()
    return kept | told


def _kept_campaigns(user: User) -> QuerySet[CheckUpCampaign]:
    return CheckUpCampaign.objects.visible_to(user, KEEP)


def campaign_rows(campaigns: Iterable[CheckUpCampaign], user: User) -> list[CampaignRow]:
    """One query for the counts of all of them."""
    listed = list(campaigns)
    seen = checkups_seen(user).filter(campaign__in=[one.pk for one in listed])
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for pk, state, number in (
        seen.order_by().values_list("campaign", "state").annotate(n=Count("pk"))
    ):
        counts[pk][state] = number
    return [
        CampaignRow(
            pk=one.pk,
            name=one.name,
            year=one.year,
            first=one.start,
            last=one.end - ONE_DAY,
            place=one.place,
            provider=one.provider,
            state=one.get_state_display(),
            tone=CAMPAIGN_TONES[one.state],
            done=counts[one.pk].get(State.DONE, 0),
            due=sum(counts[one.pk].get(state, 0) for state in OUTSTANDING),
        )
        for one in listed
    ]


# -- check-ups of a campaign --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckUpRow:
    """A line of a campaign, in words. ``has_result`` is known to the steward only."""

    pk: int
    officer: int
    name: str
    department: str
    due_on: date
    done_on: date | None
    state: str
    label: str
    tone: str
    has_result: bool


def checkups_of(campaign: CheckUpCampaign, user: User) -> CheckUpQuerySet:
    return checkups_seen(user).filter(campaign=campaign)


def ordered(checkups: CheckUpQuerySet, sort: str) -> CheckUpQuerySet:
    """In the order ?sort= asks for, "-" turned round; an unknown one is by department."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort = name = DEFAULT_ORDER
    field, is_down = F(ORDERS[name]), sort.startswith("-")
    first = field.desc(nulls_last=True) if is_down else field.asc(nulls_last=True)
    return checkups.order_by(first, "officer__pinyin", "pk")


def found_by_name(checkups: CheckUpQuerySet, text: str, *, user: User) -> CheckUpQuerySet:
    people = searched(Officer.objects.visible_to(user, VIEW), text, user=user)
    return checkups.filter(officer__in=people.values("pk"))


def without_result(checkups: CheckUpQuerySet) -> CheckUpQuerySet:
    """Done, and no result entered yet."""
    results = CheckUpResult.objects.filter(checkup=OuterRef("pk"))
    return checkups.filter(~Exists(results), state=State.DONE)


def label_for(state: str, *, keeps: bool) -> str:
    """Others than the steward read done or due: that a campaign is over changes nothing."""
    if not keeps and state == State.MISSED:
        state = State.DUE
    return str(State(state).label)


def checkup_rows(checkups: CheckUpQuerySet, *, keeps: bool) -> list[CheckUpRow]:
    """One query."""
    results = CheckUpResult.objects.filter(checkup=OuterRef("pk"))
    listed: Any = checkups.select_related("officer__department").defer("excuse")
    if keeps:
        listed = listed.annotate(has_result=Exists(results))
    return [
        CheckUpRow(
            pk=one.pk,
            officer=one.officer_id,
            name=one.officer.name,
            department=one.officer.department.display_name,
            due_on=one.due_on,
            done_on=one.done_on,
            state=one.state if keeps or one.state != State.MISSED else State.DUE,
            label=label_for(one.state, keeps=keeps),
            tone=TONES[one.state] if keeps or one.state != State.MISSED else TONES["due"],
            has_result=keeps and one.has_result,
        )
        for one in listed
    ]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far one department is, in the reader's scope."""

    department: str
    done: int
    due: int

    @property
    def asked(self) -> int:
        return self.done + self.due

    @property
    def percent(self) -> int:
        return share(self.done, self.asked) or 0

    @property
    def bar(self) -> Bar:
        text = pgettext("done out of all", "%(done)s / %(all)s")
        label = self.department if len(self.department) <= 15 else f"{self.department[:14]}…"
        return Bar(label, self.percent, text % {"done": self.done, "all": self.asked})


def coverage_of(checkups: CheckUpQuerySet) -> list[Coverage]:
    """By department, as they lie in the tree; excused ones count nowhere. Two queries."""
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    counted = checkups.order_by().values_list("officer__department", "state")
    for unit, state, number in counted.annotate(n=Count("pk")):
        counts[unit][state] = number
    lines = [
        Coverage(
            department=unit.display_name,
            done=counts[unit.pk].get(State.DONE, 0),
            due=sum(counts[unit.pk].get(state, 0) for state in OUTSTANDING),
        )
        for unit in Unit.objects.filter(pk__in=counts).order_by("path")
    ]
    return [line for line in lines if line.asked]


def total_of(lines: Iterable[Coverage]) -> Coverage:
    listed = list(lines)
    return Coverage(
        department=_("All"),
        done=sum(line.done for line in listed),
        due=sum(line.due for line in listed),
    )


def departments_of(checkups: CheckUpQuerySet) -> list[Unit]:
    """The departments a list of check-ups can be narrowed to."""
    ids = checkups.order_by().values("officer__department")
    return list(Unit.objects.filter(pk__in=ids).order_by("path"))


# -- one's own ----------------------------------------------------------------------------------


def own_checkups(officer: Officer) -> list[CheckUp]:
    """An officer's own check-ups, newest first; of a campaign that is only planned none."""
    own = CheckUp.objects.filter(officer=officer).exclude(campaign__state="planned")
    return list(own.select_related("campaign").order_by("-due_on", "-pk"))
