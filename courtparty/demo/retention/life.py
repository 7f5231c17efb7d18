"""Two hardship cases: one in which help is under way, and one applied for."""

from decimal import Decimal

from courtparty.demo.retention.cast import Cast, account_of
from retention.models import BudgetSource, HardshipCase, HelpMeasure
from retention.services import hardship

Kind, Help = HardshipCase.Kind, HelpMeasure.Kind


def fill_life(cast: Cast) -> None:
    source = hardship.add_source(
        court=cast.court,
        name="工会慰问经费",
        year=cast.on.year,
        amount=Decimal("30000.00"),
        by=cast.union,
    )
    case = _verified(cast)
    _helped(cast, case, source)
    hardship.apply_for_help(
        officer=cast.applicant,
        kind=Kind.SCHOOLING,
        story="孩子今年考上大学，家中收入单一，首年学费暂有困难。（演示，情节虚构）",
        turned_to=cast.union.pk,
        by=account_of(cast.applicant),
        at=cast.at(cast.this_year(2)),
    )


def _verified(cast: Cast) -> HardshipCase:
    case = hardship.apply_for_help(
        officer=cast.officer,
        kind=Kind.FAMILY_ILLNESS,
        story="母亲住院手术，需轮流陪护，自付费用较高。（演示，情节虚构）",
        turned_to=cast.union.pk,
        by=account_of(cast.officer),
        at=cast.at(cast.this_year(24)),
    )
    hardship.name_verifier(
        case_id=case.pk, user_id=cast.branch.pk, by=cast.union, at=cast.at(cast.this_year(22))
    )
    day = cast.this_year(18)
    return hardship.verify_case(
        case_id=case.pk,
        is_true=True,
        words="已到医院看望并核对住院单据，情况属实。（演示）",
        day=day,
        by=cast.branch,
        at=cast.at(day),
    )


def _helped(cast: Cast, case: HardshipCase, source: BudgetSource) -> None:
    """Aid paid, flexible hours agreed, a referral that waits for the decision, and a visit."""
    at, decided, paid = (cast.at(cast.this_year(days)) for days in (16, 15, 12))
    approver = cast.president.pk
    aid = hardship.propose_measure(
        case_id=case.pk, kind=Help.AID, text="发放一次性困难慰问金（演示）", approver_id=approver,
        amount=Decimal("3000.00"), source_id=source.pk, by=cast.union, at=at,
    )  # fmt: skip
    hours = hardship.propose_measure(
        case_id=case.pk, kind=Help.FLEXIBLE, text="陪护期间弹性工作（演示）", approver_id=approver,
        start=cast.ago(10), end=cast.ahead(30), what="上午九点半到岗，遇开庭照常（演示）",
        by=cast.union, at=at,
    )  # fmt: skip
    for measure in (aid, hours):
        hardship.decide_measure(
            measure_id=measure.pk, is_approved=True, words="同意", by=cast.president, at=decided
        )
    hardship.carry_out_measure(
        measure_id=aid.pk, day=cast.this_year(12), note="已转账（演示）", by=cast.union, at=paid
    )
    hardship.record_visit(
        case_id=case.pk,
        day=cast.this_year(9),
        notes="到医院看望，家属情绪稳定，下周出院。（演示）",
        by=cast.union,
        at=cast.at(cast.this_year(9)),
    )
    hardship.propose_measure(
        case_id=case.pk, kind=Help.REFERRAL, text="协助申请县总工会大病救助（演示）",
        approver_id=approver, by=cast.union, at=cast.at(cast.this_year(1)),
    )  # fmt: skip
