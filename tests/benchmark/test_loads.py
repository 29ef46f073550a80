"""Loaded containers are told by how dark their middle is."""

import numpy as np
import pytest

from benchmark.rivals.loads import find_loaded, measure_middle
from data.formats import write_scan
from data.scan import Scan


def show(grey):
    return Scan(display=np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=2))


def lay_out(rows, columns):
    """Bright in these rows and columns of 80 and 120, else dark."""
    grey = np.full((80, 120), 7)
    grey[rows[0] : rows[1], columns[0] : columns[1]] = 200
    return show(grey)


@pytest.mark.parametrize(
    ("rows", "columns", "bright"),
    [
        ((29, 80), (0, 120), True),  # from here on 31 of the 40 middle rows
        ((39, 80), (0, 120), True),
        ((41, 80), (0, 120), False),
        ((0, 41), (0, 120), True),
        ((0, 39), (0, 120), False),
        ((0, 20), (0, 120), False),  # above the middle, and below it
        ((60, 80), (0, 120), False),
        ((20, 60), (20, 61), True),  # just over half of its columns, and all its rows
        ((20, 60), (20, 59), False),
        ((20, 60), (59, 100), True),
        ((20, 60), (61, 120), False),
        ((20, 41), (20, 100), True),
        ((20, 39), (20, 100), False),
        ((39, 60), (20, 100), True),
        ((41, 60), (20, 100), False),
    ],
)
def test_the_middle_is_half_the_rows_and_two_thirds_of_the_columns(
    rows, columns, bright
):
    assert measure_middle(lay_out(rows, columns)) == (200 if bright else 7)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_rim_of_the_middle_counts_and_what_is_outside_does_not(axis):
    """Just over half of the middle is bright, at its ends; or less, and all else."""
    middle = slice(20, 60) if axis == 0 else slice(20, 100)
    core = slice(31, 50) if axis == 0 else slice(41, 80)
    rim = np.full((120 if axis else 80, 80 if axis else 120), 7)
    rim[middle], rim[core] = 200, 7
    assert measure_middle(show(rim.T if axis else rim)) == 200
    rest = np.full_like(rim, 200)
    rest[middle], rest[core] = 7, 200
    assert measure_middle(show(rest.T if axis else rest)) == 7


def test_a_scan_of_one_pixel_has_a_middle():
    assert measure_middle(show([[9]])) == 9


def test_counts_are_drawn_in_grey():
    air, dark = np.full((1, 40), 50_000, np.float32), np.zeros((1, 40), np.float32)
    empty, full = (
        Scan(high=np.full((40, 60), count, np.uint16), air=air, dark=dark)
        for count in (50_000, 500)
    )
    assert measure_middle(empty) > 250
    assert measure_middle(full) < 120


def test_a_scan_at_the_level_is_not_under_it(tmp_path):
    for number in range(3):
        scan = show(np.full((40, 60), 119 + number))
        write_scan(scan, tmp_path / f"{number}.tiff")
    scans = [tmp_path / f"{number}.tiff" for number in range(3)]
    assert find_loaded(scans, 120).tolist() == [True, False, False]
