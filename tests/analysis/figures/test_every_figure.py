from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis.figures import (
    ablations,
    embeddings,
    heatmaps,
    logits,
    performance,
    style,
    training,
)
from analysis.measures.orderings import Ordering
from symrep import Partition

LABELS = [Partition(2, 1), Partition(1, 1, 1)]


def texts(axes):
    return [text.get_text() for text in axes.get_xticklabels()]


def test_bars_have_the_heights_of_the_shares_and_lines_the_chance():
    series = {"left": {LABELS[0]: 0.7, LABELS[1]: 0.3}, "right": {LABELS[0]: 0.2, LABELS[1]: 0.8}}
    chance = {name: {LABELS[0]: 4 / 6, LABELS[1]: 1 / 6} for name in series}
    figure = embeddings.fractions_by_irrep(series, chance, "title")
    (axes,) = figure.axes
    assert [bar.get_height() for bar in axes.patches] == [0.7, 0.3, 0.2, 0.8]
    levels = [segment[0][1] for lines in axes.collections for segment in lines.get_segments()]
    assert levels == [4 / 6, 1 / 6] * 2
    assert texts(axes) == ["(2,1)", "(1,1,1)"]
    assert axes.get_ylabel() == "fraction of variance"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert sorted(legend) == ["left", "null baseline", "right"]


@pytest.mark.parametrize("count", [2, 5, 18])
def test_the_legend_of_bars_is_clear_of_the_title(count):
    labels = [f"freq_{k}" for k in range(count)]
    names = ("left embedding", "right embedding", "unembedding, centred")
    series = {name: dict.fromkeys(labels, 0.2) for name in names}
    figure = embeddings.fractions_by_irrep(series, series, "Weights by irrep")
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    title = next(each for each in axes.findobj(Text) if each.get_text() == "Weights by irrep")
    assert not figure.legends[0].get_window_extent().overlaps(title.get_window_extent())


def test_figures_of_many_irreps_and_classes_are_no_wider_than_letters_allow():
    shares = {f"freq_{k}": 0.1 for k in range(40)}
    values, names = np.zeros(40), list(shares)
    for figure in (
        embeddings.fractions_by_irrep({"left": shares}, {"left": shares}, "title"),
        logits.similarities_by_irrep(shares, shares, shares, shares, 0.01),
        logits.class_function(values, values, values, names, [1] * 40),
    ):
        assert figure.get_size_inches()[0] == style.WIDEST


def test_singular_values_are_relative_and_ranks_are_marked():
    figure = embeddings.singular_values({"left": np.array([4.0, 2.0, 0.0])}, {"sum of d": 2})
    (axes,) = figure.axes
    points, line = axes.lines
    np.testing.assert_allclose(points.get_ydata(), [1, 0.5, 1e-9])
    assert list(points.get_xdata()) == [1, 2, 3]
    assert line.get_xdata()[0] == 2.5
    assert [text.get_text() for text in axes.texts] == ["sum of d = 2"]


def test_neurons_are_sorted_by_irrep_and_purity_and_off_ones_counted():
    shares = np.array([[0.6, 0.1, 0.9, 0.5], [0.4, 0.9, 0.1, 0.5]])
    figure = embeddings.neuron_fractions(shares, LABELS, np.array([True, True, True, False]))
    image = figure.axes[0].images[0]
    np.testing.assert_allclose(image.get_array(), shares[:, [2, 0, 1]])
    assert "3 active, 1 dead" in figure.axes[0].get_title(loc="left")
    assert figure.axes[1].get_ylabel() == "fraction of variance"


def test_a_layer_whose_neurons_are_all_off_is_drawn():
    figure = embeddings.neuron_fractions(np.zeros((2, 3)), LABELS, np.zeros(3, dtype=bool))
    assert "0 active, 3 dead" in figure.axes[0].get_title(loc="left")


def test_ablation_losses_are_points_on_a_log_scale_beside_levels():
    losses = {"hidden": {"(2,1)": (0.1, 3.0), "key": (0.0, 4.0)}}
    figure = ablations.ablation_losses(losses, {"guessing": 1.8})
    (axes,) = figure.axes
    guessing, restricted, excluded = axes.lines
    assert guessing.get_xdata()[0] == 1.8
    assert list(restricted.get_xdata()) == [0.1, style.SMALLEST_LOSS]
    assert list(excluded.get_xdata()) == [3.0, 4.0]
    assert axes.get_xscale() == "log"
    assert [text.get_text() for text in axes.get_yticklabels()] == ["(2,1)", "key"]


