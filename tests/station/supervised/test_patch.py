"""Tests of what a test scan shows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import StationError
from data.scan import Scan
from station.spool.assembling import assemble
from station.supervised.patch import PATCH, cut_patch, read_patch, write_patch
from tests.data.projection.things import make_picture, make_scan
from tests.station.supervised.things import cut_pieces, make_patch, read_made

KINDS = {
    "dual": make_scan,
    "single": lambda: make_scan(low=False),
    "display": make_picture,
}


def planes_of(scan):
    return [p for p in (scan.high, scan.low, scan.display) if p is not None]


@pytest.mark.parametrize("kind", KINDS)
def test_a_patch_comes_back_from_its_file_as_it_was(kind, tmp_path):
    patch = make_patch(KINDS[kind]())
    write_patch(patch, tmp_path)
    found = read_made(tmp_path)
    assert (found.x0, found.y0, found.thing, found.box) == (
        patch.x0,
        patch.y0,
        patch.thing,
        patch.box,
    )
    for name in ("high", "low", "display", "air", "dark"):
        before, after = getattr(patch, name), getattr(found, name)
        assert (before is None) == (after is None)
        assert before is None or np.array_equal(before, after)
    assert [path.name for path in tmp_path.iterdir()] == [PATCH]


def test_a_scan_without_a_patch_is_no_test_scan(tmp_path):
    assert read_patch(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no zip at all"])
def test_a_damaged_patch_is_refused_in_one_line(content, tmp_path):
    (tmp_path / PATCH).write_bytes(content)
    with pytest.raises(StationError, match=r"test\.npz cannot be read"):
        read_patch(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@given(step=st.integers(1, 120))
def test_columns_are_shown_as_the_whole_is(kind, step):
    scan = KINDS[kind]()
    patch = make_patch(scan)
    whole = patch.apply(scan, 0)
    shown = [
        replace(one, piece=patch.apply(one.piece, one.at))
        for one in cut_pieces(scan, step)
    ]
    for joined, plane in zip(planes_of(assemble(shown)), planes_of(whole), strict=True):
        assert np.array_equal(joined, plane)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_rectangle_is_changed(kind):
    scan = KINDS[kind]()
    whole = make_patch(scan).apply(scan, 0)
    for before, after in zip(planes_of(scan), planes_of(whole), strict=True):
        changed = np.argwhere((before != after).reshape(*before.shape[:2], -1).any(2))
        assert changed.min(axis=0).tolist() == [30, 50]
        assert changed.max(axis=0).tolist() == [39, 69]
    assert whole.info == scan.info


def test_counts_are_brought_to_the_levels_of_the_columns():
    scan = make_scan()
    part = scan.high[30:40, 50:70] // 2, scan.low[30:40, 50:70] // 2
    patch = make_patch(scan, high=part[0], low=part[1])
    other = Scan(
        high=scan.high // 2,
        low=scan.low // 2,
        air=scan.air / 2,
        dark=scan.dark / 4,
        info=scan.info,
    )
    as_usual = patch.apply(scan, 0).transmission("high")[30:40, 50:70]
    brought = patch.apply(other, 0).transmission("high")[30:40, 50:70]
    assert np.abs(as_usual - brought).max() < 2e-5


def test_what_was_changed_is_cut_out_with_its_place():
    scan = make_scan()
    shown = make_patch(scan).apply(scan, 0)
    found = cut_patch(scan, shown, 1000, thing="a", box=(52.0, 32.0, 60.0, 38.0))
    assert (found.x0, found.y0, found.size) == (1050, 30, (20, 10))
    assert found.box == (1052.0, 32.0, 1060.0, 38.0)
    moved = replace(found, x0=50)
    for made, plane in zip(
        planes_of(moved.apply(scan, 0)), planes_of(shown), strict=True
    ):
        assert np.array_equal(made, plane)
