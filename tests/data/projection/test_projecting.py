"""Projection into counts adds what it should, and no trace of itself."""

import cv2
import numpy as np
import pytest

from data.errors import ScanError
from data.physics.beam import Beam
from data.physics.materials import STEEL
from data.projection.calibration import PlaneNoise, calibrate_scan
from data.projection.casting import Cast, Variation, cast_cutout
from data.projection.projecting import (
    draw_noise,
    measure_visibility,
    project_cast,
    project_into_scan,
)
from tests.data.projection.things import ENERGIES, PITCH, make_cutout, make_scan

SHAPE = (30, 40)


def flat(value):
    return np.full((2, *SHAPE), value, np.float32)


def steel(areal):
    beams = [float(Beam(mv).attenuation([(STEEL, areal)])) for mv in ENERGIES]
    return np.stack([np.full(SHAPE, b, np.float32) for b in beams])


def patch(areal=5.0):
    attenuation = np.zeros((2, *SHAPE), np.float32)
    attenuation[:, 10:20, 10:30] = steel(areal)[:, 10:20, 10:30]
    return Cast(attenuation, attenuation[0] > 0, (20.0, 15.0))


@pytest.mark.parametrize("areal", [0.0, 20.0, 80.0])
def test_steel_behind_steel_is_what_the_beam_says_with_and_without_scatter(areal):
    for scatter in (0.0, 0.004):
        floors = flat(scatter)
        planes = np.exp(-steel(areal)) + floors
        made = project_cast(planes, patch(), floors, ENERGIES).planes - floors
        true = np.exp(-steel(areal + 5.0))
        assert made[:, 15, 20] == pytest.approx(true[:, 15, 20], rel=0.003)


def test_edges_that_meet_under_a_blur_are_allowed_for():
    # A step of cargo under a step of the thing, both blurred, without hardening.
    cargo, thing = np.ones(SHAPE, np.float32), np.ones(SHAPE, np.float32)
    cargo[:, :20], thing[:, :21] = 0.3, 0.5
    blur = 0.8
    before, shown, true = (
        cv2.GaussianBlur(plane, (0, 0), blur) for plane in (cargo, thing, cargo * thing)
    )
    added = np.asarray(-np.log(shown)[None], np.float32)
    cast = Cast(added, shown < 0.9, (10.0, 15.0))
    errors = [
        np.abs(
            project_cast(
                np.asarray(before[None], np.float32),
                cast,
                np.zeros((1, *SHAPE), np.float32),
                (None,),
                method="multiply",
                blur_px=known,
            ).planes[0]
            - true
        ).max()
        for known in (0.0, blur)
    ]
    assert errors[1] < 0.5 * errors[0]


def test_nothing_changes_where_the_thing_is_not():
    planes = np.exp(-steel(30.0))
    made = project_cast(planes, patch(), flat(0), ENERGIES)
    outside = ~patch().mask
    assert np.array_equal(made.planes[:, outside], planes[:, outside])
    assert not made.added[:, outside].any()
    noise = draw_noise(
        np.random.default_rng(0), made, flat(0), [PlaneNoise(0.01, 0.001)] * 2
    )
    assert not noise[:, outside].any()
    assert noise[:, ~outside].any()


@pytest.mark.parametrize("areal", [0.0, 40.0, 160.0])
def test_it_is_never_brighter_than_the_background_nor_darker_than_the_floor(areal):
    floors = flat(0.005)
    planes = np.exp(-steel(areal)) + floors
    made = project_cast(planes, patch(9.0), floors, ENERGIES).planes
    assert (made <= planes).all()
    assert (made >= floors).all()


def test_behind_what_is_opaque_next_to_nothing_changes():
    floors = flat(0.005)
    planes = np.exp(-steel(400.0)) + floors
    made = project_cast(planes, patch(), floors, ENERGIES).planes
    assert np.abs(made - planes).max() < 1e-4


