"""The Django admin: a second view layer for reference tables, under the same rules of scope."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

View = Callable[..., HttpResponse]


class CourtAdminSite(AdminSite):
    site_header = site_title = _("Reference tables")
    index_title = _("Tables you may keep")
    enable_nav_sidebar = True
    empty_value_display = "—"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.is_staff

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """As always, but who is signed in and may not enter is told so, not asked to sign in."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return checked

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one sign-in page for the whole site."""
        if request.user.is_authenticated:
            return redirect("admin:index")
        wanted = request.GET.get("next", reverse("admin:index"))
        return redirect_to_login(wanted, login_url=reverse("sign_in"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Forms here list what may be chosen; nothing is looked up behind them."""
        raise Http404

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("home")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("password_change")
