"""Giving ratings: what is asked of me, answered person by person, and handed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appraisal.forms.ratings import RatingForm
from appraisal.models import Cycle, RatingSheet
from appraisal.selectors.rating_returns import cycles_returning
from appraisal.selectors.ratings import Card, card_of, cards_of, cycles_asking, questions_of
from appraisal.services.ratings import (
    CannotSave,
    CannotSubmit,
    save_rating,
    save_ratings,
    submit_rating,
    submit_ratings,
)

State = RatingSheet.State
# Says to the page that an answer is about saving, and is not the sign-in page.
SAVED_HEADER = "X-Rating"


@require_safe
@login_required
def rating_list(request: HttpRequest) -> HttpResponse:
    minds = request.user.has_perm("appraisal.manage_ratings")
    context = {
        "title": _("Ratings to give"),
        "subtitle": _("Whom you are asked to rate, and until when. Only you see what you choose."),
        "asked": cycles_asking(request.user),
        "returning": cycles_returning(request.user) if minds else [],
    }
    return render(request, "appraisal/rating_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rating_form(request: HttpRequest, pk: int) -> HttpResponse:
    cards = _cards(request, pk)
    cycle = cards[0].sheet.cycle
    data = request.POST if request.method == "POST" else None
    forms = [RatingForm(card, data if card.sheet.state == State.OPEN else None) for card in cards]
    if data is not None and _save(request, cycle, forms):
        return _onwards(data.get("then", ""), cycle, cards)
    return render(request, "appraisal/rating_form.html", _form_context(cycle, cards, forms))


def _cards(request: HttpRequest, cycle_id: int) -> list[Card]:
    """Whoever is asked for nothing in a cycle doesn't learn whether there is one."""
    cycle = Cycle.objects.filter(pk=cycle_id).select_related("court").first()
    cards = cards_of(cycle, request.user) if cycle else []
    if not cards:
        raise Http404
    return cards


def _save(request: HttpRequest, cycle: Cycle, forms: list[RatingForm]) -> bool:
    sent = [form for form in forms if form.is_bound and form.is_sent]
    if sum(not form.is_valid() for form in sent):
        messages.error(request, _("Nothing was saved. See what is marked below."))
        return False
    now = timezone.now()
    answers = {form.card.sheet.pk: form.answer for form in sent}
    try:
        save_ratings(cycle_id=cycle.pk, answers=answers, by=request.user, at=now)
    except CannotSave as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _saved_at(now))
    if any(not form.is_bound and _was_sent(request, form) for form in forms):
        messages.warning(request, _("What was handed in already stays as it was handed in."))
    return True


def _was_sent(request: HttpRequest, form: RatingForm) -> bool:
    return any(form.add_prefix(name) in request.POST for name in form.fields)


def _saved_at(moment: Any) -> str:
    return _("Saved %(time)s.") % {"time": f"{timezone.localtime(moment):%H:%M}"}


def _onwards(then: str, cycle: Cycle, cards: list[Card]) -> HttpResponse:
    """Where the button that saved leads: handing in asks first, and nothing chosen is lost."""
    if then == "all":
        return redirect("appraisal:rating_submit_all", cycle.pk)
    for card in cards:
        if then == str(card.sheet.pk):
            return redirect("appraisal:rating_submit", card.sheet.pk)
    return redirect("appraisal:rating_form", cycle.pk)


def _form_context(cycle: Cycle, cards: list[Card], forms: list[RatingForm]) -> dict[str, Any]:
    is_open = cycle.state == Cycle.State.COLLECTING
    still_open = [card for card in cards if card.sheet.state == State.OPEN] if is_open else []
    return {
        "title": _("Ratings: %(cycle)s") % {"cycle": cycle.name},
        "breadcrumbs": [(_("Ratings to give"), reverse("appraisal:rating_list"))],
        "cycle": cycle,
        "forms": forms,
        "is_open": is_open,
        "total": len(cards),
        "submitted": sum(card.sheet.state == State.SUBMITTED for card in cards),
        "finished": sum(not card.left for card in still_open),
        "left": len(still_open),
    }


