"""What the log of a station says."""

import json

from sqlalchemy import select

from station.records.tables import Entry


def read_entries(database, *kinds):
    """Entries in order: (kind, actor, subject, payload); of some kinds, or all."""
    with database.reading() as session:
        entries = session.scalars(select(Entry).order_by(Entry.seq)).all()
    return [
        (entry.kind, entry.actor, entry.subject, json.loads(entry.payload))
        for entry in entries
        if not kinds or entry.kind in kinds
    ]


def read_kinds(database):
    """Kinds of all entries in order."""
    return [entry[0] for entry in read_entries(database)]
