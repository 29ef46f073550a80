"""The records, in both databases: all or nothing, one after the other, and cuts."""

import threading

import pytest
from sqlalchemy import create_engine, text

from data.errors import RecordError
from station.audit import append
from station.audit.verifying import verify_log
from station.records import open_database
from station.records.database import Database, retry
from station.records.tables import ChainHead
from tests.station.records.processes import start

WRITER = """
import sys
from station.audit import append
from station.records import open_database
database = open_database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    with database.changing() as session:
        append(session, "scan.began", f"{sys.argv[3]}-{number}")
"""


def count(database):
    with database.reading() as session:
        return session.get_one(ChainHead, 1).seq


def test_two_processes_that_write_at_once_keep_one_chain(either_url, either_database):
    writers = [start(WRITER, either_url, 30, name) for name in ("a", "b")]
    for writer in writers:
        writer.stdout.readline()
    for writer in writers:
        writer.communicate("go\n", timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0]
    verdict = verify_log(either_database)
    assert (verdict.whole, verdict.entries) == (True, 60)


def test_threads_that_write_at_once_keep_one_chain(either_database):
    def write(name):
        for number in range(8):
            with either_database.changing() as session:
                append(session, "scan.began", f"{name}-{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify_log(either_database)
    assert (verdict.whole, verdict.entries) == (True, 32)


def test_a_change_that_fails_leaves_nothing(either_database):
    def change():
        with either_database.changing() as session:
            append(session, "scan.began", "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert count(either_database) == 0
    assert verify_log(either_database).whole


def test_whoever_reads_waits_for_no_change_and_sees_one_moment(either_database):
    with either_database.changing() as session:
        append(session, "scan.began", "a")
        assert count(either_database) == 0
    assert count(either_database) == 1


def test_a_change_waits_for_the_one_before_it(either_database):
    done = []

    def write():
        with either_database.changing() as session:
            done.append(append(session, "scan.began", "b").seq)

    with either_database.changing() as session:
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(0.2)
        assert done == []
        append(session, "scan.began", "a")
    thread.join()
    assert done == [2]


def test_a_cut_is_told_and_once_it_is_over_all_goes_on(postgres, postgres_url):
    database = open_database(postgres_url)
    with database.changing() as session:
        append(session, "scan.began", "before")

    def lose():
        with database.changing() as session:
            append(session, "scan.began", "lost")
            postgres.kill()

    try:
        with pytest.raises(RecordError, match="nothing was changed"):
            lose()
        with (
            pytest.raises(RecordError, match="Check the database"),
            database.reading() as session,
        ):
            session.get(ChainHead, 1)
    finally:
        postgres.start()
    with database.changing() as session:
        append(session, "scan.began", "after")
    verdict = verify_log(database)
    assert (verdict.whole, verdict.entries) == (True, 2)
    database.close()


def test_who_tries_again_gets_through_a_cut(postgres, postgres_url):
    database = open_database(postgres_url)
    told: list[RecordError] = []

    def act():
        with database.changing() as session:
            return append(session, "scan.began", "kept").seq

    postgres.kill()
    starter = threading.Timer(0.3, postgres.start)
    starter.start()
    found = retry(act, stopped=lambda: False, failed=told.append, pause_s=0.05)
    starter.join()
    assert (found, len(told)) == (1, 1)
    database.close()


def test_sqlite_keeps_what_was_committed_without_power(database):
    with database.reading() as session:
        modes = [
            session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert modes == ["wal", 2, 1]


@pytest.mark.parametrize("url", ["oracle://host/station", "nothing"])
def test_an_address_of_no_database_is_refused_in_one_line(url):
    with pytest.raises(RecordError, match=r"\[records\] url"):
        open_database(url)


def test_when_all_connections_are_in_use_it_is_said_as_when_there_is_no_database(
    database,
):
    engine = create_engine(
        database.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.01
    )
    busy = Database(engine)
    with busy.reading() as session:
        session.connection()
        with (
            pytest.raises(RecordError, match="cannot be reached"),
            busy.changing(),
        ):
            pass
    engine.dispose()
