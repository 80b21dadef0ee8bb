from __future__ import annotations

from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch

from analysis import BilinearNet, Transformer
from analysis.measures import weights as embeddings
from analysis.measures.measured import Measured
from analysis.measures.statistics import pair_statistics
from analysis.tensors import group_tensors
from symrep import Partition, SymmetricGroup
from tests.analysis.any_group import BY_TYPE, span_of
from tests.analysis.conftest import FixedLogits, orthonormal_span


def test_fve_equals_projection_on_matrix_entries(run):
    weights = run.network.left_embedding().detach().double()
    shares = embeddings.fraction_of_variance_explained(weights, run.group)
    for label in run.group.irreps:
        span = orthonormal_span(run.group, label, torch.arange(24))
        expected = (span.T @ weights).square().sum() / weights.square().sum()
        assert shares[label] == pytest.approx(float(expected), abs=1e-13)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-13)


def test_fve_of_zero_weights_is_zero():
    shares = embeddings.fraction_of_variance_explained(torch.zeros(6, 3), SymmetricGroup(3))
    assert set(shares.values()) == {0.0}


def test_fve_finds_the_irrep_whose_entry_it_is_given():
    group = SymmetricGroup(4)
    weights = group.irrep((2, 2)).tensor(torch.float64)[:, 0, 1:]
    shares = embeddings.fraction_of_variance_explained(weights, group)
    assert shares[Partition(2, 2)] == pytest.approx(1)


def test_chance_of_variance_explained_is_the_mean_over_random_weights():
    group = SymmetricGroup(4)
    generator = torch.Generator().manual_seed(5)
    weights = torch.randn(24, 20000, generator=generator, dtype=torch.float64)
    shares = embeddings.fraction_of_variance_explained(weights, group)
    chance = embeddings.variance_explained_baseline(group)
    for label in group.irreps:
        assert shares[label] == pytest.approx(chance[label].mean, abs=0.005)
    assert sum(level.mean for level in chance.values()) == pytest.approx(1)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_isotypic_projector_is_that_onto_matrix_entries():
    group = SymmetricGroup(4)
    projector = embeddings.isotypic_projector(group, ["2,2", (3, 1), "2,2"])
    spans = [orthonormal_span(group, label, torch.arange(24)) for label in ((2, 2), (3, 1))]
    torch.testing.assert_close(projector, sum(span @ span.T for span in spans))
    assert not embeddings.isotypic_projector(group, []).any()


def test_an_irrep_is_removed_from_an_embedding_by_a_map(run):
    group = run.group
    removal = torch.eye(24).double() - embeddings.isotypic_projector(group, ["standard"])
    edited = run.network.edited(right=removal)
    shares = embeddings.fraction_of_variance_explained(edited.right_embedding().detach(), group)
    assert shares[Partition(3, 1)] == pytest.approx(0, abs=1e-12)
    assert min(share for label, share in shares.items() if label != Partition(3, 1)) > 0.002


def test_irrep_overlaps_are_norms_of_products_of_projections():
    group, weights = SymmetricGroup(3), random(6, 4)
    parts = []
    for label in group.irreps:
        span = orthonormal_span(group, label, torch.arange(6))
        parts.append(span @ (span.T @ weights))
    norms = torch.tensor([[(a @ b.T).norm() for b in parts] for a in parts]).double()
    scale = norms.diagonal().sqrt()
    torch.testing.assert_close(
        embeddings.irrep_overlaps(weights, group), norms / torch.outer(scale, scale)
    )


def test_irreps_in_different_columns_do_not_overlap():
    group = SymmetricGroup(4)
    rho = group.irrep("standard").tensor(torch.float64)
    columns = [rho[:, 0, :2], rho[:, 1, 1:2], torch.tensor(group.signs)[:, None].double()]
    apart = embeddings.irrep_overlaps(torch.cat(columns, dim=1), group)
    together = embeddings.irrep_overlaps(columns[1] + columns[2], group)
    standard, sign = (list(group.irreps).index(group.parse_label(x)) for x in ("standard", "sign"))
    present = torch.zeros(5, dtype=torch.float64)
    present[[standard, sign]] = 1.0
    torch.testing.assert_close(apart, present.diag(), atol=1e-7, rtol=0)
    torch.testing.assert_close(together, torch.outer(present, present))


def test_zero_weights_do_not_overlap():
    assert not embeddings.irrep_overlaps(torch.zeros(6, 3), SymmetricGroup(3)).any()


@pytest.mark.parametrize("width", [2, 6, 40])
def test_chance_of_irrep_overlaps_is_that_of_random_weights(width):
    group = SymmetricGroup(4)
    squares = [
        embeddings.irrep_overlaps(random(24, width, seed=k), group).square() for k in range(1000)
    ]
    expected = embeddings.irrep_overlap_baseline(group, width).square()
    torch.testing.assert_close(torch.stack(squares).mean(0), expected, atol=0.03, rtol=0)
    # Of two irreps of one dimension the square is that of a cosine.
    assert float(expected[0, 4]) == pytest.approx(1 / width)


