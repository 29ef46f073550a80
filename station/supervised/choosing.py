"""Which scans become test scans: nobody can foresee it, and a replay chooses alike."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from data.errors import StationError
from data.files import sync_folder

KEY: Final = "supervised.key"
KEY_BYTES: Final = 32


def choose(scan_id: str, rate: float, secret: bytes) -> bool:
    """Whether a scan becomes a test scan.

    Args:
        scan_id: Identifier of the scan.
        rate: Share of scans that do, 0 to 1.
        secret: Of `read_secret`.

    Example:
        >>> choose("a", 0.0, b"secret"), choose("a", 1.0, b"secret")
        (False, True)
    """
    drawn = int.from_bytes(_draw("choose", scan_id, secret)[:8], "big")
    return drawn < rate * 2**64


def make_chance(scan_id: str, secret: bytes) -> np.random.Generator:
    """Chance that is the same whenever a scan is looked at again.

    Args:
        scan_id: Identifier of the scan.
        secret: Of `read_secret`.
    """
    seed = int.from_bytes(_draw("place", scan_id, secret), "big")
    return np.random.default_rng(seed)


def read_secret(root: Path) -> bytes:
    """What choices depend on; made at the first call, readable by the station alone.

    Args:
        root: The data folder.

    Raises:
        StationError: If it cannot be read or made.
    """
    place = root / KEY
    try:
        if not place.exists():
            _make_secret(place)
        secret = place.read_bytes()
    except OSError as error:
        why = error.strerror or error
        msg = f"{place} cannot be read or made: {why}. Check the rights of its folder."
        raise StationError(msg) from error
    if len(secret) != KEY_BYTES:
        msg = f"{place} has {len(secret)} bytes, not {KEY_BYTES}. Remove it."
        raise StationError(msg)
    return secret


def _make_secret(place: Path) -> None:
    """Make it whole or not at all; of several makers, the first one wins."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_bytes(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    with suppress(FileExistsError):
        os.link(draft, place)
    draft.unlink()
    sync_folder(place.parent)


def _draw(purpose: str, scan_id: str, secret: bytes) -> bytes:
    return hmac.digest(secret, f"{purpose}:{scan_id}".encode(), hashlib.sha256)
