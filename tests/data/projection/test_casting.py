"""A cut-out keeps its size, its sense and its transmission when it is resampled."""

from dataclasses import replace

import numpy as np
import pytest

from data.projection.casting import (
    Variation,
    cast_cutout,
    draw_lying,
    draw_variation,
    lay_flat,
)
from tests.data.projection.things import make_cutout

PITCH = (4.0, 4.0)


def cast(variation=None, pitch=PITCH, blur=0.0, **changes):
    return cast_cutout(make_cutout(**changes), variation or Variation(), pitch, blur)


def test_it_has_its_size_in_pixels_of_any_shape():
    for pitch in (PITCH, (6.0, 5.0), (3.0, 8.0)):
        mask = cast(pitch=pitch).mask
        height, width = mask.any(axis=1).sum(), mask.any(axis=0).sum()
        assert width * pitch[0] == pytest.approx(120, abs=pitch[0])
        assert height * pitch[1] == pytest.approx(80, abs=pitch[1])


def test_transmission_is_averaged_and_not_attenuation():
    one = cast(Variation(offset=(0.5, 0.0)))
    through = np.exp(-one.attenuation[0].astype(np.float64))
    area = (1 - through).sum() * PITCH[0] * PITCH[1]
    mask = make_cutout().mask
    assert area == pytest.approx(mask.sum() * (1 - np.exp(-0.5)), rel=0.002)


@pytest.mark.parametrize("angle", [0.3, 1.2, -2.5])
def test_a_turn_keeps_area_and_strength(angle):
    turned, straight = cast(Variation(angle=angle)), cast()
    shadow = [(1 - np.exp(-c.attenuation[1])).sum() for c in (turned, straight)]
    assert shadow[0] == pytest.approx(shadow[1], rel=0.01)
    assert turned.attenuation.max() == pytest.approx(0.58, abs=0.01)


def test_a_quarter_turn_anticlockwise_takes_right_to_up():
    straight, turned = cast().mask, cast(Variation(angle=np.pi / 2)).mask
    assert (turned == np.rot90(straight)).mean() > 0.97


def test_the_mirror_swaps_left_and_right():
    straight, mirrored = cast().mask, cast(Variation(mirrored=True)).mask
    assert (mirrored == straight[:, ::-1]).mean() > 0.97
    assert (mirrored == straight).mean() < 0.9


def test_depth_magnifies_along_the_fan_only():
    height, width = cast(Variation(depth=1.17)).mask.shape
    assert height * 4 == pytest.approx(80 * 1.17, abs=4)
    assert width * 4 == pytest.approx(120, abs=4)


def test_size_takes_thickness_with_it_within_bounds():
    assert Variation(size=1.1).thickness == pytest.approx(1.1)
    assert Variation(size=1.1, density=1.9).thickness == 1.4
    assert Variation(size=0.9, density=0.5).thickness == 0.7
    assert cast(Variation(size=1.05)).attenuation.max() == pytest.approx(0.58 * 1.05)


def test_no_density_leaves_a_shape_that_attenuates_nothing():
    ghost = cast(Variation(density=0.0), blur=0.7)
    assert ghost.mask.sum() == cast(blur=0.7).mask.sum()
    assert ghost.attenuation.max() < 1e-6


def test_it_is_as_blurred_as_the_scan_but_no_less_than_it_was():
    sharp, soft = cast(), cast(blur=1.0)
    assert soft.attenuation.shape[1] > sharp.attenuation.shape[1]
    blurred = make_cutout(4.0, blur_px=1.0)
    already = [cast_cutout(blurred, Variation(), PITCH, b).attenuation for b in (0, 1)]
    assert np.array_equal(already[0], already[1])


def test_the_middle_goes_where_it_is_told():
    for offset in ((0.0, 0.0), (0.25, 0.75)):
        x, y = cast(Variation(offset=offset)).middle
        assert (x % 1, y % 1) == pytest.approx(offset)


@pytest.mark.parametrize("angle", [0.0, 0.7, 2.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_long_side_is_laid_level(angle, mirrored):
    leaning = cast(Variation(angle=angle), pitch=(1.0, 1.0))
    cutout = replace(make_cutout(), attenuation=leaning.attenuation, mask=leaning.mask)
    level = lay_flat(cutout)
    laid = cast_cutout(
        cutout,
        Variation(angle=-level if mirrored else level, mirrored=mirrored),
        PITCH,
        0.0,
    )
    height, width = laid.mask.shape
    assert height < 1.25 * 80 / 4
    assert width > height


def test_variations_stay_in_their_ranges_and_repeat():
    drawn = [draw_variation(np.random.default_rng(s)) for s in range(200)]
    assert drawn == [draw_variation(np.random.default_rng(s)) for s in range(200)]
    assert all(0.87 <= v.depth <= 1.17 and 0.7 <= v.thickness <= 1.4 for v in drawn)
    assert {v.mirrored for v in drawn} == {True, False}


def test_what_lies_is_nearly_level_either_way_up_and_varied_as_ever():
    rng = np.random.default_rng(0)
    leaning = cast(Variation(angle=0.7), pitch=(1.0, 1.0))
    cutout = replace(make_cutout(), attenuation=leaning.attenuation, mask=leaning.mask)
    drawn = [draw_lying(rng, cutout) for _ in range(60)]
    level = lay_flat(cutout)
    off = np.array([d.angle + (level if d.mirrored else -level) for d in drawn])
    assert np.std(np.sin(off)) == pytest.approx(0.08, rel=0.3)
    assert 0.3 < (np.cos(off) < 0).mean() < 0.7
    assert {d.mirrored for d in drawn} == {True, False}
    assert len({d.density for d in drawn}) == 60
    for each in drawn:
        height, width = cast_cutout(cutout, each, PITCH, 0.0).mask.shape
        assert height < width
