from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.selectors.officers import reach_of
from courtparty.lib.responses import xlsx_response
from retention.forms.talk_tasks import RuleForm, TaskFilter
from retention.forms.talks import TalkFilter
from retention.models import Talk, TalkPair, TalkTask
from retention.selectors.settings import courts_to_set
from retention.selectors.talk_coverage import coverage, coverage_chart, years_planned
from retention.selectors.talk_rules import rules_of
from retention.selectors.talk_tasks import (
    DEFAULT_ORDER,
    HOLD,
    VIEW,
    late_count,
    month_calendar,
    ordered,
    task_rows,
)
from retention.selectors.talks import DEFAULT_ORDER as HELD_ORDER
from retention.selectors.talks import ordered as held_ordered
from retention.selectors.talks import talk_rows
from retention.services.talk_rules import change_rule
from retention.services.talks_export import (
    CannotExport,
    export_coverage,
    export_talks,
    export_tasks,
)

PER_PAGE = 50
SETTINGS = "retention.manage_settings"
YEARS_SHOWN = range(1950, 2200)


def _tabs(request: HttpRequest, current: str) -> list[tuple[str, str, bool]]:
    pages = [
        ("talk_list", _("Planned")),
        ("talk_calendar", _("Calendar")),
        ("talk_held", _("Held")),
        ("talk_coverage", _("Coverage")),
    ]
    if request.user.has_perm(SETTINGS):
        pages.append(("talk_rules", _("Rules")))
    return [(label, reverse(f"retention:{name}"), name == current) for name, label in pages]


def _context(request: HttpRequest, current: str, **more: Any) -> dict[str, Any]:
    return {
        "title": _("Talk register"),
        "tabs": _tabs(request, current),
        "may_record": request.user.has_perm(HOLD),
        "breadcrumbs": [(_("Retention"), "")],
        **more,
    }


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = _tasks(request)
    page = Paginator(ordered(found.found, request.GET.get("sort", "")), PER_PAGE).get_page(
        request.GET.get("page")
    )
    page.object_list = task_rows(page.object_list, on=today)
    context = _context(
        request,
        "talk_list",
        intro=_("Who is to talk with whom by when. What is said stays between the two."),
        page_obj=page,
        count=page.paginator.count,
        filter=found,
        default_sort=DEFAULT_ORDER,
        late=late_count(request.user, on=today),
        export_url=reverse("retention:talk_export"),
    )
    return render(request, "retention/talk_list.html", context)


