"""Results that are kept between calls, within stated bounds, until `clear_caches`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_CACHES: list[Any] = []


def nbytes(result: Any) -> int:
    """Bytes in the arrays and tensors of a result, also within containers and dataclasses."""
    if hasattr(result, "nbytes"):
        return int(result.nbytes)
    if is_dataclass(result) and not isinstance(result, type):
        return sum(nbytes(getattr(result, field.name)) for field in fields(result))
    if isinstance(result, Mapping):
        return sum(map(nbytes, result.values()))
    return sum(map(nbytes, result)) if isinstance(result, (tuple, list)) else 0


def kept(
    maxsize: int, largest: int | None = None, size: Callable[[Any], int] = nbytes
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator that keeps the results of the last calls; `clear_caches` forgets them.

    Arguments are hashable, and results are shared: they must not be changed.

    Args:
        maxsize: number of results that are kept, those that were used last.
        largest: bytes up to which a result is kept, so that all of them have at most
            maxsize * largest; None for results that are always small.
        size: the bytes of a result.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def small(*args: P.args, **kwargs: P.kwargs) -> R:
            result = function(*args, **kwargs)
            # What raises is not kept.
            if largest is not None and size(result) > largest:
                raise _TooLarge(result)
            return result

        cache: Any = lru_cache(maxsize)(small)

        @wraps(function)
        def cached(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                known: R = cache(*args, **kwargs)
                return known
            except _TooLarge as large:
                result: R = large.result
                return result

        cached.__dict__.update(cache_info=cache.cache_info, cache_clear=cache.cache_clear)
        _CACHES.append(cached)
        return cached

    return decorate


class _TooLarge(Exception):
    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def clear_caches() -> None:
    """Forget all results that are kept between calls, to free their memory.

    Groups and irreps keep what they have computed as long as they exist.
    """
    for cached in _CACHES:
        cached.cache_clear()


def registered() -> Iterable[Any]:
    """The functions whose results are kept; each has `cache_info()`."""
    return tuple(_CACHES)
