"""Locks of rows that others point at: none of them may wait for a foreign key's own check."""

import ast

from tests.source import nodes


def locks_without_no_key() -> list[str]:
    return [
        f"{path}:{node.lineno}"
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
        and not any(word.arg == "no_key" for word in node.keywords)
    ]


def test_every_lock_leaves_the_key_to_the_checks_of_foreign_keys():
    """PostgreSQL checks them at the end of a transaction, when it holds other rows already."""
    assert locks_without_no_key() == []
