"""A station of the demo's own, which `cargosight station` runs."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cargosight.demo.folder import DATA
from cargosight.station_trials.rig import START_S, answers, end, find_port
from cargosight.stationing import open_records, privately
from data.errors import StationError
from station.accounts.roles import Role
from station.accounts.tokens import make_token
from station.accounts.users import Given, add_first_administrator, add_user
from station.config import ServerConfig, StationConfig, read_station_config
from station.processes.guard import check_port

LANE: Final = "demo"
OPERATOR: Final = "operator"
CONFIG: Final = "station.toml"
LOG: Final = "station.log"
LOOK_S: Final = 0.1

TEXT: Final = """\
# The station of `cargosight demo`, which makes it anew each time.
data = "{data}"
site = "demo"

[server]
port = {port}

[detector]
allow_unsigned = true    # the bundle that ships: nobody signed it

[retention]
scan_gb = 2              # decided trucks beyond it go, the oldest first

[[lane]]
name = "{lane}"
source = "stream"
scanner = "simulated"
view = "side"
"""


@dataclass(frozen=True, slots=True)
class DemoStation:
    """A station that can be started.

    Attributes:
        file: Its `station.toml`.
        config: What that says.
        operator: An account that decides, with its one-time password.
        administrator: One that keeps accounts.
        token: Of the lane, for the scanner.
    """

    file: Path
    config: StationConfig
    operator: Given
    administrator: Given
    token: str

    @property
    def address(self) -> str:
        """Of the page."""
        return f"http://{self.config.server.host}:{self.config.server.port}"

    @property
    def stream_url(self) -> str:
        """Of the lane, for the scanner."""
        return f"{self.address}/api/lanes/{LANE}/stream".replace("http", "ws", 1)


def make_station(folder: Path) -> DemoStation:
    """Write `station.toml`, and make the records with two accounts.

    Args:
        folder: Empty; for all of it.

    Raises:
        StationError: If the records cannot be made.
    """
    file = folder / CONFIG
    file.write_text(
        TEXT.format(data=DATA, port=_choose_port(), lane=LANE), encoding="utf-8"
    )
    config = read_station_config(file)
    with privately(), open_records(config, make=True) as database:
        administrator = add_first_administrator(database)
        if administrator is None:
            msg = f"{config.data} has accounts already. Choose another --out."
            raise StationError(msg)
        operator = add_user(database, OPERATOR, Role.OPERATOR)
        with database.changing() as session:
            token = make_token(session, LANE, "simulated scanner").token
    return DemoStation(file, config, operator, administrator, token)


@dataclass(frozen=True, slots=True)
class Running:
    """A station that was started.

    Args:
        process: Its guard.
        log: File of all that it says.
    """

    process: "subprocess.Popen[bytes]"
    log: Path

    def check(self) -> None:
        """See that it still runs.

        Raises:
            StationError: If it has ended.
        """
        if self.process.poll() is not None:
            said = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            msg = f"The demo's station ended: {' '.join(said[-1:])} See {self.log}."
            raise StationError(msg)

    def wait_ready(
        self, address: str, stopping: threading.Event, *, timeout_s: float = START_S
    ) -> None:
        """Wait until the page answers, or until told to stop.

        Raises:
            StationError: If it does not in time.
        """
        until = time.monotonic() + timeout_s
        while not answers(address) and not stopping.wait(LOOK_S):
            self.check()
            if time.monotonic() > until:
                msg = f"{address} did not answer for {timeout_s:g} s. See {self.log}."
                raise StationError(msg)

    def stop(self) -> None:
        """Stop it as an administrator would."""
        end(self.process)


@contextmanager
def running(made: DemoStation) -> Iterator[Running]:
    """Run a station while the block does, by `cargosight station`.

    Args:
        made: It.
    """
    log = made.file.with_name(LOG)
    command = [
        sys.executable,
        "-m",
        "cargosight",
        "station",
        "--config",
        str(made.file),
    ]
    with privately(), log.open("ab") as file:
        started = Running(
            subprocess.Popen(  # noqa: S603 - our own words
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            ),
            log,
        )
    try:
        yield started
    finally:
        started.stop()


def _choose_port() -> int:
    """The usual port, or a free one where something listens there."""
    usual = ServerConfig()
    try:
        check_port(usual.host, usual.port)
    except StationError:
        return find_port()
    return usual.port
