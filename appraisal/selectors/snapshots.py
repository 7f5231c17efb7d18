"""Snapshots of computings: packed when one is stored, opened to explain a result.

A result is explained from its snapshot alone, by the pure rules: whatever has been corrected
since, the way shown is the one that was taken. Were it to lead elsewhere, the page says so.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from appraisal.models import Result, RunSnapshot
from appraisal.rules.evidence import (
    NO_NOTES,
    Basis,
    Inputs,
    Notes,
    cents,
    fingerprint_of,
    inputs_from,
    verdict_of,
)
from appraisal.rules.scoring import Line, canonical

FORMAT = 1
HEAD = struct.Struct(">BI")  # the format, and how long the JSON is
ORIGIN = struct.Struct(">I")
# Figures repeat; more effort hardly makes them smaller.
EFFORT = 1


class UnreadableSnapshot(Exception):
    """A snapshot is missing, damaged, or of a format this version does not know."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a figure came from: as of which day, in which delivery, of which kind."""

    as_of: date
    source: str
    origin: str


def pack(
    basis: Basis,
    rows: Sequence[bytes],
    origins: bytes,
    sources: Iterable[Provenance],
    notes: Sequence[Notes],
) -> bytes:
    """What a computing read about some of those under one basis."""
    head = canonical(
        {
            "basis": basis.content(),
            "sources": [[one.as_of.isoformat(), one.source, one.origin] for one in sources],
            "notes": {
                str(row): json.loads(one.written())
                for row, one in enumerate(notes)
                if one is not NO_NOTES
            },
            "rows": len(rows),
        }
    )
    content = b"".join([HEAD.pack(FORMAT, len(head)), head, *rows, origins])
    return zlib.compress(content, EFFORT)


@dataclass(frozen=True, slots=True)
class Opened:
    """One snapshot, unpacked."""

    basis: Basis
    sources: tuple[Provenance, ...]
    notes: Mapping[int, Notes]
    rows: tuple[bytes, ...]
    origins: tuple[bytes, ...]


def unpack(content: bytes) -> Opened:
    try:
        return _unpacked(zlib.decompress(content))
    except (zlib.error, struct.error, ValueError, KeyError, IndexError) as error:
        raise UnreadableSnapshot from error


def _unpacked(content: bytes) -> Opened:
    version, length = HEAD.unpack_from(content)
    if version != FORMAT:
        raise ValueError(f"format {version}")
    head = json.loads(content[HEAD.size : HEAD.size + length])
    basis, count = Basis.from_content(head["basis"]), head["rows"]
    start = HEAD.size + length
    middle = start + count * basis.layout.size
    cells = len(basis.measures) * len(basis.months) * ORIGIN.size
    if len(content) != middle + count * cells:
        raise ValueError("cut off")
    return Opened(
        basis=basis,
        sources=tuple(
            Provenance(date.fromisoformat(day), name, origin)
            for day, name, origin in head["sources"]
        ),
        notes={int(row): Notes.from_content(one) for row, one in head["notes"].items()},
        rows=_sliced(content[start:middle], basis.layout.size),
        origins=_sliced(content[middle:], cells) if cells else (b"",) * count,
    )


def _sliced(content: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(content[start : start + size] for start in range(0, len(content), size))


# -- one result -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """What a computing read about one person. ``origins``: {(month, measure): where from}."""

    inputs: Inputs
    row: bytes
    notes: Notes
    origins: Mapping[tuple[date, str], Provenance] = field(default_factory=dict)


def read_of(result: Result, opened: Opened | None = None) -> Read:
    """Everything the result follows from. Raises UnreadableSnapshot."""
    opened = opened or opened_part(result.run_id, result.part)
    try:
        row, cells = opened.rows[result.row], opened.origins[result.row]
    except IndexError as error:
        raise UnreadableSnapshot from error
    notes = opened.notes.get(result.row, NO_NOTES)
    inputs = inputs_from(opened.basis, row, notes)
    return Read(inputs, row, notes, _origins_in(cells, opened))


def opened_part(run_id: int, part: int) -> Opened:
    content = (
        RunSnapshot.objects.filter(run=run_id, part=part).values_list("content", flat=True).first()
    )
    if content is None:
        raise UnreadableSnapshot
    return unpack(bytes(content))


def _origins_in(cells: bytes, opened: Opened) -> dict[tuple[date, str], Provenance]:
    basis = opened.basis
    places = [(month, measure) for measure in basis.measures for month in basis.months]
    numbers = (number for (number,) in ORIGIN.iter_unpack(cells))
    return {
        place: opened.sources[number - 1]
        for place, number in zip(places, numbers, strict=True)
        if number
    }


def inputs_of(result: Result) -> Inputs:
    """Months, figures, ratings, averages … as the computing read them."""
    return read_of(result).inputs


def lines_of(result: Result) -> tuple[Line, ...]:
    """Every line, computed again by the pure rules from what the computing read."""
    return read_of(result).inputs.lines()


def agrees(result: Result) -> bool:
    """Whether what is stored is what the rules make of the snapshot, down to the fingerprint."""
    try:
        return agrees_with(result, read_of(result))
    except UnreadableSnapshot:
        return False


def agrees_with(result: Result, read: Read) -> bool:
    verdict, basis = verdict_of(read.inputs), read.inputs.basis
    fired = [one.code for one, has in zip(basis.indicators, verdict.fired, strict=True) if has]
    stored = (result.base, result.bonus, result.own, result.routine, result.total)
    if (tuple(result.points), result.vetoes) != (verdict.points, fired):
        return False
    if tuple(cents(one) for one in stored) != verdict.sums:
        return False
    key = result.participant.officer.id_hash
    written = read.notes.written()
    return result.fingerprint == fingerprint_of(basis, key, read.row, written, verdict.written())


# -- many results ----------------------------------------------------------------------------


def reads_of(results: Iterable[Result]) -> Iterator[tuple[Result, Read | None]]:
    """What each result rests on; each snapshot is opened once. None where it can't be read."""
    opened: dict[tuple[int, int], Opened | None] = {}
    for result in results:
        place = (result.run_id, result.part)
        if place not in opened:
            opened[place] = _opened(*place)
        part = opened[place]
        try:
            yield result, None if part is None else read_of(result, part)
        except UnreadableSnapshot:
            yield result, None


def _opened(run_id: int, part: int) -> Opened | None:
    try:
        return opened_part(run_id, part)
    except UnreadableSnapshot:
        return None
