"""Corrugated sheets and slanted plates."""

import numpy as np
import pytest

from data.physics.materials import STEEL
from data.simulation.containers.members import (
    END,
    ROOF,
    SIDE,
    Wave,
    add_channels,
    add_corrugation,
    add_plate,
    combine,
)
from data.simulation.geometry.path_length import Fan, project_solids
from data.simulation.geometry.solids import Solids

WAVE = Wave((72.0, 70.0), 68.0, 36.0)


def steel_mm(solids, x, y):
    """Steel that nearly parallel rays meet in a square of 0.2 m about (x, y), mm."""
    fan = Fan(200, 200, x - 100, 1.0, (y + 100) / 1e6, 1e-6, (0.0, -1e6))
    carbon, iron = project_solids(solids, fan)
    return (carbon + iron) / STEEL.density_g_cm3 * 10


def test_whole_waves_fill_the_run_without_gaps():
    runs, lengths, offsets, slopes = WAVE.trace(3000)
    assert len(runs) == 4 * round(3000 / WAVE.pitch)
    assert runs[0] - lengths[0] / 2 == pytest.approx(-1500)
    assert (runs + lengths / 2)[:-1] == pytest.approx((runs - lengths / 2)[1:])
    assert (runs + lengths / 2)[-1] == pytest.approx(1500)
    ends = offsets + slopes * lengths / 2
    starts = offsets - slopes * lengths / 2
    assert ends[:-1] == pytest.approx(starts[1:])


def test_a_corrugated_wall_is_met_everywhere_and_webs_are_met_at_a_slant():
    solids = Solids()
    add_corrugation(solids, WAVE, SIDE, (0, 0, 0), (278, 400), 2.0)
    seen = steel_mm(solids, 0, 0)
    assert seen.min() == pytest.approx(2.0, abs=0.02)
    assert seen.max() == pytest.approx(2.0 * np.hypot(1, 36 / 68), abs=0.03)


@pytest.mark.parametrize(
    ("axes", "extent"),
    [(SIDE, (1390, 400, 38)), (END, (38, 400, 1390)), (ROOF, (1390, 38, 400))],
)
def test_sheets_run_and_wave_as_their_axes_say(axes, extent):
    solids = Solids()
    add_corrugation(solids, WAVE, axes, (10, 20, 30), (1390, 400), 2.0)
    low, high = solids.bounds()
    assert high - low == pytest.approx(extent, abs=0.5)
    assert (high + low) / 2 == pytest.approx((10, 20, 30), abs=0.5)


def test_a_plate_fills_its_outline():
    solids = Solids()
    corners = ((-1000, 100), (1000, 100), (-1000, 0), (1000, -100))
    add_plate(solids, corners, (-500.0, 500.0), 8.0)
    grams_per_mm3 = STEEL.density_g_cm3 / 1000
    volume = 2 * 8.0 * 2000 * 150
    assert solids.mass_kg == pytest.approx(volume * grams_per_mm3 / 1000, rel=0.01)
    seen = steel_mm(solids, 0, 50)
    assert np.median(seen) == pytest.approx(16, abs=0.1)


def test_channels_have_a_web_and_two_flanges():
    solids = Solids()
    add_channels(solids, combine((0, 1000), 0, 0), (45, 120, 2000), 4.0)
    low, high = solids.bounds()
    assert high - low == pytest.approx((1045, 120, 2000))
    section = 2 * 45 * 4 + 112 * 4
    mass = 2 * section * 2000 * STEEL.density_g_cm3 / 1e6
    assert solids.mass_kg == pytest.approx(mass, rel=0.01)
