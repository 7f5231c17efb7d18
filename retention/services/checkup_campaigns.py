"""Campaigns of check-ups: made, changed, opened, closed. Nothing in them is a finding."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify, notify_many
from retention.models import CheckUp, CheckUpCampaign
from retention.rules.checkups import CAMPAIGN_STEPS, spread_days
from retention.selectors.checkups import chosen_officers

State = CheckUpCampaign.State
MOST_DAYS = 366


class CannotPlan(Exception):
    """The campaign can't be made or changed like this. Its text is for the user."""


@transaction.atomic
def make_campaign(
    *,
    court: Unit,
    facts: Mapping[str, Any],
    departments: Iterable[Unit],
    categories: Sequence[str],
    by: User,
    at: datetime,
) -> CheckUpCampaign:
    """Plan a campaign, with an appointed day for every officer in service it is for.

    ``facts``: year, name, start, end (the first day after), place, provider, note. The days are
    spread evenly over its working days and can be moved one by one. Refuses a second campaign
    of that name in the year, days that make no sense, and a choice that finds nobody. Nobody is
    told before it is opened.
    """
    _refuse_days(facts["year"], facts["start"], facts["end"])
    units = list(departments)
    officers = list(chosen_officers(court, units, categories))
    if not officers:
        raise CannotPlan(_("Nobody in service is in these departments and categories."))
    campaign = CheckUpCampaign(
        court=court, categories=list(categories), created_by=by, created_at=at, **facts
    )
    _save_named(campaign)
    campaign.departments.set(units)
    _appoint(campaign, officers)
    record("checkup_campaign.made", by=by, on=campaign, court=court, officers=len(officers))
    return campaign


def _refuse_days(year: int, start: date, end: date) -> None:
    if end <= start:
        raise CannotPlan(_("The last day lies before the first."))
    if (end - start).days > MOST_DAYS:
        raise CannotPlan(_("A campaign lasts a year at most. Make one for each year."))
    if start.year != year:
        raise CannotPlan(_("The first day lies in another year than the campaign."))


def _save_named(campaign: CheckUpCampaign) -> None:
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError:
        text = _("There is a campaign of this name in that year already. Give it another name.")
        raise CannotPlan(text) from None


def _appoint(campaign: CheckUpCampaign, officers: Sequence[Officer]) -> None:
    days = spread_days(campaign.start, campaign.end, len(officers), working_calendar())
    CheckUp.objects.bulk_create(
        [
            CheckUp(campaign=campaign, officer=officer, due_on=day, updated_at=timezone.now())
            for officer, day in zip(officers, days, strict=True)
        ],
        batch_size=500,
    )


@transaction.atomic
def change_campaign(*, campaign_id: int, by: User, **facts: Any) -> CheckUpCampaign:
    """Change what a campaign says. Appointed days that fall out of new dates are spread anew.

    Refuses what making one refuses, and a campaign that is closed. Officers of an open campaign
    whose day moves are told.
    """
    campaign = _locked(campaign_id)
    if campaign.state == State.CLOSED:
        raise _overtaken(campaign)
    _refuse_days(facts["year"], facts["start"], facts["end"])
    changed = [name for name, value in facts.items() if getattr(campaign, name) != value]
    for name in changed:
        setattr(campaign, name, facts[name])
    if changed:
        _save_named(campaign)
        moved = _move_into(campaign)
        record(
            "checkup_campaign.changed",
            by=by, on=campaign, court=campaign.court, fields=changed, officers=len(moved),
        )  # fmt: skip
        if campaign.state == State.OPEN:
            _tell_moved(moved)
    return campaign


def _move_into(campaign: CheckUpCampaign) -> list[CheckUp]:
    """The check-ups that had to move: due ones whose day lies outside of the campaign now."""
    due = campaign.checkups.filter(state=CheckUp.State.DUE).select_related("officer__user")
    outside = due.exclude(due_on__gte=campaign.start, due_on__lt=campaign.end)
    moved = list(outside.order_by("due_on", "pk"))
    days = spread_days(campaign.start, campaign.end, len(moved), working_calendar())
    for checkup, day in zip(moved, days, strict=True):
        checkup.due_on = day
    CheckUp.objects.bulk_update(moved, ["due_on"], batch_size=500)
    return moved


def _tell_moved(checkups: Iterable[CheckUp]) -> None:
    for checkup in checkups:
        tell_of_day(checkup, "checkup_moved")


def tell_of_day(checkup: CheckUp, kind: str) -> None:
    """Tell the officer of the appointed day, once for each day it is moved to."""
    user = checkup.officer.user
    if user and user.is_active:
        notify(
            user,
            kind=kind,
            key=f"checkup-day:{checkup.pk}:{checkup.due_on.isoformat()}",
            url=reverse("retention:my_health"),
            day=checkup.due_on.isoformat(),
        )


