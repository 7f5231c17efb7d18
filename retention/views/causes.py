from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courtparty.accounts.models import Unit
from retention.forms.departures import CauseForm
from retention.selectors.causes import MANAGE, causes_of, courts_kept, next_position
from retention.services import causes as services


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def cause_list(request: HttpRequest) -> HttpResponse:
    court = _court_or_404(request)
    context = {
        "title": _("Causes of leaving"),
        "intro": _("What can be chosen when causes are coded, in this order."),
        "court": court,
        "courts": courts_kept(request.user),
        "causes": causes_of(court),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/cause_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def cause_add(request: HttpRequest) -> HttpResponse:
    court = _court_or_404(request)
    initial = {"position": next_position(court)}
    form = CauseForm(_posted(request), is_new=True, initial=initial)
    if form.is_valid():
        try:
            services.add_cause(court=court, by=request.user, **form.cleaned_data)
        except services.CannotKeep as refusal:
            form.add_error("name", str(refusal))
        else:
            return _saved(request, court)
    return _page(request, form, _("Add a cause"), court)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def cause_change(request: HttpRequest, code: str) -> HttpResponse:
    court = _court_or_404(request)
    cause = next((one for one in causes_of(court) if one.code == code), None)
    if cause is None:
        raise Http404
    names = ("name", "name_en", "position", "is_active")
    form = CauseForm(_posted(request), initial={name: getattr(cause, name) for name in names})
    if form.is_valid():
        try:
            services.change_cause(court=court, code=code, by=request.user, **form.cleaned_data)
        except services.CannotKeep as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, court)
    return _page(request, form, cause.display_name, court)


def _page(request: HttpRequest, form: CauseForm, title: str, court: Unit) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "cancel_url": f"{reverse('retention:cause_list')}?court={court.pk}",
        "breadcrumbs": [*_crumbs(), (_("Causes of leaving"), reverse("retention:cause_list"))],
    }
    return render(request, "skeletons/form.html", context)


def _saved(request: HttpRequest, court: Unit) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('retention:cause_list')}?court={court.pk}")


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _court_or_404(request: HttpRequest) -> Unit:
    chosen = request.GET.get("court", "")
    courts = courts_kept(request.user)
    court = next((one for one in courts if chosen in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    return court


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Retention"), ""), (_("Departures"), reverse("retention:departure_list"))]
