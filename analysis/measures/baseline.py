"""The null baseline of random weights, for measures without a formula."""

from __future__ import annotations

import copy
from dataclasses import replace

import pandas as pd
import torch
from torch import nn

from analysis.measures.table import Analysis, analyse
from analysis.runs.folders import Run

REPEATS = 5


def random_baseline(analysis: Analysis, repeats: int = REPEATS, seed: int = 0) -> pd.DataFrame:
    """Measure networks whose weights are those of a run in random order.

    The entries of every parameter are shuffled within it: its shape, mean and norm are kept, what
    was learned is lost. The key irreps are those of the run.

    Args:
        analysis: of the run.
        repeats: number of random networks, 2 or more.
        seed: of the shuffles.

    Returns:
        Columns `measure`, `irrep`, `random` (mean over the networks) and `random_sd`
        (standard deviation of one of them); all measures but those of ablations, whose
        baseline is guessing.

    Cost: one pass over all pairs for each network.

    Raises:
        ValueError: there are less than 2 repeats, or the network is no torch module.
    """
    if repeats < 2:
        raise ValueError(f"a baseline needs at least 2 random networks, got {repeats}")
    generator = torch.Generator().manual_seed(seed)
    run = replace(analysis.run, network=analysis.network)
    tables = [
        analyse(shuffled(run, generator), analysis.key_irreps, ablate=False).table
        for _ in range(repeats)
    ]
    by_row = pd.concat(tables).groupby(["measure", "irrep"], sort=False).value
    return by_row.agg(random="mean", random_sd="std").reset_index()


@torch.no_grad()
def shuffled(run: Run, generator: torch.Generator) -> Run:
    """Return the run with the entries of every parameter of its network shuffled within it.

    Raises:
        ValueError: the network is no torch module.
    """
    if not isinstance(run.network, nn.Module):
        raise ValueError(
            f"only the weights of a torch module can be shuffled, got {type(run.network).__name__}"
        )
    network = copy.deepcopy(run.network)
    for parameter in network.parameters():
        order = torch.randperm(parameter.numel(), generator=generator)
        parameter.copy_(parameter.flatten()[order].view_as(parameter))
    return replace(run, network=network)
