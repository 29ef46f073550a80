"""Tests of painting: every encoding shows what it should, and air as it is filled."""

from typing import get_args

import numpy as np
import pytest

from data.display import COLOURED, GAMMAS, Rendering
from data.physics.beam import Beam
from data.physics.materials import IRON, MATERIALS
from detector.encoding import NEUTRAL, Encoding, encode_transmission
from tests.data.projection.things import ENERGIES, make_box
from tests.training.scans import make_prepared
from training.config import Planes
from training.painting import View, draw_look, paint, show_air, view_scan

ALL = get_args(Planes)


def make_levels(planes=2):
    return np.stack(make_box(shape=(240, 400))[:planes])


def make_view(levels=None, energies=ENERGIES, noise=(0.003, 0.003), **known):
    shown = make_levels() if levels is None else levels
    return View(shown, energies[: len(shown)], noise[: len(shown)], **known)


@pytest.mark.parametrize("holds", ALL)
@pytest.mark.parametrize("planes", [1, 2])
@pytest.mark.parametrize("energies", [(), ENERGIES])
def test_every_encoding_is_three_planes_of_bytes(holds, planes, energies):
    shown = paint(make_view(make_levels(planes), energies), holds)
    assert shown.shape == (240, 400, 3)
    assert shown.dtype == np.uint8
    assert shown.std() > 5


@pytest.mark.parametrize("holds", ALL)
@pytest.mark.parametrize("planes", [1, 2])
@pytest.mark.parametrize("energies", [(), ENERGIES])
def test_air_is_what_tiles_are_filled_with(holds, planes, energies):
    air = np.ones((planes, 9, 12), np.float32)
    assert (paint(make_view(air, energies), holds) == show_air(holds)).all()


@pytest.mark.parametrize("encoding", list(Encoding))
def test_air_is_what_it_is_live(encoding):
    assert show_air(encoding.value) == encoding.air


def test_dual_is_what_live_encoding_makes():
    view = make_view(noise=(0.002, 0.004))
    high, low = view.levels
    expected = encode_transmission(high, low, ENERGIES, (0.002, 0.004))
    np.testing.assert_array_equal(paint(view, "dual"), expected)
    assert (paint(make_view(noise=(0.1, 0.1)), "dual") != expected).any()


def test_single_is_dual_without_the_material():
    dual, single = (paint(make_view(), holds) for holds in ("dual", "single"))
    np.testing.assert_array_equal(single[..., :2], dual[..., :2])
    assert (single[..., 2] == NEUTRAL).all()
    assert (dual[..., 2] != NEUTRAL).any()


def test_experiments_show_the_stated_function_of_transmission():
    levels = np.array([[[1.2, 1.0, 0.5, 0.1, 1e-3, 0.0]]], np.float32)
    view = make_view(levels)
    assert paint(view, "linear")[0, :, 0].tolist() == [255, 255, 128, 26, 0, 0]
    log = paint(view, "log")[0, :, 0].tolist()
    assert log[:5] == [0, 0, 16, 53, 160]
    assert log[5] >= 255
    for holds in ("linear", "log"):
        shown = paint(view, holds)
        assert (shown == shown[..., :1]).all()


def test_the_ratio_tells_light_matter_from_steel():
    steel, water = (
        np.array([Beam(mv).attenuation([(matter, areal)]) for mv in ENERGIES])
        for matter, areal in (
            (IRON, np.array([30.0])),
            (MATERIALS["water"], np.array([30.0])),
        )
    )
    shown = []
    for alpha in (steel, water):
        plane = np.exp(-alpha).astype(np.float32)
        levels = np.broadcast_to(plane[..., None], (2, 9, 9)).copy()
        shown.append(paint(make_view(levels), "high-low-ratio")[4, 4].astype(int))
    assert shown[1][2] > shown[0][2] + 8
    assert all(low > high for high, low, _ in shown)
    alone = paint(make_view(make_levels(1)), "high-low-ratio")
    assert (alone[..., 2] == NEUTRAL).all()
    np.testing.assert_array_equal(alone[..., 0], alone[..., 1])


def test_a_rendering_is_grey_unless_it_is_in_colours():
    grey = paint(make_view(how=Rendering(2.0)), "display").astype(int)
    assert np.ptp(grey, axis=2).max() == 0
    assert grey[120, 50, 0] == pytest.approx(255 * np.exp(-0.2 / 2), abs=3)
    coloured = paint(make_view(how=Rendering(colour=True)), "display")
    assert np.ptp(coloured.astype(int), axis=2).max() > 9
    assert np.ptp(paint(make_view(), "pseudo-colour").astype(int), axis=2).max() > 9


def test_counts_are_rendered_with_another_curve_each_time():
    scan, random = make_prepared(), np.random.default_rng(0)
    looks = [draw_look(scan, random) for _ in range(400)]
    gammas = [look.gamma for look in looks]
    assert min(gammas) < GAMMAS[0] + 0.1
    assert max(gammas) > GAMMAS[1] - 0.1
    assert np.median(gammas) == pytest.approx(1.5, abs=0.15)
    coloured = np.mean([look.colour for look in looks])
    assert coloured == pytest.approx(COLOURED, abs=0.06)
    assert {look.air for look in looks} == {None}
    view = view_scan(scan, make_levels(), (0.003,) * 2, looks[0])
    assert (view.energies_mv, view.how) == (ENERGIES, looks[0])


@pytest.mark.parametrize(
    ("planes", "energies"), [(1, (6.0,)), (2, (None, None)), (1, (None,))]
)
def test_nothing_is_coloured_without_two_known_energies(planes, energies):
    scan = make_prepared(make_levels(planes), energies_mv=energies)
    random = np.random.default_rng(0)
    levels = make_levels(planes)
    looks = [draw_look(scan, random) for _ in range(60)]
    assert not any(look.colour for look in looks)
    view = view_scan(scan, levels, (0.003,) * planes, looks[0])
    assert None not in view.energies_mv


def test_a_grey_picture_keeps_its_own_curve_and_air():
    scan = make_prepared(make_levels(1), air=233.0, energies_mv=(None,))
    random = np.random.default_rng(0)
    for _ in range(20):
        how = draw_look(scan, random)
        view = view_scan(scan, np.ones((1, 5, 5), np.float32), (0.003,), how)
        assert (paint(view, "display") == 233).all()
