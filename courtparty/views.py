"""The start page and *My records*, which put together what every app knows, and refusals."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.selectors.results import own_results
from cadres.models import Officer
from cadres.selectors.corrections import items_shown, own_requests, requests_in_words
from cadres.selectors.officers import own_record, spans_of
from cadres.selectors.own_posts import own_posts
from cadres.selectors.readers import in_words, readings_of
from courtparty.home import duties_of, home_of, needs_of_concerns, needs_with_figures
from retention.selectors.own_lines import own_lines
from retention.selectors.waiting import concerns_of

READINGS_PER_PAGE = 20
# The sections of the personal data, in the order of the roster.
SECTIONS = (
    (gettext_lazy("Person"), ("name", "sex", "ethnicity", "birth", "id_number", "phone")),
    (
        gettext_lazy("Post and rank"),
        (
            "department", "title", "title_since", "category", "rank", "rank_since", "judge_rank",
            "work_since",
        ),
    ),
    (gettext_lazy("Party"), ("party_status", "branch", "party_joined", "party_full_since")),
)  # fmt: skip


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_platform:
        context = {"title": _("Home"), "duties": duties_of(request.user, on=timezone.localdate())}
        return render(request, "home_platform.html", context)
    if not request.user.current_grants():
        return redirect("my_records")
    return render(
        request,
        "home.html",
        {"title": _("Home"), "home": home_of(request.user, on=timezone.localdate())},
    )


@require_http_methods(["GET", "POST"])
@login_required
def my_records(request: HttpRequest) -> HttpResponse:
    officer = own_record(request.user)
    if officer is None:
        return render(request, "my_records.html", {"title": _("My records"), "officer": None})
    request.user.court = officer.court
    corrections, today = own_requests(officer), timezone.localdate()
    page = Paginator(readings_of(officer), READINGS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("My records"),
        "subtitle": f"{officer.department} · {officer.title}".rstrip(" ·"),
        "officer": officer,
        "sections": _sections(officer, corrections),
        "spans": spans_of(officer, on=today),
        # Own numbers are shown on demand: the screen may be seen by others.
        "is_open": request.method == "POST",
        "requests": requests_in_words(corrections),
        "needs": [
            *needs_of_concerns(concerns_of(request.user, on=today, with_cards=False)),
            *needs_with_figures(request.user),
        ],
        "concerns": own_lines(officer, on=today),
        "results": own_results(request.user),
        "posts": own_posts(request.user, on=today),
        "page_obj": page,
        "readings": in_words(page.object_list, officer),
    }
    return render(request, "my_records.html", context)


def _sections(officer: Officer, corrections: list) -> list[tuple[str, list]]:
    return [(str(label), items_shown(officer, fields, corrections)) for label, fields in SECTIONS]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok", "database": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"exception": exception}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request: what failed may be the session, the user or the database itself.
    return render(None, "500.html", status=500)
