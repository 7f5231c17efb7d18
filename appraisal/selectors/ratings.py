"""Reads of ratings: who could be asked, what is asked of whom, how much came back, what it says."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from appraisal.models import Cycle, Indicator, Participant, RaterGroup, RatingSheet
from appraisal.rules.ratings import (
    Group,
    Person,
    RatingValue,
    ShownGroup,
    candidates_of,
    combined,
    panel_of,
    shown_groups,
    unanswered,
)
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import Role

State = RatingSheet.State
# Whoever was not in post, or was left out by decision, is not asked about others either.
NO_RATERS = (Participant.Excluded.NO_MONTHS, Participant.Excluded.LEFT_OUT)
# A sheet passed on to somebody else: void, its marks gone, and the moment kept.
REPLACED = Q(state=State.VOID, marks=None, saved_at__isnull=False)

# {participant id: {code of the indicator: value}}
Values = dict[int, dict[str, RatingValue]]


# -- panels -------------------------------------------------------------------------------------


def rated_indicators(index_sets: Collection[int]) -> dict[int, list[Indicator]]:
    """The graded indicators that ratings feed, by index set, in order."""
    found: dict[int, list[Indicator]] = {}
    graded = Indicator.objects.filter(index_set__in=index_sets, kind=Indicator.Kind.GRADED)
    for indicator in graded.order_by("position", "pk"):
        if not indicator.numerator:
            found.setdefault(indicator.index_set_id, []).append(indicator)
    return found


class Court:
    """Everybody frozen into a cycle, and who may be asked about whom."""

    def __init__(self, cycle: Cycle, *, on: date) -> None:
        self.cycle, self.on = cycle, on

    @cached_property
    def ratees(self) -> list[Participant]:
        """Those whose index set has graded indicators for people to judge."""
        found = [one for one in self._participants if not one.excluded]
        sets = rated_indicators({one.index_set_id for one in found if one.index_set_id})
        return [one for one in found if one.index_set_id in sets]

    @cached_property
    def people(self) -> dict[int, Person]:
        """By officer, everybody frozen into the cycle."""
        led = self._departments_led()
        return {
            one.officer_id: Person(
                id=one.officer_id,
                department=one.department_id,
                function=one.function,
                staff_class=one.staff_class,
                leads=frozenset(led.get(one.officer_id, ()))
                | ({one.department_id} if one.head_share is not None else set()),
            )
            for one in self._participants
        }

    @cached_property
    def raters(self) -> list[Person]:
        """Who can be asked: in post, not gone since, and with an account to answer by."""
        return [
            self.people[one.officer_id]
            for one in self._participants
            if one.excluded not in NO_RATERS
            and one.officer.user is not None
            and one.officer.user.is_active
            and not (one.officer.left_on and one.officer.left_on <= self.on)
        ]

    def panel(self, ratee: Participant) -> list[tuple[int, Group]]:
        person, at_most = self.people[ratee.officer_id], self._at_most(ratee)
        return panel_of(person, self.raters, at_most, seed=self._seed(ratee))

    def others(self, ratee: Participant, group: Group) -> list[int]:
        """Whoever could be asked in ``group``, in the order of the lot."""
        person, at_most = self.people[ratee.officer_id], self._at_most(ratee)
        found = candidates_of(person, self.raters, at_most, seed=self._seed(ratee))
        return found.get(group, [])

    def _seed(self, ratee: Participant) -> str:
        return f"{self.cycle.pk}:{ratee.pk}"

    def _at_most(self, ratee: Participant) -> Mapping[Group, int]:
        return self._groups.get(ratee.index_set_id or 0, {})

    @cached_property
    def _groups(self) -> dict[int, dict[Group, int]]:
        found: dict[int, dict[Group, int]] = {}
        sets = {one.index_set_id for one in self.ratees}
        for one in RaterGroup.objects.filter(index_set__in=sets):
            found.setdefault(one.index_set_id, {})[Group(one.kind)] = one.at_most
        return found

    @cached_property
    def _participants(self) -> list[Participant]:
        found = Participant.objects.filter(cycle=self.cycle).select_related("officer__user")
        return list(found.defer("officer__id_number", "officer__phone").order_by("pk"))

    def _departments_led(self) -> dict[int, set[int]]:
        """By officer, the departments on which he or she holds the role of head."""
        court = self.cycle.court
        held = Grant.objects.in_force(on=self.on).filter(
            role=Role.HEAD, unit__path__startswith=court.path, unit__kind=Unit.Kind.DEPARTMENT
        )
        paths = list(held.values_list("user__officer", "unit__path"))
        departments = list(
            Unit.objects.within(court).departments().values_list("pk", "path") if paths else []
        )
        led: dict[int, set[int]] = {}
        for officer, path in paths:
            below = {pk for pk, own in departments if own.startswith(path)}
            led.setdefault(officer, set()).update(below)
        return led


# -- values -------------------------------------------------------------------------------------


def rating_values(cycle: Cycle, *, participants: Collection[int] | None = None) -> Values:
    """What the ratings handed in come to; whoever, or whatever, nobody rated is not in it."""
    sheets = RatingSheet.objects.filter(cycle=cycle, state=State.SUBMITTED)
    if participants is not None:
        sheets = sheets.filter(participant__in=participants)
    scale = Scale.of(cycle)
    answers: dict[int, dict[str, dict[str, list[Decimal]]]] = {}
    sets: dict[int, int] = {}
    for sheet in sheets.select_related("participant").order_by("pk").iterator(1000):
        own = answers.setdefault(sheet.participant_id, {})
        sets[sheet.participant_id] = index_set = sheet.participant.index_set_id or 0
        for code, score in scale.scores(index_set, sheet.marks or {}).items():
            own.setdefault(code, {}).setdefault(sheet.group, []).append(score)
    found: Values = {}
    for participant, by_code in answers.items():
        weights = scale.weights.get(sets[participant], {})
        values = {code: combined(by_group, weights) for code, by_group in by_code.items()}
        found[participant] = {code: value for code, value in values.items() if value is not None}
    return {participant: values for participant, values in found.items() if values}


def ratings_shown(participant: Participant) -> dict[str, list[ShownGroup]]:
    """What whoever was rated may read of it: means of several answers, without a name."""
    values = rating_values(participant.cycle, participants=[participant.pk])
    return {
        code: shown_groups(value.groups) for code, value in values.get(participant.pk, {}).items()
    }


@dataclass(frozen=True, slots=True)
class Scale:
    """What the words of a cycle's index sets are worth, and what each group weighs."""

    words: Mapping[int, Mapping[str, tuple[Decimal, ...]]]
    shares: Mapping[int, Mapping[str, Decimal]]
    weights: Mapping[int, Mapping[str, Decimal]]

    @classmethod
    def of(cls, cycle: Cycle) -> "Scale":
        used = set(
            Participant.objects.filter(cycle=cycle, excluded="").values_list("index_set", flat=True)
        )
        indicators = rated_indicators(used)
        weights: dict[int, dict[str, Decimal]] = {}
        for one in RaterGroup.objects.filter(index_set__in=used):
            weights.setdefault(one.index_set_id, {})[one.kind] = one.weight
        words = {
            pk: {one.code: tuple(Decimal(a["score"]) for a in one.anchors) for one in those}
            for pk, those in indicators.items()
        }
        shares = {pk: {one.code: one.weight for one in those} for pk, those in indicators.items()}
        return cls(words, shares, weights)

    def scores(self, index_set: int, marks: Mapping[str, int]) -> dict[str, Decimal]:
        words = self.words.get(index_set, {})
        return {
            code: words[code][place]
            for code, place in marks.items()
            if place in range(len(words.get(code, ())))
        }

    def whole(self, index_set: int, marks: Mapping[str, int]) -> Decimal | None:
        """One rating as one number: its words, weighted as in the score."""
        scores, shares = self.scores(index_set, marks), self.shares.get(index_set, {})
        weight = sum((shares[code] for code in scores), Decimal(0))
        return (
            sum((shares[c] * s for c, s in scores.items()), Decimal(0)) / weight if weight else None
        )


