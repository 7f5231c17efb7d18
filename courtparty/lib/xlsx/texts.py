"""Texts with named places, filled in when they are shown and so in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise, lazy

from courtparty.lib.words import listed


class _Values(dict[str, Any]):
    """The values of a text's places. One that was not given shows as '?', and breaks no page."""

    def __missing__(self, name: str) -> str:
        return "?"

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, list | tuple):
            return listed(value)
        return value


def _fill(text: str | Promise, values: Mapping[str, Any]) -> str:
    return str(text) % _Values(values)


_fill_lazily = lazy(_fill, str)


def fill(text: str | Promise, values: Mapping[str, Any]) -> str:
    """``text`` with its %(name)s places filled, translated only when it is shown."""
    return _fill_lazily(text, dict(values))
