"""Windows cover what the coarse pass proposes, and little else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import windows
from detector.encoding import CELL
from detector.tiles import Tile
from detector.windows import (
    LEAST_SIDE,
    LOOK_BACK,
    MARGIN,
    STEP,
    TOUCH,
    plan_windows,
)


@st.composite
def scenes(draw):
    """A strip, the height of its scan, and proposals that lie in it."""
    height = draw(st.integers(1, 1500))
    x0 = draw(st.integers(0, 40)) * CELL
    x1 = x0 + draw(st.integers(1, 900))
    y0 = draw(st.integers(0, (height - 1) // CELL)) * CELL
    strip = Tile(x0, y0, x1, draw(st.integers(y0 + 1, height)))
    count = draw(st.integers(0, 8))
    random = np.random.default_rng(draw(st.integers(0, 9999)))
    corners = random.random((count, 2, 2)) * [strip.size] + [x0, y0]
    low, high = corners.min(axis=1), corners.max(axis=1)
    reach = draw(st.sampled_from([0.05, 0.3, 1.0]))
    high = low + (high - low) * reach
    return strip, height, np.hstack([low, high]).astype(np.float32)


def bound(strip, height):
    return Tile(max(strip.x0 - LOOK_BACK, 0), 0, strip.x1, height)


@given(st.data(), st.tuples(st.integers(1, 700), st.integers(1, 700)))
def test_a_window_that_is_moved_within_bounds_still_covers_its_part(data, size):
    bounds = Tile(64, 0, 64 + size[0], size[1])
    x0, y0 = (data.draw(st.integers(0, side - 1)) for side in size)
    x1, y1 = (
        data.draw(st.integers(start + 1, side))
        for start, side in zip((x0, y0), size, strict=True)
    )
    window = windows._fit(Tile(64 + x0, y0, 64 + x1, y1), bounds)  # noqa: SLF001
    assert bounds.x0 <= window.x0 <= 64 + x0
    assert bounds.y0 <= window.y0 <= y0
    assert 64 + x1 <= window.x1 <= bounds.x1
    assert y1 <= window.y1 <= bounds.y1


@given(scenes())
def test_every_proposal_lies_in_a_window_with_a_margin(scene):
    strip, height, boxes = scene
    planned = plan_windows(boxes, strip, height)
    bounds = bound(strip, height)
    for x0, y0, x1, y1 in boxes:
        wanted = (
            max(x0 - MARGIN, bounds.x0),
            max(y0 - MARGIN, 0),
            min(x1 + MARGIN, bounds.x1),
            min(y1 + MARGIN, height),
        )
        assert any(
            window.x0 <= wanted[0]
            and window.y0 <= wanted[1]
            and window.x1 >= wanted[2]
            and window.y1 >= wanted[3]
            for window in planned
        )


@given(scenes())
def test_a_proposal_that_the_left_end_cuts_is_followed_back(scene):
    strip, height, boxes = scene
    planned = plan_windows(boxes, strip, height)
    back = bound(strip, height).x0
    for x0, y0, x1, y1 in boxes:
        middle = (x1 + max(x0, strip.x0)) / 2, (y0 + y1) / 2
        if x0 < strip.x0 + TOUCH:
            assert any(
                window.x0 == back
                and window.x1 >= middle[0]
                and window.y0 <= middle[1] <= window.y1
                for window in planned
            )


@given(scenes())
def test_windows_lie_within_bounds_and_have_sides_that_networks_take(scene):
    strip, height, boxes = scene
    bounds = bound(strip, height)
    for window in plan_windows(boxes, strip, height):
        assert bounds.x0 <= window.x0 < window.x1 <= bounds.x1
        assert 0 <= window.y0 < window.y1 <= height
        for side, most in zip(window.size, bounds.size, strict=True):
            assert side == most or (side % STEP == 0 and side >= LEAST_SIDE)


@given(scenes())
def test_windows_are_in_reading_order_and_none_lies_in_another(scene):
    strip, height, boxes = scene
    planned = plan_windows(boxes, strip, height)
    assert planned == sorted(planned, key=lambda one: (one.y0, one.x0, one.y1, one.x1))
    assert len(set(planned)) == len(planned)
    for one in planned:
        assert not any(
            other != one
            and other.x0 <= one.x0
            and other.y0 <= one.y0
            and other.x1 >= one.x1
            and other.y1 >= one.y1
            for other in planned
        )


@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_proposals_does_not_matter(scene, random):
    strip, height, boxes = scene
    order = list(range(len(boxes)))
    random.shuffle(order)
    planned = plan_windows(boxes, strip, height)
    assert plan_windows(boxes[order], strip, height) == planned


def test_without_proposals_nothing_is_looked_at():
    assert plan_windows(np.zeros((0, 4), np.float32), Tile(0, 0, 640, 640), 640) == []


def test_proposals_are_left_as_they_are():
    boxes = np.array([[322, 10, 360, 40]], np.float32)
    plan_windows(boxes, Tile(320, 0, 640, 640), 640)
    assert boxes.tolist() == [[322, 10, 360, 40]]


@pytest.mark.parametrize(("apart", "count"), [(40, 1), (400, 2)])
def test_proposals_near_each_other_share_a_window(apart, count):
    boxes = np.array([[640, 300, 690, 340], [0, 300, 0, 340]], np.float32)
    boxes[1, [0, 2]] = 690 + apart, 740 + apart
    planned = plan_windows(boxes, Tile(480, 0, 1440, 1408), 1408)
    assert len(planned) == count
    assert sum(one.size[0] * one.size[1] for one in planned) <= 2 * 192 * 192


def test_one_far_from_all_ends_is_in_the_middle_of_its_window():
    box = np.array([[740, 410, 790, 446]], np.float32)
    (window,) = plan_windows(box, Tile(480, 0, 1248, 1408), 1408)
    assert window.size == (128, 128)
    assert abs((window.x0 + window.x1) / 2 - 765) <= CELL
    assert abs((window.y0 + window.y1) / 2 - 428) <= CELL