# -- what is asked of me --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """One cycle in which somebody is asked for ratings."""

    cycle: Cycle
    total: int
    submitted: int
    lapsed: int

    @property
    def waiting(self) -> int:
        return self.total - self.submitted - self.lapsed

    @property
    def is_open(self) -> bool:
        return self.cycle.state == Cycle.State.COLLECTING


def cycles_asking(user: User) -> list[Asked]:
    """The cycles in which ``user`` is asked, those still collecting first, then the newest."""
    rows = (
        RatingSheet.objects.asked_of(user)
        .exclude(REPLACED)
        .values("cycle")
        .annotate(
            total=Count("pk"),
            submitted=Count("pk", filter=Q(state=State.SUBMITTED)),
            lapsed=Count("pk", filter=Q(state=State.VOID)),
        )
    )
    counts = {row["cycle"]: row for row in rows}
    cycles = Cycle.objects.filter(pk__in=counts).select_related("court").order_by("-start", "-pk")
    found = [
        Asked(
            one,
            counts[one.pk]["total"],
            counts[one.pk]["submitted"],
            counts[one.pk]["lapsed"],
        )
        for one in cycles
    ]
    return sorted(found, key=lambda one: not one.is_open)


@dataclass(frozen=True, slots=True)
class Waiting:
    """For the start page: how many ratings are still to be given, and until which day."""

    count: int
    until: date | None


