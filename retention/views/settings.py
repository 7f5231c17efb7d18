from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from retention.forms.settings import SettingsForm
from retention.selectors.settings import court_settings, courts_to_set
from retention.services import settings as services


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("retention.manage_settings", raise_exception=True)
def settings_edit(request: HttpRequest) -> HttpResponse:
    courts = courts_to_set(request.user)
    chosen = request.GET.get("court", "")
    court = next((one for one in courts if chosen in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, instance=court_settings(court))
    if form.is_valid():
        try:
            services.change_settings(court=court, by=request.user, **form.cleaned_data)
        except services.CannotSave as refusal:
            form.add_error("political_decides_days", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('retention:settings_edit')}?court={court.pk}")
    context = {
        "title": _("Settings of retention"),
        "intro": _("What the court decides itself for the four concerns. It applies from now on."),
        "court": court,
        "courts": courts,
        "form": form,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/settings_edit.html", context)
