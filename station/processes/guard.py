"""Start the processes of a station, and start again what dies."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from data.errors import StationError
from station.audit import append
from station.audit.reporter import Reporter
from station.config import StationConfig
from station.processes.effective import write_effective
from station.processes.lock import holding
from station.records import Database, open_database
from station.records.migrations import migrate

logger = logging.getLogger(__name__)

LOOK_S: Final = 0.05
LONGEST_S: Final = 4.0
"""Most to wait before a process is started again that keeps dying, s."""

STEADY_S: Final = 10.0
"""A process that lived so long is started again at once."""

PATIENCE_S: Final = 10.0
"""How long a process may take to stop, s."""


@dataclass(slots=True)
class Child:
    """A process that is started again when it dies.

    Args:
        name: "server" or "lane:NAME".
        place: File of the configuration.
    """

    name: str
    place: Path
    process: "subprocess.Popen[bytes] | None" = None
    _began: float = field(default=0.0, init=False)
    _due: float = field(default=0.0, init=False)
    _pause: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start it."""
        self._began = time.monotonic()
        command = [sys.executable, "-m", "station.processes.child"]
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            [*command, self.name, str(self.place), str(os.getpid())]
        )

    def look(self) -> int | None:
        """Start it again if it has died.

        Returns:
            What it died of, once; None if it lives.
        """
        if self.process is None:
            if time.monotonic() >= self._due:
                self._start_again()
            return None
        code = self.process.poll()
        if code is None:
            return None
        lived = time.monotonic() - self._began
        self._pause = (
            0.0 if lived > STEADY_S else min(self._pause * 2 + 0.25, LONGEST_S)
        )
        self._due = time.monotonic() + (self._pause if self._pause > 0.25 else 0.0)
        self.process = None
        return code

    def _start_again(self) -> None:
        try:
            self.start()
        except OSError as error:  # no memory, or too many processes: the others go on
            self._due = time.monotonic() + LONGEST_S
            logger.warning("%s cannot be started now: %s", self.name, error)

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Wait for it to stop, and kill it if it does not.

        Args:
            until: How long, on the monotonic clock.
        """
        if self.process is None:
            return
        try:
            self.process.wait(max(until - time.monotonic(), 0.01))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run_station(
    config: StationConfig,
    *,
    prepare: Callable[[Database], None] | None = None,
    ready: Callable[[], None] | None = None,
    stopping: threading.Event | None = None,
) -> None:
    """Run a station until it is told to stop (SIGTERM, SIGINT, or `stopping`).

    Args:
        config: With paths that hold from anywhere.
        prepare: Called with the records, up to date, before anything is started.
        ready: Called once all is started.
        stopping: When to stop; None for signals alone.

    Raises:
        StationError: If another station runs on the data folder, or the records cannot
            be opened.
    """
    stop = threading.Event() if stopping is None else stopping
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    config.data.mkdir(parents=True, exist_ok=True)
    with holding(config.data, "station"):
        check_port(config.server.host, config.server.port)
        database = open_database(config.database_url)
        if not reach(database, stop):
            return
        migrate(database)
        _log_start(database, config)
        if prepare is not None:
            prepare(database)
        _guard(config, database, stop, ready)


def reach(database: Database, stop: threading.Event) -> bool:
    """Wait for a database server that does not run yet, or not at the moment.

    Args:
        database: The records; a file is there or not, and not waited for.
        stop: When to give up.

    Returns:
        Whether it is reached.
    """
    if database.engine.dialect.name == "sqlite":
        return True

    def ask() -> bool:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        return True

    told = False
    while not stop.is_set():
        try:
            return ask()
        except SQLAlchemyError as error:
            if not told:
                why = str(error.__cause__ or error).strip().splitlines()[0]
                logger.warning("Waiting for the database: %s", why)
            told = True
            stop.wait(0.5)
    return False


def check_port(host: str, port: int) -> None:
    """See whether the server can listen.

    Args:
        host: Address.
        port: At it.

    Raises:
        StationError: If another program listens there, or the address is not ours.
    """
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(place)
    except OSError as error:
        why = error.strerror or error
        msg = (
            f"The server cannot listen at {host} port {port}: {why}. Stop what listens "
            "there, or state another [server] port."
        )
        raise StationError(msg) from error


def _guard(
    config: StationConfig,
    database: Database,
    stop: threading.Event,
    ready: Callable[[], None] | None,
) -> None:
    place, reporter = write_effective(config), Reporter(database)
    children = [Child("server", place)]
    children += [Child(f"lane:{lane.name}", place) for lane in config.lane]
    for child in children:
        child.start()
    if ready is not None:
        ready()
    try:
        while not stop.wait(LOOK_S):
            for child in children:
                code = child.look()
                if code is not None:
                    reporter.report("process.restarted", child.name, {"code": code})
    finally:
        for child in children:
            child.stop()
        until = time.monotonic() + PATIENCE_S
        for child in children:
            child.wait(until)
        reporter.close()
        database.close()


def _log_start(database: Database, config: StationConfig) -> None:
    with database.changing() as session:
        lanes = [lane.name for lane in config.lane]
        settings = config.model_dump(
            mode="json", include={"detector", "review", "retention"}
        )
        append(session, "station.started", config.site, {"lanes": lanes, **settings})
