from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.lib.charts import bar_chart
from courtparty.lib.responses import xlsx_response
from retention.forms.checkups import (
    CampaignFilter,
    CheckUpFilter,
    DoneForm,
    ExcuseForm,
    FinishForm,
    MoveForm,
)
from retention.models import CheckUp, CheckUpCampaign, CheckUpResult
from retention.models.checkups import KEEP, VIEW
from retention.rules.checkups import may_step
from retention.selectors.checkups import (
    CAMPAIGN_TONES,
    DEFAULT_ORDER,
    ONE_DAY,
    TONES,
    campaign_rows,
    campaigns_seen,
    checkup_rows,
    checkups_of,
    coverage_of,
    departments_of,
    keeps_health_in,
    newcomers,
    ordered,
    total_of,
    without_result,
)
from retention.services import checkups as services
from retention.services.checkups_export import export_checkups

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def checkup_campaigns(request: HttpRequest) -> HttpResponse:
    campaigns = campaigns_seen(request.user).order_by("-start", "-pk")
    found = CampaignFilter(request.GET, campaigns)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = campaign_rows(page.object_list, request.user)
    context = {
        "title": _("Check-ups"),
        "intro": _("Who has had the yearly check-up. What it found is in nobody's list."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/checkup_campaigns.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def checkup_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    return _campaign_page(request, campaign_or_404(request, pk))


def campaign_or_404(request: HttpRequest, pk: int, *, keeping: bool = False) -> CheckUpCampaign:
    campaigns = campaigns_seen(request.user)
    if keeping:
        campaigns = CheckUpCampaign.objects.visible_to(request.user, KEEP)
    return get_object_or_404(campaigns.select_related("court"), pk=pk)


def _found(request: HttpRequest, campaign: CheckUpCampaign, keeps: bool) -> CheckUpFilter:
    checkups = checkups_of(campaign, request.user)
    return CheckUpFilter(
        request.GET,
        ordered(checkups, request.GET.get("sort", "")),
        user=request.user,
        departments=departments_of(checkups),
        keeps=keeps,
    )


def _campaign_page(
    request: HttpRequest, campaign: CheckUpCampaign, done: DoneForm | None = None, status: int = 200
) -> HttpResponse:
    keeps = keeps_health_in(request.user, campaign.court)
    found = _found(request, campaign, keeps)
    checkups = checkups_of(campaign, request.user)
    lines = coverage_of(checkups)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = checkup_rows(page.object_list, keeps=keeps)
    total = total_of(lines)
    context = {
        "title": campaign.name,
        "campaign": campaign,
        "last_day": campaign.end - ONE_DAY,
        "status_text": campaign.get_state_display(),
        "status_tone": CAMPAIGN_TONES[campaign.state],
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "lines": lines,
        "total": total,
        "chart": bar_chart(
            [line.bar for line in lines], title=_("Done, in per cent of those asked"), most=100
        ),
        "keeps": keeps,
        "may_finish": keeps and campaign.state != CheckUpCampaign.State.PLANNED,
        "done_form": done or DoneForm(ids=[], initial={"done_on": timezone.localdate()}),
        "newcomers": newcomers(campaign).count() if keeps and campaign.state != "closed" else 0,
        "lacking": without_result(checkups).count() if keeps else 0,
        "export_url": reverse("retention:checkup_export", args=[campaign.pk]),
        "breadcrumbs": crumbs(),
    }
    return render(request, "retention/checkup_campaign.html", context, status=status)


def crumbs(campaign: CheckUpCampaign | None = None) -> list[tuple[str, str]]:
    trail = [(_("Retention"), ""), (_("Check-ups"), reverse("retention:checkup_campaigns"))]
    return [*trail, (campaign.name, campaign.get_absolute_url())] if campaign else trail


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def checkup_export(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk)
    keeps = keeps_health_in(request.user, campaign.court)
    today = timezone.localdate()
    rows = checkup_rows(_found(request, campaign, keeps).found, keeps=keeps)
    content = export_checkups(rows, campaign=campaign, by=request.user, on=today)
    return xlsx_response(content, _("check-ups-%(day)s.xlsx") % {"day": today})


# -- what the steward does ----------------------------------------------------------------------


@require_POST
@login_required
@permission_required(KEEP, raise_exception=True)
def checkups_finish(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_or_404(request, pk, keeping=True)
    ids = list(campaign.checkups.values_list("pk", flat=True))
    form = DoneForm(request.POST, ids=ids)
    if not form.is_valid():
        return _campaign_page(request, campaign, form, status=400)
    try:
        count = services.finish_checkups(
            campaign_id=campaign.pk,
            checkup_ids=form.cleaned_data["checkups"],
            done_on=form.cleaned_data["done_on"],
            by=request.user,
            at=timezone.now(),
        )
    except services.CannotNote as refusal:
        form.add_error("done_on", str(refusal))
        return _campaign_page(request, campaign, form, status=400)
    messages.success(request, _("Noted as done: %(count)s.") % {"count": count})
    return redirect(f"{campaign.get_absolute_url()}{_query(request)}")


def _query(request: HttpRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""


@require_safe
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup(request: HttpRequest, pk: int) -> HttpResponse:
    found = checkup_or_404(request, pk)
    state, campaign = found.state, found.campaign
    result = CheckUpResult.objects.filter(checkup=found).values_list("pk", flat=True).first()
    context = {
        "title": found.officer.name,
        "subtitle": found.officer.department.display_name,
        "checkup": found,
        "result": result,
        "status_text": found.get_state_display(),
        "status_tone": TONES[state],
        "may": {
            action: may_step(state, action, campaign.state)
            for action in ("finish", "excuse", "take_back", "move")
        },
        "may_enter": campaign.state != "planned" and state != CheckUp.State.EXCUSED,
        "is_planned": campaign.state == CheckUpCampaign.State.PLANNED,
        "breadcrumbs": crumbs(campaign),
    }
    return render(request, "retention/checkup.html", context)


def checkup_or_404(request: HttpRequest, pk: int) -> CheckUp:
    kept = CheckUpCampaign.objects.visible_to(request.user, KEEP)
    checkups = CheckUp.objects.visible_to(request.user, KEEP).filter(campaign__in=kept)
    return get_object_or_404(
        checkups.select_related(
            "campaign__court", "officer__department", "officer__court", "officer__user"
        ).defer("excuse"),
        pk=pk,
    )


def _act(
    request: HttpRequest, found: CheckUp, form: Any, service: Any, context: dict[str, Any]
) -> HttpResponse:
    if form.is_valid():
        try:
            service(checkup_id=found.pk, by=request.user, **form.cleaned_data)
        except services.CannotNote as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("retention:checkup", found.pk)
    context |= {
        "form": form,
        "intro": f"{found.officer.name} · {found.campaign.name}",
        "cancel_url": reverse("retention:checkup", args=[found.pk]),
        "breadcrumbs": crumbs(found.campaign),
    }
    return render(request, "retention/checkup_form.html", context)


def sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_finish(request: HttpRequest, pk: int) -> HttpResponse:
    found = checkup_or_404(request, pk)
    form = FinishForm(sent(request), initial={"done_on": timezone.localdate()})
    context = {"title": _("Note as done"), "submit_label": _("Note as done")}
    return _act(request, found, form, _finish_one(found), context)


def _finish_one(found: CheckUp) -> Any:
    def service(*, checkup_id: int, by: Any, done_on: Any) -> None:
        count = services.finish_checkups(
            campaign_id=found.campaign_id,
            checkup_ids=[checkup_id],
            done_on=done_on,
            by=by,
            at=timezone.now(),
        )
        if not count:
            raise services.CannotNote(_("It is done or excused by now: nothing was changed."))

    return service


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_excuse(request: HttpRequest, pk: int) -> HttpResponse:
    found = checkup_or_404(request, pk)
    context = {
        "title": _("Excuse from this check-up"),
        "submit_label": _("Excuse"),
    }
    return _act(request, found, ExcuseForm(sent(request)), services.excuse_checkup, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_move(request: HttpRequest, pk: int) -> HttpResponse:
    found = checkup_or_404(request, pk)
    form = MoveForm(sent(request), initial={"due_on": found.due_on})
    context = {"title": _("Appoint another day"), "submit_label": _("Move")}
    return _act(request, found, form, services.move_checkup, context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = checkup_or_404(request, pk)
    if request.method == "POST":
        try:
            services.take_back_checkup(checkup_id=found.pk, by=request.user)
        except services.CannotNote as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The check-up is due again."))
        return redirect("retention:checkup", found.pk)
    context = {
        "title": _("Set this check-up back to due?"),
        "text": f"{found.officer.name} · {found.campaign.name}",
        "submit_label": _("Set back to due"),
        "cancel_url": reverse("retention:checkup", args=[found.pk]),
        "breadcrumbs": crumbs(found.campaign),
    }
    return render(request, "retention/checkup_confirm.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def checkup_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = checkup_or_404(request, pk)
    if request.method == "POST":
        campaign = services.remove_checkup(checkup_id=found.pk, by=request.user)
        messages.success(request, _("Taken out of the campaign."))
        return redirect(campaign)
    context = {
        "title": _("Take this officer out of the campaign?"),
        "text": f"{found.officer.name} · {found.campaign.name}",
        "submit_label": _("Take out"),
        "is_danger": True,
        "cancel_url": reverse("retention:checkup", args=[found.pk]),
        "breadcrumbs": crumbs(found.campaign),
    }
    return render(request, "retention/checkup_confirm.html", context)
