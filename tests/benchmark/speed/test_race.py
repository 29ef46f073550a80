"""Tests of racers in turn."""

import cv2
import pytest

from benchmark.speed.race import run_race
from data.errors import ResultError
from tests.benchmark.speed.racers import StatedRacer, make_start


def race(starts, racers, rounds=3, told=None):
    return run_race(
        starts,
        racers,
        rounds=rounds,
        progress=[].append if told is None else told.append,
    )


def test_who_begins_a_round_ends_the_next():
    diary: list[str] = []
    racers = [StatedRacer(name, diary=diary) for name in "ab"]
    race([make_start()], racers)
    assert "".join(diary) == "ab" + "ab" + "ba" + "ab"


def test_only_the_first_scan_is_looked_at_off_the_clock():
    racer = StatedRacer("a", times=(9.0, 1.0, 2.0, 3.0, 4.0))
    told: list[int] = []
    first, second = race([make_start("a"), make_start("b")], [racer], 2, told)
    assert [lap.elapsed_s for lap in first.laps[0]] == [1, 2]
    assert [lap.elapsed_s for lap in second.laps[0]] == [3, 4]
    assert (first.home.group, second.home.group) == ("a", "b")
    assert told == [1, 2]


def test_scans_are_fetched_one_at_a_time():
    fetched: list[int] = []
    seen: list[int] = []

    def fetch():
        for number in range(3):
            fetched.append(number)
            yield make_start()

    run_race(
        fetch(),
        [StatedRacer("a")],
        rounds=1,
        progress=lambda _: seen.append(len(fetched)),
    )
    assert seen == [1, 2, 3]


def test_opencv_keeps_its_threads():
    class Greedy(StatedRacer):
        def _look(self):
            cv2.setNumThreads(1)
            return super()._look()

    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    try:
        race([make_start()], [Greedy("a")])
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(before)


@pytest.mark.parametrize(("starts", "rounds"), [([], 1), ([make_start()], 0)])
def test_no_scan_or_no_round_is_no_race(starts, rounds):
    with pytest.raises(ResultError):
        race(starts, [StatedRacer("a")], rounds)
