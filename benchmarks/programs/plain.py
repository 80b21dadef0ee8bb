"""A step of training as it is usually written: every pair gathers both of its embeddings."""

from __future__ import annotations

from time import perf_counter

import torch
from torch.nn import functional as F

from benchmarks.programs import Outcome, main, networks, peak_megabytes


def training_step(name: str, loss: str, first: int, last: int) -> Outcome:
    settings = networks.configuration(name, num_epochs=last)
    group, (pairs, _) = settings.make_group(), settings.training_split()
    x, y, answers = (
        pairs // group.order,
        pairs % group.order,
        torch.tensor(group.cayley_table).flatten()[pairs],
    )
    network = settings.make_network()
    optimiser = torch.optim.AdamW(
        network.parameters(), settings.lr, settings.betas, weight_decay=settings.weight_decay
    )
    before, losses, began = peak_megabytes(), {}, 0.0
    for epoch in range(last):
        if epoch == first:
            began = perf_counter()
        both = torch.cat([network.W_x[x], network.W_y[y]], dim=1)
        logits = torch.relu(both @ network.W) @ network.W_U
        value = F.cross_entropy(logits.double() if loss == "float64" else logits, answers)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        losses[epoch] = value.item()
    return networks.outcome(before, (perf_counter() - began) / (last - first), losses)


PROGRAMS = {"training step": training_step}

if __name__ == "__main__":
    main(PROGRAMS)
