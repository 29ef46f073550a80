"""Tests of the box functions, judged by counting pixels and by torchvision."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torchvision.ops import box_iou

from detector.boxes import (
    box_areas,
    clip_boxes,
    intersect_boxes,
    iou_matrix,
    scale_boxes,
    shift_boxes,
)

SIDE = 12

corners = hnp.arrays(
    np.int64, st.tuples(st.integers(0, 5), st.just(4)), elements=st.integers(0, SIDE)
)
boxes = corners.map(
    lambda c: np.concatenate(
        [np.minimum(c[:, :2], c[:, 2:]), np.maximum(c[:, :2], c[:, 2:])], axis=1
    ).astype(np.float32)
)


def paint(box):
    """The pixels of a box of whole numbers."""
    x0, y0, x1, y1 = box.astype(int)
    canvas = np.zeros((SIDE, SIDE), bool)
    canvas[y0:y1, x0:x1] = True
    return canvas


@given(boxes)
def test_the_area_is_the_number_of_pixels(found):
    assert box_areas(found).tolist() == [paint(box).sum() for box in found]


@given(boxes, boxes)
def test_iou_is_shared_pixels_over_painted_pixels(first, second):
    expected = np.zeros((len(first), len(second)))
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            either = (paint(a) | paint(b)).sum()
            expected[i, j] = (paint(a) & paint(b)).sum() / either if either else 0
    np.testing.assert_allclose(iou_matrix(first, second), expected, atol=1e-6)


def test_iou_agrees_with_torchvision_on_fractions_of_pixels():
    rng = np.random.default_rng(1)
    low = rng.uniform(0, 50, (2, 40, 2))
    found = np.concatenate([low, low + rng.uniform(0.1, 60, low.shape)], axis=2)
    first, second = found.astype(np.float32)
    expected = box_iou(torch.from_numpy(first), torch.from_numpy(second)).numpy()
    np.testing.assert_allclose(iou_matrix(first, second), expected, atol=1e-6)


@given(boxes, boxes)
def test_the_intersection_of_boxes_is_the_pixels_that_both_have(first, second):
    count = min(len(first), len(second))
    areas = box_areas(intersect_boxes(first[:count], second[:count]))
    expected = [
        (paint(a) & paint(b)).sum() for a, b in zip(first, second, strict=False)
    ]
    assert areas.tolist() == expected


@given(boxes)
def test_clipping_keeps_the_pixels_inside_the_picture(found):
    clipped = clip_boxes(found, 7, 5)
    assert box_areas(clipped).tolist() == [paint(box)[:5, :7].sum() for box in found]
    assert (clipped >= 0).all()
    assert (clipped <= np.array([7, 5, 7, 5], np.float32)).all()


@given(boxes, st.integers(-9, 9), st.integers(-9, 9))
def test_shifting_there_and_back_changes_nothing(found, x, y):
    moved = shift_boxes(found, x, y)
    assert (moved[:, 0] == found[:, 0] + x).all()
    assert (moved[:, 3] == found[:, 3] + y).all()
    np.testing.assert_array_equal(shift_boxes(moved, -x, -y), found)


@given(boxes)
def test_scaling_stretches_each_axis_by_its_own_factor(found):
    scaled = scale_boxes(found, 2, 0.5)
    np.testing.assert_array_equal(scaled[:, ::2], found[:, ::2] * 2)
    np.testing.assert_array_equal(scaled[:, 1::2], found[:, 1::2] / 2)
    assert scaled.dtype == np.float32
