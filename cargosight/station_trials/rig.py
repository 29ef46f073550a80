"""A station of its own, in a folder of its own, with a login and tokens."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from data.errors import StationError
from station.accounts.passwords import hash_password
from station.accounts.roles import Role
from station.accounts.tokens import make_token
from station.accounts.users import add_user
from station.config import (
    DetectorConfig,
    LaneConfig,
    RecordsConfig,
    ServerConfig,
    StationConfig,
)
from station.records import Database, open_database
from station.records.migrations import migrate
from station.records.tables import User

OPERATOR: Final = "trial"
START_S: Final = 60.0
STOP_S: Final = 30.0


@dataclass(slots=True)
class Rig:
    """A station that runs in processes of its own.

    Attributes:
        config: Of the station.
        database: Its records.
        password: Of the account `OPERATOR`, a supervisor.
        tokens: Of each lane.
    """

    config: StationConfig
    database: Database
    password: str
    tokens: dict[str, str]
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    _log: Any = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """Of the process that guards the others.

        Raises:
            StationError: If it does not run.
        """
        if self._process is None:
            msg = "The station of the trial does not run. Start it first."
            raise StationError(msg)
        return self._process.pid

    @property
    def base(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.config.server.port}"

    def stream_url(self, lane: str) -> str:
        """Address that a scanner sends to."""
        port = self.config.server.port
        return f"ws://127.0.0.1:{port}/api/lanes/{lane}/stream"

    def start(self) -> None:
        """Start the station, or start it again."""
        place = self.config.data.parent / "station.json"
        place.write_text(self.config.model_dump_json())
        self._log = (self.config.data.parent / "station.log").open("ab")
        code = (
            "import sys; from pathlib import Path; "
            "from station.processes.guard import run_station; "
            "from station.processes.effective import read_effective; "
            "run_station(read_effective(Path(sys.argv[1])))"
        )
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", code, str(place)],
            stdout=self._log,
            stderr=self._log,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    def answers(self) -> bool:
        """Whether the server answers, well or not."""
        return answers(self.base)

    def wait_ready(self, timeout_s: float = START_S) -> float:
        """Wait until the server answers.

        Returns:
            How long it took, s.

        Raises:
            StationError: If it does not in time.
        """
        start = time.monotonic()
        while not self.answers():
            if time.monotonic() - start > timeout_s:
                tail = (self.config.data.parent / "station.log").read_text()[-2000:]
                msg = f"The station did not answer within {timeout_s:g} s: {tail}"
                raise StationError(msg)
            time.sleep(0.02)
        return time.monotonic() - start

    def stop(self) -> None:
        """Stop the station as an administrator would."""
        if self._process is not None:
            end(self._process)
        if self._log is not None:
            self._log.close()


def answers(base: str) -> bool:
    """Whether a station answers, well or not.

    Args:
        base: Its address.
    """
    try:
        with urllib.request.urlopen(base + "/healthz", timeout=1):  # noqa: S310 - our own
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def end(process: "subprocess.Popen[bytes]") -> None:
    """Stop a station as an administrator would; kill it if it does not."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def rigged(
    folder: Path, *, lanes: int, least_score: float | None, url: str | None = None
) -> Iterator[Rig]:
    """A station with lanes that take streams; it runs while the block does.

    Args:
        folder: For all that it keeps.
        lanes: How many, called "lane1" and so on.
        least_score: In place of the operating point of the bundle that ships.
        url: Of a PostgreSQL database; None for SQLite.
    """
    with rigged_with(make_config(folder, lanes, least_score, url)) as rig:
        yield rig


@contextmanager
def rigged_with(config: StationConfig) -> Iterator[Rig]:
    """A station that runs while the block does.

    Args:
        config: Of the station.
    """
    config.data.mkdir(parents=True)
    database = open_database(config.database_url)
    migrate(database)
    password = secrets.token_urlsafe(18)
    _add_operator(database, password)
    with database.changing() as session:
        tokens = {
            lane.name: make_token(session, lane.name, "trial").token
            for lane in config.lane
        }
    rig = Rig(config, database, password, tokens)
    rig.start()
    try:
        rig.wait_ready()
        yield rig
    finally:
        rig.stop()
        database.close()


def make_config(
    folder: Path, lanes: int, least_score: float | None, url: str | None
) -> StationConfig:
    """The configuration of a trial.

    Args:
        folder: For all that it keeps.
        lanes: How many.
        least_score: In place of the operating point; None for it.
        url: Of a PostgreSQL database; None for SQLite.
    """
    names = [f"lane{number}" for number in range(1, lanes + 1)]
    return StationConfig(
        data=folder.resolve() / "data",
        site="trial",
        server=ServerConfig(port=find_port(), idle_minutes=600, session_hours=600),
        records=RecordsConfig(url=url),
        detector=DetectorConfig(allow_unsigned=True, threshold=least_score),
        lane=tuple(LaneConfig(name=name, source="stream") for name in names),
    )


def find_port() -> int:
    """A port of this machine that is free."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _add_operator(database: Database, password: str) -> None:
    given = add_user(database, OPERATOR, Role.SUPERVISOR)
    with database.changing() as session:
        user = session.get_one(User, given.user.id)
        user.password_hash, user.must_change = hash_password(password), False
