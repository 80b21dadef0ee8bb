from __future__ import annotations

import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.figures import heatmaps, style
from analysis.figures import logits as logits_figures
from analysis.figures import performance as behaviour_figures
from analysis.measures.orderings import Ordering, by_class, by_coset, by_irrep
from symrep import DihedralGroup, Partition, SymmetricGroup
from tests.exhaustive import sample

S3, S6 = SymmetricGroup(3), SymmetricGroup(6)
BY_PARITY = Ordering(torch.tensor([0, 3, 4, 1, 2, 5]), (0, 3), ("even", "odd"), "sign")


def labels(axis):
    return [text.get_text() for text in axis.get_ticklabels()]


def test_weights_are_drawn_in_the_order_of_rows_and_columns():
    matrix = np.arange(12.0).reshape(6, 2) - 3
    columns = by_irrep(torch.tensor([[0.1, 0.9], [0.8, 0.1]]), list(S3.irreps)[1:])
    figure = heatmaps.weights(matrix, BY_PARITY, "Left embedding", columns, "x")
    axes, bar = figure.axes
    np.testing.assert_array_equal(
        axes.images[0].get_array(), [[matrix[i, j] for j in (1, 0)] for i in (0, 3, 4, 1, 2, 5)]
    )
    assert axes.images[0].get_clim() == (-8, 8)
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("x, by sign", "column, by irrep")
    assert (labels(axes.yaxis), labels(axes.xaxis)) == (["even", "odd"], ["(2,1)", "(1,1,1)"])
    assert bar.get_ylabel() == "weight"
    plain = heatmaps.weights(matrix, BY_PARITY, "Left embedding").axes[0]
    np.testing.assert_array_equal(plain.images[0].get_array(), matrix[[0, 3, 4, 1, 2, 5]])
    assert plain.get_xlabel() == "column"


def test_weights_that_are_zero_or_have_no_columns_have_a_scale():
    assert heatmaps.weights(np.zeros((6, 2)), BY_PARITY, "").axes[0].images[0].get_clim() == (-1, 1)
    columns = by_irrep(torch.zeros(3, 2), list(S3.irreps))
    assert labels(heatmaps.weights(np.zeros((6, 2)), BY_PARITY, "", columns).axes[0].xaxis) == [
        "dead"
    ]


def test_pairs_have_their_own_order_on_each_axis_and_one_scale():
    matrix = np.arange(36.0).reshape(6, 6)
    rows, columns = BY_PARITY, by_coset(S3, [[1, 0, 2]], "left")
    figure = heatmaps.pairs({"a": matrix, "b": -2 * matrix}, rows, columns, ("x", "y"), "unit")
    a, b, bar = figure.axes
    expected = [[6.0 * x + y for y in (0, 2, 1, 3, 4, 5)] for x in (0, 3, 4, 1, 2, 5)]
    np.testing.assert_array_equal(a.images[0].get_array(), expected)
    np.testing.assert_array_equal(b.images[0].get_array(), -2 * np.array(expected))
    assert a.images[0].get_clim() == b.images[0].get_clim() == (-70, 70)
    assert (a.get_ylabel(), b.get_xlabel()) == ("x, by sign", "y, by left coset")
    assert labels(a.xaxis) == ["H", "(1 2)H", "(0 2)H"]
    assert (a.get_title(loc="left"), bar.get_ylabel()) == ("a", "unit")
    across = [line.get_ydata()[0] for line in a.lines if list(line.get_xdata()) == [0, 1]]
    assert across == [2.5]


@pytest.mark.parametrize("panels", sample([1, 2], lambda panels: panels == 2))
@pytest.mark.parametrize("size", sample([6, 12, 36], lambda size: size == 12))
def test_names_of_blocks_do_not_overlap(panels, size):
    """The 11 classes, the 20 cosets of S_3 x S_3, and the 60 of a subgroup of 12 elements."""
    generators = {
        36: [[1, 2, 0, 3, 4, 5], [1, 0, 2, 3, 4, 5], [0, 1, 2, 4, 5, 3], [0, 1, 2, 4, 3, 5]],
        12: [[1, 2, 0, 3, 4, 5], [0, 2, 3, 1, 4, 5]],
    }
    ordering = by_coset(S6, generators[size]) if size in generators else by_class(S6)
    assert len(ordering.names) == {36: 20, 12: 60, 6: 11}[size]
    matrices = {str(k): np.eye(720) for k in range(panels)}
    for figure in (
        heatmaps.pairs(matrices, ordering, ordering),
        heatmaps.weights(np.ones((720, 5)), ordering, "weights"),
    ):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        for axes in figure.axes[:-1]:
            for axis in (axes.xaxis, axes.yaxis):
                boxes = [t.get_window_extent() for t in axis.get_ticklabels() if t.get_text()]
                for k, box in enumerate(boxes):
                    assert not any(box.overlaps(other) for other in boxes[k + 1 :])
                    assert figure.bbox.padded(1).contains(box.x0, box.y0)
                    assert figure.bbox.padded(1).contains(box.x1, box.y1)


