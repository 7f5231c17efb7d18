"""Entering who leaves, coding why, and putting it right. Who left is told nothing: it is known."""

import logging
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record, record_read
from courtparty.lib.conflicts import Conflict
from courtparty.lib.crypto import keyed_hash
from courtparty.notices.services import notify_many
from retention.models import Departure, DepartureCause
from retention.selectors.causes import MANAGE
from retention.selectors.departures import last_day
from retention.services.causes import seed_causes

_log = logging.getLogger(__name__)

FARTHEST_DAYS = 730
MOST_CAUSES = 5


class CannotEnter(Exception):
    """The departure can't be entered like this. Its text is for the user."""


class CannotCode(Exception):
    """The causes can't be coded like this. Its text is for the user."""


@transaction.atomic
def enter_departure(
    *,
    officer_id: int,
    left_on: date,
    destination: str,
    by: User,
    at: datetime,
    announced_on: date | None = None,
    note: str = "",
) -> Departure:
    """Enter that an officer leaves; ``left_on`` is the first day no longer at the court.

    Refuses a day before the first one in work or later than the roster's, an announcement after
    the day, and a second departure of somebody who has not come back. Nobody is told.
    """
    officers = Officer.objects.select_for_update(of=("self",), no_key=True).select_related("court")
    officer = officers.get(pk=officer_id)
    _refuse_days(officer, left_on, announced_on, at=at)
    departure = Departure(
        officer=officer,
        left_on=left_on,
        destination=destination,
        announced_on=announced_on,
        note=note.strip(),
        entered_by=by,
        entered_at=at,
    )
    try:
        with transaction.atomic():
            departure.save()
    except IntegrityError:
        text = _("A departure of this officer is on record. If they came back, note that first.")
        raise CannotEnter(text) from None
    record(
        "departure.entered", by=by, on=departure, court=officer.court,
        officer=officer.pk, day=left_on.isoformat(),
    )  # fmt: skip
    return departure


def _refuse_days(
    officer: Officer, left_on: date, announced_on: date | None, *, at: datetime
) -> None:
    today = timezone.localdate(at)
    if officer.work_since and left_on <= officer.work_since.first:
        text = _("This officer has been in work since %(since)s: the last day comes after that.")
        raise CannotEnter(text % {"since": officer.work_since})
    if officer.left_on and left_on > officer.left_on:
        text = _(
            "The roster has this officer as left on %(day)s: enter that day or an earlier one."
        )
        raise CannotEnter(text % {"day": last_day(officer.left_on).isoformat()})
    if left_on > today + timedelta(days=FARTHEST_DAYS):
        raise CannotEnter(_("The last day is more than two years away. Check the year."))
    if announced_on and announced_on > today:
        raise CannotEnter(_("The day of the announcement lies in the future."))
    if announced_on and announced_on > left_on:
        raise CannotEnter(_("A departure is announced on the last day at the latest."))


@transaction.atomic
def change_departure(
    *,
    departure_id: int,
    left_on: date,
    destination: str,
    by: User,
    at: datetime,
    seen: str,
    announced_on: date | None = None,
    note: str = "",
) -> Departure:
    """Put the facts of a departure right; its causes stay. Refuses what entering refuses.

    ``seen`` is ``version_of`` the departure the person had before them.
    """
    departure = _lock(departure_id)
    if version_of(departure) != seen:
        raise _overtaken(departure)
    _refuse_days(departure.officer, left_on, announced_on, at=at)
    if departure.returned_on and departure.returned_on < left_on:
        raise CannotEnter(_("The officer came back before that day."))
    departure.left_on, departure.destination = left_on, destination
    departure.announced_on, departure.note = announced_on, note.strip()
    departure.save(update_fields=["left_on", "destination", "announced_on", "note"])
    court = departure.officer.court
    record("departure.changed", by=by, on=departure, court=court, day=left_on.isoformat())
    return departure


def version_of(departure: Departure) -> str:
    """Tells one state of a departure's facts from another; of the note it shows nothing."""
    note = keyed_hash(departure.note, purpose=f"departure.note:{departure.key}")[:16]
    facts = (departure.left_on, departure.destination, departure.announced_on, departure.is_open)
    return "|".join(str(part) for part in (*facts, note))


