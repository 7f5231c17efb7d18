"""What an address asks for: anybody can type anything there, so nothing of it may be an error."""

# The largest number of a row has nineteen figures.
LONGEST_NUMBER = 18


def asked_number(text: str) -> int | None:
    """The number of a row as an address names it; None for what can be none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if is_number else None


def asked_words(text: str, *, longest: int = 60) -> str:
    """Words to look for, without the character that PostgreSQL refuses."""
    return text.replace("\x00", "").strip()[:longest]
