"""Which passwords may be chosen, and how they are kept."""

import threading

import pytest
from argon2 import PasswordHasher

from data.errors import BusyError, StationError
from station.accounts import passwords
from station.accounts.passwords import (
    check_new,
    hash_password,
    is_outdated,
    is_right,
    make_one_time,
)

GOOD = "three ships at dawn"
PLAIN = passwords.HASHER  # all other tests have cheaper hashes


def test_hashes_are_as_dear_as_is_advised():
    assert PLAIN.type.name == "ID"
    assert PLAIN.memory_cost >= 47_104  # OWASP, with one pass
    assert PLAIN.time_cost >= 1


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "11 characters"),
        ("x" * 201, "201 characters"),
        ("Password1234", "guessed first"),
        ("ababababababab", "guessed first"),
        ("maria.gordon1", "little more than the name"),
    ],
)
def test_a_password_that_is_easily_guessed_cannot_be_chosen(password, why):
    with pytest.raises(StationError, match=why):
        check_new(password, "maria.gordon")


def test_a_long_password_may_be_chosen_even_with_the_name_in_it():
    check_new(GOOD, "maria.gordon")
    check_new("maria.gordon sails at seven", "maria.gordon")


def test_only_the_password_that_was_hashed_is_right():
    stored = hash_password(GOOD)
    assert GOOD not in stored
    assert stored.startswith("$argon2id$")
    assert is_right(GOOD, stored)
    assert not is_right(GOOD + "s", stored)
    assert not is_right(GOOD, None)
    assert not is_right(GOOD, "none")


def test_a_letter_and_its_accent_are_right_however_a_keyboard_composes_them():
    assert is_right("cafe\u0301 at the harbour", hash_password("café at the harbour"))


def test_no_account_costs_as_many_hashes_as_a_wrong_password(monkeypatch):
    made = []

    class Counting(PasswordHasher):
        def verify(self, *given):
            made.append(given)
            return super().verify(*given)

    stored = hash_password(GOOD)
    monkeypatch.setattr(passwords, "HASHER", Counting())
    is_right("wrong", stored)
    is_right("wrong", None)
    assert len(made) == 2
    assert all(hashed.startswith("$argon2id$") for hashed, _ in made)


def test_a_hash_made_more_cheaply_is_outdated():
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=512).hash(GOOD))
    assert not is_outdated(hash_password(GOOD))


def test_one_time_passwords_may_be_chosen_and_differ():
    made = {make_one_time() for _ in range(100)}
    assert len(made) == 100
    for password in made:
        check_new(password, "maria")


def test_beyond_a_few_at_once_the_station_is_busy(monkeypatch):
    going, go_on = threading.Event(), threading.Event()

    class Waiting(PasswordHasher):
        def hash(self, password, *, salt=None):
            going.set()
            assert go_on.wait(60)
            return super().hash(password, salt=salt)

    monkeypatch.setattr(passwords, "HASHER", Waiting(1, 1024))
    monkeypatch.setattr(passwords, "_in_line", threading.BoundedSemaphore(1))
    first = threading.Thread(target=hash_password, args=(GOOD,))
    first.start()
    assert going.wait(60)
    with pytest.raises(BusyError, match="again in a few seconds"):
        hash_password(GOOD)
    go_on.set()
    first.join()
    assert hash_password(GOOD)
