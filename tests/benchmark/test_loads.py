"""Loaded containers are told by how dark their middle is."""

import numpy as np

from benchmark.rivals.loads import find_loaded, measure_middle
from data.formats import write_scan
from data.scan import Scan


def show(grey):
    return Scan(display=np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=2))


def test_the_middle_is_half_the_rows_and_two_thirds_of_the_columns():
    grey = np.full((80, 120), 7)
    grey[20:60, 20:100] = 200
    assert measure_middle(show(grey)) == 200
    grey[20:60, 20:100] = 8
    assert measure_middle(show(grey)) == 8


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