def test_leaders_end_before_the_names():
    ordering = by_class(S6)
    for figure in (
        heatmaps.pairs({"": np.eye(720)}, ordering, ordering),
        heatmaps.weights(np.ones((720, 5)), ordering, "weights"),
    ):
        FigureCanvasAgg(figure).draw()
        axes = figure.axes[0]
        names = [t.get_window_extent() for t in axes.yaxis.get_ticklabels() if t.get_text()]
        leaders = [line for line in axes.lines if not line.get_clip_on()]
        outermost = min(line.get_window_extent().x0 for line in leaders)
        assert max(box.x1 for box in names) < outermost < axes.bbox.x0


def test_no_lines_hide_blocks_that_are_too_narrow_for_names():
    """In D_59 the rotations are 30 classes of one or two elements, the reflections are one."""
    ordering = by_class(DihedralGroup(59))
    axes = heatmaps.pairs({"": np.eye(118)}, ordering, ordering).axes[0]
    across = [line.get_ydata()[0] for line in axes.lines if list(line.get_xdata()) == [0, 1]]
    assert across == [58.5]


def test_the_names_stay_at_their_blocks_where_there_is_room():
    axes = heatmaps.pairs({"": np.eye(6)}, BY_PARITY, BY_PARITY).axes[0]
    np.testing.assert_allclose(axes.get_xticks(), [1, 4])
    np.testing.assert_allclose(axes.get_yticks(), [1, 4])


def test_places_are_a_gap_apart_in_order_and_within_the_axis():
    middles = np.array([0.0, 0.5, 1.0, 50.0, 99.0, 99.5])
    places = heatmaps._spread(middles, 4.0, 100)
    assert (np.diff(places) >= 4 - 1e-12).all()
    assert places[3] == 50
    assert places[0] == -0.5
    assert places[-1] == 99.5


def test_logits_and_characters_by_class_share_a_scale():
    matrix, characters = np.diag([1.0, 2.0, -5.0]), np.eye(3)
    figure = logits_figures.logits_beside_characters(
        matrix, characters, [0, 1], ["(1,1,1)", "(2,1)"]
    )
    left, right, bar = figure.axes
    np.testing.assert_array_equal(left.images[0].get_array(), matrix)
    np.testing.assert_array_equal(right.images[0].get_array(), characters)
    assert left.images[0].get_clim() == right.images[0].get_clim() == (-5, 5)
    assert bar.get_ylabel() == "centred logit"
    assert (left.get_ylabel(), left.get_xlabel()) == ("xy, by class", "z, by class")
    assert list(left.get_xticks()) == [0, 1.5]


def test_slices_say_what_is_held_and_how_much_is_explained():
    figure = logits_figures.slice_beside_characters(
        np.eye(6), 2 * np.eye(6), 0.3456, BY_PARITY, by_class(S3), "y = (0 1)", "x"
    )
    left, right, _ = figure.axes
    assert left.get_title(loc="left") == "logits, y = (0 1)"
    assert "34.6%" in right.get_title(loc="left")
    assert (left.get_ylabel(), right.get_xlabel()) == ("x, by sign", "z, by class")
    np.testing.assert_array_equal(left.images[0].get_array()[1], np.eye(6)[3, [0, 1, 2, 5, 3, 4]])


def test_similarities_are_bars_beside_chance_and_certainty():
    a, b = Partition(2, 1), Partition(1, 1, 1)
    figure = logits_figures.similarities_by_irrep(
        {a: 0.5, b: -0.1}, {a: 0.4, b: 0.0}, {a: 0.3, b: 0.2}, {a: 0.9, b: 0.45}, 0.074
    )
    (axes,) = figure.axes
    heights = [bar.get_height() for container in axes.containers for bar in container]
    assert heights == [0.5, -0.1, 0.4, 0.0, 0.3, 0.2]
    (marks,) = axes.collections
    assert [segment[0][1] for segment in marks.get_segments()] == [0.9, 0.45]
    orange = axes.containers[2][0]
    np.testing.assert_allclose(
        marks.get_segments()[0][:, 0].mean(), orange.get_x() + orange.get_width() / 2
    )
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "null baseline: 0 ± 0.07" in texts
    assert labels(axes.xaxis) == ["(2,1)", "(1,1,1)"]


@pytest.mark.parametrize(("count", "written"), [(3, 9), (9, 0)])
def test_cosets_have_numbers_where_there_are_few(count, written):
    losses = np.full((count, count), 0.25)
    losses[0, 1] = 0.0
    names = [f"H{k}" for k in range(count)]
    figure = behaviour_figures.by_coset(losses, losses.T, names, names[::-1], (1.8, 1 / 6))
    loss, accuracy = figure.axes[:2]
    assert loss.images[0].get_array()[0, 1] == style.SMALLEST_LOSS
    assert accuracy.images[0].get_array()[1, 0] == 0
    assert (len(loss.texts), len(accuracy.texts)) == (written, written)
    if written:
        assert loss.texts[1].get_text() == "0"
        assert accuracy.texts[3].get_text() == "0"
    assert (labels(loss.yaxis), labels(loss.xaxis)) == (names, names[::-1])
    assert [bar.lines[-1].get_ydata()[0] for bar in figure.axes[2:]] == [1.8, 1 / 6]


def test_of_many_cosets_some_are_named():
    names = [f"H{k}" for k in range(360)]
    figure = behaviour_figures.by_coset(
        np.ones((360, 360)), np.ones((360, 360)), names, names, (6, 0)
    )
    assert labels(figure.axes[0].yaxis)[:2] == ["H0", "H5"]
