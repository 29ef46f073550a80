"""A PostgreSQL of its own, from the system's package, for a trial."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cargosight.station_trials.rig import find_port
from data.errors import StationError

PLACE: Final = Path("/usr/lib/postgresql")
OWNER: Final = "postgres"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A database server that a trial may kill.

    Attributes:
        binaries: Folder of `initdb` and `postgres`.
        folder: Of its data.
        port: It listens at, on loopback alone.
    """

    binaries: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Address of its database."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Make its files."""
        self.folder.mkdir(parents=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            shutil.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run(
            ["initdb", "-D", str(self.folder), "-U", OWNER, "-A", "trust", "-E", "UTF8"]
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -h 127.0.0.1 -k ''"
        log = str(self.folder / "server.log")
        self._run(
            ["pg_ctl", "-D", str(self.folder), "-o", options, "-l", log, "-w", "start"]
        )

    def kill(self) -> None:
        """Kill it and all of its processes, as a power cut would."""
        try:
            text = (self.folder / "postmaster.pid").read_text()
            os.kill(int(text.splitlines()[0]), signal.SIGQUIT)
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.2)

    def stop(self) -> None:
        """Stop it."""
        self._run(["pg_ctl", "-D", str(self.folder), "-m", "fast", "-w", "stop"])

    def _run(self, command: Sequence[str]) -> None:
        name, *rest = command
        words = [str(self.binaries / name), *rest]
        if os.geteuid() == 0:
            words = [
                "setpriv",
                "--reuid",
                OWNER,
                "--regid",
                OWNER,
                "--clear-groups",
                *words,
            ]
        done = subprocess.run(  # noqa: S603 - our own words
            words, cwd="/", check=False, capture_output=True, text=True
        )
        if done.returncode:
            msg = f"PostgreSQL: {name} failed: {done.stderr.strip() or done.stdout}."
            raise StationError(" ".join(msg.split()))


@contextmanager
def starting_cluster(folder: Path, *, wanted: bool) -> Iterator[Cluster | None]:
    """A database server that runs while the block does.

    Args:
        folder: For its files; whoever runs it must be able to enter the folders above.
        wanted: Whether there shall be one.

    Raises:
        StationError: If PostgreSQL is not installed.
    """
    if not wanted:
        yield None
        return
    cluster = Cluster(find_binaries(), folder, find_port())
    cluster.make()
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def find_binaries() -> Path:
    """Folder of PostgreSQL's programs, the newest version.

    Raises:
        StationError: If there is none.
    """
    found = sorted(PLACE.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        msg = f"No PostgreSQL was found below {PLACE}. Install the package postgresql."
        raise StationError(msg)
    return found[-1].parent
