"""What is measured: each work, its targets, and the systems that can do it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

OURS = "symrep"
MODULES = {
    OURS: "benchmarks.programs.ours",
    "GAP": "benchmarks.programs.gap",
    "Sage": "benchmarks.programs.sage",
    "SymPy": "benchmarks.programs.sympy",
    "dense torch": "benchmarks.programs.dense",
    "plain torch": "benchmarks.programs.plain",
    "one by one": "benchmarks.programs.serial",
}
PACKAGES = {
    OURS: "symrep",
    "GAP": "sage",
    "Sage": "sage",
    "SymPy": "sympy",
    "dense torch": "torch",
    "plain torch": "torch",
    "one by one": "torch",
}


@dataclass(frozen=True)
class Work:
    """A piece of work that several systems can do.

    Attributes:
        name: what is done.
        program: the name of the function in each system's module, and its arguments.
        seconds: the target; None if there is none.
        megabytes: the target for memory beyond that of the imports.
        peers: systems that do it in reasonable time.
        slow: whether one of them takes more than about 20 s.
    """

    name: str
    program: tuple[str, ...]
    seconds: float | None = None
    megabytes: float | None = None
    peers: tuple[str, ...] = ()
    slow: bool = False

    def command(self, system: str) -> list[str]:
        """The command line of one system's program."""
        return [sys.executable, "-m", MODULES[system], *self.program]


@dataclass(frozen=True)
class Command:
    """A whole command of this project, start of the interpreter included.

    Attributes:
        name: what is done.
        arguments: of the Python interpreter.
        check: raises AssertionError unless the output is right.
        seconds: the target; None if there is none.
        megabytes: the target for the memory of the process.
    """

    name: str
    arguments: list[str]
    check: Callable[[str], None]
    seconds: float | None = None
    megabytes: float | None = None


def installed(system: str) -> bool:
    return find_spec(PACKAGES[system]) is not None


def _table(n: int) -> float:
    """Megabytes of the character table of S_n as 64-bit integers."""
    return {30: 251, 35: 1772}[n]


def _step(group: str, loss: str, first: int = 50, last: int = 450) -> tuple[str, ...]:
    """The time of a step is that between two epochs, over their number."""
    return ("training step", group, loss, str(first), str(last))


WORKS = [
    Work("character table of S_15", ("characters", "15"), peers=("GAP", "Sage")),
    Work("character table of S_20", ("characters", "20"), peers=("GAP", "Sage")),
    Work("character table of S_25", ("characters", "25"), peers=("GAP",)),
    Work("character table of S_30", ("characters", "30"), 1.5, 1.5 * _table(30), ("GAP",), True),
    Work("character table of S_35", ("characters", "35"), 8, 1.5 * _table(35), ("GAP",), True),
    Work("S_40 streamed, every norm checked", ("streamed characters", "40"), 90, 4000, (), True),
    Work("one value, n = 60, six cycles", ("character", "0"), 0.05, peers=("GAP",)),
    Work("one value, n = 60, twenty cycles", ("character", "1"), 0.05),
    Work("orthogonal generators, n = 7", ("orthogonal generators", "7"), peers=("Sage",)),
    Work("orthogonal generators, n = 8", ("orthogonal generators", "8"), peers=("Sage",)),
    Work("orthogonal generators, n = 10", ("orthogonal generators", "10"), 1),
    Work("seminormal generators, n = 9", ("seminormal generators", "9"), peers=("Sage",)),
    Work(
        "seminormal generators, n = 10", ("seminormal generators", "10"), 1, None, ("Sage",), True
    ),
    Work("Specht generators, n = 8", ("specht generators", "8"), 0.5, peers=("Sage",)),
    Work("Specht generators, n = 9", ("specht generators", "9"), 3, None, ("Sage",), True),
    Work("all irreps of S_6, float64", ("tensors", "6"), 1, peers=("dense torch",)),
    Work("all irreps of S_7, float64", ("tensors", "7"), 0.15, peers=("dense torch",)),
    Work("irrep of S_8 with d = 90, float32", ("large tensor", "8"), 1, 1.6 * 1306),
    Work("Fourier transform, n = 6", ("fourier", "6", "1"), peers=("dense torch",)),
    Work("Fourier transform, n = 7", ("fourier", "7", "1"), peers=("dense torch",)),
    Work("Fourier transform, n = 8", ("fourier", "8", "1"), 0.0023),
    Work("Fourier transform, n = 9", ("fourier", "9", "1"), 0.012),
    Work("Fourier transform, n = 10", ("fourier", "10", "1"), 0.18),
    Work("128 functions, n = 7", ("fourier", "7", "128"), 0.007, peers=("dense torch",)),
    Work("128 functions, n = 8", ("fourier", "8", "128"), 0.06),
    Work("inverse, n = 8", ("inverse fourier", "8", "1")),
    Work("inverse, n = 9", ("inverse fourier", "9", "1")),
    Work("inverse, n = 10", ("inverse fourier", "10", "1")),
    Work("tables of the transform, n = 8", ("fourier tables", "8"), 0.05),
    Work("tables of the transform, n = 9", ("fourier tables", "9"), 0.2),
    Work("tables of the transform, n = 10", ("fourier tables", "10"), 1.5),
    Work("round trip below 1e-13, float64, n = 9", ("round trip", "9")),
    Work("elements of S_8 in SymPy's order", ("elements", "8"), peers=("SymPy",)),
    Work("table of S_6, from its Cayley table", ("table of a group", "S_6"), 5, None, ("GAP",)),
    Work("table of PSL(2,7), permutations", ("table of a group", "PSL(2,7)"), 60, None, ("GAP",)),
    Work("table of M_11, permutations", ("table of a group", "M_11"), 60, None, ("GAP",)),
    Work("irreps of S_6, from its Cayley table", ("irreps of a group", "S_6"), 30),
    Work("all irreps of C_113, verified", ("verified", "C113"), 2),
    Work("all irreps of D_59, verified", ("verified", "D59"), 2),
    Work("all irreps of A_5, verified", ("verified", "A5"), 2),
    Work("subgroups of S_5", ("subgroups", "S_5"), None, None, ("GAP",)),
    Work("subgroups of S_6", ("subgroups", "S_6"), None, None, ("GAP",)),
    Work("step of training, S_5", _step("S_5", "float64"), peers=("plain torch",)),
    Work("the same, loss in float32", _step("S_5", "float32"), peers=("plain torch",)),
    Work("step of training, S_6", _step("S_6", "float64", 2, 12), None, 4000, slow=True),
    Work("8 networks, C_31", ("many networks", "C_31", "8", "3000"), peers=("one by one",)),
    Work("8 networks, S_4", ("many networks", "S_4", "8", "3000"), peers=("one by one",)),
    Work("8 networks, S_5", ("many networks", "S_5", "8", "200"), peers=("one by one",)),
    Work("import symrep", ("import",)),
]
