"""The trial of the drift alarm draws what it says, and what it finds can be known."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmark.acceptance import trial
from benchmark.acceptance.image_statistics import measure_image
from benchmark.acceptance.trial import (
    NOTHING,
    TrialPlan,
    TrialScans,
    dim,
    simulate_pools,
    try_weeks,
)
from tests.benchmark.acceptance.sites import draw_rows, make_picture
from tests.detector.graphs import make_bundle
from tests.detector.seeing import make_counts, make_steady_graph


def test_a_dimmed_scan_reads_less_in_air_and_nothing_more_in_the_dark():
    scan = make_counts((32, 32), [(0, 0, 32, 10)])
    dimmed = dim(scan, 0.95)
    assert measure_image(dimmed).air == pytest.approx(0.95, abs=0.001)
    assert measure_image(dimmed).air_low == pytest.approx(0.95, abs=0.001)
    assert dimmed.transmission("high").min() == pytest.approx(
        0.95 * scan.transmission("high").min(), abs=0.001
    )
    single = dim(make_counts((32, 32), low=False), 0.9)
    assert single.low is None


def test_every_thing_that_goes_wrong_has_its_own_scans(tmp_path, monkeypatch):
    asked = []

    def simulate(seed, recipe, scanner):
        asked.append((seed, tuple(d.kind for d in recipe.defects), scanner.weaknesses))
        return SimpleNamespace(scan=make_picture(seed))

    monkeypatch.setattr(trial, "simulate_scan", simulate)
    monkeypatch.setattr(trial, "DEFECTS", (("blur", 2), ("dead rows", 3)))
    trial._load.cache_clear()  # noqa: SLF001 - another test's bundle
    make_bundle(tmp_path / "b", {"dual": make_steady_graph()})
    told = []
    pools = simulate_pools(
        TrialScans(steady=3, wrong=2, bundle=tmp_path / "b"),
        progress=lambda *done: told.append(done),
    )
    sizes = {name: len(rows.alarms) for name, rows in pools.items()}
    assert sizes == {
        NOTHING: 3,
        "blur 2": 2,
        "dead rows 3": 2,
        "air level -2%": 2,
        "air level -5%": 2,
    }
    assert told[-1] == (11, 11)
    assert len({seed for seed, *_ in asked}) == 9  # the air levels share theirs
    assert [kinds for _, kinds, _ in asked[3:7]] == [
        ("blur",),
        ("blur",),
        ("dead rows",),
        ("dead rows",),
    ]
    assert all(not weaknesses for *_, weaknesses in asked)
    light = pools["air level -5%"].columns["air"]
    assert light == pytest.approx(0.95, abs=0.004)


@pytest.fixture(scope="module")
def rows():
    pools = {
        NOTHING: draw_rows(800, 1),
        "fog": draw_rows(200, 2, noise=0.008),
    }
    told = []
    plan = TrialPlan(sizes=(20, 200), shares=(1.0, 0.05), weeks=30)
    found = try_weeks(pools, plan, progress=lambda *done: told.append(done))
    assert told[-1] == (len(found), len(found))
    return {(r.wrong, r.share, r.scans, r.matched): r for r in found}


def test_weeks_with_nothing_wrong_hardly_alarm(rows):
    assert rows[NOTHING, 1.0, 200, False].alarmed <= 0.05
    assert rows[NOTHING, 1.0, 200, False].untold == 0
    assert rows[NOTHING, 1.0, 20, False].untold > 0.9


def test_weeks_with_something_wrong_alarm_for_that_reason(rows):
    assert rows["fog", 1.0, 20, False].alarmed == 1
    assert rows["fog", 1.0, 200, False].first == "noise in air"
    assert rows["fog", 0.05, 200, False].alarmed <= 0.05


def test_denser_traffic_is_denser_and_is_forgiven_when_matched(rows):
    assert "attenuation" in rows["denser traffic", 1.0, 200, False].first
    plain, matched = (
        rows["denser traffic", 1.0, 200, match].alarmed for match in (False, True)
    )
    assert plain > 0.5
    assert matched < plain


def test_the_same_seed_draws_the_same_weeks():
    pools = {NOTHING: draw_rows(100, 1)}
    plan = TrialPlan(sizes=(40,), weeks=5, seed=3)
    assert try_weeks(pools, plan) == try_weeks(pools, plan)
    assert np.isfinite([row.alarmed for row in try_weeks(pools, plan)]).all()
