"""Run folders of the published networks: `cfg.json`, and `model.pt`, a state dict of torch.save.

Checkpoints are `checkpoints/epoch_EPOCH.pt` or `checkpoints/EPOCH.pt`. Elements are in SymPy's
order. State dicts are unpickled without running code from them. Source: Chughtai, Chan and Nanda,
*A Toy Model of Universality* (arXiv 2302.03025).
"""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from analysis.runs.configuration import Configuration, Layers
from analysis.runs.published import default_order
from analysis.runs.run_format import RunFormat, State

_BLOCK = "blocks.0."
PUBLISHED_NAMES = {
    "embed.W_E": "W_E",
    "pos_embed.W_pos": "W_pos",
    **{f"{_BLOCK}attn.{a}_{b}": f"{a}_{b}" for a in "Wb" for b in "QKVO"},
    **{f"{_BLOCK}mlp.{a}_{b}": f"{a}_{b}" for a in "Wb" for b in ("in", "out")},
    "unembed.W_U": "W_U",
    "unembed.b_U": "b_U",
}
"""{published name of a transformer's weights: name here}."""

PUBLISHED_COPIES = {"x_embed", "y_embed", f"{_BLOCK}attn.mask", f"{_BLOCK}attn.IGNORE"}
"""Entries of published transformers that copy the embedding or are constant."""


def _adapted(configuration: Configuration, state: State) -> tuple[Configuration, State]:
    """Return a transformer with the names and widths of this package, other networks unchanged."""
    if configuration.model != "Transformer":
        return configuration, state
    state = _renamed(state)
    return replace(configuration, layers=_layers(state, configuration.layers)), state


def _renamed(state: State) -> dict[str, object]:
    """Return the weights of a published transformer under the names of `Transformer`."""
    return {
        PUBLISHED_NAMES.get(name, name): value
        for name, value in state.items()
        if name not in PUBLISHED_COPIES
    }


def _layers(state: State, default: Layers) -> Layers:
    """Return the widths of a transformer's weights, which published configurations lack."""
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


def _shape(state: State, name: str) -> tuple[int, ...]:
    value = state.get(name)
    return tuple(value.shape) if isinstance(value, Tensor) else ()


def _read_state_dict(path: Path) -> State:
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


PUBLISHED = RunFormat(
    "cfg.json",
    "model.pt",
    re.compile(r"(?:epoch_)?(\d+)\.pt"),
    _read_state_dict,
    _adapted,
    default_order,
)
