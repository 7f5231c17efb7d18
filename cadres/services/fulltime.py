"""The full-time check: its findings kept up to date, and the exceptions a higher body approved."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Breach, FulltimeException, Officer
from cadres.rules.fulltime import Finding, can_be_excepted, concerns, findings
from cadres.selectors.fulltime_facts import court_facts
from cadres.services.approvals import enter_approval
from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import Role
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.models import Notice
from courtparty.notices.services import notify_many

FOUND, ENDED = "fulltime_breach", "fulltime_exception_ended"
# So long a check that did not run still tells of an exception that has ended.
ENDED_DAYS = 14
AT_ONCE = 500

_log = logging.getLogger(__name__)


class CannotRecord(Exception):
    """The exception can't be recorded like this. Its text is for the user."""


class CannotEnd(Exception):
    """The exception can't be ended like this. Its text is for the user."""


# -- findings ---------------------------------------------------------------------------------


def refresh_breaches(*, court: Unit, on: date) -> int:
    """Bring the court's findings up to date with posts, holders and roster.

    New ones are opened, those still there are marked as seen, those put right are cleared. Part
    of the caller's transaction; run twice, it changes nothing more. Nobody is told here: the
    nightly check does that. Returns how many breaches stand without an exception.
    """
    _one_at_a_time(court)
    found = {finding.subject: finding for finding in findings(court_facts(court, on=on), on=on)}
    standing = {row.subject: row for row in Breach.objects.filter(court=court).open()}
    excused = _Exceptions(court, on)
    gone = [row.pk for subject, row in standing.items() if subject not in found]
    Breach.objects.filter(pk__in=gone).update(cleared_on=on)
    kept = [standing[subject] for subject in found if subject in standing]
    changed = [row for row in kept if _takes_over(row, found[row.subject], excused)]
    changing = ["facts", "since", "weight", "exception"]
    Breach.objects.bulk_update(changed, changing, batch_size=AT_ONCE)
    Breach.objects.filter(court=court).open().exclude(seen_on=on).update(seen_on=on)
    new = [
        _opened(finding, court, on, excused)
        for subject, finding in found.items()
        if subject not in standing
    ]
    Breach.objects.bulk_create(new, batch_size=AT_ONCE)
    return sum(_counts(row) for row in kept + new)


def _one_at_a_time(court: Unit) -> None:
    """Two checks of a court at once would both open what is new; the second one waits here."""
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=court.pk)


class _Exceptions:
    """The exceptions of a court in force on a day, by what they excuse."""

    def __init__(self, court: Unit, on: date) -> None:
        self._found: dict[tuple[int, str, int | None], FulltimeException] = {}
        # The one that lasts longest is written last and stays.
        rows = FulltimeException.objects.filter(court=court).in_force(on=on)
        for row in sorted(rows, key=lambda one: one.ends_on or date.max):
            self._found[row.unit_id, row.code, row.officer_id] = row

    def of(self, finding: Finding) -> FulltimeException | None:
        own = self._found.get((finding.unit, finding.code, finding.officer))
        return own or self._found.get((finding.unit, finding.code, None))


def _takes_over(row: Breach, finding: Finding, excused: _Exceptions) -> bool:
    """Give the row what the finding says now; whether that was anything new."""
    exception = excused.of(finding)
    now = {
        "facts": finding.facts,
        "weight": finding.weight,
        "since": finding.since or row.since,
        "exception_id": exception.pk if exception else None,
    }
    before = {name: getattr(row, name) for name in now}
    for name, value in now.items():
        setattr(row, name, value)
    return before != now


def _opened(finding: Finding, court: Unit, on: date, excused: _Exceptions) -> Breach:
    return Breach(
        court=court,
        unit_id=finding.unit,
        code=finding.code,
        weight=finding.weight,
        officer_id=finding.officer,
        post_id=finding.post,
        subject=finding.subject,
        facts=finding.facts,
        since=finding.since or on,
        seen_on=on,
        exception=excused.of(finding),
    )


def _counts(row: Breach) -> bool:
    return row.weight == Breach.Weight.BREACH and row.exception_id is None


# -- the check --------------------------------------------------------------------------------


