"""The entitlement rules of a court: shipped ones installed, versions set, ended and taken back."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record
from courtparty.lib.conflicts import Conflict
from retention.models import EntitlementRule
from retention.rules.entitlement_defaults import SHIPPED, START
from retention.rules.entitlement_tables import table_faults


class CannotSetRule(Exception):
    """The rule can't be kept like this. Its text is for the user."""


@transaction.atomic
def install_entitlement_rules(court: Unit, *, by: User | None = None) -> int:
    """Give a court the shipped rule of each kind it has none of, marked as not verified.

    What the court has set itself is left alone, be it ended. Returns how many were added.
    """
    # Locks against a second installation at the same moment where the database can.
    court = Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    known = set(EntitlementRule.objects.filter(court=court).values_list("kind", flat=True))
    rules = [
        EntitlementRule(
            court=court,
            kind=one.kind,
            name=one.name,
            name_en=one.name_en,
            start=START,
            table=one.table,
            source=one.source,
            certainty=one.certainty,
            note=one.note,
            is_shipped=True,
            created_by=by,
            created_at=timezone.now(),
        )
        for one in SHIPPED
        if one.kind not in known
    ]
    EntitlementRule.objects.bulk_create(rules)
    if rules:
        record("entitlement_rules.installed", by=by, on=court, court=court, count=len(rules))
    return len(rules)


@transaction.atomic
def install_for_courts(*, courts: Iterable[Unit], by: User) -> int:
    """The same for each of ``courts``, all or none."""
    return sum(install_entitlement_rules(court, by=by) for court in courts)


@transaction.atomic
def set_rule(
    *,
    court: Unit,
    kind: str,
    start: date,
    table: dict[str, Any],
    by: User,
    at: datetime,
    **words: str,
) -> EntitlementRule:
    """Put a new version of a kind's rule in force from ``start``; the one before ends there.

    Refuses a table with faults, and a day on or before which a version already begins. The next
    computing goes by it; nobody is told. ``words``: name, name_en, source, certainty, note.
    """
    court = Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    if table_faults(kind, table):
        raise CannotSetRule(_("The numbers of the rule are not complete. Look at each field."))
    rules = EntitlementRule.objects.filter(court=court, kind=kind)
    if rules.filter(start__gte=start).exists():
        raise CannotSetRule(
            _("A version of this rule begins on that day or later. Take it back first.")
        )
    rules.filter(Q(end=None) | Q(end__gt=start)).update(end=start)
    rule = EntitlementRule(
        court=court, kind=kind, start=start, table=table, created_by=by, created_at=at, **words
    )
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise CannotSetRule(_("Somebody has just set a version. Look at it first.")) from None
    record("entitlement_rule.set", by=by, on=rule, court=court, kind=kind, start=start.isoformat())
    return rule


@transaction.atomic
def describe_rule(*, rule_id: int, by: User, **words: str) -> EntitlementRule:
    """Correct what is said of a rule: its names, source, how sure it is, note. Never its numbers.

    A default of the product somebody has looked at is the court's own from then on.
    """
    rule = EntitlementRule.objects.select_for_update(of=("self",), no_key=True).get(pk=rule_id)
    changed = [name for name, value in words.items() if getattr(rule, name) != value]
    for name in changed:
        setattr(rule, name, words[name])
    if changed:
        rule.is_shipped = False
        rule.save(update_fields=[*changed, "is_shipped"])
        record("entitlement_rule.described", by=by, on=rule, court=rule.court, fields=changed)
    return rule


@transaction.atomic
def end_rule(*, rule_id: int, end: date, by: User) -> EntitlementRule:
    """Let a rule end: ``end`` is the first day without it. Then the kind is not computed any more.

    Refuses a rule that has ended (409), and a day on or before its first.
    """
    rule = EntitlementRule.objects.select_related("court").get(pk=rule_id)
    if end <= rule.start:
        raise CannotSetRule(_("A rule ends after its first day. Take it back instead."))
    if not EntitlementRule.objects.filter(pk=rule_id, end=None).update(end=end):
        raise Conflict(_("This rule has ended already."), url=rule.get_absolute_url())
    rule.end = end
    record("entitlement_rule.ended", by=by, on=rule, court=rule.court, end=end.isoformat())
    return rule


@transaction.atomic
def take_back_rule(*, rule_id: int, by: User, on: date) -> None:
    """Delete a version that is not in force yet; the one before goes on as it was.

    Refuses one that is or has been in force: what was computed by it refers to it.
    """
    # Waits for a version being set, or taken back, at this moment.
    courts = EntitlementRule.objects.filter(pk=rule_id).values("court")
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=courts).values("pk"))
    rule = EntitlementRule.objects.select_related("court").filter(pk=rule_id).first()
    if rule is None:
        raise CannotSetRule(_("This version was taken back already."))
    if rule.start <= on:
        raise CannotSetRule(_("This version is in force. Set a new version instead."))
    court, kind, start = rule.court, rule.kind, rule.start
    record(
        "entitlement_rule.taken_back", by=by, on=rule, court=court, kind=kind,
        start=start.isoformat(),
    )  # fmt: skip
    rule.delete()
    EntitlementRule.objects.filter(court=court, kind=kind, end=start).update(end=None)
