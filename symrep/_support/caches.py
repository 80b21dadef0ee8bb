"""Bounded caches of results between calls, emptied by `clear_caches`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_CACHES: list[Any] = []


def nbytes(result: Any) -> int:
    """Return the bytes of arrays and tensors in a result, its containers and dataclasses."""
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
    """Return a decorator that caches the results of the last calls until `clear_caches`.

    Arguments must be hashable. Results are shared and must not be changed.

    Args:
        maxsize: number of cached results, the last ones used.
        largest: bytes of the largest result that is cached, so that the cache has at most
            maxsize * largest bytes; None for results that are always small.
        size: function from a result to its bytes.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def small(*args: P.args, **kwargs: P.kwargs) -> R:
            result = function(*args, **kwargs)
            # lru_cache does not keep a call that raises.
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
    """Forget all results cached between calls, to free their memory.

    Groups and irreps keep their own computed values as long as they exist.
    """
    for cached in _CACHES:
        cached.cache_clear()


def registered() -> Iterable[Any]:
    """Return the functions with a cache; each has `cache_info()`."""
    return tuple(_CACHES)
