"""Which group a network has learned, from its answers alone.

The configuration of a run may name any group of the right order, such as the cyclic one: a network
that was trained elsewhere, with its elements in an order that nobody wrote down, is read with that,
recognised, and then measured on the group that it was found to be on.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from analysis.measures.statistics import in_float64, row_blocks
from analysis.networks import Network
from analysis.runs.configuration import BY_TABLE, NAMED, Configuration
from analysis.runs.folders import Run
from symrep.groups.recognition import Recognition, recognise_predictions


@torch.no_grad()
def predictions(network: Network) -> Tensor:
    """[x, y] = the answer with the largest logit at the pair, (|G|, |G|).

    Cost: one evaluation of the network at every pair.
    """
    network, order = in_float64(network), network.order
    y, width = torch.arange(order), network.unembedding().shape[1]
    answers = [
        network.activations(x[:, None], y)["logits"].argmax(-1) for x in row_blocks(order, width)
    ]
    return torch.cat(answers)


def recognise_run(run: Run) -> Recognition:
    """The group that the answers of a network are of, whatever its configuration says.

    A few wrong answers are corrected by the others.

    Raises:
        NotAGroup: the answers are too far from the table of a group.
    """
    return recognise_predictions(predictions(run.network).numpy())


def on_recognised_group(run: Run, found: Recognition) -> Run:
    """The run on the group that was found, with its elements in the order of the network.

    Its configuration names that group and order, so that a folder made of it is read back so.
    Pairs keep their indices, and the training split stays as it was.
    """
    group = found.group
    changes: dict[str, object] = {
        "group": BY_TABLE,
        "group_parameter": group.cayley_table.tolist(),
        "element_order": "lexicographic",
    }
    if found.known:
        changes = {"group": NAMED, "group_parameter": str(group)}
        changes["element_order"] = tuple(found.elements)
    configuration: Configuration = replace(run.configuration, **changes)  # type: ignore[arg-type]
    return replace(run, configuration=configuration, group=group)
