"""Names of records that nobody else gives, and that sort by time."""

import secrets
import time


def new_id() -> str:
    """A new name: 12 hexadecimal digits of the clock (ms), then 20 of chance.

    Example:
        >>> len(new_id()), new_id() < new_id()[:0] + "g"
        (32, True)
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
