"""Putting several words into one sentence as the reader's language does."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(words: Iterable[object]) -> str:
    """One after another: 'a, b' in English, 'a、b' in Chinese."""
    return pgettext("between the items of a list", ", ").join(map(str, words))


def percentage(number: object) -> str:
    """A number with its sign: '82 %' in English, '82%' in Chinese."""
    return pgettext("a number in per cent", "%(number)s %%") % {"number": number}


def bracketed(word: object, note: object) -> str:
    """A word and what is said of it: 'a (b)' in English, 'a（b）' in Chinese."""
    text = pgettext("a word and what is said of it", "%(word)s (%(note)s)")
    return text % {"word": word, "note": note}
