"""How leave stands for an officer, as a tile of *My records*."""

from datetime import date
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Officer
from retention.models import LeaveAccount
from retention.models.leave import Kind
from retention.rules.leave import Balance, annual_leave_days, excluded_by, service_years
from retention.selectors.countable import OwnLine
from retention.selectors.leave_rules import LeaveRule, leave_rule


def own_line(officer: Officer, *, on: date) -> OwnLine:
    """Two queries. Leave that reaches over a year's end counts whole in the year it began."""
    rule = leave_rule(officer.court, on=on)
    rows = list(_rows(officer, year=on.year))
    left = _balance(officer, rows, rule, on=on).left
    waiting = sum(1 for row in rows if row["leave__state"] == "asked")
    text = ngettext(
        "%(left)s day of annual leave left in %(year)s",
        "%(left)s days of annual leave left in %(year)s",
        left,
    ) % {"left": max(0, left), "year": on.year}
    if waiting:
        text += " · " + _("waiting for a decision: %(count)s") % {"count": waiting}
    return OwnLine(
        label=_("Leave"), text=text, url=reverse("retention:my_leave"), icon="calendar-event"
    )


def _rows(officer: Officer, *, year: int) -> QuerySet[Any, Any]:
    """Every active request begun in the year; one empty row when there is none."""
    account = LeaveAccount.objects.filter(officer=OuterRef("pk"), year=year)
    begun = Q(leave_requests__start__year=year, leave_requests__state__in=["asked", "approved"])
    rows = Officer.objects.filter(pk=officer.pk).annotate(
        leave=FilteredRelation("leave_requests", condition=begun),
        carried_in=Subquery(account.values("carried_in")),
        carried_on=Subquery(account.values("carried_on")),
        adjusted=Subquery(account.values("adjusted")),
    )
    names = ["kind", "state", "days", "is_paid", "start", "end"]
    return rows.values(
        "carried_in",
        "carried_on",
        "adjusted",
        **{f"leave__{name}": F(f"leave__{name}") for name in names},
    )


def _balance(officer: Officer, rows: list[dict], rule: LeaveRule, *, on: date) -> Balance:
    years = service_years(officer.work_since, on)
    first = rows[0]

    def days(kind: str, state: str = "approved") -> int:
        wanted = (kind, state)
        found = [one for one in rows if (one["leave__kind"], one["leave__state"]) == wanted]
        if kind == Kind.SICK:
            return sum((one["leave__end"] - one["leave__start"]).days for one in found)
        return sum(one["leave__days"] for one in found if one["leave__is_paid"])

    return Balance(
        by_law=annual_leave_days(years, rule.bands),
        carried_in=first["carried_in"] or 0,
        adjusted=first["adjusted"] or 0,
        taken=days(Kind.ANNUAL),
        asked=days(Kind.ANNUAL, "asked"),
        carried_on=first["carried_on"] or 0,
        excluded=excluded_by(
            service_years=years,
            bands=rule.bands,
            exclusion=rule.exclusion,
            personal_paid_days=days(Kind.PERSONAL),
            sick_days=days(Kind.SICK),
        ),
    )
