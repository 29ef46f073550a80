"""A seed gives a scan and the truth about it."""

from dataclasses import replace

import numpy as np
import pytest

from data.physics.transmission import measure_transmission, to_attenuation
from data.simulation.confusers import CONFUSERS
from data.simulation.identity import check_digit
from data.simulation.scanner import SCANNERS
from data.simulation.simulated_scan import VISIBLE, simulate_scan

BRIGHT = replace(
    SCANNERS[0], photons=(1e9, 1e9), scatter=(0.0, 0.0), blur_px=(0.2, 0.2)
)
"""A scanner without noise or blur, to compare scans pixel by pixel."""


def simulate_sacks(seed, firearms):
    return simulate_scan(
        seed, scanner=BRIGHT, length_m=3.0, cargo="sacks", firearms=firearms
    )


def measure(simulated, plane=0):
    scan = simulated.scan
    counts = (scan.high, scan.low)[plane]
    return measure_transmission(counts, scan.air[plane], scan.dark[plane])


@pytest.mark.parametrize("scanner", SCANNERS, ids=lambda s: s.name)
def test_a_scan_states_what_is_known_of_it(scanner):
    simulated = simulate_scan(5, scanner=scanner, length_m=3.0)
    scan, info = simulated.scan, simulated.scan.info
    assert scan.kind == "dual"
    assert info.synthetic
    assert info.scanner == scanner.name
    assert info.pitch_mm == scanner.pitch_mm
    assert info.pitch_source == "simulation"
    assert info.energies_mv == scanner.energies_mv
    assert [check_digit(n[:10]) == int(n[10]) for n in info.containers] == [True]
    assert simulated.truth.source == "simulation"
    width, height = scan.size
    assert 3000 < width * scanner.pitch_mm[0] < 4200
    assert 2591 < height * scanner.pitch_mm[1] < 4500


def test_the_same_seed_gives_the_same_scan():
    first, second = (simulate_scan(11, length_m=2.5) for _ in range(2))
    for name in ("high", "low", "air", "dark"):
        np.testing.assert_array_equal(
            getattr(first.scan, name), getattr(second.scan, name)
        )
    assert first.truth == second.truth
    assert first.scan.info == second.scan.info


def test_another_seed_gives_another_scan():
    first, second = (simulate_scan(seed, length_m=2.5) for seed in (11, 12))
    assert first.scan.info.containers != second.scan.info.containers


@pytest.mark.parametrize("seed", [2, 3, 5, 7])
def test_the_box_is_what_the_firearm_changed(seed):
    armed = simulate_sacks(seed, 1)
    clean = simulate_sacks(seed, 0)
    alpha = [to_attenuation(measure(s)) for s in (armed, clean)]
    rows, columns = np.nonzero(alpha[0] - alpha[1] > 0.01)
    box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
    assert clean.truth.objects == ()
    np.testing.assert_allclose(armed.truth.objects[0].box, box, atol=1.01)


def test_attenuation_behind_is_that_of_the_clean_scan():
    armed = simulate_sacks(2, 1)
    clean = to_attenuation(measure(simulate_sacks(2, 0)))
    x0, y0, x1, y1 = map(int, armed.truth.objects[0].box)
    behind = armed.truth.objects[0].attenuation_behind
    assert behind is not None
    assert clean[y0:y1, x0:x1].min() < behind < clean[y0:y1, x0:x1].max()


def test_more_dose_makes_a_firearm_more_visible():
    found = []
    for photons in (1e3, 1e5):
        scanner = replace(SCANNERS[0], photons=(photons, photons))
        truth = simulate_scan(3, scanner=scanner, length_m=3.0, firearms=1).truth
        found.append(truth.objects[0].signal_to_noise or 0.0)
    assert found[1] > 5 * found[0]


def test_a_firearm_that_nobody_could_see_is_to_be_ignored():
    dark = replace(SCANNERS[0], photons=(1e-3, 1e-3))
    hidden = simulate_scan(3, scanner=dark, length_m=3.0, firearms=2).truth.objects
    assert all(o.ignore and (o.signal_to_noise or 0.0) < VISIBLE for o in hidden)
    seen = simulate_scan(3, scanner=BRIGHT, length_m=3.0, firearms=2).truth.objects
    assert [o.ignore for o in seen] == [False, False]
    assert len(hidden) == 2


def test_more_than_half_of_the_scans_hold_firearms_and_all_hold_harmless_things():
    scanner = replace(SCANNERS[1], pitch_mm=(20.0, 20.0))
    truths = [
        simulate_scan(seed, scanner=scanner, length_m=2.0).truth for seed in range(80)
    ]
    armed = [bool(truth.objects) for truth in truths]
    assert 36 <= sum(armed) <= 60
    assert {len(truth.objects) for truth in truths} == {0, 1, 2, 3, 4}
    harmless = [any(kind in CONFUSERS for kind in truth.cargo) for truth in truths]
    shares = [
        np.mean([h for h, a in zip(harmless, armed, strict=True) if a == kind])
        for kind in (True, False)
    ]
    assert abs(shares[0] - shares[1]) < 0.25


def test_boxes_lie_in_the_picture():
    for seed in range(12):
        simulated = simulate_scan(seed, length_m=2.5, firearms=3)
        width, height = simulated.scan.size
        boxes = simulated.truth.boxes()
        assert (boxes >= 0).all()
        assert (boxes <= [width, height, width, height]).all()
        assert (boxes[:, 2:] - boxes[:, :2] >= 2).all()


def test_the_top_row_shows_air_and_the_floor_is_below_the_middle():
    alpha = to_attenuation(measure(simulate_scan(4, length_m=3.0, cargo="empty")))
    middle = alpha[:, alpha.shape[1] // 2 - 50 : alpha.shape[1] // 2 + 50].mean(axis=1)
    assert abs(middle[:5].mean()) < 0.05
    assert middle.argmax() > len(middle) / 2


def test_a_lower_energy_is_attenuated_more():
    simulated = simulate_scan(6, scanner=BRIGHT, length_m=3.0, cargo="cartons")
    high, low = (to_attenuation(measure(simulated, plane)) for plane in (0, 1))
    thick = (high > 0.5) & (high < 5)
    ratio = low[thick] / high[thick]
    assert 1.10 < np.median(ratio) < 1.22
