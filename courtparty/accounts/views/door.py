"""Coming in and going out: sign-in, sign-out, language, password, one-time links."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from courtparty.accounts.addresses import client_address
from courtparty.accounts.forms import ChoosePasswordForm, NewPasswordForm, SignInForm
from courtparty.accounts.models import User
from courtparty.accounts.selectors import account_of_link
from courtparty.accounts.services import accounts, sessions

BACKEND = "courtparty.accounts.backends.AccountBackend"
LANGUAGE_LIFE = 365 * 24 * 3600


class SignIn(LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:
        response = super().form_valid(form)
        _note_sign_in(self.request)
        return response


def _note_sign_in(request: HttpRequest) -> None:
    request.session.save()  # only then is its key certain
    sessions.open_session(
        user=request.user,
        session_key=request.session.session_key,
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        at=timezone.now(),
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.close_session(session_key=request.session.session_key or "")
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    response = redirect(_safe_next(request))
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        accounts.choose_language(user_id=request.user.pk, language=code)
    else:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=LANGUAGE_LIFE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_safe else "/"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@login_required
def password_change(request: HttpRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        old_key = request.session.session_key
        user = accounts.change_password(
            user_id=request.user.pk,
            password=form.cleaned_data["new_password1"],
            keep_session=old_key,
        )
        update_session_auth_hash(request, user)
        sessions.move_session(old_key=old_key, new_key=request.session.session_key)
        messages.success(request, _("Your password is changed. Other sessions were ended."))
        return redirect("home")
    context = {
        "form": form,
        "title": _("Change password"),
        "intro": _intro(request.user),
        "submit_label": _("Change password"),
    }
    return render(request, "registration/password_change_form.html", context)


def _intro(user: User) -> str:
    if user.must_change_password:
        return _("Choose a password of your own before you go on.")
    return _("Every other browser you are signed in with will be signed out.")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    account = account_of_link(uidb64, token)
    if account is None:
        return _dead_link(request)
    form = ChoosePasswordForm(account, request.POST if request.method == "POST" else None)
    if form.is_valid():
        password = form.cleaned_data["new_password1"]
        try:
            user = accounts.activate_account(uidb64=uidb64, token=token, password=password)
        except accounts.CannotActivate:
            return _dead_link(request)
        login(request, user, backend=BACKEND)
        _note_sign_in(request)
        messages.success(request, _("Your password is set. You are signed in."))
        return redirect("home")
    context = {"form": form, "is_valid_link": True, "account": account}
    return render(request, "registration/activate.html", context)


def _dead_link(request: HttpRequest) -> HttpResponse:
    return render(request, "registration/activate.html", {"is_valid_link": False}, status=410)
