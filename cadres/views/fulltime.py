from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.forms.fulltime import (
    ExceptionEndForm,
    ExceptionFilter,
    ExceptionForm,
    FindingFilter,
)
from cadres.fulltime_wording import TITLES
from cadres.models import Breach, FulltimeException
from cadres.rules.fulltime import can_be_excepted
from cadres.selectors import fulltime as selectors
from cadres.selectors import fulltime_exceptions as exceptions
from cadres.selectors.fulltime import VIEW
from cadres.selectors.fulltime_exceptions import EXCEPT
from cadres.selectors.officers import Reach, reach_of
from cadres.services import fulltime as services
from cadres.services.approvals import CannotEnter
from cadres.services.fulltime_export import export_findings
from courtparty.lib.responses import xlsx_response

PER_PAGE = 50


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def fulltime_check(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user, VIEW)
    reach.lend_court(request.user)
    found, today = _found(request, reach), timezone.localdate()
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = selectors.finding_rows(page.object_list, request.user, reach, on=today)
    context = {
        "title": _("Full-time check"),
        "intro": _(
            "What is not as the regulations on Party organisations want it, since when, and what "
            "to do next."
        ),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": selectors.DEFAULT_ORDER,
        "tally": selectors.tally(request.user),
        "checked_at": selectors.last_checked(reach.courts),
        "has_organisations": any(unit.kind != unit.Kind.COURT for unit in found.units.values()),
        "export_url": reverse("cadres:fulltime_export"),
        "may_recheck": request.user.has_perm(EXCEPT),
        "breadcrumbs": [(_("Cadre team"), "")],
    }
    return render(request, "cadres/fulltime_check.html", context)


def _found(request: HttpRequest, reach: Reach) -> FindingFilter:
    breaches = Breach.objects.visible_to(request.user).open()
    ordered = selectors.in_order(breaches, request.GET.get("sort", ""))
    return FindingFilter(request.GET, ordered, units=selectors.checked_units(reach))


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def fulltime_export(request: HttpRequest) -> HttpResponse:
    reach, today = reach_of(request.user, VIEW), timezone.localdate()
    kept = FulltimeException.objects.visible_to(request.user)
    content = export_findings(
        _found(request, reach).found,
        exceptions.in_order(kept, ""),
        courts=reach.courts,
        by=request.user,
        on=today,
    )
    return xlsx_response(content, _("full-time-check-%(day)s.xlsx") % {"day": today})


@require_POST
@login_required
@permission_required(EXCEPT, raise_exception=True)
def fulltime_recheck(request: HttpRequest) -> HttpResponse:
    courts = reach_of(request.user, EXCEPT).courts
    found = services.check_courts(courts=courts, on=timezone.localdate(), by=request.user)
    text = ngettext("Checked: %(count)s breach.", "Checked: %(count)s breaches.", found)
    messages.success(request, text % {"count": found})
    return redirect("cadres:fulltime_check")


# -- approved exceptions ----------------------------------------------------------------------


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def exception_list(request: HttpRequest) -> HttpResponse:
    reach, today = reach_of(request.user, VIEW), timezone.localdate()
    reach.lend_court(request.user)
    kept = FulltimeException.objects.visible_to(request.user)
    ordered = exceptions.in_order(kept, request.GET.get("sort", ""))
    units = selectors.checked_units(reach)
    found = ExceptionFilter(request.GET, ordered, units=units, on=today)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = exceptions.exception_rows(page.object_list, request.user, on=today)
    context = {
        "title": _("Approved exceptions"),
        "intro": _(
            "Departures from a rule of the full-time check that a higher body has approved. While "
            "one is in force, what it excuses is listed but is no breach."
        ),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": exceptions.DEFAULT_ORDER,
        "export_url": reverse("cadres:fulltime_export"),
        "may_record": request.user.has_perm(EXCEPT),
        "breadcrumbs": _breadcrumbs(),
    }
    return render(request, "cadres/exception_list.html", context)


def _breadcrumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    check = reverse("cadres:fulltime_check")
    return [(_("Cadre team"), ""), (_("Full-time check"), check), *further]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(EXCEPT, raise_exception=True)
def exception_record(request: HttpRequest) -> HttpResponse:
    breach = _breach(request)
    is_sent = request.method == "POST"
    today = timezone.localdate()
    form = ExceptionForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        units=selectors.checked_units(reach_of(request.user, EXCEPT)),
        breach=breach,
        initial={"starts_on": today},
    )
    if form.is_valid():
        try:
            services.record_exception(by=request.user, at=timezone.now(), **form.asked())
        except (services.CannotRecord, CannotEnter) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The exception is recorded."))
            return redirect("cadres:fulltime_check")
    context = {
        "title": _("Record an approved exception"),
        "intro": _("Only what a higher body has approved in writing is an exception."),
        "form": form,
        "breach": breach,
        "finding": TITLES[breach.code] if breach else "",
        "sentence": selectors.sentence_of(breach) if breach else "",
        "submit_label": _("Record the exception"),
        "cancel_url": reverse("cadres:fulltime_check"),
        "breadcrumbs": _breadcrumbs(),
    }
    return render(request, "cadres/exception_record.html", context)


def _breach(request: HttpRequest) -> Breach | None:
    """The open finding that ?breach= names; one that no document excuses is not found."""
    asked = request.GET.get("breach", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    breaches = Breach.objects.visible_to(request.user, EXCEPT).open()
    breach = get_object_or_404(selectors.with_relations(breaches), pk=int(asked))
    if not can_be_excepted(breach.code):
        raise Http404
    return breach


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(EXCEPT, raise_exception=True)
def exception_end(request: HttpRequest, pk: int) -> HttpResponse:
    kept = FulltimeException.objects.visible_to(request.user, EXCEPT)
    exception = get_object_or_404(exceptions.with_relations(kept), pk=pk)
    today = timezone.localdate()
    form = ExceptionEndForm(
        request.POST if request.method == "POST" else None,
        initial={"last_day": today, "seen_end": exception.ends_on},
    )
    if form.is_valid():
        asked: dict[str, Any] = form.asked()
        try:
            services.end_exception(
                exception_id=exception.pk, by=request.user, at=timezone.now(), **asked
            )
        except services.CannotEnd as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The end of the exception is recorded."))
            return redirect("cadres:exception_list")
    kept_at = reverse("cadres:exception_list")
    context = {
        "title": _("End this exception?"),
        "form": form,
        "row": exceptions.exception_row(exception, exceptions.Readable(request.user), on=today),
        "submit_label": _("End the exception"),
        "cancel_url": kept_at,
        "is_danger": True,
        "breadcrumbs": _breadcrumbs((_("Approved exceptions"), kept_at)),
    }
    return render(request, "cadres/exception_end.html", context)
