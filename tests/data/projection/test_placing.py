"""Things lie in the object, amid cargo or on something, and not on one another."""

import numpy as np
import pytest

from data.projection.casting import Cast, Variation, cast_cutout
from data.projection.placing import Room, find_place, find_room
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


def draw_room(rng, width):
    """Walls and floors of any kind, some with gaps, in a room of 90 rows."""
    attenuation = np.full((90, width), 0.2, np.float32)
    for _ in range(rng.integers(2, 9)):
        row, column = rng.integers(5, 85), rng.integers(0, width - 10)
        height, length = rng.integers(2, 22), rng.integers(10, width)
        attenuation[row : row + height, column : column + length] = rng.uniform(0.3, 3)
    if rng.random() < 0.5:  # a floor that is just thick enough
        attenuation[-8:] = 3
    attenuation += rng.normal(0, 0.03, attenuation.shape).astype(np.float32)
    inside = np.zeros(attenuation.shape, bool)
    inside[3 : rng.integers(60, 95), 2 : width - 2] = True
    return Room(attenuation, inside & (rng.random(inside.shape) > 0.002), 0.2)


def draw_mask(rng):
    """A thing with legs, of (h, w) small pixels; its last rows may be empty."""
    height, width = rng.integers(4, 30), rng.integers(4, 40)
    mask = rng.random((height, width)) < 0.1
    mask[height // 4 : height // 2] = True
    mask[height // 4 : height - rng.integers(0, 3), rng.integers(width)] = True
    return mask


def is_held(room, mask, left, top):
    """Whether a quarter of its lower edge touches something that is 8 px thick."""
    lowest = {c: np.flatnonzero(mask[:, c])[-1] for c in np.flatnonzero(mask.any(0))}
    edge = max(lowest.values())
    low = [(row, column) for column, row in lowest.items() if row >= edge - 1]
    under = room.attenuation[top + edge + 1 : top + edge + 9]
    if len(under) < 8:
        return False
    touched = [
        min(under[:, left + column])
        > room.attenuation[top + row, left + column] + np.float32(0.3)
        for row, column in low
    ]
    return sum(touched) >= 0.25 * len(low)


def fall_slowly(room, mask, left, top):
    """What bears a thing, looked for row by row."""
    height, width = mask.shape
    while top + height <= len(room.inside) and left + width <= room.inside.shape[1]:
        window = slice(top, top + height), slice(left, left + width)
        if room.inside[window][mask].mean() < 0.98:
            return None
        if (room.attenuation[window][mask] > room.wall + 0.35).mean() >= 0.9:
            return None
        if is_held(room, mask, left, top):
            return 2 * left, 2 * top
        top += 1
    return None


def place_slowly(seed, room, mask):
    rows, columns = np.nonzero(room.inside)
    height, width = mask.shape
    for chosen in np.random.default_rng(seed).integers(len(rows), size=40):
        left, top = columns[chosen] - width // 2, rows[chosen] - height // 2
        found = fall_slowly(room, mask, left, top) if min(left, top) >= 0 else None
        if found is not None:
            return found
    return None


@pytest.mark.parametrize("width", [60, 500])
def test_things_fall_as_if_they_were_moved_down_row_by_row(width):
    rng = np.random.default_rng(width)
    found = []
    for seed in range(60):
        room, mask = draw_room(rng, width), draw_mask(rng)
        whole = mask.repeat(2, 0).repeat(2, 1)
        cast = Cast(whole[None].astype(np.float32), whole, (0, 0))
        taken = np.zeros_like(room.inside)
        chance = np.random.default_rng(seed)
        place = find_place(chance, cast, room, taken, amid=False)
        assert place == place_slowly(seed, room, mask)
        found.append(place is not None)
    assert 10 < sum(found) < 55
