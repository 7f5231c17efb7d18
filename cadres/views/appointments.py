from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cadres.forms.appointments import AppointmentFilter
from cadres.models import Appointment
from cadres.rules.appointments import NEEDS_APPROVAL
from cadres.selectors.appointment_notices import papers_of
from cadres.selectors.appointments import (
    DEFAULT_ORDER,
    MANAGE,
    VIEW,
    appointment_rows,
    appointments_in,
    appointments_shown,
    history_of,
    holders_of_post,
    ordered,
    own_appointments,
    standard_for,
    with_papers,
)
from cadres.selectors.officers import VIEW as VIEW_OFFICERS
from cadres.selectors.officers import has_reach, reach_of
from cadres.services.appointment_export import CannotExport, export_appointments
from courtparty.accounts.scope import paths_with
from courtparty.lib.paging import CappedPaginator
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50
CRUMB = "cadres:appointment_list"


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def appointment_list(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    found = _found(request)
    paginator = CappedPaginator(found.found, PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = appointment_rows(page.object_list, on=on)
    context = {
        "title": _("Appointments"),
        "intro": _("Who holds which Party post, from when to when."),
        "page_obj": page,
        "count": paginator.count,
        "count_limit": paginator.limit,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "export_url": reverse("cadres:appointment_export"),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/appointment_list.html", context)


def _found(request: HttpRequest) -> AppointmentFilter:
    """The filter over the appointments in the reader's reach, in the order asked for."""
    reach = reach_of(request.user, VIEW)
    reach.lend_court(request.user)
    appointments = ordered(appointments_in(reach, request.user), request.GET.get("sort", ""))
    on = timezone.localdate()
    return AppointmentFilter(request.GET, appointments, user=request.user, reach=reach, on=on)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def appointment_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_appointments(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('cadres:appointment_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("appointments-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def appointment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    on = timezone.localdate()
    appointment = get_object_or_404(
        with_papers(Appointment.objects.visible_to(request.user)), pk=pk
    )
    unit = appointment.post.unit
    context = {
        "title": appointment.officer.name,
        "subtitle": str(appointment.post),
        "appointment": appointment,
        "shown": appointments_shown([appointment], request.user, on=on)[0],
        "may_manage": unit.path.startswith(paths_with(request.user, MANAGE)),
        "sees_officer": has_reach(request.user, VIEW_OFFICERS, appointment.officer),
        "needs_approval": appointment.post.kind in NEEDS_APPROVAL,
        "standard": standard_for(appointment, request.user, on=on),
        "reads_standards": request.user.has_perm("cadres.view_standard"),
        "holders": holders_of_post(appointment, on=on),
        "history": history_of(appointment),
        "breadcrumbs": [(_("Cadre team"), ""), (_("Appointments"), reverse(CRUMB))],
    }
    return render(request, "cadres/appointment_detail.html", context)


@require_safe
@login_required
def appointment_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """For whoever reads the appointment, and for its officer."""
    found = with_papers(Appointment.objects.visible_to(request.user).standing()).filter(pk=pk)
    appointment = found.first()
    if appointment is None and not request.user.has_perm(VIEW):
        raise PermissionDenied
    is_removal = request.GET.get("of") == "removal"
    if appointment is None or (is_removal and appointment.end is None):
        raise Http404
    back = appointment.get_absolute_url()
    context = {
        "title": _("Notice of removal") if is_removal else _("Notice of appointment"),
        "papers": papers_of(appointment, is_removal=is_removal, language=get_language() or ""),
        "back_url": back if request.user.has_perm(VIEW) else reverse("cadres:my_posts"),
    }
    return render(request, "cadres/appointment_notice.html", context)


@require_safe
@login_required
def my_posts(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    context = {
        "title": _("My posts"),
        "subtitle": _("The Party posts you hold or have held, and the documents they rest on."),
        "posts": own_appointments(request.user, on=on),
        "breadcrumbs": [],
    }
    return render(request, "cadres/my_posts.html", context)
