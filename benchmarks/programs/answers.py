"""What every system is asked about its result, in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

Label = tuple[int, ...]


def partitions(n: int, largest: int | None = None) -> Iterator[Label]:
    """In reverse lexicographic order."""
    if n == 0:
        yield ()
    for part in range(min(n, n if largest is None else largest), 0, -1):
        for rest in partitions(n - part, part):
            yield (part, *rest)


def sampled(n: int, count: int = 24) -> list[Label]:
    """About `count` irreps of S_n, evenly spread."""
    labels = list(partitions(n))
    step = max(1, len(labels) // count)
    return labels[::step]


def digest_of_characters(n: int, value: Callable[[Label], Sequence[int]]) -> str:
    """Of sampled rows; value(irrep) lists the characters from the class (1^n) to (n)."""
    digest = sha256()
    for label in sampled(n):
        digest.update(f"{label}: {[int(entry) for entry in value(label)]}\n".encode())
    return digest.hexdigest()


def words(n: int) -> list[tuple[int, int]]:
    """Pairs (i, j) of generators whose products s_i s_j are asked for their traces."""
    return [(0, 1), (0, n - 2), (n - 3, n - 2)]


PERMUTATIONS = {
    "S_6": ((1, 2, 3, 4, 5, 0), (1, 0, 2, 3, 4, 5)),
    "PSL(2,7)": ((1, 2, 3, 4, 5, 6, 0), (0, 2, 1, 4, 3, 5, 6)),
    "M_11": ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0), (0, 1, 6, 9, 5, 3, 10, 2, 8, 4, 7)),
    "S_5": ((1, 2, 3, 4, 0), (1, 0, 2, 3, 4)),
}
"""{group: images of 0, 1, ... under generators}."""

_SHAPE = (12, 10, 9, 8, 7, 6, 4, 3, 1)

SINGLE_VALUES = (
    (_SHAPE, (3,) * 3 + (2,) * 3 + (1,) * 45),
    (_SHAPE, (3,) * 10 + (2,) * 10 + (1,) * 10),
)
"""(irrep, cycle type) of S_60: few cycles beside fixed points, and many."""
