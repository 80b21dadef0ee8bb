"""The files that training writes to a run folder, each atomically, so that it can be resumed.

Beside the files that `analysis.runs.folders` reads there are `states/EPOCH.safetensors`, each with
the weights and the state of the optimiser after an epoch: those of the checkpoints, and the newest.
"""

from __future__ import annotations

import csv
import io
import json
import platform
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from analysis.networks import load_weights
from analysis.runs.configuration import MADE_WITH, Configuration
from analysis.runs.folders import (
    CHECKPOINTS,
    CONFIGURATION,
    ELEMENT_ORDER,
    TRAINING_LOG,
    WEIGHTS,
    element_order_digest,
    read_configuration,
    save_weights,
    write_tensors,
)
from symrep import __version__
from symrep._support.files import is_unfinished, replacing

STATES = "states"

RELEASE = 1.0
"""Seconds to wait for a folder: the system may release the lock of a killed process late."""

Moments = MutableMapping[Tensor, dict[str, Any]]
"""State of the optimiser for each parameter."""

_WEIGHTS = "weights"


@dataclass(frozen=True)
class Progress:
    """The state of training after a number of epochs; losses are mean cross entropies."""

    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    sum_of_squared_weights: float


PROGRESS_COLUMNS = [field.name for field in fields(Progress)]


class Recording:
    """The folder of a run that is being trained, to which one process at a time writes.

    Attributes:
        folder: of the run.
        configuration: of the run.
        rows: of the table of progress so far, earliest first.
    """

    def __init__(self, folder: Path, configuration: Configuration) -> None:
        self.folder, self.configuration = folder, configuration
        self.rows: list[Progress] = []

    @contextmanager
    def opened(self) -> Iterator[Recording]:
        """Make the folder, or open that of a run with this configuration.

        Raises:
            FileExistsError: there are files in it, but no run.
            ValueError: the run in it has another configuration.
            BlockingIOError: another process trains it.
        """
        self._require_own_folder()
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / _LOCK, timeout=RELEASE)
        try:
            lock.acquire()
        except Timeout:
            message = f"{self.folder} is being trained by another process"
            raise BlockingIOError(message) from None
        try:
            self._require_same_configuration()
            for name in (CHECKPOINTS, STATES):
                (self.folder / name).mkdir(exist_ok=True)
            self._remove_unfinished()
            yield self
        finally:
            lock.release()

    def _require_own_folder(self) -> None:
        if self.folder.is_dir():
            there = list(self.folder.iterdir())
            if any(path.name == CONFIGURATION for path in there) or all(
                path.name == _LOCK or is_unfinished(path) for path in there
            ):
                return
        elif not self.folder.exists():
            return
        raise FileExistsError(f"{self.folder} exists and is not an empty folder")

    def _remove_unfinished(self) -> None:
        """Remove the unfinished files of a killed process."""
        for folder in (self.folder, self.folder / CHECKPOINTS, self.folder / STATES):
            for path in filter(is_unfinished, folder.iterdir()):
                path.unlink(missing_ok=True)

    @property
    def is_finished(self) -> bool:
        """Whether the final network is there."""
        return (self.folder / WEIGHTS).is_file()

    def _require_same_configuration(self) -> None:
        path = self.folder / CONFIGURATION
        if not path.exists():
            settings = asdict(self.configuration) | {MADE_WITH: provenance(self.configuration)}
            with replacing(path) as temporary:
                temporary.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
            return
        there, here = asdict(read_configuration(path, strict=False)), asdict(self.configuration)
        for name, value in here.items():
            if there[name] != value:
                raise ValueError(
                    f"{self.folder} belongs to another configuration: {name} is "
                    f"{_short(there[name])} there and {_short(value)} here"
                )

    def resume(self, network: nn.Module) -> tuple[int, Moments]:
        """Restore the newest state into a network; return its epoch, or 0, and the moments.

        Later rows of the table of progress are dropped; they will be written again.

        Raises:
            ValueError: a state is not one of this network.
        """
        saved = self._states()
        epoch = max(saved, default=0)
        moments = _restore(saved[epoch], network) if saved else {}
        path = self.folder / TRAINING_LOG
        if path.exists():
            self.rows = [row for row in read_progress(path) if not saved or row.epoch <= epoch]
        if not saved:
            self.rows = []
        self._write_rows()
        return epoch, moments

    def _write_rows(self) -> None:
        with replacing(self.folder / TRAINING_LOG) as temporary:
            temporary.write_text(
                _csv_line(PROGRESS_COLUMNS) + "".join(_csv_line(astuple(row)) for row in self.rows),
                encoding="utf-8",
            )

    def add(self, progress: Progress) -> None:
        """Append a row to the table of progress."""
        if self.rows and progress.epoch <= self.rows[-1].epoch:
            return
        self.rows.append(progress)
        with (self.folder / TRAINING_LOG).open("a", encoding="utf-8", newline="") as log:
            log.write(_csv_line(astuple(progress)))

    def checkpoint(self, epoch: int, network: nn.Module) -> None:
        """Write the weights after an epoch."""
        save_weights(network, self.folder / CHECKPOINTS / f"{epoch:08d}.safetensors")

    def state(
        self,
        epoch: int,
        network: nn.Module,
        moments: Moments,
        kept: frozenset[int],
    ) -> None:
        """Write the state after an epoch and remove older ones of epochs that are not kept."""
        older = [path for at, path in self._states().items() if at < epoch and at not in kept]
        _write_state(self.folder / STATES / f"{epoch:08d}.safetensors", network, moments)
        for path in older:
            path.unlink(missing_ok=True)

    def finish(self, network: nn.Module) -> None:
        """Write the final network."""
        save_weights(network, self.folder / WEIGHTS)

    def _states(self) -> dict[int, Path]:
        return {
            int(path.stem): path
            for path in (self.folder / STATES).glob("*.safetensors")
            if path.stem.isdecimal()
        }


