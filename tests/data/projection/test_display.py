"""Grey pictures get an approximation, colours get nothing."""

import numpy as np
import pytest

from data.errors import ScanError
from data.projection.casting import Variation, cast_cutout
from data.projection.display import (
    check_grey,
    display_air,
    project_into_display,
    to_display_transmission,
)
from data.scan import Scan
from tests.data.projection.things import (
    PITCH,
    make_box,
    make_cutout,
    make_picture,
    make_scan,
)


def project(scan, gamma=2.4, density=1.0):
    cast = cast_cutout(make_cutout(), Variation(density=density), PITCH, 0.5)
    rng = np.random.default_rng(0)
    return project_into_display(rng, scan, cast, (60, 100), gamma=gamma), cast


def test_transmission_comes_back_where_the_curve_is_as_assumed():
    picture = make_picture()
    transmission = to_display_transmission(picture.display)
    inside = transmission[90:160, 40:180]
    assert inside.mean() == pytest.approx(
        make_box()[0][90:160, 40:180].mean(), rel=0.01
    )
    assert display_air(picture.display) == pytest.approx(255, abs=1)


@pytest.mark.parametrize("gamma", [1.0, 2.4])
def test_the_added_attenuation_shows_by_the_curve_that_is_assumed(gamma):
    scan = make_picture(gamma)
    made, _ = project(scan, gamma)
    spot = slice(100 + 4, 100 + 8), slice(60 + 4, 60 + 20)
    before, after = (
        s.display[spot][..., 0].astype(float).mean() for s in (scan, made.scan)
    )
    added = made.added[4:8, 4:20].mean()
    assert gamma * np.log(before / after) == pytest.approx(added, rel=0.05)
    assert made.scan.kind == "display"
    assert made.scan.info.synthetic


def test_a_ghost_leaves_the_picture_as_it_is():
    scan = make_picture()
    assert np.array_equal(project(scan, density=0.0)[0].scan.display, scan.display)


def test_a_picture_without_noise_does_not_make_a_thing_infinitely_visible():
    flat = np.full((240, 400, 3), 255, np.uint8)
    flat[20:220, 20:380] = 180
    made, _ = project(Scan(display=flat, info=make_picture().info))
    assert 50 < made.visible < 5000


@pytest.mark.parametrize("level", [0, 1])
def test_what_rounding_leaves_no_trace_of_is_not_visible(level):
    dark = np.full((240, 400, 3), 255, np.uint8)
    dark[20:220, 20:380] = level
    scan = Scan(display=dark, info=make_picture().info)
    made, cast = project(scan, gamma=2.4)
    assert cast.mask.any()
    assert np.array_equal(made.scan.display, dark)
    assert made.visible == 0


def test_colours_and_counts_are_refused():
    colours = make_picture().display.copy()
    colours[..., 2] //= 2
    with pytest.raises(ScanError, match="in colours"):
        check_grey(Scan(display=colours))
    with pytest.raises(ScanError, match="has counts"):
        project(make_scan())
    check_grey(make_scan())
