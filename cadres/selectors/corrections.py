"""Correction requests in words, who decides them, and how an officer's items read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.text import capfirst

from cadres import wording  # noqa: F401  (the faults below get their texts there)
from cadres.models import Correction, CorrectionQuerySet, Officer
from cadres.rules.corrections import CORRECTABLE, UNITS, read_proposal, word_for
from cadres.rules.roster import CellFault, Value
from courtparty.accounts.models import Unit, User
from courtparty.accounts.selectors import holders_of
from courtparty.lib.xlsx import Fault, fault_text

DECIDE = "cadres.decide_correction"
TONES = {"asked": "info", "accepted": "success", "declined": "neutral"}
_LABELS = {
    "sex": dict(Officer.Sex.choices),
    "category": dict(Officer.Category.choices),
    "party_status": dict(Officer.PartyStatus.choices),
}


def label_of(field: str) -> str:
    return capfirst(str(Officer._meta.get_field(field).verbose_name))  # type: ignore[union-attr]


def text_of(officer: Officer, field: str) -> str:
    """An item as a correction stores it: a code, a unit's number, a date in ISO, or the text."""
    if field in UNITS:
        return str(getattr(officer, f"{field}_id") or "")
    return str(getattr(officer, field) or "")


def value_in_words(field: str, text: str, units: dict[int, Unit]) -> str:
    if field in UNITS:
        unit = units.get(int(text)) if text else None
        return unit.display_name if unit else ""
    return str(_LABELS.get(field, {}).get(text, text))


def units_named(corrections: Iterable[Correction]) -> dict[int, Unit]:
    """The units that proposals name; no query where none does."""
    named = {int(one.proposed) for one in corrections if one.field in UNITS and one.proposed}
    return Unit.objects.in_bulk(named) if named else {}


def unit_choices(officer: Officer, field: str) -> QuerySet[Unit]:
    """The departments or branches in use of the officer's court."""
    inside = Unit.objects.within(officer.court).filter(is_active=True)
    return inside.departments() if field == "department" else inside.branches()


def proposal(officer: Officer, field: str, text: str, *, on: date) -> tuple[Value, list[CellFault]]:
    """What the proposed text comes to and what speaks against it, by the rules of the import.

    A unit comes back as its number, and is a fault where it is none of the court's own.
    """
    if field in UNITS:
        return _unit_proposal(officer, field, text)
    current = {name: word_for(name, text_of(officer, name)) for name in CORRECTABLE}
    current |= {"department": officer.department.name}
    current |= {"branch": officer.branch.name if officer.branch else ""}
    value, faults = read_proposal(field, word_for(field, text), current=current, on=on)
    return value, faults


def _unit_proposal(officer: Officer, field: str, text: str) -> tuple[Value, list[CellFault]]:
    if not text and field == "branch":
        return "", []
    if not text.isdecimal() or not unit_choices(officer, field).filter(pk=int(text)).exists():
        return "", [CellFault(field, f"{field}_missing" if not text else f"{field}_unknown",
                              {"name": "", "rows": ""})]  # fmt: skip
    return text, []


def faults_in_words(faults: Iterable[CellFault]) -> list[str]:
    return [str(fault_text(Fault("", 0, "", fault.code, fault.params))) for fault in faults]


def deciders(court: Unit, *, on: date) -> QuerySet[User]:
    """Who decides the corrections of a court on that day."""
    return holders_of(DECIDE, court, on=on).order_by("pk")


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """One of the reader's own requests, in words."""

    item: str
    proposed: str
    is_number: bool
    reason: str
    state: str
    tone: str
    asked_at: datetime
    decided_at: datetime | None
    answer: str


def own_requests(officer: Officer) -> list[Correction]:
    return list(officer.corrections.order_by("-asked_at", "-pk"))


def requests_in_words(corrections: list[Correction]) -> list[OwnRequest]:
    units = units_named(corrections)
    return [
        OwnRequest(
            item=label_of(one.field),
            proposed=value_in_words(one.field, one.proposed, units),
            is_number=one.field in ("id_number", "phone"),
            reason=one.reason,
            state=one.get_state_display(),
            tone=TONES[one.state],
            asked_at=one.asked_at,
            decided_at=one.decided_at,
            answer=one.answer,
        )
        for one in corrections
    ]


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A line of the deciders' list; what is asked for is on the page of the request."""

    pk: int
    name: str
    department: str
    item: str
    state: str
    tone: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str


def correction_rows(corrections: CorrectionQuerySet) -> list[CorrectionRow]:
    listed = corrections.select_related("officer__department", "decided_by").defer(
        "proposed", "reason", "answer", "officer__id_number", "officer__phone"
    )
    return [
        CorrectionRow(
            pk=one.pk,
            name=one.officer.name,
            department=one.officer.department.display_name,
            item=label_of(one.field),
            state=one.get_state_display(),
            tone=TONES[one.state],
            asked_at=one.asked_at,
            decided_at=one.decided_at,
            decided_by=str(one.decided_by or ""),
        )
        for one in listed
    ]


def waiting_for(user: User) -> CorrectionQuerySet:
    """Requests that ``user`` is to decide: of the courts whose roster is kept, but not own ones."""
    if not user.has_perm(DECIDE):
        return Correction.objects.none()
    return Correction.objects.visible_to(user).awaiting().exclude(officer__user=user)


def decided_by(user: User, officer: Officer) -> CorrectionQuerySet:
    """The officer's requests for those who decide them; for others none, and no query."""
    if not user.has_perm(DECIDE):
        return Correction.objects.none()
    return Correction.objects.visible_to(user).filter(officer=officer).order_by("-asked_at", "-pk")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the own record, and whether a correction of it is already asked for."""

    field: str
    label: str
    value: str
    can_be_asked: bool = True
    is_asked: bool = False


def item_shown(officer: Officer, field: str) -> Item:
    return Item(field, label_of(field), _item_value(officer, field))


def items_shown(
    officer: Officer, fields: Iterable[str], corrections: Iterable[Correction]
) -> list[Item]:
    open_fields = {one.field for one in corrections if one.state == Correction.State.ASKED}
    return [
        Item(
            field,
            label_of(field),
            _item_value(officer, field),
            can_be_asked=field in CORRECTABLE,
            is_asked=field in open_fields,
        )
        for field in fields
    ]


def _item_value(officer: Officer, field: str) -> str:
    if field in UNITS:
        unit = getattr(officer, field)
        return unit.display_name if unit else ""
    return value_in_words(field, text_of(officer, field), {})


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """A request beside what the record says now, and what speaks against it."""

    item: str
    now: str
    proposed: str
    warnings: list[str]


def correction_shown(correction: Correction, *, on: date) -> CorrectionShown:
    officer, field = correction.officer, correction.field
    warnings: list[str] = []
    if correction.state == Correction.State.ASKED:
        _value, faults = proposal(officer, field, correction.proposed, on=on)
        warnings = faults_in_words(faults)
    return CorrectionShown(
        item=label_of(field),
        now=_item_value(officer, field),
        proposed=value_in_words(field, correction.proposed, units_named([correction])),
        warnings=warnings,
    )
