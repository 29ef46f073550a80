"""What tiles show."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from data.errors import NoSuchRecordError
from data.physics.noise import estimate_noise
from detector.encoding.planes import show_planes
from detector.opacity import find_opaque
from station.tiles.opaque import mark_opaque
from station.tiles.planes import OFFERED, VIEWED, Place, make_tile
from station.tiles.pyramid import Pyramid
from tests.station.tiles.scans import DARK, make_scan


def build(scan):
    pyramid = Pyramid(scan)
    pyramid.add(scan)
    pyramid.finish()
    return pyramid


def join(pyramid, plane, level):
    """All tiles of a plane, put together."""
    width, height = pyramid.size(level)
    rows = [
        [make_tile(pyramid, plane, Place(level, x, y), width) for x in range(columns)]
        for columns in [-(-width // 256)]
        for y in range(-(-height // 256))
    ]
    return np.block(rows)


def test_tiles_put_together_are_the_scan():
    scan = make_scan(width=700, height=300)
    pyramid = build(scan)
    wanted = np.rint(scan.transmission("low") * np.float32(50_000)).clip(0, 65535)
    assert_array_equal(join(pyramid, "low", 0), wanted)
    assert make_tile(pyramid, "low", Place(0, 2, 1), 700).shape == (44, 188)
    assert make_tile(pyramid, "low", Place(0, 0, 0), 700).shape == (256, 256)


def test_attenuation_is_that_of_the_mean_not_the_mean_of_it():
    scan = make_scan(width=256, height=64)
    means = scan.transmission("high").reshape(8, 8, 32, 8).mean((1, 3))
    alpha = -np.log(np.maximum(means, 2.0**-16))
    found = make_tile(build(scan), "attenuation", Place(3, 0, 0), 32)
    assert np.abs(found - alpha * 4000).max() < 2


@pytest.mark.parametrize("level", [0, 1])
def test_material_has_no_seams_and_is_plane_3_of_the_encoding(level):
    scan = make_scan(width=1100, height=600)
    pyramid = build(scan)
    width, height = pyramid.size(level)
    levels = pyramid.read(level, slice(0, height), slice(0, width))
    noise = pyramid.noise(level)
    shown = show_planes(levels, slice(0, width), scan.info.energies_mv, noise)
    found = join(pyramid, "material", level)
    assert_array_equal(found, shown.planes[2].astype(np.uint16) * 257)
    assert len(np.unique(found)) > 50


@pytest.mark.parametrize("kind", ["dual", "single"])
def test_opaque_is_the_rule_of_the_detector_without_seams(kind):
    scan = make_scan(kind, width=700, height=300)
    high = scan.transmission("high")
    wanted = find_opaque(high, estimate_noise(high))
    found = join(build(scan), "opaque", 0)
    assert set(np.unique(found)) == {0, 65_535}
    assert (found.astype(bool) != wanted).mean() < 0.003  # the noise is within 2 %


def test_what_is_opaque_has_one_size_at_all_scales():
    scan = make_scan(width=1024, height=256)
    high = scan.high.copy()
    high[64:192, 128:640] = DARK
    pyramid = build(replace(scan, high=high))
    for level in range(6):
        marked = join(pyramid, "opaque", level)[:, : 700 >> level] > 0
        top, low, left, right = (edge >> level for edge in (64, 192, 128, 640))
        assert marked[top + 1 : low - 1, left + 1 : right - 1].all()
        assert marked.sum() == marked[top:low, left:right].sum()


def test_finer_scans_are_opaque_where_the_network_would_see_nothing():
    coarse = make_scan(width=512, height=256)
    info = coarse.info.model_copy(update={"pitch_mm": (2.0, 2.0)})
    fine = replace(coarse, info=info)
    shares = [join(build(scan), "opaque", 0).mean() for scan in (coarse, fine)]
    assert 0 < shares[1] < shares[0]


def test_nothing_is_opaque_as_long_as_the_noise_is_not_known():
    pyramid = Pyramid(make_scan(width=20))
    levels = np.zeros((2, 4, 4), np.float32)
    assert not mark_opaque(pyramid, 0, levels).any()


@pytest.mark.parametrize("level", [0, 1])
def test_a_view_is_its_planes_one_after_the_other(level):
    pyramid = build(make_scan(width=700, height=300))
    place, width = Place(level, 1, 0), pyramid.size(level)[0]
    apart = [make_tile(pyramid, name, place, width) for name in VIEWED["dual"]]
    assert_array_equal(make_tile(pyramid, "view", place, width), np.stack(apart))


def test_material_is_neutral_where_the_energies_are_not_known():
    scan = make_scan(width=40)
    object.__setattr__(scan, "info", scan.info.model_copy(update={"energies_mv": ()}))
    assert set(join(build(scan), "material", 0).flat) == {128 * 257}


def test_colours_of_a_picture_are_kept():
    scan = make_scan("display", width=300, height=20)
    found = [join(build(scan), name, 0) for name in ("red", "green", "blue")]
    assert_array_equal(np.stack(found, axis=2), scan.display.astype(np.uint16) * 257)


@pytest.mark.parametrize("kind", ["dual", "single", "display"])
def test_each_kind_has_its_planes_and_no_others(kind):
    pyramid = build(make_scan(kind, width=20))
    for plane in {name for names in OFFERED.values() for name in names}:
        if plane in OFFERED[kind]:
            assert join(pyramid, plane, 0).dtype == np.uint16
        else:
            with pytest.raises(NoSuchRecordError, match="has no plane"):
                join(pyramid, plane, 0)


@pytest.mark.parametrize("place", [Place(0, 2, 0), Place(0, 0, 1), Place(1, 1, 0)])
def test_there_are_no_tiles_beyond_the_scan(place):
    pyramid = build(make_scan(width=300))
    width = pyramid.size(place.level)[0]
    with pytest.raises(NoSuchRecordError, match="There is no tile"):
        make_tile(pyramid, "high", place, width)
