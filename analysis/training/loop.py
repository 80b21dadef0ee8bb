"""Training networks on group composition: configurations in, run folders out.

Networks of one shape are trained together, each with its own pairs, optimiser and epoch. A step
evaluates what depends on x or y alone once for each element, and the loss with its gradient in one
pass, see `analysis.training.objective`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from analysis.errors import TrainingError
from analysis.networks import Trainable
from analysis.runs.configuration import Configuration, Precision
from analysis.runs.folders import Run, load_run
from analysis.tensors import group_tensors
from analysis.training.objective import mean_cross_entropy
from analysis.training.recording import Moments, Progress, Recording

SAVING = 30.0
"""Seconds of training without a checkpoint after which a state is written."""

UNCHECKED = 32
"""Number of losses checked together, so that a device need not wait after every step."""

STACKED = 2**20
"""Logits in a step of stacked networks on a CPU; more of them no longer fit its caches."""

ALIKE = (
    "model",
    "group",
    "group_parameter",
    "layers",
    "element_order",
    "optimiser",
    "batch_size",
    "loss",
)
"""Settings that are equal for networks trained together."""

Report = Callable[[int, Progress], None]


def train(
    configuration: Configuration,
    folder: Path,
    report: Callable[[Progress], None] = lambda progress: None,
    *,
    device: torch.device | str = "cpu",
    saving: float = SAVING,
) -> Run:
    """Train a network, or resume its training, and write a run folder.

    The folder gets `config.json` with the versions that are used, `training.csv` with one row an
    evaluation, which grows, `checkpoints/EPOCH.safetensors`, `states/EPOCH.safetensors`, from
    which training is resumed, and in the end `model.safetensors`. Interrupted at any moment and
    resumed it ends with the same bytes, on one machine with one version of torch and one number of
    threads. A finished run is read and not trained again.

    Args:
        configuration: what to train.
        folder: a new or empty folder, whose parents are made, or one of this configuration.
        report: is called after every evaluation; a checkpoint of that epoch is there by then.
        device: where to compute.
        saving: seconds without a checkpoint after which a state is written.

    Raises:
        FileExistsError: the folder has files in it but no run.
        ValueError: the run in it has another configuration.
        BlockingIOError: another process trains it.
        OSError: a file cannot be written, as on a full disk; the newest state stays.
        TrainingError: the loss is not finite; the newest state is of an epoch before that.
    """
    [outcome] = train_together(
        [configuration],
        [folder],
        lambda _, progress: report(progress),
        device=device,
        saving=saving,
    )
    if isinstance(outcome, TrainingError):
        raise outcome
    return outcome


def train_together(
    configurations: Sequence[Configuration],
    folders: Sequence[Path],
    report: Report = lambda k, progress: None,
    *,
    device: torch.device | str = "cpu",
    saving: float = SAVING,
) -> list[Run | TrainingError]:
    """Train networks of one shape at once in this process, each as by `train`.

    Small networks are stacked and their matrix products batched, so that sums may round otherwise
    than for one network: weights differ by about one unit in the last place a step. Large ones take
    turns, as one fills the device. The result is reproducible for the same networks, also if all
    are interrupted together and resumed.

    Args:
        configurations: alike in `ALIKE` and in the number of training pairs.
        folders: one each; see `train`.
        report: is called with the position of a configuration and its progress.
        device: where to compute.
        saving: see `train`.

    Returns:
        For each the run, or its error; the failure of one does not end the others.

    Raises:
        ValueError: the configurations differ in `ALIKE` or the number of training pairs, or the
            folders are not as many and different.
        FileExistsError, OSError: see `train`.
    """
    _keep_freed_memory()
    _require_alike(configurations)
    if len(set(folders)) != len(configurations):
        raise ValueError(f"{len(configurations)} configurations need as many different folders")
    with ExitStack() as stack:
        recordings = [
            stack.enter_context(Recording(Path(folder), configuration).opened())
            for configuration, folder in zip(configurations, folders, strict=True)
        ]
        members = [
            _Member.of(recording, torch.device(device), k, report, saving)
            for k, recording in enumerate(recordings)
            if not recording.is_finished
        ]
        failures = _train_all(members) if members else {}
    return [failures[k] if k in failures else load_run(folder) for k, folder in enumerate(folders)]


def _require_alike(configurations: Sequence[Configuration]) -> None:
    first = configurations[0]
    for other in configurations[1:]:
        for name in ALIKE:
            if getattr(other, name) != getattr(first, name):
                raise ValueError(
                    f"networks that are trained together have one {name}, got "
                    f"{getattr(first, name)!r} and {getattr(other, name)!r}"
                )
        if other.training_count != first.training_count:
            raise ValueError("networks that are trained together have as many training pairs")


def _keep_freed_memory() -> None:
    """Make the allocator keep the memory of a step for the next.

    glibc returns a block of many pages to the system when it is freed, and the system clears its
    pages again for the next step, which takes as long as a product. It keeps what is smaller than
    the largest such block that was freed so far, if that is below 32 MiB; see mallopt(3).
    """
    torch.empty(31 * 2**20, dtype=torch.uint8)


def _train_all(members: list[_Member]) -> dict[int, TrainingError]:
    """Train until all are done; return {position: error} of those that failed."""
    failures: dict[int, TrainingError] = {}
    optimiser = _optimiser(members)
    for member in members:
        member.attend()
    running = [member for member in members if not member.is_done]
    steps = _steps(running, optimiser)
    while steps:
        due: list[_Member] = []
        while not due:
            for step in steps:
                step.epoch()
            due = [member for member in running if member.is_due]
        for member in due:
            try:
                member.attend()
            except TrainingError as error:
                failures[member.position] = error
        left = [m for m in running if not m.is_done and m.position not in failures]
        if len(left) < len(running):
            running, steps = left, _steps(left, optimiser)
    return failures


def _steps(members: list[_Member], optimiser: torch.optim.Optimizer) -> list[_Step]:
    """Stack networks to use a processor, but not more than its caches hold."""
    if not members:
        return []
    network, pairs = members[0].network, members[0].train
    count = len(members)
    if pairs.device.type == "cpu":
        batch = min(pairs.shape[1], members[0].configuration.batch_size or pairs.shape[1])
        count = max(1, STACKED // (batch * network.order))
    return [_Step(members[k : k + count], optimiser) for k in range(0, len(members), count)]


@dataclass
class _Member:
    """A network in training, with its own data, optimiser state and files."""

    recording: Recording
    position: int
    report: Report
    saving: float
    network: Trainable
    moments: Moments
    train: Tensor
    test: Tensor
    epoch: int
    losses: list[Tensor] = field(default_factory=list)
    is_done: bool = False

    @classmethod
    def of(
        cls,
        recording: Recording,
        device: torch.device,
        position: int,
        report: Report,
        saving: float,
    ) -> _Member:
        configuration = recording.configuration
        group = configuration.make_group()
        products = group_tensors(group).products.flatten()
        train, test = (
            torch.stack([pairs // group.order, pairs % group.order, products[pairs]]).to(device)
            for pairs in (part.sort().values for part in configuration.training_split())
        )
        network = configuration.make_network().to(device)
        epoch, moments = recording.resume(network)
        return cls(recording, position, report, saving, network, moments, train, test, epoch)

    @property
    def configuration(self) -> Configuration:
        return self.recording.configuration

    @cached_property
    def checkpoints(self) -> frozenset[int]:
        wanted, last = self.configuration.checkpoints, self.configuration.num_epochs
        return frozenset(_log_spaced(last, wanted) if isinstance(wanted, int) else wanted)

    @cached_property
    def evaluations(self) -> frozenset[int]:
        wanted, last = self.configuration.evaluations, self.configuration.num_epochs
        if not isinstance(wanted, int):
            return frozenset(wanted)
        evenly = np.linspace(0, last, wanted + 1, dtype=int).tolist()
        return frozenset(_log_spaced(last, wanted) | set(evenly))

    @cached_property
    def events(self) -> frozenset[int]:
        return self.checkpoints | self.evaluations | {self.configuration.num_epochs}

    _saved_at: float = field(default_factory=time.monotonic)

    @property
    def is_due(self) -> bool:
        return (
            self.epoch in self.events
            or len(self.losses) >= UNCHECKED
            or time.monotonic() - self._saved_at > self.saving
        )

    def advance(self, loss: Tensor) -> None:
        self.losses.append(loss)
        self.epoch += 1

    def attend(self) -> None:
        """Do what is due after an epoch: check losses, evaluate, write."""
        self._require_finite()
        if self.epoch in self.checkpoints:
            self.recording.checkpoint(self.epoch, self.network)
        if self.epoch in self.evaluations:
            self._evaluate()
        last = self._stops_early or self.epoch == self.configuration.num_epochs
        if last and self.epoch not in self.checkpoints:
            self.recording.checkpoint(self.epoch, self.network)
        if last or self.epoch in self.checkpoints or self._is_time:
            self.recording.state(self.epoch, self.network, self.moments, self.checkpoints)
            self._saved_at = time.monotonic()
        if last:
            self.recording.finish(self.network)
            self.is_done = True

    @property
    def _is_time(self) -> bool:
        return time.monotonic() - self._saved_at > self.saving

    def _require_finite(self) -> None:
        for k, loss in enumerate(torch.stack(self.losses).tolist() if self.losses else []):
            if not np.isfinite(loss):
                at = self.epoch - len(self.losses) + k
                raise TrainingError(
                    f"{self.recording.folder}: the training loss is {loss} at epoch {at}"
                )
        self.losses.clear()
        if not all(bool(weights.isfinite().all()) for weights in self.network.parameters()):
            raise TrainingError(
                f"{self.recording.folder}: weights are not finite at epoch {self.epoch}"
            )

    def _evaluate(self) -> None:
        with torch.no_grad():
            train, test = (_loss_and_accuracy(self.network, p) for p in (self.train, self.test))
            squares = sum(float(p.double().square().sum()) for p in self.network.parameters())
        progress = Progress(self.epoch, train[0], test[0], train[1], test[1], squares)
        self.recording.add(progress)
        self.report(self.position, progress)

    @property
    def _stops_early(self) -> bool:
        """Whether `stop_accuracy` has held for `stop_epochs` at this evaluated epoch."""
        least, rows = self.configuration.stop_accuracy, self.recording.rows
        if least is None or not rows or rows[-1].epoch != self.epoch:
            return False
        held = self.epoch
        for row in reversed(rows):
            if row.test_accuracy < least:
                break
            held = row.epoch
        return rows[-1].test_accuracy >= least and (
            self.epoch - held >= self.configuration.stop_epochs
        )


class _Step:
    """A pass over the training pairs of networks of one shape."""

    def __init__(self, members: Sequence[_Member], optimiser: torch.optim.Optimizer) -> None:
        self.members, self.optimiser = members, optimiser
        self.precision = cast(Precision, members[0].configuration.loss)
        self.pairs = torch.stack([member.train for member in members], dim=1)
        self.base = _Readout(members[0].network)

    def epoch(self) -> None:
        """Train the networks for one epoch."""
        for member, loss in zip(self.members, self._largest_losses(), strict=True):
            member.advance(loss)

    def _largest_losses(self) -> Tensor:
        """Return the largest loss before a step of this epoch, (networks,)."""
        size = self.members[0].configuration.batch_size
        if size is None:
            return self._step(self.pairs)
        orders = torch.stack(
            [_batch_order(m.configuration.seed, m.epoch, self.pairs.shape[2]) for m in self.members]
        ).to(self.pairs.device)
        shuffled = self.pairs.gather(2, orders.expand(3, -1, -1))
        return torch.stack([self._step(part) for part in torch.split(shuffled, size, dim=2)]).amax(
            0
        )

    def _step(self, pairs: Tensor) -> Tensor:
        x, y, targets = pairs
        features, readout, *bias = outputs = self._readout(x, y)
        losses, gradients = mean_cross_entropy(
            features, readout, bias[0] if bias else None, targets, self.precision
        )
        self.optimiser.zero_grad()
        learned = [k for k, output in enumerate(outputs) if output.requires_grad]
        torch.autograd.backward([outputs[k] for k in learned], [gradients[k] for k in learned])
        self.optimiser.step()
        return losses

    def _readout(self, x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
        if len(self.members) == 1:
            return tuple(part[None] for part in self.base(x[0], y[0]))
        parameters = [dict(member.network.named_parameters()) for member in self.members]
        stacked = {
            f"network.{name}": torch.stack([own[name] for own in parameters])
            for name in parameters[0]
        }
        result: tuple[Tensor, ...] = torch.vmap(
            lambda weights, x, y: torch.func.functional_call(self.base, weights, (x, y))
        )(stacked, x, y)
        return result


class _Readout(nn.Module):
    """The affine map to the logits of a network, as a module that can be called functionally."""

    def __init__(self, network: Trainable) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
        features, readout, bias = self.network.readout(self.network.layers(x, y))
        return (features, readout) if bias is None else (features, readout, bias)


def _optimiser(members: Sequence[_Member]) -> torch.optim.Optimizer:
    """Return one optimiser for all, which skips parameters without a gradient."""
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for member in members:
        own, is_new = member.configuration, not member.moments
        settings: dict[str, Any] = {"lr": own.lr, "weight_decay": own.weight_decay}
        settings |= {"momentum": own.momentum} if own.optimiser == "SGD" else {"betas": own.betas}
        group = groups.setdefault((is_new, *settings.values()), {"params": [], **settings})
        group["params"] += [p for p in member.network.parameters() if p.requires_grad]
    kind = torch.optim.SGD if members[0].configuration.optimiser == "SGD" else torch.optim.AdamW
    optimiser = kind(list(groups.values()), fused=True)
    for member in members:
        optimiser.state.update(member.moments)
        member.moments = optimiser.state
    return optimiser


def _batch_order(seed: int, epoch: int, count: int) -> Tensor:
    """Return the order of the training pairs in an epoch; it depends on the arguments alone."""
    state = int(np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0])
    return torch.randperm(count, generator=torch.Generator().manual_seed(state % 2**63))


def _loss_and_accuracy(network: nn.Module, pairs: Tensor, block: int = 4096) -> tuple[float, float]:
    loss, correct = 0.0, 0
    if pairs.shape[1] == 0:
        return 0.0, 0.0
    for x, y, xy in (part.unbind() for part in torch.split(pairs, block, dim=1)):
        logits = network(x, y).double()
        loss += float(F.cross_entropy(logits, xy, reduction="sum"))
        correct += int((logits.argmax(-1) == xy).sum())
    return loss / pairs.shape[1], correct / pairs.shape[1]


def _log_spaced(last: int, count: int) -> set[int]:
    """Return 0, `last`, and integers between them whose logarithms are evenly spaced."""
    return {0, *np.unique(np.geomspace(1, last, count - 1).astype(int)).tolist(), last}
