"""Loading a library without what it would take along."""

import importlib
import sys


def import_without(name: str, *others: str) -> None:
    """Import ``name`` as if ``others`` were not installed; they can still be imported later.

    For optional helpers that every process would pay for in memory and none would use.
    """
    hidden = [other for other in others if other not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        importlib.import_module(name)
    finally:
        for other in hidden:
            del sys.modules[other]
