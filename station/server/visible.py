"""Which entries of the log a page is told of, as they are made."""

import json
from typing import Any, Final

from station.accounts.roles import AUDITING, EVERYONE, READING, SUPERVISING, Role
from station.records.tables import Entry

NOBODY: Final[tuple[Role, ...]] = ()

ALLOWED: Final[tuple[tuple[str, tuple[Role, ...]], ...]] = (
    ("test.told", SUPERVISING),
    ("test.", NOBODY),  # before it was told, nobody may know
    ("shadow.", (Role.SUPERVISOR, Role.QA)),
    ("login.", AUDITING),
    ("user.", AUDITING),
    ("token.", AUDITING),
)
"""Beginnings of kinds, and who is told; the first that fits counts."""


def may_see(kind: str, role: Role) -> bool:
    """Whether a page is told of an entry.

    Args:
        kind: Of the entry.
        role: Of who looks at the page.

    Example:
        >>> may_see("alarm.raised", Role.OPERATOR), may_see("test.placed", Role.QA)
        (True, False)
    """
    roles = next((roles for begin, roles in ALLOWED if kind.startswith(begin)), None)
    return role in (EVERYONE if roles is None else roles)


def may_see_scans(role: Role) -> bool:
    """Whether a page is told how scans grow."""
    return role in READING


def describe_entry(entry: Entry) -> dict[str, Any]:
    """An entry as a message."""
    return {
        "type": "entry",
        "seq": entry.seq,
        "made": entry.made,
        "kind": entry.kind,
        "subject": entry.subject,
        "payload": json.loads(entry.payload),
    }
