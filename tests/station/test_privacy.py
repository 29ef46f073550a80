"""Tests of the blanked cab."""

from dataclasses import replace

import numpy as np
import pytest

from data.scan import Scan
from detector.container_view import ContainerView
from detector.containers import Container
from station.privacy import MARGIN_PX, mask_cab
from tests.data.projection.things import make_picture, make_scan

NONE = np.zeros((0, 4), np.float32)


def view(x0, x1):
    return ContainerView(Container(x0, 20.0, x1, 200.0, "20 ft"), 0.0)


def mask(*given):
    """The scan, and the columns that were blanked."""
    return mask_cab(*given)


def find_changed(before, after):
    """(H, W) bool."""
    planes = [(before.high, after.high), (before.low, after.low)]
    planes.append((before.display, after.display))
    return np.any(
        [
            (one != other).reshape(*one.shape[:2], -1).any(axis=2)
            for one, other in planes
            if one is not None
        ],
        axis=0,
    )


SCANS = {
    "dual": make_scan,
    "single": lambda: make_scan(low=False),
    "display": make_picture,
}


@pytest.mark.parametrize("kind", SCANS)
@pytest.mark.parametrize(
    ("side", "columns"), [("left", (0, 120)), ("right", (300, 400))]
)
def test_what_lies_beyond_the_outermost_container_is_blanked(kind, side, columns):
    scan = SCANS[kind]()
    views = [view(120.6, 200.0), view(210.0, 299.2)]
    made, blanked = mask(scan, views, side, NONE)
    assert blanked == columns
    changed = np.flatnonzero(find_changed(scan, made).any(axis=0))
    assert columns[0] <= changed.min()
    assert changed.max() < columns[1]
    part = slice(*columns)
    if kind == "display":
        assert len(np.unique(made.display[:, part])) == 1
        assert made.display[0, columns[0], 0] >= 250
    else:
        assert (made.transmission("high")[:, part] == 1).all()
        assert (made.high[:, part] == 60000).all()
    assert made.info == scan.info


def test_an_alarm_in_the_cab_is_kept_with_a_margin():
    scan = make_scan()
    box = np.array([[60, 90, 80, 110], [1, 1, 4, 4]], np.float32)
    made, blanked = mask(scan, [view(200.0, 390.0)], "left", box)
    assert blanked == (0, 200)
    kept = slice(90 - MARGIN_PX, 110 + MARGIN_PX), slice(60 - MARGIN_PX, 80 + MARGIN_PX)
    assert np.array_equal(made.high[kept], scan.high[kept])
    assert (made.high[160:, 60:80] == 60000).all()
    assert np.array_equal(made.low[:20, :20], scan.low[:20, :20])


def test_a_container_that_reaches_the_end_leaves_nothing_to_blank():
    scan = make_scan()
    for side, columns in (("left", (0, 0)), ("right", (400, 400))):
        made, blanked = mask(scan, [view(-3.0, 400.0)], side, NONE)
        assert blanked == columns
        assert np.array_equal(made.high, scan.high)


def test_without_a_container_nobody_says_where_the_cab_ends():
    assert mask(make_scan(), [], "left", NONE) is None


def test_each_row_is_blanked_with_its_own_air():
    scan = make_scan()
    air = scan.air.copy()
    air[0, 100:] = 50000
    scan = replace(scan, air=air)
    made, _ = mask(scan, [view(200.0, 390.0)], "left", NONE)
    assert (made.high[:100, :200] == 60000).all()
    assert (made.high[100:, :200] == 50000).all()
    assert (made.low[:, :200] == 60000).all()


def test_a_picture_in_colours_is_blanked_with_the_colour_of_its_air():
    display = np.full((60, 100, 3), (250, 240, 200), np.uint8)
    display[20:50, 5:95] = (90, 60, 20)
    made, _ = mask(Scan(display=display), [view(40.0, 95.0)], "left", NONE)
    assert (made.display[:, :40] == (250, 240, 200)).all()
    assert np.array_equal(made.display[:, 40:], display[:, 40:])
