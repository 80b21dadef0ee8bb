"""`python -m benchmarks`: this project beside its peers, on the same work in one run.

Every program first does the work, then its answer is checked: against laws in its own process,
and against the answers of the other systems here. Only then its time counts; the median of the
repeats is reported. A system that is not installed is shown as "-". Nothing fails for being slow.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.commands import commands, prepare
from benchmarks.processes import Ended, agree, outcome, python, run
from benchmarks.programs import Outcome
from benchmarks.works import OURS, WORKS, Command, Work, installed

HEADER = """\
| work | symrep | target | peer | ratio | MB above imports | target |
|---|---|---|---|---|---|---|"""


class Disagreement(Exception):
    """Two systems give different answers."""


def row(work: Work, options: argparse.Namespace) -> str:
    ours = _repeated(work, OURS, options)
    peers = []
    for system in work.peers if options.peers else ():
        if not installed(system):
            peers.append((system, "-"))
            continue
        try:
            theirs = _repeated(work, system, options)
        except Ended as ended:
            peers.append((system, str(ended)))
            continue
        if not agree(ours.answer, theirs.answer):
            raise Disagreement(f"{work.name}: {OURS} and {system} give different answers")
        peers.append((system, theirs.seconds))
    times = [(seconds, system) for system, seconds in peers if isinstance(seconds, float)]
    ratio = f"{min(times)[0] / ours.seconds:.3g}" if times else ""
    named = [
        f"{system} {_seconds(seconds) if isinstance(seconds, float) else seconds}"
        for system, seconds in peers
    ]
    return _line(
        work.name,
        _seconds(ours.seconds),
        _seconds(work.seconds),
        ", ".join(named),
        ratio,
        f"{ours.peak - ours.before:.0f}",
        f"{work.megabytes:.0f}" if work.megabytes else "",
    )


def command_row(command: Command, options: argparse.Namespace) -> str:
    runs = [run(python(*command.arguments), options.timeout) for _ in range(options.repeats)]
    for finished in runs:
        command.check(finished.output)
    return _line(
        command.name,
        _seconds(statistics.median(finished.seconds for finished in runs)),
        _seconds(command.seconds),
        "",
        "",
        f"{max(finished.megabytes for finished in runs):.0f} in all",
        f"{command.megabytes:.0f}" if command.megabytes else "",
    )


def rows(options: argparse.Namespace) -> Iterator[str]:
    for work in WORKS:
        if options.only in work.name and not (options.quick and work.slow):
            yield row(work, options)
    with tempfile.TemporaryDirectory() as folder:
        chosen = [c for c in commands(Path(folder)) if options.only in c.name]
        if chosen:
            prepare(Path(folder))
        for command in chosen:
            yield command_row(command, options)


def main() -> int:
    options = _options()
    if options.list:
        print("\n".join([w.name for w in WORKS] + [c.name for c in commands(Path())]))
        return 0
    print(f"{platform.machine()}, {os.cpu_count()} cores; seconds, median of {options.repeats}\n")
    print(HEADER)
    try:
        for line in rows(options):
            print(line, flush=True)
    except (Disagreement, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each (default 3)")
    parser.add_argument("--only", default="", help="works whose names contain this text")
    parser.add_argument("--quick", action="store_true", help="without works of many seconds")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="symrep alone")
    parser.add_argument(
        "--timeout", type=float, default=600, help="seconds for each process (default 600)"
    )
    parser.add_argument("--list", action="store_true", help="names of the works, and no more")
    options = parser.parse_args()
    if options.repeats < 1:
        parser.error(f"--repeats must be 1 or more, got {options.repeats}")
    if not any(options.only in w.name for w in (*WORKS, *commands(Path()))):
        parser.error(f"no work has {options.only!r} in its name; see --list")
    return options


def _repeated(work: Work, system: str, options: argparse.Namespace) -> Outcome:
    """The outcome with the median time; a slow peer runs once."""
    repeats = 1 if work.slow and system != OURS else options.repeats
    runs = [outcome(work.command(system), options.timeout) for _ in range(repeats)]
    return sorted(runs, key=lambda finished: finished.seconds)[len(runs) // 2]


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}" if value < 10 else f"{value:.0f}"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
