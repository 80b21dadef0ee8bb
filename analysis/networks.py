"""Networks on pairs of group elements, through the one interface that the measures use.

A network predicts the product xy of two elements x and y, given by their indices, with one logit
for each element.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
import torch
from einops import einsum
from torch import Tensor, nn
from torch.nn import functional as F


@runtime_checkable
class Network(Protocol):
    """The members of a network on a group of order |G| that measures use.

    Any torch module with these members can be analysed. `hidden` is the layer whose activations
    are read out linearly: adding v to the hidden activations adds `unembedding() @ v` to the
    logits.
    """

    @property
    def order(self) -> int:
        """|G|, the number of elements of the group."""
        ...

    def parameters(self) -> Iterable[Tensor]:
        """Return all weights, as `torch.nn.Module.parameters` does."""
        ...

    def left_embedding(self) -> Tensor:
        """Return the contribution of each x before the non-linearity, (|G|, width)."""
        ...

    def right_embedding(self) -> Tensor:
        """Return the contribution of each y before the non-linearity, (|G|, width)."""
        ...

    def unembedding(self) -> Tensor:
        """Return [z] = direction of the hidden layer that raises the logit of z, (|G|, hidden)."""
        ...

    def activations(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return named activations at the pairs (x, y), index tensors that broadcast to (*pairs).

        Returns:
            At least "hidden" (*pairs, hidden) and "logits" (*pairs, |G|).
        """
        ...


@runtime_checkable
class Editable(Network, Protocol):
    """A network whose embeddings and logits can be composed with linear maps of functions on G.

    Truncation to a rank, removal of an irrep and another element order are such maps.
    """

    def edited(
        self,
        left: Tensor | None = None,
        right: Tensor | None = None,
        answers: Tensor | None = None,
    ) -> Network:
        """Return a copy with linear maps applied to left embedding L, right embedding R, logits l.

        Args:
            left: (|G|, |G|); the copy has the left embedding left @ L. L is kept if None.
            right: the same for the right embedding.
            answers: the same for the logits, answers @ l(x, y), and thus for the unembedding.

        Raises:
            ValueError: a map is not (|G|, |G|), or left and right differ where the network has
                one embedding for both.
        """
        ...


