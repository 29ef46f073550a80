"""A PostgreSQL of our own, from Debian's binaries, for the tests alone.

It listens at a socket in its own folder, under no port that anybody else could use, and
is gone after the tests. Where no PostgreSQL is installed these tests are skipped,
unless CI_POSTGRES is set: then they fail.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from cargosight.station_trials.cluster import Cluster, find_binaries
from data.errors import StationError
from station.records import open_database
from station.records.identifiers import new_id
from station.records.migrations import migrate

SETTINGS = (
    "fsync=off",  # what a test loses with the machine is no loss
    "full_page_writes=off",
    "max_connections=60",
    "shared_buffers=16MB",
)
MISSING = "PostgreSQL is not installed (Debian: apt-get install postgresql)"


def make_database(postgres, template="template0"):
    """Make a database, a copy of another one; gives back its name."""
    name = f"test_{new_id()}"
    engine = create_engine(postgres.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def postgres():
    """A server that runs while the tests do."""
    try:
        binaries = find_binaries()
    except StationError:
        assert "CI_POSTGRES" not in os.environ, MISSING
        pytest.skip(MISSING)
    root = Path(tempfile.mkdtemp(prefix="cs-pg-", dir="/tmp"))
    try:
        server = Cluster(binaries, root, None, SETTINGS)
        server.make()
        server.start()
        yield server
        server.kill()
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def _postgres_template(postgres):
    """A database with all tables, made once: to be copied."""
    name = make_database(postgres)
    made = open_database(postgres.url(name))
    migrate(made)
    made.close()
    return name


@pytest.fixture
def postgres_url(postgres, _postgres_template):
    """Address of migrated records in PostgreSQL, empty."""
    return postgres.url(make_database(postgres, _postgres_template))


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request, tmp_path):
    """Address of migrated records, empty: SQLite, then PostgreSQL."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    path = tmp_path / "either.db"
    path.write_bytes(request.getfixturevalue("plain_records").read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def either_database(either_url):
    """Migrated records, empty: SQLite, then PostgreSQL."""
    opened = open_database(either_url)
    yield opened
    opened.close()