def ratings_open(user: User) -> QuerySet[RatingSheet]:
    """Ratings that ``user`` has still to hand in, in cycles that collect now."""
    asked = RatingSheet.objects.asked_of(user)
    return asked.filter(state=State.OPEN, cycle__state=Cycle.State.COLLECTING)


def ratings_waiting(user: User) -> Waiting | None:
    """Ratings that ``user`` has still to hand in, over all cycles that collect now."""
    rows = ratings_open(user).values_list("cycle__collect_until").annotate(count=Count("pk"))
    found = list(rows.order_by("cycle__collect_until"))
    if not found:
        return None
    days = [day for day, _count in found if day]
    return Waiting(sum(count for _day, count in found), min(days, default=None))


@dataclass(frozen=True, slots=True)
class Question:
    """One graded indicator on a sheet, with the word that was chosen, if any."""

    indicator: Indicator
    place: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """One person on the form."""

    sheet: RatingSheet
    questions: tuple[Question, ...]

    @property
    def left(self) -> int:
        return sum(one.place is None for one in self.questions)


def cards_of(cycle: Cycle, user: User) -> list[Card]:
    """Everybody ``user`` is asked about in a cycle, by what he or she is to them, then by name."""
    order = list(Group)
    sheets = list(
        RatingSheet.objects.asked_of(user)
        .filter(cycle=cycle)
        .exclude(REPLACED)
        .select_related("ratee", "participant__department", "participant__index_set", "cycle")
        .defer("ratee__id_number", "ratee__phone")
    )
    questions = rated_indicators({one.participant.index_set_id or 0 for one in sheets})
    cards = [card_of(one, questions.get(one.participant.index_set_id or 0, ())) for one in sheets]
    return sorted(
        cards,
        key=lambda card: (
            order.index(Group(card.sheet.group)),
            card.sheet.participant.department.path,
            card.sheet.ratee.pinyin,
            card.sheet.pk,
        ),
    )


def card_of(sheet: RatingSheet, indicators: Iterable[Indicator]) -> Card:
    marks = sheet.marks or {}
    return Card(sheet, tuple(Question(one, marks.get(one.code)) for one in indicators))


def questions_of(sheet: RatingSheet) -> list[Indicator]:
    """What a sheet asks."""
    index_set = sheet.participant.index_set_id or 0
    return rated_indicators({index_set}).get(index_set, [])


def words_of(sheet: RatingSheet) -> dict[str, int]:
    """How many graded words each question of a sheet has."""
    return {one.code: len(one.anchors) for one in questions_of(sheet)}


def finished_sheets(cycle: Cycle, user: User) -> list[RatingSheet]:
    """Open sheets of ``user`` on which every question is answered, and there is one."""
    open_sheets = (
        RatingSheet.objects.asked_of(user)
        .filter(cycle=cycle, state=State.OPEN)
        .select_related("participant", "cycle")
    )
    sheets = list(open_sheets)
    questions = rated_indicators({one.participant.index_set_id or 0 for one in sheets})
    codes = {pk: [one.code for one in those] for pk, those in questions.items()}
    asked = [(one, codes.get(one.participant.index_set_id or 0)) for one in sheets]
    return [one for one, those in asked if those and not unanswered(one.marks or {}, those)]
