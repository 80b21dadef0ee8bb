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
"""Times that a call is made again after it failed."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Failure:
    """A call that failed at every attempt, and why."""

    reason: str


@contextmanager
def connected(
    address: str | None = None, workers: int | None = None
) -> Iterator[distributed.Client]:
    """A client of the scheduler at an address, or of processes that end with the block.

    The state of Python's global generator is after the block what it was before.

    Args:
        address: like "tcp://host:8786"; the processes are those of this machine if None.
        workers: number of processes, as many as processors if None. One that is killed is
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
    """Raises ValueError where `connected` does, so that nothing is written before."""
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
    """Puts Ctrl-C off to the end, and keeps it for good from threads and processes started here.

    They are not to answer what a terminal sends to all; this process ends them.
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
    """Each item with function(item), or with a `Failure`, as they come.

    Args:
        client: see `connected`; this process calls the function if None.
        function: one that processes can import.
        items: what they are sent, pickled.
        retries: times that a call which raises, or whose process dies, is made again.
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
    """Each item with function(item) as they come, from this process if there is one worker.

    From other processes there is a `Failure` where the function raises, or where those that
    call it die again and again; closing the generator ends the processes.

    Args:
        function: see `outcomes`.
        items: see `outcomes`.
        address: see `connected`.
        workers: number of processes, `default_workers()` if None; there are no more than items.

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
    """Number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_start_processes() -> bool:
    """Whether the package `distributed`, the extra `cluster`, is installed."""
    return find_spec("distributed") is not None


def default_workers() -> int:
    """Number of processes where none is given: as many as processors, or 1 if none can start."""
    return processors() if can_start_processes() else 1


@contextmanager
def threads(count: int) -> Iterator[None]:
    """A block in which torch computes with so many threads; the last digits of sums depend on it.

    The number of the caller is put back.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
