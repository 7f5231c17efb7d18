"""Entering what officers achieved, correcting it, and saying why it is not rewarded."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Officer
from cadres.services.approvals import keep_attachment
from courtparty.accounts.models import User
from courtparty.accounts.selectors import holders_of
from courtparty.audit.services import record, record_read
from courtparty.jobs.models import StoredFile
from courtparty.lib.conflicts import Conflict
from courtparty.lib.workdays import Calendar
from courtparty.notices.calendar import working_calendar
from courtparty.notices.services import notify, notify_many
from retention.models import Achievement
from retention.rules.awards import achievement_fault, decision_due
from retention.selectors.settings import court_settings

PROPOSE = "retention.propose_award"
State, Source = Achievement.State, Achievement.Source


class CannotEnterAchievement(Exception):
    """The achievement can't be entered or changed like this. Its text is for the user."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of an achievement."""

    kind: str
    title: str
    achieved_on: date
    description: str = ""


@transaction.atomic
def enter_achievement(
    *, officer_id: int, facts: Facts, by: User, at: datetime, file: UploadedFile | None = None
) -> Achievement:
    """Put down what an officer achieved; it waits for a proposal, and its day limit begins.

    Entered by the officer it counts as the officer's own entry, else as that of a head. Refuses
    a day in the future or before the officer began to work, what is entered already, and
    somebody who has left. Whoever may propose an award for the officer is told.
    """
    officer = Officer.objects.select_related("court", "department").get(pk=officer_id)
    is_own = officer.user_id == by.pk
    refuse_facts(officer, facts, on=timezone.localdate(at))
    achievement = write_achievement(
        officer,
        facts,
        source=Source.OWN if is_own else Source.HEAD,
        by=by,
        at=at,
        calendar=working_calendar(),
        evidence=keep_attachment(file, by=by) if file else None,
    )
    record("achievement.entered", by=by, on=achievement, court=officer.court)
    _tell_proposers(achievement, by=by, on=timezone.localdate(at))
    return achievement


def refuse_facts(officer: Officer, facts: Facts, *, on: date, but: int | None = None) -> None:
    """Refuse what can't be entered for this officer; ``but``: the achievement being changed."""
    if officer.left_on is not None:
        raise CannotEnterAchievement(_("This officer has left the court."))
    since = officer.work_since.first if officer.work_since else None
    fault = achievement_fault(facts.achieved_on, working_since=since, on=on)
    if fault == "future":
        raise CannotEnterAchievement(_("The day of the achievement lies in the future."))
    if fault == "too_early":
        raise CannotEnterAchievement(_("Please check the year of this date."))
    if fault and since:
        text = _("That day is before the officer began to work (%(day)s).")
        raise CannotEnterAchievement(text % {"day": since.isoformat()})
    same = Achievement.objects.filter(
        officer=officer, achieved_on=facts.achieved_on, title=facts.title
    )
    if same.exclude(state=State.WITHDRAWN).exclude(pk=but).exists():  # type: ignore[misc]
        raise CannotEnterAchievement(_("This achievement has been entered already."))


def write_achievement(
    officer: Officer,
    facts: Facts,
    *,
    source: str,
    by: User | None,
    at: datetime,
    calendar: Calendar,
    evidence: StoredFile | None = None,
    source_key: str | None = None,
) -> Achievement:
    """The row itself with its day limit, in the caller's transaction."""
    today = timezone.localdate(at)
    try:
        with transaction.atomic():
            return Achievement.objects.create(
                officer=officer,
                kind=facts.kind,
                title=facts.title,
                achieved_on=facts.achieved_on,
                description=facts.description.strip(),
                evidence=evidence,
                source=source,
                source_key=source_key,
                due_on=_due(officer, today, calendar),
                entered_by=by,
                entered_on=today,
                created_at=at,
            )
    except IntegrityError:
        # Two at once: the constraint lets one of them through.
        raise CannotEnterAchievement(_("This achievement has been entered already.")) from None


def _due(officer: Officer, entered_on: date, calendar: Calendar) -> date:
    days = court_settings(officer.court).award_days
    return decision_due(entered_on, days=days, calendar=calendar)


def proposers_of(officer: Officer, *, on: date) -> list[User]:
    """Who works with the officer and may propose; where nobody does, the political department."""
    near = holders_of(PROPOSE, officer.department, on=on)
    if officer.branch:
        near |= holders_of(PROPOSE, officer.branch, on=on)
    above = holders_of(PROPOSE, officer.court, on=on)
    close = near.exclude(pk__in=above.values("pk")).exclude(pk=officer.user_id)  # type: ignore[misc]
    found = list(close.distinct().order_by("pk"))
    return found or list(above.exclude(pk=officer.user_id).order_by("pk"))  # type: ignore[misc]


def _tell_proposers(achievement: Achievement, *, by: User, on: date) -> None:
    people = [one for one in proposers_of(achievement.officer, on=on) if one.pk != by.pk]
    notify_many(
        [(person, f"achievement-entered:{achievement.pk}:{person.pk}") for person in people],
        kind="achievement_entered",
        url=achievement.get_absolute_url(),
    )


