"""A trained network with its configuration and group, and the folders that hold one.

Two formats are read. The project's own is `config.json` and `model.safetensors`. The published
one is `cfg.json` and `model.pt`, a state dict, which is unpickled without running code from it.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from analysis.configuration import Configuration, read_json
from analysis.networks import Network, network_from_state
from symrep import SymmetricGroup
from symrep.files import replacing

CONFIGURATION, WEIGHTS = "config.json", "model.safetensors"
PUBLISHED_CONFIGURATION, PUBLISHED_WEIGHTS = "cfg.json", "model.pt"
CHECKPOINTS, TRAINING_LOG = "checkpoints", "training.csv"

BUNDLED_RUN = Path(__file__).parent / "bundled" / "s5_mlp"
"""Folder of the trained network on S_5 that comes with the package."""


class RunError(ValueError):
    """A folder is not a run that can be read; the message names the file and what is wrong."""


@dataclass(frozen=True, eq=False)
class Run:
    """A trained network on a group.

    Attributes:
        name: for tables and titles.
        configuration: how it was trained.
        network: the trained network.
        group: the group, in the element order of the network's indices.
    """

    name: str
    configuration: Configuration
    network: Network
    group: SymmetricGroup

    @cached_property
    def training_mask(self) -> Tensor:
        """[x, y] = whether the pair was trained on, (|G|, |G|) of bool."""
        order = self.group.order
        mask = torch.zeros(order**2, dtype=torch.bool)
        mask[self.configuration.training_split()[0]] = True
        return mask.reshape(order, order)


def load_run(folder: str | Path) -> Run:
    """The run in a folder of either format.

    Raises:
        RunError: the folder or a file is missing, truncated, foreign, does not fit the
            configuration, or would execute code; the weights are NaN or infinite.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RunError(f"{folder} is not a folder; a run is one, with {_formats()}")
    own = folder / CONFIGURATION
    published = folder / PUBLISHED_CONFIGURATION
    read: Callable[[Path], Mapping[str, object]]
    if own.exists():
        path, weights, read = own, folder / WEIGHTS, _read_safetensors
        defaults: dict[str, Any] = {}
    elif published.exists():
        path, weights, read = published, folder / PUBLISHED_WEIGHTS, _read_state_dict
        defaults = {"element_order": "sympy"}
    else:
        raise RunError(f"{folder} has no configuration; a run is a folder with {_formats()}")
    try:
        values = read_json(path)
        configuration = Configuration.from_mapping(values, strict=False, **defaults)
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"{path}: {error}") from None
    if not weights.is_file():
        raise RunError(f"{folder} has {path.name} but no {weights.name}")
    group = configuration.make_group()
    try:
        network = network_from_state(
            configuration.model,
            group.order,
            configuration.layers.embed_dim,
            configuration.layers.hidden_dim,
            read(weights),
        )
    except ValueError as error:
        raise RunError(f"{weights}: {error}") from None
    return Run(folder.resolve().name, configuration, network, group)


def save_weights(network: nn.Module, path: Path) -> None:
    """Writes the parameters as safetensors, whole or not at all."""
    state = {name: value.detach().cpu() for name, value in network.named_parameters()}
    with replacing(path) as temporary:
        save_file(state, temporary)


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


def _formats() -> str:
    return f"{CONFIGURATION} and {WEIGHTS}, or {PUBLISHED_CONFIGURATION} and {PUBLISHED_WEIGHTS}"
