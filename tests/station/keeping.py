"""What keeps cases for tests, and what is left of them."""

from datetime import UTC, datetime

from sqlalchemy import select

from station.config import RetentionConfig
from station.records.tables import Entry, ScanRow
from station.retention import Keeper
from tests.station.retention_cases import store

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
AMPLE = 10**12
"""More disk than any test needs, bytes."""


def store_all(database, data, cases):
    """Store cases; gives back the scans of each."""
    with database.changing() as session:
        return [store(session, data.root, case, NOW) for case in cases]


def make_keeper(config, database, data, *, free=AMPLE, **limits):
    """What keeps them under some limits, on a disk with so much free."""
    limited = config.model_copy(update={"retention": RetentionConfig(**limits)})
    return Keeper(limited, database, data, lambda _: free)


def list_left(database, data, scans):
    """Whether each scan is left: in the records and on the disk alike."""
    left = []
    for name in scans:
        with database.reading() as session:
            row = session.get_one(ScanRow, name)
        there = (data.root / row.folder).exists()
        assert there == (row.removed is None) == (row.stored is not None)
        left.append(there)
    return left


def list_entries(database, kind):
    """Entries of a kind in the log."""
    with database.reading() as session:
        return list(session.scalars(select(Entry).where(Entry.kind == kind)))
