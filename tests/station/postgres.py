"""A PostgreSQL of our own, from Debian's binaries, for the tests alone.

It listens at a socket in its own folder, under no port that anybody else could use, and
is gone after the tests. Where no PostgreSQL is installed these tests are skipped,
unless CI_POSTGRES is set: then they fail.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from station.records import open_database
from station.records.identifiers import new_id
from station.records.migrations import migrate

OWNER = "postgres"
SETTINGS = (
    "listen_addresses=''",
    "fsync=off",  # what a test loses with the machine is no loss
    "full_page_writes=off",
    "max_connections=60",
    "shared_buffers=16MB",
)
MISSING = "PostgreSQL is not installed (Debian: apt-get install postgresql)"


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server.

    Attributes:
        binaries: Folder of its programs.
        root: Folder of its data, its socket and its log.
    """

    binaries: Path
    root: Path

    def run(self, program, *words):
        """Run one of its programs; the server refuses to run as root."""
        command = [str(self.binaries / program), *words]
        if os.geteuid() == 0:
            command = ["runuser", "-u", OWNER, "--", *command]
        subprocess.run(  # noqa: S603 - our own words
            command, check=True, capture_output=True, cwd=self.root, text=True
        )

    def start(self):
        """Start it, and wait until it answers."""
        settings = " ".join(
            f"-c {one}" for one in (*SETTINGS, f"unix_socket_directories={self.root}")
        )
        self._control("start", "-o", settings, "-l", str(self.root / "log"))

    def stop(self, mode="fast"):
        """Stop it: "fast" in good order, "immediate" as when the power goes."""
        self._control("stop", "-m", mode)

    def url(self, name):
        """Address of one of its databases."""
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.root}"

    def make(self, template="template0"):
        """Make a database, a copy of another one; gives back its name."""
        name = f"test_{new_id()}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return name

    def _control(self, *words):
        self.run("pg_ctl", "-D", str(self.root / "data"), "-w", *words)


def find_binaries():
    """Folder of the newest PostgreSQL; None if there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    folders = sorted(
        (path.parent for path in found), key=lambda one: int(one.parent.name)
    )
    known = shutil.which("initdb")
    return folders[-1] if folders else known and Path(known).parent


@pytest.fixture(scope="session")
def postgres():
    """A server that runs while the tests do."""
    binaries = find_binaries()
    if binaries is None:
        assert "CI_POSTGRES" not in os.environ, MISSING
        pytest.skip(MISSING)
    root = Path(tempfile.mkdtemp(prefix="cs-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            os.chown(root, owner.pw_uid, owner.pw_gid)
        server = Postgres(binaries, root)
        words = ("-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        server.run("initdb", "-D", str(root / "data"), *words)
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def _postgres_template(postgres):
    """A database with all tables, made once: to be copied."""
    name = postgres.make()
    made = open_database(postgres.url(name))
    migrate(made)
    made.close()
    return name


@pytest.fixture
def postgres_url(postgres, _postgres_template):
    """Address of migrated records in PostgreSQL, empty."""
    return postgres.url(postgres.make(_postgres_template))


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request, tmp_path):
    """Address of migrated records, empty: SQLite, then PostgreSQL."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    path = tmp_path / "either.db"
    path.write_bytes(request.getfixturevalue("_plain_records").read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def either_database(either_url):
    """Migrated records, empty: SQLite, then PostgreSQL."""
    opened = open_database(either_url)
    yield opened
    opened.close()
