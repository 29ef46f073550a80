"""Tests of what a lane shows in place of what came."""

import logging
from dataclasses import replace

import numpy as np
import pytest

from data.projection.display import to_display_transmission
from data.scan import Scan
from station.spool import Columns
from station.supervised import projection
from station.supervised.choosing import choose
from station.supervised.patch import PATCH
from station.supervised.showing import WIDE, Showing
from tests.station.supervised.things import (
    SCAN_ID,
    SECRET,
    cut_pieces,
    join,
    make_begin,
    make_config,
    make_cutouts,
    make_long,
    read_made,
)


@pytest.fixture
def cutouts(tmp_path):
    """A folder of firearms in air."""
    return make_cutouts(tmp_path / "cutouts")


def make_showing(folder, cutouts, scan, *, rate=1.0, **known):
    folder.mkdir(exist_ok=True)
    begin = make_begin(scan, **known)
    config = make_config(cutouts, rate)
    return Showing(folder, begin, config, SECRET)


def play(showing, pieces):
    """What is shown, and how many columns were held back at most."""
    shown, came, most = [], 0, 0
    for one in pieces:
        came += one.piece.size[0]
        shown += showing.push(one)
        most = max(most, came - sum(each.piece.size[0] for each in shown))
    return [*shown, *showing.finish()], most


def make_grey(scan):
    """A scan as a grey picture."""
    shown = np.clip(scan.transmission("high"), 0, 1) ** (1 / 2.4)
    grey = np.rint(255 * shown).astype(np.uint8)
    return Scan(display=np.repeat(grey[..., None], 3, axis=2), info=scan.info)


SCANS = {
    "dual": lambda: make_long(2600),
    "single": lambda: make_long(2600, low=False),
    "display": lambda: make_grey(make_long(2600)),
}


@pytest.mark.parametrize("kind", SCANS)
def test_a_firearm_is_shown_where_the_records_say(kind, cutouts, tmp_path):
    scan = SCANS[kind]()
    showing = make_showing(tmp_path / "a", cutouts, scan)
    shown, most = play(showing, cut_pieces(scan))
    assert WIDE - 16 <= most < WIDE + 16
    assert [one.at for one in shown] == list(range(0, 2600, 16))
    assert showing.placed.new
    assert showing.placed.thing == "pistol/one"
    x0, y0, x1, y1 = map(round, showing.placed.box)
    made = join(shown)
    if kind == "display":
        before, after = map(to_display_transmission, (scan.display, made.display))
    else:
        before, after = scan.transmission("high"), made.transmission("high")
    darker = np.argwhere(before - after > 0.04)
    assert abs(darker.min(axis=0) - [y0, x0]).max() <= 3
    assert abs(darker.max(axis=0) + 1 - [y1, x1]).max() <= 3
    assert 40 <= x0 < x1 <= 2560
    assert made.info == scan.info


@pytest.mark.parametrize("kind", SCANS)
def test_a_scan_that_was_not_chosen_passes_untouched(kind, cutouts, tmp_path):
    scan = SCANS[kind]()
    showing = make_showing(tmp_path / "a", cutouts, scan, rate=0.0)
    pieces = cut_pieces(scan)
    shown, most = play(showing, pieces)
    assert most == 0
    assert all(one is other for one, other in zip(shown, pieces, strict=True))
    assert showing.placed is None
    assert not (tmp_path / "a" / PATCH).exists()


def test_the_rate_says_how_many_scans_become_tests(cutouts, tmp_path):
    scan = make_long(700)
    for number in range(20):
        name = f"{number:032x}"
        showing = make_showing(
            tmp_path / name, cutouts, scan, rate=0.5, id=name, whole=True
        )
        play(showing, cut_pieces(scan, 256))
        assert (showing.placed is not None) == choose(name, 0.5, SECRET)


def test_what_is_shown_is_on_the_disk_before_it_is_shown(cutouts, tmp_path):
    scan = make_long(2600)
    showing = make_showing(tmp_path / "a", cutouts, scan)
    for one in cut_pieces(scan):
        for shown in showing.push(one):
            real = scan.high[:, shown.at : shown.at + 16]
            if not np.array_equal(shown.piece.high, real):
                assert (tmp_path / "a" / PATCH).exists()
    assert showing.placed is not None


@pytest.mark.parametrize("stop", [0, 50, 120, 163])
def test_after_a_stop_the_same_is_shown_once_more(stop, cutouts, tmp_path):
    scan = make_long(2600)
    pieces = cut_pieces(scan)
    first = make_showing(tmp_path / "a", cutouts, scan)
    before = [shown for one in pieces[:stop] for shown in first.push(one)]
    second = make_showing(tmp_path / "a", cutouts, scan)
    after, _ = play(second, pieces)
    for one, other in zip(before, after, strict=False):
        assert one.at == other.at
        assert np.array_equal(one.piece.high, other.piece.high)
    alone = make_showing(tmp_path / "b", cutouts, scan)
    play(alone, pieces)
    assert second.placed.box == alone.placed.box


def test_a_patch_that_is_there_is_applied_though_there_are_no_tests_any_more(
    cutouts, tmp_path
):
    scan = make_long(2600)
    first = make_showing(tmp_path / "a", cutouts, scan)
    shown, _ = play(first, cut_pieces(scan))
    again = make_showing(tmp_path / "a", None, scan, rate=0.0)
    assert again.placed == replace(first.placed, new=False)
    once_more, most = play(again, cut_pieces(scan))
    assert most == 0
    assert np.array_equal(join(once_more).high, join(shown).high)


