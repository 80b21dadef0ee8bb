"""Measures of trained networks on group composition, against exact characters and irreps.

`load_run` reads a trained network, `metrics` returns its measures as a tidy table, `analyse`
also keeps the statistics behind the table, and `write_report` writes a page of tables and figures.
`trajectory` measures every checkpoint of a run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analysis.errors import IncompleteTrajectory, RunError
from analysis.measures.ablation import ablations
from analysis.measures.baseline import random_baseline
from analysis.measures.hidden import word_fractions
from analysis.measures.measured import Measured
from analysis.measures.mixtures import (
    FittedMixture,
    Mixture,
    best_mixture,
    character_losses,
    cube_overlaps,
    fitted_mixture,
)
from analysis.measures.neurons import (
    activation_maps,
    neuron_coefficients,
    neuron_table,
    rank_one_baseline,
    rank_one_table,
    sign_circuit,
    sign_neurons,
)
from analysis.measures.orderings import (
    Ordering,
    by_class,
    by_coset,
    by_index,
    by_values,
    require_subgroup,
)
from analysis.measures.performance import (
    performance_by_coset,
    performance_by_element,
    performance_by_part,
)
from analysis.measures.registry import MEASURES, Measure
from analysis.measures.table import Analysis, analyse, metrics, sampled_metrics
from analysis.measures.weights import truncation_losses
from analysis.networks import BilinearNet, Editable, Network, OneLayerMLP, Transformer
from analysis.runs.configuration import Configuration, Layers
from analysis.runs.folders import (
    BUNDLED_RUN,
    BUNDLED_RUNS,
    Run,
    RunFolder,
    checkpoints,
    load_checkpoint,
    load_run,
    open_run,
)
from analysis.studies.comparisons import Unreadable, averages, compare, comparison
from analysis.studies.learning import Phase, curves, order_learned, phases, read_trajectory
from analysis.studies.published import read_published_metrics
from analysis.studies.trajectories import final_key_irreps, trajectory
from analysis.training.loop import train, train_together
from analysis.training.sweeps import plan, read_sweep, sweep

if TYPE_CHECKING:
    from analysis.report import figure, write_report

__all__ = [
    "BUNDLED_RUN",
    "BUNDLED_RUNS",
    "MEASURES",
    "Analysis",
    "BilinearNet",
    "Configuration",
    "Editable",
    "FittedMixture",
    "IncompleteTrajectory",
    "Layers",
    "Measure",
    "Measured",
    "Mixture",
    "Network",
    "OneLayerMLP",
    "Ordering",
    "Phase",
    "Run",
    "RunError",
    "RunFolder",
    "Transformer",
    "Unreadable",
    "ablations",
    "activation_maps",
    "analyse",
    "averages",
    "best_mixture",
    "by_class",
    "by_coset",
    "by_index",
    "by_values",
    "character_losses",
    "checkpoints",
    "compare",
    "comparison",
    "cube_overlaps",
    "curves",
    "figure",
    "final_key_irreps",
    "fitted_mixture",
    "load_checkpoint",
    "load_run",
    "metrics",
    "neuron_coefficients",
    "neuron_table",
    "open_run",
    "order_learned",
    "performance_by_coset",
    "performance_by_element",
    "performance_by_part",
    "phases",
    "plan",
    "random_baseline",
    "rank_one_baseline",
    "rank_one_table",
    "read_published_metrics",
    "read_sweep",
    "read_trajectory",
    "require_subgroup",
    "sampled_metrics",
    "sign_circuit",
    "sign_neurons",
    "sweep",
    "train",
    "train_together",
    "trajectory",
    "truncation_losses",
    "word_fractions",
    "write_report",
]


def __getattr__(name: str) -> Any:
    # Drawing libraries are imported for reports alone.
    if name in ("figure", "write_report"):
        return getattr(import_module("analysis.report"), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")
