"""Sockets that a library's thread leaves open when it is cut off amid a handshake."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sweeping() -> Iterator[None]:
    """Collect them here, in silence: a later test's warnings are its own.

    Once a socket without a peer was blamed on a test far away. It had the protocol
    number of those that pynetdicom makes, whose threads may be cut off; it did not
    happen again in three runs that looked for it.
    """
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
