"""Python programs that run beside a test."""

import subprocess
import sys


def start(program, *words):
    """Start one; it says "ready" and goes on when it is told a line."""
    return subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", program, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
