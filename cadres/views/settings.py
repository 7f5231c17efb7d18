from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadres.forms.settings import SettingsForm
from cadres.selectors.settings import court_settings, courts_to_set
from cadres.services import settings as services


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("cadres.manage_settings", raise_exception=True)
def settings_edit(request: HttpRequest) -> HttpResponse:
    courts = courts_to_set(request.user)
    chosen = request.GET.get("court", "")
    court = next((one for one in courts if chosen in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    form = SettingsForm(request.POST or None, instance=court_settings(court))
    if form.is_valid():
        try:
            services.change_settings(court=court, by=request.user, **form.cleaned_data)
        except services.CannotSave as refusal:
            form.add_error("remind_days", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('cadres:settings_edit')}?court={court.pk}")
    context = {
        "title": _("Settings of the cadre team"),
        "intro": _("What the court decides itself. It applies from now on."),
        "court": court,
        "courts": courts,
        "form": form,
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/settings_edit.html", context)
