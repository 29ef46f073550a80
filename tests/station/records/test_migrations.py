"""How the tables are made, in both databases."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from data.errors import RecordError
from station.records import open_database
from station.records.migrations import make_config, migrate
from station.records.tables import ChainHead, LaneState, Table
from tests.station.postgres import make_database
from tests.station.records.processes import start

MIGRATOR = """
import sys
from station.records import open_database
from station.records.migrations import migrate
database = open_database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
migrate(database)
"""

OLD_LANE = """
INSERT INTO lane_states (lane, state, behind, detail, pid, beat)
VALUES ('north', 'idle', 0, '', 1, '2026-11-26 06:00:00')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """A database without a table."""
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
        url = postgres.url(make_database(postgres))
    else:
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    opened = open_database(url)
    yield opened
    opened.close()


def list_tables(database):
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def go_down(database):
    config = make_config()
    with database.changing_tables() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def test_migrations_make_what_the_tables_say(empty):
    migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_up_and_down_and_up_again(empty):
    migrate(empty)
    assert list_tables(empty) == set(Table.metadata.tables)
    go_down(empty)
    assert list_tables(empty) == set()
    migrate(empty)
    with empty.reading() as session:
        head = session.get_one(ChainHead, 1)
        assert (head.seq, head.sha256) == (0, "0" * 64)


def test_records_that_are_up_to_date_stay_as_they_are(either_database):
    with either_database.changing() as session:
        session.get_one(ChainHead, 1).seq = 7
    migrate(either_database)
    with either_database.reading() as session:
        assert session.get_one(ChainHead, 1).seq == 7


def test_two_that_migrate_at_once_make_one_set_of_tables(empty):
    url = empty.engine.url.render_as_string(hide_password=False)
    migrators = [start(MIGRATOR, url) for _ in range(2)]
    for migrator in migrators:
        migrator.stdout.readline()
    for migrator in migrators:
        migrator.communicate("go\n", timeout=60)
    assert [migrator.returncode for migrator in migrators] == [0, 0]
    assert list_tables(empty) == set(Table.metadata.tables)


def test_records_of_a_newer_program_are_refused_in_one_line(either_database):
    with either_database.changing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordError, match="newer"):
        migrate(either_database)


def test_records_of_an_older_program_keep_what_they_have(empty):
    config = make_config()
    with empty.changing_tables() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text(OLD_LANE))
    migrate(empty)
    with empty.reading() as session:
        lane = session.get_one(LaneState, "north")
    assert (lane.state, lane.code) == ("idle", None)
