"""A trained network with its configuration and group, and the folders that hold one.

The project's own format is `config.json` and `model.safetensors`, with checkpoints
`checkpoints/EPOCH.safetensors`. All formats that are read are in `FORMATS`; see
`analysis.runs.published_format`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from analysis.errors import RunError
from analysis.networks import Network, load_weights
from analysis.runs.configuration import MADE_WITH, Configuration, read_json
from analysis.runs.published import PUBLISHED_ORDER, in_published_order
from analysis.runs.published_format import PUBLISHED
from analysis.runs.run_format import RunFormat
from symrep._support.files import replacing
from symrep.groups.base import AnyGroup

CONFIGURATION, WEIGHTS = "config.json", "model.safetensors"
CHECKPOINTS, TRAINING_LOG = "checkpoints", "training.csv"

ELEMENT_ORDER = "element_order_sha256"
"""Key of the digest of the element order in the entry `MADE_WITH` of configurations."""

BUNDLED_RUNS = {
    "bundled": Path(__file__).parents[1] / "bundled" / "s5_mlp",
    "bundled-bilinear": Path(__file__).parents[1] / "bundled" / "s5_bilinear",
}
"""{name on the command line: folder} of the trained networks on S_5 that come with the package."""

BUNDLED_RUN = BUNDLED_RUNS["bundled"]
"""Folder of the bundled MLP."""


@dataclass(frozen=True, eq=False)
class Run:
    """A trained network on a group.

    Attributes:
        name: name in tables and titles.
        configuration: the settings of its training.
        network: the trained network.
        group: the group, in the element order of the network's indices.
        training_pairs: indices x |G| + y of the training pairs; those of the split of the
            configuration if None.
    """

    name: str
    configuration: Configuration
    network: Network
    group: AnyGroup
    training_pairs: Tensor | None = None

    @cached_property
    def training_mask(self) -> Tensor:
        """[x, y] = whether (x, y) is a training pair, (|G|, |G|) of bool."""
        order = self.group.order
        mask = torch.zeros(order**2, dtype=torch.bool)
        given = self.training_pairs
        mask[self.configuration.training_split()[0] if given is None else given] = True
        return mask.reshape(order, order)


@dataclass(frozen=True, eq=False)
class RunFolder:
    """A folder with a run: what its final network and its checkpoints share.

    Attributes:
        path: path of the folder.
        run_format: format of its files.
        configuration: the settings of the training.
        group: the group of all its networks.
    """

    path: Path
    run_format: RunFormat
    configuration: Configuration
    group: AnyGroup

    @property
    def configuration_path(self) -> Path:
        """Path of the configuration."""
        return self.path / self.run_format.configuration

    @property
    def weights_path(self) -> Path:
        """Path of the final weights; there may be none yet."""
        return self.path / self.run_format.weights


def load_run(folder: str | Path) -> Run:
    """Return the run in a folder of either format.

    Raises:
        RunError: the folder or a file is missing; a file is truncated, has another format, does not
            fit the configuration or would execute code; or weights are NaN or infinite.
    """
    opened = open_run(folder)
    if not opened.weights_path.is_file():
        raise RunError(
            f"{opened.path} has {opened.configuration_path.name} but no {opened.weights_path.name}"
        )
    return run_with(opened, opened.weights_path)


def open_run(folder: str | Path) -> RunFolder:
    """Return the folder of a run of either format; its weights may be missing.

    Raises:
        RunError: the folder or its configuration is missing or invalid.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RunError(f"{folder} is not a folder; a run is one, with {_formats()}")
    found = next((f for f in FORMATS if (folder / f.configuration).exists()), None)
    if found is None:
        raise RunError(f"{folder} has no configuration; a run is a folder with {_formats()}")
    path = folder / found.configuration
    try:
        configuration = read_configuration(path, strict=False)
    except OSError as error:
        raise RunError(f"{path}: {error}") from None
    except ValueError as error:
        raise RunError(str(error)) from None
    group = configuration.make_group()
    _require_element_order(path, group)
    return RunFolder(folder, found, configuration, group)


def read_configuration(path: Path, *, strict: bool) -> Configuration:
    """Return the configuration in a JSON file, whose name tells its format; see `from_mapping`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not a configuration; the message names the file.
    """
    formats = [f for f in FORMATS if f.configuration == path.name]
    try:
        content = read_json(path)
        defaults = formats[0].defaults(content) if formats else {}
        return Configuration.from_mapping(content, strict=strict, **defaults)
    except (ValueError, TypeError) as error:
        message = str(error)
        raise ValueError(message if str(path) in message else f"{path}: {message}") from None


