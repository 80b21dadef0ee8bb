"""Fixtures that more than one file uses."""

from __future__ import annotations

import os
from pathlib import Path

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


@pytest.fixture
def seeded() -> int:
    """Seeds torch's global generator and returns the seed."""
    torch.manual_seed(0)
    return 0
