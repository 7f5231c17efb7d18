"""How often which pair talks: what a court sets."""

from django.db import transaction

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from retention.models import TalkRule
from retention.selectors.talk_rules import default_rule


@transaction.atomic
def change_rule(
    *,
    court: Unit,
    pair: str,
    is_used: bool,
    times_per_year: int,
    source: str,
    certainty: str,
    by: User,
) -> TalkRule:
    """Set how often one kind of pair talks; the next nightly planning follows it.

    Talks that were held stay; planned ones that are no longer asked for are cancelled then.
    Nobody is told.
    """
    shipped = default_rule(court, pair)
    rule, is_new = TalkRule.objects.select_for_update(no_key=True).get_or_create(
        court=court,
        pair=pair,
        defaults={
            "is_used": shipped.is_used,
            "times_per_year": shipped.times_per_year,
            "source": shipped.source,
            "certainty": shipped.certainty,
        },
    )
    values = {
        "is_used": is_used,
        "times_per_year": times_per_year,
        "source": source.strip(),
        "certainty": certainty,
    }
    changed = [name for name, value in values.items() if getattr(rule, name) != value]
    for name in changed:
        setattr(rule, name, values[name])
    if changed:
        rule.save(update_fields=changed)
    if changed or is_new:
        record("talk_rule.changed", by=by, on=rule, court=court, kind=pair, fields=changed)
    return rule