def test_a_whole_scan_is_held_back_to_its_end(cutouts, tmp_path):
    scan = make_long(2600)
    showing = make_showing(tmp_path / "a", cutouts, scan, whole=True)
    for one in cut_pieces(scan, 256):
        assert showing.push(one) == []
    shown = showing.finish()
    assert len(shown) == 11
    made = read_made(tmp_path / "a").apply(scan, 0)
    assert np.array_equal(join(shown).high, made.high)
    assert not np.array_equal(made.high, scan.high)


def test_tests_are_anywhere_in_the_container(cutouts, tmp_path):
    scan = make_long(3000)
    places = []
    for number in range(16):
        name = f"{number:032x}"
        showing = make_showing(tmp_path / name, cutouts, scan, id=name)
        play(showing, cut_pieces(scan, 64))
        places.append(showing.placed.box[0])
    assert min(places) < 700
    assert max(places) > 2300


def test_a_container_that_is_over_too_soon_is_no_test_scan(cutouts, tmp_path):
    scan = make_long(900)
    pieces = cut_pieces(scan)
    placed = 0
    for number in range(16):
        name = f"{number:032x}"
        showing = make_showing(tmp_path / name, cutouts, scan, id=name)
        shown, _ = play(showing, pieces)
        assert [one.at for one in shown] == [one.at for one in pieces]
        placed += showing.placed is not None
    assert 0 < placed < 16


def test_the_container_behind_a_gap_is_another_window(cutouts, tmp_path):
    scan = make_long(2600)
    pieces = [one for one in cut_pieces(scan) if not 800 <= one.at < 900]
    showing = make_showing(tmp_path / "a", cutouts, scan)
    shown, _ = play(showing, pieces)
    assert [one.at for one in shown] == [one.at for one in pieces]
    patch = read_made(tmp_path / "a")
    assert patch.x0 + patch.size[0] <= 800 or patch.x0 >= 896


def test_columns_that_come_twice_do_no_harm(cutouts, tmp_path):
    scan = make_long(2600)
    pieces = cut_pieces(scan)
    rolled = pieces[:60] + pieces[50:]
    showing = make_showing(tmp_path / "a", cutouts, scan)
    shown, _ = play(showing, rolled)
    assert [one.at for one in shown] == [one.at for one in rolled]
    made = read_made(tmp_path / "a").apply(scan, 0)
    assert np.array_equal(join(shown).high, made.high)


def test_air_alone_is_never_held_back(cutouts, tmp_path):
    scan = make_long(2600)
    air = replace(scan, high=scan.high[:, :30], low=scan.low[:, :30])
    showing = make_showing(tmp_path / "a", cutouts, scan)
    for start in range(0, 3000, 30):
        assert len(showing.push(Columns(start, air))) == 1
    assert showing.finish() == []
    assert showing.placed is None


def test_a_firearm_that_nobody_could_see_is_not_shown(cutouts, tmp_path):
    scan = make_long(2600)
    rng = np.random.default_rng(0)
    dark = [
        np.where(plane > 55000, plane, rng.integers(480, 520, plane.shape)).astype(
            np.uint16
        )
        for plane in (scan.high, scan.low)
    ]
    opaque = replace(scan, high=dark[0], low=dark[1])
    showing = make_showing(tmp_path / "a", cutouts, opaque)
    shown, _ = play(showing, cut_pieces(opaque))
    assert showing.placed is None
    assert np.array_equal(join(shown).high, opaque.high)


def test_another_place_is_tried_where_the_first_one_has_none(
    cutouts, tmp_path, monkeypatch
):
    scan = make_long(2600)
    tried = []

    def refuse_once(*given):
        tried.append(given)
        return None if len(tried) == 1 else projection.project_firearm(*given)

    monkeypatch.setattr("station.supervised.showing.project_firearm", refuse_once)
    showing = make_showing(tmp_path / "a", cutouts, scan)
    shown, _ = play(showing, cut_pieces(scan))
    assert len(tried) >= 2
    assert [one.at for one in shown] == list(range(0, 2600, 16))
    assert showing.placed is not None


@pytest.mark.parametrize("fault", ["no pitch", "colours", "no cutouts", "disk full"])
def test_what_hinders_a_test_is_said_and_the_scan_passes(
    fault, cutouts, tmp_path, caplog, monkeypatch
):
    scan = make_long(2600)
    if fault == "no pitch":
        scan = replace(scan, info=scan.info.model_copy(update={"pitch_mm": None}))
    if fault == "colours":
        scan = make_grey(scan)
        picture = scan.display.copy()
        picture[..., 2] //= 2
        scan = replace(scan, display=picture)
    if fault == "no cutouts":
        cutouts = tmp_path / "none"
    if fault == "disk full":

        def fail(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("station.supervised.showing.write_patch", fail)
    showing = make_showing(tmp_path / "a", cutouts, scan)
    with caplog.at_level(logging.WARNING):
        shown, _ = play(showing, cut_pieces(scan))
    assert showing.placed is None
    assert [one.at for one in shown] == list(range(0, 2600, 16))
    assert f"{SCAN_ID} becomes no test scan" in caplog.text


def test_cutouts_that_cannot_be_read_are_passed_over(cutouts, tmp_path):
    (cutouts / "pistol" / "bad.png").write_bytes(b"no picture")
    scan = make_long(2600)
    showing = make_showing(tmp_path / "a", cutouts, scan)
    play(showing, cut_pieces(scan))
    assert showing.placed.thing == "pistol/one"
