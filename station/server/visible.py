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


ABOUT_INSPECTIONS: Final = ("inspection.", "disposition.", "referral.")
"""Beginnings of kinds whose subject is an inspection."""


def describe_entry(entry: Entry) -> dict[str, Any]:
    """An entry as a message, with the inspection that it is about, where there is one.

    Example:
        >>> made = dict(seq=7, made="2026-11-26", actor="p-1", payload="{}")
        >>> entry = Entry(kind="referral.made", subject="1f", **made)
        >>> describe_entry(entry)["inspection"]
        '1f'
    """
    payload = json.loads(entry.payload)
    about = entry.kind.startswith(ABOUT_INSPECTIONS)
    return {
        "type": "entry",
        "seq": entry.seq,
        "made": entry.made,
        "kind": entry.kind,
        "actor": entry.actor,
        "subject": entry.subject,
        "inspection": entry.subject if about else payload.get("inspection"),
        "payload": payload,
    }
