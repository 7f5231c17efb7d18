"""How often which pair talks in a court: what it has set, else what is shipped."""

from courtparty.accounts.models import Unit
from retention.models import TalkPair, TalkRule
from retention.rules.talks import PAIRS


def rules_of(court: Unit) -> list[TalkRule]:
    """One rule for each kind of pair; unsaved ones are the shipped defaults. One query."""
    saved = {rule.pair: rule for rule in TalkRule.objects.filter(court=court)}
    return [saved.get(pair) or default_rule(court, pair) for pair in TalkPair.values]


def default_rule(court: Unit, pair: str) -> TalkRule:
    facts = PAIRS[pair]
    return TalkRule(
        court=court,
        pair=pair,
        is_used=facts.is_used,
        times_per_year=facts.times_per_year,
        source=facts.source,
        certainty=facts.certainty,
    )
