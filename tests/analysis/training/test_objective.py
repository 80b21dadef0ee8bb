from __future__ import annotations

from math import exp

import pytest
import torch
from torch.nn import functional as F

from analysis.training import objective
from analysis.training.objective import mean_cross_entropy


def tensors(dtype, networks=3, pairs=50, width=7, order=6, scale=1.0):
    generator = torch.Generator().manual_seed(1)
    features, readout, bias = (
        (scale * torch.randn(shape, generator=generator, dtype=torch.float64)).to(dtype)
        for shape in ((networks, pairs, width), (networks, width, order), (networks, order))
    )
    targets = torch.randint(order, (networks, pairs), generator=generator)
    return features, readout, bias, targets


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize("block", [1, 70, 2**20])
@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize(("dtype", "error"), [(torch.float32, 2e-6), (torch.float64, 1e-14)])
def test_the_loss_and_its_gradient_are_those_of_torch(
    monkeypatch, dtype, error, precision, block, with_bias
):
    monkeypatch.setattr(objective, "LOGITS_AT_A_TIME", block)
    *given, targets = tensors(dtype)
    given = [tensor.requires_grad_() for tensor in given[: 2 + with_bias]]
    features, readout, bias = given if with_bias else (*given, None)

    losses, found = mean_cross_entropy(features, readout, bias, targets, precision)

    logits = (features @ readout + (0 if bias is None else bias[:, None])).double()
    plain = F.cross_entropy(logits.mT, targets, reduction="none").mean(1)
    expected = torch.autograd.grad(plain.sum(), given)
    torch.testing.assert_close(losses.double(), plain, rtol=error, atol=0)
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=error)


def test_a_small_loss_keeps_its_digits_in_float32():
    """Two elements, logits 40 apart: the loss is log(1 + exp(-40)), and torch's is 0."""
    features = torch.tensor([[[40.0]]])
    readout = torch.tensor([[[1.0, 0.0]]])
    targets = torch.tensor([[0]])
    loss, [by_features, by_readout] = mean_cross_entropy(
        features, readout, None, targets, "float32"
    )
    assert loss.item() == pytest.approx(exp(-40), rel=1e-6)
    assert by_features.item() == pytest.approx(-exp(-40), rel=1e-6)
    assert by_readout.tolist() == [[pytest.approx([-40 * exp(-40), 40 * exp(-40)], rel=1e-6)]]
    assert F.cross_entropy((features @ readout)[0], targets[0]).item() == 0


def test_logits_that_overflow_an_exponential_do_not():
    features = torch.tensor([[[1000.0]]])
    for target, expected in ((0, 0.0), (1, 1000.0)):
        for precision in ("float64", "float32"):
            loss, _ = mean_cross_entropy(
                features, torch.tensor([[[1.0, 0.0]]]), None, torch.tensor([[target]]), precision
            )
            assert loss.item() == expected
