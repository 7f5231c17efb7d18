"""What the full-time check finds in the Party organisations of a court.

Sources: Regulation on the work of primary Party organisations in Party and state organs (2019),
articles 5 to 8 and 30, read in its own text; that a branch usually has no more than 50 members is
from the Regulation on the work of Party branches (2018), seen on secondary pages only. From how
many members a full-time deputy secretary is due has no number in article 8: each court sets it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from cadres.rules.posts import KINDS, TERM_YEARS, staff_band, term_end
from courtparty.lib.dates import months_between

COMMITTEE, GENERAL_BRANCH, BRANCH = "party_committee", "general_branch", "branch"
COURT = "court"
BREACH, WARNING = "breach", "warning"

# Articles 5 to 7: members for a committee and a general branch, full members for a branch.
COMMITTEE_FROM = 100
GENERAL_BRANCH_FROM = 50
BRANCH_FROM = 3
BRANCH_COMMITTEE_FROM = 7
BRANCH_COMMITTEE_LEAST = 3
# The branch regulation of 2018.
BRANCH_USUALLY_AT_MOST = 50

# A holder whose last case figures are older than this no longer "still" has any: ours, not a rule.
STILL_MONTHS = 12

FULLTIME_DEPUTIES = ("fulltime_deputy", "deputy_secretary")
FULLTIME_CADRE = "party_affairs_cadre"
SECRETARIES = ("secretary", "branch_secretary")
NOT_ON_A_COMMITTEE = ("group_leader",)

Facts = dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a finding rests on, and how sure that is.

    ``regulation``: organs (2019), branches (2018), constitution, or records: they contradict
    themselves.
    ``certainty``: R read, S seen on a secondary page, C a number of the court's own, or none.
    """

    regulation: str
    articles: tuple[int, ...] = ()
    certainty: str = ""


def _read(*articles: int) -> Basis:
    return Basis("organs", articles, "R")


_RECORDS = Basis("records")
# A probationary member can't be elected.
_CONSTITUTION = Basis("constitution", (7,))
_SEEN_FOR_BRANCHES = Basis("branches", (), "S")
_OF_KIND = {COMMITTEE: _read(5), GENERAL_BRANCH: _read(6), BRANCH: _read(7)}


_ORGANS = (COMMITTEE, GENERAL_BRANCH)
_ELECTING = (*_ORGANS, BRANCH)
# Full-time cadres may be in the court's own departments.
_ANYWHERE = (*_ELECTING, "department", COURT)


@dataclass(frozen=True, slots=True)
class Rule:
    """``bases``: by kind of organisation, "" for every other one; ``kinds``: whom it concerns."""

    weight: str
    bases: Mapping[str, Basis]
    kinds: tuple[str, ...] = _ELECTING
    # A holder's record that is wrong is put right; no document makes it lawful.
    can_be_excepted: bool = True


RULES: dict[str, Rule] = {
    "no_fulltime_staff": Rule(BREACH, {"": _read(8, 30)}, _ORGANS),
    "no_fulltime_deputy": Rule(WARNING, {"": Basis("organs", (8,), "C")}, _ORGANS),
    "fulltime_with_cases": Rule(BREACH, {"": _read(8, 30)}, _ANYWHERE),
    "no_secretary": Rule(BREACH, {"": _read(8), BRANCH: _read(7)}),
    "no_branch_committee": Rule(BREACH, {"": _read(7)}, (BRANCH,)),
    "below_committee": Rule(WARNING, {"": _read(5)}, (COMMITTEE,)),
    "above_general_branch": Rule(WARNING, {"": _read(5)}, (GENERAL_BRANCH,)),
    "below_general_branch": Rule(WARNING, {"": _read(6)}, (GENERAL_BRANCH,)),
    "above_branch": Rule(WARNING, {"": _read(6)}, (BRANCH,)),
    "below_branch": Rule(WARNING, {"": _read(7)}, (BRANCH,)),
    "term_overdue": Rule(WARNING, _OF_KIND),
    "term_too_long": Rule(WARNING, _OF_KIND),
    "approval_missing": Rule(WARNING, {"": _read(8)}, can_be_excepted=False),
    "band_below": Rule(WARNING, {"": _read(30)}, (*_ELECTING, COURT)),
    "band_above": Rule(WARNING, {"": _read(30)}, (*_ELECTING, COURT)),
    "holder_left": Rule(BREACH, {"": _RECORDS}, can_be_excepted=False),
    "holder_not_member": Rule(BREACH, {"": _CONSTITUTION}, can_be_excepted=False),
}


