"""Days are the court's own: a moment is stored as in Greenwich, eight hours behind."""

import ast

from tests.source import nodes

# Rules get a moment in local time, which their docstrings say; readers of workbooks get no moment.
PLAIN = ("rules/", "courtparty/lib/")


def _is_moment(node: ast.AST) -> bool:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return name == "at" or name.endswith("_at")


def _takes_a_day(node: ast.AST) -> bool:
    """``at.date()``, ``row.made_at.month``, ``f"{at:%Y-%m-%d}"``: each a day in Greenwich."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("date", "year", "month", "day", "hour") and _is_moment(node.value)
    return (
        isinstance(node, ast.FormattedValue) and bool(node.format_spec) and _is_moment(node.value)
    )


def test_no_day_is_read_off_a_moment_without_its_time_zone():
    found = [
        f"{path}:{node.lineno}"
        for path, node in nodes()
        if _takes_a_day(node) and not any(part in path for part in PLAIN)
    ]
    assert found == []
