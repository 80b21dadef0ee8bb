"""Published figures: their names, and the exact values beside them.

Source: the `summary_metrics.json` and `metrics.csv` of the networks of Chughtai, Chan and Nanda,
*A Toy Model of Universality* (arXiv 2302.03025).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose, log, nan
from pathlib import Path

import pandas as pd

from analysis.measures import hidden, logits, weights
from analysis.measures.measured import WHOLE
from analysis.measures.registry import IRREP, MEASURES
from analysis.measures.table import Analysis
from analysis.runs.configuration import read_json
from analysis.runs.folders import Run
from analysis.runs.published import published_irreps
from analysis.studies.learning import TRAJECTORY_COLUMNS, as_epochs, as_numbers, read_table
from symrep import CyclicGroup
from symrep.characters.table import Label
from symrep.groups.base import AnyGroup

SUMMARY = "summary_metrics.json"
RELATIVE, ABSOLUTE = 1e-4, 1e-7

OF_KEY_IRREPS_IN_HIDDEN = {
    "total_hidden_excluded_loss",
    "total_hidden_restricted_loss",
    "test_loss_restricted_loss_ratio",
    "percent_hidden_explained",
    "percent_hidden_xy_explained",
}
"""Published names of measures of the hidden layer's parts in all key irreps."""

OF_KEY_IRREPS = OF_KEY_IRREPS_IN_HIDDEN | {
    "percent_logits_explained",
    "total_logit_excluded_loss",
    "total_logit_restricted_loss",
    "percent_x_embed_explained",
    "percent_y_embed_explained",
    "percent_unembed_explained",
}
"""Published names of measures of all key irreps together."""

OLDER_XY_FRACTION = "percent_hidden_{}_rep"
"""Name in older `metrics.csv` of the fraction of rho(xy) in the uncentred hidden layer."""


def irrep_names(group: AnyGroup) -> dict[str, Label]:
    """Return {published name: irrep}, for those irreps of a group that have one."""
    names: dict[str, Label] = {
        label: label
        for label in group.irreps
        if isinstance(label, str) and (label in ("trivial", "sign") or label.startswith("freq_"))
    }
    for name, label in {**group.aliases, **published_irreps(group)}.items():
        if label not in names.values():
            names[name] = label
    return names


def published_names(group: AnyGroup) -> dict[str, tuple[str, str]]:
    """Return {published name: (measure, irrep)}, for the irreps that have published names."""
    rows = {
        name: (measure.name, row)
        for measure in MEASURES.values()
        for row, name in measure.published.items()
    }
    whole = {name: at for name, at in rows.items() if at[1] != IRREP}
    return whole | {
        name.format(irrep): (measure, str(label))
        for irrep, label in irrep_names(group).items()
        for name, (measure, row) in rows.items()
        if row == IRREP
    }


def reference_metrics(analysis: Analysis) -> dict[str, float]:
    """Return the measures under the keys of `summary_metrics.json`."""
    values = analysis.values
    names = published_names(analysis.group)
    found = {name: values[at] for name, at in names.items() if at in values}
    return found | {"epoch": analysis.run.configuration.num_epochs}


def beside_published(analysis: Analysis, published: Mapping[str, float]) -> pd.DataFrame:
    """Return every published figure beside the exact value.

    Returns:
        One row a key: `key`, `published`, `exact` (NaN where there is none), `agrees`, to a
        relative 1e-4 or an absolute 1e-7, and `remark`, which names a known error in the
        published figures, or is empty.
    """
    ours = reference_metrics(analysis)
    rows = []
    for key, value in published.items():
        exact = ours.get(key, float("nan"))
        agrees, remark = isclose(value, exact, rel_tol=RELATIVE, abs_tol=ABSOLUTE), ""
        if not agrees:
            remark = _known_error(analysis.run, key, value, exact)
        rows.append((key, value, exact, agrees, remark))
    return pd.DataFrame(rows, columns=["key", "published", "exact", "agrees", "remark"])


def read_published(folder: Path) -> dict[str, float]:
    """Return the content of `summary_metrics.json` in the folder of a published run.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is not a JSON object of numbers.
    """
    path = folder / SUMMARY
    values = read_json(path)
    if not isinstance(values, dict):
        raise ValueError(f"{path}: expected a JSON object, got {type(values).__name__}")
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"{path}: {key} must be a number, got {value!r}")
    return values


