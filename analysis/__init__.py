"""Checks what a trained network has learned against exact characters and irreps.

`load_run` reads a trained network, `metrics` measures it as a tidy table, `analyse` gives the
table with what it was made from, and `write_report` draws it. `trajectory` measures every
checkpoint of a run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analysis.behaviour import behaviour, behaviour_by_element
from analysis.comparison import Unreadable, averages, comparison
from analysis.configuration import Configuration, Layers
from analysis.hypotheses import Mixture, best_mixture, character_losses
from analysis.metrics import MEASURES, Analysis, analyse, metrics
from analysis.networks import BilinearNet, Network, OneLayerMLP, Transformer
from analysis.progress import Phase, curves, order_learned, phases, read_trajectory
from analysis.reference import read_published_metrics
from analysis.runs import (
    BUNDLED_RUN,
    Run,
    RunError,
    RunFolder,
    checkpoints,
    load_checkpoint,
    load_run,
    open_run,
)
from analysis.training import train
from analysis.trajectory import IncompleteTrajectory, final_key_irreps, trajectory

if TYPE_CHECKING:
    from analysis.report import write_report

__all__ = [
    "BUNDLED_RUN",
    "MEASURES",
    "Analysis",
    "BilinearNet",
    "Configuration",
    "IncompleteTrajectory",
    "Layers",
    "Mixture",
    "Network",
    "OneLayerMLP",
    "Phase",
    "Run",
    "RunError",
    "RunFolder",
    "Transformer",
    "Unreadable",
    "analyse",
    "averages",
    "behaviour",
    "behaviour_by_element",
    "best_mixture",
    "character_losses",
    "checkpoints",
    "comparison",
    "curves",
    "final_key_irreps",
    "load_checkpoint",
    "load_run",
    "metrics",
    "open_run",
    "order_learned",
    "phases",
    "read_published_metrics",
    "read_trajectory",
    "train",
    "trajectory",
    "write_report",
]


def __getattr__(name: str) -> Any:
    # Drawing libraries are imported for reports alone.
    if name == "write_report":
        return import_module("analysis.report").write_report
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")
