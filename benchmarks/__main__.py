"""`python -m benchmarks`: the table of speed and memory on this machine.

Each entry first checks its answer, then is timed; the median of the repeats is reported with
the peak memory of a process that does nothing else. Nothing here fails for being slow. This
process imports little itself, as its own memory would count as that of those it starts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

NETWORK_ON_S6 = """
import sys
from pathlib import Path
import torch
from analysis import Configuration, OneLayerMLP
from analysis.runs import save_weights
configuration = Configuration(
    model="OneLayerMLP",
    group="SymmetricGroup",
    group_parameter=6,
    frac_train=0.25,
    num_epochs=1,
    seed=1,
)
folder = Path(sys.argv[1])
folder.mkdir()
torch.manual_seed(1)
(folder / "config.json").write_text(configuration.to_json())
save_weights(OneLayerMLP(720, 256, 128), folder / "model.safetensors")
"""

TENSORS = """
import torch
from time import perf_counter
from symrep import SymmetricGroup
from symrep.laws import assert_schur_orthogonality
group = SymmetricGroup(6)
start = perf_counter()
tensors = [irrep.tensor(torch.float64) for irrep in group.irreps.values()]
seconds = perf_counter() - start
assert_schur_orthogonality(tensors, 1e-12)
print(seconds)
"""

IMPORT = """
from time import perf_counter
start = perf_counter()
import symrep
seconds = perf_counter() - start
import sys
assert "torch" not in sys.modules
print(seconds)
"""


@dataclass(frozen=True)
class Measured:
    """Output, wall seconds and peak resident megabytes of a process."""

    output: str
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Entry:
    """A piece of work in a process of its own.

    Attributes:
        work: what is done.
        arguments: of the Python interpreter.
        check: raises AssertionError unless the output is right.
        seconds: the target; None if there is none.
        megabytes: likewise.
        inner: whether the output is the time to report, without the start of the interpreter.
    """

    work: str
    arguments: list[str]
    check: Callable[[str], None]
    seconds: float | None
    megabytes: float | None = None
    inner: bool = False


def measure(arguments: list[str]) -> Measured:
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    output, error = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"{' '.join(arguments)} failed: {error}")
    # ru_maxrss counts bytes on macOS and kibibytes elsewhere.
    unit = 1 if platform.system() == "Darwin" else 1024
    return Measured(output, perf_counter() - start, usage.ru_maxrss * unit / 1e6)


def verified(output: str) -> None:
    lines = output.splitlines()
    assert all(line.startswith("ok") for line in lines[:-1]), output
    assert "verified" in lines[-1]


def measured(output: str) -> None:
    values = {(row["measure"], row["irrep"]): row["value"] for row in json.loads(output)}
    shares = [
        value
        for (name, irrep), value in values.items()
        if name == "left_embedding_fve" and irrep != "key"
    ]
    assert abs(sum(shares) - 1) < 1e-9


def entries(folder: Path) -> list[Entry]:
    def metrics(run: str) -> list[str]:
        return ["-m", "analysis", "metrics", run, "--format", "json"]

    s6 = str(folder / "s6")
    measure(["-c", NETWORK_ON_S6, s6])
    return [
        Entry("import symrep", ["-c", IMPORT], lambda output: None, None, inner=True),
        Entry("symrep verify 5", ["-m", "symrep", "verify", "5"], verified, None),
        Entry("symrep verify 6", ["-m", "symrep", "verify", "6"], verified, 10),
        Entry("symrep verify 7", ["-m", "symrep", "verify", "7"], verified, None),
        Entry("irreps of S_6, float64", ["-c", TENSORS], lambda output: None, 1, inner=True),
        Entry("metrics, S_5 perceptron", metrics("bundled"), measured, 5, 700),
        Entry("metrics, S_6 perceptron", metrics(s6), measured, 60, 2000),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each entry (default 3)")
    repeats = parser.parse_args().repeats
    print(f"{platform.machine()}, {os.cpu_count()} cores, median of {repeats}\n")
    print("| work | seconds | target | peak MB | target |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for entry in entries(Path(folder)):
            runs = [measure(entry.arguments) for _ in range(repeats)]
            for run in runs:
                entry.check(run.output)
            seconds = statistics.median(
                float(run.output) if entry.inner else run.seconds for run in runs
            )
            megabytes = max(run.megabytes for run in runs)
            print(
                f"| {entry.work} | {seconds:.2f} | {entry.seconds or ''} "
                f"| {megabytes:.0f} | {entry.megabytes or ''} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
