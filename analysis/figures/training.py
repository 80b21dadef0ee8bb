"""Figures of training."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures.style import CHANCE, LEFT, PRODUCT, SMALL, finish


def training_curves(log: pd.DataFrame) -> Figure:
    """Losses and accuracies of the training and of the other pairs by epoch, on log scales.

    Args:
        log: epoch, train_loss, test_loss, train_accuracy, test_accuracy,
            sum_of_squared_weights; one row an evaluation.
    """
    figure = Figure(figsize=(10, 3.2), layout="constrained")
    loss, accuracy, weights = figure.subplots(1, 3)
    epochs = log.epoch + 1
    for name, colour in (("train", LEFT), ("test", PRODUCT)):
        loss.loglog(epochs, log[f"{name}_loss"], color=colour, label=f"{name} pairs")
        accuracy.semilogx(epochs, log[f"{name}_accuracy"], color=colour, label=f"{name} pairs")
    weights.semilogx(epochs, log.sum_of_squared_weights, color=CHANCE)
    loss.set_ylabel("mean cross entropy (nats)")
    accuracy.set_ylabel("share of pairs right")
    weights.set_ylabel("sum of squares")
    for axes, title in ((loss, "loss"), (accuracy, "accuracy"), (weights, "weights")):
        axes.set_xlabel("epoch + 1")
        finish(axes, title)
    loss.legend(fontsize=SMALL, frameon=False)
    return figure
