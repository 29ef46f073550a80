"""Control charts: what is unusual, and how rarely what is not."""

import numpy as np
import pytest

from benchmark.quality.trend import find_signals, find_usual, select_series
from tests.benchmark.quality.entries import make_entry

NOISE = "high.air_noise_percent"
LEVEL = "high.air_level_percent"


def make_series(values, key=NOISE):
    return [make_entry(day, figures={key: float(v)}) for day, v in enumerate(values)]


def look(series, **options):
    return find_usual(series, NOISE, **options)


def draw(count, seed=0, *, sigma=0.05, middle=1.0):
    return np.random.default_rng(seed).normal(middle, sigma, count)


def rules(values, key=NOISE, **options):
    signals = find_signals(make_series(values, key), **options)
    return [signal.rule for signal in signals if signal.key == key]


def test_what_is_usual_is_median_and_deviation_without_outliers():
    values = [*draw(29), 1.0]
    values[7] = 50.0
    usual = look(make_series(values))
    rest = np.delete(values[:-1], 7)
    assert usual.median == pytest.approx(np.median(values[:-1]))
    assert usual.spread == pytest.approx(rest.std(ddof=1), rel=0.1)
    assert usual.scans == 29


def test_only_the_last_days_count():
    values = [9.0] * 40 + list(draw(20))
    usual = look(make_series(values), days=15)
    assert usual.scans == 15
    assert usual.median == pytest.approx(1.0, abs=0.1)


def test_there_is_no_trend_before_the_ninth_scan():
    assert look(make_series([1.0] * 8)) is None
    assert look(make_series([1.0] * 9)) is not None
    assert find_signals(make_series([*[1.0] * 7, 9.0])) == []
    assert find_signals([]) == []


def test_a_figure_beyond_three_sigma_is_a_signal():
    assert rules([*draw(20), 1.3]) == ["beyond 3 sigma"]
    assert rules([*draw(20), 1.05]) == []


def test_eight_in_a_row_on_the_worse_side_are_a_signal():
    assert rules([*draw(40), *[1.06] * 8], days=60) == ["8 in a row on one side"]
    assert rules([*draw(40), *[1.06] * 3, 0.9, *[1.06] * 4], days=60) == []


def test_what_gets_better_is_no_signal():
    assert rules([*draw(20), 0.5]) == []
    penetration = [*draw(20, sigma=2, middle=300), 400]
    assert rules(penetration, "high.penetration_mm") == []
    assert rules([*penetration[:-1], 200], "high.penetration_mm") == ["beyond 3 sigma"]


@pytest.mark.parametrize("level", [98.0, 102.0])
def test_what_should_stay_is_a_signal_in_either_direction(level):
    values = [*draw(20, sigma=0.1, middle=100), level]
    assert rules(values, LEVEL) == ["beyond 3 sigma"]


def test_figures_that_never_change_need_more_than_their_last_digit():
    assert rules([*[1.0] * 20, 1.0004]) == []
    assert rules([*[1.0] * 20, 1.01]) == ["beyond 3 sigma"]
    assert rules([*[0.0] * 20, 1.0], "high.dead_rows") == []
    assert rules([*[0.0] * 20, 2.0], "high.dead_rows") == ["beyond 3 sigma"]


def test_a_steady_scanner_rarely_raises_a_signal():
    # By chance, at known sigma: 0.13 % beyond three, 0.4 % eighth in a row.
    raised = [
        len(rules(draw(31, seed)[: 31 - cut])) for seed in range(200) for cut in (0, 5)
    ]
    assert 0 < np.mean(raised) < 0.03


def test_figures_that_say_the_same_in_another_way_are_not_watched():
    assert rules([*draw(20), 9.0], "high.photons") == []


def test_a_signal_says_what_is_usual():
    (signal,) = find_signals(make_series([*draw(20), 1.3]))
    assert str(signal) == (
        "noise of a pixel in air (high): 1.300 %, beyond 3 sigma; usually "
        f"{signal.usual.median:.3f} %, sigma {signal.usual.spread:.3f} %, of 20 scans"
    )


def test_only_scans_of_one_scanner_view_and_layout_are_compared():
    newest = make_entry(9)
    others = [
        make_entry(1),
        make_entry(2, scanner="b"),
        make_entry(3, view="top"),
        make_entry(4, layout_sha256="1" * 64),
        make_entry(12),
    ]
    assert [e.file for e in select_series([*others, newest], newest)] == [
        "1.tiff",
        "9.tiff",
    ]
