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

from appraisal.forms.grades import DecideGradeForm, DecideManyForm, GradeFilter, chosen_ids
from appraisal.models import Cycle, GradeProposal
from appraisal.models.results import GRADES
from appraisal.rules.cycles import State
from appraisal.rules.grades import Grade
from appraisal.selectors import cycles as cycle_selectors
from appraisal.selectors.cycle_people import departments_reached
from appraisal.selectors.cycle_steps import TONES
from appraisal.selectors.grade_lists import (
    DECIDE,
    EXPORT,
    PROPOSE,
    departments_graded,
    grade_rows,
    grade_state,
    grades_kept_by,
    grades_of,
    undecided_among,
)
from appraisal.selectors.grades import reasons_in_words
from appraisal.services.grades import (
    CannotGrade,
    decide_as_proposed,
    decide_grade,
    propose,
    take_back_grade,
)
from appraisal.views.cycles import breadcrumbs

PER_PAGE = 50


@require_safe
@login_required
@permission_required("appraisal.view_result", raise_exception=True)
def grade_list(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = get_object_or_404(cycle_selectors.cycles_listed(request.user), pk=pk)
    form = GradeFilter(request.GET, departments=departments_graded(cycle, request.user))
    found = grades_of(cycle, request.user, form.narrowed)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    is_open = cycle.state == State.REVIEWING
    sees_whole = departments_reached(request.user, cycle) is None
    context = {
        "title": _("Grades"),
        "subtitle": f"{cycle.name} · {cycle_selectors.months_text(cycle)}",
        "status_text": cycle.get_state_display(),
        "status_tone": TONES[cycle.state],
        "breadcrumbs": breadcrumbs(cycle),
        "cycle": cycle,
        "is_annual": cycle.kind == Cycle.Kind.ANNUAL,
        "is_open": is_open,
        "state": grade_state(cycle) if sees_whole else None,
        "form": form,
        "page_obj": page,
        "rows": grade_rows(page.object_list, cycle),
        "proposes": is_open and cycle_selectors.keeps(request.user, PROPOSE, cycle),
        "decides": is_open and cycle_selectors.keeps(request.user, DECIDE, cycle),
        "exports": cycle_selectors.keeps(request.user, EXPORT, cycle),
    }
    return render(request, "appraisal/grade_list.html", context)


@require_POST
@login_required
@permission_required(PROPOSE, raise_exception=True)
def grade_propose(request: HttpRequest, pk: int) -> HttpResponse:
    cycle = _cycle(request, pk, PROPOSE)
    try:
        count = propose(cycle_id=cycle.pk, by=request.user)
    except CannotGrade as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Proposed for %(count)s people.") % {"count": count})
    return redirect(_list_url(cycle))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def grade_decide(request: HttpRequest, pk: int) -> HttpResponse:
    grade = get_object_or_404(grades_kept_by(request.user, DECIDE), pk=pk)
    participant = grade.participant
    form = DecideGradeForm(
        request.POST if request.method == "POST" else None, initial={"decided": grade.proposed}
    )
    if form.is_valid():
        try:
            decide_grade(grade_id=grade.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except CannotGrade as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"name": participant.officer.name, "grade": _grade(form.cleaned_data)}
            messages.success(request, _("%(name)s: %(grade)s, decided.") % words)
            return redirect(_list_url(participant.cycle))
    context = _asking(participant.cycle) | {
        "title": _("Grade of %(name)s") % {"name": participant.officer.name},
        "form": form,
        "grade": grade,
        "proposed": GRADES[Grade(grade.proposed)],
        "reasons": reasons_in_words(grade.reasons),
        "submit_label": _("Record the decision"),
    }
    return render(request, "appraisal/grade_decide.html", context)


def _grade(cleaned: dict[str, str]) -> str:
    return str(GRADES[Grade(cleaned["decided"])])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def grade_decide_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Those ticked in the list, or with ?all=1 everybody undecided."""
    cycle = _cycle(request, pk, DECIDE)
    is_sent = request.method == "POST"
    asked = None if "all" in request.GET else chosen_ids(request.GET.getlist("grade"))
    shown = undecided_among(cycle, asked, request.user)
    form = DecideManyForm(
        request.POST if is_sent else None, initial={"ids": ",".join(map(str, shown.ids))}
    )
    if form.is_valid():
        return _decide_many(request, cycle, form)
    if not shown.ids and not is_sent:
        messages.info(request, _("Nobody undecided was chosen."))
        return redirect(_list_url(cycle))
    context = _asking(cycle) | {
        "title": _("Decide as proposed?"),
        "form": form,
        "consequences": [
            *(
                _("%(grade)s: %(count)s") % {"grade": grade, "count": count}
                for grade, count in shown.counts
            ),
            _("A decision can be taken back until the cycle is closed."),
        ],
        "submit_label": _("Decide as proposed"),
    }
    return render(request, "skeletons/confirm.html", context)


def _decide_many(request: HttpRequest, cycle: Cycle, form: DecideManyForm) -> HttpResponse:
    try:
        done = decide_as_proposed(
            cycle_id=cycle.pk,
            grade_ids=form.cleaned_data["ids"],
            document=form.cleaned_data["document"],
            by=request.user,
            at=timezone.now(),
        )
    except CannotGrade as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Decided as proposed: %(count)s.") % {"count": done})
    return redirect(_list_url(cycle))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(DECIDE, raise_exception=True)
def grade_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    grade = get_object_or_404(grades_kept_by(request.user, DECIDE), pk=pk)
    cycle, name = grade.participant.cycle, grade.participant.officer.name
    if request.method == "POST":
        try:
            take_back_grade(grade_id=grade.pk, by=request.user)
        except CannotGrade as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The grade of %(name)s is open again.") % {"name": name})
        return redirect(_list_url(cycle))
    context = _asking(cycle) | {
        "title": _("Take back the grade of %(name)s?") % {"name": name},
        "consequences": _loses(grade),
        "submit_label": _("Take back"),
        "is_danger": True,
    }
    return render(request, "skeletons/confirm.html", context)


def _loses(grade: GradeProposal) -> list[str]:
    said = [_("The proposal stays; the decision and its note are removed. The log keeps the act.")]
    if grade.decided:
        words = {"grade": GRADES[Grade(grade.decided)], "document": grade.document}
        said.insert(0, _("Decided was “%(grade)s”, by %(document)s.") % words)
    return said


def _cycle(request: HttpRequest, pk: int, permission: str) -> Cycle:
    kept = cycle_selectors.cycles_kept_by(request.user, permission)
    return get_object_or_404(kept.select_related("court"), pk=pk)


def _asking(cycle: Cycle) -> dict[str, Any]:
    return {
        "breadcrumbs": [*breadcrumbs(cycle), (_("Grades"), _list_url(cycle))],
        "cycle": cycle,
        "cancel_url": _list_url(cycle),
    }


def _list_url(cycle: Cycle) -> str:
    return reverse("appraisal:grade_list", args=[cycle.pk])
