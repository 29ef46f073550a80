"""Fingerprints are small, last, and are taken once for each content."""

import cv2
import numpy as np
import pytest

from data.duplicates import Fingerprint, fingerprint_scan, fingerprint_scans
from data.duplicates.fingerprint import MOST
from data.duplicates.shrinking import PIXELS, read_shrunk
from data.errors import DatasetError, ScanFileError
from tests.data.duplicates.bags import draw_bag, scale, scan_of

NAMES = ["points", "codes", "mirror_points", "mirror_codes", "coarse", "view"]


def save(path, picture):
    cv2.imwrite(str(path), picture)
    return path


def same(first, second):
    parts = all((getattr(first, n) == getattr(second, n)).all() for n in NAMES)
    return parts and (first.sha256, first.size) == (second.sha256, second.size)


def test_bytes_give_the_fingerprint_back():
    taken = fingerprint_scan(scan_of(draw_bag(0)))
    assert same(Fingerprint.from_bytes(taken.to_bytes()), taken)
    assert len(taken.to_bytes()) < 60_000
    assert 0 < len(taken.points) <= MOST


@pytest.mark.parametrize("packed", [b"", b"no", b"PK\x03\x04 no"])
def test_damaged_bytes_are_refused(packed):
    with pytest.raises(DatasetError, match="damaged"):
        Fingerprint.from_bytes(packed)


@pytest.mark.parametrize("factor", [1, 2, 3, 5])
def test_a_jpeg_is_shrunk_alike_whatever_its_size(tmp_path, factor):
    path = save(tmp_path / "a.jpg", scale(draw_bag(1), factor))
    shrunk = read_shrunk(path)
    assert shrunk.size == pytest.approx(PIXELS, rel=0.02)
    plain = cv2.resize(draw_bag(1)[..., 0], shrunk.shape[::-1], None, 0, 0, 3)
    assert np.corrcoef(plain.ravel(), shrunk.ravel())[0, 1] > 0.97


def test_a_scan_in_memory_and_its_file_have_the_same_corners(tmp_path):
    picture = draw_bag(2)
    path = save(tmp_path / "a.png", picture)
    filed, held = fingerprint_scan(path), fingerprint_scan(scan_of(picture))
    assert (filed.codes == held.codes).all()


def test_a_file_of_known_content_is_not_read_again(tmp_path):
    paths = [save(tmp_path / f"{i}.png", draw_bag(i)) for i in range(3)]
    cache = tmp_path / "prints.npz"
    first = fingerprint_scans(paths[:2], cache=cache)
    told = []
    later = fingerprint_scans(paths, cache=cache, progress=lambda *t: told.append(t))
    assert told == [(3, 3)]
    assert all(map(same, first, later))
    again = fingerprint_scans(paths, cache=cache, progress=lambda *t: told.append(t))
    assert len(told) == 1
    assert all(map(same, again, later))


def test_two_files_of_one_content_get_one_fingerprint(tmp_path):
    paths = [save(tmp_path / f"{i}.png", draw_bag(0)) for i in range(2)]
    first, second = fingerprint_scans(paths)
    assert first is second


def test_processes_give_what_one_gives(tmp_path):
    paths = [save(tmp_path / f"{i}.jpg", draw_bag(i)) for i in range(2)]
    assert all(map(same, fingerprint_scans(paths, workers=2), fingerprint_scans(paths)))


def test_a_cache_that_is_none_is_refused(tmp_path):
    cache = tmp_path / "prints.npz"
    cache.write_bytes(b"no")
    path = save(tmp_path / "a.png", draw_bag(0))
    with pytest.raises(DatasetError, match="Delete it"):
        fingerprint_scans([path], cache=cache)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ScanFileError, match=r"gone\.jpg"):
        fingerprint_scans([tmp_path / "gone.jpg"])


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (30, 400)])
def test_a_scan_that_is_hardly_one_has_no_corners(shape):
    picture = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    assert not len(fingerprint_scan(scan_of(picture)).points)
