from datetime import date
from decimal import Decimal

from django.utils import timezone

from courtparty.jobs.services import store_file
from retention.models import Entitlement, EntitlementRule, Received, ReceivedImport, Waiver
from retention.rules.entitlement_defaults import SHIPPED
from tests.access import EVERYONE, POLITICAL_ELSEWHERE, Row, pk_of

KEEP = ["political", *POLITICAL_ELSEWHERE]
OURS = ["political"]


def ours(name: str, **methods) -> Row:
    """A record of this court: the political department elsewhere doesn't know of it."""
    return Row(args=pk_of(name), unseen=POLITICAL_ELSEWHERE, **methods)


ROWS: dict[str, Row] = {
    "retention:my_entitlements": Row(get=EVERYONE),
    "retention:entitlement_list": Row(get=KEEP),
    "retention:entitlement_export": Row(get=KEEP),
    "retention:entitlement_compute": Row(post=KEEP),
    "retention:entitlement_kinds": Row(get=KEEP),
    "retention:entitlement_officer": ours("officer", get=OURS),
    "retention:received_enter": ours("officer", get=OURS, post=OURS),
    "retention:entitlement_detail": ours("entitlement", get=OURS),
    "retention:entitlement_waive": ours("entitlement", get=OURS, post=OURS),
    "retention:waiver_withdraw": ours("waiver", post=OURS),
    "retention:entitlement_rule_list": Row(get=KEEP),
    "retention:entitlement_rule_export": Row(get=KEEP),
    "retention:entitlement_rule_install": Row(post=KEEP),
    "retention:entitlement_rule_set": Row(get=KEEP, post=KEEP),
    "retention:entitlement_rule_detail": ours("entitlement_rule", get=OURS),
    "retention:entitlement_rule_compare": ours("entitlement_rule", get=OURS),
    "retention:entitlement_rule_describe": ours("entitlement_rule", get=OURS, post=OURS),
    "retention:entitlement_rule_end": ours("entitlement_rule", get=OURS, post=OURS),
    "retention:entitlement_rule_take_back": ours("entitlement_rule", get=OURS, post=OURS),
    "retention:received_list": Row(get=KEEP),
    "retention:received_export": Row(get=KEEP),
    "retention:received_void": ours("received", get=OURS, post=OURS),
    "retention:received_import": Row(get=KEEP, post=KEEP),
    "retention:received_template": Row(get=KEEP),
    "retention:received_import_detail": ours("received_import", get=OURS),
    "retention:received_import_confirm": ours("received_import", get=OURS, post=OURS),
    "retention:received_import_discard": ours("received_import", post=OURS),
    "retention:received_import_errors": ours("faulty_received_import", get=OURS),
}


def build(world, cast) -> dict[str, object]:
    """The records the rows above name. ``cast("steward")`` is the user in that role."""
    political, officer, now = cast("political"), world.officer, timezone.now()
    court = officer.court
    shipped = next(one for one in SHIPPED if one.kind == "checkup")
    words = {
        "name": shipped.name, "name_en": shipped.name_en, "source": shipped.source,
        "table": shipped.table, "kind": shipped.kind, "created_at": now,
    }  # fmt: skip
    EntitlementRule.objects.create(
        court=court, start=date(2020, 1, 1), end=date(2026, 1, 1), **words
    )
    rule = EntitlementRule.objects.create(court=court, start=date(2026, 1, 1), **words)
    about = {"officer": officer, "kind": "checkup"}
    brief = {"court": court, "created_by": political, "created_at": now}
    return {
        "entitlement_rule": rule,
        "entitlement": Entitlement.objects.create(
            court=court, period="2025-05-04", due_on=date(2026, 5, 4), quantity=1, state="due",
            rule=rule, computed_at=now, **about,
        ),
        "waiver": Waiver.objects.create(
            period="2024-05-04", reason="r", document="d", by=political, at=now, **about
        ),
        "received": Received.objects.create(
            received_on=date(2025, 5, 4), quantity=Decimal(1), entered_by=political,
            entered_at=now, **about,
        ),
        "received_import": ReceivedImport.objects.create(
            file_name="x.xlsx", state="ready", counts={"new": 0, "unchanged": 0}, **brief
        ),
        "faulty_received_import": ReceivedImport.objects.create(
            file_name="y.xlsx", state="faulty", counts={"errors": 1},
            file=store_file(b"x", name="y.xlsx", content_type="x", by=political),
            report={"faults": [{"sheet": "S", "row": 1, "column": "A", "code": "no_received",
                                "params": {}, "severity": "error"}]},
            **brief,
        ),
    }  # fmt: skip
