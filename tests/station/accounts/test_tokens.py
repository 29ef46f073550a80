"""What scanners show."""

import pytest

from data.errors import NoSuchRecordError
from station.accounts.tokens import (
    check_lane_token,
    list_tokens,
    make_token,
    revoke_token,
)
from tests.station.accounts.logbook import read_entries


def make(database, lane="north"):
    with database.changing() as session:
        return make_token(session, lane, "scanner", actor="p-keeper")


def counts(database, lane, token):
    with database.reading() as session:
        return check_lane_token(session, lane, token)


def test_a_token_is_for_its_lane_alone(database):
    made = make(database)
    assert made.token.startswith("cs_")
    assert len(made.token) == 46
    assert counts(database, "north", made.token)
    assert not counts(database, "south", made.token)
    assert not counts(database, "north", made.token[:-1])
    assert not counts(database, "north", "")


def test_the_token_itself_is_not_kept(database, config):
    made = make(database)
    assert not counts(database, "north", made.row.token_sha256)
    for path in config.data.glob("station.db*"):
        assert made.token.encode() not in path.read_bytes()


def test_a_revoked_token_counts_no_longer_and_is_logged_once(database):
    made, other = make(database), make(database)
    for _ in range(2):
        with database.changing() as session:
            revoke_token(session, made.row.id, actor="p-keeper")
    assert not counts(database, "north", made.token)
    assert counts(database, "north", other.token)
    entries = read_entries(database, "token.created", "token.revoked")
    assert [(kind, subject) for kind, _, subject, _ in entries] == [
        ("token.created", made.row.id),
        ("token.created", other.row.id),
        ("token.revoked", made.row.id),
    ]


def test_tokens_are_listed_the_newest_first(database):
    made = {make(database).row.id for _ in range(3)}
    with database.reading() as session:
        listed = [row.id for row in list_tokens(session)]
    assert listed == sorted(made, reverse=True)


def test_a_token_that_is_not_there_cannot_be_revoked(database):
    with database.changing() as session, pytest.raises(NoSuchRecordError):
        revoke_token(session, "none", actor="p")
