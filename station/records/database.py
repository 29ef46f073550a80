"""Open, read and change the records.

SQLite: WAL, so that readers never wait; full synchronisation, so that what was
committed survives the loss of power. In both databases a change takes a lock when it
begins, so that changes come one after the other, as the audit log has them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    TimeoutError,  # noqa: A004 - all connections are in use
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from data.errors import RecordError
from station.records.tables import ChainHead

Given = TypeVar("Given")

BUSY_S: Final = 10.0
"""How long a change waits for another one, s."""

POOL: Final = 10
"""Connections that are kept open."""


_SILENCE: Final = {
    "tcp_user_timeout": 5_000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
"""A PostgreSQL of which nothing is heard for 5 s is gone, though nobody said so."""

_TABLES: Final = 6346
"""Number of the lock that whoever changes tables takes."""


@dataclass(frozen=True, slots=True)
class Database:
    """The records of a station.

    Args:
        engine: From `open_database`.
    """

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look at the records as they are at one moment.

        Raises:
            RecordError: If the database cannot be reached.
        """
        with _explaining(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def changing(self) -> Iterator[Session]:
        """Change the records: all that the block does happens, or nothing.

        Raises:
            RecordError: If the database cannot be reached, or not be written.
        """
        with (
            _explaining(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            session.connection(execution_options={"writing": True})
            session.execute(select(ChainHead.seq).with_for_update())
            yield session

    @contextmanager
    def changing_tables(self) -> Iterator[Connection]:
        """Change what tables there are: all that the block does happens, or nothing.

        Raises:
            RecordError: If the database cannot be reached, or not be written.
        """
        with (
            _explaining(),
            self.engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_TABLES)))
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the records; see `station.records.migrations` to make or update them.

    Args:
        url: Such as `sqlite:////var/lib/cargosight/station.db` or
            `postgresql+psycopg://user@host/station`.

    Raises:
        RecordError: If the address is none.
    """
    try:
        if url.startswith("sqlite"):
            engine = create_engine(
                url, connect_args={"timeout": BUSY_S, "check_same_thread": False}
            )
            _set_up_sqlite(engine)
        else:
            engine = create_engine(
                url,
                pool_pre_ping=True,
                pool_size=POOL,
                connect_args={"connect_timeout": 5, **_SILENCE},
            )
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        msg = f"The records cannot be opened: {_brief(error)}. Check [records] url."
        raise RecordError(msg) from error
    return Database(engine)


def retry(
    act: Callable[[], Given],
    *,
    stopped: Callable[[], bool],
    failed: Callable[[RecordError], None],
    pause_s: float = 0.25,
) -> Given | None:
    """Do something with the records, again and again until they can be reached.

    Args:
        act: What; all or nothing each time.
        stopped: Asked before each try whether to give up.
        failed: Told of the first failure.
        pause_s: Time between tries, s.

    Returns:
        What it gave; None if it was given up.

    Raises:
        RecordError: If the database refused what was to be written, which it will for
            ever.
    """
    told = False
    while not stopped():
        try:
            return act()
        except RecordError as error:
            if isinstance(error.__cause__, (DataError, IntegrityError)):
                raise
            if not told:
                failed(error)
                told = True
            time.sleep(pause_s)
    return None


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, TimeoutError) as error:
        msg = (
            f"The records cannot be reached or written: {_brief(error)}. Check the "
            "database and its disk; nothing was changed."
        )
        raise RecordError(msg, code="records.unreachable") from error


def _brief(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split())[:300]


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={round(BUSY_S * 1000)}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: object) -> None:
        writing = connection.get_execution_options().get("writing", False)  # type: ignore[attr-defined]
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")  # type: ignore[attr-defined]
