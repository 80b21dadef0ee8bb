"""Training a network on group composition: a configuration in, a run folder out."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from analysis.configuration import Configuration
from analysis.runs import (
    CHECKPOINTS,
    CONFIGURATION,
    TRAINING_LOG,
    WEIGHTS,
    Run,
    load_run,
    save_weights,
)
from symrep.files import replacing


@dataclass(frozen=True)
class Progress:
    """The state of training after a number of epochs; losses are mean cross entropies."""

    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    sum_of_squared_weights: float


class TrainingError(ArithmeticError):
    """Training could not go on; the message says when and why."""


def train(
    configuration: Configuration,
    folder: Path,
    report: Callable[[Progress], None] = lambda progress: None,
    checkpoints: int = 20,
    evaluations: int = 200,
) -> Run:
    """Trains a network by full-batch AdamW on float64 cross entropy and writes a run folder.

    The folder gets `config.json`, the final `model.safetensors`, `checkpoints/EPOCH.safetensors`
    at log-spaced epochs, and `training.csv` with one row an evaluation, which grows as training
    goes on. The result is the same on every run on one machine with one number of threads.

    Args:
        configuration: what to train.
        folder: a new or empty folder; its parents are made.
        report: is called after every evaluation.
        checkpoints: number of checkpoints, or a few less.
        evaluations: number of evaluations on all pairs, evenly spaced; as many again,
            log-spaced, or a few less.

    Raises:
        FileExistsError: the folder has files in it.
        TrainingError: the loss is not finite; nothing is written as the final network.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists and is not an empty folder")
    (folder / CHECKPOINTS).mkdir(parents=True, exist_ok=True)
    with replacing(folder / CONFIGURATION) as temporary:
        temporary.write_text(configuration.to_json(), encoding="utf-8")

    task = _Task.of(configuration)
    torch.manual_seed(configuration.seed)
    network = configuration.make_network()
    optimiser = torch.optim.AdamW(
        network.parameters(),
        lr=configuration.lr,
        weight_decay=configuration.weight_decay,
        betas=configuration.betas,
    )
    epochs = configuration.num_epochs
    saved = _log_spaced(epochs, checkpoints)
    evaluated = _log_spaced(epochs, evaluations) | set(
        np.linspace(0, epochs, evaluations + 1, dtype=int).tolist()
    )
    with (folder / TRAINING_LOG).open("w", newline="", encoding="utf-8") as log:
        rows = csv.writer(log)
        rows.writerow(field.name for field in fields(Progress))
        for epoch in range(epochs + 1):
            if epoch in evaluated:
                progress = task.evaluate(network, epoch)
                rows.writerow(astuple(progress))
                log.flush()
                report(progress)
            if epoch in saved:
                save_weights(network, folder / CHECKPOINTS / f"{epoch:08d}.safetensors")
            if epoch < epochs:
                loss = task.loss(network)
                if not bool(loss.isfinite()):
                    raise TrainingError(f"the training loss is {loss.item()} at epoch {epoch}")
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
    save_weights(network, folder / WEIGHTS)
    return load_run(folder)


@dataclass(frozen=True)
class _Task:
    """The pairs of a group with their products, split; each a tensor of indices."""

    train: tuple[Tensor, Tensor, Tensor]
    test: tuple[Tensor, Tensor, Tensor]

    @classmethod
    def of(cls, configuration: Configuration) -> _Task:
        group = configuration.make_group()
        products = group.cayley_table.flatten()
        train, test = (
            (pairs // group.order, pairs % group.order, products[pairs])
            for pairs in configuration.training_split()
        )
        return cls(train, test)

    def loss(self, network: nn.Module) -> Tensor:
        x, y, xy = self.train
        return F.cross_entropy(network(x, y).double(), xy)

    @torch.no_grad()
    def evaluate(self, network: nn.Module, epoch: int) -> Progress:
        (train_loss, train_accuracy), (test_loss, test_accuracy) = (
            _loss_and_accuracy(network, *pairs) for pairs in (self.train, self.test)
        )
        return Progress(
            epoch,
            train_loss,
            test_loss,
            train_accuracy,
            test_accuracy,
            sum(float(p.double().square().sum()) for p in network.parameters()),
        )


def _loss_and_accuracy(
    network: nn.Module, x: Tensor, y: Tensor, xy: Tensor, block: int = 4096
) -> tuple[float, float]:
    loss, correct = 0.0, 0
    for start in range(0, len(x), block):
        part = slice(start, start + block)
        logits = network(x[part], y[part]).double()
        loss += float(F.cross_entropy(logits, xy[part], reduction="sum"))
        correct += int((logits.argmax(-1) == xy[part]).sum())
    count = max(len(x), 1)
    return loss / count, correct / count


def _log_spaced(last: int, count: int) -> set[int]:
    """0, `last`, and integers between them whose logarithms are evenly spaced."""
    return {0, *np.unique(np.geomspace(1, last, count - 1).astype(int)).tolist(), last}
