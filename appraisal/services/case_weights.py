"""Tables of case points: drafted, edited as drafts, published, and never changed from then on."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from appraisal.models import CaseWeight, CaseWeightTable, Indicator, Measure
from appraisal.rules.case_points import (
    BASE,
    ROLE_COEFFICIENTS,
    TYPE_COEFFICIENTS,
    CaseWeightRow,
    table_faults,
)
from appraisal.rules.entered_measures import case_measure
from appraisal.selectors.case_weights import fault_text, faults_shown, weights_of
from appraisal.selectors.measures import case_measures_of
from appraisal.services.measures import seed_measures
from courtparty.accounts.models import Unit, User
from courtparty.audit.services import record

State = CaseWeightTable.State

# What a new court begins with, in the words of the office.
SEED_NAME = "案件权重系数表"
SEED_BASIS = (
    "某省方案实例 [S]：每件 10 点×案件类型系数×承办角色系数。不按姓名豁免任何人，不设断崖分档，"
    "不将全院投诉数计入个人；各系数由本院讨论确定后发布。"
)


class CannotChangeTable(Exception):
    """The table can't be changed or published. Its text is for the user; ``reasons`` has each."""

    def __init__(self, text: str, reasons: list[str] | None = None) -> None:
        super().__init__(text)
        self.reasons = reasons or []


@transaction.atomic
def seed_case_table(court: Unit, *, by: User | None) -> CaseWeightTable | None:
    """Give a court that has no table of case points a draft to fix and publish; else None."""
    court = Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    if CaseWeightTable.objects.filter(court=court).exists():
        return None
    seed_measures()
    table = _new_version(court, SEED_NAME, SEED_BASIS, by)
    measures = Measure.objects.in_bulk(field_name="code")
    parts = [
        (measures[case_measure(kind, role)], kind_coefficient, role_coefficient)
        for kind, kind_coefficient in TYPE_COEFFICIENTS.items()
        for role, role_coefficient in ROLE_COEFFICIENTS.items()
    ]
    CaseWeight.objects.bulk_create(
        CaseWeight(
            table=table,
            measure=measure,
            base=BASE,
            type_coefficient=kind_coefficient,
            role_coefficient=role_coefficient,
            certainty=Indicator.Certainty.SEEN,
            position=position,
        )
        for position, (measure, kind_coefficient, role_coefficient) in enumerate(parts, start=1)
    )
    return table


@transaction.atomic
def draft_case_table(
    *, court: Unit, name: str, basis: str, by: User, like: CaseWeightTable | None = None
) -> CaseWeightTable:
    """A new version as a draft: empty, or with the rows of ``like``, a table of the same court.

    Refuses a table of another court.
    """
    if like and like.court_id != court.pk:
        raise CannotChangeTable(_("A table is copied within its own court only."))
    court = Unit.objects.select_for_update(no_key=True).get(pk=court.pk)
    table = _new_version(court, name, basis, by)
    for weight in weights_of(like) if like else []:
        weight.pk, weight.table = None, table
        weight.save(force_insert=True)
    return table


def _new_version(court: Unit, name: str, basis: str, by: User | None) -> CaseWeightTable:
    versions = CaseWeightTable.objects.filter(court=court).aggregate(last=Max("version"))
    table = CaseWeightTable.objects.create(
        court=court, version=(versions["last"] or 0) + 1, name=name, basis=basis, made_by=by
    )
    record("case_weights.drafted", by=by, on=table, court=court)
    return table


@transaction.atomic
def describe_case_table(*, table_id: int, name: str, basis: str, by: User) -> CaseWeightTable:
    """Change a draft's name and basis. Refuses what is no draft any more."""
    table = _locked_draft(table_id)
    table.name, table.basis = name, basis
    table.save(update_fields=["name", "basis"])
    record("case_weights.changed", by=by, on=table, court=table.court)
    return table


@transaction.atomic
def discard_case_table(*, table_id: int, by: User) -> None:
    """Throw a draft away with its rows. Refuses what was ever published."""
    table = _locked_draft(table_id)
    record("case_weights.discarded", by=by, on=table, court=table.court)
    table.delete()


