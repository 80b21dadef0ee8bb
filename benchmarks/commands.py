"""Whole commands of this project: what a user waits for, and what it takes."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.processes import python, run
from benchmarks.works import Command

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


def commands(folder: Path) -> list[Command]:
    """The commands; a network that one of them reads is made in the folder."""
    s6 = folder / "s6"

    def verify(n: int, seconds: float | None = None) -> Command:
        arguments = ["-m", "symrep", "verify", str(n)]
        return Command(f"symrep verify {n}", arguments, verified, seconds)

    def metrics(name: str, path: str, seconds: float, megabytes: float) -> Command:
        arguments = ["-m", "analysis", "metrics", path, "--format", "json"]
        return Command(name, arguments, measured, seconds, megabytes)

    return [
        verify(5),
        verify(6, 10),
        verify(7),
        metrics("metrics, S_5 perceptron", "bundled", 5, 700),
        metrics("metrics, S_6 perceptron", str(s6), 60, 2000),
    ]


def prepare(folder: Path) -> None:
    run(python("-c", NETWORK_ON_S6, str(folder / "s6")), 600)