def test_noise_is_what_so_few_photons_have():
    """Signal and noise of many copies of one pixel, with scatter and readout."""
    rng = np.random.default_rng(5)
    air, readout, floor, signal = 0.02, 0.003, 0.01, 0.2
    shape = (1, 300, 300)
    floors = np.full(shape, floor, np.float32)
    sigma = np.sqrt(air**2 * (signal + floor) + readout**2)
    planes = (floor + signal + rng.normal(0, sigma, shape)).astype(np.float32)
    cast = Cast(np.full(shape, 0.6, np.float32), np.ones(shape[1:], bool), (0.0, 0.0))
    made = project_cast(planes, cast, floors, (None,), method="multiply")
    noisy = made.planes + draw_noise(rng, made, floors, [PlaneNoise(air, readout)])
    left = signal * np.exp(-0.6)
    assert noisy.mean() == pytest.approx(floor + left, rel=0.002)
    wanted = np.sqrt(air**2 * (left + floor) + readout**2)
    assert noisy.std() == pytest.approx(wanted, rel=0.02)


def test_visibility_grows_with_contrast_and_falls_with_noise():
    planes = np.exp(-steel(20.0))
    thin, thick = (
        project_cast(planes, patch(a), flat(0), ENERGIES) for a in (1.0, 4.0)
    )
    assert measure(thick, 0.01) > 3 * measure(thin, 0.01)
    assert measure(thin, 0.02) == pytest.approx(measure(thin, 0.01) / 2, rel=0.01)
    assert measure(thin, 0.01, 0.02) < measure(thin, 0.01) / 2


def measure(projected, air, readout=0.0):
    return measure_visibility(projected, PlaneNoise(air, readout))


def project(scan, density=1.0, seed=0):
    planes = 2 if scan.kind == "dual" else 1
    cutout = make_cutout()
    cast = cast_cutout(cutout, Variation(density=density), PITCH, 0.5)
    cast = Cast(cast.attenuation[:planes], cast.mask, cast.middle)
    calibration = calibrate_scan(scan)
    rng = np.random.default_rng(seed)
    return project_into_scan(rng, scan, cast, (60, 100), calibration), cast


def test_a_scan_keeps_all_it_knew_and_is_synthetic_for_ever():
    scan = make_scan()
    made, _ = project(scan)
    assert made.scan.info.synthetic
    assert made.scan.info.model_copy(update={"synthetic": False}) == scan.info
    assert np.array_equal(made.scan.air, scan.air)
    assert np.array_equal(made.scan.dark, scan.dark)


def test_counts_change_under_the_thing_only_and_in_both_planes():
    scan = make_scan()
    made, cast = project(scan)
    for before, after in ((scan.high, made.scan.high), (scan.low, made.scan.low)):
        changed = np.argwhere(before != after)
        assert changed.min(axis=0).tolist() >= [100, 60]
        height, width = cast.mask.shape
        assert (changed.max(axis=0) < [100 + height, 60 + width]).all()
        assert after[105, 70] < before[105, 70]


def test_a_ghost_leaves_the_counts_as_they_are():
    scan = make_scan()
    made, _ = project(scan, density=0.0)
    assert np.array_equal(made.scan.high, scan.high)
    assert np.array_equal(made.scan.low, scan.low)
    assert made.scan.info.synthetic


def test_the_same_seed_makes_the_same_counts():
    scan = make_scan()
    high = [project(scan, seed=s)[0].scan.high for s in (1, 1, 2)]
    assert np.array_equal(high[0], high[1])
    assert not np.array_equal(high[0], high[2])


def test_one_energy_will_do():
    made, _ = project(make_scan(low=False))
    assert made.scan.kind == "single"
    assert made.visible > 5


def test_a_thing_of_two_planes_does_not_go_into_a_scan_of_one():
    scan = make_scan(low=False)
    cast = cast_cutout(make_cutout(), Variation(), PITCH, 0.5)
    with pytest.raises(ScanError, match="lacks a plane"):
        project_into_scan(
            np.random.default_rng(0), scan, cast, (60, 100), calibrate_scan(scan)
        )
