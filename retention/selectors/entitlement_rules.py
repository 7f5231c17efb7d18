"""The entitlement rules of a court: those in force, and how two versions differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import is_court_path, paths_with
from retention.models import EntitlementRule
from retention.rules.entitlement_tables import read_table

VIEW, MANAGE = "retention.view_entitlements", "retention.manage_entitlements"


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule's number and its table as the rules of its kind take it."""

    pk: int
    table: Any


def rules_in_force(court: Unit, *, on: date) -> Mapping[str, RuleInForce]:
    """By kind. Raises FaultyTable where a table can't be read."""
    rows = EntitlementRule.objects.filter(court=court).in_force(on=on)
    return {
        kind: RuleInForce(pk, read_table(kind, table))
        for pk, kind, table in rows.values_list("pk", "kind", "table")
    }


def courts_with(user: User, permission: str) -> list[Unit]:
    """The courts in which ``user`` holds the permission on the whole court."""
    paths = [path for path in paths_with(user, permission) if is_court_path(path)]
    return list(Unit.objects.courts().filter(path__in=paths).order_by("path"))
