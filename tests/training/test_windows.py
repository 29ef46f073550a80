"""Tests of windows: what is cut lies where it lay, and beyond the border is air."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detector.tiles import Tile
from tests.training.scans import make_prepared
from training.windows import (
    LEAST_VISIBLE,
    cut_inside,
    cut_planes,
    cut_wide,
    label_window,
    part_boxes,
)

HIGH, WIDE = 90, 140


@st.composite
def windows(draw):
    """Windows that show some of a scan of 140 x 90 px, and may leave it."""
    width, height = draw(st.integers(2, 200)), draw(st.integers(2, 160))
    x0 = draw(st.integers(2 - width, WIDE - 2))
    y0 = draw(st.integers(2 - height, HIGH - 2))
    return Tile(x0, y0, x0 + width, y0 + height)


@st.composite
def boxes(draw, most=120):
    x0, y0 = draw(st.integers(-20, most - 1)), draw(st.integers(-20, most - 1))
    return x0, y0, draw(st.integers(x0 + 1, most)), draw(st.integers(y0 + 1, most))


def cut(whole, window, fill, margin=220):
    """The window of an array whose last axes are rows and columns, the slow way."""
    around = [(0, 0)] * (whole.ndim - 2) + [(margin, margin)] * 2
    padded = np.pad(whole, around, constant_values=fill)
    rows = slice(window.y0 + margin, window.y1 + margin)
    return padded[..., rows, window.x0 + margin : window.x1 + margin]


def make_levels(planes=2):
    return np.random.default_rng(0).random((planes, HIGH, WIDE)).astype(np.float16)


def pixels_of(row, tile):
    """How many pixels a box has, and which of them a tile shows, in its own pixels."""
    x0, y0, x1, y1 = row
    seen = [
        (x - tile.x0, y - tile.y0)
        for x in range(max(x0, tile.x0), min(x1, tile.x1))
        for y in range(max(y0, tile.y0), min(y1, tile.y1))
    ]
    return (x1 - x0) * (y1 - y0), seen


def bound(seen):
    xs, ys = zip(*seen, strict=True)
    return [min(xs), min(ys), max(xs) + 1, max(ys) + 1]


@given(st.lists(boxes(), max_size=5), boxes())
def test_boxes_part_into_what_is_shown_enough_of_and_slivers(rows, frame):
    tile = Tile(*frame)
    parted = [pixels_of(row, tile) for row in rows]
    enough = [bound(s) for count, s in parted if len(s) >= LEAST_VISIBLE * count]
    little = [bound(s) for count, s in parted if 0 < len(s) < LEAST_VISIBLE * count]
    shown, slivers = part_boxes(np.array(rows, np.float32).reshape(-1, 4), tile)
    assert shown.dtype == slivers.dtype == np.float32
    assert shown.tolist() == np.array(enough, np.float32).reshape(-1, 4).tolist()
    assert slivers.tolist() == np.array(little, np.float32).reshape(-1, 4).tolist()


def test_three_tenths_of_a_firearm_are_enough():
    rows = np.array([[-70, 0, 30, 10], [-71, 20, 29, 30]], np.float32)
    shown, slivers = part_boxes(rows, Tile(0, 0, 50, 50))
    assert shown.tolist() == [[0, 0, 30, 10]]
    assert slivers.tolist() == [[0, 20, 29, 30]]


def test_a_box_without_an_area_is_never_labelled():
    flat = np.array([[5, 5, 5, 9], [5, 5, 9, 5], [9, 9, 5, 5]], np.float32)
    assert not any(map(len, part_boxes(flat, Tile(0, 0, 20, 20))))


def test_slivers_and_firearms_that_nobody_saw_are_ignored():
    scan = make_prepared(
        make_levels(),
        boxes=[(10, 10, 30, 30), (45, 10, 65, 30), (100, 0, 120, 9)],
        ignored=[(20, 40, 30, 50), (48, 30, 90, 40), (0, 80, 9, 89)],
    )
    labels = label_window(scan, Tile(0, 0, 50, 60))
    assert labels.boxes.tolist() == [[10, 10, 30, 30]]
    ignored = sorted(labels.ignored.tolist())
    assert ignored == [[20, 40, 30, 50], [45, 10, 50, 30], [48, 30, 50, 40]]


def test_a_window_without_firearms_has_empty_labels():
    labels = label_window(make_prepared(make_levels()), Tile(0, 0, 50, 60))
    assert labels.boxes.shape == labels.ignored.shape == (0, 4)


@given(windows())
def test_planes_are_cut_where_they_lie_with_air_around(window):
    levels = make_levels()
    found = cut_planes(make_prepared(levels), window)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, cut(levels.astype(np.float32), window, 1.0))


@given(windows())
def test_pictures_are_cut_where_they_lie_with_white_around(window):
    picture = np.random.default_rng(0).integers(0, 255, (HIGH, WIDE, 3), np.uint8)
    found = cut_planes(make_prepared(picture), window)
    expected = cut(picture.transpose(2, 0, 1), window, 255).transpose(1, 2, 0)
    np.testing.assert_array_equal(found, expected)


def test_what_is_cut_is_a_copy():
    scan = make_prepared(make_levels())
    cut_planes(scan, Tile(0, 0, 20, 20))[:] = 0
    assert scan.planes.any()


@given(windows(), st.integers(0, 5), st.integers(0, 3))
def test_the_signal_from_far_around_lies_where_the_planes_lie(window, narrow, low):
    width, height = WIDE - narrow, HIGH - low
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    whole = np.stack([0.2 + 0.004 * x, 0.9 - 0.006 * y]).astype(np.float32)
    tall, long = height // 16, width // 16
    rows = (np.arange(tall) + 0.5) * height / tall
    columns = (np.arange(long) + 0.5) * width / long
    wide = np.stack(
        [
            np.tile(0.2 + 0.004 * columns, (tall, 1)),
            np.tile(0.9 - 0.006 * rows[:, None], (1, long)),
        ]
    ).astype(np.float32)
    found = cut_wide(
        make_prepared(make_levels()[:, :height, :width], wide=wide), window
    )
    assert found is not None
    assert found.shape == (2, *window.size[::-1])
    # Where the thin planes do not reach, their border goes on.
    known = np.zeros((1, height, width), np.float32)
    known[0, 9:-9, 9:-9] = 1
    there = cut(known, window, 0)[0] > 0
    expected = cut(whole, window, 0)
    np.testing.assert_allclose(found[:, there], expected[:, there], atol=2e-4)
    assert found.min() >= wide.min() - 1e-6
    assert found.max() <= wide.max() + 1e-6


def test_no_signal_from_far_around_is_known_of_pictures():
    assert cut_wide(make_prepared(make_levels()), Tile(0, 0, 20, 20)) is None


@given(windows())
def test_where_things_may_be_put_lies_where_the_planes_lie(window):
    inside = np.random.default_rng(0).random((HIGH // 2, WIDE // 2)) < 0.5
    found = cut_inside(make_prepared(make_levels(), inside=inside), window)
    width, height = window.size
    fine = inside.repeat(2, axis=0).repeat(2, axis=1)
    expected = cut(fine, window, 0)[: height // 2 * 2 : 2, : width // 2 * 2 : 2]
    np.testing.assert_array_equal(found, expected)


@given(windows())
def test_marks_lie_where_the_planes_lie_with_nothing_around(window):
    marks = np.random.default_rng(0).integers(0, 3, (HIGH // 2, WIDE // 2), np.uint8)
    scan = replace(make_prepared(make_levels()), marks=marks)
    found = label_window(scan, window).marks
    assert found.dtype == np.uint8
    fine = marks.repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(found, cut(fine, window, 0))


def test_nothing_may_be_put_into_pictures_in_colours():
    picture = np.zeros((HIGH, WIDE, 3), np.uint8)
    assert not cut_inside(make_prepared(picture), Tile(0, 0, 50, 50)).any()
