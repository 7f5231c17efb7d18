"""The yearly figures on hardship help, with every group too small to be shown left out. Pure.

People are counted, not cases: five cases of one person are a group of one. What is shown follows
retention.rules.groups, for each figure by the people behind that figure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

from retention.rules.groups import MINIMUM, publishable

Groups = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One case of the year: whose, of which kind, days to the first help, rating."""

    officer: int
    kind: str
    days: int | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class PaidFact:
    """One amount paid in a case of ``case_kind``, by the kind of the measure."""

    officer: int
    case_kind: str
    kind: str
    amount: Decimal


def year_figures(
    cases: Sequence[CaseFact],
    paid: Sequence[PaidFact],
    *,
    kinds: Sequence[str],
    measure_kinds: Sequence[str],
) -> dict[str, Any]:
    """What the report shows. None is a figure that is left out; amounts and shares are texts."""
    people = publishable({"kind": _groups(cases, kinds, _kind)})["kind"]
    helped = [one for one in cases if one.days is not None]
    in_days = publishable({"kind": _groups(helped, kinds, _kind)})["kind"]
    rated = [one for one in cases if one.rating is not None]
    stars = [str(one) for one in range(1, 6)]
    by_rating = publishable(
        {"kind": _groups(rated, kinds, _kind), "stars": _groups(rated, stars, _stars)}
    )
    by_paid = publishable(
        {
            "kind": _groups(paid, kinds, _case_kind),
            "measure": _groups(paid, measure_kinds, _kind),
        }
    )
    if _tell_payments(paid, by_paid):
        by_paid["kind"] = frozenset()
    return {
        "total": _total(cases, helped, rated, paid),
        "kinds": [
            {
                "kind": kind,
                "people": _people(cases, kind) if kind in people else None,
                "days": _days(helped, kind) if kind in in_days else None,
                "rating": _rating(rated, kind) if kind in by_rating["kind"] else None,
                "amount": _sum(paid, _case_kind, kind) if kind in by_paid["kind"] else None,
            }
            for kind in kinds
        ],
        "measures": [
            {
                "kind": kind,
                "people": (
                    len({one.officer for one in paid if one.kind == kind})
                    if kind in by_paid["measure"]
                    else None
                ),
                "amount": _sum(paid, _kind, kind) if kind in by_paid["measure"] else None,
            }
            for kind in measure_kinds
        ],
        "ratings": [
            {
                "rating": int(star),
                "people": (
                    len({one.officer for one in rated if one.rating == int(star)})
                    if star in by_rating["stars"]
                    else None
                ),
            }
            for star in stars
        ],
    }


def _tell_payments(paid: Sequence[PaidFact], shown: Mapping[str, frozenset[str]]) -> bool:
    """Whether an amount by kind and one by measure differ by the payments to a few people.

    The same people may stand behind both, and still one of them have been paid more in one.
    """
    for kind, measure in product(shown["kind"], shown["measure"]):
        one = {place for place, fact in enumerate(paid) if fact.case_kind == kind}
        other = {place for place, fact in enumerate(paid) if fact.kind == measure}
        between = {paid[place].officer for place in one ^ other}
        if (one <= other or other <= one) and 0 < len(between) < MINIMUM:
            return True
    return False


def _total(
    cases: Sequence[CaseFact],
    helped: Sequence[CaseFact],
    rated: Sequence[CaseFact],
    paid: Sequence[PaidFact],
) -> dict[str, Any]:
    people = len({one.officer for one in cases})
    amount = sum((one.amount for one in paid), Decimal(0))
    return {
        "people": people if people >= MINIMUM else None,
        "days": _average([one.days for one in helped], "1") if _is_enough(helped) else None,
        "rating": _average([one.rating for one in rated], "0.1") if _is_enough(rated) else None,
        "amount": str(amount) if _is_enough(paid) else None,
    }


def _is_enough(facts: Iterable[CaseFact | PaidFact]) -> bool:
    return len({one.officer for one in facts}) >= MINIMUM


def _groups(facts: Iterable[Any], names: Sequence[str], name_of: Callable[[Any], str]) -> Groups:
    return {name: frozenset(one.officer for one in facts if name_of(one) == name) for name in names}


def _kind(one: Any) -> str:
    return str(one.kind)


def _case_kind(one: PaidFact) -> str:
    return one.case_kind


def _stars(one: CaseFact) -> str:
    return str(one.rating)


def _people(cases: Iterable[CaseFact], kind: str) -> int:
    return len({one.officer for one in cases if one.kind == kind})


def _days(helped: Iterable[CaseFact], kind: str) -> str:
    return _average([one.days for one in helped if one.kind == kind], "1")


def _rating(rated: Iterable[CaseFact], kind: str) -> str:
    return _average([one.rating for one in rated if one.kind == kind], "0.1")


def _sum(paid: Iterable[PaidFact], name_of: Callable[[Any], str], name: str) -> str:
    return str(sum((one.amount for one in paid if name_of(one) == name), Decimal(0)))


def _average(values: Sequence[int | None], step: str) -> str:
    known = [one for one in values if one is not None]
    average = Decimal(sum(known)) / len(known)
    return str(average.quantize(Decimal(step), rounding=ROUND_HALF_UP))
