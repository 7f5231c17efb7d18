"""Which function does which kind of long work. Apps register theirs in their tasks module."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from courtparty.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` steps; yielded outside any transaction, so that others can see it."""

    done: int
    total: int


Work = Callable[[Job], Generator[Progress, None, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Kind:
    label: str | Promise
    work: Work


class Refused(Exception):
    """The work can't be done as asked. Its text is for the user, in the job's language."""


KINDS: dict[str, Kind] = {}


def job_kind(name: str, label: str | Promise) -> Callable[[Work], Work]:
    """Register a generator function as the work of ``name``: yields Progress, returns a result.

    The work must be safe to repeat from the start: a killed worker's job is taken up again.
    """

    def register(work: Work) -> Work:
        KINDS[name] = Kind(label, work)
        return work

    return register
