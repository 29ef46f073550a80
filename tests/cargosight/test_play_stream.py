"""Scans arrive column by column whatever happens on the way."""

import threading
import time

import numpy as np
import pytest

from cargosight.playing.stream import StreamPlayer
from data.errors import AccessError, StreamError
from data.scan import Scan, ScanInfo
from station.spool import DataFolder
from tests.cargosight.fake_lane import TOKEN, FakeLane, serving


def make_scan(width=200, height=24, kind="dual", seed=0):
    """A scan of noise: every column is another."""
    random = np.random.default_rng(seed)
    info = ScanInfo(pitch_mm=(4.0, 4.0), pitch_source="file", energies_mv=(6.0, 4.0))
    if kind == "display":
        picture = random.integers(0, 255, (height, width, 3), np.uint8)
        return Scan(display=picture)
    high, low = random.integers(300, 60000, (2, height, width)).astype(np.uint16)
    levels = np.full((2, height), 60000, np.float32)
    return Scan(high, low, air=levels, dark=levels * 0 + 100, info=info)


@pytest.fixture
def lane(tmp_path):
    """A lane that listens."""
    with serving(FakeLane(DataFolder(tmp_path))) as lane:
        yield lane


@pytest.fixture
def play(lane):
    """Play a scan to it."""
    players = []

    def play(scan, key="a", **wishes):
        player = StreamPlayer(lane.url, TOKEN, **{"rate": None, **wishes})
        players.append(player)
        return player.play(scan, key)

    yield play
    for player in players:
        player.close()


def assert_same(found, scan):
    for name in ("high", "low", "display", "air", "dark"):
        np.testing.assert_array_equal(getattr(found, name), getattr(scan, name))
    assert found.info == scan.info


@pytest.mark.parametrize("kind", ["dual", "display"])
def test_a_scan_arrives_whole_and_as_it_was(lane, play, kind):
    scan = make_scan(205, kind=kind)
    played = play(scan)
    assert (played.columns, played.whole, played.reconnects) == (205, True, 0)
    assert played.scan_id == lane.folders["a"].name
    assert_same(lane.read("a"), scan)


def test_several_scans_go_over_one_connection(lane):
    player = StreamPlayer(lane.url, TOKEN, rate=None)
    scans = [make_scan(seed=seed) for seed in range(3)]
    for index, scan in enumerate(scans):
        assert player.play(scan, f"scan {index}", number=f"N{index}").whole
    player.close()
    for index, scan in enumerate(scans):
        assert_same(lane.read(f"scan {index}"), scan)
    assert lane.connections == 1
    begun = [message for message in lane.said if message["type"] == "begin"]
    assert [message["number"] for message in begun] == ["N0", "N1", "N2"]


def test_after_cuts_it_goes_on_from_where_the_station_is(lane, play):
    lane.cuts = [1, 5, 14]
    scan = make_scan()
    played = play(scan)
    assert (played.whole, played.reconnects) == (True, 3)
    assert_same(lane.read("a"), scan)


def test_a_cut_while_it_ends_does_not_play_it_twice(lane, play):
    lane.silent_end = True
    scan = make_scan()
    played = play(scan)
    assert (played.whole, played.columns, played.reconnects) == (True, 200, 1)
    assert lane.ended == ["a"]


def test_what_arrives_damaged_is_sent_again(lane, play):
    lane.damaged = [2, 3, 9]
    scan = make_scan()
    assert play(scan).whole
    assert_same(lane.read("a"), scan)


def test_it_waits_while_the_disk_is_full_and_goes_on(lane, play):
    lane.full = [3, 7]
    scan = make_scan()
    assert play(scan).whole
    assert_same(lane.read("a"), scan)


def test_a_key_that_has_ended_is_not_taken_again(play):
    scan = make_scan()
    assert play(scan).whole
    again = play(scan)
    assert (again.whole, again.columns) == (False, 0)


def test_columns_are_made_on_time_whatever_happens_on_the_way(lane, play):
    lane.cuts = [4]
    before = time.monotonic()
    played = play(make_scan(200), rate=1000, piece=20)
    assert played.whole
    steps = np.diff(played.made)
    assert played.made.shape == (200,)
    np.testing.assert_allclose(steps[steps > 0], 0.02, atol=1e-9)
    assert played.made[0] >= before + 0.02
    assert played.late_s > 0
    assert time.monotonic() >= played.made[-1]


def test_a_scan_that_is_stopped_ends_with_what_there_is(lane):
    stopping = threading.Event()
    player = StreamPlayer(
        lane.url,
        TOKEN,
        rate=400,
        stopping=stopping,
        progress=lambda done, _: stopping.set() if done >= 48 else None,
    )
    scan = make_scan(4000)
    played = player.play(scan, "a")
    player.close()
    assert not played.whole
    assert 48 <= played.columns < 4000
    found = lane.read("a")
    assert found.size == (played.columns, 24)
    np.testing.assert_array_equal(found.high, scan.high[:, : played.columns])
    assert len(played.made) == played.columns


def test_a_wrong_token_is_said_at_once(lane):
    player = StreamPlayer(lane.url, "cs_other")
    with pytest.raises(AccessError, match="does not take the token"):
        player.play(make_scan(), "a")


def test_a_lane_that_is_not_there_is_said_at_once(lane):
    player = StreamPlayer(lane.url.replace("north", "south"), TOKEN)
    with pytest.raises(StreamError, match="answers 404"):
        player.play(make_scan(), "a")


@pytest.mark.parametrize("url", ["http://127.0.0.1", "north", "ws://"])
def test_what_is_no_address_is_said_at_once(url):
    with pytest.raises(StreamError, match="is no address of a lane"):
        StreamPlayer(url, TOKEN)


def test_a_station_that_is_not_reached_is_given_up_in_the_end():
    player = StreamPlayer("ws://127.0.0.1:9/x", TOKEN, patience_s=0.2)
    with pytest.raises(StreamError, match=r"not reached for 0\.2 s"):
        player.play(make_scan(), "a")


def test_a_scan_is_stopped_while_it_waits_for_a_station(monkeypatch):
    class StoppedMeanwhile(threading.Event):
        def wait(self, timeout=None):
            del timeout
            self.set()
            return True

    monkeypatch.setattr("cargosight.playing.stream.ENDING_S", 0.1)
    stopping = StoppedMeanwhile()
    player = StreamPlayer(
        "ws://127.0.0.1:9/x", TOKEN, patience_s=0.2, stopping=stopping
    )
    played = player.play(make_scan(), "a")
    assert (played.columns, played.whole) == (0, False)


def test_another_scanner_on_the_lane_is_not_fought(lane, play):
    lane.close_code = 4409
    with pytest.raises(StreamError, match="Another scanner"):
        play(make_scan())
    assert lane.connections == 1


def test_a_station_that_lost_what_it_had_acknowledged_is_found_out(lane, play):
    lane.full = [5]
    lane.lies = True
    with pytest.raises(StreamError, match="lost columns"):
        play(make_scan())
