from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from retention.forms.hardship import NoForm
from retention.forms.help_measures import CarryOutForm, DecideForm, EndFlexibleForm, ProposeForm
from retention.models import FlexibleArrangement, HardshipCase, HelpMeasure
from retention.models.hardship import APPROVE
from retention.selectors.hardship import approvers_for, people_to_choose
from retention.selectors.help_measures import decision_rows, measure_brief, sources_for
from retention.services import hardship as services
from retention.views.hardship_cases import (
    acting_or_403,
    is_too_late,
    sent,
    step_page,
    too_late,
)

PER_PAGE = 50
CONFIRM = "retention/help_confirm.html"
MEASURE = "retention/help_measure_step.html"


@require_safe
@login_required
@permission_required(APPROVE, raise_exception=True)
def help_decision_list(request: HttpRequest) -> HttpResponse:
    asked = HelpMeasure.objects.awaiting(request.user).order_by("proposed_at", "pk")
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = decision_rows(page.object_list, on=timezone.localdate())
    context = {
        "title": _("Measures of help to decide"),
        "intro": _("Only those put to you. The page of each case says what it is about."),
        "page_obj": page,
        "count": page.paginator.count,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/help_decision_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def help_measure_propose(request: HttpRequest, pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "propose")
    if is_too_late(request, case, "propose"):
        return too_late(request, case)
    today = timezone.localdate()
    approvers = approvers_for(case, proposer=request.user, on=today)
    form = ProposeForm(
        *sent(request),
        people=people_to_choose(approvers, case.court, on=today),
        sources=sources_for(case, on=today),
    )
    context = {
        "title": _("Propose a measure"),
        "intro": _("Who decides is let into the case. The money is reserved once it is approved."),
        "submit_label": _("Propose"),
    }
    done = _("The measure is proposed.")
    return step_page(request, case, form, services.propose_measure, context, done=done)


def _measure_or_404(case: HardshipCase, measure_pk: int) -> HelpMeasure:
    measures = case.measures.select_related("source", "proposed_by", "approver", "arrangement")
    return get_object_or_404(measures, pk=measure_pk)


@require_http_methods(["GET", "POST"])
@login_required
def help_measure_decide(request: HttpRequest, pk: int, measure_pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "decide")
    measure = _measure_or_404(case, measure_pk)
    if measure.approver_id != request.user.pk:
        raise PermissionDenied
    if is_too_late(request, case, "decide") or _is_past(request, measure, "proposed"):
        return too_late(request, case)
    context = {
        "title": _("Decide on this measure"),
        "submit_label": _("Save the decision"),
        "measure": measure_brief(measure),
    }
    _note_reading(request, case)
    done = _("The decision is saved; coordinator and officer are told.")
    form, service = DecideForm(*sent(request)), services.decide_measure
    ids = {"measure_id": measure.pk}
    return step_page(request, case, form, service, context, done=done, template=MEASURE, **ids)


def _note_reading(request: HttpRequest, case: HardshipCase) -> None:
    """The page of a step says what is to be done: opening it is a reading like the case's own."""
    if request.method != "POST":
        services.note_reading(case, by=request.user)


def _is_past(request: HttpRequest, measure: HelpMeasure, *states: str) -> bool:
    return request.method == "GET" and measure.state not in states


@require_http_methods(["GET", "POST"])
@login_required
def help_measure_carry_out(request: HttpRequest, pk: int, measure_pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "carry_out")
    measure = _measure_or_404(case, measure_pk)
    if is_too_late(request, case, "carry_out") or _is_past(request, measure, "approved"):
        return too_late(request, case)
    context = {
        "title": _("Note that the measure was carried out"),
        "submit_label": _("Note as carried out"),
        "measure": measure_brief(measure),
    }
    _note_reading(request, case)
    done = _("Noted as carried out.")
    form = CarryOutForm(*sent(request), initial={"day": timezone.localdate()})
    service, ids = services.carry_out_measure, {"measure_id": measure.pk}
    return step_page(request, case, form, service, context, done=done, template=MEASURE, **ids)


@require_http_methods(["GET", "POST"])
@login_required
def help_measure_cancel(request: HttpRequest, pk: int, measure_pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "cancel")
    measure = _measure_or_404(case, measure_pk)
    is_late = is_too_late(request, case, "cancel")
    if is_late or _is_past(request, measure, "proposed", "approved"):
        return too_late(request, case)
    context = {
        "title": _("Cancel this measure?"),
        "text": f"{measure.get_kind_display()}",
        "consequences": [_("Money reserved for it is free again. The officer is told.")],
        "submit_label": _("Cancel the measure"),
        "is_danger": True,
    }
    done = _("The measure is cancelled.")
    form = NoForm(request.POST if request.method == "POST" else None)
    service, ids = services.cancel_measure, {"measure_id": measure.pk}
    return step_page(request, case, form, service, context, done=done, template=CONFIRM, **ids)


@require_http_methods(["GET", "POST"])
@login_required
def help_flexible_end(request: HttpRequest, pk: int, arrangement_pk: int) -> HttpResponse:
    case = acting_or_403(request, pk, "end_flexible")
    agreed = FlexibleArrangement.objects.agreed().filter(measure__case=case)
    arrangement = agreed.filter(pk=arrangement_pk).first()
    if arrangement is None:
        raise Http404
    if is_too_late(request, case, "end_flexible"):
        return too_late(request, case)
    days = {"start": f"{arrangement.start:%Y-%m-%d}", "last": f"{arrangement.last_day:%Y-%m-%d}"}
    context = {
        "title": _("Set an earlier end of the flexible work"),
        "intro": _("It is agreed from %(start)s to %(last)s. The officer is told.") % days,
        "submit_label": _("Save"),
    }
    done = _("The end is set.")
    form = EndFlexibleForm(*sent(request), initial={"last_day": timezone.localdate()})
    service, ids = services.end_arrangement, {"arrangement_id": arrangement.pk}
    return step_page(request, case, form, service, context, done=done, **ids)
