"""Progress of training in the format of TensorBoard, for which tensorboard is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from analysis.training.recording import Progress

FOLDER = "tensorboard"


@contextmanager
def tensorboard_writer(folder: Path) -> Iterator[Callable[[Progress], None]]:
    """Yield a function that writes progress to `folder/tensorboard` and drops later epochs there.

    Raises:
        ValueError: tensorboard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise ValueError("--tensorboard needs the package: pip install tensorboard") from None
    writer: SummaryWriter | None = None

    def write(progress: Progress) -> None:
        nonlocal writer
        if writer is None:
            writer = SummaryWriter(str(folder / FOLDER), purge_step=progress.epoch)
        values = asdict(progress)
        epoch = values.pop("epoch")
        for name, value in values.items():
            writer.add_scalar(name, value, epoch)

    try:
        yield write
    finally:
        if writer is not None:
            writer.close()
