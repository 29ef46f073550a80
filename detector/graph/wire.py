"""Protocol buffers: the fields of one message."""

from collections.abc import Iterator
from typing import Final

VARINT: Final = 0
FIXED_64: Final = 1
BYTES: Final = 2
FIXED_32: Final = 5
"""How a field's content is written."""

Content = memoryview | int

_LONGEST: Final = 10
"""Bytes of a number, at most."""


def read_fields(message: memoryview) -> Iterator[tuple[int, int, Content]]:
    """Number, way of writing and content of each field, in the file's order.

    The content is a number from 0 to 2^64 - 1 for VARINT, else the bytes, not copied.

    Raises:
        IndexError: If the message ends inside a field.
        ValueError: If it is no protocol buffer.
    """
    place, end = 0, len(message)
    while place < end:
        key, place = read_varint(message, place)
        if key >= 1 << 32:  # A reader that drops upper bits would see another field.
            raise ValueError(key)
        wire = key & 7
        if wire == VARINT:
            value, place = read_varint(message, place)
            yield key >> 3, wire, value
            continue
        length, place = _read_length(message, place, wire)
        if length > end - place:
            raise IndexError(length)
        yield key >> 3, wire, message[place : place + length]
        place += length


def read_varint(message: memoryview, place: int) -> tuple[int, int]:
    """The number that begins at a place, and the place after it.

    Raises:
        IndexError: If the message ends inside it.
        ValueError: If it has more than 64 bits.
    """
    byte = message[place]
    if byte < 0x80:
        return byte, place + 1
    value = byte & 0x7F
    for step in range(1, _LONGEST):
        byte = message[place + step]
        value |= (byte & 0x7F) << 7 * step
        if byte < 0x80:
            return _check_width(value), place + step + 1
    msg = f"a number of more than {_LONGEST} bytes"
    raise ValueError(msg)


def to_signed(value: int) -> int:
    """A 64-bit number as int64 reads it."""
    return value - (1 << 64) if value >= 1 << 63 else value


def _check_width(value: int) -> int:
    if value >= 1 << 64:
        raise ValueError(value)
    return value


def _read_length(message: memoryview, place: int, wire: int) -> tuple[int, int]:
    """How many bytes of content follow, and where they begin."""
    if wire == BYTES:
        return read_varint(message, place)
    if wire == FIXED_64:
        return 8, place
    if wire == FIXED_32:
        return 4, place
    raise ValueError(wire)
