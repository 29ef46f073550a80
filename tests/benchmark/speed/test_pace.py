"""Tests of where time goes and of how many times as fast one is as another."""

import pytest

from benchmark.speed.pace import OURS, PEER, compare_paces, measure_pace
from tests.benchmark.speed.racers import make_heat, make_lap


def test_the_median_of_rounds_counts_and_the_sum_of_scans():
    heats = [
        make_heat((1.0, 50.0, 1.0), (4.0, 4.0, 0.1)),
        make_heat((3.0, 3.0, 3.0), (6.0, 5.0, 99.0)),
    ]
    found = compare_paces(heats)
    assert found.ratio == pytest.approx((4 + 6) / (1 + 3))
    assert found.median_scan == pytest.approx((4 / 1 + 6 / 3) / 2)
    rounds = [(4 + 6) / (1 + 3), (4 + 5) / (50 + 3), (0.1 + 99) / (1 + 3)]
    assert (found.least, found.most) == pytest.approx((min(rounds), max(rounds)))


def test_encoding_for_the_peer_is_counted_by_a_name_of_its_own():
    heat = make_heat((1.0,), (make_lap(3.0, given_s=0.5),))
    found = compare_paces([heat])
    assert (found.ratio, found.with_encoding) == pytest.approx((3.0, 3.5))


def test_time_is_parted_and_its_parts_sum_up():
    lap = make_lap(0.1, encode_s=0.02, run_s=0.07, merge_s=0.004, session_s=0.06)
    pace = measure_pace([make_heat((lap, lap, lap))], OURS)
    parts = (pace.encode_ms, pace.run_ms, pace.merge_ms, pace.rest_ms)
    assert parts == pytest.approx((20, 70, 4, 6))
    assert sum(parts) == pytest.approx(pace.elapsed_ms)
    assert (pace.session_ms, pace.session_share) == pytest.approx((60, 0.6))
    assert (pace.tiles, pace.megapixels) == (2, 2.0)


def test_each_racer_has_its_own_pace():
    heat = make_heat((1.0,), (make_lap(2.0, tiles=9),))
    assert measure_pace([heat], OURS).tiles == 2
    assert measure_pace([heat], PEER).tiles == 9


def test_beyond_the_session_is_the_median_of_what_each_lap_spent_there():
    laps = [make_lap(t, session_s=s) for t, s in ((1, 0.99), (2, 1.9), (1, 0.5))]
    assert measure_pace([make_heat(laps)], OURS).beyond_ms == pytest.approx(100)