@transaction.atomic
def check_court(*, court: Unit, on: date, by: User | None = None) -> int:
    """Check one court and tell of what is new; ``by`` None is the nightly job.

    Told are, once for each new breach and each exception that has ended, those who keep the
    court's posts and the secretaries of the organisation and of those above it. Returns how many
    breaches stand.
    """
    breaches = refresh_breaches(court=court, on=on)
    record("fulltime.checked", by=by, on=court, court=court, breaches=breaches)
    _tell(court, on)
    return breaches


@transaction.atomic
def check_courts(*, courts: Iterable[Unit], on: date, by: User) -> int:
    """The same for each of ``courts``, all or none."""
    return sum(check_court(court=court, on=on, by=by) for court in courts)


def check_all(*, on: date) -> int:
    """Every court by itself: one that fails is logged and keeps no other from being checked.

    Returns how many were checked.
    """
    done = 0
    for court in Unit.objects.courts().filter(is_active=True):
        try:
            check_court(court=court, on=on)
        except Exception:
            _log.exception("full-time check of court %s failed", court.pk)
        else:
            done += 1
    return done


@dataclass(frozen=True, slots=True)
class _Listener:
    """Somebody to be told, and from which unit of the tree downwards."""

    user: User
    path: str


def _tell(court: Unit, on: date) -> None:
    standing = Breach.objects.filter(court=court).open().filter(exception=None)
    listeners = _listeners(court, on)
    breaches = standing.filter(weight=Breach.Weight.BREACH).values_list("pk", "unit__path")
    _tell_found(list(breaches), listeners)
    _tell_ended(court, on, listeners)


def _listeners(court: Unit, on: date) -> list[_Listener]:
    keepers = holders_of("cadres.manage_post", court, on=on)
    seats = Grant.objects.in_force(on=on).filter(
        role=Role.SECRETARY, unit__path__startswith=court.path, user__is_active=True
    )
    return [
        *(_Listener(user, court.path) for user in keepers),
        *(_Listener(one.user, one.unit.path) for one in seats.select_related("user", "unit")
          if one.unit),
    ]  # fmt: skip


def _tell_found(breaches: list[tuple[int, str]], listeners: list[_Listener]) -> None:
    """One notice for all that is new to somebody: newer, that is, than what the last one named."""
    users = {one.user.pk: one.user for one in listeners}
    known: defaultdict[int, int] = defaultdict(int)
    told = Notice.objects.filter(kind=FOUND, user__in=users).values_list("user", "params")
    for user_id, params in told:
        known[user_id] = max(known[user_id], params["newest"])
    news: defaultdict[int, set[int]] = defaultdict(set)
    for one in listeners:
        news[one.user.pk] |= {
            pk for pk, path in breaches if path.startswith(one.path) and pk > known[one.user.pk]
        }
    for user_id, pks in news.items():
        if pks:
            key = f"fulltime:{max(pks)}:{user_id}"
            _notify([(users[user_id], key)], FOUND, count=len(pks), newest=max(pks))


def _tell_ended(court: Unit, on: date, listeners: list[_Listener]) -> None:
    """Of exceptions that have ended lately although what they excused is still there."""
    lately = on - timedelta(days=ENDED_DAYS)
    ended = FulltimeException.objects.filter(court=court, ends_on__gt=lately, ends_on__lte=on)
    open_again = set(
        Breach.objects.filter(court=court).open().filter(exception=None).values_list("unit", "code")
    )
    told = {
        f"fulltime-exception:{one.pk}:{listener.user.pk}": listener.user
        for one in ended.select_related("unit")
        if (one.unit_id, one.code) in open_again
        for listener in listeners
        if one.unit.path.startswith(listener.path)
    }
    _notify([(user, key) for key, user in told.items()], ENDED)


def _notify(told: list[tuple[User, str]], kind: str, **params: Any) -> None:
    notify_many(told, kind=kind, url=reverse("cadres:fulltime_check"), **params)


# -- exceptions -------------------------------------------------------------------------------


