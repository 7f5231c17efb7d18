"""Many new rows at once: PostgreSQL's COPY takes them many times faster than statements do."""

from collections.abc import Iterable, Sequence
from io import StringIO

from django.db import connection

# What COPY reads as more than the character itself.
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Put ``rows`` of plain values into ``table``; None is null. Only on PostgreSQL.

    ``table`` and ``columns`` are names of ours. Raises IntegrityError as an insert would.
    """
    text = StringIO("".join(map(_line, rows)))
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', text)


def _line(row: Sequence[object]) -> str:
    values = ("\\N" if one is None else str(one).translate(_ESCAPED) for one in row)
    return "\t".join(values) + "\n"
