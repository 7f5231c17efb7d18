"""A court as the rules of the full-time check see it, in as few queries at any size."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Count, Max, OuterRef, Q, Subquery

from cadres.models import Appointment, Officer, Secondment, TermExtension
from cadres.rules.fulltime import CourtFacts, Holder, Organisation, Vacated
from cadres.selectors.casework import CaseMonth, case_figures
from cadres.selectors.settings import court_settings
from courtparty.accounts.models import Unit

MEMBERS = (Officer.PartyStatus.FULL, Officer.PartyStatus.PROBATIONARY)
CHECKED_KINDS = (Unit.Kind.PARTY_COMMITTEE, Unit.Kind.GENERAL_BRANCH, Unit.Kind.BRANCH)


def court_facts(court: Unit, *, on: date) -> CourtFacts:
    """Who is a member where, who holds what, and whose posts were left, on that day."""
    heads = _heads(court, on)
    organisations = _organisations(court, heads)
    tops = [one.unit for one in organisations if one.is_top]
    return CourtFacts(
        # The band concerns the whole court: the secretary of its one organisation sees it too.
        band_unit=tops[0] if len(tops) == 1 else court.pk,
        staff=heads.total(),
        deputy_from=court_settings(court).fulltime_deputy_from,
        organisations=tuple(organisations),
        holders=tuple(_with_cases(_holders(court, on), on)),
        vacated=tuple(_vacated(court, on)),
    )


def _heads(court: Unit, on: date) -> Counter[tuple[int | None, str]]:
    """How many are in service, by Party branch and Party status."""
    serving = Officer.objects.filter(Q(left_on=None) | Q(left_on__gt=on), court=court)
    counted = serving.order_by().values_list("branch_id", "party_status")
    return Counter({(branch, status): n for branch, status, n in counted.annotate(n=Count("pk"))})


def _organisations(court: Unit, heads: Counter[tuple[int | None, str]]) -> list[Organisation]:
    """The organisations in use in tree order; members of a group are members of its branch."""
    units = Unit.objects.within(court).filter(kind__in=Unit.PARTY_KINDS)
    by_path = {unit.path: unit for unit in units.only("path", "depth", "kind", "is_active")}
    paths = {unit.pk: unit.path for unit in by_path.values()}
    members, full = Counter[str](), Counter[str]()
    for (branch, status), n in heads.items():
        if branch not in paths or status not in MEMBERS:
            continue
        for path in _upwards(paths[branch]):
            members[path] += n
            full[path] += n if status == Officer.PartyStatus.FULL else 0
    return [
        Organisation(
            unit=unit.pk,
            kind=unit.kind,
            members=members[path],
            full_members=full[path],
            above=tuple(by_path[up].pk for up in _upwards(path)[1:] if up in by_path),
        )
        for path, unit in by_path.items()
        if unit.is_active and unit.kind in CHECKED_KINDS
    ]


def _upwards(path: str) -> list[str]:
    """The unit itself, then each one above it."""
    return [path[:end] for end in range(len(path), 0, -Unit.steplen)]


def _holders(court: Unit, on: date) -> list[Holder]:
    seconded = Secondment.objects.filter(appointment=OuterRef("pk"), start__lte=on)
    away = seconded.filter(Q(end=None) | Q(end__gt=on)).values("start")[:1]
    extensions = TermExtension.objects.filter(appointment=OuterRef("pk"))
    extended = extensions.order_by("-new_term_end").values("new_term_end")[:1]
    rows = Appointment.objects.in_force(on=on).filter(court=court).order_by("pk")
    return [
        Holder(
            unit=unit,
            post=post,
            officer=officer,
            kind=kind,
            start=start,
            is_fulltime=is_fulltime,
            is_acting=nature == Appointment.Nature.ACTING,
            has_seat=seat is not None,
            term_end=term_end,
            extended_to=extended_to,
            has_approval=approval is not None,
            is_full_member=status == Officer.PartyStatus.FULL,
            left_on=left_on,
            away=away_since,
        )
        for (
            unit, post, officer, kind, start, is_fulltime, nature, seat, term_end, extended_to,
            approval, status, left_on, away_since,
        ) in rows.annotate(extended=Subquery(extended), away=Subquery(away))
        .values_list(
            "post__unit_id", "post_id", "officer_id", "post__kind", "start", "post__is_fulltime",
            "nature", "seat", "term_end", "extended", "higher_approval_id",
            "officer__party_status", "officer__left_on", "away",
        )
    ]  # fmt: skip


def _with_cases(holders: list[Holder], on: date) -> Iterable[Holder]:
    """Full-time holders with the months since their first whole one in which they had cases."""
    fulltime = [one for one in holders if one.is_fulltime]
    since = min((one.first_whole_month for one in fulltime), default=on)
    figures = case_figures((one.officer for one in fulltime), since)
    for one in holders:
        months = case_months(figures.get(one.officer, []), one, on) if one.is_fulltime else ()
        yield replace(one, case_months=months) if months else one


def case_months(figures: Iterable[CaseMonth], holder: Holder, on: date) -> tuple[date, ...]:
    months = {one.month for one in figures if holder.first_whole_month <= one.month <= on}
    return tuple(sorted(months))


def _vacated(court: Unit, on: date) -> list[Vacated]:
    past = Appointment.objects.standing().filter(court=court, end__lte=on).order_by()
    by_post = past.values_list("post__unit_id", "post__kind", "post__is_fulltime")
    return [
        Vacated(unit, kind, is_fulltime, end)
        for unit, kind, is_fulltime, end in by_post.annotate(last=Max("end"))
    ]
