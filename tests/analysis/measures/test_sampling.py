from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import torch

from analysis import BUNDLED_RUN, load_run, metrics
from analysis.measures.table import sampled_metrics
from tests.analysis.any_group import BY_TYPE, C6, DIC3, multiplier, random, run_on
from tests.analysis.conftest import FixedLogits, make_run

UNBIASED = (
    "all_loss",
    "train_loss",
    "test_accuracy",
    "character_similarity",
    "row_similarity",
    "hidden_x_fve",
    "hidden_y_fve",
    "hidden_xy_fve",
    "hidden_fve",
    "logit_restricted_loss",
)


def beside_exact(run, **options) -> pd.DataFrame:
    sampled = sampled_metrics(run, **options).set_index(["measure", "irrep"])
    exact = metrics(run).set_index(["measure", "irrep"])
    return sampled.join(exact.value.rename("exact"), how="left")


@pytest.fixture(scope="module")
def bundled():
    return beside_exact(load_run(BUNDLED_RUN), pairs=20_000, seed=3)


def test_every_estimate_is_within_its_error(bundled):
    estimated = bundled[bundled.standard_error > 0]
    assert estimated.exact.notna().all()
    rows = estimated[estimated.index.get_level_values("measure").isin(UNBIASED)]
    assert len(rows) > 40
    # Student's t with 9 degrees of freedom: one in 10^5 is beyond 8.
    deviations = (rows.value - rows.exact) / rows.standard_error
    assert deviations.abs().max() < 6
    assert 0.7 < ((deviations**2).mean() * 7 / 9) ** 0.5 < 1.4


def test_ablations_are_near_the_exact_ones(bundled):
    """They take away an estimate of a part, which has noise of its own."""
    for irrep in ("key", "(2,2,1)"):
        row = bundled.loc["hidden_restricted_loss", irrep]
        assert row.value == pytest.approx(row.exact, abs=5 * row.standard_error)
        assert row.standard_error < row.exact / 4
        for measure in ("hidden_excluded_loss", "logit_excluded_loss"):
            row = bundled.loc[measure, irrep]
            assert row.value == pytest.approx(row.exact, rel=0.1)
            assert row.value != row.exact


def test_noise_makes_no_irrep_key():
    table = sampled_metrics(make_run(4), 100)
    assert table.value[(table.irrep == "key") & (table.measure == "hidden_fve")].tolist() == [0]


def test_weights_are_exact(bundled):
    rows = bundled[bundled.index.get_level_values("measure").str.contains("embedding")]
    assert len(rows) == 4 * 8
    assert (rows.standard_error == 0).all()
    assert (rows.value == rows.exact).all()


def test_shares_of_small_samples_have_no_bias():
    """Each pair counts against the others alone; against itself it would add d^2/pairs."""
    run = make_run(3)
    tables = [sampled_metrics(run, 40, seed, batches=2) for seed in range(60)]
    found = pd.concat(tables).groupby(["measure", "irrep"]).value
    exact = metrics(run).set_index(["measure", "irrep"]).value
    for measure in ("hidden_x_fve", "hidden_xy_fve"):
        at = measure, "(2,1)"
        error = found.std()[at] / 60**0.5
        assert found.mean()[at] == pytest.approx(exact[at], abs=4 * error)
        assert 4 * error < 4 / 20


def test_chance_levels_are_those_of_the_exact_table():
    run = make_run(4)
    sampled = sampled_metrics(run, 100).set_index(["measure", "irrep"])
    exact = metrics(run).set_index(["measure", "irrep"])
    both = sampled.index.intersection(exact.index)
    assert len(both) == len(sampled)
    pd.testing.assert_series_equal(sampled.baseline[both], exact.baseline[both])


