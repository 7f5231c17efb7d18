"""Who lacks what in a cycle: figures nobody reported and ratings nobody gave, person by person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal.models import Cycle, Participant, RaterGroup, RatingSheet, Result
from appraisal.selectors.cycle_people import participants_reached
from appraisal.selectors.figure_needs import Need, needs_of
from appraisal.selectors.index_sets import measure_names
from appraisal.selectors.ratings import rated_indicators
from appraisal.selectors.snapshots import Read, reads_of
from courtparty.accounts.models import User
from courtparty.lib.words import listed

State = Cycle.State


@dataclass(frozen=True, slots=True)
class LackItem:
    """What one month lacks, or with no month what else is missing; ``url`` is where it is seen."""

    month: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    name: str
    department: str
    items: tuple[LackItem, ...]


def lacks_of(cycle: Cycle, user: User) -> list[Lack]:
    """Who of those ``user`` reaches lacks what as things stand now; first who lacks figures.

    After a computing without gaps nobody does. While ratings are being given, none is missing.
    """
    if cycle.state == State.CLOSED or _is_complete(cycle):
        return []
    found: dict[int, list[LackItem]] = {}
    people: dict[int, tuple[str, str]] = {}
    for officer_id, needs in _by_officer(needs_of(cycle, user)).items():
        person = needs[0].person
        people[officer_id] = person.name, person.department
        found[officer_id] = _figure_items(needs, _needs_url(cycle, person.name))
    for one in _unrated(cycle, user):
        people[one.officer_id] = one.officer.name, one.department.display_name
        item = LackItem("", _("nobody has handed in a rating"))
        found.setdefault(one.officer_id, []).append(item)
    return [Lack(*people[pk], tuple(items)) for pk, items in found.items()]


def _is_complete(cycle: Cycle) -> bool:
    if cycle.state in (State.PREPARING, State.COLLECTING):
        return False
    run = cycle.runs.order_by("-number").first()
    return run is not None and not run.missing


def _by_officer(needs: Iterable[Need]) -> dict[int, list[Need]]:
    found: defaultdict[int, list[Need]] = defaultdict(list)
    for need in needs:
        found[need.person.officer_id].append(need)
    return found


def _figure_items(needs: Iterable[Need], url: str) -> list[LackItem]:
    months: defaultdict[date, list[str]] = defaultdict(list)
    for need in needs:
        for month in need.months:
            months[month].append(need.measure.display_name)
    return [
        LackItem(f"{month:%Y-%m}", listed(measures), f"{url}&month={month:%Y-%m}")
        for month, measures in sorted(months.items())
    ]


def _needs_url(cycle: Cycle, name: str) -> str:
    return f"{reverse('appraisal:figure_needs', args=[cycle.pk])}?{urlencode({'q': name})}"


def _unrated(cycle: Cycle, user: User) -> list[Participant]:
    """Those whom people were to rate and nobody did, once no rating can be given any more."""
    if cycle.state in (State.PREPARING, State.COLLECTING):
        return []
    handed_in = RatingSheet.objects.filter(cycle=cycle, state=RatingSheet.State.SUBMITTED)
    # The own word alone makes no value.
    handed_in = handed_in.exclude(group=RaterGroup.Kind.SELF)
    found = participants_reached(cycle, user).filter(
        Q(result=None) | Q(result__state=Result.State.MISSING), excluded=""
    )
    found = found.exclude(pk__in=handed_in.values("participant"))
    people = list(
        found.select_related("officer", "department")
        .defer("officer__id_number", "officer__phone")
        .order_by("department__path", "officer__pinyin", "officer_id")
    )
    sets = rated_indicators({one.index_set_id or 0 for one in people})
    return [one for one in people if one.index_set_id in sets]


def all_lacks(cycle: Cycle) -> list[Lack]:
    """What the last computing found missing, of everybody; for commands."""
    names = measure_names()
    results = Result.objects.filter(participant__cycle=cycle, state=Result.State.MISSING)
    ordered = results.select_related(
        "run", "participant__officer", "participant__department"
    ).order_by("participant__department__path", "participant__officer__pinyin", "pk")
    return [_lack_computed(result, read, names) for result, read in reads_of(ordered)]


def _lack_computed(result: Result, read: Read | None, names: dict[str, str]) -> Lack:
    months: defaultdict[date, dict[str, None]] = defaultdict(dict)
    for line in read.inputs.lines() if read else ():
        for gap in line.gaps:
            months[gap.month][names.get(gap.measure, _("ratings"))] = None
    items = (LackItem(f"{month:%Y-%m}", listed(texts)) for month, texts in sorted(months.items()))
    participant = result.participant
    return Lack(participant.officer.name, participant.department.display_name, tuple(items))
