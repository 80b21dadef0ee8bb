"""Networks on pairs of group elements, through the one interface that the measures use.

A network here answers the product xy of two elements x and y, all given by their indices, by
one logit for each element.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@runtime_checkable
class Network(Protocol):
    """What a measure may ask of a network on a group of the given order.

    Any torch module with these members can be analysed. `hidden` is the layer whose activations
    are read out linearly: adding v to the hidden activations adds `unembedding() @ v` to the
    logits.
    """

    @property
    def order(self) -> int:
        """|G|, the number of elements of the group."""
        ...

    def parameters(self) -> Iterable[Tensor]:
        """All weights, as every torch module lists them."""
        ...

    def left_embedding(self) -> Tensor:
        """What the network makes of x alone before the non-linearity; (|G|, width)."""
        ...

    def right_embedding(self) -> Tensor:
        """What the network makes of y alone before the non-linearity; (|G|, width)."""
        ...

    def unembedding(self) -> Tensor:
        """[z] = direction of the hidden layer that votes for z; (|G|, hidden)."""
        ...

    def activations(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Named activations at the pairs (x, y), index tensors that broadcast to (*pairs).

        Returns:
            At least "hidden" (*pairs, hidden) and "logits" (*pairs, |G|).
        """
        ...


class OneLayerMLP(nn.Module):
    """logits = relu([W_x[x], W_y[y]] W) W_U.

    Attributes:
        W_x: left embedding, (|G|, e).
        W_y: right embedding, (|G|, e).
        W: linear layer on the two embeddings side by side, (2e, hidden).
        W_U: unembedding, (hidden, |G|).
    """

    PARAMETERS = ("W_x", "W_y", "W", "W_U")

    def __init__(self, order: int, embed_dim: int, hidden_dim: int) -> None:
        """Draws the parameters from torch's global generator, in the order of the attributes.

        Entries are normal, divided by the square root of the fan-in: e, e, 2e, hidden.
        """
        super().__init__()

        def draw(rows: int, columns: int, fan_in: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(rows, columns) / fan_in**0.5)

        self.W_x = draw(order, embed_dim, embed_dim)
        self.W_y = draw(order, embed_dim, embed_dim)
        self.W = draw(2 * embed_dim, hidden_dim, 2 * embed_dim)
        self.W_U = draw(hidden_dim, order, hidden_dim)

    @property
    def order(self) -> int:
        """|G|."""
        return len(self.W_x)

    def left_embedding(self) -> Tensor:
        """W_x W[:e], (|G|, hidden)."""
        return self.W_x @ self.W[: self.W_x.shape[1]]

    def right_embedding(self) -> Tensor:
        """W_y W[e:], (|G|, hidden)."""
        return self.W_y @ self.W[self.W_x.shape[1] :]

    def unembedding(self) -> Tensor:
        """W_U transposed, (|G|, hidden)."""
        return self.W_U.T

    def activations(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """As `Network.activations`, and "preactivation" (*pairs, hidden)."""
        left = F.embedding(x, self.left_embedding())
        preactivation = left + F.embedding(y, self.right_embedding())
        hidden = torch.relu(preactivation)
        return {
            "preactivation": preactivation,
            "hidden": hidden,
            "logits": hidden @ self.W_U,
        }

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The logits at the pairs (x, y), (*pairs, |G|)."""
        return self.activations(x, y)["logits"]


ARCHITECTURES = {"OneLayerMLP": OneLayerMLP}


def network_from_state(
    architecture: str, order: int, embed_dim: int, hidden_dim: int, state: Mapping[str, object]
) -> OneLayerMLP:
    """The network of a published or saved state, with its weights checked.

    Raises:
        ValueError: a parameter is missing, foreign, of another shape, not of a floating-point
            dtype, or has entries that are not finite.
    """
    network = ARCHITECTURES[architecture](order, embed_dim, hidden_dim)
    expected = dict(network.named_parameters())
    missing, foreign = expected.keys() - state.keys(), state.keys() - expected.keys()
    if missing or foreign:
        raise ValueError(
            f"expected the weights {', '.join(expected)} of a {architecture}; "
            f"missing: {', '.join(sorted(missing)) or 'none'}; "
            f"not expected: {', '.join(sorted(foreign)) or 'none'}"
        )
    for name, parameter in expected.items():
        value = state[name]
        if not isinstance(value, Tensor) or not value.is_floating_point():
            kind = value.dtype if isinstance(value, Tensor) else type(value).__name__
            raise ValueError(f"weights {name}: expected floating-point numbers, got {kind}")
        if value.shape != parameter.shape:
            raise ValueError(
                f"weights {name} have shape {tuple(value.shape)}, expected "
                f"{tuple(parameter.shape)} for a group of order {order}, "
                f"embed_dim {embed_dim} and hidden_dim {hidden_dim}"
            )
        if not bool(value.isfinite().all()):
            count = int((~value.isfinite()).sum())
            raise ValueError(f"weights {name} have {count} entries that are NaN or infinite")
        with torch.no_grad():
            parameter.copy_(value)
    return network
