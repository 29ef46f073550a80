"""A station with empty records, and people of every role logged in to it."""

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from station.accounts import passwords
from station.accounts.logins import begin_login
from station.audit.reporter import Reporter
from station.config import LaneConfig, StationConfig
from station.records import new_id, open_database
from station.records.migrations import migrate
from station.records.moment import now
from station.records.tables import User
from station.server.access import cookie_name
from station.server.app import make_app
from station.server.context import Station
from station.spool import DataFolder
from tests.station.postgres import (  # noqa: F401 - fixtures
    _postgres_template,
    either_database,
    either_url,
    postgres,
    postgres_url,
)

ADDRESS = "http://127.0.0.1:8765"
SOCKETS = "ws://127.0.0.1:8765"


@pytest.fixture(scope="session")
def plain_records(tmp_path_factory):
    """A database with all tables, made once: to be copied."""
    path = tmp_path_factory.mktemp("records") / "station.db"
    made = open_database(f"sqlite:///{path}")
    migrate(made)
    made.close()
    return path


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch):
    """Hashes of passwords that take no time."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 1024, 1))
    passwords.hash_of_nobody.cache_clear()


@pytest.fixture
def config(tmp_path):
    """A station with one lane called "north"; tests change it with `model_copy`."""
    lane = LaneConfig(name="north", source="stream")
    return StationConfig(data=tmp_path / "station-data", lane=(lane,))


@pytest.fixture
def database(config, plain_records):
    """Migrated records, empty."""
    config.data.mkdir(parents=True, exist_ok=True)
    path = config.data / "station.db"
    path.write_bytes(plain_records.read_bytes())
    opened = open_database(config.database_url)
    yield opened
    opened.close()


@pytest.fixture
def station(config, database):
    """A station that serves, with its reporter running."""
    reporter = Reporter(database)
    yield Station(config, database, DataFolder(config.data), reporter)
    reporter.close()


@pytest.fixture
def app(station):
    """Its application."""
    return make_app(station)


@pytest.fixture
def user_as(database):
    """Make people: `user_as(role)` is the first one of a role, others by name.

    They have no password that anybody knows.
    """
    made: dict[str, User] = {}

    def make(role, name=None):
        name = name or f"{role}-1"
        if name not in made:
            made[name] = User(
                id=new_id(),
                name=name,
                role=str(role),
                pseudonym=f"p-{name}",
                password_hash="none",  # noqa: S106 - no password has this hash
                created=now(),
            )
            with database.changing() as session:
                session.add(made[name])
        return made[name]

    return make


@pytest.fixture
def client_as(app, station, user_as):
    """Make clients: `client_as(role)` is logged in, `client_as(None)` is nobody.

    `client_as(role, "name")` makes more people of one role.
    """
    opened = []

    def make(role, name=None):
        client = TestClient(app, base_url=ADDRESS)
        opened.append(client)
        if role is not None:
            user = user_as(role, name)
            with station.database.changing() as session:
                new = begin_login(session, session.get_one(User, user.id))
            client.cookies.set(cookie_name(station.config.server), new.token)
            client.headers["X-CSRF-Token"] = new.login.csrf
        return client

    yield make
    for client in opened:
        client.close()
