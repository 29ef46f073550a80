"""Scans that can be cut into tiles, while they come in or later."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from data.errors import NoSuchRecordError
from data.formats import write_scan
from data.scan import take_columns
from station.spool import DataFolder, begin_scan
from station.spool.assembling import assemble, read_columns
from station.supervised.patch import cut_patch, write_patch
from station.tiles.gallery import Gallery
from station.tiles.planes import Place
from station.tiles.sheet import GrowingSheet, StoredSheet
from tests.station.tiles.scans import brighten, make_begin, make_scan, transmit

FIRST = Place(0, 0, 0)
PIECES = st.lists(st.tuples(st.integers(-12, 12), st.integers(1, 9)), max_size=8)


def show(sheet, plane="high", width=None):
    """The first tile as it is now."""
    came = sheet.refresh()
    return sheet.cut(plane, FIRST, came if width is None else width)


def make_patch(scan, at):
    """A dark square in a scan, from a column on."""
    high = scan.high.copy()
    high[10:20, at : at + 10] = 300
    return cut_patch(scan, replace(scan, high=high), 0, thing="x", box=(0, 0, 9, 9))


@pytest.fixture
def scan():
    return make_scan("single", width=200)


@pytest.fixture
def writer(tmp_path, scan):
    made = begin_scan(DataFolder(tmp_path), make_begin(scan))
    yield made
    made.close()


def test_a_sheet_grows_with_its_scan(scan, writer):
    sheet = GrowingSheet(writer.folder, shown=True)
    assert sheet.refresh() == 0
    with pytest.raises(NoSuchRecordError, match="No column"):
        sheet.cut("high", FIRST, 0)
    for end in (16, 17, 130, 200):
        writer.push(take_columns(scan, writer.width, end))
        assert_array_equal(show(sheet), transmit(scan)[:, :end])
    assert_array_equal(show(sheet, width=50), transmit(scan)[:, :50])


@settings(max_examples=40)
@given(PIECES)
def test_columns_come_together_as_they_do_when_they_are_stored(tmp_path_factory, steps):
    scan = make_scan("single", width=300, height=8)
    data = DataFolder(tmp_path_factory.mktemp("data"))
    writer = begin_scan(data, make_begin(scan))
    sheet = GrowingSheet(writer.folder, shown=True)
    at = 3
    for number, (step, width) in enumerate(steps):
        at = max(at + step, 0)
        piece = take_columns(scan, at, at + width)
        writer.push(brighten(piece, 1.05) if number % 3 == 2 else piece, at)
        sheet.refresh()
    if steps:
        whole = assemble(read_columns(writer.folder))
        assert_array_equal(show(sheet), transmit(whole))
    writer.close()


def test_what_a_test_scan_shows_is_shown_as_soon_as_it_is_there(scan, writer):
    sheet, real = (GrowingSheet(writer.folder, shown=shown) for shown in (True, False))
    writer.push(take_columns(scan, 0, 100))
    assert_array_equal(show(sheet), transmit(scan)[:, :100])
    patch = make_patch(scan, 90)
    write_patch(patch, writer.folder)
    assert_array_equal(show(sheet), transmit(patch.apply(scan, 0))[:, :100])
    writer.push(take_columns(scan, 100, 200))
    assert_array_equal(show(sheet), transmit(patch.apply(scan, 0)))
    assert_array_equal(show(real), transmit(scan))


def test_a_stored_scan_shows_its_test_or_itself(tmp_path, scan):
    path = tmp_path / "scan.tiff"
    write_scan(scan, path)
    patch = make_patch(scan, 90)
    write_patch(patch, tmp_path)
    shown, real = (StoredSheet(path, patched=patched) for patched in (True, False))
    assert_array_equal(show(shown), transmit(patch.apply(scan, 0)))
    assert_array_equal(show(real), transmit(scan))


def test_a_picture_that_is_gone_is_no_record(tmp_path):
    with pytest.raises(NoSuchRecordError, match="cannot be read"):
        StoredSheet(tmp_path / "scan.tiff", patched=False).refresh()


def test_the_gallery_keeps_the_sheets_asked_for_last(tmp_path, scan):
    path = tmp_path / "scan.tiff"
    write_scan(scan, path)
    made = []

    def make():
        made.append(StoredSheet(path, patched=False))
        made[-1].refresh()
        return made[-1]

    size = make().size_bytes
    gallery = Gallery(most_bytes=2 * size + 1)
    first, second = (gallery.get(name, make) for name in "ab")
    assert gallery.get("a", make) is first
    gallery.get("c", make)
    assert gallery.get("a", make) is first
    assert gallery.get("b", make) is not second
    gallery.drop("b")
    assert len(made) == 5


def test_a_sheet_larger_than_the_gallery_is_kept_while_it_is_looked_at(tmp_path, scan):
    path = tmp_path / "scan.tiff"
    write_scan(scan, path)
    gallery = Gallery(most_bytes=1)
    sheet = gallery.get("a", lambda: StoredSheet(path, patched=False))
    sheet.refresh()
    assert gallery.get("a", lambda: StoredSheet(path, patched=False)) is sheet
