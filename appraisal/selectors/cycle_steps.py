"""The steps of a cycle in words: where it is, who took it there, and what comes next."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import Cycle, CycleStep
from appraisal.rules.cycles import WAY, State, Transition, step_back, step_forward
from appraisal.selectors.cycle_people import Roll
from courtparty.accounts.models import User
from courtparty.accounts.scope import paths_with

TONES: dict[str, str] = {
    State.PREPARING: "neutral",
    State.COLLECTING: "info",
    State.SCORING: "info",
    State.REVIEWING: "warning",
    State.PUBLICITY: "warning",
    State.CLOSED: "success",
}
FORWARD: dict[str, str | Promise] = {
    State.COLLECTING: gettext_lazy("Begin collecting"),
    State.SCORING: gettext_lazy("Close collecting"),
    State.REVIEWING: gettext_lazy("Hand over for review"),
    State.CLOSED: gettext_lazy("Close the cycle"),
}
BACK: dict[str, str | Promise] = {
    State.PREPARING: gettext_lazy("Back to preparing"),
    State.COLLECTING: gettext_lazy("Back to collecting"),
    State.SCORING: gettext_lazy("Back to scoring"),
}
QUESTIONS: dict[str, str | Promise] = {
    State.PREPARING: gettext_lazy("Take “%(name)s” back to preparing?"),
    State.COLLECTING: gettext_lazy("Begin collecting for “%(name)s”?"),
    State.SCORING: gettext_lazy("Close the collecting of “%(name)s”?"),
    State.REVIEWING: gettext_lazy("Hand “%(name)s” over for review?"),
    State.CLOSED: gettext_lazy("Close “%(name)s” for good?"),
}
BACK_QUESTIONS: dict[str, str | Promise] = {
    State.PREPARING: gettext_lazy("Take “%(name)s” back to preparing?"),
    State.COLLECTING: gettext_lazy("Take “%(name)s” back to collecting?"),
    State.SCORING: gettext_lazy("Take “%(name)s” back to scoring?"),
}
WAITS: dict[str, str | Promise] = {
    State.PREPARING: gettext_lazy(
        "Who takes part follows the roster and the published index sets until collecting begins."
    ),
    State.COLLECTING: gettext_lazy(
        "Figures come in and are confirmed, ratings are given. Then the collecting is closed."
    ),
    State.SCORING: gettext_lazy(
        "It is computed, gaps are mended and it is computed again until no gap is left."
    ),
    State.REVIEWING: gettext_lazy(
        "Those who take part read their results; the committee reviews them and decides grades."
    ),
    State.PUBLICITY: gettext_lazy("The results are published to those concerned."),
    State.CLOSED: gettext_lazy("The cycle is closed: nothing of it changes any more."),
}


@dataclass(frozen=True, slots=True)
class StepShown:
    """One entry of the timeline."""

    step: CycleStep
    label: str
    tone: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class StepOpen:
    """A step that the reader may ask for."""

    label: str
    url: str


def sections_of(cycle: Cycle, user: User) -> list[tuple[str, str, bool]]:
    """The pages about a cycle, as tabs of the first of them."""
    listed = [(_("Overview"), "cycle_detail", True), (_("Participants"), "participant_list", True)]
    listed += [
        (_("Missing figures"), "figure_needs", cycle.state != State.CLOSED),
        (_("Ratings"), "rating_progress", _holds(cycle, user, "appraisal.manage_ratings")),
        (_("Grades"), "grade_list", cycle.kind == Cycle.Kind.ANNUAL),
    ]
    return [
        (label, reverse(f"appraisal:{name}", args=[cycle.pk]), name == "cycle_detail")
        for label, name, is_shown in listed
        if is_shown
    ]


def _holds(cycle: Cycle, user: User, permission: str) -> bool:
    return cycle.court.path in paths_with(user, permission)


def way() -> list[str]:
    return [capfirst(str(Cycle.State(state).label)) for state in WAY]


def place_of(cycle: Cycle) -> int:
    """Which of the way's states the cycle is in, from 1; past the last when it is closed."""
    if cycle.state == State.CLOSED:
        return len(WAY) + 1
    state = State.REVIEWING if cycle.state == State.PUBLICITY else cycle.state
    return [str(one) for one in WAY].index(state) + 1


def timeline_of(cycle: Cycle) -> list[StepShown]:
    """The steps taken, newest first."""
    steps = cycle.steps.select_related("made_by").order_by("-made_at", "-pk")
    return [
        StepShown(step, str(step.get_to_state_display()), TONES[step.to_state], bool(step.reason))
        for step in steps
    ]


def forward_of(cycle: Cycle, user: User) -> StepOpen | None:
    return _open(cycle, user, step_forward(cycle.state), FORWARD)


def back_of(cycle: Cycle, user: User) -> StepOpen | None:
    return _open(cycle, user, step_back(cycle.state), BACK)


def _open(
    cycle: Cycle, user: User, step: Transition | None, labels: dict[str, str | Promise]
) -> StepOpen | None:
    if step is None or not _holds(cycle, user, step.permission):
        return None
    url = reverse("appraisal:cycle_move", args=[cycle.pk, step.target.value])
    return StepOpen(str(labels[step.target]), url)


def question_of(cycle: Cycle, step: Transition) -> str:
    texts = BACK_QUESTIONS if step.needs_reason else QUESTIONS
    return str(texts[step.target]) % {"name": cycle.name}


def label_of(step: Transition) -> str:
    return str((BACK if step.needs_reason else FORWARD)[step.target])


def consequences_of(step: Transition, *, roll: Roll, until: date | None) -> list[str]:
    """What the step will do, in sentences."""
    if step.target == State.COLLECTING and not step.needs_reason:
        people = {"count": roll.taking_part, "others": roll.excluded}
        return [
            _("Taking part: %(count)s. Not taking part: %(others)s.") % people,
            _("Department, function, staff class and index set of each are then fixed."),
            _("Ratings are asked for, and collected until %(day)s.") % {"day": until},
        ]
    return {
        (State.SCORING, False): [
            _("No rating can be given any more; what was not handed in does not count."),
            _("Who takes part is fixed, and the cycle can be computed."),
        ],
        (State.REVIEWING, False): [
            _("Those who take part can read their own results, and are told."),
            _("The committee reviews the results and decides the grades."),
        ],
        (State.CLOSED, False): [
            _("Those who take part are told, and read grades and adjustments too."),
            _("No figure, rating, result or grade of the cycle changes any more."),
        ],
        (State.PREPARING, True): [
            _("The panels are dissolved, and who takes part follows the roster again."),
        ],
        (State.COLLECTING, True): [
            _("Ratings that were not handed in can be given until %(day)s.") % {"day": until},
            _("Results stay until the cycle is computed again."),
        ],
        (State.SCORING, True): [
            _("Those who take part can't read their results until they are reviewed again."),
        ],
    }[State(step.target), step.needs_reason]
