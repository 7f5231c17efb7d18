"""Log lines that say what happened to the software, and never to a person."""

import logging
import traceback
from copy import copy
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainFormatter(logging.Formatter):
    """Where an error was raised, without its text: PostgreSQL puts the whole failing row into it.

    A refusal is no error and takes one line: whoever asks a thousand times fills no disk.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.levelno < logging.ERROR:
            record = copy(record)
            record.exc_info = record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _Raised) -> str:
        kind, _value, trace = ei
        raised_in = "".join(traceback.format_tb(trace))
        return f"{raised_in}{kind.__module__}.{kind.__qualname__}" if kind else raised_in
