"""Hardship cases for tests, made with the services."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cadres.models import Officer
from courtparty.accounts.models import Unit, User
from retention.models import BudgetSource, HardshipCase, HelpMeasure
from retention.services import hardship as services

# What must never slip out: one word for each field that is encrypted.
STORY, FOUND, PROPOSED, ANSWERED, CARRIED = "病情甲", "核实乙", "措施丙", "批示丁", "落实戊"
VISITED, AGREED, CLOSING, WORD, PAPER = "走访己", "约定庚", "结案辛", "评语壬", "诊断癸"
SECRETS = (STORY, FOUND, PROPOSED, ANSWERED, CARRIED, VISITED, AGREED, CLOSING, WORD, PAPER)


def paper(name: str = f"{PAPER}.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 paper", content_type="application/pdf")


def make_draft(officer: Officer, to: User, **facts: Any) -> HardshipCase:
    defaults = {
        "kind": "own_illness",
        "story": STORY,
        "by": officer.user,
        "at": timezone.now(),
    }
    return services.save_draft(officer=officer, turned_to=to.pk, **defaults | facts)


def make_case(officer: Officer, to: User, **facts: Any) -> HardshipCase:
    """Applied for, with a coordinator."""
    defaults = {
        "kind": "own_illness",
        "story": STORY,
        "by": officer.user,
        "at": timezone.now(),
    }
    return services.apply_for_help(officer=officer, turned_to=to.pk, **defaults | facts)


def make_recommended(officer: Officer, to: User, *, by: User, **facts: Any) -> HardshipCase:
    defaults = {"kind": "own_illness", "story": STORY, "at": timezone.now()}
    return services.recommend_officer(
        officer_id=officer.pk, turned_to=to.pk, by=by, **defaults | facts
    )


def make_verifying(officer: Officer, to: User, verifier: User, **facts: Any) -> HardshipCase:
    case = make_case(officer, to, **facts)
    return services.name_verifier(
        case_id=case.pk, user_id=verifier.pk, by=to, at=facts.get("at", timezone.now())
    )


def verify(case: HardshipCase, *, is_true: bool = True, **facts: Any) -> HardshipCase:
    defaults = {"words": FOUND, "day": timezone.localdate(), "at": timezone.now()}
    return services.verify_case(
        case_id=case.pk, is_true=is_true, by=case.verifier, **defaults | facts
    )


def make_verified(officer: Officer, to: User, verifier: User, **facts: Any) -> HardshipCase:
    return verify(make_verifying(officer, to, verifier, **facts))


def make_source(court: Unit, amount: str = "10000.00", **facts: Any) -> BudgetSource:
    defaults = {"name": "工会慰问经费", "year": timezone.localdate().year}
    return BudgetSource.objects.create(court=court, amount=Decimal(amount), **defaults | facts)


def propose(case: HardshipCase, approver: User, *, by: User, **facts: Any) -> HelpMeasure:
    defaults = {"kind": "referral", "text": PROPOSED, "at": timezone.now()}
    return services.propose_measure(
        case_id=case.pk, approver_id=approver.pk, by=by, **defaults | facts
    )


def propose_aid(
    case: HardshipCase, approver: User, source: BudgetSource, amount: str = "2000.00", *, by: User
) -> HelpMeasure:
    facts = {"kind": "aid", "amount": Decimal(amount), "source_id": source.pk}
    return propose(case, approver, by=by, **facts)


def propose_flexible(
    case: HardshipCase, approver: User, start: date, end: date, *, by: User, **facts: Any
) -> HelpMeasure:
    days = {"kind": "flexible", "start": start, "end": end, "what": AGREED}
    return propose(case, approver, by=by, **days | facts)


def decide(measure: HelpMeasure, *, is_approved: bool = True, words: str = ANSWERED) -> HelpMeasure:
    return services.decide_measure(
        measure_id=measure.pk,
        is_approved=is_approved,
        words=words,
        by=measure.approver,
        at=timezone.now(),
    )


def carry_out(measure: HelpMeasure, *, by: User, **facts: Any) -> HelpMeasure:
    defaults = {"day": timezone.localdate(), "note": CARRIED, "at": timezone.now()}
    return services.carry_out_measure(measure_id=measure.pk, by=by, **defaults | facts)


def make_helped(
    officer: Officer, to: User, verifier: User, approver: User, **facts: Any
) -> HardshipCase:
    """Everything that can be secret is in it: story, finding, aid paid, visit and closing words."""
    case = make_verified(officer, to, verifier, files=[paper()], **facts)
    source = BudgetSource.objects.filter(court=case.court).first() or make_source(case.court)
    measure = decide(propose_aid(case, approver, source, by=to))
    carry_out(measure, by=to)
    services.record_visit(
        case_id=case.pk, day=timezone.localdate(), notes=VISITED, by=to, at=timezone.now()
    )
    services.ask_word(case_id=case.pk, words=CLOSING, by=to, at=timezone.now())
    case.refresh_from_db()
    return case
