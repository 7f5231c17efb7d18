"""The ladder of awards of a court."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from retention.models import AwardRung
from retention.rules.ladder import SEEDS, unknown_fields


class CannotKeepRung(Exception):
    """The rung can't be kept like this. Its text is for the user."""


@transaction.atomic
def seed_rungs(court: Unit, *, by: User | None) -> int:
    """Give a court without a ladder the usual rungs, each with how sure it is. Returns how many."""
    court = Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    if AwardRung.objects.filter(court=court).exists():
        return 0
    rungs = [
        AwardRung(
            court=court,
            name=seed.name,
            name_en=seed.name_en,
            position=position,
            level=seed.level,
            decided_by=seed.decided_by,
            quota_kind=seed.quota_kind,
            quota_value=seed.quota_value,
            excellent_years=seed.excellent_years,
            certainty=seed.certainty,
            source=seed.source,
            certificate_text=seed.certificate,
        )
        for position, seed in enumerate(SEEDS, 1)
    ]
    AwardRung.objects.bulk_create(rungs)
    record("award_rungs.seeded", by=by, on=court, court=court, count=len(rungs))
    return len(rungs)


@transaction.atomic
def keep_rung(*, court: Unit, by: User, rung_id: int | None = None, **facts: Any) -> AwardRung:
    """Add a rung to a court's ladder, or change the one with ``rung_id``.

    Awards given keep their name and words. Refuses a name or place that is taken, a quota
    without its number, and words in braces that a certificate does not know. Nobody is told.
    """
    _refuse_facts(facts)
    rung = AwardRung(court=court)
    if rung_id is not None:
        rung = AwardRung.objects.select_for_update(of=("self",), no_key=True).get(
            pk=rung_id, court=court
        )
    changed = [name for name, value in facts.items() if getattr(rung, name) != value]
    for name in changed:
        setattr(rung, name, facts[name])
    _refuse_taken(rung)
    try:
        with transaction.atomic():
            rung.save()
    except IntegrityError:
        raise CannotKeepRung(_("Somebody has just taken this name or place.")) from None
    if rung_id is None:
        record("award_rung.added", by=by, on=rung, court=court)
    elif changed:
        record("award_rung.changed", by=by, on=rung, court=court, fields=changed)
    return rung


def _refuse_facts(facts: dict[str, Any]) -> None:
    kind, value = facts["quota_kind"], facts["quota_value"]
    if (kind == AwardRung.Quota.NONE) != (value is None):
        raise CannotKeepRung(_("A quota needs its number; without a quota there is none."))
    if kind == AwardRung.Quota.PERCENT and value > 100:
        raise CannotKeepRung(_("A share of the staff is at most 100 per cent."))
    if kind == AwardRung.Quota.NUMBER and value != int(value):
        raise CannotKeepRung(_("The number of awards a year is a whole number."))
    if facts["level"] == AwardRung.Level.HIGHER and not facts["decided_by"].strip():
        raise CannotKeepRung(_("Name the higher body that decides."))
    if names := unknown_fields(facts["certificate_text"]):
        text = _("The text of the certificate may have only {name}, {rung}, {year} and {reason}.")
        raise CannotKeepRung(f"{text} {' '.join(f'{{{name}}}' for name in names if name)}".strip())


def _refuse_taken(rung: AwardRung) -> None:
    others = AwardRung.objects.filter(court=rung.court).exclude(pk=rung.pk)
    if others.filter(name=rung.name).exists():
        raise CannotKeepRung(_("A rung of this name is on the ladder already."))
    if others.filter(position=rung.position).exists():
        raise CannotKeepRung(_("Another rung has this place on the ladder."))
