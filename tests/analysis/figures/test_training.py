"""Figures of training show the numbers that they are given."""

from __future__ import annotations

from math import log, nan

import numpy as np
import pandas as pd
import pytest

from analysis.figures.training import (
    OTHER_IRREP,
    fractions_over_training,
    progress,
    similarity_over_training,
)
from analysis.studies.learning import Phase

EPOCHS = [0, 9, 99]
PHASES = (
    Phase("memorisation", 0, 9),
    Phase("circuit formation", 9, 9),
    Phase("cleanup", 9, 60),
    Phase("generalised", 60, None),
)


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Draws every figure that a test made: warnings of its layout are errors."""
    figures = []
    yield figures
    assert figures
    for figure in figures:
        figure.draw_without_rendering()


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def texts(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_progress(drawn):
    losses = pd.DataFrame(
        {
            "train": [4.0, 1.0, 1e-20],
            "test": [4.0, 5.0, 1e-3],
            "restricted": [4.0, 2.0, 1e-4],
            "excluded": [4.0, 3.0, 9.0],
        },
        index=EPOCHS,
    )
    figure = progress(losses, {0: 5.0, 9: 20.0, 99: 10.0}, log(24), PHASES, "logit")
    drawn.append(figure)
    loss, weights = figure.axes
    shown = lines(loss)
    assert shown["training pairs"].get_xdata().tolist() == [1, 10, 100]
    assert shown["training pairs"].get_ydata().tolist() == [4.0, 1.0, 1e-12]
    assert shown["test pairs"].get_ydata().tolist() == [4.0, 5.0, 1e-3]
    restricted = shown["all pairs, key irreps alone in the logits"]
    assert restricted.get_ydata().tolist() == [4.0, 2.0, 1e-4]
    excluded = shown["training pairs, without key irreps in the logits"]
    assert excluded.get_ydata().tolist() == [4.0, 3.0, 9.0]
    assert set(shown["guessing, ln |G|"].get_ydata()) == {log(24)}
    assert loss.get_xscale() == loss.get_yscale() == "log"
    assert loss.get_ylabel() == "mean cross entropy (nats)"
    assert weights.lines[0].get_xdata().tolist() == [1, 10, 100]
    assert weights.lines[0].get_ydata().tolist() == [5.0, 20.0, 10.0]
    for axes in (loss, weights):
        spans = [(span.get_x(), span.get_x() + span.get_width()) for span in axes.patches]
        assert spans == [(1, 10), (10, 61), (61, 100)]
    assert texts(figure)[-3:] == [
        "memorisation, from epoch 0",
        "cleanup, from epoch 9",
        "generalised, from epoch 60",
    ]


def test_phases_that_were_not_reached_are_not_shaded(drawn):
    losses = pd.DataFrame(
        {name: [4.0, 4.0, 4.0] for name in ("train", "test", "restricted", "excluded")}, EPOCHS
    )
    rest = (Phase(name, None, None) for name in ("circuit formation", "cleanup", "generalised"))
    figure = progress(losses, dict.fromkeys(EPOCHS, 0.0), log(6), (PHASES[0], *rest))
    drawn.append(figure)
    assert [patch.get_width() for patch in figure.axes[0].patches] == [9]


def test_similarities_in_the_order_learned(drawn):
    by_irrep = pd.DataFrame({"a": [0, 0.1, 0.2], "b": [0, 0, 0.01], "c": [0.0, 0.3, 0.5]}, EPOCHS)
    figure = similarity_over_training(by_irrep, {"c": 9, "a": 99}, 0.05, (0.0, 0.002))
    drawn.append(figure)
    axes = figure.axes[0]
    shown = lines(axes)
    assert texts(figure) == [
        "c, epoch 9",
        "a, epoch 99",
        "other irreps",
        "threshold, 0.05",
        "null baseline, 0 ± 0.002",
    ]
    assert shown["c, epoch 9"].get_ydata().tolist() == [0.0, 0.3, 0.5]
    assert shown["other irreps"].get_ydata().tolist() == [0, 0, 0.01]
    assert shown["other irreps"].get_color() == OTHER_IRREP
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [(*dot.get_xdata(), *dot.get_ydata()) for dot in dots] == [(10, 0.3), (100, 0.2)]
    assert dots[0].get_color() == shown["c, epoch 9"].get_color() != dots[1].get_color()
    assert set(shown["threshold, 0.05"].get_ydata()) == {0.05}
    unknown = similarity_over_training(by_irrep, {}, 0.05, (0.0, nan))
    drawn.append(unknown)
    assert texts(unknown)[-1] == "null baseline, 0"


def test_many_irreps_have_a_style_each(drawn):
    names = [f"({k})" for k in range(15)]
    by_irrep = pd.DataFrame(np.ones((3, 15)), EPOCHS, names)
    figure = similarity_over_training(by_irrep, dict.fromkeys(names, 9), 0.05, (0.0, 0.1))
    drawn.append(figure)
    shown = lines(figure.axes[0])
    styles = {
        (shown[f"{name}, epoch 9"].get_color(), shown[f"{name}, epoch 9"].get_linestyle())
        for name in names
    }
    assert len(styles) == 15


def test_shares_beside_their_chance(drawn):
    panels = {
        "left": pd.DataFrame({"a": [0.1, 0.2, 0.3], "b": [0.9, 0.8, 0.7]}, EPOCHS),
        "right": pd.DataFrame({"a": [0.4, 0.5, 0.6], "b": [0.6, 0.5, 0.4]}, EPOCHS),
    }
    figure = fractions_over_training(panels, {"left": {"a": 0.25, "b": 0.75}}, ["b"], "shares")
    drawn.append(figure)
    left, right = figure.axes
    shown = lines(left)
    assert shown["b"].get_ydata().tolist() == [0.9, 0.8, 0.7]
    assert shown["other irreps"].get_ydata().tolist() == [0.1, 0.2, 0.3]
    levels = {
        line.get_ydata()[0]: line.get_color()
        for line in left.lines
        if line.get_linestyle() == ":" and len(line.get_ydata())
    }
    assert levels == {0.25: OTHER_IRREP, 0.75: shown["b"].get_color()}
    assert lines(right)["b"].get_ydata().tolist() == [0.6, 0.5, 0.4]
    assert left.get_ylim()[0] == 0
    assert texts(figure) == ["b", "other irreps", "null baseline, by irrep"]
    bare = fractions_over_training(panels, {}, ["a", "b"], "shares")
    drawn.append(bare)
    assert texts(bare) == ["a", "b"]
