"""A trained network with its configuration and group, and the folders that hold one.

Two formats are read. The project's own is `config.json` and `model.safetensors`, with checkpoints
`checkpoints/EPOCH.safetensors`. The published one is `cfg.json` and `model.pt`, a state dict,
which is unpickled without running code from it, with checkpoints `checkpoints/epoch_EPOCH.pt` or
`checkpoints/EPOCH.pt`.
"""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
from analysis.runs.configuration import (
    MADE_WITH,
    PUBLISHED_NAME,
    Configuration,
    Layers,
    read_configuration,
    read_json,
)
from symrep import FiniteGroup
from symrep._support.files import replacing

CONFIGURATION, WEIGHTS = "config.json", "model.safetensors"
PUBLISHED_WEIGHTS = "model.pt"
CHECKPOINTS, TRAINING_LOG = "checkpoints", "training.csv"

ELEMENT_ORDER = "element_order_sha256"
"""Key of the digest of the element order, among what a run was trained with."""

_BLOCK = "blocks.0."
PUBLISHED_NAMES = {
    "embed.W_E": "W_E",
    "pos_embed.W_pos": "W_pos",
    **{f"{_BLOCK}attn.{a}_{b}": f"{a}_{b}" for a in "Wb" for b in "QKVO"},
    **{f"{_BLOCK}mlp.{a}_{b}": f"{a}_{b}" for a in "Wb" for b in ("in", "out")},
    "unembed.W_U": "W_U",
    "unembed.b_U": "b_U",
}
"""{name of a transformer's weights as published: name here}."""

PUBLISHED_COPIES = {"x_embed", "y_embed", f"{_BLOCK}attn.mask", f"{_BLOCK}attn.IGNORE"}
"""Entries of published transformers that repeat the embedding, or are constants."""

BUNDLED_RUNS = {
    "bundled": Path(__file__).parents[1] / "bundled" / "s5_mlp",
    "bundled-bilinear": Path(__file__).parents[1] / "bundled" / "s5_bilinear",
}
"""{name on the command line: folder} of the trained networks on S_5 that come with the package."""

BUNDLED_RUN = BUNDLED_RUNS["bundled"]
"""Folder of the perceptron among them."""


@dataclass(frozen=True, eq=False)
class Run:
    """A trained network on a group.

    Attributes:
        name: for tables and titles.
        configuration: how it was trained.
        network: the trained network.
        group: the group, in the element order of the network's indices.
        training_pairs: indices x |G| + y of the pairs that were trained on; those of the
            configuration's split if None.
    """

    name: str
    configuration: Configuration
    network: Network
    group: FiniteGroup
    training_pairs: Tensor | None = None

    @cached_property
    def training_mask(self) -> Tensor:
        """[x, y] = whether the pair was trained on, (|G|, |G|) of bool."""
        order = self.group.order
        mask = torch.zeros(order**2, dtype=torch.bool)
        given = self.training_pairs
        mask[self.configuration.training_split()[0] if given is None else given] = True
        return mask.reshape(order, order)


@dataclass(frozen=True, eq=False)
class RunFolder:
    """A folder that holds a run: what its final network and its checkpoints share.

    Attributes:
        path: of the folder.
        configuration_path: of the configuration in it.
        weights_path: of the final weights in it; there may be none yet.
        configuration: how the run was, or is being, trained.
        group: the one group of all its networks.
    """

    path: Path
    configuration_path: Path
    weights_path: Path
    configuration: Configuration
    group: FiniteGroup


def load_run(folder: str | Path) -> Run:
    """The run in a folder of either format.

    Raises:
        RunError: the folder or a file is missing, truncated, foreign, does not fit the
            configuration, or would execute code; the weights are NaN or infinite.
    """
    opened = open_run(folder)
    if not opened.weights_path.is_file():
        raise RunError(
            f"{opened.path} has {opened.configuration_path.name} but no {opened.weights_path.name}"
        )
    return run_with(opened, opened.weights_path)


