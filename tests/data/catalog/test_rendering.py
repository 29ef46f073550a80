"""What labelling tools are shown of a scan of 16 bits."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalog.rendering import (
    WINDOWS,
    name_original,
    render_window,
    write_renderings,
)
from data.errors import ScanError
from data.scan import Scan


def make_scan(alpha):
    counts = np.rint(60000 * np.exp(-np.asarray(alpha, np.float64))).astype(np.uint16)
    levels = np.full((1, len(counts)), 60000, np.float32)
    return Scan(high=counts, air=levels, dark=0 * levels)


def test_each_window_spans_its_attenuations():
    alpha = np.array([[0.0, 1.5, 3.0, 5.5, 9.0]])
    thin, dense = (render_window(make_scan(alpha), w) for w in WINDOWS.values())
    np.testing.assert_allclose(thin[0], [255, 127.5, 0, 0, 0], atol=1)
    np.testing.assert_allclose(dense[0], [255, 255, 219, 127.5, 0], atol=2)


def test_pictures_have_the_pixels_of_the_scan(tmp_path):
    scan = make_scan(np.zeros((20, 31)))
    paths = write_renderings(scan, tmp_path, "a/b")
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "a/b.thin.png",
        "a/b.dense.png",
    ]
    shown = np.asarray(cv2.imread(str(paths[0]), cv2.IMREAD_UNCHANGED))
    assert shown.shape == (20, 31)


def test_a_display_scan_is_shown_as_it_is(tmp_path):
    picture = np.random.default_rng(0).integers(0, 255, (9, 8, 3), np.uint8)
    (path,) = write_renderings(Scan(display=picture), tmp_path, "c")
    np.testing.assert_array_equal(np.asarray(cv2.imread(str(path)))[..., ::-1], picture)


def test_a_display_scan_has_no_window():
    with pytest.raises(ScanError):
        render_window(Scan(display=np.zeros((2, 2, 3), np.uint8)), (0, 1))


@given(
    st.from_regex(r"[a-z]{1,5}(/[a-z.]{1,5})?", fullmatch=True),
    st.sampled_from([*WINDOWS]),
)
def test_a_rendering_finds_back_to_its_scan(stem, window):
    assert name_original(f"{stem}.{window}.png") == stem
