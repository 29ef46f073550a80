"""Containers are shown in px of the scan, each with what is opaque in it."""

import numpy as np
import pytest

from detector.container_view import ContainerView, sort_into, view_containers
from detector.containers import Container
from detector.encoding import Block, Overview, Shape

FIRST = Container(2.0, 1.0, 10.0, 9.0, "20 ft")
SECOND = Container(12.0, 1.0, 20.0, 9.5, None)
SHAPE = Shape(0.5, 320, 80)
"""Of a scan that is seen at half its width and a fourth of its height."""


@pytest.fixture
def found(monkeypatch):
    """What is found, and what it was asked with."""
    given = {"containers": (FIRST, SECOND)}

    def find(attenuation, *, pitch_mm):
        given.update(attenuation=attenuation, pitch_mm=pitch_mm)
        return given["containers"]

    monkeypatch.setattr("detector.container_view.find_containers", find)
    return given


def make_overview(opaque=None, level=0.5):
    """Of 22 x 10 squares of 8 px, in blocks of 64 px."""
    overview = Overview()
    for x in range(0, 176, 64):
        part = None if opaque is None else opaque[:, x : x + 64]
        width = min(64, 176 - x)
        planes = np.zeros((3, 80, width), np.uint8)
        busy = np.ones((3, -(-width // 32)), bool)
        picture = np.full((10, -(-width // 8)), level, np.float32)
        overview.add(Block(x, planes, busy, part, 80 * width, picture))
    return overview


def view(opaque=None, width=352, level=0.5):
    return view_containers(make_overview(opaque, level), SHAPE, 4.0, width)


def test_places_are_in_px_of_the_scan(found):
    first, second = view()
    assert first.container == Container(32.0, 32.0, 160.0, 288.0, "20 ft")
    assert second.container == Container(192.0, 32.0, 320.0, 304.0, None)
    assert (first.kind, second.kind) == ("20 ft", None)
    assert found["pitch_mm"] == 32.0


def test_places_end_with_the_scan(found):
    found["containers"] = (Container(-1.0, 0.0, 22.5, 10.5, None),)
    (one,) = view(width=351)
    assert one.container == Container(0.0, 0.0, 351.0, 320.0, None)


def test_what_is_looked_for_them_in_is_attenuation(found):
    view(level=0.5)
    np.testing.assert_allclose(found["attenuation"], np.log(2), rtol=1e-6)
    assert found["attenuation"].shape == (10, 22)
    view(level=0.0)
    assert np.isfinite(found["attenuation"]).all()


@pytest.mark.usefixtures("found")
def test_each_container_has_its_own_opaque_share():
    opaque = np.zeros((80, 176), bool)
    opaque[8:40, 16:80] = True  # half of the first
    opaque[:, 84:92] = True  # between them
    opaque[8:76, 96:112] = True  # a quarter of the second
    shares = [one.opaque_fraction for one in view(opaque)]
    assert shares == [0.5, 0.25]


@pytest.mark.usefixtures("found")
def test_a_rendering_says_nothing_of_what_is_opaque():
    assert [one.opaque_fraction for one in view()] == [None, None]


def test_a_container_without_area_hides_nothing(found):
    found["containers"] = (Container(3.0, 3.0, 3.0, 3.0, None),)
    (one,) = view(np.ones((80, 176), bool))
    assert one.opaque_fraction == 0.0


def test_where_there_is_none_there_is_nothing_to_see(found):
    found["containers"] = ()
    assert view() == ()


def test_boxes_are_sorted_into_the_containers_that_hold_them():
    views = (ContainerView(FIRST, None), ContainerView(SECOND, 0.1))
    boxes = np.array([[3, 2, 5, 4], [9, 2, 16, 4], [0, 0, 1, 1]], np.float32)
    assert sort_into(boxes, views).tolist() == [0, 1, -1]
    assert sort_into(boxes, ()).tolist() == [-1, -1, -1]
    assert sort_into(boxes[:0], views).tolist() == []
