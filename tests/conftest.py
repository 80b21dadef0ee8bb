"""Fixtures that more than one file uses."""

from __future__ import annotations

import inspect
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
import torch

# Typer and rich draw boxes for the terminal that these describe, some of them as they are imported.
os.environ |= {"COLUMNS": "80", "TERM": "dumb"}
for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "NO_COLOR", "TERMINAL_WIDTH"):
    os.environ.pop(name, None)

REFERENCE_RUNS = Path(
    os.environ.get(
        "SYMREP_REFERENCE_RUNS",
        Path(__file__).resolve().parents[2] / "shared" / "reference_runs",
    )
)


@pytest.fixture(scope="session")
def reference_runs() -> Path:
    """Folder of the published networks.

    They are not part of the repository. Without them the tests are skipped, or fail where
    SYMREP_REQUIRE_REFERENCE_RUNS is set.
    """
    if not REFERENCE_RUNS.is_dir():
        message = f"no published networks at {REFERENCE_RUNS}; set SYMREP_REFERENCE_RUNS"
        if os.environ.get("SYMREP_REQUIRE_REFERENCE_RUNS"):
            pytest.fail(message)
        pytest.skip(message)
    return REFERENCE_RUNS


INTERRUPTIBLE = (
    sys.executable,
    "-c",
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.argv[1], sys.argv[1:])",
)
"""Prefix of a command that is to answer SIGINT where this process, as under nohup, ignores it."""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt in this process, even where it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def seeded() -> int:
    """Seeds torch's global generator and returns the seed."""
    torch.manual_seed(0)
    return 0


@pytest.fixture
def shallow_recursion() -> Iterator[int]:
    """Leaves so many levels of recursion to the test, and returns the number."""
    levels, before = 150, sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + levels)
    yield levels
    sys.setrecursionlimit(before)


SAGE = """
import json
import os
import sys
import traceback
from contextlib import redirect_stdout
from io import StringIO
import sage.all__sagemath_combinat
from sage.libs.gap.libgap import libgap

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for line in sys.stdin:
    error = ""
    with redirect_stdout(StringIO()) as printed:
        try:
            exec(json.loads(line), {"json": json, "libgap": libgap})
        except Exception:
            error = traceback.format_exc()
    print(json.dumps([error, printed.getvalue()]), file=answers, flush=True)
"""
"""Does the programs that it reads, one a line as JSON, and writes what they print."""


@pytest.fixture(scope="session")
def sage() -> Iterator[Callable[[str], Any]]:
    """Runs a program that has `libgap` and prints JSON, in a process with Sage and GAP.

    It is one process for all tests that run here. Variables of Python are those of one program;
    variables of GAP stay. A program that loads a package of GAP, which changes what others do,
    takes `sage_with_packages`.

    They come with the extra `oracles`. Without them the tests are skipped, or fail where
    SYMREP_REQUIRE_ORACLES is set.
    """
    with sage_process() as run:
        yield run


@pytest.fixture
def sage_with_packages() -> Iterator[Callable[[str], Any]]:
    """Like `sage`, in a process of its own, which ends with the test."""
    with sage_process() as run:
        yield run


@contextmanager
def sage_process() -> Iterator[Callable[[str], Any]]:
    """See `sage`."""
    if find_spec("sage") is None:
        message = "no Sage; install the extra `oracles`"
        if os.environ.get("SYMREP_REQUIRE_ORACLES"):
            pytest.fail(message)
        pytest.skip(message)

    pipe = subprocess.PIPE
    with (
        TemporaryFile("w+") as messages,
        subprocess.Popen(
            [sys.executable, "-c", SAGE], stdin=pipe, stdout=pipe, stderr=messages, text=True
        ) as process,
    ):
        programs, answers = process.stdin, process.stdout
        assert programs is not None
        assert answers is not None

        def run(program: str) -> Any:
            print(json.dumps(program), file=programs, flush=True)
            answer = answers.readline()
            if not answer:
                messages.seek(0)
                pytest.fail(f"Sage ended: {messages.read()}")
            error, printed = json.loads(answer)
            assert not error, error
            return json.loads(printed)

        yield run