def _require_element_order(path: Path, group: AnyGroup) -> None:
    made_with = read_json(path).get(MADE_WITH, {})
    digest = made_with.get(ELEMENT_ORDER) if isinstance(made_with, Mapping) else None
    if digest is not None and digest != element_order_digest(group):
        orders = {
            name: group.reordered(name) for name in (group.own.element_order, *group.named_orders)
        }
        with suppress(ValueError):
            orders[PUBLISHED_ORDER] = in_published_order(group)
        names = [name for name, other in orders.items() if element_order_digest(other) == digest]
        remedy = (
            f'give "{names[0]}" as element_order'
            if names
            else "give it as element_order, or see symrep-analysis recognise"
        )
        raise RunError(
            f"{path}: the run was trained with {group} in another element order; {remedy}"
        )


def element_order_digest(group: AnyGroup) -> str:
    """Return a digest of the group in its element order.

    It is the SHA-256 of the indices of the generators s, followed by those of x s for all elements
    x and generators s, as 64-bit little-endian integers.
    """
    generators = np.array(group.generators, dtype="<i8")
    products = group.products(np.arange(group.order)[:, None], generators).astype("<i8")
    return sha256(generators.tobytes() + products.tobytes()).hexdigest()


def checkpoints(folder: RunFolder) -> dict[int, Path]:
    """Return {epoch: path of the weights after it}, earliest first; empty if none were kept.

    Raises:
        RunError: one epoch has two files.
    """
    pattern = folder.run_format.checkpoint
    found: dict[int, Path] = {}
    for path in sorted((folder.path / CHECKPOINTS).glob("*")):
        match = pattern.fullmatch(path.name)
        if match is None:
            continue
        epoch = int(match[1])
        if epoch in found:
            raise RunError(f"{found[epoch]} and {path.name} are both of epoch {epoch}")
        found[epoch] = path
    return dict(sorted(found.items()))


def load_checkpoint(folder: RunFolder, epoch: int) -> Run:
    """Return the run after an epoch; all checkpoints share the group of the folder.

    Raises:
        RunError: there is no such checkpoint, or it cannot be read; see `load_run`.
    """
    saved = checkpoints(folder)
    if epoch not in saved:
        raise RunError(f"{folder.path} has no checkpoint of epoch {epoch}")
    return run_with(folder, saved[epoch])


def run_with(folder: RunFolder, path: Path) -> Run:
    """Return the run with the weights in a file, in the format of the folder.

    Raises:
        RunError: the file is truncated, has another format, does not fit the configuration or would
            execute code; or weights are NaN or infinite.
    """
    run_format = folder.run_format
    try:
        configuration, state = run_format.adapted(folder.configuration, run_format.read(path))
        network = configuration.make_network()
        load_weights(network, state)
    except ValueError as error:
        raise RunError(f"{path}: {error}") from None
    return Run(folder.path.resolve().name, configuration, network, folder.group)


def save_run(run: Run, folder: Path) -> None:
    """Write the configuration and weights of a run to a folder without a run.

    Raises:
        ValueError: there is a configuration in the folder already.
        OSError: a file cannot be written.
    """
    if (folder / CONFIGURATION).exists():
        raise ValueError(f"{folder} holds a run already")
    if not isinstance(run.network, nn.Module):
        raise ValueError(f"a {type(run.network).__name__} has no parameters to write")
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(run.network, folder / WEIGHTS)
    with replacing(folder / CONFIGURATION) as temporary:
        temporary.write_text(run.configuration.to_json(), encoding="utf-8")


def save_weights(network: nn.Module, path: Path) -> None:
    """Write the parameters as safetensors, atomically."""
    write_tensors(dict(network.named_parameters()), path)


def write_tensors(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Write a safetensors file, atomically.

    Raises:
        OSError: it cannot be written, as on a full disk.
    """
    plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    with replacing(path) as temporary:
        try:
            save_file(plain, temporary)
        except SafetensorError as error:
            raise OSError(f"{path} cannot be written: {error}") from None


def _read_safetensors(path: Path) -> Mapping[str, Tensor]:
    try:
        return load_file(path)
    except SafetensorError as error:
        raise ValueError(f"not a whole safetensors file ({error})") from None


OWN = RunFormat(CONFIGURATION, WEIGHTS, re.compile(r"(\d+)\.safetensors"), _read_safetensors)

FORMATS = (OWN, PUBLISHED)
"""The formats that are read; a folder has the first one whose configuration it contains."""


def _formats() -> str:
    return ", or ".join(map(str, FORMATS))
