"""Sockets that a library's thread leaves open when it is cut off amid a handshake."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

WITHOUT_PEER: Final = r"unclosed <socket\.socket (?!.*raddr=).*proto=0"
"""Of that kind alone: what else was left open is a fault."""

LEFT: Final = pytest.mark.filterwarnings(f"ignore:{WITHOUT_PEER}:ResourceWarning")
"""For tests that cut such threads off: Python may collect the socket at any moment.

pynetdicom opens it, and drops it unclosed where its association ends early.
"""


@contextmanager
def sweeping() -> Iterator[None]:
    """Collect them here, in silence: a later test's warnings are its own."""
    yield
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", WITHOUT_PEER, ResourceWarning)
        gc.collect()
