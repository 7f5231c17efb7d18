"""How other parts of the system hand in what an officer achieved."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cadres.models import Officer
from courtparty.accounts.models import User
from courtparty.audit.services import record
from courtparty.notices.calendar import working_calendar
from retention.models import Achievement
from retention.services.achievements import Facts, refuse_facts, write_achievement

KINDS = dict(Achievement.Kind.choices)


@transaction.atomic
def raise_achievement(
    *,
    officer_id: int,
    kind: str,
    source_key: str,
    achieved_on: date,
    by: User | None,
    title: str = "",
) -> Achievement:
    """Enter what another part found out; the same ``source_key`` twice changes nothing.

    ``title`` is in Chinese, as data are; without one it is the kind's own name. Refuses what
    entering by hand refuses. Nobody is told: it waits on the page of those who propose.
    """
    known = Achievement.objects.filter(source_key=source_key).first()
    if known is not None:
        return known
    now = timezone.now()
    # The officer's row is locked, so that two callers with one key come one after another.
    officers = Officer.objects.select_for_update(of=("self",), no_key=True).select_related("court")
    officer = officers.get(pk=officer_id)
    known = Achievement.objects.filter(source_key=source_key).first()
    if known is not None:
        return known
    facts = Facts(kind=kind, title=title or str(KINDS[kind]), achieved_on=achieved_on)
    refuse_facts(officer, facts, on=timezone.localdate(now))
    achievement = write_achievement(
        officer,
        facts,
        source=Achievement.Source.PART,
        source_key=source_key,
        by=by,
        at=now,
        calendar=working_calendar(),
    )
    record("achievement.raised", by=by, on=achievement, court=officer.court)
    return achievement