@transaction.atomic
def add_officers(*, campaign_id: int, officer_ids: Iterable[int], due_on: date, by: User) -> int:
    """Take further officers in service into a campaign, all on one day. Returns how many.

    Those who are in it already are left as they are. Refuses a closed campaign and a day outside
    of it. In an open campaign the new ones are told.
    """
    campaign = _locked(campaign_id)
    if campaign.state == State.CLOSED:
        raise _overtaken(campaign)
    if not campaign.start <= due_on < campaign.end:
        raise CannotPlan(_("The day lies outside of the campaign."))
    there = campaign.checkups.values("officer")
    wanted = Officer.objects.in_service().filter(court=campaign.court, pk__in=list(officer_ids))
    officers = list(wanted.exclude(pk__in=there).select_related("user"))
    added = [
        CheckUp.objects.create(campaign=campaign, officer=officer, due_on=due_on)
        for officer in officers
    ]
    if added:
        record("checkups.added", by=by, on=campaign, court=campaign.court, officers=len(added))
    if campaign.state == State.OPEN:
        for checkup in added:
            tell_of_day(checkup, "checkup_appointed")
    return len(added)


@transaction.atomic
def open_campaign(*, campaign_id: int, by: User, at: datetime) -> CheckUpCampaign:
    """Begin the check-ups: every officer in it is told the day. Refuses one without officers."""
    campaign = _locked(campaign_id)
    if not campaign.checkups.exists():
        raise CannotPlan(_("Nobody is in this campaign yet. Add officers first."))
    _move(campaign, "open", opened_at=at)
    record("checkup_campaign.opened", by=by, on=campaign, court=campaign.court)
    due = campaign.checkups.filter(state=CheckUp.State.DUE).select_related("officer__user")
    for checkup in due.order_by("pk"):
        tell_of_day(checkup, "checkup_appointed")
    return campaign


@transaction.atomic
def close_campaign(*, campaign_id: int, by: User, at: datetime) -> CheckUpCampaign:
    """End the campaign. What is still due is not done then, and its officers are told.

    A check-up made up for later can still be entered.
    """
    campaign = _locked(campaign_id)
    _move(campaign, "close", closed_at=at)
    due = campaign.checkups.filter(state=CheckUp.State.DUE)
    people = [
        checkup.officer.user
        for checkup in due.select_related("officer__user").order_by("pk")
        if checkup.officer.user and checkup.officer.user.is_active
    ]
    missed = due.update(state=CheckUp.State.MISSED)
    day = f"{timezone.localdate(at):%Y%m%d}"
    record("checkup_campaign.closed", by=by, on=campaign, court=campaign.court, missing=missed)
    notify_many(
        [(user, f"checkup-missed:{campaign.pk}:{day}:{user.pk}") for user in people],
        kind="checkup_missed",
        url=reverse("retention:my_health"),
    )
    return campaign


@transaction.atomic
def reopen_campaign(*, campaign_id: int, by: User) -> CheckUpCampaign:
    """Take a closing back: what was not done is due again. Nobody is told."""
    campaign = _locked(campaign_id)
    _move(campaign, "reopen", closed_at=None)
    campaign.checkups.filter(state=CheckUp.State.MISSED).update(state=CheckUp.State.DUE)
    record("checkup_campaign.reopened", by=by, on=campaign, court=campaign.court)
    return campaign


@transaction.atomic
def delete_campaign(*, campaign_id: int, by: User) -> None:
    """Throw a planned campaign away with its appointed days. Refuses one that was ever open."""
    campaign = _locked(campaign_id)
    if campaign.state != State.PLANNED:
        raise _overtaken(campaign)
    record("checkup_campaign.deleted", by=by, on=campaign, court=campaign.court)
    campaign.delete()


def _locked(campaign_id: int) -> CheckUpCampaign:
    campaigns = CheckUpCampaign.objects.select_for_update(of=("self",), no_key=True).select_related(
        "court"
    )
    campaign = campaigns.filter(pk=campaign_id).first()
    if campaign is None:
        text = _("This campaign does not exist any more. Nothing was saved.")
        raise Conflict(text, url=reverse("retention:checkup_campaigns"))
    return campaign


def _move(campaign: CheckUpCampaign, action: str, **changed: Any) -> None:
    """Compare-and-set: of two at the same time one finds another state."""
    state = CAMPAIGN_STEPS.get((campaign.state, action))
    here = CheckUpCampaign.objects.filter(pk=campaign.pk, state=campaign.state)
    if state is None or here.update(state=state, **changed) != 1:
        raise _overtaken(campaign)
    campaign.refresh_from_db(fields=["state", "opened_at", "closed_at"])


def _overtaken(campaign: CheckUpCampaign) -> Conflict:
    text = _("This campaign is “%(state)s” by now: somebody was faster. Nothing was saved.")
    words = {"state": campaign.get_state_display()}
    return Conflict(text % words, url=campaign.get_absolute_url())