def test_the_draw_is_that_of_the_seed():
    run = make_run(3)
    first, again, other = (sampled_metrics(run, 100, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


@pytest.mark.parametrize(("pairs", "batches"), [(3, 2), (100, 1), (0, 10)])
def test_samples_without_a_spread_are_refused(pairs, batches):
    with pytest.raises(ValueError, match=f"got {pairs} pairs in {batches} batches"):
        sampled_metrics(make_run(3), pairs, batches=batches)


def test_networks_that_cannot_be_measured_are_refused():
    run = make_run(3)
    with pytest.raises(ValueError, match="NaN or infinite"):
        sampled_metrics(replace(run, network=FixedLogits(torch.full((6, 6, 6), torch.nan))), 100)
    with pytest.raises(ValueError, match="network is on 6 elements but S_4 has 24"):
        sampled_metrics(replace(make_run(4), network=run.network), 100)


def test_constant_logits_give_zeros():
    run = replace(make_run(3), network=FixedLogits(torch.ones(6, 6, 6).double()))
    table = sampled_metrics(run, 100).set_index("measure")
    assert (table.value["character_similarity"] == 0).all()
    assert table.value.notna().all()


def test_errors_of_what_is_excluded_cover_the_noise_of_the_part():
    """With 17 pairs a product, as many as the default has on S_7."""
    run = load_run(BUNDLED_RUN)
    exact = metrics(run).set_index(["measure", "irrep"]).value
    tables = [sampled_metrics(run, 2000, seed) for seed in range(4)]
    for irrep in ("(3,1,1)", "(2,2,1)", "key"):
        at = "hidden_excluded_loss", irrep
        rows = [table.set_index(["measure", "irrep"]).loc[at] for table in tables]
        assert all(abs(row.value - exact[at]) < 4 * row.standard_error for row in rows)
        assert exact[at] > 1 or rows[0].standard_error < 0.01


def test_squares_of_similarities_that_are_nothing_are_nothing():
    run = make_run(4)
    tables = pd.concat([sampled_metrics(run, 200, seed) for seed in range(20)])
    rows = tables[(tables.measure == "logit_fve") & (tables.irrep == "all")]
    exact = metrics(run).set_index(["measure", "irrep"]).value["logit_fve", "all"]
    assert rows.value.mean() == pytest.approx(exact, abs=3 * rows.value.std() / 20**0.5)
    assert rows.standard_error.min() > 0


def test_a_sample_that_cannot_fit_is_refused_before_it_is_drawn():
    with pytest.raises(MemoryError, match=r"a sample of 100000000000000 pairs.*; draw fewer"):
        sampled_metrics(make_run(3), 10**14)


@pytest.mark.parametrize("group", [C6, DIC3], ids=str)
def test_estimates_on_other_groups_are_within_their_errors(group):
    table = beside_exact(run_on(group), pairs=6000, seed=5)
    rows = table[
        (table.standard_error > 0) & table.index.get_level_values("measure").isin(UNBIASED)
    ]
    assert len(rows) > 20
    deviations = (rows.value - rows.exact) / rows.standard_error
    assert deviations.abs().max() < 6
    assert 0.6 < ((deviations**2).mean() * 7 / 9) ** 0.5 < 1.5
    exact = metrics(run_on(group)).set_index(["measure", "irrep"]).baseline[table.index]
    named = table.index.get_level_values("irrep") != "key"
    pd.testing.assert_series_equal(table.baseline[named], exact[named])


@pytest.mark.parametrize("name", ["complex", "quaternionic"])
def test_ablations_of_key_irreps_of_other_types_are_near_the_exact_ones(name):
    group, label, _, _ = BY_TYPE[name]
    network = multiplier(group, label)
    network.W_U += 0.1 * random(*network.W_U.shape)
    table = beside_exact(run_on(group, network), pairs=20_000, seed=2)
    for measure in ("hidden_restricted_loss", "logit_restricted_loss"):
        row = table.loc[measure, label]
        assert row.value == pytest.approx(row.exact, abs=5 * row.standard_error + 1e-12)
        assert row.exact < 0.9
    for measure in ("hidden_excluded_loss", "logit_excluded_loss"):
        row = table.loc[measure, label]
        assert row.value == pytest.approx(row.exact, rel=0.1)
        assert row.exact > 1.2
