"""Counting the rows of many queries in one statement, written once and asked many times."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import ForeignObjectRel, QuerySet
from django.db.models.sql.datastructures import Join

T = TypeVar("T")


class Kept(Generic[T]):
    """What was made once for a key, for at most so many keys; the oldest makes room.

    For statements: a key has to name everything that their words depend on.
    """

    def __init__(self, at_most: int) -> None:
        self.at_most = at_most
        self._made: dict[Hashable, T] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = make()
            while len(self._made) > self.at_most:
                self._made.pop(next(iter(self._made)), None)
        return made

    def __len__(self) -> int:
        return len(self._made)


@dataclass(frozen=True, slots=True)
class Statement:
    """A query as SQL with its parameters.

    Putting a union of fifty queries into words takes the ORM several times as long as the
    database needs to answer it; a start page keeps the words, and asks anew each time.
    PostgreSQL needs as long again to plan it, so there the plan is kept too.
    """

    sql: str
    params: tuple[Any, ...]

    def rows(self) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql" and len(self.sql) > WORTH_A_PLAN:
                self._execute_prepared(cursor)
            else:
                cursor.execute(self.sql, self.params)
            return cursor.fetchall()

    def _execute_prepared(self, cursor: Any) -> None:
        """By the plan that this connection has for it, made before if need be."""
        prepared = _PREPARED.setdefault(connection.connection, {})
        if name := prepared.get(self):
            cursor.execute(f"EXECUTE {name}")
            return
        name = f"counted_{next(_NUMBERS)}"
        # With its parameters in place there is one plan for it, kept from the first time on.
        words = cursor.mogrify(self.sql, self.params).decode()
        steps = [f"PREPARE {name} AS {words}", f"EXECUTE {name}"]
        while len(prepared) >= PREPARED_AT_MOST:
            steps.insert(0, f"DEALLOCATE {prepared.pop(next(iter(prepared)))}")
        cursor.execute("; ".join(steps))
        prepared[self] = name


# Characters; what is shorter is planned in the time it takes to ask.
WORTH_A_PLAN = 10_000
# For one connection, 2 to 3 MB of the server's each.
PREPARED_AT_MOST = 6
_PREPARED: WeakKeyDictionary[Any, dict[Statement, str]] = WeakKeyDictionary()
_NUMBERS = count()


def statement_of(query: QuerySet[Any]) -> Statement:
    sql, params = query.query.sql_with_params()
    return Statement(sql, tuple(params))


# Further than this nobody reads a count: the pages show "1,000+", and the list behind it has the
# exact number. So a start page takes as long in a court of fifty thousand as in one of a hundred.
COUNTED_TO = 1_000


class UpTo(int):
    """A count that stops after ``COUNTED_TO``; one above stands for any higher, and says so."""

    def __str__(self) -> str:
        return format(self, ",")

    def __format__(self, spec: str) -> str:
        if self > COUNTED_TO:
            return f"{COUNTED_TO:,}+"
        return format(int(self), spec or ",")


@dataclass(frozen=True, slots=True)
class Counting:
    """How many rows each of some queries has, asked in one statement."""

    size: int
    statement: Statement | None

    def counts(self) -> list[UpTo]:
        """In the order of the queries; one query, none for nothing asked."""
        found = dict(self.statement.rows()) if self.statement else {}
        # What can have no row is not asked for: its count is zero.
        return [UpTo(found.get(place, 0)) for place in range(self.size)]


def counting_of(queries: Sequence[QuerySet[Any]]) -> Counting:
    """Queries that can have no row by themselves are not asked at all."""
    parts = [part for place, rows in enumerate(queries) if (part := _part(place, rows))]
    if not parts:
        return Counting(len(queries), None)
    sql = " UNION ALL ".join(part.sql for part in parts)
    params = tuple(param for part in parts for param in part.params)
    return Counting(len(queries), Statement(sql, params))


def _part(place: int, rows: QuerySet[Any]) -> Statement | None:
    keys = rows.order_by().values("pk")
    # Only where a row can come more than once: to tell them apart, all of them have to be read.
    keys = keys.distinct() if _may_repeat(rows) else keys
    try:
        found = statement_of(keys[: COUNTED_TO + 1])
    except EmptyResultSet:
        return None
    # A number and what the ORM wrote: no word of a reader's.
    sql = f"SELECT {place} AS asked_as, COUNT(*) AS rows_found FROM ({found.sql}) AS found"  # noqa: S608
    return Statement(sql, found.params)


def _may_repeat(rows: QuerySet[Any]) -> bool:
    """Whether ``rows`` are joined to something that there can be several of for each."""
    fields = [join.join_field for join in rows.query.alias_map.values() if isinstance(join, Join)]
    back = [field for field in fields if isinstance(field, ForeignObjectRel)]
    return any(not field.one_to_one for field in back)
