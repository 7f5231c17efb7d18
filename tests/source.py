"""The product's own code as syntax trees, for tests that look for what must not stand in it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ["courtparty", "cadres", "retention", "appraisal"]


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Every node with the path of its file from the root."""
    for path in (one for app in APPS for one in sorted((ROOT / app).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield str(path.relative_to(ROOT)), node
