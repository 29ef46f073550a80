"""Waiting for what other threads and processes do."""

import time

PATIENCE_S = 90
"""How long a test waits for them before it fails, s."""


def wait_until(met):
    """Return what a question gives once that is true."""
    until = time.monotonic() + PATIENCE_S
    while not (found := met()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)
    return found
