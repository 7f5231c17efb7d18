from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.forms.corrections import AskForm, CorrectionFilter, DecideForm
from cadres.models import Correction
from cadres.rules.corrections import CORRECTABLE
from cadres.selectors.corrections import DECIDE, correction_rows, correction_shown, item_shown
from cadres.selectors.officers import own_record
from cadres.services import corrections as services

PER_PAGE = 50


@require_safe
@login_required
@permission_required(DECIDE, raise_exception=True)
def correction_list(request: HttpRequest) -> HttpResponse:
    corrections = Correction.objects.visible_to(request.user).order_by("-asked_at", "-pk")
    found = CorrectionFilter(request.GET, corrections)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = correction_rows(page.object_list)
    context = {
        "title": _("Corrections"),
        "intro": _("What officers ask to have put right in their own data."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/correction_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def correction_ask(request: HttpRequest) -> HttpResponse:
    officer = own_record(request.user)
    field = request.GET.get("field", "")
    if officer is None or field not in CORRECTABLE:
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None, officer=officer, field=field)
    if form.is_valid():
        try:
            services.ask_correction(
                officer_id=officer.pk,
                field=field,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except services.CannotAsk as refusal:
            form.add_error("proposed", str(refusal))
        else:
            messages.success(
                request, _("Sent. Those who keep the roster decide; you will get a notice.")
            )
            return redirect("my_records")
    context = {
        "title": _("Ask for a correction"),
        "item": item_shown(officer, field),
        "form": form,
        "submit_label": _("Send"),
        "cancel_url": reverse("my_records"),
        "breadcrumbs": [(_("My records"), reverse("my_records"))],
    }
    return render(request, "cadres/correction_ask.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def correction_decide(request: HttpRequest, pk: int) -> HttpResponse:
    corrections = Correction.objects.visible_to(request.user).select_related(
        "officer__court", "officer__department", "officer__branch", "decided_by"
    )
    correction = get_object_or_404(corrections, pk=pk)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = _decide(correction, form.cleaned_data, request)
        except services.CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("cadres:correction_list")
    services.open_correction(correction, by=request.user)
    context = {
        "title": _("Correction asked for by %(name)s") % {"name": correction.officer.name},
        "correction": correction,
        "shown": correction_shown(correction, on=timezone.localdate()),
        "form": form,
        "is_own": correction.officer.user_id == request.user.pk,
        "breadcrumbs": [
            (_("Cadre team"), ""),
            (_("Corrections"), reverse("cadres:correction_list")),
        ],
    }
    return render(request, "cadres/correction_decide.html", context)


def _decide(correction: Correction, cleaned: dict[str, str], request: HttpRequest) -> str:
    facts = {"correction_id": correction.pk, "by": request.user, "at": timezone.now()}
    if cleaned["decision"] == "accept":
        services.accept_correction(**facts, answer=cleaned["answer"])
        return _("Corrected, and the officer has been told.")
    services.decline_correction(**facts, answer=cleaned["answer"])
    return _("Declined, and the officer has been told why.")
