from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.forms.figure_entry import EntryChoice, EntryForm, EntryWorkbookForm, shown_in
from appraisal.selectors.entry_workbook import EntryReading, read_entries
from appraisal.selectors.figure_grid import (
    Grid,
    GridCell,
    GridRow,
    entry_groups,
    entry_months,
    grid_of,
)
from appraisal.selectors.figure_needs import cycles_collecting
from appraisal.selectors.figures import IMPORT, figure_courts
from appraisal.services.figure_access import entry_template
from appraisal.services.figure_entry import CannotEnter, Delivery, enter_figures
from courtparty.jobs.faults import shown_fault
from courtparty.lib.responses import xlsx_response
from courtparty.lib.xlsx import Fault, UnsafeWorkbook, fault_text, read_workbook

PER_PAGE = 50
# Django reads a thousand fields of a form and no more.
MOST_FIELDS = 900


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_entry(request: HttpRequest) -> HttpResponse:
    choice = _choice(request)
    grid = _grid(request, choice)
    error = ""
    if request.method == "POST" and grid:
        error = _store(request, grid)
        if not error:
            return redirect(f"{request.path}?{request.GET.urlencode()}")
    page = _page(request, grid) if grid else None
    courts = {group.court.pk for group in choice.groups.values()}
    context = {
        "title": _("Figures entered by hand"),
        "intro": _("What no workbook brings: by month, for a department or a function."),
        "breadcrumbs": [(_("Case figures"), reverse("appraisal:figure_list"))],
        "choice": choice,
        "grid": grid,
        "page_obj": page,
        "shown": shown_in(_fields(page.object_list)) if page else "",
        "error": error,
        "cycles": cycles_collecting(courts),
        "query": request.GET.urlencode(),
    }
    return render(request, "appraisal/figure_entry.html", context)


def _choice(request: HttpRequest) -> EntryChoice:
    """What is asked for; the last whole month and the first department where nothing is."""
    courts = list(figure_courts(request.user))
    if not courts:  # the right is held on a part of a court only
        raise PermissionDenied
    groups = entry_groups(courts)
    months = entry_months([court.pk for court in courts], on=timezone.localdate())
    asked = request.GET.copy()
    asked.setdefault("month", f"{months[1]:%Y-%m}")
    asked.setdefault("group", groups[0].value if groups else "")
    return EntryChoice(asked, months=months, groups=groups)


def _grid(request: HttpRequest, choice: EntryChoice) -> Grid | None:
    if not choice.is_valid():
        return None
    return grid_of(choice.group_chosen, choice.month_chosen, request.user)


def _fields(rows: list[GridRow]) -> list[GridCell]:
    """The cells that have a field; own figures are entered by somebody else."""
    return [cell for row in rows if not row.is_own for cell in row.cells if cell]


def _page(request: HttpRequest, grid: Grid) -> Page:
    per_page = max(1, min(PER_PAGE, MOST_FIELDS // max(1, len(grid.measures))))
    return Paginator(grid.rows, per_page).get_page(request.GET.get("page"))


def _store(request: HttpRequest, grid: Grid) -> str:
    """Why nothing was stored, or ''."""
    form = EntryForm(request.POST, _fields(grid.rows))
    if not form.is_valid:
        return form.error
    try:
        delivery = enter_figures(
            group=grid.group,
            month=grid.month,
            values=form.values,
            shown=form.shown,
            by=request.user,
            at=timezone.now(),
        )
    except CannotEnter as refusal:
        _mark(grid, refusal)
        return str(refusal)
    _tell(request, delivery)
    return ""


def _mark(grid: Grid, refusal: CannotEnter) -> None:
    cells, rows = grid.cells, {row.officer.pk: row for row in grid.rows}
    for (officer_id, code), faults in refusal.faults.items():
        text = " ".join(str(fault_text(fault)) for fault in faults)
        cell, row = cells.get((officer_id, code)), rows.get(officer_id)
        if cell:
            cell.error = text
        elif row:
            row.errors.append(text)


def _tell(request: HttpRequest, delivery: Delivery) -> None:
    text = _("Stored: %(new)s new, %(changed)s changed. The officers are asked to confirm.")
    messages.success(request, text % delivery.counts)
    for remark in delivery.remarks:
        messages.warning(request, remark)


@require_safe
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_entry_template(request: HttpRequest) -> HttpResponse:
    grid = _grid(request, _choice(request))
    if grid is None:
        raise Http404
    content = entry_template(grid, by=request.user)
    name = _("figures-to-enter-%(month)s.xlsx") % {"month": f"{grid.month:%Y-%m}"}
    return xlsx_response(content, name)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(IMPORT, raise_exception=True)
def figure_entry_upload(request: HttpRequest) -> HttpResponse:
    grid = _grid(request, _choice(request))
    if grid is None:
        raise Http404
    is_sent = request.method == "POST"
    form = EntryWorkbookForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        courts=[grid.group.court],
    )
    back = f"{reverse('appraisal:figure_entry')}?{request.GET.urlencode()}"
    faults: list[Fault] = []
    reading = EntryReading()
    if form.is_valid():
        try:
            workbook = read_workbook(form.content, filename=form.file_name)
            reading = read_entries(workbook, grid)
            faults = reading.faults or _store_sheet(request, grid, reading, form)
        except UnsafeWorkbook as refusal:
            form.add_error("file", str(refusal))
        else:
            if not faults and not form.errors:
                return redirect(back)
    context = {
        "title": _("Fill in as a workbook"),
        "intro": f"{grid.group.label} · {grid.month:%Y-%m}",
        "breadcrumbs": [(_("Figures entered by hand"), back)],
        "form": form,
        "faults": [shown_fault(fault, reading.headings) for fault in faults],
        "query": request.GET.urlencode(),
        "submit_label": _("Upload and store"),
        "cancel_url": back,
    }
    return render(request, "appraisal/figure_entry_upload.html", context)


def _store_sheet(
    request: HttpRequest, grid: Grid, reading: EntryReading, form: EntryWorkbookForm
) -> list[Fault]:
    try:
        delivery = enter_figures(
            group=grid.group,
            month=grid.month,
            values=reading.values,
            by=request.user,
            at=timezone.now(),
            file_name=form.file_name,
        )
    except CannotEnter as refusal:
        if not refusal.faults:
            form.add_error(None, str(refusal))
        return reading.at_their_places(refusal.faults)
    _tell(request, delivery)
    return []