def _tasks(request: HttpRequest) -> TaskFilter:
    today = timezone.localdate()
    reach = reach_of(request.user, VIEW)
    reach.lend_court(request.user)
    return TaskFilter(
        request.GET,
        TalkTask.objects.in_scope(request.user),
        user=request.user,
        reach=reach,
        years=years_planned(request.user, on=today),
        on=today,
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    tasks = ordered(_tasks(request).found, request.GET.get("sort", ""))
    try:
        content = export_tasks(tasks, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:talk_list')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("planned-talks-%(day)s.xlsx") % {"day": today})


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_held(request: HttpRequest) -> HttpResponse:
    found = _talks(request)
    page = Paginator(held_ordered(found.found, request.GET.get("sort", "")), PER_PAGE).get_page(
        request.GET.get("page")
    )
    page.object_list = talk_rows(page.object_list)
    context = _context(
        request,
        "talk_held",
        intro=_("That talks were held, with whom and when. Their notes are read by the two alone."),
        page_obj=page,
        count=page.paginator.count,
        filter=found,
        default_sort=HELD_ORDER,
        export_url=reverse("retention:talk_held_export"),
    )
    return render(request, "retention/talk_held.html", context)


def _talks(request: HttpRequest) -> TalkFilter:
    today = timezone.localdate()
    reach = reach_of(request.user, VIEW)
    reach.lend_court(request.user)
    return TalkFilter(
        request.GET,
        Talk.objects.in_register(request.user).standing(),
        user=request.user,
        reach=reach,
        years=list(range(today.year, today.year - 5, -1)),
    )


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_held_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    talks = held_ordered(_talks(request).found, request.GET.get("sort", ""))
    try:
        content = export_talks(talks, by=request.user, on=today)
    except CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('retention:talk_held')}?{request.GET.urlencode()}")
    return xlsx_response(content, _("talks-held-%(day)s.xlsx") % {"day": today})


# -- calendar and coverage ------------------------------------------------------------------------


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_calendar(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    month = _month(request.GET.get("month", "")) or today.replace(day=1)
    tasks = TalkTask.objects.in_scope(request.user).exclude(state=TalkTask.State.CANCELLED)
    context = _context(
        request,
        "talk_calendar",
        subtitle=_("The talks by the day they are due."),
        month=month,
        before=_moved(month, -1),
        after=_moved(month, 1),
        weeks=month_calendar(tasks, month, on=today),
    )
    return render(request, "retention/talk_calendar.html", context)


def _month(text: str) -> date | None:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if month.year in YEARS_SHOWN else None


def _moved(month: date, by: int) -> str:
    """The month before or after, as ?month= takes it; beyond the last one leads to today."""
    year, place = divmod(month.year * 12 + month.month - 1 + by, 12)
    return f"{year:04d}-{place + 1:02d}"


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_coverage(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    years = years_planned(request.user, on=today)
    found = coverage(request.user, _year(request, years), on=today)
    context = _context(
        request,
        "talk_coverage",
        subtitle=_("Talks by rule: how many of those planned for the year were held."),
        found=found,
        years=years,
        branch_chart=coverage_chart(found.by_branch, title=_("Share held by branch")),
        pair_chart=coverage_chart(found.by_pair, title=_("Share held by kind of pair")),
    )
    return render(request, "retention/talk_coverage.html", context)


def _year(request: HttpRequest, years: list[int]) -> int:
    asked = request.GET.get("year", "")
    return next((year for year in years if str(year) == asked), timezone.localdate().year)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def talk_coverage_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    year = _year(request, years_planned(request.user, on=today))
    content = export_coverage(
        coverage(request.user, year, on=today),
        courts=reach_of(request.user, VIEW).courts,
        by=request.user,
        on=today,
    )
    return xlsx_response(content, _("talk-coverage-%(year)s.xlsx") % {"year": year})


# -- rules ----------------------------------------------------------------------------------------


@require_safe
@login_required
@permission_required(SETTINGS, raise_exception=True)
def talk_rules(request: HttpRequest) -> HttpResponse:
    context = _context(
        request,
        "talk_rules",
        subtitle=_(
            "How often which pair talks. A change is followed by the planning of the night."
        ),
        courts=[(court, rules_of(court)) for court in courts_to_set(request.user)],
    )
    return render(request, "retention/talk_rules.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(SETTINGS, raise_exception=True)
def talk_rule_change(request: HttpRequest, court_pk: int, pair: str) -> HttpResponse:
    court = next((one for one in courts_to_set(request.user) if one.pk == court_pk), None)
    if court is None or pair not in TalkPair.values:
        raise Http404
    rule = next(one for one in rules_of(court) if one.pair == pair)
    form = RuleForm(request.POST if request.method == "POST" else None, instance=rule)
    if form.is_valid():
        change_rule(court=court, pair=pair, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. The planning of the coming night follows it."))
        return redirect("retention:talk_rules")
    context = {
        "title": TalkPair(pair).label,
        "intro": court.display_name,
        "form": form,
        "cancel_url": reverse("retention:talk_rules"),
        "breadcrumbs": [
            (_("Talk register"), reverse("retention:talk_list")),
            (_("Rules"), reverse("retention:talk_rules")),
        ],
    }
    return render(request, "retention/talk_rule_change.html", context)