def test_predicted_ranks_are_sums_of_dimensions_and_of_their_squares():
    keys = [Partition(4, 1), Partition(1, 1, 1, 1, 1), Partition(3, 1, 1)]
    table = embeddings.predicted_ranks(SymmetricGroup(5), keys)
    assert table.irrep.tolist() == ["(4,1)", "(1,1,1,1,1)", "(3,1,1)"]
    assert table.least.tolist() == [4, 5, 11]
    assert table.most.tolist() == [16, 17, 53]
    assert len(embeddings.predicted_ranks(SymmetricGroup(5), [])) == 0


def best_of_rank(matrix, rank):
    U, values, V = np.linalg.svd(matrix.numpy(), full_matrices=False)
    values[rank:] = 0
    return torch.tensor(U * values @ V)


@pytest.mark.parametrize("rank", [0, 1, 3, 7])
def test_truncation_losses_are_those_of_the_best_approximations(run, rank):
    network, group = run.network.double(), run.group
    left, right, unembedding = (
        matrix.detach()
        for matrix in (network.left_embedding(), network.right_embedding(), network.unembedding())
    )
    cut_left, cut_right = best_of_rank(left, rank), best_of_rank(right, rank)
    readout = best_of_rank(unembedding - unembedding.mean(0), rank)
    table = embeddings.truncation_losses(Measured(run), [rank]).set_index("matrix")
    assert (table["rank"] == rank).all()
    assert (table.standard_error == 0).all()
    for name, x, y, u in (
        ("left embedding", cut_left, right, unembedding),
        ("right embedding", left, cut_right, unembedding),
        ("both embeddings", cut_left, cut_right, unembedding),
        ("unembedding", left, right, readout),
    ):
        logits = torch.relu(x[:, None] + y) @ u.T
        labels = logits.log_softmax(-1).gather(-1, group_tensors(group).products[..., None])[..., 0]
        row = table.loc[name]
        assert row.loss == pytest.approx(-float(labels.mean()), rel=1e-12)
        assert row.train_loss == pytest.approx(-float(labels[run.training_mask].mean()))
        assert row.test_loss == pytest.approx(-float(labels[~run.training_mask].mean()))
        correct = (logits.argmax(-1) == group_tensors(group).products).double().mean()
        # At rank 0 all logits are equal: which of them is largest is for rounding to say.
        if rank or name != "unembedding":
            assert row.accuracy == pytest.approx(float(correct))


def sharper(run, left):
    """The run with larger embeddings, so that their small parts matter too."""
    return replace(run, network=run.network.edited(left, 9 * torch.eye(24), 3 * torch.eye(24)))


def test_truncation_goes_from_nothing_to_the_whole_matrix(run):
    sharp = sharper(run, 9 * torch.eye(24))
    table = embeddings.truncation_losses(Measured(sharp))
    whole = float(pair_statistics(sharp.network, run.group).losses.mean())
    assert table.matrix.nunique() == 4
    for _, rows in table.groupby("matrix"):
        ranks, settled = rows["rank"].tolist(), (rows.loss - whole).abs() < 0.01 * whole
        assert ranks == [0, 1, 2, 3, 4, 5, 6, 7][: len(ranks)]
        assert settled.iloc[-1]
        assert not (settled & settled.shift(fill_value=False)).iloc[:-1].any()
        assert len(ranks) > 4
    guess = table[(table.matrix == "unembedding") & (table["rank"] == 0)].iloc[0]
    assert guess.loss == pytest.approx(log(24), rel=1e-14)
    assert guess.accuracy == pytest.approx(1 / 24)


def test_truncation_stops_at_the_rank_of_a_planted_embedding(run):
    projector = embeddings.isotypic_projector(run.group, ["trivial", "sign"])
    table = embeddings.truncation_losses(Measured(sharper(run, 9 * projector)))
    ranks = {name: rows["rank"].tolist() for name, rows in table.groupby("matrix")}
    assert ranks["left embedding"] == [0, 1, 2]
    assert len(ranks["right embedding"]) > 3


def test_ranks_grow_by_thirds_or_double():
    assert list(embeddings._ladder(20, fine=True)) == [0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 20]
    assert list(embeddings._ladder(20, fine=False)) == [0, 1, 2, 4, 8, 16, 20]
    assert list(embeddings._ladder(1, fine=True)) == [0, 1]
    assert list(embeddings._ladder(0, fine=True)) == [0]


def test_what_is_negligible_is_not_truncated():
    assert embeddings._effective_rank(torch.tensor([1.0, 0.1, 1.1e-3, 1e-4])) == 3
    assert embeddings._effective_rank(torch.tensor([1.0, 0.1, 0.9e-3, 1e-4])) == 2
    assert embeddings._effective_rank(torch.tensor([1.0] + 4 * [0.9e-3])) == 4
    assert embeddings._effective_rank(torch.zeros(3)) == 0


