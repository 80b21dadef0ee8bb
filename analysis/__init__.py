"""Checks what a trained network has learned against exact characters and irreps.

`load_run` reads a trained network, `metrics` measures it as a tidy table, `analyse` gives the
table with what it was made from, and `write_report` draws it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analysis.behaviour import behaviour, behaviour_by_element
from analysis.comparison import Unreadable, averages, comparison
from analysis.configuration import Configuration, Layers
from analysis.embeddings import truncation_losses
from analysis.hidden import word_fractions
from analysis.hypotheses import Mixture, best_mixture, character_losses
from analysis.metrics import MEASURES, Analysis, analyse, metrics
from analysis.networks import BilinearNet, Editable, Network, OneLayerMLP, Transformer
from analysis.runs import BUNDLED_RUN, Run, RunError, load_run
from analysis.training import train

if TYPE_CHECKING:
    from analysis.report import write_report

__all__ = [
    "BUNDLED_RUN",
    "MEASURES",
    "Analysis",
    "BilinearNet",
    "Configuration",
    "Editable",
    "Layers",
    "Mixture",
    "Network",
    "OneLayerMLP",
    "Run",
    "RunError",
    "Transformer",
    "Unreadable",
    "analyse",
    "averages",
    "behaviour",
    "behaviour_by_element",
    "best_mixture",
    "character_losses",
    "comparison",
    "load_run",
    "metrics",
    "train",
    "truncation_losses",
    "word_fractions",
    "write_report",
]


def __getattr__(name: str) -> Any:
    # Drawing libraries are imported for reports alone.
    if name == "write_report":
        return import_module("analysis.report").write_report
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")
