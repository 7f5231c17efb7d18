from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from retention.forms.checkups import AddOfficersForm, CampaignForm, CampaignMakeForm
from retention.forms.health_files import court_of
from retention.models import CheckUp, CheckUpCampaign
from retention.models.checkups import KEEP
from retention.selectors.checkups import ONE_DAY, courts_to_check, newcomers, not_in
from retention.services import checkup_campaigns as services
from retention.views.checkups import campaign_or_404, crumbs, sent


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_campaign_make(request: HttpRequest) -> HttpResponse:
    court = court_of(request.GET, courts_to_check(request.user))
    if court is None:
        raise Http404
    today = timezone.localdate()
    form = CampaignMakeForm(sent(request), court=court, initial={"year": today.year})
    if form.is_valid():
        try:
            campaign = services.make_campaign(
                court=court,
                facts=form.facts,
                departments=form.cleaned_data["departments"],
                categories=form.cleaned_data["categories"],
                by=request.user,
                at=timezone.now(),
            )
        except services.CannotPlan as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Planned. Look through the appointed days, then open the campaign.")
            messages.success(request, text)
            return redirect(campaign)
    context = {
        "title": _("Plan a check-up campaign"),
        "intro": _(
            "Each officer gets a day, spread evenly over the working days. Nobody is told before "
            "you open the campaign."
        ),
        "form": form,
        "submit_label": _("Plan it"),
        "cancel_url": reverse("retention:checkup_campaigns"),
        "breadcrumbs": crumbs(),
    }
    return render(request, "retention/checkup_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_campaign_change(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk, keeping=True)
    names = ("year", "name", "start", "place", "provider", "note")
    initial = {name: getattr(campaign, name) for name in names}
    form = CampaignForm(sent(request), initial=initial | {"last": campaign.end - ONE_DAY})
    if form.is_valid():
        try:
            services.change_campaign(campaign_id=campaign.pk, by=request.user, **form.facts)
        except services.CannotPlan as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(campaign)
    context = {
        "title": _("Change the campaign"),
        "intro": _(
            "Appointed days that fall out of new dates are spread anew; of an open campaign, "
            "those concerned are told."
        ),
        "form": form,
        "cancel_url": campaign.get_absolute_url(),
        "breadcrumbs": crumbs(campaign),
    }
    return render(request, "retention/checkup_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_campaign_add(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk, keeping=True)
    if campaign.state == CheckUpCampaign.State.CLOSED:
        messages.warning(request, _("This campaign is closed. Open it again first."))
        return redirect(campaign)
    first, last = campaign.start, campaign.end - ONE_DAY
    initial = {
        "due_on": min(max(timezone.localdate(), first), last),
        "officers": list(newcomers(campaign).values_list("pk", flat=True)),
    }
    form = AddOfficersForm(
        sent(request), officers=not_in(campaign), first=first, last=last, initial=initial
    )
    if form.is_valid():
        try:
            count = services.add_officers(
                campaign_id=campaign.pk,
                officer_ids=[one.pk for one in form.cleaned_data["officers"]],
                due_on=form.cleaned_data["due_on"],
                by=request.user,
            )
        except services.CannotPlan as refusal:
            form.add_error("due_on", str(refusal))
        else:
            messages.success(request, _("Added: %(count)s.") % {"count": count})
            return redirect(campaign)
    context = {
        "title": _("Add officers"),
        "intro": _(
            "Everybody in service who is not in the campaign. Those it was made for who came "
            "later are ticked."
        ),
        "form": form,
        "is_all_in": not form.fields["officers"].queryset.exists(),
        "submit_label": _("Add"),
        "cancel_url": campaign.get_absolute_url(),
        "breadcrumbs": crumbs(campaign),
    }
    return render(request, "retention/checkup_add.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_campaign_open(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk, keeping=True)
    if request.method == "POST":
        try:
            services.open_campaign(campaign_id=campaign.pk, by=request.user, at=timezone.now())
        except services.CannotPlan as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Open. Everybody in it has been told the day."))
        return redirect(campaign)
    context = {
        "title": _("Open this campaign?"),
        "text": _("%(count)s officers are told the day of their check-up.")
        % {"count": campaign.checkups.filter(state=CheckUp.State.DUE).count()},
        "submit_label": _("Open the campaign"),
    }
    return _confirm(request, campaign, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk, keeping=True)
    if request.method == "POST":
        services.close_campaign(campaign_id=campaign.pk, by=request.user, at=timezone.now())
        messages.success(request, _("Closed. What was not done is listed, and can be made up for."))
        return redirect(campaign)
    undone = campaign.checkups.filter(state=CheckUp.State.DUE)
    context = {
        "title": _("Close this campaign?"),
        "text": _("What is still due then counts as not done, and its officers are told."),
        "undone": undone.select_related("officer__department")
        .defer("excuse")
        .order_by("officer__department__path", "officer__pinyin"),
        "submit_label": _("Close"),
    }
    return _confirm(request, campaign, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_campaign_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk, keeping=True)
    if request.method == "POST":
        services.reopen_campaign(campaign_id=campaign.pk, by=request.user)
        messages.success(request, _("Open again. What was not done is due."))
        return redirect(campaign)
    context = {
        "title": _("Open this campaign again?"),
        "text": _("What was not done is due again, and reminded of."),
        "submit_label": _("Open again"),
    }
    return _confirm(request, campaign, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_campaign_delete(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk, keeping=True)
    if request.method == "POST":
        services.delete_campaign(campaign_id=campaign.pk, by=request.user)
        messages.success(request, _("The planned campaign is deleted."))
        return redirect("retention:checkup_campaigns")
    context = {
        "title": _("Delete this planned campaign?"),
        "text": _("Its appointed days are deleted with it. Nobody has been told of them yet."),
        "submit_label": _("Delete"),
        "is_danger": True,
    }
    return _confirm(request, campaign, context)


def _confirm(
    request: HttpRequest, campaign: CheckUpCampaign, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "campaign": campaign,
        "cancel_url": campaign.get_absolute_url(),
        "breadcrumbs": crumbs(campaign),
    }
    return render(request, "retention/checkup_confirm.html", context)
