"""Programs that do one piece of work in a process of their own, for `benchmarks.works`.

Each module is one system and holds one function for each work that it can do. A function sets
up, measures, and returns what `measure` gives together with an answer that does not depend on
the system, so that answers can be compared.
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any


@dataclass
class Outcome:
    """What a program prints, as JSON.

    Attributes:
        seconds: median over the repeats.
        before: peak resident megabytes before the work: the imports and the set-up.
        peak: the same after the work, before the answer is checked.
        answer: what all systems have to agree on; numbers are compared to a relative 1e-4 if
            they are floats, and exactly if not.
    """

    seconds: float
    before: float
    peak: float
    answer: Any = None


def measure(work: Callable[[], Any], repeats: int = 1) -> tuple[Any, Outcome]:
    """The result of the work, and what it took. With repeats the first run does not count."""
    before = peak_megabytes()
    if repeats > 1:
        work()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        result = work()
        times.append(perf_counter() - start)
    return result, Outcome(statistics.median(times), before, peak_megabytes())


def peak_megabytes() -> float:
    # ru_maxrss counts bytes on macOS and kibibytes elsewhere.
    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main(programs: dict[str, Callable[..., Outcome]]) -> None:
    """Runs the program that the command line names, with its integer arguments."""
    name, *arguments = sys.argv[1:]
    values = (int(text) if text.isdigit() else text for text in arguments)
    print(json.dumps(asdict(programs[name](*values))))
