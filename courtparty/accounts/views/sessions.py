from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courtparty.accounts.selectors import own_sessions
from courtparty.accounts.services import sessions


@require_safe
@login_required
def session_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("My sessions"),
        "sessions": own_sessions(request.user),
        "this_key": request.session.session_key,
    }
    return render(request, "accounts/session_list.html", context)


@require_POST
@login_required
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(own_sessions(request.user), pk=pk)
    sessions.end_session(sign_in_id=session.pk, by=request.user)
    messages.success(request, _("That session is ended."))
    return redirect("accounts:session_list")
