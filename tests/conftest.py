"""Fixtures that more than one file uses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch

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


SAGE_PRELUDE = """
import json
import sage.all__sagemath_combinat
from sage.libs.gap.libgap import libgap
"""


@pytest.fixture(scope="session")
def sage() -> Callable[[str], Any]:
    """Runs a program that has `libgap` and prints JSON, in a process of its own with Sage and GAP.

    They come with the extra `oracles`. Without them the tests are skipped, or fail where
    SYMREP_REQUIRE_ORACLES is set.
    """
    if find_spec("sage") is None:
        message = "no Sage; install the extra `oracles`"
        if os.environ.get("SYMREP_REQUIRE_ORACLES"):
            pytest.fail(message)
        pytest.skip(message)

    def run(program: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-c", SAGE_PRELUDE + program],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
