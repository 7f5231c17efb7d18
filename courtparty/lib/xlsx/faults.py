"""What is wrong in a workbook, as values: stored as JSON, put into words when shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courtparty.lib.xlsx.texts import fill

Severity = Literal["error", "warning"]

LISTED_FAULTS = 5000

_TEXTS: dict[str, str | Promise] = {}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place of a workbook. Row 0 is the sheet, column '' the whole row."""

    sheet: str
    row: int
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    severity: Severity = "error"

    @property
    def ref(self) -> str:
        """'D12', '12' for a whole row, '' for the sheet."""
        return f"{self.column}{self.row or ''}"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Fault":
        return cls(**data)


@dataclass(slots=True)
class Faults:
    """Faults in the order found. Beyond a few thousand they are counted, no longer listed."""

    listed: list[Fault] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0

    def add(self, fault: Fault) -> None:
        if fault.is_error:
            self.errors += 1
        else:
            self.warnings += 1
        if len(self.listed) < LISTED_FAULTS:
            self.listed.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.add(fault)

    def in_order(self, sheets: Sequence[str]) -> list[Fault]:
        """By place, as someone reads the workbook; errors of a cell before its warnings."""
        place = {name: number for number, name in enumerate(sheets)}
        return sorted(
            self.listed,
            key=lambda fault: (
                place.get(fault.sheet, -1),
                fault.row,
                len(fault.column),
                fault.column,
                not fault.is_error,
            ),
        )


def register_fault_texts(texts: Mapping[str, str | Promise]) -> None:
    """Add the texts of an app's own codes: {code: gettext_lazy('… %(name)s …')}."""
    for code, text in texts.items():
        if _TEXTS.setdefault(code, text) is not text and str(_TEXTS[code]) != str(text):
            raise ValueError(f"fault code {code!r} already has another text")


def fault_text(fault: Fault) -> str:
    """What is wrong and what to do, without the place: lazy, for the active language."""
    return fill(_TEXTS.get(fault.code, "%(code)s"), {"code": fault.code} | fault.params)


register_fault_texts(
    {
        "heading_missing": _(
            "Sheet “%(sheet)s” has no column “%(name)s”. Add it; its heading may also read: "
            "%(accepted)s."
        ),
        "heading_twice": _(
            "The heading “%(heading)s” says the same as “%(first)s” in %(first_ref)s. Keep only "
            "one of the two columns."
        ),
    }
)
