"""Start of the child: take the limits on, do the one task, answer or refuse."""

import gc
import json
import os
import resource
import sys
import warnings
from typing import BinaryIO

from .refusal import Refused

REFUSED = 3
OUT_OF_MEMORY = 4
_LENGTH_BYTES = 8


def main() -> None:
    task, *args = sys.argv[2:]
    limits = {name: int(number) for name, _, number in (arg.partition("=") for arg in args)}
    _take_on(limits)
    warnings.simplefilter("ignore")
    gc.disable()  # a short life with no cycles to speak of; collecting takes half of it
    out = os.fdopen(os.dup(1), "wb")
    try:
        _run(task, sys.stdin.buffer, out, limits)
        out.flush()
    except Refused as refused:
        _refuse(out, refused)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # anything more would need memory
    except Exception as error:
        # openpyxl fails on damaged files in every way there is; which one says nothing to a user.
        _refuse(out, Refused("corrupt", error=type(error).__name__))


def _take_on(limits: dict[str, int]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["result"], limits["result"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _run(task: str, source: BinaryIO, out: BinaryIO, limits: dict[str, int]) -> None:
    # openpyxl is loaded under the limits, and only the half that the task needs.
    if task == "values":
        from .values import write_values  # noqa: PLC0415

        write_values(source.read(), out, limits)
    else:
        from .marks import write_marked  # noqa: PLC0415

        length = int.from_bytes(source.read(_LENGTH_BYTES), "big")
        plan = json.loads(source.read(length))
        write_marked(source.read(), plan, out, limits)


def _refuse(out: BinaryIO, refused: Refused) -> None:
    out.seek(0)
    out.truncate()
    out.write(json.dumps([refused.code, refused.params]).encode())
    out.flush()
    os._exit(REFUSED)
