"""Drafting index sets from those shipped, and publishing them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import IndexSet, Indicator, Measure
from appraisal.rules.checks import failures
from appraisal.selectors.index_sets import finding_text, findings_of
from appraisal.services.figures import seed_measures
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import paths_with
from courtparty.audit.services import record

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "index_sets.json"


class CannotPublish(Exception):
    """The set is not fit to be published, or no draft any more. Its text is for the user.

    ``reasons`` has every finding that forbids it.
    """

    def __init__(self, text: str, reasons: list[str] | None = None) -> None:
        super().__init__(text)
        self.reasons = reasons or []


@transaction.atomic
def install_index_sets(court: Unit, by: User | None = None) -> list[IndexSet]:
    """Give a court the shipped index sets as drafts, for it to fix and publish.

    A set of which the court has any version is left alone. Returns the new ones.
    """
    if not Measure.objects.exists():
        seed_measures()
    # Locks against a second installation at the same moment where the database can.
    court = Unit.objects.select_for_update().get(pk=court.pk)
    known = set(IndexSet.objects.filter(court=court).values_list("code", flat=True))
    new = [content for content in shipped_index_sets() if content["code"] not in known]
    return [_install(content, court, by) for content in new]


@transaction.atomic
def install_index_sets_for(*, by: User) -> list[IndexSet]:
    """Give each court whose index sets ``by`` manages the shipped ones. Returns the new ones."""
    managed = Unit.objects.courts().filter(path__in=paths_with(by, "appraisal.manage_index_set"))
    return [new for court in managed for new in install_index_sets(court, by=by)]


def shipped_index_sets() -> list[dict[str, Any]]:
    sets: list[dict[str, Any]] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return sets


def _install(content: dict[str, Any], court: Unit, by: User | None) -> IndexSet:
    fields = {name: value for name, value in content.items() if name != "indicators"}
    index_set = IndexSet.objects.create(court=court, drafted_by=by, **fields)
    Indicator.objects.bulk_create(
        Indicator(
            index_set=index_set,
            position=position,
            **{**indicator, "weight": Decimal(indicator["weight"])},
        )
        for position, indicator in enumerate(content["indicators"], start=1)
    )
    record("index_set.drafted", by=by, on=index_set, court=court, code=index_set.code)
    return index_set


@transaction.atomic
def publish_index_set(*, index_set_id: int, by: User | None) -> IndexSet:
    """Publish a draft; the set published before for the same staff is retired.

    Refuses, with every reason, while the check finds something that must be put right, and when
    the set is no draft. From then on it never changes, which the database enforces.
    """
    index_set = IndexSet.objects.select_related("court").get(pk=index_set_id)
    # Two drafts for the same staff are published one after the other.
    Unit.objects.select_for_update().get(pk=index_set.court_id)
    faults = failures(findings_of(index_set))
    if faults:
        names = {i.code: i.display_name for i in index_set.indicators.all()}
        reasons = [
            ": ".join(filter(None, [names.get(fault.indicator, ""), finding_text(fault)]))
            for fault in faults
        ]
        raise CannotPublish(_("The index set can't be published yet."), reasons)
    _retire_former(index_set, by)
    now = timezone.now()
    published = IndexSet.objects.filter(pk=index_set_id, state=IndexSet.State.DRAFT).update(
        state=IndexSet.State.PUBLISHED, published_by=by, published_at=now
    )
    if not published:
        raise CannotPublish(_("Only a draft can be published; this set no longer is one."))
    record("index_set.published", by=by, on=index_set, court=index_set.court)
    index_set.refresh_from_db()
    return index_set


def _retire_former(index_set: IndexSet, by: User | None) -> None:
    former = IndexSet.objects.published().filter(
        court=index_set.court, function=index_set.function, category=index_set.category
    )
    for one in former.exclude(pk=index_set.pk):
        if IndexSet.objects.published().filter(pk=one.pk).update(state=IndexSet.State.RETIRED):
            record("index_set.retired", by=by, on=one, court=index_set.court)
