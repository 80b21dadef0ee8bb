from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis.figures import embeddings, hidden, style
from symrep import Partition

LABELS = [Partition(2, 1), Partition(1, 1, 1)]


def texts(artists):
    return [text.get_text() for text in artists]


def test_four_series_of_shares_have_four_colours():
    shares = dict.fromkeys(LABELS, 0.5)
    series = dict.fromkeys(("xy", "yx", "x⁻¹ y", "x y⁻¹"), shares)
    (axes,) = embeddings.fractions_by_irrep(series, series, "title").axes
    assert len({bar.get_facecolor() for bar in axes.patches}) == 4


def test_coefficient_fractions_are_relative_on_a_common_scale_with_the_even_level():
    left, right = np.array([[0.3, 0.1], [0.0, 0.0]]), np.full((2, 2), 0.01)
    figure = embeddings.coefficient_fractions({"left": left, "right": right}, 0.05, "(2,1)")
    first, second, bar = figure.axes
    np.testing.assert_allclose(first.images[0].get_array(), left / 0.4)
    np.testing.assert_allclose(second.images[0].get_array(), 0.25)
    assert first.images[0].get_clim() == second.images[0].get_clim()
    assert first.images[0].get_clim() == pytest.approx((0, 1.02 * 0.75))
    assert first.get_title(loc="left") == "left:\n40.0% (null 20.0%)"
    assert second.get_title(loc="left") == "right:\n4.0% (null 20.0%)"
    assert (first.get_ylabel(), first.get_xlabel()) == ("i", "j")
    assert bar.get_ylabel() == "fraction of the part in (2,1)\n(line: all equal)"
    assert not bar.texts
    assert 0.25 in [line.get_ydata()[0] for line in bar.lines]


def test_titles_of_the_elements_of_a_quaternionic_irrep_are_clear_of_the_scale():
    shares = {name: np.full((4, 1), 0.1) for name in ("left", "right", "z", "hidden layer, by xy")}
    figure = embeddings.coefficient_fractions(shares, 0.125, "freq_1")
    FigureCanvasAgg(figure).draw()
    *panels, bar = figure.axes
    for axes in panels:
        for text in axes.findobj(Text):
            if text.get_text():
                assert not text.get_window_extent().overlaps(bar.get_tightbbox())


def test_zero_shares_are_drawn_with_the_even_level_in_range():
    figure = embeddings.coefficient_fractions({"left": np.zeros((2, 2))}, 0.05, "(2,1)")
    assert figure.axes[0].images[0].get_clim() == (0, 1.02 * 0.25)


def test_side_spectra_are_bars_beside_chance():
    sides = (np.array([0.9, 0.1]), np.array([0.6, 0.4]))
    chance = {"left embedding": np.array([0.55, 0.45])}
    (axes,) = embeddings.side_spectra({"left embedding": sides}, chance, "(2,1)").axes
    assert [bar.get_height() for bar in axes.patches] == [0.9, 0.1, 0.6, 0.4]
    (levels,) = axes.collections
    assert [segment[0][1] for segment in levels.get_segments()] == [0.55, 0.45]
    assert axes.get_ylabel() == "fraction of the part in (2,1)"
    assert list(axes.get_xticks()) == [1, 2]


def test_truncation_losses_are_lines_with_ranks_and_levels():
    losses = {"left embedding": {0: 2.0, 1: 0.5, 8: 0.0}, "unembedding": {0: 1.8, 2: 1.0}}
    figure = embeddings.truncation_losses(
        losses, {"sum of d": 3, "sum of d²": 9}, {"guessing": 1.8}
    )
    first, second = figure.axes
    assert list(first.lines[0].get_xdata()) == [0, 1, 8]
    np.testing.assert_allclose(first.lines[0].get_ydata(), [2.0, 0.5, style.SMALLEST_LOSS])
    assert first.lines[1].get_ydata()[0] == 1.8
    assert [line.get_xdata()[0] for line in first.lines[2:]] == [3, 9]
    assert texts(first.texts) == ["sum of d = 3", "sum of d² = 9"]
    assert texts(second.texts) == ["sum of d = 3"]
    assert first.get_yscale() == "log"
    assert first.get_ylabel() == "mean cross entropy (nats)"
    assert texts(figure.legends[0].get_texts()) == ["guessing"]


