"""Why people leave, as counts that show nobody. Pure.

Years are taken together until at least one cause was the main one of five people, and are never
counted twice: two tables that overlapped in time could be subtracted.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from retention.rules.groups import MINIMUM, shown

Counts = Mapping[str, int]
K = TypeVar("K", bound=Hashable)

# What every court starts with: code, Chinese, English. The first three lead in surveys [S].
CAUSES = (
    ("pay", "收入待遇", "Pay"),
    ("caseload", "案件负担", "Caseload"),
    ("pressure", "精神压力", "Mental pressure"),
    ("family", "家庭原因", "Family"),
    ("promotion", "晋升发展", "Promotion"),
    ("distance", "通勤距离", "Distance to work"),
    ("health", "身体健康", "Health"),
    ("other", "其他", "Other"),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often causes were given by those who left.

    ``leavers`` all of them, ``coded`` those whose causes were coded; ``main`` and ``any`` by
    code; ``talks`` the interviews whose answers may be used, ``said`` the main cause named there.
    """

    leavers: int = 0
    coded: int = 0
    main: Counts = field(default_factory=dict)
    any: Counts = field(default_factory=dict)
    talks: int = 0
    said: Counts = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            leavers=self.leavers + other.leavers,
            coded=self.coded + other.coded,
            main=_sum(self.main, other.main),
            any=_sum(self.any, other.any),
            talks=self.talks + other.talks,
            said=_sum(self.said, other.said),
        )


def _sum(one: Counts, other: Counts) -> dict[str, int]:
    return {code: one.get(code, 0) + other.get(code, 0) for code in {**one, **other}}


@dataclass(frozen=True, slots=True)
class Window:
    """Years whose causes are shown together; not ``is_whole``: still too few to show any."""

    first: int
    last: int
    is_whole: bool


def windows(tallies: Mapping[int, Tally]) -> list[Window]:
    """Consecutive stretches of the years, each just long enough to show a main cause."""
    found: list[Window] = []
    first: int | None = None
    together = Tally()
    for year in sorted(tallies):
        first = year if first is None else first
        together += tallies[year]
        if any(count is not None for count in shown_main(together).values()):
            found.append(Window(first, year, is_whole=True))
            first, together = None, Tally()
    if first is not None:
        found.append(Window(first, max(tallies), is_whole=False))
    return found


def shown_main(tally: Tally) -> dict[str, int | None]:
    """How many gave each cause as the main one; None where that is hidden."""
    return shown(tally.main)


def shown_said(tally: Tally) -> dict[str, int | None]:
    return shown(tally.said)


def shown_any(tally: Tally) -> dict[str, int | None]:
    """How many gave each cause at all; None where that is hidden.

    Hidden are fewer than five, fewer than five others, and a count so near to that of the main
    cause that the few who gave it as a second one could be told.
    """
    main = shown_main(tally)
    return {code: _any_shown(count, main.get(code), tally) for code, count in tally.any.items()}


def _any_shown(count: int, as_main: int | None, tally: Tally) -> int | None:
    if count < MINIMUM or tally.coded - count < MINIMUM:
        return None
    if as_main is not None and 0 < count - as_main < MINIMUM:
        return None
    return count


def is_apart(part: Tally, whole: Tally) -> bool:
    """Whether a unit's causes may be shown beside those of its court.

    No count of the unit, subtracted from the court's, may leave one to four people.
    """
    if whole.leavers - part.leavers in range(1, MINIMUM):
        return False
    pairs = [
        (whole.coded, part.coded),
        (whole.talks, part.talks),
        *_pairs(whole.main, part.main),
        *_pairs(whole.any, part.any),
        *_pairs(whole.said, part.said),
    ]
    return all(more - less not in range(1, MINIMUM) for more, less in pairs if less >= MINIMUM)


def _pairs(whole: Counts, part: Counts) -> Iterable[tuple[int, int]]:
    return ((whole.get(code, 0), count) for code, count in part.items())


def units_apart(units: Iterable[tuple[K, K | None, Tally]]) -> frozenset[K]:
    """Units whose causes may be shown together, of (unit, unit above, tally) from the top down.

    What a unit shows is compared with every unit shown above it, alone and together with what
    else is shown below that one. A hidden unit stands between nobody.
    """
    over: dict[K | None, tuple[K, ...]] = {}
    shown_of: dict[K, Tally] = {}
    below: dict[K, Tally] = {}
    for unit, parent, tally in units:
        above = over.get(parent, ())
        over[unit] = above
        nearest = above[-1:]
        together = [below[one] + _seen(tally) for one in nearest]
        if any(not is_apart(one, shown_of[up]) for one in (tally, *together) for up in above):
            continue
        for one in nearest:
            below[one] += _seen(tally)
        over[unit] = (*above, unit)
        shown_of[unit], below[unit] = tally, Tally()
    return frozenset(shown_of)


def _seen(tally: Tally) -> Tally:
    """What of a tally may be shown at most: fewer than five are never."""
    return Tally(
        leavers=_enough(tally.leavers),
        coded=_enough(tally.coded),
        main={code: _enough(count) for code, count in tally.main.items()},
        any={code: _enough(count) for code, count in tally.any.items()},
        talks=_enough(tally.talks),
        said={code: _enough(count) for code, count in tally.said.items()},
    )


def _enough(count: int) -> int:
    return count if count >= MINIMUM else 0


def sums(tallies: Mapping[int, Tally], windows_: Sequence[Window]) -> dict[Window, Tally]:
    """The tally of each stretch of years."""
    return {
        window: sum(
            (tally for year, tally in tallies.items() if window.first <= year <= window.last),
            Tally(),
        )
        for window in windows_
    }
