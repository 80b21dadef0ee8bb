from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from analysis.figures import neurons, style

BASELINE = {"(3,1)": 0.4, "(2,2)": 0.2, "(1,1,1,1)": 0.05}


def texts(labels):
    return [text.get_text() for text in labels]


def test_purities_are_points_at_one_minus_the_purity():
    left = np.array([0.99, 0.9, 0.999, 1.0, 0.0])
    right = np.array([0.98, 0.5, 0.97, 1.0, 0.0])
    irreps = ["(2,2)", "(3,1)", "(3,1)", "(2,2)", ""]
    states = ["irrep", "unassigned", "irrep", "irrep", "dead"]
    figure = neurons.purities(left, right, irreps, states, 0.95, BASELINE)
    (axes,) = figure.axes
    lines = {line.get_label(): line for line in axes.lines}
    points = {name: line.get_xydata() for name, line in lines.items()}
    np.testing.assert_allclose(points["(2,2): 2"], [[0.01, 0.02], [1e-12, 1e-12]])
    np.testing.assert_allclose(points["(3,1): 1"], [[0.001, 0.03]])
    np.testing.assert_allclose(points["unassigned: 1"], [[0.1, 0.5]])
    np.testing.assert_allclose(points["dead: 1"], [[1, 1]])
    assert lines["purity 0.95"].get_xdata()[0] == pytest.approx(0.05)
    across, up = axes.patches
    assert across.get_x() == pytest.approx(0.6)
    assert across.get_x() + across.get_width() == pytest.approx(0.95)
    assert up.get_y() == pytest.approx(0.6)
    legend = texts(figure.legends[0].get_texts())
    # Irreps are in the order of the chance levels, not in that of the neurons.
    assert legend[-2:] == ["(3,1): 1", "(2,2): 2"]
    assert axes.get_xscale() == axes.get_yscale() == "log"


def test_purities_without_neurons_of_an_irrep_are_drawn():
    figure = neurons.purities(np.zeros(2), np.zeros(2), ["", ""], ["dead", "dead"], 0.95, BASELINE)
    assert texts(figure.legends[0].get_texts())[-1] == "dead: 2"


def test_counts_are_bars_with_the_rest_in_grey():
    figure = neurons.neurons_by_irrep({"(3,1)": 5, "(2,2)": 0}, 2, 1)
    (axes,) = figure.axes
    assert [bar.get_height() for bar in axes.patches] == [5, 0, 2, 1]
    assert texts(axes.get_xticklabels()) == ["(3,1)", "(2,2)", "unassigned", "dead"]
    assert axes.get_title(loc="left") == "8 neurons"
    colours = [bar.get_facecolor() for bar in axes.patches]
    assert colours[:2] == [to_rgba(style.LEFT)] * 2
    assert colours[3] == to_rgba(neurons.DEAD)


def test_sign_circuit_has_a_table_for_each_kind():
    activations = {"+ +": np.array([[4.0, 0.0], [0.0, 1.0]])}
    contributions = {"+ +": np.array([[2.0, 0.0], [-3.0, 0.0]]), "all neurons": np.eye(2)}
    figure = neurons.sign_circuit(activations, contributions, {"+ +": 1, "all neurons": 7})
    drawn = [axes for axes in figure.axes if axes.images]
    titles = [axes.get_title(loc="left") for axes in drawn]
    assert titles == ["+ +\n1 neuron", "+ +\n1 neuron", "all neurons\n7 neurons"]
    assert drawn[0].images[0].get_clim() == (0, 4)
    assert drawn[1].images[0].get_clim() == drawn[2].images[0].get_clim() == (-3, 3)
    assert texts(drawn[1].texts) == ["2.00", "0.00", "-3.00", "0.00"]
    # The entry [1, 0] is odd x and even y: below, on the left.
    assert drawn[1].texts[2].get_position() == (0, 1)
    assert (drawn[1].get_xlabel(), drawn[1].get_ylabel()) == ("y", "x")
    labels = [axes.get_ylabel() for axes in figure.axes if not axes.images]
    assert labels[-2:] == ["mean activation\nof a neuron", "logit along s(z)"]


def test_sign_circuit_of_a_network_without_sign_neurons_has_one_row():
    figure = neurons.sign_circuit({}, {"all neurons": np.zeros((2, 2))}, {"all neurons": 3})
    (axes,) = [axes for axes in figure.axes if axes.images]
    assert texts(axes.texts) == ["0.00"] * 4


def test_negative_activations_have_a_scale_centred_at_zero():
    activations = {"+ +": np.array([[4.0, 0.0], [0.0, -6.0]])}
    figure = neurons.sign_circuit(activations, activations, {"+ +": 1})
    assert figure.axes[0].images[0].get_clim() == (-6, 6)


def test_coefficients_have_one_scale_for_each_stage():
    stages = {
        "before": {"of x": np.array([[1.0, -2.0], [0, 0]]), "of y": np.eye(2)},
        "after": {"of xy": 5 * np.eye(2)},
    }
    figure = neurons.coefficients(stages, "Neuron 3 in (2,1)")
    drawn = [axes for part in figure.subfigs for axes in part.axes if axes.images]
    assert [axes.images[0].get_clim() for axes in drawn] == [(-2, 2), (-2, 2), (-5, 5)]
    assert [axes.get_title(loc="left") for axes in drawn] == ["of x", "of y", "of xy"]
    np.testing.assert_allclose(drawn[0].images[0].get_array(), [[1, -2], [0, 0]])
    assert [part.get_suptitle() for part in figure.subfigs] == ["before", "after"]
    assert figure.get_suptitle() == "Neuron 3 in (2,1)"


def test_rank_one_measures_stand_beside_chance():
    measures = {"share": {"(3,1)": np.array([0.9, 1.0]), "(2,2)": np.array([0.5])}}
    chance = {"share": {"(3,1)": (0.6, 0.1), "(2,2)": (0.8, 0.2)}}
    figure = neurons.rank_one(measures, chance)
    (axes,) = figure.axes
    dots = [line for line in axes.lines if line.get_marker() == "."]
    assert [line.get_ydata().tolist() for line in dots] == [[0.9, 1.0], [0.5]]
    levels = [
        line for line in axes.lines if line.get_marker() == "_" and len(line.get_ydata()) == 1
    ]
    assert {float(line.get_ydata()[0]) for line in levels} >= {0.6, 0.8}
    bars = [segment for lines in axes.collections for segment in lines.get_segments()]
    np.testing.assert_allclose(bars, [[[0, 0.5], [0, 0.7]], [[1, 0.6], [1, 1.0]]])
    assert texts(axes.get_xticklabels()) == ["(3,1)", "(2,2)"]
    assert texts(figure.legends[0].get_texts()) == ["null baseline: mean, standard deviation"]


def test_many_irreps_have_their_measures_in_two_columns():
    by_irrep = {f"freq_{k}": np.array([0.9, 1.0]) for k in range(13)}
    measures = dict.fromkeys(("left", "right", "common"), by_irrep)
    chance = dict.fromkeys(measures, dict.fromkeys(by_irrep, (0.6, 0.1)))
    figure = neurons.rank_one(measures, chance)
    assert figure.get_size_inches()[0] == style.WIDEST
    assert [axes.get_visible() for axes in figure.axes] == [True, True, True, False]
    assert [axes.get_title(loc="left") for axes in figure.axes[:3]] == list(measures)
    counts = neurons.neurons_by_irrep(dict.fromkeys(by_irrep, 1), 2, 1)
    assert counts.get_size_inches()[0] <= style.WIDEST
