"""What the systems train, and how long they take for it."""

from __future__ import annotations

from benchmarks.programs import Outcome, peak_megabytes

COMPARED = (0, 1, 5, 20)
"""Epochs whose losses have to agree; float32 makes of later ones what it likes."""

SETTINGS = {
    "S_5": {"group_parameter": 5, "frac_train": 0.4, "layers": (256, 128)},
    "S_6": {"group_parameter": 6, "frac_train": 0.25, "layers": (256, 128)},
    "C_31": {"group": "CyclicGroup", "group_parameter": 31, "frac_train": 0.7, "layers": (64, 64)},
    "S_4": {"group_parameter": 4, "frac_train": 0.7, "layers": (64, 64)},
}
"""Full batches: 5760 pairs of S_5 and 129600 of S_6, in the shapes that were published."""


def configuration(name: str, **more):
    """A perceptron on a group, all pairs to train on in one batch, as was published."""
    from analysis import Configuration, Layers

    settings = SETTINGS[name] | more
    return Configuration(
        model="OneLayerMLP",
        group=settings.pop("group", "SymmetricGroup"),
        layers=Layers(*settings.pop("layers")),
        seed=settings.pop("seed", 1),
        **settings,
    )


def outcome(before: float, seconds: float, losses: dict[int, float]) -> Outcome:
    """Seconds, and the losses at the epochs that are compared."""
    answer = {str(epoch): losses[epoch] for epoch in COMPARED if epoch in losses}
    return Outcome(seconds, before, peak_megabytes(), answer)
