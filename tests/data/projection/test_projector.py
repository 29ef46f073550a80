"""One scan after another thing: places, truth, other beams, phantoms."""

import numpy as np
import pytest

from data.errors import ScanError
from data.physics.beam import Beam
from data.physics.materials import STEEL
from data.projection.beams import to_beams
from data.projection.calibration import Measured
from data.projection.harmless import draw_harmless
from data.projection.projector import Projector, check_scan
from data.truth import FIREARM, HARMLESS
from tests.data.projection.things import (
    ENERGIES,
    make_cutout,
    make_picture,
    make_scan,
)


def add(scan, label=FIREARM, seed=0, measured=None, **changes):
    projector = Projector(scan, measured)
    rng = np.random.default_rng(seed)
    return projector.add(rng, make_cutout(), label, **changes), projector.mark()


def test_truth_has_the_box_of_the_thing_and_what_is_around_it():
    for seed in range(4):
        scan = make_scan()
        truth, made = add(scan, seed=seed)
        x0, y0, x1, y1 = map(int, truth.box)
        changed = np.argwhere(scan.high.astype(int) - made.high > 1500)
        assert abs(changed.min(axis=0) - [y0, x0]).max() <= 2
        assert abs(changed.max(axis=0) + 1 - [y1, x1]).max() <= 2
        mask = truth.pixels()
        assert mask.shape == (y1 - y0, x1 - x0)
        assert truth.label == FIREARM
        assert truth.kind == "pistol"
        assert truth.signal_to_noise > 20
        assert not truth.ignore
        before = -np.log((scan.high[y0:y1, x0:x1][mask] - 500.0) / 59500)
        assert truth.attenuation_around == pytest.approx(before.mean(), abs=0.05)
        assert 0.2 < truth.contrast < 0.75


def test_a_ghost_has_no_truth_and_changes_nothing_but_the_mark():
    scan = make_scan()
    truth, made = add(scan, density=0.0)
    assert truth is None
    assert np.array_equal(made.high, scan.high)
    assert made.info.synthetic


def test_who_cannot_be_seen_is_ignored_if_it_is_a_firearm():
    noisy = np.random.default_rng(0).normal(0, 0.02, (240, 400)).astype(np.float32)
    alpha = np.zeros((240, 400), np.float32)
    alpha[20:220, 20:380] = 4.5
    planes = [np.clip(np.exp(-alpha) + noisy, 0, 1.05)] * 2
    scan = make_scan(planes)
    firearm, harmless = add(scan)[0], add(scan, HARMLESS)[0]
    assert firearm.ignore
    assert firearm.signal_to_noise < 5
    assert not harmless.ignore


@pytest.mark.parametrize("gamma", [1.0, 2.4])
def test_a_thing_darkens_a_grey_picture_by_the_curve_that_was_measured(gamma):
    scan = make_picture(gamma)
    truth, made = add(scan, measured=Measured(gamma=gamma))
    x0, y0, x1, y1 = map(int, truth.box)
    before, after = (
        each.display[y0:y1, x0:x1, 0][truth.pixels()].astype(float)
        for each in (scan, made)
    )
    darker = gamma * np.log(before / after)
    assert darker.mean() == pytest.approx(truth.contrast, rel=0.1)


def test_display_scans_remain_display_scans():
    truth, made = add(make_picture())
    assert made.kind == "display"
    assert truth.signal_to_noise > 5


def test_a_scan_without_a_pitch_asks_for_it():
    with pytest.raises(ScanError, match="--pitch-mm"):
        check_scan(make_scan(pitch=None))


def test_another_stated_beam_shows_steel_of_the_same_thickness():
    beams = {mv: float(Beam(mv).attenuation([(STEEL, 8.0)])) for mv in (9.0, 6.0, 4.0)}
    mask = make_cutout().mask
    planes = np.stack([beams[9.0] * mask, beams[6.0] * mask]).astype(np.float32)
    cutout = make_cutout(attenuation=planes, energies_mv=(9.0, 6.0))
    fitted = to_beams(cutout, ENERGIES, 2)
    assert fitted.attenuation.max(axis=(1, 2)) == pytest.approx(
        [beams[6.0], beams[4.0]], rel=0.002
    )


def test_a_cutout_of_an_unknown_far_softer_beam_keeps_its_high_plane_only():
    mask = make_cutout().mask
    soft = np.stack([0.5 * mask, 0.9 * mask]).astype(np.float32)
    fitted = to_beams(make_cutout(attenuation=soft, energies_mv=()), ENERGIES, 2)
    high, low = fitted.attenuation.max(axis=(1, 2))
    assert high == 0.5
    assert low == pytest.approx(0.5 * 1.14, rel=0.03)
    kept = to_beams(make_cutout(attenuation=soft, energies_mv=()), (), 2)
    assert kept.attenuation[1].max() == np.float32(0.9)


def test_planes_are_dropped_or_made_as_the_scan_has_them():
    assert len(to_beams(make_cutout(), (6.0,), 1).attenuation) == 1
    single = make_cutout(attenuation=make_cutout().attenuation[:1], energies_mv=(6.0,))
    assert len(to_beams(single, ENERGIES, 2).attenuation) == 2


def test_phantoms_stand_in_for_harmless_cutouts():
    for energies, planes in ((ENERGIES, 2), ((), 2), ((6.0,), 1), ((0.3, 0.1), 2)):
        thing = draw_harmless(np.random.default_rng(2), energies)
        assert len(thing.attenuation) == planes
        assert thing.mask.any()
        assert not thing.mask[0].any()
        assert not thing.mask[:, -1].any()
        assert thing.attenuation.max() > 0.05
    assert thing.kind == draw_harmless(np.random.default_rng(2), ENERGIES).kind
