"""Putting several words into one sentence as the reader's language does."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(words: Iterable[object]) -> str:
    """One after another: 'a, b' in English, 'a、b' in Chinese."""
    return pgettext("between the items of a list", ", ").join(map(str, words))
