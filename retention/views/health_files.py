from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Officer
from cadres.selectors.readers import READ_REASONS, in_words
from courtparty.accounts.scope import court_scope
from courtparty.lib.responses import download
from retention.forms.health_files import DeclineForm, HealthFilter, OpenForm
from retention.models import CheckUpResult, HealthCorrection, HealthEntry, ResultChange
from retention.models.checkups import KEEP
from retention.selectors.checkups import courts_to_check, own_checkups
from retention.selectors.health_files import file_content
from retention.selectors.health_list import (
    DEFAULT_ORDER,
    file_rows,
    health_readings,
    officers_kept,
    ordered,
)
from retention.services import health_corrections
from retention.services.health_attachments import hand_out
from retention.services.health_reading import STEWARD, STEWARD_REASONS, open_file
from retention.views.checkups import sent

PER_PAGE = 50
# A reason given once holds for the work on one file; each page opened is recorded with it.
REASON_LASTS = timedelta(minutes=30)
REASONS_KEY = "health_reasons"


@require_safe
@login_required
@permission_required(KEEP, raise_exception=True)
def health_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    officers = ordered(officers_kept(request.user), request.GET.get("sort", ""))
    courts = courts_to_check(request.user)
    departments = [unit for court in courts for unit in _departments(court)]
    found = HealthFilter(
        request.GET, officers, user=request.user, departments=departments, on=today
    )
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = file_rows(page.object_list, on=today)
    context = {
        "title": _("Health files"),
        "intro": _("What waits in whose file. Opening one asks why, and its officer sees it."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": DEFAULT_ORDER,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/health_list.html", context)


def _departments(court):
    units = type(court).objects.within(court).departments()
    return units.filter(is_active=True).order_by("path")


def crumbs(officer: Officer | None = None) -> list[tuple[str, str]]:
    trail = [(_("Retention"), ""), (_("Health files"), reverse("retention:health_list"))]
    if officer is None:
        return trail
    return [*trail, (officer.name, reverse("retention:health_file", args=[officer.pk]))]


# -- one file -----------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def health_file(request: HttpRequest, officer_pk: int) -> HttpResponse:
    officer = kept_officer_or_404(request, officer_pk)
    form = OpenForm(sent(request))
    if form.is_valid():
        _keep_reason(request, officer, form.cleaned_data["reason"])
        return redirect("retention:health_file", officer.pk)
    reason = "" if request.method == "POST" else reason_given(request, officer)
    if not reason:
        return _door(request, officer, form)
    open_file(officer_id=officer.pk, by=request.user, reason=reason, via=STEWARD)
    readings = health_readings(officer)[:20]
    context = {
        "title": officer.name,
        "subtitle": f"{officer.department.display_name} · {officer.title}".rstrip(" ·"),
        "officer": officer,
        "content": file_content(officer),
        "checkups": own_checkups(officer),
        "reason": READ_REASONS[reason],
        "readings": in_words(readings, officer),
        "today": timezone.localdate(),
        "breadcrumbs": crumbs(),
    }
    return render(request, "retention/health_file.html", context)


def _door(request: HttpRequest, officer: Officer, form: OpenForm) -> HttpResponse:
    context = {
        "title": _("Open the health file of %(officer)s") % {"officer": officer.name},
        "intro": _(
            "Who opened it, when and why is recorded, and the officer sees it at once. The reason "
            "holds for half an hour."
        ),
        "form": form,
        "submit_label": _("Open"),
        "cancel_url": reverse("retention:health_list"),
        "breadcrumbs": crumbs(),
    }
    return render(request, "retention/health_door.html", context)


def kept_officer_or_404(request: HttpRequest, pk: int) -> Officer:
    """An officer of a court whose health the reader keeps; the own file is on the own page."""
    officers = Officer.objects.filter(court_scope(request.user, KEEP)).exclude(user=request.user)
    return get_object_or_404(officers.select_related("court", "department", "user"), pk=pk)


def _keep_reason(request: HttpRequest, officer: Officer, reason: str) -> None:
    given = request.session.get(REASONS_KEY, {})
    until = timezone.now() + REASON_LASTS
    given[str(officer.pk)] = [reason, until.isoformat()]
    request.session[REASONS_KEY] = given


def reason_given(request: HttpRequest, officer: Officer) -> str:
    """The reason given for this file within the last half hour, or ''."""
    reason, until = request.session.get(REASONS_KEY, {}).get(str(officer.pk), ("", ""))
    if reason not in STEWARD_REASONS or datetime.fromisoformat(until) < timezone.now():
        return ""
    return reason


# -- files --------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def result_file(request: HttpRequest, pk: int) -> HttpResponse:
    results = CheckUpResult.objects.visible_to(request.user).exclude(file=None)
    result = get_object_or_404(results.select_related("file", "checkup__officer__court"), pk=pk)
    return _handed_out(request, result.file, result.checkup.officer)


@never_cache
@require_safe
@login_required
def result_file_before(request: HttpRequest, pk: int) -> HttpResponse:
    changes = ResultChange.objects.visible_to(request.user).exclude(file=None)
    change = get_object_or_404(
        changes.select_related("file", "result__checkup__officer__court"), pk=pk
    )
    return _handed_out(request, change.file, change.result.checkup.officer)


@never_cache
@require_safe
@login_required
def entry_file(request: HttpRequest, pk: int) -> HttpResponse:
    entries = HealthEntry.objects.visible_to(request.user).exclude(file=None)
    entry = get_object_or_404(entries.select_related("file", "health_file__officer__court"), pk=pk)
    return _handed_out(request, entry.file, entry.health_file.officer)


def _handed_out(request: HttpRequest, file, officer: Officer) -> HttpResponse:
    is_own = officer.user_id == request.user.pk
    reason = reason_given(request, officer)
    if not is_own and not reason:
        messages.info(request, _("Say first why you open this file; then take the attachment."))
        return redirect("retention:health_file", officer.pk)
    hand_out(file, officer=officer, by=request.user, reason=reason)
    return download(file.content, file.name, file.content_type)


# -- corrections officers ask for ---------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required(KEEP, raise_exception=True)
def health_correction_decline(request: HttpRequest, pk: int) -> HttpResponse:
    kept = court_scope(request.user, KEEP, court="health_file__officer__court")
    corrections = HealthCorrection.objects.filter(kept).exclude(
        health_file__officer__user=request.user
    )
    correction = get_object_or_404(
        corrections.select_related("health_file__officer__court", "result__checkup"), pk=pk
    )
    officer = correction.health_file.officer
    form = DeclineForm(sent(request))
    if form.is_valid():
        try:
            health_corrections.decline_correction(
                correction_id=correction.pk,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except health_corrections.CannotDecide as refusal:
            form.add_error("answer", str(refusal))
        else:
            messages.success(request, _("Declined. The officer has been told."))
            return redirect("retention:health_file", officer.pk)
    open_file(officer_id=officer.pk, by=request.user, reason="health_correction", via=STEWARD)
    context = {
        "title": _("Decline the correction"),
        "intro": officer.name,
        "correction": correction,
        "form": form,
        "submit_label": _("Decline"),
        "cancel_url": reverse("retention:health_file", args=[officer.pk]),
        "breadcrumbs": crumbs(officer),
    }
    return render(request, "retention/health_correction_decline.html", context)
