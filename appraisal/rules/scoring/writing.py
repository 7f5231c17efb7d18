"""The one rounding of points, and one writing for one content. Pure."""

import hashlib
import json
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


def rounded(value: Decimal) -> Decimal:
    """The one place where points are rounded: half up, two places."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def percentage(share: Decimal) -> Decimal:
    """A share of one as a percentage with two places, as court bulletins print it."""
    return rounded(share * HUNDRED)


def plain(value: Decimal) -> str:
    """28.0000 as 28, 27.9000 as 27.9: one writing for one number, on every database."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def canonical(content: Any) -> bytes:
    """JSON with one writing for one content, to the byte."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def fingerprint(content: Any) -> str:
    """SHA-256 of the canonical writing."""
    return hashlib.sha256(canonical(content)).hexdigest()


def fingerprint_of_all(fingerprints: Iterable[tuple[str, str]]) -> str:
    """One fingerprint over many (stable name, fingerprint) pairs, in whatever order they come."""
    return fingerprint(sorted(fingerprints))
