"""Native files and TIFFs of other programs."""

import json
import re
import tempfile
import tracemalloc
import zlib
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from data.errors import ScanFileError
from data.formats import write_scan
from data.scan import Scan, ScanInfo
from tests.data.formats.samples import (
    assert_same,
    load,
    make_colour,
    make_dual,
    make_plane,
)

numbers = st.floats(0.5, 1e4)
infos = st.builds(
    ScanInfo,
    pitch_mm=st.none() | st.tuples(numbers, numbers),
    energies_mv=st.sampled_from([(), (6.0,), (6.0, 3.5)]),
    scanner=st.none() | st.text(),
    acquired=st.none() | st.datetimes(timezones=st.just(UTC)),
    containers=st.lists(st.text(max_size=11), max_size=2).map(tuple),
    air_source=st.sampled_from([None, "file", "profile", "estimated"]),
    synthetic=st.booleans(),
)


@st.composite
def scans(draw):
    shape = draw(hnp.array_shapes(min_dims=2, max_dims=2, max_side=9))
    planes = [
        draw(hnp.arrays(np.uint16, shape)) for _ in range(draw(st.integers(1, 2)))
    ]
    levels = (len(planes), shape[0])
    dark = draw(hnp.arrays(np.float32, levels, elements=st.floats(-50, 50, width=32)))
    span = draw(hnp.arrays(np.float32, levels, elements=st.floats(2, 6e4, width=32)))
    air = dark + span
    low = planes[1] if len(planes) == 2 else None
    return Scan(high=planes[0], low=low, air=air, dark=dark, info=draw(infos))


@settings(max_examples=40)
@given(scan=scans())
def test_what_is_written_is_read_to_the_last_bit(scan):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.tiff")
        write_scan(scan, path)
        assert_same(load(path), scan)


def test_another_tiff_reader_sees_high_then_low(tmp_path):
    scan = make_dual()
    write_scan(scan, tmp_path / "a.tiff")
    with tifffile.TiffFile(tmp_path / "a.tiff") as file:
        pages = [page.asarray() for page in file.pages]
        metadata = json.loads(file.pages[0].aspage().description)
    np.testing.assert_array_equal(pages, [scan.high, scan.low])
    assert metadata["cargosight_scan"] == 1
    assert metadata["air"] == [60000.0, 59000.5], "equal rows are one number"


def test_a_display_scan_is_kept_too(tmp_path):
    scan = Scan(display=make_colour(), info=ScanInfo(view="top"))
    write_scan(scan, tmp_path / "a.tif")
    assert_same(load(tmp_path / "a.tif"), scan)


def test_a_plain_16_bit_tiff_is_a_scan_with_estimated_air(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, np.stack([make_plane(), make_plane(seed=1)]), description="x"
    )
    scan = load(path)
    assert scan.kind == "dual"
    assert scan.info.air_source == "estimated"
    assert scan.air == pytest.approx(59550, abs=300)
    np.testing.assert_array_equal(scan.low, make_plane(seed=1))


@pytest.mark.parametrize(
    "how",
    [
        {"byteorder": ">"},
        {"compression": "zlib", "predictor": True, "rowsperstrip": 5},
        {"bigtiff": True, "rowsperstrip": 3},
    ],
)
def test_plain_tiffs_are_read_however_they_are_stored(tmp_path, how):
    path = tmp_path / "a.tiff"
    tifffile.imwrite(path, make_plane(), photometric="minisblack", **how)
    np.testing.assert_array_equal(load(path).high, make_plane())


def test_a_plain_8_bit_tiff_is_a_display_scan(tmp_path):
    tifffile.imwrite(tmp_path / "rgb.tif", make_colour(), photometric="rgb")
    tifffile.imwrite(tmp_path / "grey.tif", make_colour()[:, :, 0])
    np.testing.assert_array_equal(load(tmp_path / "rgb.tif").display, make_colour())
    grey = load(tmp_path / "grey.tif").display
    np.testing.assert_array_equal(grey, np.repeat(make_colour()[:, :, :1], 3, axis=2))


def write_pages(path, *pages, **how) -> None:
    with tifffile.TiffWriter(path) as file:
        for page in pages:
            file.write(page, metadata=None, **how)


PLANE = make_plane()
SPLIT = {"photometric": "rgb", "planarconfig": "separate"}