@transaction.atomic
def record_exception(
    *,
    unit: Unit,
    code: str,
    approval: dict[str, Any],
    starts_on: date,
    ends_on: date | None,
    by: User,
    at: datetime,
    officer: Officer | None = None,
    note: str = "",
) -> FulltimeException:
    """Record that a higher body approved a departure from one rule in one unit.

    ``approval`` is what ``enter_approval`` takes; ``ends_on`` is the first day without the
    exception. The findings are renewed at once. Refuses a rule that no document sets aside, an
    exception that would be over already, a unit the rule doesn't concern, and days that overlap
    another exception of the same kind. Nobody is told.
    """
    on = timezone.localdate(at)
    court = Unit.objects.get(path=unit.court_path)
    _one_at_a_time(court)
    _refuse_exception(code, unit, starts_on, ends_on, on=on)
    subject = {"court": court, "unit": unit, "code": code, "officer": officer}
    _refuse_overlap(subject, starts_on, ends_on)
    document = enter_approval(court=court, by=by, **approval)
    exception = FulltimeException.objects.create(
        **subject,
        approval=document,
        starts_on=starts_on,
        ends_on=ends_on,
        note=note.strip(),
        by=by,
        at=at,
    )
    record(
        "exception.recorded", by=by, on=exception, court=court, code=code, unit=unit.pk
    )  # fmt: skip
    refresh_breaches(court=court, on=on)
    return exception


def _refuse_exception(
    code: str, unit: Unit, starts_on: date, ends_on: date | None, *, on: date
) -> None:
    if not can_be_excepted(code):
        raise CannotRecord(_("No document sets this rule aside: the record itself is put right."))
    if not concerns(code, unit.kind):
        text = _("This rule does not concern a unit of this kind: %(kind)s.")
        raise CannotRecord(text % {"kind": unit.get_kind_display()})
    if ends_on is not None and ends_on <= starts_on:
        raise CannotRecord(_("The last day lies before the first."))
    if ends_on is not None and ends_on <= on:
        raise CannotRecord(_("The last day has passed: the exception would be over already."))


def _refuse_overlap(subject: dict[str, Any], starts_on: date, ends_on: date | None) -> None:
    others = FulltimeException.objects.filter(**subject)
    others = others.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on))
    if ends_on is not None:
        others = others.filter(starts_on__lt=ends_on)
    if others.exists():
        raise CannotRecord(
            _("Another exception from this rule is on record for some of these days: end it first.")
        )


@transaction.atomic
def end_exception(
    *, exception_id: int, seen_end: date | None, ends_on: date, by: User, at: datetime
) -> FulltimeException:
    """Let an exception end, on ``ends_on`` as the first day without it.

    ``seen_end`` is the end the page showed: when somebody has changed it meanwhile, nothing is
    done. What was excused counts again from the day it ends. Refuses one that has ended, a
    later end than the document gives, and a day before it began. Nobody is told here; the
    nightly check does that when what it excused is still there.
    """
    exception = FulltimeException.objects.select_related("court", "unit").get(pk=exception_id)
    _one_at_a_time(exception.court)
    _set_end(exception, seen_end, ends_on)
    _refuse_end(seen_end, ends_on, on=timezone.localdate(at))
    record(
        "exception.ended",
        by=by, on=exception, court=exception.court, code=exception.code, unit=exception.unit_id,
    )  # fmt: skip
    refresh_breaches(court=exception.court, on=timezone.localdate(at))
    return exception


def _set_end(exception: FulltimeException, seen_end: date | None, ends_on: date) -> None:
    same = Q(ends_on=seen_end) if seen_end else Q(ends_on__isnull=True)
    rows = FulltimeException.objects.filter(same, pk=exception.pk)
    if exception.starts_on >= ends_on:
        raise CannotEnd(_("The last day lies before the exception began."))
    if rows.update(ends_on=ends_on) != 1:
        text = _("The end of this exception has been changed since you opened the page.")
        raise Conflict(text, url=reverse("cadres:exception_list"))
    exception.ends_on = ends_on


def _refuse_end(seen_end: date | None, ends_on: date, *, on: date) -> None:
    if seen_end is not None and seen_end <= on:
        raise CannotEnd(_("This exception has ended already."))
    if seen_end is not None and ends_on >= seen_end:
        raise CannotEnd(
            _("It ends no later than its document says; a longer one is an exception of its own.")
        )