@transaction.atomic
def change_achievement(
    *,
    achievement_id: int,
    facts: Facts,
    by: User,
    at: datetime,
    file: UploadedFile | None = None,
) -> Achievement:
    """Correct an entry that nobody has taken up yet. A new file takes the place of the old one.

    An own entry is the officer's to change, any other that of those who propose. Refuses what
    entering refuses; the day limit stays. Nobody is told.
    """
    achievement = _waiting(achievement_id, by=by)
    refuse_facts(achievement.officer, facts, on=timezone.localdate(at), but=achievement.pk)
    values = asdict(facts)
    changed = [name for name, value in values.items() if getattr(achievement, name) != value]
    for name in changed:
        setattr(achievement, name, values[name])
    if file:
        achievement.evidence = keep_attachment(file, by=by)
        changed.append("evidence")
    if facts.achieved_on > achievement.entered_on:
        raise CannotEnterAchievement(_("The achievement would be later than its entry."))
    if changed:
        _save_changed(achievement, changed)
        court = achievement.officer.court
        record("achievement.changed", by=by, on=achievement, court=court, fields=changed)
    return achievement


def _save_changed(achievement: Achievement, changed: list[str]) -> None:
    try:
        with transaction.atomic():
            achievement.save(update_fields=changed)
    except IntegrityError:
        # Two at once, of which one has just come to say the same.
        raise CannotEnterAchievement(_("This achievement has been entered already.")) from None


@transaction.atomic
def withdraw_achievement(*, achievement_id: int, by: User) -> Achievement:
    """Take an entry back that nobody has taken up yet; it stays on record. Nobody is told."""
    achievement = _waiting(achievement_id, by=by)
    move_achievement(achievement, State.WITHDRAWN)
    record("achievement.withdrawn", by=by, on=achievement, court=achievement.officer.court)
    return achievement


def _waiting(achievement_id: int, *, by: User) -> Achievement:
    """The entry, locked, still waiting, and ``by``'s to change."""
    achievement = _locked(achievement_id)
    is_own_entry = achievement.source == Source.OWN
    if is_own_entry != (achievement.officer.user_id == by.pk):
        text = _("What the officer has entered is the officer's to change, and nothing else is.")
        raise CannotEnterAchievement(text)
    if achievement.state != State.ENTERED:
        raise overtaken(achievement)
    return achievement


@transaction.atomic
def decline_achievement(*, achievement_id: int, answer: str, by: User) -> Achievement:
    """Say that an entry is not proposed for an award, and why; the officer is told and reads it.

    Refuses an own achievement and an answer without words.
    """
    achievement = _locked(achievement_id)
    _refuse_own(achievement, by)
    if not answer.strip():
        raise CannotEnterAchievement(_("Say why, for the officer to read."))
    if achievement.state != State.ENTERED:
        raise overtaken(achievement)
    move_achievement(achievement, State.DECLINED)
    achievement.answer = answer.strip()
    achievement.save(update_fields=["answer"])
    record("achievement.declined", by=by, on=achievement, court=achievement.officer.court)
    tell_officer(achievement.officer, "achievement_declined", f"{achievement.pk}:{_stamp()}")
    return achievement


@transaction.atomic
def reopen_achievement(*, achievement_id: int, by: User, at: datetime) -> Achievement:
    """Take up again what was not rewarded; its day limit begins anew. The officer is told.

    Refuses an own achievement.
    """
    achievement = _locked(achievement_id)
    _refuse_own(achievement, by)
    if achievement.state != State.DECLINED:
        raise overtaken(achievement)
    move_achievement(achievement, State.ENTERED)
    achievement.answer = ""
    achievement.due_on = _due(achievement.officer, timezone.localdate(at), working_calendar())
    achievement.save(update_fields=["answer", "due_on"])
    record("achievement.reopened", by=by, on=achievement, court=achievement.officer.court)
    tell_officer(achievement.officer, "achievement_reopened", f"{achievement.pk}:{_stamp()}")
    return achievement


@transaction.atomic
def open_evidence(achievement: Achievement, *, by: User) -> StoredFile | None:
    """Hand out the evidence; the officer sees who took it. None where there is no file."""
    officer = achievement.officer
    if achievement.evidence is not None and officer.user_id != by.pk:
        record_read(
            "achievement.evidence_opened",
            by=by, on=officer, court=officer.court, number=achievement.pk,
        )  # fmt: skip
    return achievement.evidence


@transaction.atomic
def read_achievement(achievement: Achievement, *, by: User) -> None:
    """Whoever opens somebody else's achievement is named in the officer's own records."""
    officer = achievement.officer
    if officer.user_id != by.pk:
        record_read("achievement.read", by=by, on=officer, court=officer.court)


def move_achievement(achievement: Achievement, state: str) -> None:
    """Compare-and-set: of two at the same time one finds another state."""
    here = Achievement.objects.filter(pk=achievement.pk, state=achievement.state)
    if here.update(state=state) != 1:
        raise overtaken(achievement)
    achievement.state = state


def overtaken(achievement: Achievement) -> Conflict:
    text = _("This achievement is “%(state)s” by now: somebody was faster. Nothing was saved.")
    words = {"state": achievement.get_state_display()}
    return Conflict(text % words, url=achievement.get_absolute_url())


def tell_officer(officer: Officer, kind: str, key: str) -> None:
    if officer.user is not None:
        notify(officer.user, kind=kind, key=f"{kind}:{key}", url=reverse("retention:my_awards"))


def _locked(achievement_id: int) -> Achievement:
    found = Achievement.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("officer__court", "officer__department", "officer__user").get(
        pk=achievement_id
    )


def _refuse_own(achievement: Achievement, by: User) -> None:
    if achievement.officer.user_id == by.pk:
        raise CannotEnterAchievement(_("Nobody decides about an achievement of their own."))


def _stamp() -> str:
    """So that the same may be told again when it happens again."""
    return timezone.now().isoformat(timespec="microseconds")
