"""Many calls of one function on the processes of this machine, or on a Dask cluster.

The same code runs on both; see https://distributed.dask.org. Processes on other machines must have
this package, and see the same files under the same paths.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import resource_tracker
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from symrep._support.lazy import LazyModule

if TYPE_CHECKING:
    import distributed
else:
    distributed = LazyModule("distributed")

RETRIES = 2
"""Number of times a failed call is repeated."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Failure:
    """A call that failed at every attempt, with the reason of the last failure."""

    reason: str


@contextmanager
def connected(
    address: str | None = None, workers: int | None = None
) -> Iterator[distributed.Client]:
    """Yield a client of the scheduler at an address, or of local processes that end with the block.

    The state of Python's global random generator is restored after the block.

    Args:
        address: like "tcp://host:8786"; the processes are those of this machine if None.
        workers: number of processes; one for each processor if None. A killed process is
            replaced.

    Raises:
        ValueError: the number of workers is below 1, or is given beside an address; or the
            package `distributed` is not installed.
        ConnectionError: nothing answers at the address.
    """
    require_processes(address, workers)
    with ExitStack() as stack:
        # Connections draw their delays from the global generator.
        stack.callback(random.setstate, random.getstate())
        if address is not None:
            try:
                client = stack.enter_context(distributed.Client(address, timeout=10))
            except (OSError, ValueError) as error:
                raise ConnectionError(f"no Dask scheduler answers at {address}: {error}") from None
            yield client
            return
        with _interrupts_held():
            cluster = distributed.LocalCluster(
                n_workers=workers or processors(),
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs="CRITICAL",
            )
            client = stack.enter_context(distributed.Client(stack.enter_context(cluster)))
        yield client


def require_processes(address: str | None, workers: int | None) -> None:
    """Raise the ValueError that `connected` would raise, before anything is written."""
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    if workers is not None and address is not None:
        raise ValueError("a cluster has its own workers: give an address or a number of workers")
    if not can_start_processes():
        raise ValueError(
            "a cluster and several workers need the package distributed: pip install distributed"
        )


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Delay Ctrl-C to the end of the block, and block it in threads and processes started there.

    A terminal sends the signal to all processes; this one alone handles it and ends the others.
    """
    handler = signal.getsignal(signal.SIGINT)
    if (
        not hasattr(signal, "pthread_sigmask")
        or current_thread() is not main_thread()
        or handler in (signal.SIG_IGN, None)
    ):
        yield  # None is a handler of C, which cannot be put back.
        return
    came: list[int] = []
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    resource_tracker.ensure_running()  # Its start lets interrupts through.
    signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, handler)
    if came:
        raise KeyboardInterrupt


def outcomes(
    client: distributed.Client | None,
    function: Callable[[Item], Any],
    items: Sequence[Item],
    retries: int = RETRIES,
) -> Iterator[tuple[Item, Any]]:
    """Yield each item with function(item), or with a `Failure`, in the order of completion.

    Args:
        client: see `connected`; this process calls the function if None.
        function: importable by the processes.
        items: arguments of the function; they are pickled for other processes.
        retries: number of times that a call is repeated if it raises or its process dies.
    """
    if client is None:
        yield from ((item, _outcome(function, item, retries)) for item in items)
        return
    futures = {client.submit(function, item, retries=retries, pure=False): item for item in items}
    try:
        for future in distributed.as_completed(list(futures), raise_errors=False):
            if future.status == "finished":
                yield futures[future], future.result()
            else:
                yield futures[future], _failure(future.exception())
    finally:
        client.cancel(list(futures), force=True)


def _outcome(function: Callable[[Item], Any], item: Item, retries: int) -> Any:
    for _ in range(retries):
        with suppress(Exception):
            return function(item)
    try:
        return function(item)
    except Exception as error:
        return _failure(error)


def _failure(error: BaseException) -> Failure:
    return Failure(str(error) or type(error).__name__)


def mapped(
    function: Callable[[Item], Any],
    items: Sequence[Item],
    *,
    address: str | None = None,
    workers: int | None = None,
) -> Generator[tuple[Item, Any]]:
    """Yield each item with function(item) in the order of completion.

    One worker is this process, and the exceptions of the function are raised. With several there
    is a `Failure` where the function raises, or where its processes die repeatedly. Closing the
    generator ends the processes.

    Args:
        function: see `outcomes`.
        items: see `outcomes`.
        address: see `connected`.
        workers: number of processes, `default_workers()` if None; at most one for each item.

    Raises:
        ValueError, ConnectionError: see `connected`.
    """
    if address is None:
        workers = min(workers or default_workers(), len(items))
        if workers <= 1:
            yield from ((item, function(item)) for item in items)
            return
    with connected(address, workers) as client:
        yield from outcomes(client, function, items, retries=0)


def processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_start_processes() -> bool:
    """Return whether the package `distributed`, the extra `cluster`, is installed."""
    return find_spec("distributed") is not None


def default_workers() -> int:
    """Return the default number of processes: one for each processor, or 1 if none can start."""
    return processors() if can_start_processes() else 1


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Set the number of torch threads in a block; the last digits of sums depend on it.

    The previous number is restored.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
