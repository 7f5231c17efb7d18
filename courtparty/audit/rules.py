"""The hash chain over log entries. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64


def entry_hash(content: Mapping[str, Any], *, prev_hash: str) -> str:
    """SHA-256 over the previous hash and the entry's content as canonical JSON, 64 hex digits."""
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{prev_hash}\n{text}".encode()).hexdigest()
