"""Tests of scans as 8-bit pictures."""

import numpy as np
import pytest

from data.scan import Scan, ScanInfo
from detector.encoding import THIN_EXPONENT, Encoding, encode_scan
from detector.scale import Scale
from tests.training.plain.datasets import make_scan
from training.plain.picture import draw_plain, resample_transmission


def as_scan(counts):
    high = np.asarray(counts, np.uint16)
    return Scan(
        high=high,
        air=np.full((1, len(high)), 60000, np.float32),
        dark=np.full((1, len(high)), 100, np.float32),
    )


def test_grey_is_linear_in_transmission_and_cut_at_air_and_dark():
    scan = as_scan([[0, 100, 30100, 60000, 65535]])
    picture = draw_plain(scan, Scale())
    assert picture.pixels[0, :, 0].tolist() == [0, 0, 128, 255, 255]
    assert (picture.pixels == picture.pixels[:, :, :1]).all()


def test_what_16_bits_tell_apart_8_bits_do_not():
    scan = as_scan([[200, 150]])
    assert np.unique(draw_plain(scan, Scale()).pixels).size == 1
    assert np.unique(encode_scan(scan, Encoding.DUAL, Scale()).planes[..., 0]).size == 2


@pytest.mark.parametrize("pitch_mm", [1.3, 4.0, 9.0])
def test_scans_are_resampled_as_for_our_networks(pitch_mm):
    scan = make_scan(pitch_mm=pitch_mm)
    encoded = encode_scan(scan, Encoding.DUAL, Scale())
    picture = draw_plain(scan, Scale())
    shown = resample_transmission(scan.transmission("high"), encoded.size)
    thin = np.rint(np.clip(shown, 0, 1) ** np.float32(THIN_EXPONENT) * 255)
    assert picture.pixels.shape == encoded.planes.shape
    assert picture.factors == encoded.factors
    # Live, the last column may end after the scan does: there it is half a pixel off.
    apart = np.abs(thin - encoded.planes[..., 1])
    assert np.count_nonzero(apart > 1) <= 0.01 * apart.size


def test_a_rendering_is_shown_in_its_colours():
    colours = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    scan = Scan(display=colours, info=ScanInfo(pitch_mm=(2.0, 2.0)))
    picture = draw_plain(scan, Scale())
    assert picture.pixels.shape == (20, 30, 3)
    encoded = encode_scan(scan, Encoding.DISPLAY, Scale())
    assert (picture.pixels == encoded.planes).all()
