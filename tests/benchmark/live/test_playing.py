"""Tests of the scanner that is played."""

import threading
from itertools import cycle

import pytest

from benchmark.live.journal import Journal
from benchmark.live.playing import Pace, Player, WallClock
from tests.benchmark.live.small import QuickClock, write_truck

PACE = Pace(columns_per_second=100.0, seconds=3.0, piece=40)


class StatedLane:
    """Takes what is sent while it has room, and notes it.

    Args:
        room: Columns that it takes in all.
        when_sent: Called after each piece.
    """

    def __init__(self, room=10_000, when_sent=lambda: None):
        self.room = room
        self.when_sent = when_sent
        self.told = []
        self.waiting = 0

    def begin(self):
        """Note that a scan begins."""
        self.told.append("begin")

    def send(self, piece, at):
        """Note a piece."""
        self.told.append((at, piece.size[0]))
        self.when_sent()
        if self.waiting >= self.room:
            return False
        self.waiting += piece.size[0]
        return True

    def end(self):
        """Note that a scan ends."""
        self.told.append("end")

    def close(self):
        """Note that it was closed."""
        self.told.append("close")


@pytest.fixture
def player():
    return Player(PACE, QuickClock(), threading.Event())


def test_pieces_are_handed_over_when_their_last_column_is_there(tmp_path, player):
    truck = write_truck(tmp_path / "a", width=100)
    lane, journal = StatedLane(), Journal(player.clock.now)
    player.play(lane, [truck, truck], journal)
    whole = ["begin", (0, 40), (40, 40), (80, 20), "end"]
    assert lane.told == [*whole, *whole, "close"]
    first, second = journal.passages
    assert first.ends == second.ends == [40, 80, 100]
    assert first.moments == pytest.approx([0.4, 0.8, 1.0])
    assert second.moments == pytest.approx([1.4, 1.8, 2.0])
    assert (journal.lost, journal.most_waiting) == (0, 200)
    assert journal.most_late_s == pytest.approx(0)


def test_no_truck_begins_after_time_is_up_and_the_last_is_played_out(tmp_path, player):
    truck = write_truck(tmp_path / "a", width=140)
    lane, journal = StatedLane(), Journal(player.clock.now)
    player.play(lane, cycle([truck]), journal)
    assert [each.ends[-1] for each in journal.passages] == [140, 140, 140]
    assert player.clock.now() == pytest.approx(4.2)


def test_what_is_dropped_is_counted(tmp_path, player):
    truck = write_truck(tmp_path / "a", width=100)
    journal = Journal(player.clock.now)
    player.play(StatedLane(room=80), [truck], journal)
    assert journal.lost == 20
    assert journal.passages[0].ends == [40, 80, 100]


def test_a_player_that_cannot_keep_time_says_so(tmp_path, player):
    def dawdle():
        player.clock.moment += 0.5

    truck = write_truck(tmp_path / "a", width=80)
    journal = Journal(player.clock.now)
    player.play(StatedLane(when_sent=dawdle), [truck], journal)
    assert journal.most_late_s == pytest.approx(0.1)
    assert journal.passages[0].moments == pytest.approx([0.4, 0.9])


def test_it_stops_when_told_and_closes_the_lane(tmp_path, player):
    truck = write_truck(tmp_path / "a", width=100)
    lane = StatedLane(when_sent=player.stop.set)
    player.play(lane, cycle([truck]), Journal(player.clock.now))
    assert lane.told == ["begin", (0, 40), "close"]


def test_a_lane_is_closed_where_a_truck_cannot_be_read(tmp_path, player):
    truck = write_truck(tmp_path / "a")
    truck.path.unlink()
    lane = StatedLane()
    with pytest.raises(FileNotFoundError):
        player.play(lane, [truck], Journal(player.clock.now))
    assert lane.told == ["begin", "close"]


def test_real_time_passes_by_itself():
    clock = WallClock()
    before = clock.now()
    clock.wait_until(before - 5)
    clock.wait_until(before + 0.002)
    assert clock.now() >= before + 0.002
