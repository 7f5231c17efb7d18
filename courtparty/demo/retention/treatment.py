"""What everybody is due, computed; and what was received, from a workbook and by hand.

The invented roster gives the day of a rank and no wage step, and knows no step that followed, so
that everybody would wait for years. The office would bring in its records: so does the demo, and
leaves a few out.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from courtparty.demo.retention.cast import Cast
from courtparty.lib.xlsx import write_table
from retention.models import Entitlement, EntitlementKind
from retention.rules.entitlements import add_months
from retention.rules.received import HEADINGS, KIND_WORDS, VARIANT_WORDS
from retention.services.entitlement_computing import compute_court
from retention.services.received import enter_received
from retention.services.received_imports import import_received_file

Kind = EntitlementKind
RANKS = (Kind.RANK_STEP, Kind.JUDGE_RANK_STEP)
COLUMNS = ("name", "id_number", "kind", "variant", "received_on", "period", "quantity", "document")
# Of so many steps in rank one is late, by so many days at most.
ONE_LATE_IN, LATEST = 12, 60
# And one month's allowance is not in the workbook.
LEFT_OUT = 1


def fill_treatment(cast: Cast) -> None:
    for _progress in compute_court(court_id=cast.court.pk, by=cast.political, on=cast.on):
        pass
    _import(cast)
    enter_received(
        officer_id=cast.officer.pk,
        kind=Kind.MAKEUP_REST,
        variant="",
        received_on=cast.ago(2),
        period=cast.ago(25).isoformat(),
        quantity=Decimal("2.00"),
        document="",
        by=cast.political,
        on=cast.on,
    )


def _import(cast: Cast) -> None:
    content = write_table(
        title="待遇落实台账（演示）",
        headings=[HEADINGS[name][0] for name in COLUMNS],
        rows=_rows(cast),
        text_columns=[1],
    )
    plan = import_received_file(
        content, filename="待遇落实台账.xlsx", court=cast.court, by=cast.political, on=cast.on
    )
    if plan.has_errors:
        raise RuntimeError("the demo's own workbook has errors")


def _rows(cast: Cast) -> Iterator[list[object]]:
    """A line for each step in rank or pay that is late, or whose beginning nobody knows."""
    late_or_missing = Entitlement.objects.filter(court=cast.court, state__in=["due", "missing"])
    wanted = late_or_missing.exclude(due_on__gte=cast.on).select_related("officer").order_by("pk")
    for place, one in enumerate(wanted.filter(kind__in=RANKS)):
        yield from _row(one, _rank_day(cast, one, place))
    for one in wanted.filter(kind=Kind.WAGE_STEP):
        yield from _row(one, date(cast.on.year - 1, 1, 1))
    for one in list(wanted.filter(kind=Kind.ALLOWANCE))[:-LEFT_OUT]:
        yield from _row(one, cast.ago(10))


def _rank_day(cast: Cast, one: Entitlement, place: int) -> date:
    """Some day of the last two years, or for a few one so early that the next step is late."""
    if one.kind == Kind.RANK_STEP and place % ONE_LATE_IN == 0:
        return add_months(cast.on, -24) - timedelta(days=1 + place % LATEST)
    return cast.ago(30 + place * 53 % 600)


def _row(one: Entitlement, day: date) -> Iterator[list[object]]:
    """In the order of COLUMNS; nothing for somebody too new to have received it by then."""
    officer = one.officer
    if officer.work_since and day < officer.work_since.first:
        return
    owed = (one.quantity or Decimal(1)) - one.received
    is_paid = one.kind == Kind.ALLOWANCE
    variant = VARIANT_WORDS.get(one.period.partition(":")[0], ("",))[0]
    yield [
        officer.name,
        officer.id_number,
        KIND_WORDS[one.kind][0],
        variant,
        day.isoformat(),
        one.period if is_paid else "",
        owed if is_paid else 1,
        f"示政〔{day.year}〕{day.month}号",
    ]
