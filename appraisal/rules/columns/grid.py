"""Figures as they come from the database, laid out by person, measure and month. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.rules.columns.amounts import Flags, Ints
from appraisal.rules.evidence import NONE

# One figure in the bytes that the database sends: days are counted from any one day on.
FIGURE = np.dtype(
    [
        ("officer", ">i8"),
        ("measure", ">i8"),
        ("month", ">i4"),
        ("value", ">i8"),
        ("as_of", ">i4"),
        ("source", ">i8"),
    ]
)
# Room for the source's number beside the as-of day in one key.
SOURCES = 2**40


@dataclass(frozen=True, slots=True)
class Grid:
    """Ten-thousandths [people, measures, months], and where each came from.

    ``origins`` are places in ``sources`` counted from 1, 0 where there is no figure; a source is
    an as-of day and the number of a delivery.
    """

    figures: Ints
    origins: NDArray[np.uint32]
    sources: list[tuple[int, int]]

    def reported(self) -> Flags:
        """In which months anything was reported: [people, months]."""
        return (self.figures != NONE).any(axis=1)

    def chosen(
        self, rows: Sequence[int], measures: Sequence[int | None]
    ) -> tuple[Ints, NDArray[np.uint32]]:
        """Some people and measures; a measure that is not in the table has no figures."""
        known = [place for place, measure in enumerate(measures) if measure is not None]
        shape = (len(rows), len(measures), self.figures.shape[2])
        figures = np.full(shape, NONE, dtype=np.int64)
        origins = np.zeros(shape, dtype=np.uint32)
        if known:
            taken = np.ix_(rows, [measure for measure in measures if measure is not None])
            figures[:, known], origins[:, known] = self.figures[taken], self.origins[taken]
        return figures, origins


def figures_in(content: memoryview) -> NDArray[Any]:
    """Figures as the database packs them."""
    return np.frombuffer(content, dtype=FIGURE)


def figures_from(rows: Sequence[tuple[int, ...]]) -> NDArray[Any]:
    """The same from plain rows: officer, measure, month, value, as-of day, source."""
    return np.array(rows, dtype=FIGURE)


def flags(rows: Sequence[Sequence[bool]], width: int) -> Flags:
    return np.array(rows, dtype=np.bool_).reshape(len(rows), width)


def integers(rows: Sequence[Any], *width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), *width)


def grid_of(
    figures: NDArray[Any], *, officers: Sequence[int], measures: Sequence[int], months: list[int]
) -> Grid:
    """Every figure at its place. Officers, measures and months are those that there are."""
    shape = (len(officers), len(measures), len(months))
    values = np.full(shape, NONE, dtype=np.int64)
    origins = np.zeros(shape, dtype=np.uint32)
    where = (
        _places(figures["officer"], officers),
        _places(figures["measure"], measures),
        _places(figures["month"], months),
    )
    values[where] = figures["value"]
    keys = figures["as_of"].astype(np.int64) * SOURCES + figures["source"]
    found, which = np.unique(keys, return_inverse=True)
    origins[where] = which + 1
    sources = [divmod(key, SOURCES) for key in found.tolist()]
    return Grid(values, origins, sources)


def _places(numbers: NDArray[Any], known: Sequence[int]) -> Ints:
    """At which place of ``known`` each of the numbers stands."""
    asked = np.array(known, dtype=np.int64)
    order = np.argsort(asked)
    found = np.searchsorted(asked, numbers.astype(np.int64), sorter=order)
    return order[found]


def origins_written(origins: NDArray[np.uint32]) -> bytes:
    """Four bytes for each figure, in the order of the rows."""
    return np.ascontiguousarray(origins.astype(">u4")).tobytes()
