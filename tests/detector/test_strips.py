"""Strips lie on what can be seen, overlap, and never depend on what comes later."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.encoding import CELL
from detector.strips import GAP, StripPlanner
from detector.tiles import Tile


@st.composite
def scenes(draw):
    """A planner's settings, in cells, and what is busy, from sparse to full."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 60))
    width = draw(st.integers(1, 12))
    overlap = draw(st.integers(0, width - 1))
    share = draw(st.sampled_from([0.02, 0.1, 0.4, 1.0]))
    random = np.random.default_rng(draw(st.integers(0, 999)))
    busy = random.random((rows, columns)) < share
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, columns - 1))
        busy[:, start : start + draw(st.integers(1, 20))] = False
    return width, overlap, busy


def make_planner(width, overlap, rows):
    return StripPlanner(width * CELL, overlap * CELL, rows * CELL)


def plan(width, overlap, busy, ends=()):
    """All strips of a scan whose cells come in pieces that end at columns."""
    planner = make_planner(width, overlap, len(busy))
    strips = []
    for cells in np.split(busy, sorted(ends), axis=1):
        strips += planner.add(cells)
    return strips + planner.finish(busy.shape[1] * CELL)


def to_cells(strip):
    return [side // CELL for side in (strip.x0, strip.y0, strip.x1, strip.y1)]


@given(scenes())
def test_every_busy_cell_is_in_a_strip(scene):
    width, overlap, busy = scene
    left = busy.copy()
    for strip in plan(width, overlap, busy):
        x0, y0, x1, y1 = to_cells(strip)
        left[y0:y1, x0:x1] = False
    assert not left.any()


@given(scenes())
def test_strips_go_from_left_to_right_within_the_scan_and_are_never_too_wide(scene):
    width, overlap, busy = scene
    strips = [to_cells(strip) for strip in plan(width, overlap, busy)]
    for before, after in pairwise(strips):
        assert before[0] < after[0]
        assert before[2] < after[2]
    for x0, y0, x1, y1 in strips:
        assert 0 <= x0 < x1 <= busy.shape[1]
        assert 0 <= y0 < y1 <= busy.shape[0]
        assert x1 - x0 <= width


@given(scenes())
def test_each_strip_shows_matter_that_no_earlier_one_does(scene):
    width, overlap, busy = scene
    done = 0
    for strip in plan(width, overlap, busy):
        x0, _, x1, _ = to_cells(strip)
        assert busy[:, max(x0, done) : x1].any()
        done = x1


@given(scenes())
def test_neighbours_share_the_overlap_where_matter_goes_on(scene):
    width, overlap, busy = scene
    columns = busy.any(axis=0)
    strips = [to_cells(strip) for strip in plan(width, overlap, busy)]
    for (_, _, end, _), (start, _, _, _) in pairwise(strips):
        if columns[end - 1] and columns[end] and width - overlap > GAP:
            assert end - start == overlap


@given(scenes())
def test_a_strip_is_as_high_as_its_matter_and_a_cell_more_on_each_side(scene):
    width, overlap, busy = scene
    for strip in plan(width, overlap, busy):
        x0, y0, x1, y1 = to_cells(strip)
        rows = np.flatnonzero(busy[:, x0:x1].any(axis=1))
        assert y0 == max(rows[0] - 1, 0)
        assert y1 == min(rows[-1] + 2, len(busy))


@given(scenes(), st.data())
def test_pieces_of_any_size_come_to_the_same_strips(scene, data):
    width, overlap, busy = scene
    ends = data.draw(st.lists(st.integers(0, busy.shape[1]), max_size=6))
    assert plan(width, overlap, busy, ends) == plan(width, overlap, busy)


@given(scenes(), st.data())
def test_what_is_decided_does_not_depend_on_what_comes_later(scene, data):
    width, overlap, busy = scene
    seen = data.draw(st.integers(0, busy.shape[1]))
    planner = make_planner(width, overlap, len(busy))
    early = planner.add(busy[:, :seen])
    x = planner.x
    whole = plan(width, overlap, busy)
    assert whole[: len(early)] == early
    assert all(strip.x0 >= x for strip in whole[len(early) :])


@given(scenes(), st.data())
def test_a_strip_that_is_cut_leaves_nothing_out(scene, data):
    width, overlap, busy = scene
    stop = data.draw(st.integers(0, busy.shape[1]))
    planner = make_planner(width, overlap, len(busy))
    strips = planner.add(busy[:, :stop])
    cut = planner.cut()
    assert planner.cut() == []
    strips += cut + planner.add(busy[:, stop:])
    strips += planner.finish(busy.shape[1] * CELL)
    left = busy.copy()
    for strip in strips:
        x0, y0, x1, y1 = to_cells(strip)
        assert x1 - x0 <= width
        left[y0:y1, x0:x1] = False
    assert not left.any()
    for strip in cut:
        assert strip.x1 == stop * CELL


@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 60))
def test_nothing_but_air_is_never_looked_at(width, rows, columns):
    assert plan(width, 0, np.zeros((rows, columns), bool)) == []


def test_strips_of_a_container_begin_and_end_with_it():
    busy = np.zeros((10, 40), bool)
    busy[3:8, 5:30] = True
    assert plan(12, 2, busy) == [
        Tile(4 * CELL, 2 * CELL, 16 * CELL, 9 * CELL),
        Tile(14 * CELL, 2 * CELL, 26 * CELL, 9 * CELL),
        Tile(24 * CELL, 2 * CELL, 31 * CELL, 9 * CELL),
    ]


@pytest.mark.parametrize(("gap", "count"), [(GAP - 1, 1), (GAP, 2)])
def test_a_gap_parts_strips_once_it_is_wide(gap, count):
    busy = np.zeros((2, 20), bool)
    busy[:, [2, 3 + gap]] = True
    strips = plan(30, 4, busy)
    assert len(strips) == count
    assert strips[0].x0 == CELL
    assert strips[-1].x0 == (CELL if count == 1 else (2 + gap) * CELL)


def test_the_last_strip_ends_with_the_scan():
    planner = make_planner(12, 2, 3)
    planner.add(np.ones((3, 5), bool))
    assert planner.finish(5 * CELL - 7) == [Tile(0, 0, 5 * CELL - 7, 3 * CELL)]


def test_rows_end_with_the_scan():
    planner = StripPlanner(4 * CELL, 0, 2 * CELL + 5)
    (strip,) = planner.add(np.ones((3, 4), bool))
    assert strip == Tile(0, 0, 4 * CELL, 2 * CELL + 5)


def test_memory_is_bounded_whatever_the_length():
    planner = make_planner(6, 2, 3)
    for share in (0.0, 0.1, 1.0):
        for _ in range(50):
            planner.add(np.random.default_rng(0).random((3, 40)) < share)
            assert len(planner._cells) <= 6  # noqa: SLF001 - what is kept
