"""Asking people for ratings, and their answers: saved as one goes, final once handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appraisal.models import Cycle, RatingSheet
from appraisal.rules.ratings import has_unknown, unanswered
from appraisal.selectors.ratings import REPLACED, Court, finished_sheets, words_of
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.notices.services import notify_many

State = RatingSheet.State


class CannotSave(Exception):
    """The rating can't be kept. Its text is for the user."""


class CannotSubmit(Exception):
    """The rating can't be handed in. Its text is for the user."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody chose on one sheet: the place of a word for each indicator, and a remark."""

    marks: Mapping[str, int]
    comment: str


@transaction.atomic
def draw_panels(*, cycle: Cycle, by: User | None, at: datetime) -> int:
    """Ask everybody on the panels of a cycle for ratings, and tell each of them once.

    Panels follow from who is frozen into the cycle, the rater groups of each index set, and a
    lot that can be drawn again. Only people with an account are asked. When collecting begins a
    second time, nobody is drawn anew: what was not handed in may be, and what was stays as it
    is; about whoever takes part no more nothing is asked. Returns how many ratings are asked for
    now.
    """
    lapsed = RatingSheet.objects.filter(cycle=cycle, state=State.VOID).exclude(REPLACED)
    lapsed.filter(participant__excluded="").update(state=State.OPEN)
    _ask(Court(cycle, on=timezone.localdate(at)))
    asked = RatingSheet.objects.filter(cycle=cycle, state=State.OPEN)
    count = asked.count()
    record("panels.drawn", by=by, on=cycle, court=cycle.court, count=count)
    tell_raters(cycle, User.objects.filter(officer__ratings_asked__in=asked).distinct())
    return count


def _ask(court: Court) -> None:
    """A sheet for each member of each panel, for those who have no panel yet."""
    asked = RatingSheet.objects.filter(cycle=court.cycle)
    has_panel = set(asked.values_list("participant", flat=True).distinct())
    sheets = (
        RatingSheet(
            cycle=court.cycle,
            participant=ratee,
            ratee_id=ratee.officer_id,
            rater_id=rater,
            group=group.value,
        )
        for ratee in court.ratees
        if ratee.pk not in has_panel
        for rater, group in court.panel(ratee)
    )
    RatingSheet.objects.bulk_create(sheets, batch_size=500)


def tell_raters(cycle: Cycle, users: Iterable[User], *, again: str = "") -> int:
    """Tell each of ``users`` once that ratings are asked; ``again`` makes it another telling."""
    key = f"ratings-asked:{cycle.pk}:{cycle.collect_until}{again}"
    told = [(user, f"{key}:{user.pk}") for user in users]
    url = reverse("appraisal:rating_form", args=[cycle.pk])
    if cycle.collect_until is None:
        return notify_many(told, kind="ratings_asked", url=url, cycle=cycle.name)
    day = f"{cycle.collect_until:%Y-%m-%d}"
    return notify_many(told, kind="ratings_asked_until", url=url, cycle=cycle.name, day=day)


@transaction.atomic
def close_ratings(*, cycle: Cycle, at: datetime) -> int:
    """End the collecting: what was not handed in is void, what was stays. Returns how many lapse.

    Drafts are kept, sealed, in case collecting begins again; they count for nothing. The step of
    the cycle is what the log shows, so nothing is recorded here and nobody is told.
    """
    return RatingSheet.objects.filter(cycle=cycle, state=State.OPEN).update(state=State.VOID)


@transaction.atomic
def save_rating(*, sheet_id: int, answer: Answer, by: User, at: datetime) -> RatingSheet:
    """Keep what ``by`` has chosen on one sheet so far; the last saving counts.

    Refuses somebody else's sheet (it does not exist for ``by``), one that is handed in or void,
    a word that does not exist, and a cycle that does not collect. Nobody is told, and the log
    says nothing of drafts: how often somebody wavers is not for others to read.
    """
    sheet = _own(sheet_id, by)
    _keep(sheet, answer, at)
    return sheet


