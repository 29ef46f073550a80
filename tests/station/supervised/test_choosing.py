"""Tests of which scans become test scans."""

import stat
import threading

import pytest

from data.errors import StationError
from station.records import new_id
from station.supervised.choosing import KEY, choose, make_chance, read_secret


def test_about_as_many_scans_are_chosen_as_the_rate_says():
    chosen = sum(choose(new_id(), 0.1, b"secret") for _ in range(20_000))
    assert 1800 < chosen < 2200


def test_a_replay_chooses_alike_and_another_secret_does_not():
    names = [new_id() for _ in range(400)]
    first = [choose(name, 0.5, b"one") for name in names]
    assert [choose(name, 0.5, b"one") for name in names] == first
    other = [choose(name, 0.5, b"two") for name in names]
    agreed = sum(a == b for a, b in zip(first, other, strict=True))
    assert 140 < agreed < 260


def test_more_scans_are_chosen_at_a_higher_rate_and_the_same_ones_among_them():
    names = [new_id() for _ in range(300)]
    few = {name for name in names if choose(name, 0.1, b"one")}
    many = {name for name in names if choose(name, 0.4, b"one")}
    assert few < many


def test_chance_is_the_same_whenever_a_scan_is_looked_at():
    drawn = [make_chance("a", b"one").integers(1 << 60) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert make_chance("b", b"one").integers(1 << 60) != drawn[0]


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    secret = read_secret(tmp_path / "data")
    assert read_secret(tmp_path / "data") == secret
    assert len(set(secret)) > 8
    mode = (tmp_path / "data" / KEY).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY]


def test_lanes_that_start_at_once_have_one_secret(tmp_path):
    found = []
    ready = threading.Barrier(6)

    def ask():
        ready.wait()
        found.append(read_secret(tmp_path))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_secret_that_was_cut_short_is_refused(tmp_path):
    (tmp_path / KEY).write_bytes(b"short")
    with pytest.raises(StationError, match="has 5 bytes"):
        read_secret(tmp_path)
