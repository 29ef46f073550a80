"""Noise, scatter and sharpness are read off a scan."""

import cv2
import numpy as np
import pytest

from data.errors import ScanError
from data.physics.beam import Beam
from data.physics.materials import STEEL, WOOD
from data.projection.calibration import Measured, calibrate_planes, calibrate_scan
from data.projection.scatter import estimate_scatter, spread_signal
from data.projection.sharpness import USUAL_BLUR_PX, estimate_blur
from data.scan import Scan, ScanInfo

ENERGIES = (6.0, 4.0)
INFO = ScanInfo(pitch_mm=(4.0, 4.0), energies_mv=ENERGIES)


def make(share=0.01, blur=0.6, air_noise=0.004, steel=(250.0, 120.0, 60.0)):
    """A box of wood with bars of steel on its floor, scattered, blurred and noisy."""
    rng = np.random.default_rng(3)
    planes = []
    for mv in ENERGIES:
        beam = Beam(mv)
        fine = np.ones((400 * 4, 600 * 4))
        for i in range(10):  # edges at all places within a pixel
            stack = slice(321 + i, 1281 + i), slice(200 + 200 * i, 400 + 200 * i)
            fine[stack] = np.exp(-beam.attenuation([(WOOD, 12.0)]))
        for i, areal in enumerate(steel):
            part = slice(1000 + 2, 1200 + 2), slice(400 + 500 * i, 700 + 500 * i)
            fine[part] = np.exp(-beam.attenuation([(STEEL, areal)]))
        mean = cv2.resize(fine, (600, 400), interpolation=cv2.INTER_AREA)
        straight = cv2.GaussianBlur(mean, (0, 0), blur).astype(np.float32)
        wide = spread_signal(straight, INFO.pitch_mm)
        signal = (1 - share) * straight + share * wide
        noise = rng.normal(0, air_noise, signal.shape) * np.sqrt(signal)
        planes.append((signal + noise).astype(np.float32))
    return planes


@pytest.mark.parametrize("share", [0.005, 0.015])
def test_the_scatter_share_is_found_from_dark_steel_that_is_not_opaque(share):
    planes = make(share, steel=(120.0, 110.0, 60.0))
    wide = [spread_signal(p, INFO.pitch_mm) for p in planes]
    assert estimate_scatter(planes, wide, ENERGIES) == pytest.approx(share, rel=0.15)


def test_one_energy_finds_it_only_behind_what_is_opaque():
    planes = make(0.01)[:1]
    wide = [spread_signal(p, INFO.pitch_mm) for p in planes]
    assert estimate_scatter(planes, wide, (6.0,)) == pytest.approx(0.01, rel=0.15)
    bright = [np.ones((60, 80), np.float32)]
    assert estimate_scatter(bright, bright, (6.0,)) == 0.015


@pytest.mark.parametrize("blur", [0.35, 0.6, 0.9])
def test_the_blur_is_found_from_level_edges(blur):
    assert estimate_blur(make(blur=blur)[0]) == pytest.approx(blur, abs=0.12)


def test_a_scan_without_edges_has_the_usual_blur():
    assert estimate_blur(np.ones((50, 50), np.float32)) == USUAL_BLUR_PX
    assert estimate_blur(np.ones((3, 3), np.float32)) == USUAL_BLUR_PX


def test_noise_is_found_and_the_floor_is_nowhere_above_the_signal():
    planes = make()
    found = calibrate_planes(planes, INFO)
    assert [n.air for n in found.noise] == pytest.approx([0.004, 0.004], rel=0.1)
    mean = np.stack([cv2.blur(p, (9, 9)) for p in planes])
    assert (found.floors <= np.maximum(mean, 0) + 1e-6).all()
    assert found.energies_mv == ENERGIES


def test_readout_noise_shows_in_the_dark():
    plane = np.full((80, 90), 1e-3, np.float32)
    plane[:40] = 1
    plane += np.random.default_rng(0).normal(0, 0.002, plane.shape).astype(np.float32)
    noise = calibrate_planes([plane], ScanInfo()).noise[0]
    assert noise.readout == pytest.approx(0.002, rel=0.15)


def test_what_was_measured_is_not_estimated():
    found = calibrate_planes(make(), INFO, Measured(scatter=0.0, blur_px=0.4))
    assert found.blur_px == 0.4
    assert not found.floors.any()


def test_a_display_scan_has_no_counts_to_calibrate_by():
    with pytest.raises(ScanError):
        calibrate_scan(Scan(display=np.zeros((5, 5, 3), np.uint8)))
