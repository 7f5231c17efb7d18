from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from retention.forms.rungs import RungForm
from retention.models import AwardRung
from retention.selectors.ladder import MANAGE, courts_kept, ladder_table
from retention.services.rungs import CannotKeepRung, keep_rung, seed_rungs
from retention.views.achievements import METHODS

VIEW = "retention.view_awards"


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def rung_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rungs = AwardRung.objects.visible_to(request.user).select_related("court")
    kept = courts_kept(request.user)
    context = {
        "title": _("Ladder of awards"),
        "subtitle": _("What may be given, who decides, how many and how often."),
        "lines": ladder_table(rungs, year=today.year),
        "year": today.year,
        "may_keep": bool(kept),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/rung_list.html", context)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def rung_seed(request: HttpRequest) -> HttpResponse:
    count = sum([seed_rungs(court, by=request.user) for court in courts_kept(request.user)])
    if count:
        messages.success(request, _("The usual ladder was added. Check each rung."))
    else:
        messages.info(request, _("There is a ladder already; nothing was added."))
    return redirect("retention:rung_list")


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def rung_add(request: HttpRequest) -> HttpResponse:
    return _rung_page(request, None, _("Add a rung"))


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def rung_change(request: HttpRequest, pk: int) -> HttpResponse:
    rungs = AwardRung.objects.kept_by(request.user).select_related("court")
    rung = get_object_or_404(rungs, pk=pk)
    return _rung_page(request, rung, rung.display_name)


def _rung_page(request: HttpRequest, rung: AwardRung | None, title: str) -> HttpResponse:
    courts = [rung.court] if rung else courts_kept(request.user)
    data = request.POST if request.method == "POST" else None
    form = RungForm(data, instance=rung, courts=courts)
    if form.is_valid():
        try:
            keep_rung(
                court=form.court, rung_id=rung.pk if rung else None, by=request.user, **form.facts
            )
        except CannotKeepRung as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Awards given before stay as they were."))
            return redirect("retention:rung_list")
    context = {
        "title": title,
        "form": form,
        "cancel_url": reverse("retention:rung_list"),
        "breadcrumbs": [
            (_("Retention"), ""),
            (_("Ladder of awards"), reverse("retention:rung_list")),
        ],
    }
    return render(request, "retention/rung_form.html", context)
