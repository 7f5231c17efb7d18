from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal.forms.settings import SettingsForm
from appraisal.rules.cycles import MANAGE
from appraisal.selectors.settings import courts_to_set, settings_of
from appraisal.services.settings import CannotSave, change_settings


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def settings_edit(request: HttpRequest) -> HttpResponse:
    courts = courts_to_set(request.user)
    chosen = request.GET.get("court", "")
    court = next((one for one in courts if chosen in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    settings = settings_of(court)
    is_sent = request.method == "POST"
    form = SettingsForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, instance=settings
    )
    if form.is_valid():
        try:
            change_settings(court=court, by=request.user, **form.asked)
        except CannotSave as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('appraisal:appraisal_settings')}?court={court.pk}")
    context = {
        "title": _("Appraisal settings"),
        "intro": _("What the court decides itself. It applies from now on."),
        "court": court,
        "courts": courts,
        "form": form,
        "approval": settings.quota_approval,
        "breadcrumbs": [(_("Appraisal"), "")],
    }
    return render(request, "appraisal/settings_edit.html", context)
