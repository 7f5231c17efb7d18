"""Document numbers as they are printed: 示组通〔2026〕12号."""

import re
import unicodedata

# The year stands in hexagonal brackets (GB/T 9704-2012, 7.2.5); keyboards offer the others.
_YEAR = re.compile(r"\s*[\[【（(［〔]\s*(\d{4})\s*[\]】）)］〕]\s*")


def document_number(text: str) -> str:
    """One spelling for one document: 组通[2026] 12 号, in whatever width, is 组通〔2026〕12号."""
    plain = "".join(_narrow(char) for char in text)
    plain = _YEAR.sub(r"〔\1〕", " ".join(plain.split()))
    return re.sub(r"〕(\d+)\s+号", r"〕\1号", plain)


def _narrow(char: str) -> str:
    is_letter_or_digit = unicodedata.category(char)[0] in "LN" and "\uff01" <= char <= "\uff5e"
    return unicodedata.normalize("NFKC", char) if is_letter_or_digit else char