def open_run(folder: str | Path) -> RunFolder:
    """The folder of a run of either format; its weights need not be there.

    Raises:
        RunError: the folder or its configuration is missing, or is not one.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RunError(f"{folder} is not a folder; a run is one, with {_formats()}")
    for known in _FORMATS:
        path = folder / known.configuration
        if path.exists():
            break
    else:
        raise RunError(f"{folder} has no configuration; a run is a folder with {_formats()}")
    try:
        configuration = read_configuration(path, strict=False)
    except OSError as error:
        raise RunError(f"{path}: {error}") from None
    except ValueError as error:
        raise RunError(str(error)) from None
    group = configuration.make_group()
    _require_element_order(path, group)
    return RunFolder(folder, path, folder / known.weights, configuration, group)


def _require_element_order(path: Path, group: FiniteGroup) -> None:
    made_with = read_json(path).get(MADE_WITH, {})
    digest = made_with.get(ELEMENT_ORDER) if isinstance(made_with, Mapping) else None
    if digest is not None and digest != element_order_digest(group):
        raise RunError(
            f"{path}: the run was trained with {group} in another order of elements; "
            "give it as element_order, or see symrep-analysis recognise"
        )


def element_order_digest(group: FiniteGroup) -> str:
    """A digest of what each index multiplies to, and so of the group with its element order.

    It is the SHA-256 of the indices of x s, for all elements x and the generators s, whose indices
    come first; as 64-bit little-endian integers.
    """
    generators = np.array(group.generators, dtype="<i8")
    products = group.products(np.arange(group.order)[:, None], generators).astype("<i8")
    return sha256(generators.tobytes() + products.tobytes()).hexdigest()


def checkpoints(folder: RunFolder) -> dict[int, Path]:
    """{epoch: path of the weights after it}, earliest first; empty if none were kept.

    Raises:
        RunError: one epoch has two files.
    """
    pattern = _format(folder).checkpoint
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
    """The run as it was after an epoch; all share the group of the folder.

    Raises:
        RunError: there is no such checkpoint, or it is not one that can be read; see `load_run`.
    """
    saved = checkpoints(folder)
    if epoch not in saved:
        raise RunError(f"{folder.path} has no checkpoint of epoch {epoch}")
    return run_with(folder, saved[epoch])


def run_with(folder: RunFolder, path: Path) -> Run:
    """The run with the weights in a file, in the format of the folder.

    Raises:
        RunError: the file is truncated, foreign, does not fit the configuration, or would execute
            code; the weights are NaN or infinite.
    """
    configuration = folder.configuration
    try:
        state = _format(folder).read(path)
        if configuration.model == "Transformer" and _format(folder) is _PUBLISHED:
            state = _renamed(state)
            configuration = replace(configuration, layers=_layers(state, configuration.layers))
        network = configuration.make_network()
        load_weights(network, state)
    except ValueError as error:
        raise RunError(f"{path}: {error}") from None
    return Run(folder.path.resolve().name, configuration, network, folder.group)


def _renamed(state: Mapping[str, object]) -> dict[str, object]:
    """The weights of a published transformer under the names of `Transformer`."""
    return {
        PUBLISHED_NAMES.get(name, name): value
        for name, value in state.items()
        if name not in PUBLISHED_COPIES
    }


def _layers(state: Mapping[str, object], default: Layers) -> Layers:
    """The widths of a transformer's weights; published configurations do not give them."""
    embedding, perceptron, queries = (_shape(state, name) for name in ("W_E", "W_in", "W_Q"))
    if (len(embedding), len(perceptron), len(queries)) != (2, 2, 3):
        return default
    return replace(
        default,
        embed_dim=embedding[1],
        hidden_dim=perceptron[1],
        heads=queries[0],
        head_dim=queries[2],
    )


def _shape(state: Mapping[str, object], name: str) -> tuple[int, ...]:
    value = state.get(name)
    return tuple(value.shape) if isinstance(value, Tensor) else ()


def save_run(run: Run, folder: Path) -> None:
    """Writes the configuration and weights of a run to a folder that holds no run yet.

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
    """Writes the parameters as safetensors, whole or not at all."""
    write_tensors(dict(network.named_parameters()), path)


def write_tensors(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Writes a safetensors file, whole or not at all.

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


def _read_state_dict(path: Path) -> Mapping[str, object]:
    try:
        with warnings.catch_warnings(action="ignore"):
            state = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise ValueError(
            "refused: it is not a plain state dict of tensors, and reading it could run code"
        ) from None
    except Exception as error:  # a damaged file can make the reader fail in any way
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ValueError(f"not a whole file of torch.save ({reason})") from None
    if not isinstance(state, Mapping):
        raise ValueError(f"expected a state dict, got {type(state).__name__}")
    return state


@dataclass(frozen=True)
class _Format:
    """Names of the files of a run, and how weights are read."""

    configuration: str
    weights: str
    checkpoint: re.Pattern[str]
    read: Callable[[Path], Mapping[str, object]]


_OWN = _Format(CONFIGURATION, WEIGHTS, re.compile(r"(\d+)\.safetensors"), _read_safetensors)
_PUBLISHED = _Format(
    PUBLISHED_NAME,
    PUBLISHED_WEIGHTS,
    re.compile(r"(?:epoch_)?(\d+)\.pt"),
    _read_state_dict,
)
_FORMATS = (_OWN, _PUBLISHED)


def _formats() -> str:
    return ", or ".join(f"{known.configuration} and {known.weights}" for known in _FORMATS)


def _format(folder: RunFolder) -> _Format:
    return next(f for f in _FORMATS if f.configuration == folder.configuration_path.name)
