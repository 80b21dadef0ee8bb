"""The configuration of a training run: network, group, optimiser and schedule."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor

from analysis.networks import BilinearNet, OneLayerMLP, Transformer
from analysis.runs.published import PUBLISHED_ORDER, in_published_order
from symrep import (
    AlternatingGroup,
    CayleyTableGroup,
    CyclicGroup,
    DicyclicGroup,
    DihedralGroup,
    SymmetricGroup,
    named_group,
)
from symrep._support.integers import as_integer
from symrep.groups.base import AnyGroup

TRAINED_FAMILIES = {
    "SymmetricGroup": SymmetricGroup,
    "AlternatingGroup": AlternatingGroup,
    "CyclicGroup": CyclicGroup,
    "DihedralGroup": DihedralGroup,
    "DicyclicGroup": DicyclicGroup,
}
"""{name of a family whose parameter is a number: family}."""

NAMED, BY_TABLE = "NamedGroup", "CayleyTable"
"""Names of groups whose parameter is a text like "C3 x S3", and a Cayley table."""

GROUPS = (*TRAINED_FAMILIES, NAMED, BY_TABLE)

ORDERED = ("SymmetricGroup", "AlternatingGroup")
"""Families with several named element orders."""

MODELS = ("BilinearNet", "OneLayerMLP", "Transformer")

ELEMENT_ORDERS = ("lexicographic", "sympy", PUBLISHED_ORDER)
"""Names of the element orders of S_n and A_n."""

OPTIMISERS = ("AdamW", "SGD")

Precision = Literal["float64", "float32"]
"""Dtypes of the loss."""

MADE_WITH = "made_with"
"""Key of the versions that trained a run; see `analysis.training.recording`."""

NOT_SETTINGS = (MADE_WITH, "extra_name")
"""Keys of configuration files that are not settings; the second is of published files."""

LARGEST_TRAINED_ORDER = 40320
"""Largest order of a group whose pairs can be listed."""

LARGEST_TRAINED_DEGREE = 1000
"""Largest degree for which the order of S_n or A_n is computed."""


@dataclass(frozen=True)
class Layers:
    """Widths of a network; those that its architecture lacks are ignored.

    Attributes:
        embed_dim: width of the embeddings.
        hidden_dim: neurons of the hidden layer.
        hidden_bias: whether the hidden layer of an MLP has a bias.
        heads: attention heads of a transformer.
        head_dim: width of each head.
    """

    embed_dim: int = 256
    hidden_dim: int = 128
    hidden_bias: bool = False
    heads: int = 4
    head_dim: int = 32

    def __post_init__(self) -> None:
        for name in ("embed_dim", "hidden_dim", "heads", "head_dim"):
            object.__setattr__(self, name, _integer(f"layers.{name}", getattr(self, name), 1))
        if not isinstance(self.hidden_bias, bool):
            raise ValueError(f"layers.hidden_bias must be true or false, got {self.hidden_bias!r}")


@dataclass(frozen=True)
class Configuration:
    """The settings of a training run; the attributes are the keys of the JSON file.

    Attributes:
        model: name of the architecture.
        group: name of the group's family, "NamedGroup" or "CayleyTable".
        group_parameter: n; a name like "C3 x S3"; or the rows of the table.
        layers: widths.
        frac_train: fraction of the |G|^2 pairs in the training set, in (0, 1].
        num_epochs: passes over the training pairs; each is one step if there are no batches.
        lr: learning rate.
        weight_decay: that of AdamW, which is decoupled, or of SGD, which is not.
        betas: the two averaging coefficients of AdamW.
        seed: of the training split and, again, of the initial weights; and of batches.
        optimiser: "AdamW" or "SGD".
        momentum: of SGD.
        batch_size: training pairs a step, drawn anew each epoch; all of them if None.
        loss: dtype of the loss from the float32 logits on, "float64" as published, or "float32",
            which is as stable and faster; see `analysis.training.objective`.
        checkpoints: epochs after which weights and optimiser state are kept. A number N stands for
            N log-spaced epochs, or a few less.
        evaluations: epochs after which losses on all pairs are measured. A number N stands for N
            evenly spaced epochs, and N log-spaced ones or a few less.
        stop_accuracy: training ends early when the test accuracy has been at least this at every
            evaluation during `stop_epochs` epochs; never if None.
        stop_epochs: see `stop_accuracy`.
        element_order: order of the elements: a name, see `symrep.SymmetricGroup`, or "published",
            see `analysis.runs.published`; or, for any group, the list of the elements, each by its
            index in the default order of the family. Families other than S_n and A_n ignore names.
    """

    model: str
    group: str
    group_parameter: Any
    frac_train: float
    num_epochs: int
    seed: int
    layers: Layers = field(default_factory=Layers)
    lr: float = 1e-3
    weight_decay: float = 1.0
    betas: tuple[float, float] = (0.9, 0.98)
    element_order: str | tuple[int, ...] = "lexicographic"
    optimiser: str = "AdamW"
    momentum: float = 0.0
    batch_size: int | None = None
    loss: str = "float64"
    checkpoints: int | tuple[int, ...] = 20
    evaluations: int | tuple[int, ...] = 200
    stop_accuracy: float | None = None
    stop_epochs: int = 1000

    def __post_init__(self) -> None:
        for name, kind, known in (
            (self.model, "model", MODELS),
            (self.group, "group", GROUPS),
            (self.optimiser, "optimiser", OPTIMISERS),
            (self.loss, "loss", get_args(Precision)),
        ):
            if name not in list(known):
                close = difflib.get_close_matches(str(name), known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"expected {' or '.join(known)}"
                raise ValueError(f"unknown {kind} {name!r}: {hint}")
        given: dict[str, Any] = {}
        if self.group in TRAINED_FAMILIES:
            given["group_parameter"] = _integer("group_parameter", self.group_parameter, 0)
        elif self.group == NAMED and not isinstance(self.group_parameter, str):
            raise ValueError(f"group_parameter must be a name, got {self.group_parameter!r}")
        elif isinstance(self.group_parameter, np.ndarray):
            given["group_parameter"] = self.group_parameter.tolist()
        if not isinstance(self.element_order, (str, list, tuple, np.ndarray)):
            raise ValueError(
                f"element_order must be a name or a list of indices, got {self.element_order!r}"
            )
        if not isinstance(self.element_order, str):
            order = (_integer("element_order", index, 0) for index in self.element_order)
            given["element_order"] = tuple(order)
        given["num_epochs"] = _integer("num_epochs", self.num_epochs, 1)
        given["seed"] = _integer("seed", self.seed, 0)
        _require_number("frac_train", self.frac_train, 0, 1, open_below=True)
        _require_number("lr", self.lr, 0, inf, open_below=True, open_above=True)
        _require_number("weight_decay", self.weight_decay, 0, inf, open_above=True)
        if not isinstance(self.betas, (list, tuple)) or len(self.betas) != 2:
            raise ValueError(f"betas must be two numbers, got {self.betas!r}")
        for beta in self.betas:
            _require_number("betas", beta, 0, 1, open_above=True)
        given["betas"] = tuple(self.betas)
        _require_number("momentum", self.momentum, 0, 1, open_above=True)
        given["stop_epochs"] = _integer("stop_epochs", self.stop_epochs, 0)
        if self.batch_size is not None:
            given["batch_size"] = _integer("batch_size", self.batch_size, 1)
        if self.stop_accuracy is not None:
            _require_number("stop_accuracy", self.stop_accuracy, 0, 1, open_below=True)
        for name in ("checkpoints", "evaluations"):
            epochs = getattr(self, name)
            if isinstance(epochs, (list, tuple)):
                given[name] = tuple(_integer(name, epoch, 0) for epoch in epochs)
                if max(epochs, default=0) > self.num_epochs:
                    raise ValueError(f"{name} has the epoch {max(epochs)}, past the last one")
            else:
                given[name] = _integer(name, epochs, 2)
        for name, value in given.items():
            object.__setattr__(self, name, value)
        if self.group in ORDERED and self.group_parameter > LARGEST_TRAINED_DEGREE:
            raise ValueError(f"{self.group}({self.group_parameter}) {_TOO_LARGE}")
        group = self.make_group()
        if group.order > LARGEST_TRAINED_ORDER:
            raise ValueError(f"{group} {_TOO_LARGE}")
        if int(self.frac_train * group.order**2) == 0:
            raise ValueError(
                f"frac_train {self.frac_train} of the {group.order**2} pairs leaves "
                "no training pairs"
            )

    @classmethod
    def from_mapping(
        cls, values: Mapping[str, Any], *, strict: bool, **defaults: Any
    ) -> Configuration:
        """Return the configuration with the given keys and values.

        Args:
            values: as read from JSON.
            strict: whether an unknown key is an error.
            defaults: values of keys that are not given.

        Raises:
            ValueError: a key is missing or unknown, or has an invalid value.
        """
        if not isinstance(values, Mapping):
            raise ValueError(f"expected a JSON object, got {type(values).__name__}")
        values = defaults | {k: v for k, v in values.items() if k not in NOT_SETTINGS}
        layers = values.get("layers", {})
        if not isinstance(layers, Mapping):
            raise ValueError(f"layers must be a JSON object, got {layers!r}")
        values["layers"] = Layers(**_known(layers, Layers, strict=strict))
        return cls(**_known(values, cls, strict=strict))

    def to_json(self) -> str:
        """Return the text that `read_json` and `from_mapping` read back."""
        return json.dumps(asdict(self), indent=2) + "\n"

    def make_group(self) -> AnyGroup:
        """Return the group in this element order, always the same object; nothing is enumerated."""
        return self._group

    @cached_property
    def _group(self) -> AnyGroup:
        group: AnyGroup
        if self.group in TRAINED_FAMILIES:
            group = TRAINED_FAMILIES[self.group](self.group_parameter)
        elif self.group == NAMED:
            group = named_group(self.group_parameter)
        else:
            group = CayleyTableGroup(self.group_parameter)
        if self.element_order == PUBLISHED_ORDER:
            return in_published_order(group)
        if self.element_order in ELEMENT_ORDERS and not group.named_orders:
            return group  # The group has one order.
        return group.reordered(self.element_order)

    def make_network(self) -> BilinearNet | OneLayerMLP | Transformer:
        """Return the network before training, on the CPU.

        Its weights are those that torch's global generator would give on the CPU after `seed`.
        That generator is neither used nor seeded.
        """
        order, layers = self.make_group().order, self.layers
        generator = torch.Generator().manual_seed(self.seed)
        if self.model == "BilinearNet":
            return BilinearNet(order, layers.embed_dim, generator=generator)
        if self.model == "OneLayerMLP":
            return OneLayerMLP(
                order,
                layers.embed_dim,
                layers.hidden_dim,
                hidden_bias=layers.hidden_bias,
                generator=generator,
            )
        return Transformer(
            order,
            layers.embed_dim,
            layers.hidden_dim,
            layers.heads,
            layers.head_dim,
            generator=generator,
        )

    @property
    def training_count(self) -> int:
        """Number of training pairs."""
        return int(self.frac_train * self.make_group().order ** 2)

    def training_split(self) -> tuple[Tensor, Tensor]:
        """Return the indices x |G| + y of the training pairs and of the test pairs.

        They are those that `torch.randperm(|G|^2)` gives on the CPU after `seed`.
        """
        order = self.make_group().order
        generator = torch.Generator().manual_seed(self.seed)
        pairs = torch.randperm(order**2, generator=generator)
        return pairs[: self.training_count], pairs[self.training_count :]


_TOO_LARGE = f"is too large: networks are for groups of up to {LARGEST_TRAINED_ORDER} elements"


def read_json(path: Path) -> Any:
    """Return the content of a JSON file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{path} is not a JSON file: {error}") from None


def _known(values: Mapping[str, Any], kind: type[Any], *, strict: bool) -> dict[str, Any]:
    names = [entry.name for entry in fields(kind)]
    required = [
        entry.name for entry in fields(kind) if entry.default is entry.default_factory is MISSING
    ]
    for name in values if strict else ():
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"expected {', '.join(names)}"
            raise ValueError(f"unknown key {name!r}: {hint}")
    missing = [name for name in required if name not in values]
    if missing:
        raise ValueError(f"missing key {', '.join(map(repr, missing))}")
    return {name: value for name, value in values.items() if name in names}


def _integer(name: str, value: Any, least: int) -> int:
    """Return the Python integer of a Python, numpy or SymPy integer, for `to_json`."""
    try:
        return as_integer(value, name, least)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}") from None


def _require_number(
    name: str,
    value: Any,
    least: float,
    most: float,
    *,
    open_below: bool = False,
    open_above: bool = False,
) -> None:
    in_range = (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and (least < value if open_below else least <= value)
        and (value < most if open_above else value <= most)
    )
    if not in_range:
        bracket = "(" if open_below else "["
        end = f"{most})" if open_above else f"{most}]"
        raise ValueError(f"{name} must be a number in {bracket}{least}, {end}, got {value!r}")
