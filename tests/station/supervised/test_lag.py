"""Tests of how far behind the scanner pages show columns."""

import pytest

from station.supervised.choosing import choose
from station.supervised.lag import ALL, HELD, LAG, Lag, read_taken, write_taken
from station.supervised.patch import read_patch
from station.supervised.showing import Showing
from tests.station.supervised.things import (
    SECRET,
    cut_pieces,
    make_begin,
    make_config,
    make_cutouts,
    make_long,
    read_made,
)

NAMES = [f"{number:032x}" for number in range(12)]


@pytest.fixture
def cutouts(tmp_path):
    """A folder of firearms in air."""
    return make_cutouts(tmp_path / "cutouts")


def play(folder, cutouts, scan, name):
    """How much pages may show after each piece, and whether a patch was there."""
    folder.mkdir()
    begin = make_begin(scan, id=name)
    lag, shown = Lag(0.5), []
    showing = Showing(folder, begin, make_config(cutouts, 0.5), SECRET)
    for one in cut_pieces(scan):
        showing.push(one)
        came = one.at + one.piece.size[0]
        width = lag.shown_width(folder, begin, came, done=False)
        shown.append((width, read_patch(folder) is not None))
    showing.finish()
    return shown


def test_a_test_scan_is_shown_as_late_as_any_other(cutouts, tmp_path):
    scan = make_long(2600)
    played = {
        name: [width for width, _ in play(tmp_path / name, cutouts, scan, name)]
        for name in NAMES
    }
    chosen = {choose(name, 0.5, SECRET) for name in NAMES}
    assert chosen == {True, False}
    assert len({tuple(widths) for widths in played.values()}) == 1
    assert max(played[NAMES[0]]) == 2600 - LAG


def test_a_firearm_is_in_its_place_before_that_is_shown(cutouts, tmp_path):
    scan = make_long(2600)
    name = next(name for name in NAMES if choose(name, 0.5, SECRET))
    shown = play(tmp_path / name, cutouts, scan, name)
    left = read_made(tmp_path / name).x0
    assert all(there or width <= left for width, there in shown)


@pytest.mark.parametrize("chosen", [True, False])
def test_a_lane_that_is_behind_shows_nothing_that_it_may_hold_of_any_scan(
    tmp_path, chosen
):
    name = next(name for name in NAMES if choose(name, 0.5, SECRET) == chosen)
    begin = make_begin(make_long(2600), id=name)
    lag = Lag(0.5)
    assert lag.shown_width(tmp_path, begin, 5000, done=False) == 0
    write_taken(tmp_path, 700)
    assert lag.shown_width(tmp_path, begin, 5000, done=False) == 700 - HELD
    write_taken(tmp_path, ALL)
    assert lag.shown_width(tmp_path, begin, 5000, done=False) == 5000 - LAG


def test_a_whole_file_is_shown_once_it_was_looked_at(tmp_path):
    begin = make_begin(make_long(2600), whole=True)
    lag = Lag(0.5)
    assert lag.shown_width(tmp_path, begin, 2600, done=False) == 0
    assert lag.shown_width(tmp_path, begin, 2600, done=True) == 2600


def test_without_test_scans_nothing_is_late(tmp_path):
    begin = make_begin(make_long(2600))
    assert Lag(0.0).shown_width(tmp_path, begin, 800, done=False) == 800


def test_what_has_passed_is_unknown_where_nobody_wrote_it(tmp_path):
    assert read_taken(tmp_path) == 0
