"""Tests of the pictures made of counts."""

import numpy as np
import pytest

from data import rendering
from data.physics.beam import Beam
from data.physics.materials import MATERIALS
from data.rendering import render_colour, render_grey, tell_step
from data.scan import Scan, ScanInfo

AIR = 60_000
ENERGIES = (6.0, 4.0)


def make_scan(high, low=None, energies=ENERGIES):
    planes = [high] if low is None else [high, low]
    height = high.shape[0]
    return Scan(
        high=high,
        low=low,
        air=np.full((len(planes), height), AIR, np.float32),
        dark=np.zeros((len(planes), height), np.float32),
        info=ScanInfo(energies_mv=energies),
    )


def show(material, areal, energies=ENERGIES):
    """The colour of a slab of a material, areal density in g/cm2."""
    planes = []
    for endpoint in energies:
        alpha = float(Beam(endpoint).attenuation([(MATERIALS[material], areal)]))
        planes.append(np.full((24, 24), round(AIR * np.exp(-alpha)), np.uint16))
    return render_colour(make_scan(planes[0], planes[1], energies))[12, 12].astype(int)


def test_air_is_white_and_grey_falls_by_e_for_each_gamma_of_attenuation():
    alphas = np.array([[0, 2.4, 4.8, 50]])
    counts = np.round(AIR * np.exp(-alphas)).astype(np.uint16)
    grey = render_grey(make_scan(counts))
    expected = [255, 255 / np.e, 255 / np.e**2, 255 * 2 ** (-16 / 2.4)]
    np.testing.assert_allclose(grey[0], expected, atol=1)


def test_a_larger_gamma_shows_more_behind_thick_cargo():
    scan = make_scan(np.full((4, 4), 30, np.uint16))
    assert render_grey(scan, gamma=4).min() > render_grey(scan).max()


def test_each_row_is_measured_against_its_own_air():
    levels = np.array([[1000, 2000]], np.float32)
    counts = np.array([[500, 500], [1000, 1000]], np.uint16)
    scan = Scan(high=counts, air=levels, dark=np.zeros((1, 2), np.float32))
    assert len(np.unique(render_grey(scan))) == 1


def test_a_display_scan_stays_as_it_is():
    rng = np.random.default_rng(1)
    grey = np.repeat(rng.integers(0, 256, (9, 7, 1), np.uint8), 3, axis=2)
    scan = Scan(display=grey)
    np.testing.assert_array_equal(render_colour(scan), grey)
    np.testing.assert_array_equal(render_grey(scan), grey[..., 0])


@pytest.mark.parametrize("energies", [(6.0, 4.0), (6.0, 3.5), (9.0, 6.0)])
@pytest.mark.parametrize("areal", [20, 60])
def test_materials_have_the_colours_that_operators_know(areal, energies):
    red, green, blue = show("polyethylene", areal, energies)
    assert red > green > blue
    red, green, blue = show("steel", areal, energies)
    assert blue > green > red
    red, green, blue = show("aluminium", areal, energies)
    assert green > max(red, blue)


def test_air_and_one_energy_and_unknown_energies_have_no_colour():
    counts = np.full((16, 16), AIR, np.uint16)
    assert (render_colour(make_scan(counts, counts)) == 255).all()
    thick = counts // 9
    grey = render_grey(make_scan(thick))
    for scan in (make_scan(thick), make_scan(thick, thick // 2, energies=())):
        np.testing.assert_array_equal(render_colour(scan), grey[..., None].repeat(3, 2))


def test_bands_leave_no_trace_in_the_picture(monkeypatch):
    rng = np.random.default_rng(3)
    high = rng.integers(2_000, AIR, (60, 40)).astype(np.uint16)
    scan = make_scan(high, (high * 0.9).astype(np.uint16))
    whole_grey, whole_colour = render_grey(scan), render_colour(scan)
    monkeypatch.setattr(rendering, "_BAND_PX", 40 * 7)
    np.testing.assert_array_equal(render_grey(scan), whole_grey)
    difference = render_colour(scan).astype(int) - whole_colour
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("gamma", [1.0, 2.4])
@pytest.mark.parametrize(("around", "added"), [(0.5, 0.3), (2.0, 0.3), (2.0, -0.3)])
def test_a_step_is_what_the_picture_shows(gamma, around, added):
    levels = AIR * np.exp(-np.array([[around, around + added]]))
    bare, shown = render_grey(make_scan(levels.astype(np.uint16)), gamma=gamma)[0]
    step = tell_step(around, added, gamma)
    assert step == pytest.approx(abs(int(bare) - int(shown)), abs=1.2)


def test_nothing_added_is_no_step_and_the_deeper_the_less():
    assert tell_step(2.0, 0.0, 1.0) == 0
    steps = [tell_step(around, 0.2, 1.0) for around in (0, 1, 3, 6)]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] < 0.2
