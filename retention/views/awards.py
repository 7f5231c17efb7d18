from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Officer
from cadres.selectors.officers import has_reach
from courtparty.accounts.scope import unit_scope
from courtparty.lib.responses import docx_response, download, xlsx_response
from retention.forms.awards import AwardFilter, DocumentForm, RevokeForm
from retention.models import Award, AwardRung
from retention.selectors import award_register as selectors
from retention.selectors.award_register import VIEW
from retention.selectors.ladder import MANAGE, RESULTS, ladder_of
from retention.services import awards as services
from retention.services.award_certificate import CannotPrint, write_certificate
from retention.services.award_exports import CannotExport, export_awards
from retention.services.awards import CannotKeepAward
from retention.views.achievements import METHODS, PER_PAGE, sent


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def award_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    listed = found.found.select_related("officer__department")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = selectors.award_rows(page.object_list)
    context = {
        "title": _("Register of awards"),
        "intro": _("Every award given, with its document; revoked ones stay on record."),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "default_sort": selectors.DEFAULT_ORDER,
        "export_url": reverse("retention:award_export"),
        "breadcrumbs": [(_("Retention"), "")],
    }
    return render(request, "retention/award_list.html", context)


def _found(request: HttpRequest) -> AwardFilter:
    awards = Award.objects.within(request.user, VIEW)
    return AwardFilter(
        request.GET,
        selectors.ordered(awards, request.GET.get("sort", "")),
        user=request.user,
        rungs=AwardRung.objects.visible_to(request.user).order_by("position"),
        years=selectors.years_of(awards),
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def award_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    try:
        content = export_awards(_found(request).found, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:award_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("awards-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def award_chart(request: HttpRequest) -> HttpResponse:
    awards = Award.objects.within(request.user, VIEW)
    today = timezone.localdate()
    years = selectors.years_of(awards) or [today.year]
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted in map(str, years) else years[0]
    context = {
        "title": _("Awards in figures"),
        "subtitle": _("Awards in force by month and function, and how long they took."),
        "figures": selectors.award_year(awards, year=year),
        "months": range(1, 13),
        "tabs": [(str(one), f"?year={one}", one == year) for one in years],
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/award_chart.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def award_detail(request: HttpRequest, pk: int) -> HttpResponse:
    award = _visible_or_404(request, pk, VIEW)
    services.read_award(award, by=request.user)
    keeps = Award.objects.within(request.user, MANAGE).filter(pk=pk)
    may_keep = request.user.has_perm(MANAGE) and award.officer.user_id != request.user.pk
    is_revoked = award.revoked_on is not None
    context = {
        "title": f"{award.officer.name} · {award.name}",
        "subtitle": str(award.officer.department),
        "status_text": _("revoked") if is_revoked else _("in force"),
        "status_tone": "danger" if is_revoked else "success",
        "award": award,
        "may_keep": may_keep and not is_revoked and keeps.exists(),
        "achievements": award.proposal.achievements.order_by("achieved_on", "pk"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/award_detail.html", context)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def award_document(request: HttpRequest, pk: int) -> HttpResponse:
    award = _visible_or_404(request, pk, MANAGE)
    form = DocumentForm(*sent(request), initial={"issued_on": award.decided_on})
    if form.is_valid():
        try:
            services.enter_document(
                award_ids=[award.pk], by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except CannotKeepAward as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. The certificate can be printed now."))
            return redirect(award)
    context = {
        "title": _("Enter the document of the award"),
        "intro": _("Its number and date stand on the certificate."),
        "submit_label": _("Enter"),
    }
    return _form_page(request, award, form, context)


@require_http_methods(METHODS)
@login_required
@permission_required(MANAGE, raise_exception=True)
def award_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    award = _visible_or_404(request, pk, MANAGE)
    form = RevokeForm(*sent(request), initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            services.revoke_award(
                award_id=award.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except CannotKeepAward as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The award has been revoked. The officer is told."))
            return redirect(award)
    context = {
        "title": _("Revoke this award"),
        "intro": _("It stays on record as revoked. This can't be undone."),
        "submit_label": _("Revoke"),
        "is_danger": True,
    }
    return _form_page(request, award, form, context)


def _form_page(
    request: HttpRequest, award: Award, form: Any, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "form": form,
        "award": award,
        "cancel_url": award.get_absolute_url(),
        "breadcrumbs": [*_crumbs(), (award.name, award.get_absolute_url())],
    }
    return render(request, "retention/award_form.html", context)


@require_safe
@login_required
def award_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """For the officer, and for those who may see the award."""
    award = get_object_or_404(_own_or_visible(request), pk=pk)
    try:
        content = write_certificate(award, by=request.user)
    except CannotPrint as refusal:
        messages.error(request, str(refusal))
        is_own = award.officer.user_id == request.user.pk
        return redirect("retention:my_awards" if is_own else award.get_absolute_url())
    return docx_response(content, _("certificate-%(number)s.docx") % {"number": award.pk})


@require_safe
@login_required
def award_file(request: HttpRequest, pk: int) -> HttpResponse:
    award = get_object_or_404(_own_or_visible(request), pk=pk)
    file = services.open_award_file(award, by=request.user)
    if file is None:
        raise Http404
    return download(file.content, file.name, file.content_type)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def award_ladder(request: HttpRequest, officer_pk: int) -> HttpResponse:
    units = ("department", "branch")
    reach = Officer.objects.filter(unit_scope(request.user, VIEW, court="court", units=units))
    officer = get_object_or_404(
        reach.select_related("court", "department", "branch"), pk=officer_pk
    )
    # A result is known where the right to it is held, not by whoever holds it somewhere.
    may_know = has_reach(request.user, RESULTS, officer)
    today = timezone.localdate()
    context = {
        "title": _("Ladder of awards: %(officer)s") % {"officer": officer.name},
        "subtitle": f"{officer.department} · {officer.title}".strip(" ·"),
        "officer": officer,
        "ladder": ladder_of(officer, on=today, with_appraisal=may_know),
        "knows_results": may_know,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/award_ladder.html", context)


def _own_or_visible(request: HttpRequest) -> Any:
    if request.user.has_perm(VIEW):
        found = Award.objects.visible_to(request.user)
    else:
        found = Award.objects.filter(officer__user=request.user)
    return found.select_related("officer__court", "document_file")


def _visible_or_404(request: HttpRequest, pk: int, permission: str) -> Award:
    found = Award.objects.within(request.user, permission).select_related(
        "officer__department", "officer__court", "proposal__decided_by", "proposal__over_quota",
        "document_file", "revoked_by",
    )  # fmt: skip
    return get_object_or_404(found, pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Retention"), ""), (_("Register of awards"), reverse("retention:award_list"))]
