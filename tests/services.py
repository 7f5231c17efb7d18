"""What some tests need of the machine, and how to get it where it is missing."""

import os
import shutil
from functools import cache

import pytest

HOW_TO_GET = {
    "browser": "apt-get install chromium fonts-noto-cjk",
    "services": (
        "DATABASE_URL=postgresql://USER@127.0.0.1/DATABASE "
        "CELERY_BROKER_URL=redis://127.0.0.1:6379/0 bin/test"
    ),
}


@cache
def chromium() -> str | None:
    """The browser's path: CHROMIUM, or one of the names Debian and others give it."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def has_services() -> bool:
    """Whether this run is on PostgreSQL and Redis; that they answer is for the tests to find."""
    database = os.environ.get("DATABASE_URL", "")
    broker = os.environ.get("CELERY_BROKER_URL", "")
    return database.startswith("postgres") and broker.startswith("redis")


@cache
def missing_services() -> list[str]:
    """The markers whose tests cannot run here. In CI nothing is left out: such a test fails."""
    if os.environ.get("CI") == "true":
        return []
    there = {"browser": chromium() is not None, "services": has_services()}
    return [marker for marker, is_there in there.items() if not is_there]


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that cannot run here. For ``pytest_collection_modifyitems``."""
    kept, left_out = [], []
    for item in items:
        lacking = any(item.get_closest_marker(marker) for marker in missing_services())
        (left_out if lacking else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def left_out_line() -> str | None:
    """One line that says which tests are not run here, and how to get them."""
    ways = [f"{marker} tests: {HOW_TO_GET[marker]}" for marker in missing_services()]
    return f"Left out here, {'; '.join(ways)}" if ways else None
