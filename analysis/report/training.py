"""Section: how did it come about?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.figures import training as figures
from analysis.measures.measured import KEY, WHOLE
from analysis.report.exhibits import Illustration, Section, Table
from analysis.studies.learning import LEARNED, curves, order_learned, phases


def section(log: pd.DataFrame | None, trajectory: pd.DataFrame | None) -> Section:
    """Losses and weights by epoch, and measures by checkpoint, as far as they are there."""
    exhibits: list[Illustration | Table] = []
    if log is not None:
        exhibits.append(_curves(log))
    if trajectory is not None:
        exhibits.extend(_progress(trajectory))
    return Section("training", "How did it come about?", exhibits)


def _curves(log: pd.DataFrame) -> Illustration:
    return Illustration(
        "training",
        "Losses, accuracies and weights",
        "On the pairs that the network was trained on and on the others, and the squared norm of "
        "its weights. A network that memorises has a low loss on the first and a high one on the "
        "others.",
        "Both losses stay at that of guessing, ln |G|.",
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
        "(restricted) and of the training pairs without it (excluded). The circuit forms while the "
        "restricted loss falls, before the other pairs are right; weight decay then removes what "
        "was learned by heart.",
        "All curves stay at that of guessing; a network that only memorises has a low training "
        "and excluded loss.",
        figures.progress(losses, squares_by_epoch, guessing, found),
    )
    learned = order_learned(trajectory, LEARNED)
    similarity = curves(trajectory, "character_similarity")
    chance = curves(trajectory, "character_similarity", "baseline").iloc[-1]
    spread = curves(trajectory, "character_similarity", "baseline_sd").iloc[-1]
    yield Illustration(
        "similarity_over_training",
        "The order in which irreps were learned",
        f"Similarity of the logits with each character; a dot where it is first above {LEARNED}. "
        "An irrep may be given up again.",
        "All curves stay in the band at 0.",
        figures.similarity_over_training(
            similarity,
            dict(zip(learned.irrep, learned.epoch.tolist(), strict=True)),
            LEARNED,
            (float(chance.iloc[0]), float(spread.iloc[0])),
        ),
    )
    panels = {"left embedding": "left_embedding_fve", "hidden layer, ρ(xy)": "hidden_xy_fve"}
    yield Illustration(
        "shares_over_training",
        "Where the irreps were",
        "Share of each irrep in the left embedding and, as ρ(xy), in the hidden layer.",
        "Dotted: random weights have d²/|G| in the embedding, at the start too.",
        figures.shares_over_training(
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
        "Memorisation lasts until 99% of the training pairs are right; circuit formation until the "
        "restricted loss of the key irreps is below a tenth of guessing; cleanup until 99% of the "
        "other pairs are right. By chance none of them ends.",
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