@transaction.atomic
def code_causes(
    *,
    departure_id: int,
    main: str,
    causes: Collection[str],
    by: User,
    at: datetime,
    seen: datetime | None = None,
) -> Departure:
    """Code why somebody left: up to five causes of the court's table, one of them the main one.

    ``seen`` is when they were coded last, as the page showed it. Refuses a cause the court does
    not use. A year that is closed keeps its figures. Nobody is told.
    """
    departure = Departure.objects.select_related("officer__court").get(pk=departure_id)
    court = departure.officer.court
    kinds = {kind.code: kind for kind in seed_causes(court)}
    kept = {one.kind.code for one in departure.causes.select_related("kind")}
    codes = list(dict.fromkeys([main, *causes]))
    if any(code not in kinds or not (kinds[code].is_active or code in kept) for code in codes):
        raise CannotCode(_("Choose causes from the court's table."))
    if len(codes) > MOST_CAUSES:
        raise CannotCode(_("At most five causes: name those that weighed most."))
    waiting = Departure.objects.standing().filter(pk=departure.pk, coded_at=seen)
    if waiting.update(coded_at=at) != 1:
        raise _overtaken(departure)
    departure.causes.all().delete()
    DepartureCause.objects.bulk_create(
        DepartureCause(departure=departure, kind=kinds[code], is_main=code == main)
        for code in codes
    )
    record("departure.coded", by=by, on=departure, court=court, officer=departure.officer_id)
    departure.refresh_from_db(fields=["coded_at"])
    return departure


@transaction.atomic
def withdraw_departure(*, departure_id: int, by: User, at: datetime) -> Departure:
    """Take a departure back: entered by mistake, or the officer stays. It counts no more.

    Years that are closed keep their figures. Refuses one that is over and noted as such.
    """
    departure = _lock(departure_id)
    if Departure.objects.open().filter(pk=departure.pk).update(withdrawn_at=at) != 1:
        raise _overtaken(departure)
    departure.withdrawn_at = at
    court = departure.officer.court
    record("departure.withdrawn", by=by, on=departure, court=court, officer=departure.officer_id)
    return departure


@transaction.atomic
def note_return(*, departure_id: int, returned_on: date, by: User, at: datetime) -> Departure:
    """Note that somebody who left has come back on a day; a new departure can be entered then.

    Refuses a day before leaving or in the future.
    """
    departure = _lock(departure_id)
    if returned_on < departure.left_on:
        raise CannotEnter(_("Nobody comes back before having left."))
    if returned_on > timezone.localdate(at):
        raise CannotEnter(_("This day lies in the future."))
    if Departure.objects.open().filter(pk=departure.pk).update(returned_on=returned_on) != 1:
        raise _overtaken(departure)
    departure.returned_on = returned_on
    court = departure.officer.court
    day = returned_on.isoformat()
    record("departure.returned", by=by, on=departure, court=court, day=day)
    return departure


@transaction.atomic
def open_departure(*, departure: Departure, by: User) -> None:
    """Note in the officer's own history that somebody read why they leave."""
    officer = departure.officer
    if officer.user_id != by.pk:
        record_read("departure.read", by=by, on=officer, court=officer.court)


def remind_departures(*, on: date) -> int:
    """Tell those who keep departures of officers the roster has as left, once for each.

    Returns how many notices were news.
    """
    known = Departure.objects.open().values("officer")
    left = Officer.objects.filter(left_on__isnull=False).exclude(pk__in=known)
    found = left.select_related("court").only("court", "left_on").order_by("pk")
    return sum(_told(officer, on=on) for officer in found)


def _told(officer: Officer, *, on: date) -> int:
    """One that fails is logged, and keeps nobody else from being told."""
    try:
        return _remind(officer, on=on)
    except Exception:
        _log.exception("reminder of the departure of officer %s failed", officer.pk)
        return 0


@transaction.atomic
def _remind(officer: Officer, *, on: date) -> int:
    key = f"departure-waits:{officer.pk}:{officer.left_on}"
    keepers = holders_of(MANAGE, officer.court, on=on).order_by("pk")
    return notify_many(
        [(person, f"{key}:{person.pk}") for person in keepers],
        kind="departure_waits",
        url=reverse("retention:departure_list"),
    )


def _lock(departure_id: int) -> Departure:
    departures = Departure.objects.select_for_update(of=("self",), no_key=True)
    return departures.select_related("officer__court").get(pk=departure_id)


def _overtaken(departure: Departure) -> Conflict:
    text = _("Somebody has changed this departure since you opened it. Look at it as it is now.")
    return Conflict(text, url=departure.get_absolute_url())
