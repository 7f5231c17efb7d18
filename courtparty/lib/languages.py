"""Which language the reader has, for texts that the database keeps in both."""

from django.utils.translation import get_language


def in_english() -> bool:
    return (get_language() or "").startswith("en")
