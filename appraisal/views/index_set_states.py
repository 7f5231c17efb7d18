from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appraisal.models import IndexSet
from appraisal.selectors.index_set_compare import replaced_by
from appraisal.selectors.index_set_findings import findings_kept, reasons_of, report_of
from appraisal.selectors.index_set_replay import replay_rows
from appraisal.selectors.index_sets import index_sets_kept_by
from appraisal.services.index_set_drafts import CannotEdit, delete_draft
from appraisal.services.index_sets import (
    CannotPublish,
    check_index_set,
    publish_index_set,
    reopen_draft,
    wrong_state,
)
from appraisal.views.index_sets import MANAGE, TONES, breadcrumbs, crumb_of

State = IndexSet.State


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_check(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(index_sets_kept_by(request.user), pk=pk)
    check = check_index_set(index_set_id=pk, by=request.user, at=timezone.now())
    index_set.refresh_from_db()
    if index_set.state == State.CHECKED:
        messages.success(request, _("The set has passed its check. It can be published now."))
    else:
        failed = len(reasons_of(findings_kept(check.findings), index_set))
        text = _("The set has not passed: points to be put right: %(count)d. It stays a draft.")
        messages.warning(request, text % {"count": failed})
    return redirect("appraisal:index_set_report", pk)


@require_safe
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of the last check, or of an earlier one."""
    index_set = get_object_or_404(index_sets_kept_by(request.user), pk=pk)
    checks = list(index_set.checks.select_related("made_by").order_by("-number"))
    asked = request.GET.get("number", "")
    check = next((one for one in checks if str(one.number) == asked), checks[0] if checks else None)
    context = {
        "title": _("Check by the four principles"),
        "subtitle": str(index_set),
        "breadcrumbs": breadcrumbs(crumb_of(index_set)),
        "index_set": index_set,
        "status_text": index_set.get_state_display(),
        "status_tone": TONES[State(index_set.state)],
        "check": check,
        "checks": checks,
        "is_last": bool(checks) and check == checks[0],
        "principles": report_of(findings_kept(check.findings), index_set) if check else [],
        "replay": check.replay if check else None,
        "rows": replay_rows(check.replay, index_set, request.user)
        if check and check.replay
        else [],
    }
    return render(request, "appraisal/index_set_report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_publish(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(index_sets_kept_by(request.user), pk=pk)
    if index_set.state in (State.PUBLISHED, State.RETIRED):
        raise wrong_state(index_set)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            publish_index_set(index_set_id=pk, by=request.user)
        except CannotPublish as refusal:
            messages.error(request, str(refusal))
            reasons = refusal.reasons
        else:
            messages.success(request, _("“%(name)s” is published.") % {"name": index_set})
            return redirect(index_set)
    former = replaced_by(index_set)
    check = index_set.checks.order_by("-number").first()
    context = {
        "title": _("Publish “%(name)s”?") % {"name": index_set},
        "breadcrumbs": breadcrumbs(crumb_of(index_set)),
        "text": _("From then on cycles of this court are opened with it."),
        "consequences": [
            _("“%(name)s” is retired: this set takes its place.") % {"name": former}
            if former
            else _("No set is published yet for this function and staff class."),
            _("Everyone of the court can read a published set."),
            _("Cycles whose participants are frozen keep the set they began with."),
        ],
        "warning": _("A published set can never be changed; a change needs a new version."),
        "index_set": index_set,
        "former": former,
        "is_checked": index_set.state == State.CHECKED,
        "reasons": reasons,
        "principles": report_of(findings_kept(check.findings), index_set) if check else [],
        "submit_label": _("Publish"),
        "cancel_url": index_set.get_absolute_url(),
    }
    return render(request, "appraisal/index_set_publish.html", context)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(index_sets_kept_by(request.user), pk=pk)
    reopen_draft(index_set_id=pk, by=request.user)
    messages.success(request, _("“%(name)s” is a draft again.") % {"name": index_set})
    return redirect(index_set)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def index_set_delete(request: HttpRequest, pk: int) -> HttpResponse:
    index_set = get_object_or_404(index_sets_kept_by(request.user), pk=pk)
    if index_set.state != State.DRAFT:
        raise wrong_state(index_set)
    if request.method == "POST":
        try:
            delete_draft(index_set_id=pk, by=request.user)
        except CannotEdit as refusal:
            messages.error(request, str(refusal))
            return redirect(index_set)
        messages.success(request, _("The draft “%(name)s” is deleted.") % {"name": index_set})
        return redirect("appraisal:index_set_list")
    context = {
        "title": _("Delete the draft “%(name)s”?") % {"name": index_set},
        "breadcrumbs": breadcrumbs(crumb_of(index_set)),
        "consequences": [
            _("Indicators: %(count)d") % {"count": index_set.indicators.count()},
            _("Reports of checks: %(count)d") % {"count": index_set.checks.count()},
            _("Experts asked for comparisons: %(count)d") % {"count": index_set.experts.count()},
        ],
        "warning": _("All of it is lost; this can't be undone."),
        "submit_label": _("Delete the draft"),
        "is_danger": True,
        "cancel_url": reverse("appraisal:index_set_detail", args=[pk]),
    }
    return render(request, "skeletons/confirm.html", context)
