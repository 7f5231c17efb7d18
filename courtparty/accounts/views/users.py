"""Accounts without rights: what a system administrator keeps."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courtparty.accounts.forms import AccountFilter, AccountForm
from courtparty.accounts.models import User
from courtparty.accounts.selectors import platform_role
from courtparty.accounts.services import accounts
from courtparty.lib.paging import CappedPaginator

manages_users = permission_required("accounts.manage_users", raise_exception=True)
SORTS = {"username", "name", "last_login", "created_at"}


@require_safe
@login_required
@manages_users
def user_list(request: HttpRequest) -> HttpResponse:
    found = AccountFilter(request.GET, User.objects.select_related("court"))
    paginator = CappedPaginator(found.qs.order_by(*_order(request)), 50)
    context = {
        "title": _("Accounts"),
        "intro": _("Who can sign in. Rights are given by the security administrator."),
        "filter": found,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "count": paginator.count,
        "count_limit": paginator.limit,
        "default_sort": "username",
    }
    return render(request, "accounts/user_list.html", context)


def _order(request: HttpRequest) -> list[str]:
    wanted = request.GET.get("sort", "")
    return [wanted, "pk"] if wanted.removeprefix("-") in SORTS else ["username"]


@require_http_methods(["GET", "POST"])
@login_required
@manages_users
def user_create(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = accounts.create_account(by=request.user, **form.cleaned_data)
        except accounts.CannotChangeAccount as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("The account “%(username)s” is open. Its owner comes in by a one-time link.")
            messages.success(request, text % {"username": user.username})
            return redirect("accounts:user_detail", pk=user.pk)
    context = {
        "title": _("New account"),
        "form": form,
        "breadcrumbs": _trail(),
        "submit_label": _("Open account"),
        "cancel_url": reverse("accounts:user_list"),
    }
    return render(request, "skeletons/form.html", context)


@require_safe
@login_required
@manages_users
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(pk)
    context = {
        "title": account.name,
        "account": account,
        "breadcrumbs": _trail(),
        "platform_grant": platform_role(account, on=timezone.localdate()),
        "is_self": account.pk == request.user.pk,
    }
    return render(request, "accounts/user_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@manages_users
def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(pk)
    if request.method == "POST":
        try:
            accounts.disable_account(user_id=account.pk, by=request.user)
        except accounts.CannotChangeAccount as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The account is closed and its sessions are ended."))
        return redirect("accounts:user_detail", pk=account.pk)
    words = {"name": account.name}
    context = {
        "title": _("Close the account of %(name)s?") % words,
        "consequences": [
            _("%(name)s can no longer sign in.") % words,
            _("All sessions of this account end at once."),
            _("Its records and its roles stay; the roles have no effect while it is closed."),
        ],
        "submit_label": _("Close account"),
        "is_danger": True,
    }
    return _confirm(request, account, context)


@require_http_methods(["GET", "POST"])
@login_required
@manages_users
def user_enable(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(pk)
    if request.method == "POST":
        accounts.enable_account(user_id=account.pk, by=request.user)
        messages.success(request, _("The account is open again."))
        return redirect("accounts:user_detail", pk=account.pk)
    context = {
        "title": _("Open the account of %(name)s again?") % {"name": account.name},
        "text": _("It gets back the password and the roles it had."),
        "submit_label": _("Open again"),
    }
    return _confirm(request, account, context)


@require_http_methods(["GET", "POST"])
@login_required
@manages_users
def user_link(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(pk)
    if request.method == "GET":  # for instance after the language was changed on the page
        return redirect("accounts:user_detail", pk=account.pk)
    base_url = request.build_absolute_uri("/")
    try:
        link = accounts.issue_link(user_id=account.pk, by=request.user, base_url=base_url)
    except accounts.CannotChangeAccount as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:user_detail", pk=account.pk)
    context = {
        "title": _("One-time link for %(name)s") % {"name": account.name},
        "account": account,
        "link": link,
        "breadcrumbs": [*_trail(), (account.name, _address(account))],
    }
    return render(request, "accounts/user_link.html", context)


def _account(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("court"), pk=pk)


def _address(account: User) -> str:
    return reverse("accounts:user_detail", args=[account.pk])


def _trail() -> list[tuple[str, str]]:
    return [(_("Accounts"), reverse("accounts:user_list"))]


def _confirm(request: HttpRequest, account: User, context: dict) -> HttpResponse:
    address = _address(account)
    frame = {"cancel_url": address, "breadcrumbs": [*_trail(), (account.name, address)]}
    return render(request, "skeletons/confirm.html", context | frame)
