"""Who gets in, and which accounts are locked."""

import threading
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from data.errors import NoLoginError
from station.accounts import letting_in
from station.accounts.letting_in import is_still_right, let_in
from station.accounts.logins import find_login
from station.accounts.passwords import hash_password, is_outdated
from station.accounts.roles import Role
from station.accounts.users import add_user, change_user, get_user, reset_password
from station.config import ServerConfig
from station.records.moment import now
from station.records.tables import User
from tests.station.accounts.logbook import read_entries, read_kinds

LIMITS = ServerConfig(lock_after=3)


@pytest.fixture
def maria(database):
    """An operator and her password."""
    return add_user(database, "maria", Role.OPERATOR)


def fail(database, name="maria", password="wrong"):  # noqa: S107 - a wrong one
    with pytest.raises(NoLoginError) as caught:
        let_in(database, name, password, LIMITS)
    return str(caught.value)


def test_the_right_password_begins_a_login_of_which_only_a_hash_is_kept(
    database, maria
):
    new = let_in(database, "Maria", maria.password, LIMITS)
    assert len(new.token) == 43  # 256 bits
    assert new.token not in {new.login.token_sha256, new.login.csrf}
    with database.reading() as session:
        found = find_login(session, new.token, LIMITS)
        assert found is not None
        assert found.user.name == "maria"
        assert find_login(session, new.login.token_sha256, LIMITS) is None
    assert read_entries(database, "login.began") == [
        ("login.began", maria.user.pseudonym, new.login.id, {"user": maria.user.id})
    ]


def test_whatever_is_wrong_the_answer_is_the_same(database, maria):
    add_user(database, "other", Role.ADMINISTRATOR)
    answers = {fail(database), fail(database, "nobody")}
    answers |= {fail(database) for _ in range(3)}
    answers.add(fail(database, password=maria.password))  # locked by now
    with database.changing() as session:
        user = get_user(session, maria.user.id)
        user.locked_until = None
        change_user(session, user, active=False, actor="p")
    answers.add(fail(database, password=maria.password))
    assert len(answers) == 1


def test_as_many_wrong_passwords_as_stated_lock_the_account(database, maria):
    fail(database)
    fail(database)
    let_in(database, "maria", maria.password, LIMITS)  # begins to count anew
    for _ in range(3):
        fail(database)
    fail(database, password=maria.password)
    entries = read_entries(database, "login.locked")
    assert entries == [("login.locked", "station", maria.user.id, {"minutes": 15})]


def test_a_lock_ends_by_itself_and_wrong_ones_in_between_do_not_lengthen_it(
    database, maria
):
    for _ in range(3):
        fail(database)
    with database.changing() as session:
        user = session.get_one(User, maria.user.id)
        until = user.locked_until
        assert timedelta(minutes=14) < until - now() <= timedelta(minutes=15)
    for _ in range(5):
        fail(database)
    with database.changing() as session:
        user = session.get_one(User, maria.user.id)
        assert user.locked_until == until
        user.locked_until = now() - timedelta(seconds=1)
    let_in(database, "maria", maria.password, LIMITS)


@pytest.mark.usefixtures("maria")
def test_a_reset_takes_a_lock_off(database):
    for _ in range(3):
        fail(database)
    given = reset_password(database, "maria")
    let_in(database, "maria", given.password, LIMITS)


def test_guesses_at_once_are_no_more_than_guesses_in_a_row(
    database, maria, monkeypatch
):
    together = threading.Barrier(4)

    def look_up(database, name, password):
        known = plain(database, name, password)
        together.wait(60)
        return known

    plain = letting_in._look_up  # noqa: SLF001 - to have all wait there
    monkeypatch.setattr(letting_in, "_look_up", look_up)
    threads = [threading.Thread(target=fail, args=(database,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_entries(database, "login.failed")) == 4
    assert len(read_entries(database, "login.locked")) == 1
    with database.reading() as session:
        assert session.get_one(User, maria.user.id).locked_until is not None


def test_a_password_that_changed_while_it_was_looked_at_lets_nobody_in(
    database, maria, monkeypatch
):
    def look_up(database, name, password):
        known = plain(database, name, password)
        reset_password(database, name)
        return known

    plain = letting_in._look_up  # noqa: SLF001 - to have something happen meanwhile
    monkeypatch.setattr(letting_in, "_look_up", look_up)
    fail(database, password=maria.password)


def test_failures_name_the_account_only_if_there_is_one(database, maria):
    fail(database, "maria")
    fail(database, "my real password by mistake")
    subjects = [subject for _, _, subject, _ in read_entries(database, "login.failed")]
    assert subjects == [maria.user.id, "unknown"]


def test_a_hash_of_older_parameters_is_made_anew(database, maria):
    cheap = PasswordHasher(time_cost=1, memory_cost=512).hash(maria.password)
    with database.changing() as session:
        session.get_one(User, maria.user.id).password_hash = cheap
    let_in(database, "maria", maria.password, LIMITS)
    with database.reading() as session:
        stored = session.get_one(User, maria.user.id).password_hash
    assert not is_outdated(stored)
    let_in(database, "maria", maria.password, LIMITS)


def test_wrong_passwords_of_someone_who_is_logged_in_count_too(database, maria):
    assert is_still_right(database, "maria", maria.password, LIMITS)
    for _ in range(3):
        assert not is_still_right(database, "maria", "wrong", LIMITS)
    assert not is_still_right(database, "maria", maria.password, LIMITS)
    assert "login.locked" in read_kinds(database)


def test_a_login_marks_those_that_timed_out(database, maria):
    old = let_in(database, "maria", maria.password, LIMITS)
    with database.changing() as session:
        login = session.merge(old.login)
        login.seen = now() - timedelta(minutes=31)
    let_in(database, "maria", maria.password, LIMITS)
    assert read_entries(database, "login.ended") == [
        (
            "login.ended",
            "station",
            old.login.id,
            {"user": maria.user.id, "why": "time"},
        )
    ]


def test_the_log_never_holds_a_name_or_a_password(database, maria):
    fail(database, "maria", "wrong-secret")
    fail(database, "stranger", "wrong-secret")
    let_in(database, "maria", maria.password, LIMITS)
    told = str(read_entries(database))
    for secret in ("maria", "stranger", "wrong-secret", maria.password):
        assert secret not in told
    assert hash_password("x") not in told
