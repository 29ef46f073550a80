"""Work spread over processes, with results in the order of the tasks."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, TypeVar

import cv2

from data.errors import CargosightError

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD: Final = 2


def map_ordered(
    function: Callable[[Task], Result], tasks: Iterable[Task], *, workers: int
) -> Generator[Result, None, None]:
    """Apply a function to tasks in several processes.

    At most two tasks a worker are under way or waiting to be fetched, so that results
    do not pile up. On the first error, on Ctrl-C, or when the caller stops asking, no
    further task is begun and those under way are ended before this returns.

    Args:
        function: A function of a module, as processes find it by its name; what it
            returns may depend on nothing but its task.
        tasks: What to apply it to; each is sent to a process.
        workers: How many processes; 1 works in this one.

    Yields:
        The results, in the order of the tasks, whatever the number of workers.

    Raises:
        CargosightError: If there is no worker, or one is killed from outside.

    Example:
        >>> list(map_ordered(abs, [-2, 1], workers=1))
        [2, 1]
    """
    if workers < 1:
        msg = f"Work cannot be done by {workers} workers. Give at least 1."
        raise CargosightError(msg)
    if workers == 1:
        yield from map(function, tasks)
        return
    # Spawned, not forked: threads of OpenCV or torch do not survive a fork.
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    try:
        yield from _feed(pool, function, tasks, workers * _AHEAD)
    except BrokenProcessPool as error:
        msg = "A worker process was killed, likely for want of memory. Use fewer."
        raise CargosightError(msg) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _feed(
    pool: ProcessPoolExecutor,
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    most: int,
) -> Iterator[Result]:
    under_way: deque[Future[Result]] = deque()
    for task in tasks:
        under_way.append(pool.submit(function, task))
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and the other cores to the other workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
