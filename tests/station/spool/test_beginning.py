"""Tests of how a scan begins on a disk that does not take it."""

import errno
from pathlib import Path

import pytest

from station.spool import DataFolder, begin_scan, writer
from station.spool.writer import ColumnWriter
from tests.station.spool.columns import make_begin

FULL = OSError(errno.ENOSPC, "No space left on device")


def refuse(*_):
    raise FULL


def count_handles():
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("step", ["write_part", "ColumnWriter", "point_to", "sync"])
def test_a_scan_that_cannot_begin_leaves_nothing_that_looks_like_one(
    tmp_path, monkeypatch, step
):
    data, point_to = DataFolder(tmp_path), DataFolder.point_to

    def point_and_refuse(*given):
        point_to(*given)
        refuse()

    with monkeypatch.context() as patch:
        if step == "point_to":
            patch.setattr(DataFolder, step, point_and_refuse)
        elif step == "sync":
            patch.setattr(ColumnWriter, step, refuse)
        else:
            patch.setattr(writer, step, refuse)
        handles = count_handles()
        with pytest.raises(OSError, match="No space"):
            begin_scan(data, make_begin("dual"))
        assert count_handles() == handles
    assert list(data.list_open("north")) == []
    assert list(tmp_path.glob("scans/*/*")) == []
    begun = begin_scan(data, make_begin("dual"))
    assert [folder for _, folder in data.list_open("north")] == [begun.folder]
    begun.close()