def can_be_excepted(code: str) -> bool:
    return code in RULES and RULES[code].can_be_excepted


def concerns(code: str, kind: str) -> bool:
    """Whether a unit of this kind can have the finding at all."""
    return code in RULES and kind in RULES[code].kinds


def basis_of(code: str, organisation: str, facts: Mapping[str, int | str]) -> Basis:
    """What a finding about an organisation of this kind rests on."""
    if code == "above_branch" and not facts.get("is_top"):
        return _SEEN_FOR_BRANCHES
    bases = RULES[code].bases
    return bases.get(organisation) or bases.get("") or _RECORDS


@dataclass(frozen=True, slots=True)
class Holder:
    """One appointment in force. ``away``: since when the holder is seconded elsewhere."""

    unit: int
    post: int
    officer: int
    kind: str
    start: date
    is_fulltime: bool = False
    is_acting: bool = False
    has_seat: bool = True
    term_end: date | None = None
    extended_to: date | None = None
    has_approval: bool = False
    is_full_member: bool = True
    left_on: date | None = None
    away: date | None = None
    # First days of the months with case figures since the first whole month in the post.
    case_months: tuple[date, ...] = ()

    @property
    def first_whole_month(self) -> date:
        if self.start.day == 1:
            return self.start
        return (self.start.replace(day=1) + timedelta(days=31)).replace(day=1)

    def has_left(self, on: date) -> bool:
        return self.left_on is not None and self.left_on <= on


@dataclass(frozen=True, slots=True)
class Vacated:
    """When posts of one kind in one unit last lost a holder."""

    unit: int
    kind: str
    is_fulltime: bool
    end: date


@dataclass(frozen=True, slots=True)
class Organisation:
    """A Party committee, general branch or branch. ``above``: the organisations over it."""

    unit: int
    kind: str
    members: int
    full_members: int
    above: tuple[int, ...] = ()

    @property
    def is_top(self) -> bool:
        return not self.above


