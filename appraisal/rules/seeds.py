"""The shape of a measure to start with. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasureSeed:
    """A row of the table of measures. The first heading is the one templates and exports use."""

    code: str
    name: str
    name_en: str
    aggregation: str
    headings: str
    unit: str = "件"
    is_whole: bool = True
    is_required: bool = False
    is_register: bool = False
    is_entered: bool = False
    maximum: str | None = None
    source: str = ""
