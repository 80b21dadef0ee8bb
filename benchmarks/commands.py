"""Whole commands of this project: what a user waits for, and what it takes."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.processes import python, run
from benchmarks.works import Command

UNTRAINED_NETWORK = """
import sys
from pathlib import Path
from analysis import Configuration, Layers
from analysis.runs.folders import save_weights
model, family, n, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
configuration = Configuration(
    model=model,
    group=family,
    group_parameter=n,
    frac_train=0.25,
    num_epochs=1,
    seed=1,
    layers=Layers(128, 512) if model == "Transformer" else Layers(256, 128),
)
folder.mkdir()
(folder / "config.json").write_text(configuration.to_json())
save_weights(configuration.make_network(), folder / "model.safetensors")
"""

NETWORKS = {
    "s6": ("OneLayerMLP", "SymmetricGroup", 6),
    "s6_transformer": ("Transformer", "SymmetricGroup", 6),
    "s7": ("OneLayerMLP", "SymmetricGroup", 7),
    "c113_transformer": ("Transformer", "CyclicGroup", 113),
}
"""{folder: architecture, family and n} of networks without training, made for the commands."""


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
    """The commands; the networks that they read are made in the folder by `prepare`."""

    def verify(group: str, seconds: float | None = None) -> Command:
        arguments = ["-m", "symrep", "verify", group]
        return Command(f"symrep verify {group}", arguments, verified, seconds)

    def metrics(name: str, path: str, seconds: float, megabytes: float) -> Command:
        arguments = ["-m", "analysis", "metrics", path, "--format", "json"]
        return Command(name, arguments, measured, seconds, megabytes)

    return [
        verify("5"),
        verify("6", 10),
        verify("7"),
        metrics("metrics, S_5 perceptron", "bundled", 5, 700),
        metrics("metrics, S_6 perceptron", str(folder / "s6"), 60, 2000),
        metrics("metrics, S_6 transformer", str(folder / "s6_transformer"), 60, 2000),
        metrics("metrics, C_113 transformer", str(folder / "c113_transformer"), 15, 2000),
        metrics("metrics, 100000 pairs of S_7", str(folder / "s7"), 300, 2000),
    ]


def prepare(folder: Path) -> None:
    """Makes the networks that the commands read."""
    for name, (model, family, n) in NETWORKS.items():
        run(python("-c", UNTRAINED_NETWORK, model, family, str(n), str(folder / name)), 600)
