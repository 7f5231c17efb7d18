"""Appointing in four steps that need no script: post, officer, period, document.

The first three are sent by GET and stand in the address, so that each can be gone back to; only
the last one writes.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from cadres.forms.appointments import (
    HigherPapersForm,
    OfficerSearch,
    PapersForm,
    PeriodForm,
    PostSearch,
)
from cadres.models import Officer, Post
from cadres.rules.appointments import NEEDS_APPROVAL, last_day
from cadres.selectors.appointment_plans import AppointmentPlan, plan_of
from cadres.selectors.appointments import (
    MANAGE,
    OFFICERS_OFFERED,
    POSTS_OFFERED,
    appointments_of,
    holders_now,
    offered,
    officers_to_appoint,
    posts_managed,
    posts_to_fill,
    with_vacancy,
)
from cadres.selectors.officers import reach_of
from cadres.services.appointments import CannotAppoint, appoint
from cadres.services.approvals import CannotEnter

PERIOD = ("start", "nature", "term", "last", "end_reason", "note")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def appointment_make(request: HttpRequest) -> HttpResponse:
    post = _chosen(posts_managed(request.user), request.GET.get("post"))
    if post is None:
        return _choose_post(request)
    officers = officers_to_appoint(request.user, post.court)
    officer = _chosen(officers, request.GET.get("officer"))
    if officer is None:
        return _choose_officer(request, post)
    form = PeriodForm(request.GET if "start" in request.GET else None, post=post)
    if not form.is_valid():
        return _choose_period(request, post, officer, form)
    plan = plan_of(post=post, officer=officer, **form.plan)
    for refusal in plan.refusals:
        form.add_error(None, refusal)
    if plan.refusals or "back" in request.GET:
        return _choose_period(request, post, officer, form)
    return _finish(request, post, officer, form, plan)


def _chosen(records, text: str | None):
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    found = records.filter(pk=int(text)).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, step: int, **context) -> HttpResponse:
    context |= {
        "title": _("Appoint"),
        "steps": [_("Post"), _("Officer"), pgettext("of an appointment", "Period"), _("Document")],
        "current": step,
        "officer_id": request.GET.get("officer", ""),
        "breadcrumbs": [
            (_("Cadre team"), ""),
            (_("Appointments"), reverse("cadres:appointment_list")),
        ],
    }
    return render(request, "cadres/appointment_make.html", context)


def _choose_post(request: HttpRequest) -> HttpResponse:
    form = PostSearch(request.GET, units=reach_of(request.user, MANAGE).inside)
    asked = form.asked
    posts = posts_to_fill(request.user, on=timezone.localdate())
    if asked["unit"]:
        posts = posts.filter(unit__path__startswith=asked["unit"].path)
    if asked["kind"]:
        posts = posts.filter(kind=asked["kind"])
    if not asked["with_full"]:
        posts = with_vacancy(posts)
    found = list(posts.order_by("unit__path", "kind", "pk")[: POSTS_OFFERED + 1])
    return _page(
        request, 1, search=form, posts=found[:POSTS_OFFERED], has_more=len(found) > POSTS_OFFERED
    )


def _choose_officer(request: HttpRequest, post: Post) -> HttpResponse:
    form = OfficerSearch(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = offered(officers_to_appoint(request.user, post.court), text, user=request.user)
    return _page(
        request,
        2,
        search=form,
        asked=text,
        post=post,
        holders=holders_now(post, on=timezone.localdate()),
        officers=found[:OFFICERS_OFFERED],
        has_more=len(found) > OFFICERS_OFFERED,
    )


def _choose_period(
    request: HttpRequest, post: Post, officer: Officer, form: PeriodForm
) -> HttpResponse:
    on = timezone.localdate()
    held = [one for one in appointments_of(officer, request.user, on=on) if not one.last_day]
    return _page(request, 3, form=form, post=post, officer=officer, held=held)


def _finish(
    request: HttpRequest, post: Post, officer: Officer, form: PeriodForm, plan: AppointmentPlan
) -> HttpResponse:
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    papers = PapersForm(*data)
    higher = HigherPapersForm(*data) if post.kind in NEEDS_APPROVAL else None
    are_valid = [one.is_valid() for one in (papers, higher) if one]
    if data and all(are_valid):
        try:
            appointment = appoint(
                post_id=post.pk,
                officer_id=officer.pk,
                by=request.user,
                document=papers.approval,
                higher_approval=higher.approval if higher else None,
                **form.facts,
            )
        except (CannotAppoint, CannotEnter) as refusal:
            papers.add_error(None, str(refusal))
        else:
            messages.success(request, _("Appointed. The officer has been told."))
            return redirect(appointment)
    return _page(
        request, 4, post=post, officer=officer, plan=plan, period=form.cleaned_data, form=papers,
        higher=higher, nature=dict(form.fields["nature"].choices)[form.cleaned_data["nature"]],
        term_last=last_day(plan.term_end) if plan.term_end else None,
        back_url=_back(request.GET),
    )  # fmt: skip


def _back(query: QueryDict) -> str:
    again = query.copy()
    again["back"] = "1"
    return f"?{again.urlencode()}"
