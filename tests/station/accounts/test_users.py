"""Accounts are made, changed and closed."""

import pytest
from sqlalchemy import func, select

from data.errors import ConflictError, NoSuchRecordError, StationError
from station.accounts import users
from station.accounts.letting_in import let_in
from station.accounts.logins import find_login
from station.accounts.passwords import hash_password
from station.accounts.roles import Role
from station.accounts.users import (
    add_first_administrator,
    add_user,
    change_password,
    change_user,
    find_user,
    get_user,
    list_users,
    reset_password,
)
from station.config import ServerConfig
from station.records.tables import User
from tests.station.accounts.logbook import read_entries

LIMITS = ServerConfig()
CHOSEN = "three ships at dawn"


def start(database):
    """The first administrator of a station."""
    given = add_first_administrator(database)
    assert given is not None
    return given


def edit(database, user, **changes):
    with database.changing() as session:
        change_user(session, get_user(session, user.id), actor="p-keeper", **changes)


def test_the_first_start_makes_one_administrator_and_no_later_one_does(database):
    given = start(database)
    assert (given.user.name, given.user.role) == ("administrator", "administrator")
    assert given.user.must_change
    let_in(database, "administrator", given.password, LIMITS)
    assert add_first_administrator(database) is None
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1


@pytest.mark.parametrize("name", ["", "Maria", "a b", "-a", "a" * 65, "ma\nria", "é"])
def test_a_name_that_is_none_is_refused(database, name):
    with pytest.raises(StationError, match="cannot be the name"):
        add_user(database, name, Role.QA)


def test_no_two_accounts_have_one_name(database):
    add_user(database, "maria", Role.QA)
    with pytest.raises(ConflictError, match="maria already"):
        add_user(database, "maria", Role.OPERATOR)


def test_an_account_is_logged_by_its_pseudonym_which_is_not_its_name(database):
    given = add_user(database, "maria", Role.QA, actor="p-keeper")
    assert "maria" not in given.user.pseudonym
    assert read_entries(database, "user.created") == [
        (
            "user.created",
            "p-keeper",
            given.user.id,
            {"role": "qa", "pseudonym": given.user.pseudonym},
        )
    ]


@pytest.mark.parametrize(
    "changes", [{"active": False}, {"role": Role.SUPERVISOR}, {"role": Role.OPERATOR}]
)
def test_the_last_administrator_stays_one(database, changes):
    given = start(database)
    with pytest.raises(ConflictError, match="last administrator"):
        edit(database, given.user, **changes)
    second = add_user(database, "second", Role.ADMINISTRATOR)
    edit(database, given.user, **changes)
    with pytest.raises(ConflictError, match="last administrator"):
        edit(database, second.user, **changes)


def test_a_closed_administrator_does_not_count_as_one(database):
    first = start(database)
    second = add_user(database, "second", Role.ADMINISTRATOR)
    edit(database, second.user, active=False)
    with pytest.raises(ConflictError):
        edit(database, first.user, active=False)


@pytest.mark.parametrize("changes", [{"active": False}, {"role": Role.SUPERVISOR}])
def test_a_change_ends_all_logins_and_is_logged(database, changes):
    given = add_user(database, "maria", Role.OPERATOR)
    new = let_in(database, "maria", given.password, LIMITS)
    edit(database, given.user, **changes)
    with database.reading() as session:
        assert find_login(session, new.token, LIMITS) is None
    (entry,) = read_entries(database, "user.changed")
    payload = {"role": "operator", "active": True} | changes
    assert entry == ("user.changed", "p-keeper", given.user.id, payload)


def test_a_change_of_nothing_is_none(database):
    given = add_user(database, "maria", Role.OPERATOR)
    edit(database, given.user, role=Role.OPERATOR, active=True)
    assert read_entries(database, "user.changed") == []


def test_a_new_password_lets_in_the_old_one_does_not(database):
    given = add_user(database, "maria", Role.OPERATOR)
    new = let_in(database, "maria", given.password, LIMITS)
    change_password(database, given.user.id, given.password, CHOSEN)
    with database.reading() as session:
        assert find_login(session, new.token, LIMITS) is None
        assert not find_user(session, "maria").must_change
    let_in(database, "maria", CHOSEN, LIMITS)
    with pytest.raises(StationError):
        let_in(database, "maria", given.password, LIMITS)


@pytest.mark.parametrize("password", ["short", "passwordpassword"])
def test_a_bad_password_changes_nothing(database, password):
    given = add_user(database, "maria", Role.OPERATOR)
    with pytest.raises(StationError):
        change_password(database, given.user.id, given.password, password)
    let_in(database, "maria", given.password, LIMITS)


def test_the_old_password_is_no_new_one(database):
    given = add_user(database, "maria", Role.OPERATOR)
    with pytest.raises(StationError, match="is the old one"):
        change_password(database, given.user.id, given.password, given.password)


def test_a_reset_meanwhile_counts_and_not_ones_own_change(database, monkeypatch):
    given = add_user(database, "maria", Role.OPERATOR)
    again = []

    def hash_slowly(password):
        monkeypatch.setattr(users, "hash_password", hash_password)
        again.append(reset_password(database, "maria"))
        return hash_password(password)

    monkeypatch.setattr(users, "hash_password", hash_slowly)
    with pytest.raises(ConflictError, match="somebody else"):
        change_password(database, given.user.id, given.password, CHOSEN)
    let_in(database, "maria", again[0].password, LIMITS)


def test_a_reset_password_must_be_changed_and_ends_all_logins(database):
    given = add_user(database, "maria", Role.OPERATOR)
    change_password(database, given.user.id, given.password, CHOSEN)
    new = let_in(database, "maria", CHOSEN, LIMITS)
    again = reset_password(database, "maria", actor="p-keeper")
    assert again.user.must_change
    with database.reading() as session:
        assert find_login(session, new.token, LIMITS) is None
    let_in(database, "maria", again.password, LIMITS)
    last = read_entries(database, "user.changed")[-1]
    assert last == ("user.changed", "p-keeper", given.user.id, {"password": "reset"})


def test_who_is_not_there_cannot_be_found(database):
    with database.reading() as session:
        with pytest.raises(NoSuchRecordError):
            find_user(session, "nobody")
        with pytest.raises(NoSuchRecordError):
            get_user(session, "nobody")
    with pytest.raises(NoSuchRecordError, match="no account nobody"):
        reset_password(database, "nobody")


def test_accounts_are_listed_by_name(database):
    for name in ("zoe", "abel", "maria"):
        add_user(database, name, Role.QA)
    with database.reading() as session:
        assert [user.name for user in list_users(session)] == ["abel", "maria", "zoe"]
