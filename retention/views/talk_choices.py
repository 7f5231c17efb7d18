"""The first step of whatever is entered about somebody: who. It stands in the address."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cadres.models import Officer, OfficerQuerySet
from cadres.selectors.appointments import OFFICERS_OFFERED, offered
from retention.forms.talk_choices import OfficerSearch


def chosen_officer(request: HttpRequest, officers: OfficerQuerySet) -> Officer | None:
    """The officer of ?officer=; 404 for one out of reach."""
    text = request.GET.get("officer", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    try:
        return officers.get(pk=int(text))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def choose_officer(
    request: HttpRequest, officers: OfficerQuerySet, context: dict[str, Any]
) -> HttpResponse:
    form = OfficerSearch(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = offered(officers, text, user=request.user)
    context |= {
        "search": form,
        "asked": text,
        "officers": found[:OFFICERS_OFFERED],
        "has_more": len(found) > OFFICERS_OFFERED,
    }
    return render(request, "retention/talk_officer.html", context)
