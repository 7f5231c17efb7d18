"""A PostgreSQL database made for one measurement and thrown away."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2

SERVER = os.environ.get("BENCH_SERVER", "postgresql://127.0.0.1:5432/postgres")
NAME = f"courtparty_bench_{os.getpid()}"


def url() -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{NAME}"))


@contextmanager
def fresh() -> Iterator[str]:
    _on_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    _on_server(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield url()
    finally:
        _on_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _on_server(statement: str) -> None:
    try:
        connection = psycopg2.connect(SERVER)
    except psycopg2.OperationalError as failure:
        raise SystemExit(
            f"No PostgreSQL at {SERVER}: install and start it (apt-get install postgresql), "
            f"or set BENCH_SERVER. {failure}"
        ) from None
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
