"""Allowances recomputed by asking on each day who is paid what: slow, plain, beside the rules."""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cadres.rules.allowances import Held, Standard

Key = tuple[int, int]


def is_inside(day: date, start: date, end: date | None) -> bool:
    return start <= day and (end is None or day < end)


def is_payable(day: date, post: Held, rate: Standard) -> bool:
    is_away = any(is_inside(day, span.start, span.end) for span in post.away)
    return (
        post.kind == rate.kind
        and not post.is_void
        and is_inside(day, post.start, post.end)
        and (post.left_on is None or day < post.left_on)
        and is_inside(day, rate.start, rate.end)
        and not (post.nature == "acting" and not rate.pays_acting)
        and not (post.nature == "seconded_in" and not rate.pays_seconded_in)
        and not (is_away and not rate.pays_seconded_out)
    )


def paid_on(day: date, posts: list[Held], standards: list[Standard]) -> Iterator[Key]:
    """What one officer with these posts is paid on that day: (appointment, standard)."""
    payable = [(post, rate) for post in posts for rate in standards if is_payable(day, post, rate)]
    yield from ((post.id, rate.id) for post, rate in payable if rate.is_summed)
    highest = [pair for pair in payable if not pair[1].is_summed]
    if highest:
        most = max(rate.amount for _post, rate in highest)
        of_most = [pair for pair in highest if pair[1].amount == most]
        earliest = min(post.start for post, _rate in of_most)
        of_earliest = [pair for pair in of_most if pair[0].start == earliest]
        post, rate = min(of_earliest, key=lambda pair: pair[0].id)
        yield post.id, rate.id


def day_by_day(
    held: Iterable[Held], standards: list[Standard], month: date
) -> dict[Key, tuple[int, Decimal]]:
    """Days and due of each appointment and standard with a day paid."""
    officers: dict[int, list[Held]] = defaultdict(list)
    for post in held:
        officers[post.officer].append(post)
    month_days = monthrange(month.year, month.month)[1]
    days: Counter[Key] = Counter()
    for number in range(1, month_days + 1):
        for posts in officers.values():
            days.update(paid_on(month.replace(day=number), posts, standards))
    rates = {rate.id: rate.amount for rate in standards}
    cent = Decimal("0.01")
    return {
        key: (count, (rates[key[1]] * count / month_days).quantize(cent, ROUND_HALF_UP))
        for key, count in days.items()
    }
