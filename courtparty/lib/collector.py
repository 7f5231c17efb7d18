"""Python's search for cycles of objects, put off while many are made that have none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """For a stretch of work whose objects all live until its end.

    The search would go over all of them again and again: four tenths of the time when some
    hundred thousand rows are computed. What has cycles is found afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
