"""Recognition of the group that a network has learned, from its predictions alone.

The configuration of a run may name any group of the right order, such as the cyclic one. A network
that was trained elsewhere, with an undocumented element order, is read with such a configuration,
recognised, and then measured on the recognised group.
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
    """Return [x, y] = z with the largest logit at the pair, (|G|, |G|).

    Cost: one evaluation of the network at every pair.
    """
    network, order = in_float64(network), network.order
    y, width = torch.arange(order), network.unembedding().shape[1]
    answers = [
        network.activations(x[:, None], y)["logits"].argmax(-1) for x in row_blocks(order, width)
    ]
    return torch.cat(answers)


def recognise_run(run: Run) -> Recognition:
    """Recognise the group of the predictions of a network, whatever its configuration.

    A few wrong predictions are corrected by the others.

    Raises:
        NotAGroup: the predictions are too far from the Cayley table of a group.
    """
    return recognise_predictions(predictions(run.network).numpy())


def on_recognised_group(run: Run, found: Recognition) -> Run:
    """Return the run on the recognised group, with its elements in the order of the network.

    Its configuration names that group and order, so that a saved folder is read back alike.
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
