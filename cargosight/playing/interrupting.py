"""Ctrl-C asks to stop; a second one does not wait."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def asking_to_stop() -> Iterator[threading.Event]:
    """Let Ctrl-C and SIGTERM set an event within a block.

    Yields:
        The event. A second signal interrupts as usual.
    """
    stopping = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    before = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