@transaction.atomic
def save_ratings(*, cycle_id: int, answers: Mapping[int, Answer], by: User, at: datetime) -> int:
    """Keep several sheets of one cycle at once, all or none; as ``save_rating`` otherwise.

    Sheets handed in meanwhile from another window stay as they were handed in, and those on
    which nothing is chosen yet are left alone. Returns how many were kept.
    """
    _refuse_unless_collecting(Cycle.objects.get(pk=cycle_id), CannotSave)
    own = RatingSheet.objects.asked_of(by).filter(cycle=cycle_id, state=State.OPEN)
    sheets = own.select_related("participant", "cycle").in_bulk(list(answers))
    kept = 0
    for pk, answer in answers.items():
        sheet = sheets.get(pk)
        if sheet and (answer.marks or answer.comment or sheet.saved_at):
            _keep(sheet, answer, at)
            kept += 1
    return kept


@transaction.atomic
def submit_rating(*, sheet_id: int, by: User, at: datetime) -> RatingSheet:
    """Hand one rating in: from then on it is final. Nobody is told.

    Refuses somebody else's sheet, one with questions left, one handed in or void already, and a
    cycle that does not collect. The log says who handed in, not about whom.
    """
    sheet = _own(sheet_id, by)
    _refuse_unless_collecting(sheet.cycle, CannotSubmit)
    if _submit([sheet.pk], at) != 1:
        raise CannotSubmit(_why_not(sheet))
    sheet.refresh_from_db(fields=["marks", "state", "submitted_at"])
    left = len(unanswered(sheet.marks or {}, words_of(sheet)))
    if left:
        text = ngettext(
            "%(count)s question about %(name)s has no answer yet.",
            "%(count)s questions about %(name)s have no answer yet.",
            left,
        )
        raise CannotSubmit(text % {"count": left, "name": sheet.ratee.name})
    _record_submitted(sheet.cycle, by, 1)
    return sheet


@transaction.atomic
def submit_ratings(*, cycle_id: int, by: User, at: datetime) -> int:
    """Hand in every own rating of a cycle on which nothing is left open; the others stay open.

    Refuses where none is finished, and a cycle that does not collect. Returns how many.
    """
    cycle = Cycle.objects.select_related("court").get(pk=cycle_id)
    _refuse_unless_collecting(cycle, CannotSubmit)
    submitted = _submit([one.pk for one in finished_sheets(cycle, by)], at)
    if not submitted:
        raise CannotSubmit(_("None of your ratings is finished yet."))
    _record_submitted(cycle, by, submitted)
    return submitted


def _submit(sheets: list[int], at: datetime) -> int:
    return RatingSheet.objects.filter(pk__in=sheets, state=State.OPEN).update(
        state=State.SUBMITTED, submitted_at=at
    )


def _record_submitted(cycle: Cycle, by: User, count: int) -> None:
    record("ratings.submitted", by=by, on=cycle, court=cycle.court, count=count)


def _own(sheet_id: int, by: User) -> RatingSheet:
    own = RatingSheet.objects.asked_of(by).select_related("participant", "cycle__court", "ratee")
    return own.get(pk=sheet_id)


def _keep(sheet: RatingSheet, answer: Answer, at: datetime) -> None:
    _refuse_unless_collecting(sheet.cycle, CannotSave)
    if has_unknown(answer.marks, words_of(sheet)):
        raise CannotSave(_("This is none of the words to choose from. Please load the page again."))
    # Holds the row, so that what is read next is what is changed.
    if RatingSheet.objects.filter(pk=sheet.pk, state=State.OPEN).update(saved_at=at) != 1:
        raise CannotSave(_why_not(sheet))
    sheet.refresh_from_db(fields=["marks", "saved_at"])
    # An answer can be changed and never taken away, so an old window can't empty a new one.
    sheet.marks = {**(sheet.marks or {}), **answer.marks}
    sheet.comment = answer.comment
    sheet.save(update_fields=["marks", "comment"])


def _refuse_unless_collecting(cycle: Cycle, refusal: type[Exception]) -> None:
    if cycle.state != Cycle.State.COLLECTING:
        raise refusal(_("Ratings are no longer collected in this cycle."))


def _why_not(sheet: RatingSheet) -> str:
    """Seen anew: it was handed in, passed on, or taken back with the whole collecting."""
    if RatingSheet.objects.filter(pk=sheet.pk, state=State.SUBMITTED).exists():
        return _("You have handed this rating in already. It can't be changed any more.")
    return _("This rating is no longer asked of you.")
