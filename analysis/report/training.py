"""Section: how was it learned?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.figures import training as figures
from analysis.measures.measured import KEY, WHOLE
from analysis.report.exhibits import Illustration, Section, Table
from analysis.studies.learning import LEARNED, curves, order_learned, phases


def section(log: pd.DataFrame | None, trajectory: pd.DataFrame | None) -> Section:
    """Return the section on losses and weights by epoch, and on measures by checkpoint."""
    exhibits: list[Illustration | Table] = []
    if log is not None:
        exhibits.append(_curves(log))
    if trajectory is not None:
        exhibits.extend(_progress(trajectory))
    return Section("training", "How was it learned?", exhibits)


def _curves(log: pd.DataFrame) -> Illustration:
    return Illustration(
        "training",
        "Losses, accuracies and weights",
        "Losses and accuracies on the training pairs and on the test pairs, and the squared norm "
        "of the weights. A network that memorises has a low training loss and a high test loss.",
        "Guessing keeps both losses at ln |G|.",
        figures.training_curves(log),
    )


def _progress(trajectory: pd.DataFrame) -> Iterator[Illustration | Table]:
    found = phases(trajectory)
    ablated = {
        kind: curves(trajectory, f"hidden_{kind}_loss")[KEY] for kind in ("restricted", "excluded")
    }
    losses = pd.DataFrame(
        {
            "train": curves(trajectory, "train_loss")[WHOLE],
            "test": curves(trajectory, "test_loss")[WHOLE],
            **ablated,
        }
    )
    squares = curves(trajectory, "sum_of_squared_weights")[WHOLE]
    squares_by_epoch = dict(zip(squares.index.tolist(), squares.tolist(), strict=True))
    guessing = float(curves(trajectory, "hidden_restricted_loss", "baseline")[KEY].iloc[-1])
    yield Illustration(
        "progress",
        "Memorisation, circuit formation, cleanup",
        "Losses of the network, of the hidden layer's ρ(xy) part of the final key irreps alone "
        "(restricted), and on the training pairs without it (excluded). The circuit forms while "
        "the restricted loss falls, before the test loss does; weight decay then removes what was "
        "memorised.",
        "Guessing keeps all curves at ln |G|. A network that only memorises has low training and "
        "excluded losses.",
        figures.progress(losses, squares_by_epoch, guessing, found),
    )
    learned = order_learned(trajectory, LEARNED)
    similarity = curves(trajectory, "character_similarity")
    baseline = curves(trajectory, "character_similarity", "baseline").iloc[-1]
    sd = curves(trajectory, "character_similarity", "baseline_sd").iloc[-1]
    yield Illustration(
        "similarity_over_training",
        "The order in which irreps were learned",
        f"Similarity of the logits with each character. A dot marks where it is first above "
        f"{LEARNED}. An irrep may be unlearned later.",
        "Random logits keep all curves at the dashed line at 0.",
        figures.similarity_over_training(
            similarity,
            dict(zip(learned.irrep, learned.epoch.tolist(), strict=True)),
            LEARNED,
            (float(baseline.iloc[0]), float(sd.iloc[0])),
        ),
    )
    panels = {"left embedding": "left_embedding_fve", "hidden layer, ρ(xy)": "hidden_xy_fve"}
    yield Illustration(
        "shares_over_training",
        "Fractions of the irreps over training",
        "Fraction of variance of each irrep in the left embedding and, as ρ(xy), in the hidden "
        "layer.",
        "Random weights, as at the start, have d²/(c|G|) in the embedding, the dotted lines.",
        figures.fractions_over_training(
            {
                name: curves(trajectory, measure).drop(columns=KEY)
                for name, measure in panels.items()
            },
            {
                name: {
                    str(irrep): float(level)
                    for irrep, level in curves(trajectory, measure, "baseline").iloc[-1].items()
                    if irrep != KEY and not np.isnan(level)
                }
                for name, measure in panels.items()
            },
            learned.irrep.tolist(),
            "Fractions by irrep",
        ),
    )
    yield Table(
        "Phases",
        "Memorisation lasts until the training accuracy is 99%; circuit formation until the "
        "restricted loss of the key irreps is below a tenth of guessing; cleanup until the test "
        "accuracy is 99%. Null baseline, guessing: no phase ends.",
        pd.DataFrame(
            [
                (
                    phase.name,
                    *("not reached" if end is None else end for end in (phase.start, phase.end)),
                )
                for phase in found
            ],
            columns=["phase", "start", "end"],
        ),
        {"phase": "phase", "start": "from epoch", "end": "to epoch"},
    )
