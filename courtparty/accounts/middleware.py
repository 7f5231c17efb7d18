"""The reader's language, and the limits of a session. One function each, in Django's order."""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from courtparty.accounts.services.sessions import close_session

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_AGAIN_AFTER = 60
WITHOUT_NEW_PASSWORD = {"password_change", "sign_out", "set_language"}
ASKING_BY_THEMSELVES = {"jobs:job_progress"}


def language(get_response: GetResponse) -> GetResponse:
    """The account's language, else the one chosen at the door, else the browser's, else Chinese."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        code = chosen or translation.get_language_from_request(request)
        with translation.override(code):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
        response.headers.setdefault("Content-Language", code)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def session_limits(get_response: GetResponse) -> GetResponse:
    """End an idle or too long session; hold who has a first password at the page to change it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        if _is_idle(request):
            text = _("You were signed out because nothing happened for a while.")
            return _sign_out(request, text)
        if _is_over(request):
            return _sign_out(request, _("The longest time of a session is over: sign in again."))
        if request.user.must_change_password and not _may_go_on(request):
            return _send_to(request, reverse("password_change"))
        return get_response(request)

    return middleware


def _is_idle(request: HttpRequest) -> bool:
    now = int(time.time())
    seen = request.session.get("seen", now)
    # Written at most once a minute: a page that is only read must not write at each request.
    is_due = "seen" not in request.session or now - seen > SEEN_AGAIN_AFTER
    # A page that asks again by itself is nobody's activity.
    if is_due and _view_name(request) not in ASKING_BY_THEMSELVES:
        request.session["seen"] = now
    return now - seen > settings.SESSION_IDLE_SECONDS


def _is_over(request: HttpRequest) -> bool:
    """A working day is the most: each saving of a session moves its own expiry on."""
    now = int(time.time())
    return now - request.session.setdefault("since", now) > settings.SESSION_COOKIE_AGE


def _sign_out(request: HttpRequest, text: str) -> HttpResponse:
    close_session(session_key=request.session.session_key or "")
    logout(request)
    messages.info(request, text)
    # Only a page can be opened again after signing in; a form that was sent cannot.
    wanted = request.get_full_path() if request.method == "GET" else ""
    query = f"?{urlencode({'next': wanted})}" if wanted and not _is_fragment(request) else ""
    return _send_to(request, reverse(settings.LOGIN_URL) + query)


def _send_to(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect the whole page, also when only a part of it was asked for."""
    return HttpResponseClientRedirect(url) if _is_fragment(request) else redirect(url)


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _may_go_on(request: HttpRequest) -> bool:
    return _view_name(request) in WITHOUT_NEW_PASSWORD


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
