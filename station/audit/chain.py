"""Entries of the audit log, each with the hash of the one before it.

An entry says what happened, to what, and by whom, in identifiers and pseudonyms alone:
it can be kept for ever. It is written by the same transaction as what it tells of.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from station.records.tables import ChainHead, Entry

SYSTEM: Final = "station"
"""Who acts where no person does; lanes are "lane:NAME"."""

GENESIS: Final = "0" * 64
"""What comes before the first entry."""

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), allow_nan=False
)


def append(
    session: Session,
    kind: str,
    subject: str,
    payload: dict[str, Any] | None = None,
    *,
    actor: str = SYSTEM,
) -> Entry:
    """Add an entry.

    Args:
        session: Of `Database.changing`.
        kind: What happened, a noun and a verb, such as "alarm.raised".
        subject: Identifier of what it happened to, or a name such as "north" of a lane.
        payload: What else there is to say, as JSON can; identifiers, never names.
        actor: Pseudonym of who did it.

    Returns:
        The entry, numbered and hashed.
    """
    head = session.get_one(ChainHead, 1)
    said = dump_canonical(payload or {})
    entry = link_entry(head, kind=kind, subject=subject, payload=said, actor=actor)
    session.add(entry)
    head.seq, head.sha256 = entry.seq, entry.sha256
    session.flush()
    return entry


def link_entry(
    head: ChainHead, *, kind: str, subject: str, payload: str, actor: str = SYSTEM
) -> Entry:
    """An entry that follows a head; neither is changed or stored.

    Args:
        head: Of the log.
        kind: What happened.
        subject: What it happened to.
        payload: From `dump_canonical`.
        actor: Who did it.
    """
    entry = Entry(
        seq=head.seq + 1,
        made=datetime.now(UTC).isoformat(timespec="microseconds"),
        kind=kind,
        actor=actor,
        subject=subject,
        payload=payload,
        previous=head.sha256,
    )
    entry.sha256 = hash_entry(entry)
    return entry


def hash_entry(entry: Entry) -> str:
    """SHA-256 of an entry: of all that it says, and of the hash before it."""
    return hash_fields(
        (
            entry.previous,
            entry.seq,
            entry.made,
            entry.kind,
            entry.actor,
            entry.subject,
            entry.payload,
        )
    )


def hash_fields(fields: Sequence[object]) -> str:
    """SHA-256 of what an entry says.

    Args:
        fields: previous, seq, made, kind, actor, subject, payload.

    Raises:
        TypeError: If one of them is neither text nor number.
    """
    return hashlib.sha256(dump_canonical(fields).encode()).hexdigest()


def dump_canonical(value: Any) -> str:
    """JSON in one way only: sorted keys, no spaces, ASCII.

    Example:
        >>> dump_canonical({"b": 1, "a": [1.5, None]})
        '{"a":[1.5,null],"b":1}'
    """
    return _ENCODER.encode(value)
