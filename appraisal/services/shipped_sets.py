"""The shipped index sets: composed from their parts, and given to a court as drafts."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from appraisal.models import IndexSet, Indicator, RaterGroup
from appraisal.selectors.shipped_sets import shipped_index_sets
from appraisal.services.case_weights import seed_case_table
from appraisal.services.head_shares import seed_head_shares
from appraisal.services.measures import seed_measures
from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import is_court_path, paths_with
from courtparty.audit.services import record


@transaction.atomic
def install_index_sets(court: Unit, by: User | None = None) -> list[IndexSet]:
    """Give a court the shipped index sets as drafts, for it to fix and publish.

    With them come the measures that are missing, the heads' shares, and a draft of the table of
    case points. What the court has of these already is left alone, be it edited or published.
    Returns the new sets, in order.
    """
    seed_measures()
    # Locks against a second installation at the same moment where the database can.
    court = Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    seed_head_shares(court, by=by)
    seed_case_table(court, by=by)
    known = set(IndexSet.objects.filter(court=court).values_list("code", flat=True))
    new = [content for content in shipped_index_sets() if content["code"] not in known]
    return [_install(content, court, by) for content in new]


@transaction.atomic
def install_index_sets_for(*, by: User) -> list[IndexSet]:
    """Give each court whose index sets ``by`` manages the shipped ones. Returns the new ones."""
    paths = [path for path in paths_with(by, "appraisal.manage_index_set") if is_court_path(path)]
    managed = Unit.objects.courts().filter(path__in=paths)
    return [new for court in managed for new in install_index_sets(court, by=by)]


def _install(content: dict[str, Any], court: Unit, by: User | None) -> IndexSet:
    parts = {"indicators", "raters"}
    fields = {name: value for name, value in content.items() if name not in parts}
    index_set = IndexSet.objects.create(court=court, drafted_by=by, **fields)
    Indicator.objects.bulk_create(
        Indicator(
            index_set=index_set,
            position=position,
            **{**indicator, "weight": Decimal(indicator["weight"])},
        )
        for position, indicator in enumerate(content["indicators"], start=1)
    )
    RaterGroup.objects.bulk_create(
        RaterGroup(index_set=index_set, **{**group, "weight": Decimal(group["weight"])})
        for group in content["raters"]
    )
    record("index_set.drafted", by=by, on=index_set, court=court, code=index_set.code)
    return index_set