@pytest.mark.parametrize(
    ("pages", "how", "says"),
    [
        ([PLANE, PLANE, PLANE], {}, "has 3 pages"),
        ([PLANE, PLANE[:-1]], {}, "different size"),
        ([PLANE, PLANE.astype(np.uint8)], {}, "different size or type"),
        ([PLANE.astype(np.uint8)] * 2, {}, "two 8-bit pages"),
        ([PLANE.astype(np.float32)], {}, "of 32 bits"),
        ([PLANE.astype(np.int16)], {}, "sample format 2"),
        ([np.dstack([PLANE] * 3)], {"photometric": "rgb"}, "3 samples of 16 bits"),
        ([PLANE], {"photometric": "miniswhite"}, "photometric 0"),
        ([PLANE], {"tile": (16, 16)}, "Save it uncompressed"),
        ([np.moveaxis(make_colour(), 2, 0)], SPLIT, "Save it uncompressed"),
    ],
)
def test_what_is_no_scan_is_refused(tmp_path, pages, how, says):
    write_pages(tmp_path / "a.tif", *pages, **how)
    with pytest.raises(ScanFileError, match=re.escape(says)) as caught:
        load(tmp_path / "a.tif")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cargosight_scan": 2}, "cargosight_scan"),
        ({"colour": "red"}, "colour"),
        ({"air": [60000.0]}, "air must be"),
        ({"air": [[1.0, 2.0], 60000.0]}, "air for 2 rows but has 16"),
        ({"air": [60000.0, float("inf")]}, "air"),
        ({"dark": [0.0, 60000.0]}, "one count above dark"),
    ],
)
def test_wrong_metadata_are_named(tmp_path, change, says):
    metadata = {"cargosight_scan": 1, "air": [60000.0, 60000.0]} | change
    path = tmp_path / "a.tif"
    planes = np.stack([PLANE, PLANE])
    tifffile.imwrite(path, planes, description=json.dumps(metadata), metadata=None)
    with pytest.raises(ScanFileError, match=re.escape(says)):
        load(path)


def test_a_strip_that_inflates_beyond_its_rows_is_refused_unread(tmp_path):
    path = tmp_path / "bomb.tif"
    bomb = zlib.compress(bytes(200 * 2**20), 9)
    plane = np.zeros((64, 64), np.uint16)
    tifffile.imwrite(path, plane, compression="zlib", rowsperstrip=64)
    with tifffile.TiffFile(path, mode="r+") as file:
        page = file.pages[0].aspage()
        start = file.filehandle.seek(0, 2)
        file.filehandle.write(bomb)
        page.tags["StripOffsets"].overwrite([start])
        page.tags["StripByteCounts"].overwrite([len(bomb)])
    tracemalloc.start()
    try:
        with pytest.raises(ScanFileError, match="does not fill its rows"):
            load(path)
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()


def test_reading_needs_few_copies_of_the_planes(tmp_path):
    rows = np.arange(1400 * 4000, dtype=np.uint32).reshape(1400, 4000) // 97
    write_pages(tmp_path / "a.tif", *[rows.astype(np.uint16)] * 2)
    tracemalloc.start()
    try:
        scan = load(tmp_path / "a.tif")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * (scan.high.nbytes + scan.low.nbytes)


def test_a_file_that_claims_more_pixels_than_the_budget_is_not_decoded(tmp_path):
    write_scan(make_dual(), tmp_path / "a.tiff")
    assert load(tmp_path / "a.tiff", pixel_budget=24 * 16).size == (24, 16)
    with pytest.raises(ScanFileError, match=r"24 x 16 px, more than the budget of 383"):
        load(tmp_path / "a.tiff", pixel_budget=24 * 16 - 1)


def test_only_tiff_names_are_written(tmp_path):
    with pytest.raises(ScanFileError, match=r"Let it end in \.tiff"):
        write_scan(make_dual(), tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ScanFileError, match="cannot be written"):
        write_scan(make_dual(), tmp_path / "file" / "a.tiff")


def test_levels_that_json_cannot_hold_are_refused(tmp_path):
    dual: Any = make_dual()
    scan = Scan(high=dual.high, air=dual.air[:1], dark=np.full_like(dual.air[:1], -2e6))
    with pytest.raises(ScanFileError, match="dark"):
        write_scan(scan, tmp_path / "a.tiff")
    assert list(tmp_path.iterdir()) == []
