from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.models import Officer
from cadres.selectors.officers import own_record
from cadres.selectors.readers import in_words
from courtparty.lib.responses import download
from retention.forms.checkup_results import initial_values
from retention.forms.health_files import AskForm, EntryForm
from retention.models import CheckUpResult, HealthCorrection, HealthEntry
from retention.selectors.checkups import own_checkups
from retention.selectors.health_expiry import deletions_ahead
from retention.selectors.health_files import file_content
from retention.selectors.health_list import health_readings
from retention.selectors.health_values import own_ranges
from retention.selectors.own_health_tabs import health_tabs
from retention.services import health_corrections, health_entries
from retention.services.health_download import pack_file
from retention.views.checkup_results import files_of
from retention.views.checkups import sent

READINGS_PER_PAGE = 20


@never_cache
@require_safe
@login_required
def my_health(request: HttpRequest) -> HttpResponse:
    officer = own_record(request.user)
    context: dict[str, Any] = {"title": _("My health"), "officer": officer}
    if officer is None:
        return render(request, "retention/my_health.html", context)
    page = Paginator(health_readings(officer), READINGS_PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "subtitle": _("Only you and the health steward read this page."),
        "content": file_content(officer),
        "checkups": own_checkups(officer),
        "deletions": deletions_ahead(officer),
        "page_obj": page,
        "readings": in_words(page.object_list, officer),
        "today": timezone.localdate(),
        "tabs": health_tabs("my_health"),
    }
    return render(request, "retention/my_health.html", context)


def _own_or_404(request: HttpRequest) -> Officer:
    officer = own_record(request.user)
    if officer is None:
        raise Http404
    return officer


@never_cache
@require_POST
@login_required
def my_health_download(request: HttpRequest) -> HttpResponse:
    officer = _own_or_404(request)
    today = timezone.localdate()
    content = pack_file(
        officer=officer,
        checkups=own_checkups(officer),
        readings=in_words(health_readings(officer), officer),
        by=request.user,
        on=today,
    )
    return download(content, f"health-file-{today.isoformat()}.zip", "application/zip")


# -- own entries --------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def my_health_entry_add(request: HttpRequest) -> HttpResponse:
    officer = _own_or_404(request)
    form = _entry_form(request, officer, {"kind": request.GET.get("kind", "")})
    if form.is_valid():
        try:
            health_entries.add_entry(
                officer_id=officer.pk, by=request.user, at=timezone.now(), **form.facts
            )
        except health_entries.CannotAdd as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Added to your health file."))
            return redirect("retention:my_health")
    return _entry_page(request, form, _("Add to my health file"))


def _entry_form(request: HttpRequest, officer: Officer, initial: dict[str, Any]) -> EntryForm:
    return EntryForm(
        sent(request),
        files_of(request),
        sex=officer.sex,
        ranges=own_ranges(officer.court),
        initial=initial,
    )


def _entry_page(request: HttpRequest, form: EntryForm, title: str) -> HttpResponse:
    context = {
        "title": title,
        "intro": _("You and the health steward read it, and in an emergency who is let in."),
        "form": form,
        "cancel_url": reverse("retention:my_health"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/checkup_form.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("My health"), reverse("retention:my_health"))]


def _own_entry_or_404(request: HttpRequest, pk: int) -> HealthEntry:
    entries = HealthEntry.objects.filter(health_file__officer__user=request.user)
    return get_object_or_404(entries, pk=pk)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def my_health_entry_change(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _own_entry_or_404(request, pk)
    initial = {"kind": entry.kind, "on": entry.on, "text": entry.text}
    form = _entry_form(request, _own_or_404(request), initial | initial_values(entry.vitals or {}))
    if form.is_valid():
        try:
            health_entries.change_entry(
                entry_id=entry.pk, by=request.user, at=timezone.now(), **form.facts
            )
        except health_entries.CannotAdd as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("retention:my_health")
    return _entry_page(request, form, _("Change my entry"))


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def my_health_entry_remove(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _own_entry_or_404(request, pk)
    if request.method == "POST":
        health_entries.remove_entry(entry_id=entry.pk, by=request.user)
        messages.success(request, _("Removed for good."))
        return redirect("retention:my_health")
    context = {
        "title": _("Remove this entry?"),
        "text": entry.text,
        "warning": _("It is deleted with its file and can't be brought back."),
        "submit_label": _("Remove"),
        "is_danger": True,
        "cancel_url": reverse("retention:my_health"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/checkup_confirm.html", context)


# -- corrections --------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def my_health_correct(request: HttpRequest, pk: int) -> HttpResponse:
    results = CheckUpResult.objects.filter(checkup__officer__user=request.user)
    result = get_object_or_404(results.select_related("checkup__campaign"), pk=pk)
    form = AskForm(sent(request))
    if form.is_valid():
        try:
            health_corrections.ask_correction(
                result_id=result.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except health_corrections.CannotAsk as refusal:
            form.add_error("proposed", str(refusal))
        else:
            messages.success(
                request, _("Sent to the health steward. You will get a notice of the answer.")
            )
            return redirect("retention:my_health")
    context = {
        "title": _("Ask for a correction"),
        "intro": f"{result.checkup.campaign.name} · {result.checkup.done_on.isoformat()}",
        "form": form,
        "submit_label": _("Send"),
        "cancel_url": reverse("retention:my_health"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/checkup_form.html", context)


@require_POST
@login_required
def my_health_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    corrections = HealthCorrection.objects.filter(health_file__officer__user=request.user)
    correction = get_object_or_404(corrections, pk=pk)
    health_corrections.withdraw_correction(
        correction_id=correction.pk, by=request.user, at=timezone.now()
    )
    messages.success(request, _("The request is taken back."))
    return redirect("retention:my_health")
