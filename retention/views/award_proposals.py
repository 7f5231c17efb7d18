from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from retention.forms.awards import (
    DecideForm,
    MeetingForm,
    NoteForm,
    ProposalFilter,
    ProposeForm,
    ReplyForm,
    ResubmitForm,
)
from retention.models import Achievement, AwardProposal, AwardRung
from retention.selectors import award_proposals as selectors
from retention.selectors.achievements import PROPOSE, to_propose
from retention.selectors.award_desks import TONES
from retention.selectors.award_proposals import CHECK, DECIDE, VIEW
from retention.selectors.ladder import quota_use, rungs_of
from retention.services import award_decisions, award_proposals
from retention.services.award_steps import CannotDecide, CannotPropose
from retention.views.achievements import METHODS, PER_PAGE, sent


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def proposal_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    visible = AwardProposal.objects.visible_to(request.user)
    found = ProposalFilter(
        request.GET,
        selectors.ordered(visible, request.GET.get("sort", "")),
        user=request.user,
        rungs=AwardRung.objects.visible_to(request.user).order_by("position"),
    )
    listed = found.found.select_related("officer__department", "rung", "proposed_by")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = selectors.proposal_rows(page.object_list, on=today)
    context = {
        "title": _("Proposals for awards"),
        "intro": _("Proposed by those who work with the officer, checked, then decided."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": selectors.DEFAULT_ORDER,
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/proposal_list.html", context)


@require_http_methods(METHODS)
@login_required
@permission_required(PROPOSE, raise_exception=True)
def proposal_add(request: HttpRequest, achievement_pk: int) -> HttpResponse:
    reach = Achievement.objects.within(request.user, PROPOSE)
    related = ("officer__court", "officer__department")
    achievement = get_object_or_404(reach.select_related(*related), pk=achievement_pk)
    rungs = list(rungs_of(achievement.officer.court).in_use())
    form = ProposeForm(
        *sent(request),
        rungs=rungs,
        achievements=to_propose(achievement),
        initial={"achievements": [achievement.pk]},
    )
    if form.is_valid():
        proposal = _proposed(request, form, achievement)
        if proposal:
            messages.success(request, _("Proposed. The political department checks it next."))
            return redirect(proposal)
    context = {
        "title": _("Propose an award"),
        "form": form,
        "submit_label": _("Propose"),
        "cancel_url": achievement.get_absolute_url(),
        "officer": achievement.officer,
        "has_rungs": bool(rungs),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/proposal_form.html", context)


def _proposed(
    request: HttpRequest, form: ProposeForm, achievement: Achievement
) -> AwardProposal | None:
    cleaned = form.cleaned_data
    try:
        return award_proposals.propose_award(
            officer_id=achievement.officer_id,
            rung_id=cleaned["rung"],
            achievement_ids=cleaned["achievements"],
            reason=cleaned["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except CannotPropose as refusal:
        form.add_error(None, str(refusal))
        return None


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _visible_or_404(request, pk)
    award_proposals.read_proposal(proposal, by=request.user)
    context = {
        **_about(proposal),
        "status_text": proposal.get_state_display(),
        "status_tone": TONES[proposal.state],
        "steps": selectors.steps_of(proposal),
        "possible": selectors.possible_steps(proposal, request.user),
        "award": getattr(proposal, "award", None),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/proposal_detail.html", context)


def _about(proposal: AwardProposal) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "title": f"{proposal.officer.name} · {proposal.rung.display_name}",
        "subtitle": str(proposal.officer.department),
        "proposal": proposal,
        "row": selectors.proposal_rows([proposal], on=today)[0],
        "achievements": proposal.achievements.order_by("achieved_on", "pk"),
        "quota": quota_use(proposal.rung, year=today.year),
        "year": today.year,
    }


# -- steps --------------------------------------------------------------------------------------


@require_http_methods(METHODS)
@login_required
@permission_required(CHECK, raise_exception=True)
def proposal_check(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Pass this proposal on for the decision?"),
        "text": _("You have checked that facts, evidence and the rung of the ladder are right."),
        "submit_label": _("Checked, pass on"),
    }
    form = NoteForm(*sent(request))
    service = award_proposals.check_proposal
    return _step(request, pk, "check", form, service, context, permission=CHECK)


@require_http_methods(METHODS)
@login_required
@permission_required(VIEW, raise_exception=True)
def proposal_return(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Return this proposal?"),
        "text": _("Whoever made it is told what to put right, and hands it in again."),
        "submit_label": pgettext("a proposal", "Return"),
    }
    if not _may_return(request, pk):
        raise PermissionDenied
    form = NoteForm(*sent(request), is_needed=True)
    return _step(request, pk, "return", form, award_proposals.return_proposal, context)


def _may_return(request: HttpRequest, pk: int) -> bool:
    """Who checks returns what is to be checked, who decides what is to be decided."""
    proposal = _visible_or_404(request, pk)
    state = AwardProposal.State(proposal.state)
    permissions = {state.PROPOSED: [CHECK], state.CHECKED: [DECIDE]}.get(state, [CHECK, DECIDE])
    here = AwardProposal.objects.filter(pk=pk)
    return any(here.visible_to(request.user, permission).exists() for permission in permissions)


@require_http_methods(METHODS)
@login_required
@permission_required(PROPOSE, raise_exception=True)
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    context = {
        "title": _("Withdraw this proposal?"),
        "text": _("Its achievements wait for a proposal again."),
        "submit_label": _("Withdraw"),
        "is_danger": True,
    }
    form = NoteForm(*sent(request))
    service = award_proposals.withdraw_proposal
    return _step(request, pk, "withdraw", form, service, context, permission=PROPOSE)


@require_http_methods(METHODS)
@login_required
@permission_required(PROPOSE, raise_exception=True)
def proposal_resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _visible_or_404(request, pk, PROPOSE)
    form = ResubmitForm(
        *sent(request),
        rungs=rungs_of(proposal.officer.court).in_use(),
        achievements=None,
        initial={
            "rung": proposal.rung_id,
            "reason": proposal.reason,
            "seen": selectors.last_step(proposal),
        },
    )
    context = {"title": _("Hand the proposal in again"), "submit_label": _("Hand in")}
    service = award_proposals.resubmit_proposal
    return _step(request, pk, "resubmit", form, service, context, names={"rung": "rung_id"})


@require_http_methods(METHODS)
@login_required
@permission_required(DECIDE, raise_exception=True)
def proposal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _visible_or_404(request, pk, DECIDE)
    form = DecideForm(*sent(request), initial=_initial(proposal))
    if (answer := _too_late(request, proposal, "decide")) is not None:
        return answer
    _note_reading(request, proposal)
    if form.is_valid():
        try:
            award_decisions.decide_proposals(
                decisions=[form.decision_about(proposal.pk)],
                on=form.cleaned_data["on"],
                document=form.document,
                over_quota=form.approval,
                by=request.user,
                at=timezone.now(),
            )
        except CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Decided."))
            return redirect(proposal)
    context = {
        **_about(proposal),
        "title": _("Decide about an award"),
        "form": form,
        "submit_label": _("Decide"),
        "cancel_url": proposal.get_absolute_url(),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/proposal_decide.html", context)


@require_http_methods(METHODS)
@login_required
@permission_required(CHECK, raise_exception=True)
def proposal_reply(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _visible_or_404(request, pk, CHECK)
    form = ReplyForm(*sent(request), initial=_initial(proposal))
    if (answer := _too_late(request, proposal, "reply")) is not None:
        return answer
    _note_reading(request, proposal)
    if form.is_valid():
        try:
            award_decisions.record_reply(
                proposal_id=proposal.pk, by=request.user, at=timezone.now(), **form.facts
            )
        except CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The reply has been entered."))
            return redirect(proposal)
    context = {
        **_about(proposal),
        "title": _("Enter the reply of the higher body"),
        "form": form,
        "submit_label": _("Enter the reply"),
        "cancel_url": proposal.get_absolute_url(),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/proposal_decide.html", context)


def _step(
    request: HttpRequest,
    pk: int,
    action: str,
    form: Form,
    service: Callable[..., AwardProposal],
    context: dict[str, Any],
    *,
    permission: str = VIEW,
    names: dict[str, str] | None = None,
) -> HttpResponse:
    proposal = _visible_or_404(request, pk, permission)
    if (answer := _too_late(request, proposal, action)) is not None:
        return answer
    _note_reading(request, proposal)
    form.initial.setdefault("seen", selectors.last_step(proposal))
    if form.is_valid():
        said = {(names or {}).get(name, name): value for name, value in form.cleaned_data.items()}
        try:
            service(proposal_id=proposal.pk, by=request.user, at=timezone.now(), **said)
        except (CannotDecide, CannotPropose) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done."))
            return redirect(proposal)
    context |= {
        "form": form,
        "about": _about(proposal),
        "cancel_url": proposal.get_absolute_url(),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/proposal_step.html", context)


def _too_late(request: HttpRequest, proposal: AwardProposal, action: str) -> HttpResponse | None:
    """Back to the proposal when opened to no purpose. What is sent, the service answers."""
    if request.method == "POST" or action in selectors.possible_steps(proposal, request.user):
        return None
    text = _("This can't be done with the proposal as it stands now, or not by you: %(state)s.")
    messages.warning(request, text % {"state": proposal.get_state_display()})
    return redirect(proposal)


def _note_reading(request: HttpRequest, proposal: AwardProposal) -> None:
    """The page of a step quotes the proposal: opening it is a reading, sending it off is none."""
    if request.method != "POST":
        award_proposals.read_proposal(proposal, by=request.user)


def _initial(proposal: AwardProposal) -> dict[str, Any]:
    return {"seen": selectors.last_step(proposal), "on": timezone.localdate()}


# -- the meeting --------------------------------------------------------------------------------


@require_http_methods(METHODS)
@login_required
@permission_required(DECIDE, raise_exception=True)
def award_meeting(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    table = selectors.on_the_table(request.user, on=today)
    form = MeetingForm(*sent(request), table=table, initial={"on": today})
    if form.is_valid():
        try:
            done = award_decisions.decide_proposals(
                decisions=form.decisions,
                on=form.cleaned_data["on"],
                document=form.document,
                over_quota=form.approval,
                by=request.user,
                at=timezone.now(),
            )
        except CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            text = ngettext(
                "%(count)s proposal decided.", "%(count)s proposals decided.", len(done)
            )
            messages.success(request, text % {"count": len(done)})
            return redirect("retention:award_meeting")
    context = {
        "title": _("Decide in a meeting"),
        "intro": _("All proposals that are checked, by award. What is left open stays open."),
        "form": form,
        "table": [
            (rung, [(line, *_fields_of(form, line.proposal.pk)) for line in rung.lines])
            for rung in table
        ],
        "year": today.year,
        "submit_label": _("Record the decisions"),
        "cancel_url": reverse("retention:proposal_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/award_meeting.html", context)


def _fields_of(form: MeetingForm, pk: int) -> tuple[Any, Any, Any]:
    return form[f"decision_{pk}"], form[f"note_{pk}"], form[f"seen_{pk}"]


def _visible_or_404(request: HttpRequest, pk: int, permission: str = VIEW) -> AwardProposal:
    found = AwardProposal.objects.visible_to(request.user, permission).select_related(
        "officer__court", "officer__department", "rung__court", "proposed_by", "over_quota"
    )
    return get_object_or_404(found, pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Retention"), ""), (_("Proposals for awards"), reverse("retention:proposal_list"))]
