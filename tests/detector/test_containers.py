"""Containers are found, told apart and named; other things are not taken for them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.containers import (
    LENGTHS_MM,
    Container,
    assign_boxes,
    find_containers,
)

PITCH = 32.0
ROOF, HEIGHT, ROWS = 8, 95, 125


def draw(*lengths_mm, gap_mm=200.0, before_mm=600.0, roofs=None, stretch=1.0):
    """Containers in a row on a chassis: walls, posts, roofs, floors. Also their ends.

    Drawn by parts of a millimetre and averaged over pixels, as a detector does.
    """
    fine, ends, x = 8, [], before_mm
    for length in lengths_mm:
        ends.append((x, x + length * stretch))
        x += length * stretch + gap_mm
    width = int((x - gap_mm + 600) / PITCH)
    at = (np.arange(width * fine) + 0.5) * PITCH / fine
    light = np.ones((ROWS, len(at)))
    for (x0, x1), roof in zip(ends, roofs or [ROOF] * len(ends), strict=True):
        within = (at >= x0) & (at < x1)
        post = within & ((at < x0 + 110) | (at >= x1 - 110))
        light[roof : ROOF + HEIGHT, within] = np.exp(-0.15)
        light[roof : ROOF + HEIGHT, post] = np.exp(-1.2)
        light[ROOF + HEIGHT - 6 : ROOF + HEIGHT - 3, within] = np.exp(-2.5)
    on_chassis = (at > ends[0][0] - 200) & (at < ends[-1][1] + 200)
    light[ROOF + HEIGHT : ROOF + HEIGHT + 14, on_chassis] = np.exp(-0.6)
    light = light.reshape(ROWS, width, fine).mean(axis=2)
    return -np.log(light).astype(np.float32), np.array(ends) / PITCH


def ends_of(found):
    return np.array([(each.x0, each.x1) for each in found]).reshape(-1, 2)


def find(attenuation):
    return find_containers(attenuation, pitch_mm=PITCH)


@pytest.mark.parametrize(("kind", "length"), LENGTHS_MM.items())
def test_an_empty_container_is_found_and_named(kind, length):
    picture, ends = draw(length)
    found = find(picture)
    assert [each.kind for each in found] == [kind]
    assert np.abs(ends_of(found) - ends).max() < 1
    assert found[0].y0 == pytest.approx(ROOF, abs=1)
    assert found[0].y1 == pytest.approx(ROOF + HEIGHT, abs=4)


@settings(max_examples=25, deadline=None)
@given(
    lengths=st.lists(
        st.sampled_from(list(LENGTHS_MM.values())), min_size=2, max_size=5
    ),
    gap=st.floats(60, 500),
    before=st.floats(100, 2000),
    stretch=st.floats(0.955, 1.045),
)
def test_a_train_is_cut_at_its_gaps(lengths, gap, before, stretch):
    picture, ends = draw(*lengths, gap_mm=gap, before_mm=before, stretch=stretch)
    found = find(picture)
    assert len(found) == len(lengths)
    assert np.abs(ends_of(found) - ends).max() < 2


def test_two_boxes_of_20_ft_are_not_one_of_40_ft():
    picture, _ = draw(6058.0, 6058.0, gap_mm=76.0)
    assert [each.kind for each in find(picture)] == ["20 ft", "20 ft"]


@pytest.mark.parametrize("second_roof", [ROOF, ROOF + 11])
def test_a_gap_that_a_skewed_view_darkens_is_still_a_gap(second_roof):
    roofs = [ROOF, second_roof]
    picture, ends = draw(6058.0, 6058.0, gap_mm=50.0, roofs=roofs)
    first, last = round(ends[0][1]) - 1, round(ends[1][0]) + 1
    gap = picture[second_roof : ROOF + HEIGHT, first:last]
    np.maximum(gap, 0.55, out=gap)
    found = find(picture)
    assert [each.kind for each in found] == ["20 ft", "20 ft"]
    assert np.abs(ends_of(found) - ends).max() < 2


def test_containers_of_different_heights_are_each_found():
    picture, ends = draw(12192.0, 6058.0, 12192.0, roofs=[ROOF, ROOF + 10, ROOF])
    found = find(picture)
    assert np.abs(ends_of(found) - ends).max() < 1
    assert [round(each.y0) for each in found] == [ROOF, ROOF + 10, ROOF]


def test_opaque_cargo_does_not_cut_a_container():
    picture, _ = draw(12192.0)
    for x0 in range(40, 380, 37):
        picture[ROOF + 12 : ROOF + HEIGHT, x0 : x0 + 30] = 9.0
    assert [each.kind for each in find(picture)] == ["40 ft"]


def test_a_head_board_in_the_gap_belongs_to_no_container():
    picture, ends = draw(6058.0, 6058.0, gap_mm=450.0)
    middle = round((ends[0][1] + ends[1][0]) / 2)
    picture[ROOF + 28 : ROOF + HEIGHT, middle : middle + 2] = 1.5
    assert np.abs(ends_of(find(picture)) - ends).max() < 1


def test_a_cab_in_front_is_no_container():
    picture, ends = draw(12192.0, before_mm=3500.0)
    picture[ROOF + 14 : ROOF + HEIGHT, 20:70] += 0.12
    picture[ROOF + 14 : ROOF + HEIGHT, 68:70] += 0.8
    assert np.abs(ends_of(find(picture)) - ends).max() < 1


def test_a_tilted_train_in_noise_is_found():
    picture, ends = draw(12192.0, 6058.0, 13716.0)
    columns = np.arange(picture.shape[1])
    rows = np.arange(ROWS)[:, None] - np.rint(0.012 * (columns - 500)).astype(int)
    tilted = picture[np.clip(rows, 0, ROWS - 1), columns]
    noise = np.random.default_rng(1).normal(0, 0.02, tilted.shape)
    noisy = -np.log(np.maximum(np.exp(-tilted) + noise, 1e-4))
    found = find(noisy.astype(np.float32))
    assert np.abs(ends_of(found) - ends).max() < 1.5


def test_an_error_of_the_air_level_is_borne():
    picture, ends = draw(6058.0, 12192.0)
    for off in (-0.055, 0.055):
        assert np.abs(ends_of(find(picture + np.float32(off))) - ends).max() < 1


def test_a_container_that_the_picture_cuts_off_has_no_kind():
    picture, ends = draw(12192.0, 6058.0)
    found = find(np.ascontiguousarray(picture[:, 200:]))
    assert [each.kind for each in found] == [None, "20 ft"]
    assert found[0].x0 == 0
    assert found[0].x1 == pytest.approx(ends[0][1] - 200, abs=1)


def test_a_picture_without_air_at_its_ends_still_names_the_container():
    picture, ends = draw(6058.0)
    first, last = round(ends[0][0]), round(ends[0][1])
    found = find(np.ascontiguousarray(picture[:, first:last]))
    assert [(each.x0, each.x1, each.kind) for each in found] == [
        (0, last - first, "20 ft")
    ]


def draw_nothing(kind):
    picture = np.zeros((100, 400), np.float32)
    if kind == "car":
        picture[55:90, 100:240] = 0.3
        picture[40:56, 130:200] = 0.2
        picture[70:90, 100:130] = 2.5
    elif kind == "pallets":
        for x0 in range(60, 340, 40):
            picture[25 + x0 % 7 :, x0 : x0 + 36] = 1.5
    elif kind == "heap between posts":
        for x in range(60, 250):
            picture[8 + abs(x - 155) // 12 :, x] = 0.2
        picture[8:, [60, 61, 62, 63, 246, 247, 248, 249]] = 1.2
    elif kind == "wall":
        picture[10:, 50:350] = 3.0
    return picture


@pytest.mark.parametrize(
    "kind", ["air", "car", "pallets", "heap between posts", "wall"]
)
def test_what_is_no_container_is_not_taken_for_one(kind):
    assert find(draw_nothing(kind)) == ()


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (90, 2)])
def test_tiny_pictures_hold_nothing(shape):
    assert find(np.full(shape, 0.4, np.float32)) == ()


def test_boxes_belong_to_the_container_that_holds_most_of_them():
    containers = [Container(0, 10, 100, 90, None), Container(110, 0, 200, 90, "20 ft")]
    boxes = [
        (20, 20, 40, 40),
        (150, 20, 160, 40),
        (98, 20, 118, 40),
        (80, 20, 105, 40),
        (20, 95, 40, 99),
        (96, 20, 104, 40),
    ]
    assigned = assign_boxes(np.array(boxes, np.float32), containers)
    assert assigned.tolist() == [0, 1, -1, 0, -1, -1]
    assert assigned.dtype == np.intp


def test_without_containers_or_boxes_nothing_is_assigned():
    boxes = np.array([(0, 0, 5, 5)], np.float32)
    assert assign_boxes(boxes, []).tolist() == [-1]
    none = assign_boxes(boxes[:0], [Container(0, 0, 9, 9, None)])
    assert none.tolist() == []
