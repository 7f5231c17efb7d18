"""Statements that Django's models cannot say: triggers and exclusions, by database engine."""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper


def run_statements(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