def test_logits_and_characters_share_a_scale_centred_at_zero():
    real, characters = np.diag([1.0, 2.0, -5.0]), np.eye(3)
    figure = logits.logits_beside_characters(real, characters, [0, 1], ["(1,1,1)", "(2,1)"])
    left, right = (axes.images[0] for axes in figure.axes[:2])
    np.testing.assert_array_equal(left.get_array(), real)
    np.testing.assert_array_equal(right.get_array(), characters)
    assert left.get_clim() == right.get_clim() == (-5, 5)
    assert figure.axes[2].get_ylabel() == "centred logit"
    assert list(figure.axes[0].get_xticks()) == [0, 1.5]


def test_logits_that_are_all_zero_have_a_scale():
    zeros = np.zeros((2, 2))
    figure = logits.logits_beside_characters(zeros, zeros, [0], ["(2)"])
    assert figure.axes[0].images[0].get_clim() == (0, 1)


def test_class_function_has_means_spread_and_marks():
    means, fitted = np.array([5.0, -1.0]), np.array([4.0, -1.0])
    figure = logits.class_function(means, fitted, np.array([0.0, 2.0]), ["(1,1)", "(2)"], [1, 1])
    (axes,) = figure.axes
    drawn = [list(line.get_ydata()) for line in axes.lines]
    assert list(means) in drawn
    assert list(fitted) in drawn
    whiskers = axes.collections[0].get_segments()
    assert [list(whisker[:, 1]) for whisker in whiskers] == [[5, 5], [-3, 1]]
    assert texts(axes) == ["(1,1)\n1", "(2)\n1"]


@pytest.mark.parametrize("column", ["loss", "accuracy"])
def test_training_curves_show_both_sets_of_pairs(column):
    log = pd.DataFrame(
        {
            "epoch": [0, 9],
            "train_loss": [2.0, 0.1],
            "test_loss": [3.0, 4.0],
            "train_accuracy": [0.1, 1.0],
            "test_accuracy": [0.1, 0.2],
            "sum_of_squared_weights": [5.0, 6.0],
        }
    )
    figure = training.training_curves(log)
    axes = {axes.get_title(loc="left"): axes for axes in figure.axes}
    train, test = axes[column].lines
    assert list(train.get_ydata()) == list(log[f"train_{column}"])
    assert list(test.get_ydata()) == list(log[f"test_{column}"])
    assert list(train.get_xdata()) == [1, 10]
    assert list(axes["weights"].lines[0].get_ydata()) == [5, 6]


def test_losses_by_element_are_points_beside_levels():
    losses = {"x": np.array([0.5, 0.1, 0.0]), "y": np.array([0.2, 0.2, 0.2])}
    figure = performance.losses_by_element(losses, [0, 1], ["(1,1)", "(2)"], {"guessing": 1.1})
    x, y = figure.axes
    np.testing.assert_allclose(x.lines[0].get_ydata(), [0.5, 0.1, style.SMALLEST_LOSS])
    np.testing.assert_allclose(y.lines[0].get_ydata(), 0.2)
    assert [line.get_ydata()[0] for line in x.lines[1:2]] == [1.1]
    assert [text.get_text() for text in y.get_xticklabels()] == ["(1,1)", "(2)"]
    assert list(y.get_xticks()) == [0, 1.5]
    assert x.get_title(loc="left") == "x held fixed"
    assert x.get_yscale() == "log"


@pytest.mark.parametrize("count", [30, 113])
def test_classes_of_single_elements_are_named_as_room_allows_without_lines_over_points(count):
    losses = {"x": np.full(count, 0.5)}
    names = [str(k) for k in range(count)]
    figure = performance.losses_by_element(losses, range(count), names, {})
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    assert (len(axes.lines) == 1) == (count > 50)
    boxes = [text.get_window_extent() for text in axes.get_xticklabels()]
    assert len(boxes) == {30: 30, 113: 38}[count]
    assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes))


def test_numbers_without_a_sign_have_a_scale_from_zero():
    ordering = Ordering(torch.arange(2), (0,), ("(2)",), "class")
    activations = {"one": np.array([[0.0, 3.0], [1.0, 0.0]]), "other": np.array([[0.0, 1], [4, 0]])}
    figure = heatmaps.pairs(activations, ordering, ordering)
    assert [axes.images[0].get_clim() for axes in figure.axes[:2]] == [(0, 4), (0, 4)]
    figure = heatmaps.pairs(activations | {"signed": -np.eye(2)}, ordering, ordering)
    assert figure.axes[0].images[0].get_clim() == (-4, 4)
