from __future__ import annotations

import torch

from analysis import neurons
from symrep import SymmetricGroup


def test_neuron_shares_and_dead_neurons():
    group = SymmetricGroup(3)
    weights = torch.zeros(6, 3)
    weights[:, 0] = group.signs
    weights[:, 2] = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    shares = neurons.neuron_shares(weights, group)
    torch.testing.assert_close(shares.sum(0), torch.tensor([1.0, 0.0, 1.0]).double())
    torch.testing.assert_close(shares[:, 0], torch.tensor([0.0, 0.0, 1.0]).double())


def test_neurons_below_a_hundredth_of_the_largest_norm_are_off():
    weights = torch.tensor([[3.0, 0.0, 0.049], [4.0, 0.0, 0.0]])
    assert neurons.live_neurons(weights).tolist() == [True, False, False]
    assert neurons.live_neurons(weights + 0.04).tolist() == [True, True, True]
    assert not neurons.live_neurons(torch.zeros(2, 3)).any()
