"""A small untrained network, and brute-force tensors over all triples of its group."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from analysis import (
    BUNDLED_RUN,
    Analysis,
    Configuration,
    Layers,
    OneLayerMLP,
    Run,
    analyse,
    cli,
    load_run,
)
from analysis.measures.measured import Measured
from analysis.measures.statistics import PairStatistics, pair_statistics
from analysis.report import page

# Dask leaves sockets and event loops to the collector of garbage when its processes end.
STARTS_PROCESSES = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def make_run(n: int = 4, seed: int = 0, element_order: str = "lexicographic") -> Run:
    """An untrained network with 7 neurons on S_n, with weights large enough to matter."""
    configuration = Configuration(
        model="OneLayerMLP",
        group="SymmetricGroup",
        group_parameter=n,
        frac_train=0.4 if n > 1 else 1.0,
        num_epochs=1,
        seed=seed,
        layers=Layers(embed_dim=5, hidden_dim=7),
        element_order=element_order,
    )
    group = configuration.make_group()
    torch.manual_seed(seed)
    network = OneLayerMLP(group.order, 5, 7)
    with torch.no_grad():
        network.W_U *= 5
    return Run("untrained", configuration, network, group)


def given(run: Run, statistics: PairStatistics) -> Measured:
    """The run with these statistics."""
    return Measured(run, given_statistics=statistics)


@dataclass(frozen=True)
class BruteForce:
    """Everything written out: no streaming, no projectors, |G|^3 numbers."""

    hidden: Tensor
    logits: Tensor
    products: Tensor
    quotients: Tensor


@pytest.fixture
def blank_pictures(monkeypatch) -> None:
    """Reports have the pictures that they should, all of them blank: drawing takes long."""
    monkeypatch.setattr(page, "to_png", blank_picture)


def blank_picture(figure: object) -> bytes:
    """The first bytes of a PNG file."""
    return b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs the command line in this process; (exit code, standard output, standard error)."""

    def run(*arguments: str):
        monkeypatch.setattr("sys.argv", ["symrep-analysis", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        output, error = capsys.readouterr()
        assert "Traceback" not in error
        return end.value.code or 0, output, error

    return run


@pytest.fixture(scope="session")
def bundled() -> Analysis:
    """The analysis of the bundled perceptron, which nobody changes."""
    return analyse(load_run(BUNDLED_RUN))


@pytest.fixture(scope="module")
def run() -> Run:
    return make_run()


@pytest.fixture(scope="module")
def statistics(run: Run) -> PairStatistics:
    return pair_statistics(run.network, run.group)


@pytest.fixture(scope="module")
def brute_force(run: Run) -> BruteForce:
    """Activations at [x, y], and [x, y, z] = index of x y z^-1, element by element."""
    group, network = run.group, run.network.double()
    order = group.order
    first_layer = torch.cat(
        [
            network.W_x[:, None].expand(order, order, -1),
            network.W_y[None].expand(order, order, -1),
        ],
        dim=-1,
    ).detach()
    hidden = torch.relu(first_layer @ network.W.detach())
    elements = [group.permutation(i) for i in range(order)]
    index = {tuple(p.array_form): i for i, p in enumerate(elements)}
    products = torch.tensor(
        [[index[tuple((p * q).array_form)] for q in elements] for p in elements]
    )
    inverses = torch.tensor([index[tuple((p**-1).array_form)] for p in elements])
    quotients = products[products][:, :, inverses]
    return BruteForce(hidden, hidden @ network.W_U.detach(), products, quotients)


def orthonormal_span(group, label, indices):
    """Orthonormal columns with the span of the matrix entries of rho at the given elements."""
    matrices = group.irrep(label).tensor(torch.float64)[indices.flatten()]
    return torch.linalg.qr(matrices.flatten(1)).Q


class FixedLogits:
    """A network that is its table of logits, [x, y, z]."""

    def __init__(self, logits):
        self.table = logits
        self.order = len(logits)

    def left_embedding(self):
        return torch.zeros(self.order, 1)

    right_embedding = unembedding = left_embedding

    def parameters(self):
        return []

    def activations(self, x, y):
        x, y = torch.broadcast_tensors(x, y)
        return {"hidden": torch.zeros(*x.shape, 1).double(), "logits": self.table[x, y]}
