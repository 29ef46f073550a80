"""A PostgreSQL of its own, from the system's package, for trials and tests."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
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
        folder: Of its data and its log; whoever runs it must be able to enter the
            folders above.
        port: It listens at, on loopback alone; None for a socket in its folder.
        settings: More of them, such as "fsync=off".
    """

    binaries: Path
    folder: Path
    port: int | None
    settings: tuple[str, ...] = ()

    def url(self, name: str = "postgres") -> str:
        """Address of one of its databases."""
        if self.port is None:
            return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}"
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{name}"

    def make(self) -> None:
        """Make its files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            shutil.chown(self.folder, owner.pw_uid, owner.pw_gid)
        words = ("-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", *words)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        place = f"-h '' -k {self.folder}"
        if self.port is not None:
            place = f"-h 127.0.0.1 -k '' -p {self.port}"
        options = " ".join([place, *(f"-c {one}" for one in self.settings)])
        log = str(self.folder / "log")
        self._run("pg_ctl", "-o", options, "-l", log, "-w", "start")

    def kill(self) -> None:
        """Kill it and all of its processes, as a power cut would."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def stop(self) -> None:
        """Stop it."""
        self._run("pg_ctl", "-m", "fast", "-w", "stop")

    def _run(self, name: str, *rest: str) -> None:
        """Run one of its programs; the server refuses to run as root."""
        words = [str(self.binaries / name), "-D", str(self.folder / "data"), *rest]
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
        folder: For its files.
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
    known = shutil.which("initdb")
    if not found and known is not None:
        return Path(known).parent
    if not found:
        msg = f"No PostgreSQL was found below {PLACE}. Install the package postgresql."
        raise StationError(msg)
    return found[-1].parent
