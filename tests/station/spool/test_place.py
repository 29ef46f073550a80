"""Tests of where scans are: no lane is blocked and no scan lost, whatever stops."""

import os
from datetime import timedelta

import pytest

from data.errors import StationError
from station.spool import DataFolder, begin_scan, find_open
from station.spool.assembling import read_columns
from station.spool.beginning import BEGIN, END, read_begin, read_end
from tests.station.spool.columns import BEGAN, make_begin, make_piece


@pytest.fixture
def data(tmp_path):
    return DataFolder(tmp_path / "station-data")


def begin(data, **changes):
    writer = begin_scan(data, make_begin(**changes))
    writer.close()
    return writer


def list_names(data, lane="north"):
    return [name for name, _ in data.list_open(lane)]


def test_open_scans_are_listed_the_oldest_first_and_each_lane_has_its_own(data):
    names = [f"{number:032x}" for number in (3, 1, 2)]
    for name in names:
        begin(data, id=name)
    begin(data, id="f" * 32, lane="south")
    assert list_names(data) == sorted(names)
    assert list_names(data, "south") == ["f" * 32]
    assert list_names(data, "west") == []
    data.be_done("north", names[1])
    data.be_done("north", names[1])
    assert list_names(data) == sorted([names[0], names[2]])


def test_scans_lie_in_folders_of_their_days(data):
    late = begin(data)
    next_day = begin(data, began=BEGAN + timedelta(seconds=5))
    root = data.root / "scans"
    assert late.folder == root / "2026-11-26" / late.begin.id
    assert next_day.folder == root / "2026-11-27" / next_day.begin.id


def test_a_scan_is_found_by_what_its_source_calls_it(data):
    first, second = begin(data, key="a"), begin(data, key="b")
    assert find_open(data, "north", "a") == first.folder
    assert find_open(data, "north", "b") == second.folder
    assert find_open(data, "north", "c") is None
    assert find_open(data, "south", "a") is None


class Killed(BaseException):
    """The process ends here."""


def kill_after(patch, count):
    """Have the process end before it does more than so many things to the disk."""
    left = [count]

    def count_down(act):
        def step(*args, **kwargs):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return act(*args, **kwargs)

        return step

    for name in ("mkdir", "replace", "rename", "fsync", "fdatasync", "ftruncate"):
        patch.setattr(os, name, count_down(getattr(os, name)))


def test_a_scan_whose_beginning_is_killed_anywhere_blocks_nothing(data):
    for steps in range(60):
        with pytest.MonkeyPatch.context() as patch:
            kill_after(patch, steps)
            try:
                begin(data, key=f"killed-{steps}")
            except Killed:
                pass
            else:
                break
        check_open(data)
        again = begin(data, key=f"killed-{steps}-again")
        assert find_open(data, "north", again.begin.key) == again.folder
    else:
        pytest.fail("a scan takes no 60 steps to begin")
    assert steps > 8


def check_open(data):
    """Fail unless all that is said to be open can be read."""
    for name, folder in data.list_open("north"):
        assert read_begin(folder).id == name == folder.name
        assert read_columns(folder) == []


@pytest.mark.parametrize("content", [b"", b"\0\0\0\0", b"scans", b"\xff\xfe", b"."])
def test_a_scan_whose_pointer_is_damaged_is_found_by_its_name(data, content):
    writer = begin(data)
    (data.open_scans("north") / writer.begin.id).write_bytes(content)
    assert list(data.list_open("north")) == [(writer.begin.id, writer.folder)]


def test_a_damaged_pointer_to_nothing_points_to_nothing_of_that_name(data):
    name = "a" * 32
    data.open_scans("north").mkdir(parents=True)
    (data.open_scans("north") / name).write_bytes(b"")
    [(found, folder)] = data.list_open("north")
    assert (found, folder.name) == (name, name)
    with pytest.raises(StationError, match="damaged"):
        read_begin(folder)
    data.be_done("north", found)
    assert list_names(data) == []


def test_a_pointer_that_goes_while_they_are_listed_is_passed_over(data):
    first, second = sorted(begin(data).begin.id for _ in range(2))
    listed = data.list_open("north")
    assert next(listed)[0] == first
    data.be_done("north", second)
    assert list(listed) == []


@pytest.mark.parametrize("part", [BEGIN, END])
@pytest.mark.parametrize("content", [b"", b"{}", b"null", b'{"format": 2}', b"\xff"])
def test_a_part_that_is_damaged_is_said_to_be(data, part, content):
    writer = begin(data)
    (writer.folder / part).write_bytes(content)
    read = read_begin if part == BEGIN else read_end
    with pytest.raises(StationError, match="damaged") as found:
        read(writer.folder)
    assert "\n" not in str(found.value)


def test_what_is_known_of_a_scan_is_read_as_it_was_written(data):
    info = make_piece("dual", 1).info.model_copy(
        update={
            "pitch_mm": (4.0, 3.5),
            "containers": ("CSQU3054383",),
            "acquired": BEGAN,
        }
    )
    writer = begin(data, info=info, number="17", whole=True, original="scan.dcs")
    assert read_begin(writer.folder) == writer.begin
    assert read_end(writer.folder) is None
