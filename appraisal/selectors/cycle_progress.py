"""How far a cycle is: figures confirmed, ratings handed in, people computed, grades decided."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal.models import AssessmentRun, Cycle, FigureSheet, Participant, RatingSheet
from appraisal.rules.cycles import State, Transition
from appraisal.selectors.ratings import REPLACED
from courtparty.accounts.models import User


@dataclass(frozen=True, slots=True)
class Bar:
    """So many of so many are done; ``url`` is where the rest is done, ``note`` what is left."""

    label: str
    done: int
    total: int
    note: str = ""
    url: str = ""

    @property
    def percent(self) -> int:
        """Rounded down: a hundred is all of them."""
        return self.done * 100 // self.total if self.total else 0


def bars_of(cycle: Cycle, user: User) -> list[Bar]:
    """What can be counted in the state the cycle is in, for those who see all of it."""
    if cycle.state == State.PREPARING:
        return []
    bars: list[Bar | None] = [_confirmations(cycle, user), _ratings(cycle, user)]
    if cycle.state != State.COLLECTING:
        bars.append(_computed(cycle))
    if cycle.kind == Cycle.Kind.ANNUAL and cycle.state in (State.REVIEWING, State.CLOSED):
        bars.append(_grades(cycle))
    return [bar for bar in bars if bar is not None and bar.total]


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that does not forbid a step, but is worth a look before it."""

    text: str
    url: str = ""
    link: str = ""


def concerns_of(cycle: Cycle, step: Transition, *, lacking: int) -> list[Concern]:
    """What is still open when the collecting is closed, and later: none of it forbids the step.

    ``lacking`` are the officers who lack figures.
    """
    if step.source not in (State.COLLECTING, State.SCORING):
        return []
    found = []
    if lacking:
        text = _("Officers who lack figures: %(count)s.") % {"count": lacking}
        url = reverse("appraisal:figure_needs", args=[cycle.pk])
        found.append(Concern(text, url, _("Who lacks what")))
    if disputed := disputes_open(cycle):
        text = _("Months whose figures are disputed: %(count)s.") % {"count": disputed}
        url = reverse("appraisal:figure_list") + "?state=disputed"
        found.append(Concern(text, url, _("To the disputes")))
    if step.source == State.COLLECTING and (waiting := _ratings_open(cycle)):
        text = _("Ratings that have not been handed in: %(count)s.") % {"count": waiting}
        url = reverse("appraisal:rating_progress", args=[cycle.pk])
        found.append(Concern(text, url, _("To the return of ratings")))
    return found


def _ratings_open(cycle: Cycle) -> int:
    return RatingSheet.objects.filter(cycle=cycle, state=RatingSheet.State.OPEN).count()


def disputes_open(cycle: Cycle) -> int:
    """Months of this cycle whose figures somebody who takes part disputes."""
    return _sheets(cycle).filter(state=FigureSheet.State.DISPUTED).count()


def _sheets(cycle: Cycle) -> QuerySet[FigureSheet]:
    taking_part = Participant.objects.filter(cycle=cycle, excluded="").values("officer")
    months = FigureSheet.objects.filter(month__gte=cycle.start, month__lt=cycle.end)
    return months.filter(officer__in=taking_part)


def _confirmations(cycle: Cycle, user: User) -> Bar:
    counts = _sheets(cycle).aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=FigureSheet.State.CONFIRMED)),
        disputed=Count("pk", filter=Q(state=FigureSheet.State.DISPUTED)),
    )
    disputed = counts["disputed"]
    url = reverse("appraisal:figure_list") + "?state=disputed" if disputed else ""
    note = _("disputed: %(count)s") % {"count": disputed} if disputed else ""
    return Bar(_("Months confirmed by officers"), counts["done"], counts["total"], note, url)


def _ratings(cycle: Cycle, user: User) -> Bar:
    asked = RatingSheet.objects.filter(cycle=cycle).exclude(REPLACED)
    counts = asked.aggregate(
        total=Count("pk"), done=Count("pk", filter=Q(state=RatingSheet.State.SUBMITTED))
    )
    may_look = user.has_perm("appraisal.manage_ratings")
    url = reverse("appraisal:rating_progress", args=[cycle.pk]) if may_look else ""
    return Bar(_("Ratings handed in"), counts["done"], counts["total"], url=url)


def _computed(cycle: Cycle) -> Bar | None:
    run: AssessmentRun | None = cycle.runs.order_by("-number").first()
    if run is None:
        return None
    note = _("without a total: %(count)s") % {"count": run.missing} if run.missing else ""
    return Bar(_("Results with a total"), run.complete, run.participants, note)


def _grades(cycle: Cycle) -> Bar:
    is_decided = Q(grade__isnull=False) & ~Q(grade__decided="")
    counts = Participant.objects.filter(cycle=cycle, excluded="").aggregate(
        total=Count("pk", distinct=True),
        done=Count("pk", filter=is_decided | Q(grade_exclusions__isnull=False), distinct=True),
    )
    url = reverse("appraisal:grade_list", args=[cycle.pk])
    return Bar(_("Grades decided"), counts["done"], counts["total"], url=url)
