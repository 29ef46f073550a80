"""What readings are, which way is up, and where the container is."""

import numpy as np
import pytest

from data.onboarding.castings import find_castings
from data.onboarding.energies import order_energies
from data.onboarding.levels import find_polarity, measure_levels, measure_range
from data.onboarding.outline import find_outline
from data.onboarding.upright import find_turn
from tests.data.onboarding.scenes import LENGTH_MM, Fan, draw_container, expose

ALPHA = draw_container()
PLANE = expose(ALPHA)


def test_range_says_how_many_bits_are_used_and_which_never():
    found = measure_range(np.array([[16, 4080]], np.uint16))
    assert (found.bits, found.shift) == (12, 4)


@pytest.mark.parametrize("turned", range(4))
def test_polarity_is_told_whichever_way_a_plane_lies(turned):
    plane = np.rot90(PLANE, turned)
    assert find_polarity(plane).name == "bright_air"
    assert find_polarity(np.uint16(65535) - plane).name == "dark_air"


def test_levels_say_air_gain_of_rows_and_dead_rows():
    plane = PLANE.copy()
    plane[[40, 41]] = 0
    found = measure_levels(plane)
    assert found.air == pytest.approx(50300, rel=0.02)
    assert found.dead == (40, 41)
    assert found.floor < 8000
    assert float(np.nanstd(found.gain)) == pytest.approx(0.018, rel=0.3)
    assert found.noise == pytest.approx(0.004, rel=0.3)


def test_the_plane_that_attenuates_less_is_the_high_one():
    low = expose(1.15 * ALPHA, 1)
    assert order_energies(PLANE, low).high == 0
    assert order_energies(low, PLANE).high == 1
    assert order_energies(PLANE, expose(ALPHA, 2)).high is None


@pytest.mark.parametrize("turned", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_container_is_set_on_its_floor(turned, mirrored):
    stored = np.rot90(ALPHA, turned)
    stored = stored[:, ::-1] if mirrored else stored
    found = find_turn(stored.astype(np.float32))
    upright = np.rot90(stored, found.quarter_turns)
    assert upright.shape == ALPHA.shape
    # The rows' sums do not depend on which side is left.
    np.testing.assert_allclose(upright.sum(axis=1), ALPHA.sum(axis=1))
    assert found.along == ("rows" if turned % 2 == 0 else "columns")


def test_what_is_nearly_square_is_left_as_it_is_and_said_to_be():
    found = find_turn(np.ones((500, 550), np.float32))
    assert (found.quarter_turns, found.along_sure, found.up_sure) == (0, 0, 0)


def test_ends_are_found_to_a_pixel_and_the_roof_within_a_casting():
    fan = Fan()
    found = find_outline(ALPHA.astype(np.float32))
    assert found is not None
    assert found.left == pytest.approx(fan.before / 8, abs=1)
    assert found.right == pytest.approx((fan.before + LENGTH_MM) / 8, abs=1)
    assert found.roof[0] == pytest.approx(fan.row(fan.height, -1219), abs=8)
    assert not found.cut_off


def test_air_alone_has_no_container():
    assert find_outline(np.zeros((300, 800), np.float32)) is None


@pytest.mark.parametrize("height", [2591.0, 2896.0])
def test_castings_give_the_pitch_down_within_a_tenth(height):
    fan = Fan(height=height, pitch=(6.0, 5.0))
    strip = draw_container(fan)[:, int(fan.before / 6) + 3 : int(fan.before / 6) + 18]
    profile, roof = strip.mean(axis=1), float(fan.row(height, -1219))
    found = find_castings([profile, profile], [roof, roof], height)
    assert found.pitch_mm == pytest.approx(5.0, rel=0.1)
    square = find_castings([profile, profile], [roof, roof], height, 5.0)
    assert square.pitch_mm == pytest.approx(5.0, rel=1e-6)
    assert square.near == pytest.approx(
        fan.row(0, -1219) - fan.row(height, -1219), rel=0.03
    )