@transaction.atomic
def keep_case_weight(
    *,
    table_id: int,
    measure: Measure,
    base: Decimal,
    type_coefficient: Decimal,
    role_coefficient: Decimal,
    certainty: str,
    by: User,
    weight_id: int | None = None,
) -> CaseWeight:
    """Add a row to a draft, or change the one with ``weight_id``.

    Refuses what is no draft any more, a kind of case that the court does not count or that has a
    row already, and numbers out of bounds.
    """
    table = _locked_draft(table_id)
    others = [one for one in weights_of(table) if one.pk != weight_id]
    weight = _row_of(table, weight_id)
    if not case_measures_of(table.court).filter(pk=measure.pk).exists():
        raise CannotChangeTable(_("The court counts no cases under this measure."))
    if any(one.measure_id == measure.pk for one in others):
        refusal = _("“%(measure)s” has a row already.")
        raise CannotChangeTable(refusal % {"measure": measure.display_name})
    row = CaseWeightRow(measure.code, base, type_coefficient, role_coefficient)
    faults = [
        fault_text(fault, {measure.code: measure.display_name}) for fault in table_faults([row])
    ]
    if faults:
        raise CannotChangeTable(" ".join(faults))
    weight.measure, weight.certainty = measure, certainty
    weight.base, weight.type_coefficient = base, type_coefficient
    weight.role_coefficient = role_coefficient
    weight.position = weight.position or max((one.position for one in others), default=0) + 1
    weight.save()
    record("case_weights.changed", by=by, on=table, court=table.court, code=measure.code)
    return weight


def _row_of(table: CaseWeightTable, weight_id: int | None) -> CaseWeight:
    if weight_id is None:
        return CaseWeight(table=table)
    weight = CaseWeight.objects.filter(pk=weight_id, table=table).first()
    if weight is None:
        raise CannotChangeTable(_("This row has been removed meanwhile."))
    return weight


@transaction.atomic
def remove_case_weight(*, table_id: int, weight_id: int, by: User) -> None:
    """Take a row out of a draft. Refuses what is no draft any more."""
    table = _locked_draft(table_id)
    weight = _row_of(table, weight_id)
    code = weight.measure.code
    weight.delete()
    record("case_weights.changed", by=by, on=table, court=table.court, code=code)


@transaction.atomic
def publish_case_table(*, table_id: int, by: User, at: datetime) -> CaseWeightTable:
    """Publish a draft; the table published before is retired. From then on it never changes.

    Cycles that are frozen afterwards count with it; those frozen before keep their table.
    Refuses, with every reason, a table that is not sound, and what is no draft any more.
    """
    table = _locked_draft(table_id)
    reasons = faults_shown(weights_of(table))
    if reasons:
        raise CannotChangeTable(_("The table can't be published yet."), reasons)
    published = CaseWeightTable.objects.filter(court=table.court_id, state=State.PUBLISHED)
    for former in published:
        if published.filter(pk=former.pk).update(state=State.RETIRED):
            record("case_weights.retired", by=by, on=former, court=table.court)
    draft = CaseWeightTable.objects.filter(pk=table_id, state=State.DRAFT)
    if not draft.update(state=State.PUBLISHED, published_at=at):
        raise CannotChangeTable(_("Only a draft can be published; this table no longer is one."))
    record("case_weights.published", by=by, on=table, court=table.court)
    table.refresh_from_db()
    return table


def _locked_draft(table_id: int) -> CaseWeightTable:
    """The draft, with its court locked: two changes of a court's tables come one after another."""
    table = CaseWeightTable.objects.select_related("court").filter(pk=table_id).first()
    if table is None:
        raise CannotChangeTable(_("This draft has been discarded meanwhile."))
    Unit.objects.select_for_update(no_key=True).get(pk=table.court_id)
    table = CaseWeightTable.objects.select_related("court").filter(pk=table_id).first()
    if table is None or table.state != State.DRAFT:
        raise CannotChangeTable(_("A published table never changes. Copy it to a new version."))
    return table
