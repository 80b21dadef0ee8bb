"""Groups whose irreps are of every type, untrained networks on them, and brute force."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch

from analysis import BilinearNet, OneLayerMLP, Run
from analysis.measures.measured import Measured
from analysis.measures.statistics import pair_statistics
from symrep import SymmetricGroup
from symrep.groups.cayley_table import CayleyTableGroup
from symrep.groups.cyclic import CyclicGroup
from symrep.groups.dihedral import DicyclicGroup, DihedralGroup
from tests.analysis.conftest import BruteForce


def direct_product(left, right):
    """The group of pairs, by its Cayley table alone."""
    a, b = left.cayley_table, right.cayley_table
    table = np.kron(a * right.order, np.ones_like(b)) + np.kron(np.ones_like(a), b)
    return CayleyTableGroup(table, f"{left} x {right}")


C6, Q8, D4, DIC3 = CyclicGroup(6), DicyclicGroup(2), DihedralGroup(4), DicyclicGroup(3)
C3_S3 = direct_product(CyclicGroup(3), SymmetricGroup(3))
Q8_S3 = direct_product(Q8, SymmetricGroup(3))

SMALL = {str(group): group for group in (C6, Q8, D4, DIC3)}

BY_TYPE = {
    "real": (D4, "freq_1", 2, 1),
    "complex": (C6, "freq_1", 2, 2),
    "quaternionic": (Q8, "freq_1", 4, 4),
    "complex of degree 2": (C3_S3, "2b", 4, 2),
    "quaternionic of degree 4": (Q8_S3, "4a", 8, 4),
}
"""{name: (group, irrep, d, c)}; C_3 x S_3 and Q_8 x S_3 have more than one c x c block a side."""


class Split:
    """What a run asks of its configuration: every third pair is not trained on.

    Elements may have other places: element i has the index places[i].
    """

    def __init__(self, order, places=None):
        places = torch.arange(order) if places is None else places
        self.pairs = (places[:, None] * order + places).flatten()

    def training_split(self):
        third = torch.arange(len(self.pairs)) % 3 == 0
        return self.pairs[~third], self.pairs[third]


def run_on(group, network=None, seed=0) -> Run:
    """A run on a group: of a network, or of an untrained one with 7 neurons as in `make_run`."""
    if network is None:
        torch.manual_seed(seed)
        network = OneLayerMLP(group.order, 5, 7).double()
        with torch.no_grad():
            network.W_U *= 5
    configuration: Any = Split(group.order)
    return Run("untrained", configuration, network, group)


def planted(group, statistics, unembedding=None) -> Measured:
    """A run on a group with these statistics and this unembedding."""
    found = Measured(run_on(group), given_statistics=statistics)
    if unembedding is not None:
        found.__dict__["unembedding"] = unembedding.detach().double()
    return found


@cache
def measured(name):
    """(run, statistics, brute force) of an untrained network on one of `SMALL`."""
    run = run_on(SMALL[name])
    return run, pair_statistics(run.network, run.group), brute_force_on(run)


def brute_force_on(run) -> BruteForce:
    """Activations at [x, y], and [x, y, z] = index of x y z^-1."""
    group, network = run.group, run.network
    x = torch.arange(group.order)
    activations = network.activations(x[:, None], x)
    products = torch.tensor([[int(group.products(i, j)) for j in x] for i in x])
    inverses = (products == group.identity).int().argmax(1)
    return BruteForce(
        activations["hidden"].detach(),
        activations["logits"].detach(),
        products,
        products[products][:, :, inverses],
    )


def matrices(group, label):
    return group.irrep(label).tensor(torch.float64)


def span_of(group, label, indices):
    """Orthonormal columns with the span of the matrix entries of rho at the given elements."""
    entries = matrices(group, label)[indices.flatten()].flatten(1)
    directions, values, _ = torch.linalg.svd(entries, full_matrices=False)
    return directions[:, values > 1e-9 * values[0]]


def trace(group, label):
    """[g] = character, from the matrices."""
    return matrices(group, label).diagonal(dim1=1, dim2=2).sum(1)


def multiplier(group, label):
    """Neurons rho_ij(x) rho_jk(y) that vote for rho_ik(z): the logits are chi(x y z^-1)."""
    rho = matrices(group, label)
    i, j, k = torch.cartesian_prod(*[torch.arange(rho.shape[1])] * 3).T
    network = BilinearNet(group.order, len(i)).double().requires_grad_(False)
    network.W_x.copy_(rho[:, i, j])
    network.W_y.copy_(rho[:, j, k])
    network.W_U.copy_(rho[:, i, k].T)
    return network


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