class Trainable(nn.Module):
    """A network of this package: its layers, and an affine map from one of them to the logits."""

    @property
    def order(self) -> int:
        """|G|, see `Network.order`."""
        raise NotImplementedError

    def layers(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return the activations at the pairs (x, y) but the logits; see `Network.activations`."""
        raise NotImplementedError

    def readout(self, layers: Mapping[str, Tensor]) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return (F, W, b) such that the logits are F W + b.

        Args:
            layers: as `layers` gives them.

        Returns:
            F (*pairs, k), W (k, |G|), and b (|G|,) or None for 0.
        """
        raise NotImplementedError

    def activations(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return named activations at the pairs (x, y); see `Network.activations`."""
        layers = self.layers(x, y)
        features, readout, bias = self.readout(layers)
        logits = features @ readout
        return {**layers, "logits": logits if bias is None else logits + bias}

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the logits at the pairs (x, y), (*pairs, |G|)."""
        return self.activations(x, y)["logits"]


class _WithTwoEmbeddings(Trainable):
    W_x: nn.Parameter
    W_y: nn.Parameter
    W_U: nn.Parameter

    @property
    def order(self) -> int:
        """|G|."""
        return len(self.W_x)

    def edited(
        self,
        left: Tensor | None = None,
        right: Tensor | None = None,
        answers: Tensor | None = None,
    ) -> Self:
        """See `Editable.edited`."""
        network = copy.deepcopy(self)
        _map_elements(network.W_x, left, "left")
        _map_elements(network.W_y, right, "right")
        _map_elements(network.W_U.T, answers, "answers")
        return network

    def readout(self, layers: Mapping[str, Tensor]) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the hidden layer and W_U; see `Trainable.readout`."""
        return layers["hidden"], self.W_U, None


class BilinearNet(_WithTwoEmbeddings):
    """logits = (W_x[x] * W_y[y]) W_U, where * is the elementwise product.

    Attributes:
        W_x: left embedding, (|G|, e).
        W_y: right embedding, (|G|, e).
        W_U: unembedding, (e, |G|).
    """

    def __init__(
        self, order: int, embed_dim: int, *, generator: torch.Generator | None = None
    ) -> None:
        """Draw the parameters as those of `OneLayerMLP`; the fan-in is e for all."""
        super().__init__()
        drawn = partial(_drawn, fan_in=embed_dim, generator=generator)
        self.W_x = drawn(order, embed_dim)
        self.W_y = drawn(order, embed_dim)
        self.W_U = drawn(embed_dim, order)

    def left_embedding(self) -> Tensor:
        """Return W_x, (|G|, e)."""
        return self.W_x

    def right_embedding(self) -> Tensor:
        """Return W_y, (|G|, e)."""
        return self.W_y

    def unembedding(self) -> Tensor:
        """Return W_U transposed, (|G|, e)."""
        return self.W_U.T

    def layers(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return the hidden layer, (*pairs, e)."""
        return {"hidden": _rows(self.W_x, x) * _rows(self.W_y, y)}


class OneLayerMLP(_WithTwoEmbeddings):
    """logits = relu([W_x[x], W_y[y]] W + b) W_U.

    Attributes:
        W_x: left embedding, (|G|, e).
        W_y: right embedding, (|G|, e).
        W: linear layer on the two embeddings side by side, (2e, hidden).
        b: bias of the hidden layer, (hidden,), or None.
        W_U: unembedding, (hidden, |G|).
    """

    b: nn.Parameter | None

    def __init__(
        self,
        order: int,
        embed_dim: int,
        hidden_dim: int,
        *,
        hidden_bias: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        """Draw the parameters in the order of the attributes.

        Entries are normal, divided by the square root of the fan-in: e, e, 2e, hidden. The bias
        is 0. They come from torch's global generator if no other is given.
        """
        super().__init__()
        drawn = partial(_drawn, generator=generator)
        self.W_x = drawn(order, embed_dim, fan_in=embed_dim)
        self.W_y = drawn(order, embed_dim, fan_in=embed_dim)
        self.W = drawn(2 * embed_dim, hidden_dim, fan_in=2 * embed_dim)
        self.b = nn.Parameter(torch.zeros(hidden_dim)) if hidden_bias else None
        self.W_U = drawn(hidden_dim, order, fan_in=hidden_dim)

    def left_embedding(self) -> Tensor:
        """Return W_x W[:e], (|G|, hidden)."""
        return self.W_x @ self.W[: self.W_x.shape[1]]

    def right_embedding(self) -> Tensor:
        """Return W_y W[e:], (|G|, hidden)."""
        return self.W_y @ self.W[self.W_x.shape[1] :]

    def unembedding(self) -> Tensor:
        """Return W_U transposed, (|G|, hidden)."""
        return self.W_U.T

    def layers(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return the layers "preactivation" and "hidden", (*pairs, hidden)."""
        left = _rows(self.left_embedding(), x)
        preactivation = left + _rows(self.right_embedding(), y)
        if self.b is not None:
            preactivation = preactivation + self.b
        return {"preactivation": preactivation, "hidden": torch.relu(preactivation)}


class Transformer(Trainable):
    """A transformer of one layer on the tokens x, y, "=", with the logits of the last token.

    There is no layer normalisation. Only the last position is evaluated. In one layer the other
    positions enter it by their keys and values alone, so that no mask is needed.

    Attributes:
        W_E: embedding of the elements and, last, of "=", (|G| + 1, e).
        W_pos: embedding of the three positions, (3, e).
        W_Q, W_K, W_V: queries, keys and values of each head, (heads, e, k).
        b_Q, b_K, b_V: their biases, (heads, k).
        W_O, b_O: output of the attention, (heads, k, e) and (e,).
        W_in, b_in: linear layer before the relu, (e, hidden) and (hidden,).
        W_out, b_out: linear layer after it, (hidden, e) and (e,).
        W_U, b_U: unembedding, (e, |G|) and (|G|,).
    """

    def __init__(
        self,
        order: int,
        embed_dim: int = 128,
        hidden_dim: int = 512,
        heads: int = 4,
        head_dim: int = 32,
        *,
        generator: torch.Generator | None = None,
    ) -> None:
        """Draw the matrices as those of `OneLayerMLP`, W_E, W_pos, W_Q, ...

        Biases are 0 and stay so in training, as in the published transformers.
        """
        super().__init__()
        e, k, drawn = embed_dim, head_dim, partial(_drawn, generator=generator)
        self.W_E = drawn(order + 1, e, fan_in=e)
        self.W_pos = drawn(3, e, fan_in=e)
        self.W_Q, self.W_K, self.W_V = (drawn(heads, e, k, fan_in=e) for _ in range(3))
        self.b_Q, self.b_K, self.b_V = (_frozen(heads, k) for _ in range(3))
        self.W_O = drawn(heads, k, e, fan_in=heads * k)
        self.b_O = _frozen(e)
        self.W_in = drawn(e, hidden_dim, fan_in=e)
        self.b_in = _frozen(hidden_dim)
        self.W_out = drawn(hidden_dim, e, fan_in=hidden_dim)
        self.b_out = _frozen(e)
        self.W_U = drawn(e, order, fan_in=e)
        self.b_U = _frozen(order)

    @property
    def order(self) -> int:
        """|G|."""
        return len(self.W_E) - 1

    def left_embedding(self) -> Tensor:
        """Return W_E without "=", (|G|, e)."""
        return self.W_E[:-1]

    def right_embedding(self) -> Tensor:
        """Return W_E without "=", (|G|, e): x and y share one embedding."""
        return self.W_E[:-1]

    def unembedding(self) -> Tensor:
        """Return W_out W_U transposed, (|G|, hidden)."""
        return (self.W_out @ self.W_U).T

    def edited(
        self,
        left: Tensor | None = None,
        right: Tensor | None = None,
        answers: Tensor | None = None,
    ) -> Self:
        """See `Editable.edited`; left and right are the same map, as there is one embedding."""
        if not (left is right or (left is not None and right is not None and left.equal(right))):
            raise ValueError(
                "a Transformer has one embedding for x and y: left and right must be the same map"
            )
        network = copy.deepcopy(self)
        _map_elements(network.W_E[:-1], left, "left")
        _map_elements(network.W_U.T, answers, "answers")
        _map_elements(network.b_U, answers, "answers")
        return network

    def layers(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return the activations at the last position.

        Returns:
            "hidden"; "attention" (*pairs, heads, 3), the weights of x, y and "=" in each head,
            "residual" (*pairs, e), the residual stream between attention and MLP, and
            "preactivation" (*pairs, hidden). The logits are read from the whole residual stream,
            to which the hidden layer contributes.
        """
        streams = [self.W_E[:-1] + self.W_pos[0], self.W_E[:-1] + self.W_pos[1]]
        last = self.W_E[-1] + self.W_pos[2]
        queries = einsum(last, self.W_Q, "e, h e k -> h k") + self.b_Q
        (by_x, out_x), (by_y, out_y), (by_end, out_end) = (
            self._attended(stream, queries) for stream in (*streams, last[None])
        )
        pairs = np.broadcast_shapes(x.shape, y.shape)
        scores = [score.expand(*pairs, -1) for score in (_rows(by_x, x), _rows(by_y, y), by_end[0])]
        attention = torch.stack(scores, dim=-1).softmax(dim=-1)
        on_x, on_y, on_end = attention.unbind(-1)
        residual = last + self.b_O + on_end @ out_end[0]
        for weights, out, element in ((on_x, out_x, x), (on_y, out_y, y)):
            residual = residual + einsum(weights, _rows(out, element), "... h, ... h e -> ... e")
        preactivation = residual @ self.W_in + self.b_in
        return {
            "attention": attention,
            "residual": residual,
            "preactivation": preactivation,
            "hidden": torch.relu(preactivation),
        }

    def readout(self, layers: Mapping[str, Tensor]) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the residual stream after the MLP, W_U and b_U; see `Trainable.readout`."""
        stream = layers["residual"] + layers["hidden"] @ self.W_out + self.b_out
        return stream, self.W_U, self.b_U

    def _attended(self, stream: Tensor, queries: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores (count, heads) and outputs (count, heads, e) of a stream (count, e)."""
        keys = einsum(stream, self.W_K, "n e, h e k -> n h k") + self.b_K
        values = einsum(stream, self.W_V, "n e, h e k -> n h k") + self.b_V
        scores = einsum(keys, queries, "n h k, h k -> n h") / keys.shape[-1] ** 0.5
        return scores, einsum(values, self.W_O, "n h k, h k e -> n h e")


def load_weights(network: nn.Module, state: Mapping[str, object]) -> None:
    """Copy a state into a network after a check of every weight.

    Raises:
        ValueError: a parameter is missing, unknown, of another shape, not of a floating-point
            dtype, or has entries that are not finite.
    """
    expected = dict(network.named_parameters())
    missing, foreign = expected.keys() - state.keys(), state.keys() - expected.keys()
    if missing or foreign:
        raise ValueError(
            f"expected the weights {', '.join(expected)} of a {type(network).__name__}; "
            f"missing: {', '.join(sorted(missing)) or 'none'}; "
            f"not expected: {', '.join(sorted(foreign)) or 'none'}"
        )
    values: dict[str, Tensor] = {}
    for name, parameter in expected.items():
        value = state[name]
        if not isinstance(value, Tensor) or not value.is_floating_point():
            kind = value.dtype if isinstance(value, Tensor) else type(value).__name__
            raise ValueError(f"weights {name}: expected floating-point numbers, got {kind}")
        if value.shape != parameter.shape:
            raise ValueError(
                f"weights {name} have shape {tuple(value.shape)}, but the configuration "
                f"expects {tuple(parameter.shape)}"
            )
        if not bool(value.isfinite().all()):
            count = int((~value.isfinite()).sum())
            raise ValueError(f"weights {name} have {count} entries that are NaN or infinite")
        values[name] = value
    with torch.no_grad():
        for name, parameter in expected.items():
            parameter.copy_(values[name])


@torch.no_grad()
def _map_elements(weights: Tensor, linear: Tensor | None, name: str) -> None:
    """Replace weights (|G|, ...) in place by linear @ weights, computed in float64."""
    if linear is None:
        return
    order = len(weights)
    if linear.shape != (order, order):
        raise ValueError(
            f"{name} has shape {tuple(linear.shape)}, but a map of the functions on {order} "
            f"elements has {(order, order)}"
        )
    weights.copy_(linear.double() @ weights.double())


def _rows(table: Tensor, indices: Tensor) -> Tensor:
    """Return table[indices], with a faster gradient than that of F.embedding.

    The gradient is deterministic, on a GPU too.
    """
    rows: Tensor = _Rows.apply(table.flatten(1), indices.flatten())  # type: ignore[no-untyped-call]
    return rows.reshape(*indices.shape, *table.shape[1:])


class _Rows(torch.autograd.Function):
    """The rows (pairs, width) of a table (|G|, width) at indices (pairs,).

    Under torch.vmap the tables are concatenated. The gather of single numbers that torch.vmap
    makes by default takes seven times as long.
    """

    @staticmethod
    def forward(table: Tensor, indices: Tensor) -> Tensor:
        return table.index_select(0, indices)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor], output: Tensor) -> None:
        table, indices = inputs
        ctx.save_for_backward(indices)
        ctx.order = len(table)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (indices,) = ctx.saved_tensors
        if gradient.device.type == "cpu":
            summed = gradient.new_zeros(ctx.order, gradient.shape[1])
            return summed.index_add_(0, indices, gradient), None
        return _sums_in_order(gradient, indices, ctx.order), None

    @staticmethod
    def vmap(
        info: Any, in_dims: tuple[int | None, ...], table: Tensor, indices: Tensor
    ) -> tuple[Tensor, int]:
        tables, chosen = (
            part.expand(info.batch_size, *part.shape) if dim is None else part.movedim(dim, 0)
            for part, dim in zip((table, indices), in_dims, strict=True)
        )
        count, order = tables.shape[:2]
        first = order * torch.arange(count, device=chosen.device)
        return _rows(tables.flatten(0, 1), chosen + first[:, None]), 0


def _sums_in_order(rows: Tensor, indices: Tensor, count: int) -> Tensor:
    """Return [k] = sum of the rows (pairs, width) with index k, in their order, (count, width).

    On a GPU index_add_ has no fixed order, so that its rounding varies from call to call.
    """
    pairs = indices.argsort(stable=True)
    starts = torch.searchsorted(indices[pairs], torch.arange(count, device=indices.device))
    return F.embedding_bag(pairs, rows.contiguous(), starts, mode="sum")


def _drawn(*shape: int, fan_in: int, generator: torch.Generator | None) -> nn.Parameter:
    device = None if generator is None else generator.device
    return nn.Parameter(torch.randn(shape, generator=generator, device=device) / fan_in**0.5)


def _frozen(*shape: int) -> nn.Parameter:
    return nn.Parameter(torch.zeros(*shape), requires_grad=False)
