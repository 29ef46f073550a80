"""The thickness that is just seen, from those that are scanned."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from data.quality.contrast import Contrast
from data.quality.limits import find_contrast, find_penetration, find_wire

STEPS = (100.0, 150.0, 200.0, 250.0, 300.0, 350.0)
WIRES = (0.5, 0.8, 1.2, 2.0, 3.0, 5.0)


def steps(*ratios):
    return [(mm, Contrast(r, 0.05)) for mm, r in zip(STEPS, ratios, strict=False)]


@given(floats(0.01, 0.03), floats(0.1, 2.0))
def test_penetration_is_where_an_exponential_falls_to_the_limit(slope, seen):
    ratios = [20 * math.exp(-slope * (mm - 100)) for mm in STEPS]
    found, bound = find_penetration(
        [(mm, Contrast(r, 1e-6)) for mm, r in zip(STEPS, ratios, strict=True)], seen
    )
    true = 100 + math.log(20 / seen) / slope
    assert found == pytest.approx(min(true, 350), abs=0.01)
    assert bound == ("" if true < 350 else "over")


def test_penetration_ends_with_the_first_step_that_is_missed():
    found, bound = find_penetration(steps(9, 4, 0.2, 0.9, 0.01, 0.01), 0.25)
    assert 150 < found < 200
    assert bound == ""


@pytest.mark.parametrize("lost", [0.05, 0.0, -0.3])
def test_noise_under_its_error_counts_as_its_error(lost):
    assert find_penetration(steps(4, lost), 0.25)[0] == pytest.approx(
        100 + 50 * math.log(4 / 0.25) / math.log(4 / 0.05)
    )


def test_penetration_out_of_the_steps_is_a_bound():
    assert find_penetration(steps(0.1, 0.1), 0.25) == (100.0, "under")
    assert find_penetration(steps(5, 4), 0.25) == (150.0, "over")


@given(floats(0.05, 5.0), floats(1.01, 3.0))
def test_a_stricter_ratio_never_makes_penetration_longer(seen, factor):
    falling = steps(9, 4, 1.5, 0.4, 0.12, 0.02)
    easy, strict = (find_penetration(falling, s)[0] for s in (seen, seen * factor))
    assert strict <= easy


@given(floats(0.9, 120.0))
def test_the_wire_that_is_just_seen_has_the_cross_section_for_it(slope):
    found, bound = find_wire([(mm, slope * mm**2) for mm in WIRES], 5.0)
    true = math.sqrt(5 / slope)
    assert found == pytest.approx(min(max(true, 0.5), 5), rel=1e-6)
    assert bound == ("under" if true < 0.5 else "")


def test_thick_wires_which_saturate_move_the_limit_but_little():
    honest = [(mm, 5 * mm**2) for mm in WIRES]
    bent = [(mm, r / (1 + r / 150)) for mm, r in honest]
    straight, other = (find_wire(each, 5.0)[0] for each in (honest, bent))
    assert other == pytest.approx(straight, rel=0.15)


def test_no_wire_or_every_wire_seen_is_a_bound():
    rng = np.random.default_rng(0)
    assert find_wire([(mm, rng.normal()) for mm in WIRES], 5.0) == (5.0, "over")
    assert find_wire([(mm, 200.0 * mm) for mm in WIRES], 5.0) == (0.5, "under")


@given(floats(0.01, 3.0))
def test_contrast_sensitivity_is_the_sheet_that_is_just_seen_over_its_plate(slope):
    sheets = [(mm, Contrast(slope * mm, 0.05)) for mm in (1.0, 2.0, 5.0)]
    found, bound = find_contrast(sheets, 50.0, 0.5)
    assert found == pytest.approx(min(100 * 0.5 / slope / 50, 100))
    assert bound == ("" if slope * 50 > 0.5 else "over")


def test_sheets_that_are_not_seen_at_all_are_a_bound():
    sheets = [(1.0, Contrast(-0.1, 0.05)), (2.0, Contrast(0.02, 0.05))]
    assert find_contrast(sheets, 100.0, 0.5) == (100.0, "over")
