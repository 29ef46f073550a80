"""The records of a station: what was scanned, flagged, decided and found.

Modules:
    moment: points of time, as databases keep them.
    identifiers: names of records that sort by time.
    tables: what there is.
    database: how it is opened, read and changed.
    migrations: how older databases become new ones (Alembic).
"""

from station.records.database import Database, open_database
from station.records.identifiers import new_id

__all__ = ["Database", "new_id", "open_database"]
