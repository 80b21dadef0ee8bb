"""Runs beside each other, one row a run."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.metrics import ALL, KEY, WHOLE, Analysis

COLUMNS = {
    "test loss": ("test_loss", WHOLE),
    "excluded loss": ("hidden_excluded_loss", KEY),
    "restricted loss": ("hidden_restricted_loss", KEY),
    "logit FVE": ("logit_fve", ALL),
    "W_x FVE": ("left_embedding_fve", KEY),
    "W_y FVE": ("right_embedding_fve", KEY),
    "W_U FVE": ("unembedding_fve", KEY),
    "hidden FVE": ("hidden_fve", KEY),
    "hidden xy FVE": ("hidden_xy_fve", KEY),
}
"""{column: measure and irrep}; the columns of the published tables, in their order."""


def comparison(analyses: Iterable[Analysis]) -> pd.DataFrame:
    """One row a run: its name, group, seed, key irreps, and the measures of `COLUMNS`.

    FVE are of the key irreps together, as fractions. A run without test pairs has no test loss.
    """
    rows = []
    for analysis in analyses:
        run = analysis.run
        rows.append(
            {
                "run": run.name,
                "group": str(run.group),
                "seed": run.configuration.seed,
                "key irreps": " ".join(map(str, analysis.key_irreps)),
                **{
                    column: analysis.values.get(key, float("nan"))
                    for column, key in COLUMNS.items()
                },
            }
        )
    return pd.DataFrame(rows, columns=["run", "group", "seed", "key irreps", *COLUMNS])
