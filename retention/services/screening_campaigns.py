"""Inviting everybody once a year, and what a steward sets for screening."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.workdays import is_worked
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify_many
from retention.models import ScreeningCampaign, ScreeningSettings
from retention.selectors.screening import screening_settings

_log = logging.getLogger(__name__)


class CannotInvite(Exception):
    """The invitation can't go out like this. Its text is for the user."""


@transaction.atomic
def start_campaign(*, court: Unit, by: User | None, at: datetime) -> ScreeningCampaign:
    """Invite every officer in service who has an account, once a year.

    Refuses a second invitation in the same year. Everybody gets the same notice; nothing is kept
    of who follows it, so nobody is reminded either.
    """
    today = timezone.localdate(at)
    days = screening_settings(court).invite_days
    campaign = ScreeningCampaign(
        court=court,
        year=today.year,
        start=today,
        end=today + timedelta(days=days),
        started_by=by,
        started_at=at,
    )
    people = _people(court)
    campaign.invited = len(people)
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError:
        text = _("Everybody has been invited in %(year)s already.") % {"year": today.year}
        raise CannotInvite(text) from None
    notify_many(
        [(person, f"screening-invited:{campaign.pk}:{person.pk}") for person in people],
        kind="screening_invited",
        url=reverse("retention:my_screening"),
        day=campaign.last_day.isoformat(),
    )
    record("screening.invited", by=by, on=campaign, court=court, invited=campaign.invited)
    return campaign


def _people(court: Unit) -> list[User]:
    officers = Officer.objects.in_service().filter(court=court, user__is_active=True)
    return [officer.user for officer in officers.select_related("user") if officer.user]


def start_due_campaigns(*, at: datetime) -> int:
    """Invite where the month the court has set has come, on the first working day of it or after.

    Run twice it invites once. Returns how many courts were invited.
    """
    today = timezone.localdate(at)
    if not is_worked(today, working_calendar()):
        return 0
    return sum(_start_if_due(court, today, at) for court in Unit.objects.courts())


def _start_if_due(court: Unit, today: date, at: datetime) -> int:
    settings = screening_settings(court)
    invited = ScreeningCampaign.objects.filter(court=court, year=today.year)
    if not settings.invites_yearly or settings.invite_month != today.month or invited.exists():
        return 0
    try:
        start_campaign(court=court, by=None, at=at)
    except CannotInvite:  # somebody was faster
        return 0
    except Exception:
        _log.exception("invitation of court %s failed", court.pk)
        return 0
    return 1


@transaction.atomic
def change_settings(*, court: Unit, by: User, **values: Any) -> ScreeningSettings:
    """Keep what the steward sets; it applies from now on. Nobody is told."""
    settings, is_new = ScreeningSettings.objects.select_for_update(
        of=("self",), no_key=True
    ).get_or_create(court=court)
    changed = [name for name, value in values.items() if getattr(settings, name) != value]
    for name in changed:
        setattr(settings, name, values[name])
    if changed:
        settings.save(update_fields=changed)
    if changed or is_new:
        record("screening_settings.changed", by=by, on=settings, court=court, fields=changed)
    return settings