_LOCK = ".lock"


def provenance(configuration: Configuration) -> dict[str, Any]:
    """Return versions, number of threads and the digest of the element order of a run."""
    return {
        "symrep": __version__,
        **{name: version(name) for name in ("torch", "numpy", "sympy")},
        "python": platform.python_version(),
        "threads": torch.get_num_threads(),
        ELEMENT_ORDER: element_order_digest(configuration.make_group()),
    }


def read_progress(path: Path) -> list[Progress]:
    """Return the rows of a table of progress, up to the first incomplete one."""
    with path.open(encoding="utf-8", newline="") as log:
        lines = log.read().splitlines(keepends=True)
    rows: list[Progress] = []
    for values in csv.reader(line for line in lines[1:] if line.endswith("\n")):
        try:
            epoch, *numbers = values
            row = Progress(int(epoch), *map(float, numbers))
        except (ValueError, TypeError):
            break
        rows.append(row)
    return rows


def _csv_line(values: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


def _write_state(path: Path, network: nn.Module, moments: Moments) -> None:
    tensors: dict[str, Tensor] = {
        f"{_WEIGHTS}.{name}": value for name, value in network.named_parameters()
    }
    for name, parameter in network.named_parameters():
        for key, value in moments.get(parameter, {}).items():
            if value is not None:
                tensors[f"{key}.{name}"] = torch.as_tensor(value)
    write_tensors(tensors, path)


def _restore(path: Path, network: nn.Module) -> Moments:
    try:
        tensors = load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{path} is not a whole safetensors file ({error})") from None
    parameters = dict(network.named_parameters())
    states: dict[str, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        kind, _, parameter = name.partition(".")
        if parameter not in parameters:
            raise ValueError(f"{path} has {name}, which is not of this network")
        states.setdefault(kind, {})[parameter] = value
    try:
        load_weights(network, states.pop(_WEIGHTS, {}))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    moments: Moments = {}
    for kind, values in states.items():
        for name, value in values.items():
            weights = parameters[name]
            if value.shape not in (weights.shape, torch.Size()):
                raise ValueError(f"{path}: {kind}.{name} has shape {tuple(value.shape)}")
            device = weights.device if value.shape == weights.shape else value.device
            moments.setdefault(weights, {})[kind] = value.to(device)
    return moments


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
