"""What waits for a reader, as something to be counted with everything else in one query."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Countable:
    """One line of the start page: shown with the number of ``rows``, unless there are none.

    ``rows`` are cut to the reader and read nothing yet. ``tone`` and ``icon`` as in
    partials/_attention_list.html.
    """

    title: str | Promise
    url: str
    rows: QuerySet[Any]
    tone: str = "info"
    icon: str = "flag"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """How one concern stands for an officer, as a tile of *My records*."""

    label: str
    text: str
    url: str
    tone: str = ""
    icon: str = "flag"
