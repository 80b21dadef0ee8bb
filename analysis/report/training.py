"""Section: how did it come about?"""

from __future__ import annotations

import pandas as pd

from analysis.figures import training as figures
from analysis.report.exhibits import Illustration, Section


def section(log: pd.DataFrame) -> Section:
    """Losses, accuracies and weights by epoch."""
    return Section(
        "training",
        "How did it come about?",
        [
            Illustration(
                "training",
                "Losses, accuracies and weights",
                "On the pairs that the network was trained on and on the others, and the squared "
                "norm of its weights. A network that memorises has a low loss on the first and a "
                "high one on the others.",
                "Both losses stay at that of guessing, ln |G|.",
                figures.training_curves(log),
            )
        ],
    )
