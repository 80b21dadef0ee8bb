"""Programs in processes of their own, with their time, their memory and a limit."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from benchmarks.programs import Outcome


class Ended(RuntimeError):
    """A process took longer than it was given."""


@dataclass(frozen=True)
class Finished:
    """Output, wall seconds and peak resident megabytes of a process."""

    output: str
    seconds: float
    megabytes: float


def run(command: list[str], limit: float) -> Finished:
    """Runs a command to its end.

    Raises:
        Ended: it took more than `limit` seconds, and was killed.
        RuntimeError: it failed; the message has the last line of what it said.
    """
    start = perf_counter()
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=printed, stderr=errors)
        killer = threading.Timer(limit, process.kill)
        killer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            in_time = killer.is_alive()
            killer.cancel()
        seconds = perf_counter() - start
        printed.seek(0)
        errors.seek(0)
        output, said = printed.read(), errors.read().strip().splitlines()
    if not in_time:
        raise Ended(f"more than {limit:g} s")
    if process.returncode != 0:
        raise RuntimeError(said[-1] if said else f"exit code {process.returncode}")
    unit = 1 if platform.system() == "Darwin" else 1024
    return Finished(output, seconds, usage.ru_maxrss * unit / 1e6)


def outcome(command: list[str], limit: float) -> Outcome:
    """What a program of `benchmarks.programs` prints; see `run`."""
    return Outcome(**json.loads(run(command, limit).output.splitlines()[-1]))


def agree(one: Any, other: Any) -> bool:
    """Whether two answers are equal, floats to a relative 1e-4."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-4)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(agree(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
