"""Dates as an office writes them: often only to the month, in a dozen spellings."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import total_ordering
from typing import Any

ONE_DAY = timedelta(days=1)

# Numbers outside this window are not read as Excel serials: 1985 is a year, not 1905-06-07.
_SERIAL_YEARS = range(1930, 2101)
_TEXT_YEARS = range(1900, 2101)

_LONGEST = 40

_CLOCK = re.compile(r"[\sT]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SPELLINGS = [
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})[日号]?)?"),
    re.compile(r"(?P<y>\d{4})(?P<sep>[./、-])(?P<m>\d{1,2})(?:(?P=sep)(?P<d>\d{1,2}))?\.?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})?"),
]
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})(?:-(?P<d>\d{2}))?")
_SEPARATORS = str.maketrans("‐‑‒–—−。·", "------..")


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the month or to the day. A month sorts before its own days."""

    year: int
    month: int
    day: int | None = None

    def __post_init__(self) -> None:
        date(self.year, self.month, 1 if self.day is None else self.day)

    def __str__(self) -> str:
        return self.isoformat()

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return self._key < other._key

    @property
    def _key(self) -> tuple[int, int, int]:
        return self.year, self.month, self.day or 0

    @property
    def first(self) -> date:
        """The first day it can be."""
        return date(self.year, self.month, self.day or 1)

    @property
    def last(self) -> date:
        """The last day it can be."""
        return date(self.year, self.month, self.day or monthrange(self.year, self.month)[1])

    def isoformat(self) -> str:
        month = f"{self.year:04d}-{self.month:02d}"
        return month if self.day is None else f"{month}-{self.day:02d}"

    def covers(self, other: "PartialDate") -> bool:
        """Whether ``other`` is the same, or the same month known to the day."""
        same_month = (self.year, self.month) == (other.year, other.month)
        return same_month and self.day in (None, other.day)

    @classmethod
    def parse_iso(cls, text: str) -> "PartialDate":
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(f"not a date to the month or day: {text!r}")
        return cls._from_match(match)

    @classmethod
    def from_cell(cls, value: Any, *, epoch1904: bool = False) -> "PartialDate":
        """Read what a workbook cell may hold for a date; ValueError when it is none."""
        if isinstance(value, date):  # a datetime is one too
            return cls._in_years(cls(value.year, value.month, value.day), value)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError(f"not a date: {value!r}")
        if isinstance(value, str):
            return cls._from_text(value)
        return cls._from_number(value, epoch1904=epoch1904)

    @classmethod
    def _from_number(cls, value: float, *, epoch1904: bool) -> "PartialDate":
        serial = _from_serial(value, epoch1904=epoch1904)
        if serial is not None:
            return cls(serial.year, serial.month, serial.day)
        text = repr(value).removesuffix(".0")
        if re.fullmatch(r"\d{4}\.1", text):
            # A number cell drops the zero of 1985.10, so this may be January or October.
            raise ValueError(f"January or October: {value!r}")
        return cls._from_text(text)

    @classmethod
    def _from_text(cls, text: str) -> "PartialDate":
        if len(text) > _LONGEST:
            raise ValueError(f"not a date: {text[:_LONGEST]!r}")
        plain = unicodedata.normalize("NFKC", text).strip().translate(_SEPARATORS)
        plain = re.sub(r"\s+", "", _CLOCK.sub("", plain))
        for spelling in _SPELLINGS:
            if match := spelling.fullmatch(plain):
                return cls._in_years(cls._from_match(match), text)
        raise ValueError(f"not a date: {text!r}")

    @classmethod
    def _from_match(cls, match: re.Match[str]) -> "PartialDate":
        day = match["d"]
        return cls(int(match["y"]), int(match["m"]), None if day is None else int(day))

    @classmethod
    def _in_years(cls, found: "PartialDate", source: object) -> "PartialDate":
        if found.year not in _TEXT_YEARS:
            raise ValueError(f"year out of range: {source!r}")
        return found


def _from_serial(value: float, *, epoch1904: bool) -> date | None:
    # Day 0 of the 1900 system is taken as 1899-12-30 because Excel counts a 1900-02-29.
    start = date(1904, 1, 1) if epoch1904 else date(1899, 12, 30)
    if not 0 < value < 100_000:
        return None
    day = start + timedelta(days=int(value))
    return day if day.year in _SERIAL_YEARS else None


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``start`` up to, but not including, ``end``."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"empty period: {self.start} to {self.end}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def months(self) -> list[date]:
        """The first day of each calendar month touched."""
        return list(_month_starts(self.start, self.end))


def _month_starts(start: date, end: date) -> Iterator[date]:
    first = _plain(start).replace(day=1)
    while first < end:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)


def months_between(a: date, b: date) -> int:
    """Whole months from ``a`` to ``b``, negative when ``b`` is earlier.

    A month is complete on the same day of a later month, or on its last day when it has no
    such day (Civil Code art. 202): from 31 January to 28 February is one month.
    """
    if b < a:
        return -months_between(b, a)
    months = (b.year - a.year) * 12 + b.month - a.month
    is_last_day = b.day == monthrange(b.year, b.month)[1]
    return months if b.day >= a.day or is_last_day else months - 1


def _plain(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day
