"""Things lie in the object, amid cargo or on something, and not on one another."""

import numpy as np
import pytest

from data.projection.casting import Variation, cast_cutout
from data.projection.placing import find_place, find_room
from tests.data.projection.things import PITCH, make_box, make_cutout

FLOOR_ROW = 170


def cast():
    return cast_cutout(make_cutout(), Variation(), PITCH, 0.5)


def places(transmission, *, amid, tries=40):
    room = find_room(transmission)
    found = []
    for seed in range(tries):
        taken = np.zeros_like(room.inside)
        rng = np.random.default_rng(seed)
        found.append(find_place(rng, cast(), room, taken, amid=amid))
    return [place for place in found if place is not None]


def test_the_object_is_told_from_air_and_its_fill_from_its_walls():
    room = find_room(make_box()[0])
    assert not room.inside[:14].any()
    assert room.inside[40:70, 30:150].all()
    assert room.wall == pytest.approx(0.2, abs=0.05)
    assert 0.2 < room.filled < 0.6


def test_amid_cargo_it_lies_over_cargo():
    found = places(make_box()[0], amid=True)
    width = cast().mask.shape[1]
    assert len(found) > 20
    for left, top in found:
        assert 220 - 6 <= left <= 360 - width + 6
        assert top >= 80 - 6


def test_elsewhere_it_stands_on_the_floor_or_on_the_cargo():
    found = places(make_box()[0], amid=False)
    height = cast().mask.shape[0]
    bottoms = {top + height for _, top in found}
    assert len(found) > 10
    for bottom in bottoms:
        assert min(abs(bottom - FLOOR_ROW), abs(bottom - 80)) <= 5


def test_nothing_stands_on_the_rail_of_a_wall():
    planes = np.exp(-np.full((240, 400), 0.2, np.float32))
    planes[:10] = planes[-10:] = 1
    planes[100:106] = np.exp(-1.5)
    assert not places(planes, amid=False, tries=10)


def test_no_place_is_found_in_air_or_in_what_is_opaque():
    assert not places(np.ones((100, 120), np.float32), amid=False, tries=3)
    dark = np.ones((240, 400), np.float32)
    dark[20:220, 20:380] = np.exp(-9)
    assert not places(dark, amid=True, tries=3)


def test_two_things_do_not_overlap():
    room = find_room(make_box()[0])
    taken = np.zeros_like(room.inside)
    rng = np.random.default_rng(1)
    corners = []
    for _ in range(6):
        place = find_place(rng, cast(), room, taken, amid=True)
        if place is not None:
            corners.append(place)
    drawn = np.zeros((240, 400), int)
    height, width = cast().mask.shape
    for left, top in corners:
        drawn[top + 2 : top + height - 2, left + 2 : left + width - 2] += cast().mask[
            2:-2, 2:-2
        ]
    assert len(corners) > 1
    assert drawn.max() == 1
