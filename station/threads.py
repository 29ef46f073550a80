"""Threads that go on for as long as their process does."""

import logging
import threading
from collections.abc import Callable
from typing import Final

logger = logging.getLogger(__name__)

PAUSE_S: Final = 1.0
"""Time until something that failed is begun again, s."""


def start(
    act: Callable[[threading.Event], None], stopping: threading.Event
) -> threading.Thread:
    """Do something in a thread, and begin it again if it fails for no foreseen reason.

    A thread that died unnoticed would leave its work undone until the next start.

    Args:
        act: Returns once the event is set.
        stopping: The event.
    """
    thread = threading.Thread(target=_insist, args=(act, stopping), daemon=True)
    thread.start()
    return thread


def _insist(act: Callable[[threading.Event], None], stopping: threading.Event) -> None:
    while True:
        try:
            act(stopping)
        except Exception:
            logger.exception("%r failed and is begun again", act)
        else:
            return
        if stopping.wait(PAUSE_S):
            return
