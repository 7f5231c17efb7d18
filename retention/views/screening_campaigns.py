from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courtparty.accounts.models import Unit
from retention.forms.screening import ScreeningSettingsForm
from retention.models import ScreeningCampaign
from retention.models.screening import ANSWER_ALERTS
from retention.selectors.screening import courts_with_stewardship, screening_settings
from retention.services import screening_campaigns as services


@require_safe
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def screening_campaign_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    court, courts = _court(request)
    campaigns = ScreeningCampaign.objects.visible_to(request.user).filter(court=court)
    listed = list(campaigns.select_related("started_by").order_by("-year"))
    context = {
        "title": _("Invitations to screening"),
        "subtitle": court.display_name,
        "court": court,
        "courts": courts,
        "campaigns": listed,
        "settings": screening_settings(court),
        "may_invite": not any(one.year == today.year for one in listed),
        "today": today,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/screening_campaign_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def screening_campaign_start(request: HttpRequest) -> HttpResponse:
    court, _courts = _court(request)
    here = f"{reverse('retention:screening_campaign_list')}?court={court.pk}"
    if request.method == "POST":
        try:
            campaign = services.start_campaign(court=court, by=request.user, at=timezone.now())
        except services.CannotInvite as refusal:
            messages.warning(request, str(refusal))
        else:
            text = _("Invited: %(count)s officers.") % {"count": campaign.invited}
            messages.success(request, text)
        return redirect(here)
    context = {
        "title": _("Invite everybody to a self-screening?"),
        "text": _(
            "Every officer in service with an account gets a notice. Taking part is voluntary, "
            "and nobody is told who did; so nobody can be reminded either."
        ),
        "submit_label": _("Invite"),
        "cancel_url": here,
        "breadcrumbs": [(_("Invitations to screening"), here)],
    }
    return render(request, "skeletons/confirm.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ANSWER_ALERTS, raise_exception=True)
def screening_settings_edit(request: HttpRequest) -> HttpResponse:
    court, courts = _court(request)
    data = request.POST if request.method == "POST" else None
    form = ScreeningSettingsForm(data, instance=screening_settings(court))
    if form.is_valid():
        services.change_settings(court=court, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('retention:screening_settings')}?court={court.pk}")
    context = {
        "title": _("Settings of screening"),
        "intro": _("What officers read when they need help, and when everybody is invited."),
        "court": court,
        "courts": courts,
        "form": form,
        "cancel_url": reverse("retention:screening_campaign_list"),
        "breadcrumbs": [
            (_("Retention"), ""),
            (_("Invitations to screening"), reverse("retention:screening_campaign_list")),
        ],
    }
    return render(request, "retention/screening_settings.html", context)


def _court(request: HttpRequest) -> tuple[Unit, list[Unit]]:
    """The court asked for by ?court=, else the first one in which the reader is steward."""
    courts = courts_with_stewardship(request.user)
    chosen = request.GET.get("court", "")
    court = next((one for one in courts if chosen in ("", str(one.pk))), None)
    if court is None:
        raise Http404
    return court, courts
