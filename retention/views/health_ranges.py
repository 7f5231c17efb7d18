from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.accounts.models import Unit
from retention.forms.health_files import RangeForm, court_of
from retention.models import ReferenceRange
from retention.models.checkups import KEEP
from retention.selectors.checkups import courts_to_check
from retention.selectors.health_ranges import range_rows
from retention.services import reference_ranges as services
from retention.views.checkups import sent
from retention.views.health_files import crumbs


def _court_or_404(request: HttpRequest) -> Unit:
    court = court_of(request.GET, courts_to_check(request.user))
    if court is None:
        raise Http404
    return court


@require_safe
@login_required
@permission_required(KEEP, raise_exception=True)
def health_ranges(request: HttpRequest) -> HttpResponse:
    court = _court_or_404(request)
    context = {
        "title": _("Reference ranges"),
        "subtitle": _("They mark values as low or high. They are no diagnosis."),
        "court": court,
        "rows": range_rows(court),
        "breadcrumbs": crumbs(),
    }
    return render(request, "retention/health_ranges.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def health_range_set(request: HttpRequest) -> HttpResponse:
    court = _court_or_404(request)
    form = RangeForm(sent(request), initial={"code": request.GET.get("code", "")})
    back = f"{reverse('retention:health_ranges')}?court={court.pk}"
    if form.is_valid():
        try:
            services.set_range(court=court, by=request.user, **form.cleaned_data)
        except services.CannotSet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It applies to every value from now on."))
            return redirect(back)
    context = {
        "title": _("Set a reference range"),
        "intro": court.display_name,
        "form": form,
        "cancel_url": back,
        "breadcrumbs": crumbs(),
    }
    return render(request, "retention/checkup_form.html", context)


@require_POST
@login_required
@permission_required(KEEP, raise_exception=True)
def health_range_reset(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ReferenceRange.objects.visible_to(request.user), pk=pk)
    services.reset_range(range_id=found.pk, by=request.user)
    messages.success(request, _("The default applies again."))
    return redirect(f"{reverse('retention:health_ranges')}?court={found.court_id}")