def read_published_metrics(path: str | Path, group: AnyGroup) -> pd.DataFrame:
    """Return the `metrics.csv` of a published run as a trajectory with the names of `MEASURES`.

    "key" are the key irreps of the final network, and "all" those irreps that have published
    names. Columns with other names are left out. The older `percent_hidden_{}_rep` is the
    fraction of rho(xy) in the uncentred hidden activations; divided by 1 less that of the trivial
    irrep it is `hidden_xy_fve`.

    Args:
        path: of the file.
        group: that of the run.

    Returns:
        `epoch`, `measure`, `irrep`, `value`, `baseline`, `baseline_sd`, by epoch. The baseline is
        NaN for irreps together and its sd always: they depend on widths that the file lacks.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not a table of numbers with a column `epoch`, has an epoch twice, or has
            none of the published names.
    """
    table = read_table(Path(path))
    if "epoch" not in table:
        raise ValueError(f"{path} is not a table of published metrics: it has no column epoch")
    epochs = as_epochs(table, path)
    if epochs.duplicated().any():
        raise ValueError(f"{path} has epoch {epochs[epochs.duplicated()].iloc[0]} twice")
    columns = _older_xy_fractions(table, path, group) | {
        at: as_numbers(table, name, path)
        for name, at in published_names(group).items()
        if name in table
    }
    if not columns:
        raise ValueError(f"{path} has none of the published names of the measures of {group}")
    baselines = _baselines(group)
    rows = pd.concat(
        pd.DataFrame(
            {
                "epoch": epochs,
                "measure": measure,
                "irrep": irrep,
                "value": values,
                "baseline": baselines.get((measure, irrep), _guessing_baseline(measure, group)),
                "baseline_sd": nan,
            }
        )
        for (measure, irrep), values in columns.items()
    )
    return rows.sort_values("epoch", kind="stable", ignore_index=True)[TRAJECTORY_COLUMNS]


def _older_xy_fractions(
    table: pd.DataFrame, path: str | Path, group: AnyGroup
) -> dict[tuple[str, str], pd.Series[float]]:
    names = {OLDER_XY_FRACTION.format(name): label for name, label in irrep_names(group).items()}
    trivial = OLDER_XY_FRACTION.format("trivial")
    if trivial not in table:
        return {}
    left = 1 - as_numbers(table, trivial, path)
    return {
        ("hidden_xy_fve", str(label)): (as_numbers(table, name, path) / left).where(left > 0, 0.0)
        for name, label in names.items()
        if name in table and name != trivial
    }


def _baselines(group: AnyGroup) -> dict[tuple[str, str], float]:
    """Return {(measure, irrep): mean for random weights or logits}."""
    by_measure = {
        "left_embedding_fve": weights.variance_explained_baseline(group),
        "right_embedding_fve": weights.variance_explained_baseline(group),
        "unembedding_fve": weights.variance_explained_baseline(group),
        "hidden_x_fve": hidden.hidden_fraction_baseline(group),
        "hidden_y_fve": hidden.hidden_fraction_baseline(group),
        "hidden_xy_fve": hidden.hidden_fraction_baseline(group),
        "hidden_fve": hidden.hidden_fraction_baseline(group, parts=3),
        "character_similarity": dict.fromkeys(group.irreps, logits.similarity_baseline(group)),
    }
    ratio = {("test_to_restricted_loss", WHOLE): nan}
    return ratio | {
        (measure, str(label)): baseline.mean
        for measure, baselines in by_measure.items()
        for label, baseline in baselines.items()
    }


def _guessing_baseline(measure: str, group: AnyGroup) -> float:
    if measure.endswith("_loss"):
        return log(group.order)
    return 1 / group.order if measure.endswith("_accuracy") else nan


def _known_error(run: Run, key: str, published: float, exact: float) -> str:
    """Return the known error that explains a difference; "" if there is none."""
    if run.configuration.model == "Transformer":
        if key == "sum_of_squared_weights" and published == 0:
            return "0 for every published transformer"
        if "loss" in key and isclose(published, 8 * exact, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
            return "the sum of the means of eight chunks of the pairs"
    group = run.group
    if "a5_3d_a" in irrep_names(group) and ("_a5_3d_" in key or key in OF_KEY_IRREPS):
        return "the published matrices of a5_3d_a and a5_3d_b are no representation"
    rotations = isinstance(group, CyclicGroup) and "_freq_" in key and "hidden" in key
    if rotations or (isinstance(group, CyclicGroup) and key in OF_KEY_IRREPS_IN_HIDDEN):
        return "projected onto four columns of rank two, made orthonormal with rounding errors"
    return ""
