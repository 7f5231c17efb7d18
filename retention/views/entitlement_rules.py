from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.accounts.scope import paths_with
from courtparty.lib.responses import xlsx_response
from retention.forms.entitlement_rules import (
    DescriptionForm,
    KindForm,
    RuleEndForm,
    RuleFilter,
    RuleForm,
)
from retention.models import EntitlementKind, EntitlementRule
from retention.selectors import entitlement_rule_pages as pages
from retention.selectors.entitlement_rules import MANAGE, VIEW, courts_with
from retention.services import entitlement_rules as services
from retention.services.entitlement_export import export_rules

PER_PAGE = 50


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Entitlements"), reverse("retention:entitlement_list")),
        (_("Rules of entitlements"), reverse("retention:entitlement_rule_list")),
        *more,
    ]


def _found(request: HttpRequest) -> RuleFilter:
    rules = pages.in_order(pages.rules_listed(request.user))
    return RuleFilter(request.GET, rules, on=timezone.localdate())


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_rule_list(request: HttpRequest) -> HttpResponse:
    found, today = _found(request), timezone.localdate()
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [pages.rule_row(one, on=today) for one in page.object_list]
    context = {
        "title": _("Rules of entitlements"),
        "intro": _(
            "The numbers by which is computed what officers are due. Each computing goes by the "
            "versions in force on its day; what was received before stays as it was."
        ),
        "page_obj": page,
        "count": page.paginator.count,
        "filter": found,
        "export_url": reverse("retention:entitlement_rule_export"),
        "has_courts": len({row.rule.court_id for row in page.object_list}) > 1,
        "has_shipped": any(row.rule.is_shipped for row in page.object_list),
        "may_manage": bool(courts_with(request.user, MANAGE)),
        "breadcrumbs": _crumbs()[:1],
    }
    return render(request, "retention/entitlement_rule_list.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_rule_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    content = export_rules(_found(request).found, by=request.user, on=today)
    return xlsx_response(content, _("entitlement-rules-%(day)s.xlsx") % {"day": today})


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def entitlement_rule_install(request: HttpRequest) -> HttpResponse:
    courts = courts_with(request.user, MANAGE)
    if not courts:
        raise PermissionDenied
    count = services.install_for_courts(courts=courts, by=request.user)
    if count:
        text = ngettext(
            "%(count)s default rule was added. Look at it: nobody has verified it yet.",
            "%(count)s default rules were added. Look at them: nobody has verified them yet.",
            count,
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Every kind has a rule already; nothing was added."))
    return redirect("retention:entitlement_rule_list")


def _visible(request: HttpRequest, pk: int) -> EntitlementRule:
    return get_object_or_404(pages.rules_listed(request.user), pk=pk)


def _managed(request: HttpRequest, pk: int) -> EntitlementRule:
    return get_object_or_404(pages.rules_managed(request.user), pk=pk)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_rule_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rule = _visible(request, pk)
    today = timezone.localdate()
    row = pages.rule_row(rule, on=today)
    versions = list(pages.versions_of(rule, request.user))
    context = {
        "title": row.name,
        "subtitle": rule.court.display_name,
        "status_text": row.state,
        "status_tone": row.tone,
        "rule": rule,
        "row": row,
        "fields": pages.fields_shown(rule),
        "versions": [pages.rule_row(one, on=today) for one in versions],
        "before": pages.version_before(rule, versions),
        "used": pages.used_by(rule),
        "may_manage": rule.court.path in paths_with(request.user, MANAGE),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/entitlement_rule_detail.html", context)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def entitlement_rule_compare(request: HttpRequest, pk: int) -> HttpResponse:
    rule = _visible(request, pk)
    today = timezone.localdate()
    versions = list(pages.versions_of(rule, request.user))
    chosen = request.GET.get("with", "")
    other = next((one for one in versions if str(one.pk) == chosen), None)
    other = other or pages.version_before(rule, versions)
    if other is None or other.pk == rule.pk:
        raise Http404
    before, after = sorted((rule, other), key=lambda one: one.start)
    context = {
        "title": _("Two versions compared"),
        "subtitle": pages.rule_row(rule, on=today).name,
        "before": pages.rule_row(before, on=today),
        "after": pages.rule_row(after, on=today),
        "fields": pages.compared(before, after),
        "breadcrumbs": _crumbs((str(rule.get_kind_display()), rule.get_absolute_url())),
    }
    return render(request, "retention/entitlement_rule_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def entitlement_rule_set(request: HttpRequest) -> HttpResponse:
    courts = courts_with(request.user, MANAGE)
    if not courts:
        raise PermissionDenied
    choice = KindForm(request.GET or None, courts=courts)
    if not choice.is_valid():
        return _choose_kind(request, choice)
    court, kind = choice.chosen_court, choice.cleaned_data["kind"]
    like = pages.rules_listed(request.user).filter(court=court, kind=kind)
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        like=like.order_by("-start").first(),
    )
    if form.is_valid():
        try:
            rule = services.set_rule(
                court=court,
                kind=kind,
                start=form.cleaned_data["start"],
                table=form.table,
                by=request.user,
                at=timezone.now(),
                **form.words,
            )
        except services.CannotSetRule as refusal:
            form.add_error("start", str(refusal))
        else:
            messages.success(
                request, _("The version is set. The next computing goes by it from its first day.")
            )
            return redirect(rule)
    context = {
        "title": _("New version: %(kind)s") % {"kind": EntitlementKind(kind).label},
        "intro": court.display_name,
        "form": form,
        "submit_label": _("Set the version"),
        "cancel_url": reverse("retention:entitlement_rule_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/entitlement_rule_set.html", context)


def _choose_kind(request: HttpRequest, choice: KindForm) -> HttpResponse:
    context = {
        "title": _("Set a version of a rule"),
        "intro": _("Which kind of entitlement is it for?"),
        "form": choice,
        "cancel_url": reverse("retention:entitlement_rule_list"),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "retention/entitlement_rule_kind.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def entitlement_rule_describe(request: HttpRequest, pk: int) -> HttpResponse:
    rule = _managed(request, pk)
    initial = {name: getattr(rule, name) for name in DescriptionForm.base_fields}
    form = DescriptionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        services.describe_rule(rule_id=rule.pk, by=request.user, **form.words)
        messages.success(request, _("Saved."))
        return redirect(rule)
    context = {
        "title": _("Source and certainty"),
        "intro": _("The numbers stay as they are: other numbers are a new version."),
        "form": form,
        "cancel_url": rule.get_absolute_url(),
        "breadcrumbs": _crumbs((str(rule.get_kind_display()), rule.get_absolute_url())),
    }
    return render(request, "retention/entitlement_rule_describe.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def entitlement_rule_end(request: HttpRequest, pk: int) -> HttpResponse:
    rule = _managed(request, pk)
    form = RuleEndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.end_rule(rule_id=rule.pk, end=form.end, by=request.user)
        except services.CannotSetRule as refusal:
            form.add_error("last", str(refusal))
        else:
            messages.success(request, _("The end of the rule is set."))
            return redirect(rule)
    context = _asking(rule) | {
        "title": _("End this rule?"),
        "text": _("After its last day nothing of this kind is computed any more."),
        "form": form,
        "submit_label": _("Set the end"),
    }
    return render(request, "retention/entitlement_rule_end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def entitlement_rule_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    rule = _managed(request, pk)
    if request.method == "POST":
        try:
            services.take_back_rule(rule_id=rule.pk, by=request.user, on=timezone.localdate())
        except services.CannotSetRule as refusal:
            messages.error(request, str(refusal))
            return redirect(rule)
        messages.success(request, _("The version is taken back; the one before goes on."))
        return redirect("retention:entitlement_rule_list")
    context = _asking(rule) | {
        "title": _("Take this version back?"),
        "text": _("It is not in force yet. The version before goes on as if nothing had been set."),
        "submit_label": _("Take it back"),
    }
    return render(request, "retention/entitlement_rule_end.html", context)


def _asking(rule: EntitlementRule) -> dict[str, Any]:
    return {
        "rule": rule,
        "row": pages.rule_row(rule, on=timezone.localdate()),
        "is_danger": True,
        "cancel_url": rule.get_absolute_url(),
        "breadcrumbs": _crumbs((str(rule.get_kind_display()), rule.get_absolute_url())),
    }
