"""What is sent again at once was clicked twice, or sent anew by a browser: it is kept once.

The browser sends a form once by itself; this is for those whose scripts are off, and for a lost
answer. Where the row of the case is locked, two at the same moment are told apart as well.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from courtparty.lib.conflicts import Conflict

SENT_TWICE = timedelta(minutes=1)


def refuse_twice(rows: Iterable[Model], *, url: str = "/", **same: Any) -> None:
    """Refuse where one of ``rows``, those of the last minute by the same person, says the same."""
    for row in rows:
        if all(getattr(row, name) == value for name, value in same.items()):
            text = _("You have sent the same a moment ago: it is on record, once.")
            raise Conflict(text, url=url)
