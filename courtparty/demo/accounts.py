"""The demo's passwords: made anew for each data folder, kept in it for its owner only."""

import os
from pathlib import Path

from django.conf import settings

FILE = Path(settings.DATA_DIR) / "demo-accounts.txt"


def keep_password(lines: list[str]) -> None:
    descriptor = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def accounts_text() -> list[str]:
    if not FILE.exists():
        return [f"The demo court is there, but {FILE} with its passwords is not."]
    return FILE.read_text(encoding="utf-8").splitlines()