def test_a_third_truncated_matrix_leaves_no_empty_axes():
    losses = {name: {0: 1.0, 1: 0.5} for name in ("a", "b", "c")}
    figure = embeddings.truncation_losses(losses, {}, {})
    assert [axes.get_visible() for axes in figure.axes] == [True, True, True, False]


def test_overlaps_are_beside_those_of_random_weights():
    found, chance = np.array([[1.0, 0.2], [0.2, 1.0]]), np.array([[1.0, 0.5], [0.5, 1.0]])
    first, second, bar = embeddings.irrep_overlaps(found, chance, LABELS).axes
    np.testing.assert_array_equal(first.images[0].get_array(), found)
    np.testing.assert_array_equal(second.images[0].get_array(), chance)
    assert first.images[0].get_clim() == second.images[0].get_clim() == (0, 1)
    assert texts(first.get_yticklabels()) == ["(2,1)", "(1,1,1)"]
    assert "overlap" in bar.get_ylabel()


def test_a_representation_is_beside_its_readout():
    rho = np.arange(24.0).reshape(6, 2, 2) - 12
    figure = hidden.representation_beside_readout(
        rho, rho / 2, [0, 1, 4], ["(1,1,1)", "(2,1)", "(3)"], "(2,1)"
    )
    left, right, scatter, bar = figure.axes
    np.testing.assert_array_equal(left.images[0].get_array(), rho.reshape(6, 4))
    np.testing.assert_array_equal(right.images[0].get_array(), rho.reshape(6, 4) / 2)
    assert left.images[0].get_clim() == right.images[0].get_clim() == (-12, 12)
    assert list(left.get_yticks()) == [0, 2, 4.5]
    assert texts(left.get_yticklabels()) == ["(1,1,1)", "(2,1)", "(3)"]
    diagonal, points = scatter.lines
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata())
    np.testing.assert_array_equal(points.get_xdata(), rho.flatten())
    np.testing.assert_array_equal(points.get_ydata(), rho.flatten() / 2)
    assert bar.get_ylabel() == "matrix coefficient"


def test_classes_too_small_for_a_line_have_no_name_and_many_points_are_thinned():
    rho = np.ones((3000, 2, 2))
    figure = hidden.representation_beside_readout(rho, rho, [0, 1], ["(1,1)", "(2)"], "(2)")
    assert texts(figure.axes[0].get_yticklabels()) == ["(2)"]
    assert len(figure.axes[2].lines[1].get_xdata()) == 4000


@pytest.mark.parametrize("scale", [3.0, -0.5])
def test_readout_maps_are_divided_by_their_largest_entries(scale):
    found = scale * np.diag([1.0, 0.5, 0, 0])
    left, right, bar = hidden.readout_map(found, np.eye(4), "found", 2).axes
    np.testing.assert_allclose(left.images[0].get_array(), np.sign(scale) * np.diag([1, 0.5, 0, 0]))
    np.testing.assert_array_equal(right.images[0].get_array(), np.eye(4))
    assert left.images[0].get_clim() == right.images[0].get_clim() == (-1, 1)
    assert list(left.get_xticks()) == [0, 2]
    assert texts(left.get_xticklabels()) == ["(1,1)", "(2,1)"]
    assert left.get_title(loc="left") == "found"
    assert bar.get_ylabel() == "entry / largest entry"


def test_a_readout_map_of_zeros_is_drawn():
    figure = hidden.readout_map(np.zeros((4, 4)), np.eye(4), "found", 2)
    assert not figure.axes[0].images[0].get_array().any()
