"""Running the part that touches a foreign file in a child process with limits."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from courtparty.lib.xlsx import limits
from courtparty.lib.xlsx.refusals import UnsafeWorkbook

# openpyxl is to take its parser from defusedxml, and to load neither lxml nor numpy: memory is
# limited.
_START = (
    "import sys; sys.modules['lxml'] = sys.modules['numpy'] = None; sys.path.append(sys.argv[1]); "
    "from child.main import main; main()"
)
_HERE = str(Path(__file__).parent)

# The child's own exit codes, see child/main.py.
_REFUSED = 3
_OUT_OF_MEMORY = 4

_PATIENCE = 2

# How a child ends that cannot say why.
_DEATHS = {
    _OUT_OF_MEMORY: "memory",
    -signal.SIGXCPU: "timeout",
    -signal.SIGKILL: "memory",
    -signal.SIGXFSZ: "memory",
    -signal.SIGABRT: "memory",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may take and what it reads at most."""

    memory: int = limits.MEMORY
    seconds: int = limits.SECONDS
    result: int = limits.MAX_RESULT
    rows: int = limits.MAX_ROWS
    columns: int = limits.MAX_COLUMNS
    sheets: int = limits.MAX_SHEETS
    cells: int = limits.MAX_CELLS
    rows_in_all: int = limits.MAX_ROWS_IN_ALL
    merged_rows: int = limits.MAX_MERGED_ROWS
    entries: int = limits.MAX_ENTRIES
    unpacked: int = limits.MAX_UNPACKED
    ratio: int = limits.MAX_RATIO


def run_child(
    task: Literal["values", "marks"], *payload: bytes, allowed: Limits | None = None
) -> BinaryIO:
    """The child's answer as a file; UnsafeWorkbook when it refuses or has to be ended.

    Input and answer lie in memory files: no personal data reaches a disk, nothing can block, and
    the kernel holds the answer to its size.
    """
    allowed = allowed or Limits()
    answer = _memory_file()
    with _memory_file() as source:
        source.writelines(payload)
        source.seek(0)
        code = _wait_for(task, source, answer, allowed)
    answer.seek(0)
    if code == 0:
        return answer
    with answer:
        raise _refusal(code, answer, allowed)


def _wait_for(task: str, source: BinaryIO, answer: BinaryIO, allowed: Limits) -> int:
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, _HERE, task]
    command += [f"{name}={number}" for name, number in asdict(allowed).items()]
    # The child gets no environment: the site's keys and passwords are in it.
    with subprocess.Popen(
        command, stdin=source, stdout=answer, stderr=subprocess.DEVNULL, env={}, cwd="/"
    ) as child:
        try:
            # The limit is of computing time; a busy machine may take longer for it.
            return child.wait(timeout=allowed.seconds * _PATIENCE)
        except BaseException as error:
            child.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                return -signal.SIGXCPU
            raise


def _refusal(code: int, answer: BinaryIO, allowed: Limits) -> UnsafeWorkbook:
    if code == _REFUSED:
        reason, params = json.load(answer)
        return UnsafeWorkbook(reason, params)
    return UnsafeWorkbook(_DEATHS.get(code, "corrupt"), {"seconds": allowed.seconds})


def _memory_file() -> BinaryIO:
    return os.fdopen(os.memfd_create("workbook"), "w+b")
