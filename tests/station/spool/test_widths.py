"""How wide a scan in the spool is."""

import pytest

from data.scan import take_columns
from station.spool import DataFolder, begin_scan
from station.spool.widths import WidthReader
from tests.station.tiles.scans import make_begin, make_scan


@pytest.fixture
def scan():
    return make_scan("single", width=60, height=5)


@pytest.fixture
def writer(tmp_path, scan):
    made = begin_scan(DataFolder(tmp_path), make_begin(scan))
    yield made
    made.close()


def test_it_follows_the_writer_over_gaps_and_repeats(scan, writer):
    reader = WidthReader(writer.folder)
    assert reader.read() == 0
    for at in (0, 7, 100, 50, 111):
        writer.push(take_columns(scan, 0, 9), at)
        assert reader.read() == writer.width
        assert WidthReader(writer.folder).read() == writer.width


def test_a_record_counts_once_it_is_there_whole(scan, writer):
    writer.push(take_columns(scan, 0, 9))
    path = writer.folder / "columns.bin"
    whole = path.read_bytes()
    reader = WidthReader(writer.folder)
    for size in (0, 10, 32, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert reader.read() == 0
    path.write_bytes(whole)
    assert reader.read() == 9


def test_what_is_damaged_or_gone_leaves_what_was_read(scan, writer):
    writer.push(take_columns(scan, 0, 9))
    reader = WidthReader(writer.folder)
    assert reader.read() == 9
    path = writer.folder / "columns.bin"
    with path.open("ab") as file:
        file.write(bytes(100))
    assert reader.read() == 9
    path.unlink()
    assert reader.read() == 9
