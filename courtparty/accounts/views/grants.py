"""Who holds which role, and unlocking sign-in: what a security administrator keeps."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courtparty.accounts.forms import ChooseRoleForm, GrantFilter, GrantForm
from courtparty.accounts.models import Grant, User
from courtparty.accounts.roles import Role
from courtparty.accounts.selectors import locked_accounts
from courtparty.accounts.services import grants
from courtparty.lib.paging import CappedPaginator

manages_grants = permission_required("accounts.manage_grants", raise_exception=True)
SORTS = {
    "account": ["user__name", "user__username"],
    "role": ["role"],
    "starts_on": ["starts_on"],
    "ends_on": ["ends_on"],
}


@require_safe
@login_required
@manages_grants
def grant_list(request: HttpRequest) -> HttpResponse:
    everything = Grant.objects.select_related("user__court", "unit", "granted_by")
    found = GrantFilter(request.GET, everything)
    paginator = CappedPaginator(found.qs.order_by(*_order(request)), 50)
    context = {
        "title": _("Grants"),
        "intro": _("Who holds which role. A role on a unit reaches everything below it."),
        "filter": found,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "count": paginator.count,
        "count_limit": paginator.limit,
        "default_sort": "-starts_on",
        "today": timezone.localdate(),
    }
    return render(request, "accounts/grant_list.html", context)


def _order(request: HttpRequest) -> list[str]:
    wanted = request.GET.get("sort", "-starts_on")
    fields = SORTS.get(wanted.removeprefix("-"), SORTS["starts_on"])
    sign = "-" if wanted.startswith("-") else ""
    return [*(sign + field for field in fields), "-pk"]


@require_http_methods(["GET", "POST"])
@login_required
@manages_grants
def grant_create(request: HttpRequest) -> HttpResponse:
    """First the account and the role, by address; then the units that fit both."""
    choice = ChooseRoleForm(request.GET or None)
    form = None
    if choice.is_valid():
        account, role = choice.cleaned_data["account"], choice.cleaned_data["role"]
        form = GrantForm(request.POST if request.method == "POST" else None, account, role)
    if form and form.is_valid():
        try:
            grant = grants.grant_role(
                user_id=account.pk, role=role, by=request.user, **form.to_grant()
            )
        except grants.CannotGrant as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Role granted: %(grant)s") % {"grant": grant})
            return redirect("accounts:grant_list")
    return render(request, "accounts/grant_create.html", _create_context(choice, form))


def _create_context(choice: ChooseRoleForm, form: GrantForm | None) -> dict:
    chosen = choice.cleaned_data if form else {}
    return {
        "title": _("Grant a role"),
        "choice": choice,
        "form": form,
        "account": chosen.get("account"),
        "role": Role(chosen["role"]).label if form else "",
        "breadcrumbs": _trail(),
        "cancel_url": reverse("accounts:grant_list"),
    }


@require_http_methods(["GET", "POST"])
@login_required
@manages_grants
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(Grant.objects.select_related("user", "unit"), pk=pk)
    if request.method == "POST":
        try:
            grants.end_grant(grant_id=grant.pk, by=request.user, on=timezone.localdate())
        except grants.CannotGrant as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Role ended: %(grant)s") % {"grant": grant})
        return redirect("accounts:grant_list")
    context = {
        "title": _("End this role?"),
        "text": str(grant),
        "consequences": [
            _("From now on it gives no rights, in sessions under way as well."),
            _("What was done with it stays as it is. The role can be granted again."),
        ],
        "submit_label": _("End role"),
        "is_danger": True,
        "cancel_url": reverse("accounts:grant_list"),
        "breadcrumbs": _trail(),
    }
    return render(request, "skeletons/confirm.html", context)


@require_safe
@login_required
@manages_grants
def locked_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Locked accounts"),
        "accounts": locked_accounts(at=timezone.now()),
        "breadcrumbs": _trail(),
    }
    return render(request, "accounts/locked_list.html", context)


@require_POST
@login_required
@manages_grants
def locked_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(User, pk=pk)
    grants.unlock_sign_in(user_id=account.pk, by=request.user)
    text = _("%(name)s may try to sign in again.")
    messages.success(request, text % {"name": account.name})
    return redirect("accounts:locked_list")


def _trail() -> list[tuple[str, str]]:
    return [(_("Grants"), reverse("accounts:grant_list"))]
