"""The contents of a message's fields: numbers, names and texts within limits."""

from typing import Final

from data.errors import BundleError
from detector.graph.messages import Fields, Reader
from detector.graph.wire import Content

MAX_NAME: Final = 512
"""Bytes of a name."""

MAX_TEXT: Final = 65_536
"""Bytes of a text: of a description, or of a property."""

MAX_LIST: Final = 256
"""Inputs, outputs and attributes of a node, and numbers of an attribute."""


def check_most(what: str, met: int, most: int) -> None:
    """Refuse more of something than there may be."""
    if met > most:
        msg = f"has {met:,} {what} where {most:,} may be"
        raise BundleError(msg)


def check_texts(reader: Reader, part: Fields) -> None:
    """Check what describes a part; none of it is used."""
    for name in ("name", "domain", "producer_name", "producer_version", "doc_string"):
        read_text(part, name, MAX_TEXT)
    check_most("properties", len(part.get("metadata_props", ())), MAX_LIST)
    for entry in part.get("metadata_props", ()):
        fields = reader.read("property", entry)
        read_text(fields, "key", MAX_NAME)
        read_text(fields, "value", MAX_TEXT)


def read_number(fields: Fields, name: str) -> int:
    """A number of a message, from 0 to 2^64 - 1; 0 if it is not there."""
    content = fields[name][0] if name in fields else 0
    if not isinstance(content, int):
        raise TypeError(name)
    return content


def read_name(fields: Fields, name: str) -> str:
    """A name in a message; "" if it is not there."""
    return read_text(fields, name, MAX_NAME)


def read_names(fields: Fields, name: str) -> tuple[str, ...]:
    """All names of one field of a message."""
    return tuple(read_text({name: [c]}, name, MAX_NAME) for c in fields.get(name, ()))


def read_text(fields: Fields, name: str, most: int) -> str:
    """A text of a message; "" if it is not there.

    Raises:
        BundleError: If it is too long.
        ValueError: If it is no UTF-8.
    """
    if name not in fields:
        return ""
    content = fields[name][0]
    check_most(f"bytes in one {name}", size_of(content), most)
    return "" if isinstance(content, int) else str(content, "utf-8")


def size_of(content: Content) -> int:
    """Bytes that a content takes in the file, at most."""
    return 10 if isinstance(content, int) else len(content)


def quote(text: str) -> str:
    """A name from a file for a message: in quotes, on one line, not too long."""
    return ascii(text if len(text) <= 64 else text[:61] + "...")
