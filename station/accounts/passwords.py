"""Passwords: hashed, checked, made for one time.

A hash takes 64 MiB and a core for some 50 ms. Strangers can ask for them, so only few
are made at once and few wait; beyond that the station is busy.
"""

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final, NoReturn

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.errors import BusyError, StationError

SHORTEST: Final = 12
"""Characters that a password has at least."""

LONGEST: Final = 200
"""Characters that it has at most."""

COMMONEST: Final = frozenset(
    {
        "000000000000",
        "111111111111",
        "123123123123",
        "123456123456",
        "123456789012",
        "1234567890123",
        "1234567890ab",
        "123456789abc",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "abc123456789",
        "abcdefghijkl",
        "administrator",
        "adminadminadmin",
        "administrator1",
        "cargosight123",
        "cargosightcargosight",
        "changemechangeme",
        "changeme1234",
        "correcthorsebatterystaple",
        "iloveyouiloveyou",
        "letmeinletmein",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "q1w2e3r4t5y6",
        "qwerty123456",
        "qwertyqwerty",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "welcome12345",
        "welcomewelcome",
        "zaq12wsxcde3",
    }
)
"""Passwords long enough that are guessed first all the same."""

LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of one-time passwords: none that is taken for another on paper."""

HASHER: Final = PasswordHasher()

_at_once = threading.BoundedSemaphore(2)
_in_line = threading.BoundedSemaphore(8)


def check_new(password: str, name: str) -> None:
    """See whether a password may be chosen.

    Args:
        password: It.
        name: Of the account.

    Raises:
        StationError: If it is too short or too long, holds the name, or is guessed
            first.
    """
    plain = _normalise(password)
    if len(plain) < SHORTEST:
        facts = {"length": len(plain), "least": SHORTEST}
        _refuse(
            f"has {len(plain)} characters and needs {SHORTEST}", "password.short", facts
        )
    if len(plain) > LONGEST:
        facts = {"length": len(plain), "most": LONGEST}
        _refuse(
            f"has {len(plain)} characters and may have {LONGEST}",
            "password.long",
            facts,
        )
    if plain.casefold() in COMMONEST or len(set(plain)) < 4:
        _refuse("is among those that are guessed first", "password.common")
    if name.casefold() in plain.casefold() and len(plain) < len(name) + SHORTEST:
        _refuse("is little more than the name", "password.like_name")


def _refuse(why: str, code: str, facts: dict[str, int] | None = None) -> NoReturn:
    msg = f"The password {why}: choose another, such as four words."
    raise StationError(msg, code=code, facts=facts)


def hash_password(password: str) -> str:
    """Argon2id of a password: all of it that is kept.

    Raises:
        BusyError: If too many hashes are asked for.
    """
    with _taking_turns():
        return HASHER.hash(_normalise(password))


def is_right(password: str, stored: str | None) -> bool:
    """Whether a password is the one that was hashed; this always takes as long.

    Args:
        password: It.
        stored: From `hash_password`; None where there is no account.

    Raises:
        BusyError: If too many hashes are asked for.
    """
    with _taking_turns():
        try:
            HASHER.verify(stored or hash_of_nobody(), _normalise(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than new ones are."""
    return HASHER.check_needs_rehash(stored)


def make_one_time() -> str:
    """A password that somebody else hands over; 79 bits of chance.

    Example:
        >>> len(make_one_time())
        19
    """
    parts = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(parts)


@cache
def hash_of_nobody() -> str:
    """What a password is compared with where there is no account."""
    return HASHER.hash(secrets.token_urlsafe(16))


def _normalise(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@contextmanager
def _taking_turns() -> Iterator[None]:
    if not _in_line.acquire(blocking=False):
        msg = "Too many people log in at once: try again in a few seconds."
        raise BusyError(msg, code="login.busy")
    try:
        with _at_once:
            yield
    finally:
        _in_line.release()
