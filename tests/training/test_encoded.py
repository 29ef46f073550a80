"""Tests of scans encoded onto disk for a training."""

import numpy as np
import pytest

from data.dataset import Sample
from data.errors import EncodingError, ScanFileError
from data.formats import read_scan, write_scan
from data.scan import Scan
from data.truth import Truth, TruthObject
from detector.encoding import Encoding, encode_scan
from detector.scale import Scale
from tests.data.formats.samples import make_colour, make_dual
from training.config import make_config
from training.encoded import encode_samples


def write(folder, name, scan, *boxes):
    path = folder / f"{name}.tiff"
    write_scan(scan, path)
    objects = tuple(TruthObject(box=box) for box in boxes)
    truth = path.with_suffix(".json")
    truth.write_text(Truth(objects=objects).model_dump_json())
    return Sample(name, path, truth, "train")


def encode(samples, folder, **given):
    told = []
    config = make_config(None, {"scale": {"pitch_mm": 2.0}} | given)
    scans = encode_samples(samples, config, folder, lambda *steps: told.append(steps))
    return scans, told


def test_planes_are_those_that_run_live_and_boxes_follow_the_scale(tmp_path):
    sample = write(tmp_path, "a", make_dual(40, 30), (4.0, 6.0, 20.0, 18.0))
    (encoded,), told = encode([sample], tmp_path / "work")
    scan = read_scan(sample.scan)
    live = encode_scan(scan, Encoding.DUAL, Scale(pitch_mm=2.0))
    np.testing.assert_array_equal(encoded.planes, live.planes)
    # A pitch of 4.0 x 4.5 mm brought to 2 mm: x by 2, y by 2.25 up to rounding.
    x, y = encoded.planes.shape[1] / 40, encoded.planes.shape[0] / 30
    assert (x, y) == pytest.approx((2, 2.25), rel=0.02)
    expected = np.array([4 * x, 6 * y, 20 * x, 18 * y])
    np.testing.assert_allclose(encoded.boxes, expected[None], rtol=1e-6)
    assert told == [(1, 1)]
    assert isinstance(encoded.planes, np.memmap)
    assert not encoded.planes.flags.writeable


def test_counts_are_rendered_for_a_display_training_alike_each_time(tmp_path):
    samples = [write(tmp_path, name, make_dual(40, 30)) for name in ("a", "b")]
    first, told = encode(samples, tmp_path / "1", encoding="display")
    second, _ = encode(samples, tmp_path / "2", encoding="display")
    other, _ = encode(samples, tmp_path / "3", encoding="display", seed=1)
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.planes, two.planes)
    assert any(
        (one.planes != two.planes).any() for one, two in zip(first, other, strict=True)
    )
    assert told == [(1, 2), (2, 2)]


def test_a_rendering_cannot_be_learned_from_as_counts_and_is_named(tmp_path):
    sample = write(tmp_path, "picture", Scan(display=make_colour()))
    with pytest.raises(EncodingError, match=r"picture\.tiff: A display scan"):
        encode([sample], tmp_path / "work")


def test_a_scan_that_cannot_be_read_is_named(tmp_path):
    sample = write(tmp_path, "a", make_dual())
    sample.scan.write_bytes(b"II*\0")
    with pytest.raises(ScanFileError, match=r"a\.tiff"):
        encode([sample], tmp_path / "work")
