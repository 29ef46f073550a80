"""How long logins last, and what ends them."""

from datetime import timedelta

import pytest

from station.accounts.logins import begin_login, end_login, end_logins, find_login
from station.accounts.roles import Role
from station.config import ServerConfig
from station.records.moment import now
from station.records.tables import Login, User
from tests.station.accounts.logbook import read_entries

LIMITS = ServerConfig(idle_minutes=30, session_hours=12)


@pytest.fixture
def begin(database, user_as):
    """Begin a login of the operator."""

    def begin():
        user = user_as(Role.OPERATOR)
        with database.changing() as session:
            return begin_login(session, session.get_one(User, user.id))

    return begin


def change(database, new, **changes):
    with database.changing() as session:
        login = session.get_one(Login, new.login.id)
        for name, value in changes.items():
            setattr(login, name, value)


def stands(database, new):
    with database.reading() as session:
        return find_login(session, new.token, LIMITS) is not None


@pytest.mark.parametrize(
    ("name", "limit"),
    [("seen", timedelta(minutes=30)), ("began", timedelta(hours=12))],
)
def test_a_login_ends_when_its_time_is_up(database, begin, name, limit):
    new = begin()
    change(database, new, **{name: now() - limit + timedelta(seconds=20)})
    assert stands(database, new)
    change(database, new, **{name: now() - limit})
    assert not stands(database, new)


def test_a_login_ends_once(database, begin):
    new = begin()
    for _ in range(2):
        with database.changing() as session:
            login = session.get_one(Login, new.login.id)
            end_login(session, login, "logout", actor="p")
    assert not stands(database, new)
    assert len(read_entries(database, "login.ended")) == 1


def test_all_logins_of_one_person_end_and_nobody_elses(database, begin, user_as):
    mine = [begin(), begin()]
    other = user_as(Role.QA)
    with database.changing() as session:
        theirs = begin_login(session, session.get_one(User, other.id))
    with database.changing() as session:
        user = session.get_one(User, mine[0].login.user_id)
        end_logins(session, user, "closed", actor="p")
    assert [stands(database, new) for new in (*mine, theirs)] == [False, False, True]


def test_a_closed_account_has_no_login(database, begin):
    new = begin()
    with database.changing() as session:
        session.get_one(User, new.login.user_id).active = False
    assert not stands(database, new)


def test_an_empty_cookie_is_no_login(database, begin):
    begin()
    with database.reading() as session:
        assert find_login(session, "", LIMITS) is None
