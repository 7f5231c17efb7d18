from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courtparty.audit import services
from courtparty.audit.forms import EntryFilter
from courtparty.audit.models import Entry
from courtparty.audit.wording import DETAILS, VERBS
from courtparty.lib.paging import CappedPaginator
from courtparty.lib.xlsx.writing import write_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT_LIMIT = 20_000

views_entries = permission_required("audit.view_entries", raise_exception=True)
verifies_entries = permission_required("audit.verify_entries", raise_exception=True)


@require_safe
@login_required
@views_entries
def entry_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    paginator = CappedPaginator(found.qs, 50)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "title": _("Audit log"),
        "intro": _("What was done, and who opened sensitive records. Nothing here can be changed."),
        "filter": found,
        "page_obj": page,
        "lines": [_line(entry) for entry in page],
        "count": paginator.count,
        "count_limit": paginator.limit,
        "export_url": reverse("audit:entry_export"),
    }
    return render(request, "audit/entry_list.html", context)


def _found(request: HttpRequest) -> EntryFilter:
    entries = Entry.objects.visible_to(request.user).select_related("actor", "court")
    return EntryFilter(request.GET, entries.order_by("-pk"))


def _line(entry: Entry) -> dict[str, object]:
    """One entry in words. Its subject is a kind of record and a number, never a person's name."""
    return {
        "number": entry.pk,
        "at": timezone.localtime(entry.at),
        "who": entry.actor.name if entry.actor else _("the system itself"),
        "username": entry.actor.username if entry.actor else "",
        "what": VERBS.get(entry.verb, entry.verb),
        "is_read": entry.is_read,
        "subject": _subject(entry),
        "court": entry.court.display_name if entry.court else "",
        "detail": _detail(entry),
    }


def _subject(entry: Entry) -> str:
    if not entry.subject_model:
        return ""
    try:
        kind = apps.get_model(entry.subject_model)._meta.verbose_name
    except LookupError:
        kind = entry.subject_model
    return f"{kind} #{entry.subject_pk}"


def _detail(entry: Entry) -> str:
    return " · ".join(f"{DETAILS.get(key, key)}: {_value(v)}" for key, v in entry.detail.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{DETAILS.get(key, key)} {_value(v)}" for key, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "—" if value in (None, "") else str(value)


@require_safe
@login_required
@views_entries
def entry_export(request: HttpRequest) -> HttpResponse:
    content = write_table(
        title=_("Audit log"),
        headings=[
            _("Number"),
            _("Time"),
            _("Who"),
            _("User name"),
            _("What"),
            _("Reading"),
            _("Record"),
            _("Court"),
            _("Detail"),
        ],
        rows=_rows(_found(request)),
        sheet_name=_("Audit log"),
    )
    services.record("log.exported", by=request.user)
    response = HttpResponse(content, content_type=XLSX)
    name = f"log-{timezone.localdate():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(found: EntryFilter) -> Iterator[list[object]]:
    for entry in found.qs[:EXPORT_LIMIT].iterator(1000):
        yield list((_line(entry) | {"is_read": _("yes") if entry.is_read else ""}).values())


@require_POST
@login_required
@verifies_entries
def log_verify(request: HttpRequest) -> HttpResponse:
    entry = services.check_log(by=request.user)
    return redirect("audit:log_verdict", pk=entry.pk)


@require_safe
@login_required
@verifies_entries
def log_verdict(request: HttpRequest, pk: int) -> HttpResponse:
    checks = Entry.objects.visible_to(request.user).filter(verb="log.verified")
    entry = get_object_or_404(checks.select_related("actor"), pk=pk)
    context = {
        "title": _("Check of the log"),
        "entry": entry,
        "verdict": entry.detail,
        "breadcrumbs": [(_("Audit log"), reverse("audit:entry_list"))],
    }
    return render(request, "audit/log_verdict.html", context)
