"""Where canaries are looked for: every page a role can open, and every column of the database."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

from django.apps import apps
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import Resolver404, URLResolver, resolve, reverse

from tests.access import OWN
from tests.test_access import TABLE

WRITING = re.compile(r'^(?:INSERT (?:OR IGNORE )?INTO|UPDATE) "(\w+)"')


def text_of(response: Any) -> str:
    """Headers and content; of workbooks, documents and archives all parts inside."""
    content = b"".join(response) if response.streaming else response.content
    headers = unquote(" ".join(f"{name}: {value}" for name, value in response.items()))
    return headers + "\n" + "\n".join(_texts(content))


def _texts(content: bytes) -> Iterator[str]:
    if not content.startswith(b"PK"):
        yield content.decode(errors="replace")
        return
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name
            yield from _texts(archive.read(name))


def stored_rows(tables: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """Every column of ``tables``, or of all, as the database holds it: (table.column, its text)."""
    with connection.cursor() as cursor:
        for table in tables or connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            columns = [one[0] for one in cursor.description]
            for column, *values in zip(columns, *cursor.fetchall(), strict=True):
                yield f"{table}.{column}", "\n".join(map(_as_text, values))


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """The tables that rows are added to or changed in meanwhile."""
    tables: set[str] = set()

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        tables.update(WRITING.findall(sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield tables


def _as_text(value: object) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode(errors="replace")
    text = str(value)
    return text.encode().decode("unicode_escape", errors="replace") if "\\u" in text else text


# -- opening everything ----------------------------------------------------------------------------

# Roles that are no role of the table: which of its roles they try the addresses of.
LIKE = {"colleague": OWN, "other_head": "head", "other_secretary": "branch_secretary"}
# None of these reads retention (test_screening_apart and the import contracts), so of each of their
# pages the one that its first reader gets will do.
APART = ("cadres:", "appraisal:", "accounts:")
SKIPPED = {"sign_out", "set_language", "healthz"}
# What is shown only after a word: the reason for a file or a leave, an emergency.
DOORS = [
    ("retention:health_file", "officer"),
    ("retention:leave_reason", "sick_leave"),
    ("retention:leave_reason", "private_leave"),
    ("retention:break_glass_open", "opening"),
    ("retention:break_glass_open", "opening_of_head"),
    ("retention:my_health_download", ""),
]
LINK = re.compile(r'href="(/[^"#]*)')
# Links are followed where no page of the kind has been seen, without or with a query.
FOLLOWED = ("retention:", "admin:retention", "audit:", "notices:", "admin:index")


def bare_refusals(patch: Any) -> None:
    """A page that refuses is given no record: its frame is not drawn a thousand times, and why it
    refuses (more than its page says) is looked at instead."""
    patch.setattr(URLResolver, "resolve_error_handler", lambda self, code: partial(_refused, code))


def _refused(code: int, request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(str(exception), status=code)


def pages_of(world: SimpleNamespace, client: Client, role: str) -> Iterator[tuple[str, str]]:
    """Everything ``role`` can open, by its own addresses and by the links found on the way.

    The name of each address, and the text of its answer.
    """
    yield from _behind_doors(world, client)
    own = dict.fromkeys(_addresses(world, role))
    waiting, known, answered = list(own), set(own), set()
    while waiting:
        address = waiting.pop(0)
        kind = _kind_of(address)
        if address not in own and kind in answered:
            continue
        response = client.get(address)
        assert response.status_code < 500, address
        if response.status_code == 200:
            answered.add(kind)
        text = text_of(response)
        yield kind[0], text
        found = [one for one in map(unescape, LINK.findall(text)) if one not in known]
        known.update(found)
        waiting += [one for one in dict.fromkeys(found) if _kind_of(one)[0].startswith(FOLLOWED)]


def _addresses(world: SimpleNamespace, role: str) -> Iterator[str]:
    """What the role may open by the table of test_access, and every single record of retention."""
    for name, row in TABLE.items():
        readers = (row.get or [])[: 1 if name.startswith(APART) else None]
        if name not in SKIPPED and LIKE.get(role, role) in readers:
            yield reverse(name, args=row.args(world)) + row.query
    for model in apps.get_app_config("retention").get_models():
        if hasattr(model, "get_absolute_url"):
            for one in model._base_manager.order_by("pk"):
                yield one.get_absolute_url()


def _behind_doors(world: SimpleNamespace, client: Client) -> Iterator[tuple[str, str]]:
    for name, record in DOORS:
        address = reverse(name, args=[getattr(world, record).pk] if record else [])
        yield name, text_of(client.post(address, {"reason": "checkup"}, follow=True))


def _kind_of(address: str) -> tuple[str, bool]:
    path, _mark, query = address.partition("?")
    try:
        return resolve(path).view_name, bool(query)
    except Resolver404:
        return "", bool(query)