def test_a_sample_of_pairs_has_the_mean_loss_within_its_error(run, monkeypatch):
    whole = embeddings.truncation_losses(Measured(run), [3])
    monkeypatch.setattr(embeddings, "PAIRS", 400)
    sampled = embeddings.truncation_losses(Measured(run), [3])
    errors = sampled.standard_error
    assert (errors > 0).all()
    assert (abs(sampled.loss - whole.loss) < 4 * errors).all()
    assert (abs(sampled.loss - whole.loss) > 0).all()


def test_the_one_embedding_of_a_transformer_is_truncated_once(run):
    torch.manual_seed(0)
    network = Transformer(24, 4, 5, heads=2, head_dim=3)
    table = embeddings.truncation_losses(Measured(replace(run, network=network)), [0, 4])
    assert table.matrix.unique().tolist() == ["both embeddings", "unembedding"]
    whole = float(pair_statistics(network, run.group).losses.mean())
    assert table.loss.iloc[[1, 3]].tolist() == pytest.approx([whole, whole])


def test_truncations_that_make_no_sense_are_named(run):
    with pytest.raises(ValueError, match="expected ranks of 0 or more, got -2"):
        embeddings.truncation_losses(Measured(run), [1, -2])
    fixed = replace(run, network=FixedLogits(torch.zeros(24, 24, 24)))
    with pytest.raises(ValueError, match="method `edited`; FixedLogits has none"):
        embeddings.truncation_losses(Measured(fixed))
    with pytest.raises(ValueError, match="the network is on 6 elements but S_4 has 24"):
        embeddings.truncation_losses(Measured(replace(run, network=BilinearNet(6, 3))))


@pytest.mark.parametrize("name", BY_TYPE)
def test_shares_and_projectors_of_every_type_are_those_of_the_matrix_entries(name):
    group, label, d, c = BY_TYPE[name]
    weights, everything = random(group.order, 4), torch.arange(group.order)
    shares = embeddings.fraction_of_variance_explained(weights, group)
    chances = embeddings.variance_explained_baseline(group, 4)
    spans = {other: span_of(group, other, everything) for other in group.irreps}
    for other, span in spans.items():
        expected = (span.T @ weights).square().sum() / weights.square().sum()
        assert shares[other] == pytest.approx(float(expected), abs=1e-13)
        assert chances[other].mean == pytest.approx(span.shape[1] / group.order)
    assert sum(shares.values()) == pytest.approx(1)
    projector = embeddings.isotypic_projector(group, [label])
    torch.testing.assert_close(projector, spans[label] @ spans[label].T)
    assert float(projector.trace()) == pytest.approx(d**2 / c)
    both = embeddings.isotypic_projector(group, [label, "trivial"])
    torch.testing.assert_close(both, projector + 1 / group.order)


@pytest.mark.parametrize("name", ["complex", "quaternionic", "complex of degree 2"])
def test_chance_of_variance_explained_by_every_type_is_that_of_random_weights(name):
    group, label, _, _ = BY_TYPE[name]
    found = torch.tensor(
        [
            embeddings.fraction_of_variance_explained(random(group.order, 2, seed=k), group)[label]
            for k in range(600)
        ]
    )
    level = embeddings.variance_explained_baseline(group, 2)[label]
    assert float(found.mean()) == pytest.approx(level.mean, abs=4 * level.sd / 600**0.5)
    assert float(found.std()) == pytest.approx(level.sd, rel=0.12)


@pytest.mark.parametrize("name", ["complex of degree 2", "quaternionic"])
def test_overlaps_of_every_type_are_norms_of_products_of_projections(name):
    group, weights = BY_TYPE[name][0], random(BY_TYPE[name][0].order, 6)
    parts = []
    for label in group.irreps:
        span = span_of(group, label, torch.arange(group.order))
        parts.append(span @ (span.T @ weights))
    norms = torch.tensor([[(a @ b.T).norm() for b in parts] for a in parts]).double()
    scale = norms.diagonal().sqrt()
    found = embeddings.irrep_overlaps(weights, group)
    torch.testing.assert_close(found, norms / torch.outer(scale, scale))
    squares = [
        embeddings.irrep_overlaps(random(group.order, 6, seed=k), group).square()
        for k in range(600)
    ]
    expected = embeddings.irrep_overlap_baseline(group, 6).square()
    torch.testing.assert_close(torch.stack(squares).mean(0), expected, atol=0.04, rtol=0)


@pytest.mark.parametrize("name", BY_TYPE)
def test_predicted_ranks_count_one_vector_or_all_of_an_irrep(name):
    group, label, d, c = BY_TYPE[name]
    rho = group.irrep(label).tensor(torch.float64)
    (row,) = embeddings.predicted_ranks(group, [label]).itertuples()
    one_vector = rho @ random(d)
    assert int(torch.linalg.matrix_rank(one_vector)) == row.least == d
    assert int(torch.linalg.matrix_rank(rho.flatten(1), rtol=1e-9)) == row.most == d**2 // c