@dataclass(frozen=True, slots=True)
class CourtFacts:
    """A court on one day. ``band_unit``: which unit the band of article 30 is shown at."""

    band_unit: int
    staff: int
    deputy_from: int
    organisations: tuple[Organisation, ...] = ()
    holders: tuple[Holder, ...] = ()
    vacated: tuple[Vacated, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule not kept. ``since``: None where only the check itself can tell."""

    code: str
    unit: int
    since: date | None = None
    facts: Facts = field(default_factory=dict)
    post: int | None = None
    officer: int | None = None

    @property
    def weight(self) -> str:
        return RULES[self.code].weight

    @property
    def subject(self) -> str:
        return f"{self.code}:{self.unit}:{self.post or ''}:{self.officer or ''}"


Which = Callable[[Holder | Vacated], bool]


@dataclass(frozen=True, slots=True)
class _Team:
    """Those who hold posts of some kinds, and when such posts lost their holders before."""

    holders: list[Holder]
    ends: list[date]

    def serving(self, on: date) -> list[Holder]:
        """Whoever has left or is seconded elsewhere doesn't do the work here."""
        return [one for one in self.holders if not (one.away or one.has_left(on))]

    def lost_on(self, on: date) -> date | None:
        """Since when nobody does it: the last end, leaving or secondment; None: nobody ever did."""
        gone = [
            [day for day in (one.away, one.left_on) if day is not None and day <= on]
            for one in self.holders
        ]
        return max([*self.ends, *(min(days) for days in gone if days)], default=None)


class _Rolls:
    """Holders and past holders by unit, so that a large court is gone through once."""

    def __init__(self, court: CourtFacts) -> None:
        self._holders: defaultdict[int, list[Holder]] = defaultdict(list)
        self._vacated: defaultdict[int, list[Vacated]] = defaultdict(list)
        for holder in court.holders:
            self._holders[holder.unit].append(holder)
        for past in court.vacated:
            self._vacated[past.unit].append(past)
        self._everywhere = _Team(
            [one for one in court.holders if _is_cadre(one)],
            [past.end for past in court.vacated if _is_cadre(past)],
        )

    def of(self, unit: int) -> list[Holder]:
        return self._holders.get(unit, [])

    def team(self, unit: int, which: Which) -> _Team:
        return _Team(
            [one for one in self._holders.get(unit, []) if which(one)],
            [past.end for past in self._vacated.get(unit, []) if which(past)],
        )

    def fulltime_staff(self, one: Organisation) -> _Team:
        """Its own, those of the organisations above it, and the cadres wherever in the court."""
        teams = [self.team(unit, _is_other_fulltime) for unit in (one.unit, *one.above)]
        teams.append(self._everywhere)
        return _Team(
            [holder for team in teams for holder in team.holders],
            [end for team in teams for end in team.ends],
        )


def _is_cadre(one: Holder | Vacated) -> bool:
    return one.is_fulltime and one.kind == FULLTIME_CADRE


def _is_other_fulltime(one: Holder | Vacated) -> bool:
    return one.is_fulltime and one.kind != FULLTIME_CADRE


def _is_fulltime_deputy(one: Holder | Vacated) -> bool:
    return one.is_fulltime and one.kind in FULLTIME_DEPUTIES


def _is_secretary(one: Holder | Vacated) -> bool:
    return one.kind in SECRETARIES


def findings(court: CourtFacts, *, on: date) -> list[Finding]:
    """Everything that is not as the regulations want it, each thing once."""
    rolls = _Rolls(court)
    kinds = {one.unit: one.kind for one in court.organisations}
    found = [
        finding
        for organisation in court.organisations
        for finding in _of_organisation(organisation, rolls, court.deputy_from, on)
    ]
    for holder in court.holders:
        found += _of_holder(holder, kinds.get(holder.unit, ""), on)
    return found + list(_of_band(court, found, on))


def _of_organisation(
    one: Organisation, rolls: _Rolls, deputy_from: int, on: date
) -> Iterator[Finding]:
    if one.kind in (COMMITTEE, GENERAL_BRANCH):
        yield from _fulltime_staff(one, rolls, on)
        yield from _fulltime_deputy(one, rolls, deputy_from, on)
    yield from _secretary(one, rolls, on)
    yield from _size(one)
    if one.kind == BRANCH:
        yield from _branch_committee(one, rolls, on)
    yield from _term(one, rolls, on)


# -- full-time staff --------------------------------------------------------------------------


def _fulltime_staff(one: Organisation, rolls: _Rolls, on: date) -> Iterator[Finding]:
    team = rolls.fulltime_staff(one)
    if team.serving(on):
        return
    away = [holder for holder in team.holders if holder.away and not holder.has_left(on)]
    facts: Facts = {"members": one.members, "away": len(away)}
    yield Finding("no_fulltime_staff", one.unit, team.lost_on(on), facts)


def _fulltime_deputy(
    one: Organisation, rolls: _Rolls, deputy_from: int, on: date
) -> Iterator[Finding]:
    """Article 8 speaks of the organ as a whole, so of its topmost organisation."""
    team = rolls.team(one.unit, _is_fulltime_deputy)
    if one.is_top and one.members >= deputy_from and not team.serving(on):
        facts: Facts = {"members": one.members, "from": deputy_from}
        yield Finding("no_fulltime_deputy", one.unit, team.lost_on(on), facts)


def _of_band(court: CourtFacts, found: list[Finding], on: date) -> Iterator[Finding]:
    """Article 30. A court without anybody is told so once, by ``no_fulltime_staff``."""
    in_posts = [one for one in court.holders if one.is_fulltime and one.has_seat]
    fulltime = {one.officer for one in in_posts if not one.has_left(on)}
    band = staff_band(staff=court.staff, fulltime=len(fulltime))
    facts: Facts = {"staff": court.staff, "fulltime": len(fulltime)}
    is_told = any(one.code == "no_fulltime_staff" for one in found)
    if not court.staff or not court.organisations or (band.verdict == "none" and is_told):
        return
    if band.verdict in ("none", "below"):
        yield Finding("band_below", court.band_unit, facts=facts)
    elif band.verdict == "above":
        yield Finding("band_above", court.band_unit, facts=facts)


# -- the organisation itself ------------------------------------------------------------------


def _secretary(one: Organisation, rolls: _Rolls, on: date) -> Iterator[Finding]:
    """A secretary who is seconded elsewhere is one still."""
    team = rolls.team(one.unit, _is_secretary)
    if all(holder.has_left(on) for holder in team.holders):
        yield Finding("no_secretary", one.unit, team.lost_on(on))


def _size(one: Organisation) -> Iterator[Finding]:
    facts: Facts = {"members": one.members}
    if one.kind == COMMITTEE and one.members < COMMITTEE_FROM:
        yield Finding("below_committee", one.unit, facts=facts)
    if one.kind == GENERAL_BRANCH and one.members >= COMMITTEE_FROM:
        yield Finding("above_general_branch", one.unit, facts=facts)
    if one.kind == GENERAL_BRANCH and one.members < GENERAL_BRANCH_FROM:
        yield Finding("below_general_branch", one.unit, facts=facts)
    if one.kind == BRANCH and one.full_members < BRANCH_FROM:
        yield Finding("below_branch", one.unit, facts={"full_members": one.full_members})
    if one.kind == BRANCH and _is_too_large(one):
        yield Finding("above_branch", one.unit, facts={**facts, "is_top": int(one.is_top)})


def _is_too_large(branch: Organisation) -> bool:
    """At the top 50 members make a general branch; below one, more than 50 are unusual."""
    if branch.is_top:
        return branch.members >= GENERAL_BRANCH_FROM
    return branch.members > BRANCH_USUALLY_AT_MOST


def _branch_committee(one: Organisation, rolls: _Rolls, on: date) -> Iterator[Finding]:
    if one.full_members < BRANCH_COMMITTEE_FROM:
        return
    committee = {
        holder.officer
        for holder in rolls.of(one.unit)
        if _sits_on_committee(holder.kind) and not holder.has_left(on)
    }
    if len(committee) < BRANCH_COMMITTEE_LEAST:
        facts: Facts = {"full_members": one.full_members, "held": len(committee)}
        yield Finding("no_branch_committee", one.unit, facts=facts)


def _sits_on_committee(kind: str) -> bool:
    return KINDS[kind].is_elected and kind not in NOT_ON_A_COMMITTEE


def _term(one: Organisation, rolls: _Rolls, on: date) -> Iterator[Finding]:
    """The whole organisation re-elects at once, so an ended term is one finding."""
    holders = [holder for holder in rolls.of(one.unit) if not holder.has_left(on)]
    terms = [_term_of(holder, one.kind) for holder in holders]
    ends = [end for end in terms if end is not None and end <= on]
    if ends:
        is_recorded = any(holder.term_end for holder in holders)
        facts: Facts = {
            "term_end": min(ends).isoformat(),
            "holders": len(ends),
            "is_recorded": int(is_recorded),
        }
        yield Finding("term_overdue", one.unit, min(ends), facts)


def _term_of(holder: Holder, organisation: str) -> date | None:
    """The term on record, else the one the regulation gives; acting holders have none of it."""
    if not KINDS[holder.kind].is_elected:
        return None
    if holder.term_end is None and not holder.is_acting:
        return term_end(holder.start, organisation)
    return holder.term_end


# -- each holder ------------------------------------------------------------------------------


def _of_holder(holder: Holder, organisation: str, on: date) -> Iterator[Finding]:
    """``organisation``: the kind of Party organisation the post is in, "" for a department."""

    def finding(code: str, since: date | None, **facts: int | str) -> Finding:
        return Finding(code, holder.unit, since, facts, holder.post, holder.officer)

    if holder.left_on is not None and holder.has_left(on):
        yield finding("holder_left", holder.left_on, left_on=holder.left_on.isoformat())
        return
    kind = KINDS[holder.kind]
    if kind.is_elected and not holder.is_full_member:
        yield finding("holder_not_member", None)
    if kind.needs_approval and not holder.has_approval:
        yield finding("approval_missing", holder.start, start=holder.start.isoformat())
    if kind.is_elected and _is_too_long(holder, organisation):
        yield finding(
            "term_too_long",
            holder.start,
            start=holder.start.isoformat(),
            term_end=str(holder.term_end),
            years=TERM_YEARS[organisation],
        )
    if holder.is_fulltime and _still_has_cases(holder, on):
        months = holder.case_months
        yield finding(
            "fulltime_with_cases",
            months[0],
            months=len(months),
            first=f"{months[0]:%Y-%m}",
            last=f"{months[-1]:%Y-%m}",
            **{"from": holder.first_whole_month.isoformat()},
        )


def _is_too_long(holder: Holder, organisation: str) -> bool:
    """Longer than the regulation's term, unless an extension on record reaches as far."""
    allowed = term_end(holder.start, organisation)
    if allowed is None or holder.term_end is None or holder.term_end <= allowed:
        return False
    return holder.extended_to is None or holder.extended_to < holder.term_end


def _still_has_cases(holder: Holder, on: date) -> bool:
    return bool(holder.case_months) and months_between(holder.case_months[-1], on) <= STILL_MONTHS