@require_POST
@login_required
def rating_save(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _sheet(request, pk)
    card = card_of(sheet, questions_of(sheet))
    form = RatingForm(card, request.POST)
    refusal = ""
    if form.is_valid():
        try:
            sheet = save_rating(
                sheet_id=sheet.pk, answer=form.answer, by=request.user, at=timezone.now()
            )
        except CannotSave as cannot:
            refusal = str(cannot)
    else:
        refusal = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return _state(request, card_of(sheet, questions_of(sheet)), refusal)


def _state(request: HttpRequest, card: Card, refusal: str) -> HttpResponse:
    """What became of a tap: a line for the card, or the whole page where there is no script."""
    if not request.htmx:
        if refusal:
            messages.error(request, refusal)
        return redirect(f"{card.sheet.get_absolute_url()}#person-{card.sheet.pk}")
    context = {"card": card, "refusal": refusal}
    response = render(request, "appraisal/_rating_state.html", context)
    response[SAVED_HEADER] = "refused" if refusal else "saved"
    return response


def _sheet(request: HttpRequest, pk: int) -> RatingSheet:
    own = RatingSheet.objects.asked_of(request.user)
    return get_object_or_404(
        own.select_related("ratee", "participant__department", "cycle__court"), pk=pk
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rating_submit(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _sheet(request, pk)
    back = f"{sheet.get_absolute_url()}#person-{sheet.pk}"
    card = card_of(sheet, questions_of(sheet))
    if request.method == "POST":
        try:
            submit_rating(sheet_id=sheet.pk, by=request.user, at=timezone.now())
        except CannotSubmit as refusal:
            messages.error(request, str(refusal))
            return redirect(back)
        text = _("Your rating of %(name)s is handed in.")
        messages.success(request, text % {"name": sheet.ratee.name})
        return redirect(back)
    if card.left or sheet.state != State.OPEN:
        messages.error(request, _why_not_yet(card))
        return redirect(back)
    context = {
        "title": _("Hand in your rating of %(name)s?") % {"name": sheet.ratee.name},
        "breadcrumbs": _breadcrumbs(sheet.cycle),
        "form_shown": RatingForm(card),
        "warning": _("Once handed in, nobody can change it, not even you."),
        "submit_label": _("Hand in"),
        "cancel_url": back,
    }
    return render(request, "appraisal/rating_submit.html", context)


def _why_not_yet(card: Card) -> str:
    if card.sheet.state == State.SUBMITTED:
        return _("You have handed this rating in already. It can't be changed any more.")
    if card.sheet.state == State.VOID:
        return _("This rating is no longer asked of you.")
    text = ngettext(
        "%(count)s question about %(name)s has no answer yet.",
        "%(count)s questions about %(name)s have no answer yet.",
        card.left,
    )
    return text % {"count": card.left, "name": card.sheet.ratee.name}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rating_submit_all(request: HttpRequest, pk: int) -> HttpResponse:
    cards = _cards(request, pk)
    cycle = cards[0].sheet.cycle
    back = redirect("appraisal:rating_form", cycle.pk)
    if request.method == "POST":
        try:
            count = submit_ratings(cycle_id=cycle.pk, by=request.user, at=timezone.now())
        except CannotSubmit as refusal:
            messages.error(request, str(refusal))
            return back
        text = ngettext("%(count)s rating is handed in.", "%(count)s ratings are handed in.", count)
        messages.success(request, text % {"count": count})
        return back
    waiting = [card for card in cards if card.sheet.state == State.OPEN]
    finished = [card for card in waiting if not card.left]
    if not finished:
        messages.error(request, _("None of your ratings is finished yet."))
        return back
    context = {
        "title": _("Hand in all finished ratings?"),
        "breadcrumbs": _breadcrumbs(cycle),
        "finished": finished,
        "unfinished": [card for card in waiting if card.left],
        "warning": _("Once handed in, nobody can change them, not even you."),
        "submit_label": _("Hand in"),
        "cancel_url": reverse("appraisal:rating_form", args=[cycle.pk]),
    }
    return render(request, "appraisal/rating_submit_all.html", context)


def _breadcrumbs(cycle: Cycle) -> list[tuple[str, str]]:
    return [
        (_("Ratings to give"), reverse("appraisal:rating_list")),
        (cycle.name, reverse("appraisal:rating_form", args=[cycle.pk])),
    ]
