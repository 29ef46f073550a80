"""Columns of planes are averages of the scan's columns, however the scan is cut."""

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.scan import Scan, ScanInfo
from detector.encoding import Shape, resample
from detector.encoding.resampling import resample_rows
from detector.scale import Scale
from tests.detector.encoding.plain import average_columns, interpolate_columns

PITCHES = st.one_of(
    st.sampled_from([2.0, 3.0, 3.2, 4.0, 4.4, 5.0, 6.0]), st.floats(1.5, 9)
)


def make_shape(pitch_mm):
    return Shape(pitch_mm / 4.0, 3, 3)


def draw(width, seed):
    return np.random.default_rng(seed).random((2, 3, width), np.float32)


def resample_all(planes, shape):
    count = shape.count_columns(planes.shape[2])
    return shape.resample_columns(planes, range(count), 0)


@given(st.integers(1, 300), PITCHES, st.integers(0, 99))
def test_it_is_the_mean_of_what_a_pixel_covers_or_lies_on_a_line(width, pitch, seed):
    planes, shape = draw(width, seed), make_shape(pitch)
    made = resample_all(planes, shape)
    make = average_columns if shape.across <= 1 else interpolate_columns
    for plane, rows in zip(planes, made, strict=True):
        expected = make(plane, rows.shape[1], shape.across)
        np.testing.assert_allclose(rows, expected, atol=3e-6)
    assert made.dtype == np.float32


@given(st.integers(1, 60), st.sampled_from([1, 2, 3, 4, 5]), st.integers(0, 99))
def test_the_mean_is_kept_where_pixels_go_up(width, times, seed):
    planes = draw(width * times, seed)
    made = resample_all(planes, Shape(1 / times, 3, 3))
    assert made.shape[2] == width
    expected = planes.reshape(2, 3, width, times).mean(axis=3)
    np.testing.assert_allclose(made, expected, atol=1e-6)


@given(st.integers(1, 200), PITCHES)
def test_what_is_level_stays_level(width, pitch):
    made = resample_all(np.full((2, 3, width), 0.3, np.float32), make_shape(pitch))
    np.testing.assert_allclose(made, 0.3, rtol=1e-6)


@given(st.integers(1, 300), PITCHES, st.data())
def test_columns_depend_on_nothing_but_the_columns_that_they_need(width, pitch, data):
    planes, shape = draw(width, 1), make_shape(pitch)
    whole = resample_all(planes, shape)
    start = data.draw(st.integers(0, whole.shape[2] - 1))
    stop = data.draw(st.integers(start + 1, whole.shape[2]))
    first = shape.first_used(start)
    last = min(shape.needs(stop - 1), width)
    part = shape.resample_columns(planes[..., first:last], range(start, stop), first)
    np.testing.assert_array_equal(part, whole[..., start:stop])


@given(st.integers(1, 2000), PITCHES)
def test_a_column_that_has_all_it_needs_is_one_of_the_planes(width, pitch):
    shape = make_shape(pitch)
    count = shape.count_columns(width)
    assert count == Scale().size_of((width, 3), ScanInfo(pitch_mm=(pitch, 4.0)))[0]
    for column in range(count + 2):
        if shape.needs(column) <= width:
            assert column < count
    assert shape.first_used(count - 1) < width


@pytest.mark.parametrize("tenths", [11, 12, 24, 28, 32, 36, 39])
def test_decimal_pitches_need_no_column_that_counts_for_nothing(tenths):
    shape, across = make_shape(tenths / 10), Fraction(tenths, 40)
    for column in range(20_000):
        assert shape.needs(column) == ceil((column + 1) / across)
        assert shape.first_used(column) == floor(column / across)


@given(st.floats(1.5, 9), st.integers(0, 100_000))
def test_needs_only_grow(pitch, column):
    shape = make_shape(pitch)
    assert shape.first_used(column) < shape.needs(column) <= shape.needs(column + 1)


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from([None, 64, 512]))
def test_a_shape_is_what_the_scale_says(width, height, longest):
    scale = Scale(longest_side_px=longest)
    for pitch in (None, (3.0, 5.0)):
        picture = np.zeros((height, width, 3), np.uint8)
        scan = Scan(display=picture, info=ScanInfo(pitch_mm=pitch))
        shape = Shape.of(scan, scale)
        size = scale.size_of(scan.size, scan.info)
        assert (shape.count_columns(width), shape.height) == size
        assert shape.down == size[1] / height


@given(st.integers(1, 40), st.integers(1, 80))
def test_rows_are_averaged_or_lie_on_a_line(rows, height):
    planes = draw(5, 2)[:, :1].repeat(rows, axis=1)
    planes = planes * np.random.default_rng(3).random((1, rows, 1), np.float32)
    made = resample_rows(planes, height)
    make = average_columns if height <= rows else interpolate_columns
    for plane, some in zip(planes, made, strict=True):
        expected = make(plane.T, height, height / rows).T
        np.testing.assert_allclose(some, expected, atol=3e-6)


@pytest.mark.parametrize("size", [(30, 20), (17, 9), (60, 40)])
def test_a_picture_has_the_size_that_was_asked_for_and_its_mean(size):
    plane = np.random.default_rng(0).random((40, 60), np.float32)
    made = resample(plane, size)
    assert made.shape == size[::-1]
    assert made.mean() == pytest.approx(plane.mean(), abs=1e-3)
