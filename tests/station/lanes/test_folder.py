"""A watched folder: what is taken from it, when, and only once."""

import os
import threading

import numpy as np
import pytest

from data.formats import write_scan
from data.formats.registry import read_scan
from station.lanes import folder as folder_lane
from station.lanes import watching
from station.lanes.folder import split_view
from station.spool import ColumnWriter
from tests.station.lanes.taking_in import make_counts, make_scan
from tests.station.lanes.watched import Lane, write_plane

PROFILE = """
name = "planes"
verified = false
plane_files = {high = "_h.raw", low = "_l.raw"}
dtype = "uint16"
byte_order = "little"
width = 20
polarity = "bright_air"
air = "estimate"
"""


@pytest.fixture
def lane(tmp_path):
    return Lane(tmp_path)


def test_a_file_is_taken_once_it_has_not_changed_for_a_while(lane):
    path = lane.put("C-17_side.tiff")
    content = path.read_bytes()
    path.write_bytes(content[:1000])
    lane.pass_time(1.0)
    path.write_bytes(content)
    lane.pass_time(1.9)
    assert lane.taken == []
    lane.pass_time(0.1)
    (taken,) = lane.taken
    np.testing.assert_array_equal(taken.scan.high, make_scan().high)
    assert (taken.begin.number, taken.begin.info.view) == ("C-17", "side")
    assert taken.begin.original == "C-17_side.tiff"
    assert lane.left == ["taken/C-17_side.tiff"]
    assert lane.heard.events == []


def test_files_below_are_taken_in_the_order_in_which_they_were_written(lane):
    for place, name in enumerate(["b.tiff", "sub/a.tiff", "c.tiff"]):
        os.utime(lane.put(name, seed=place), (1e9 + place, 1e9 + place))
    lane.pass_time()
    assert [taken.begin.number for taken in lane.taken] == ["b", "a", "c"]
    assert lane.left == ["taken/b.tiff", "taken/c.tiff", "taken/sub/a.tiff"]


def test_hidden_and_growing_names_and_other_files_are_left_alone(lane):
    content = lane.put("a.tiff").read_bytes()
    (lane.root / "a.tiff").unlink()
    names = [".a.tiff", "a.tiff.part", "a.tmp", "notes.txt", "taken/a.tiff"]
    for name in [*names, "refused/b.tiff", ".hidden/a.tiff"]:
        (lane.root / name).parent.mkdir(exist_ok=True)
        (lane.root / name).write_bytes(content)
    before = lane.left
    lane.pass_time(100)
    assert (lane.taken, lane.left, lane.heard.events) == ([], before, [])


def test_a_plane_waits_for_the_other(lane):
    write_plane(lane.root / "C-17_top_high.png")
    lane.pass_time(10)
    assert lane.taken == []
    write_plane(lane.root / "C-17_top_low.png", seed=1)
    lane.pass_time()
    (taken,) = lane.taken
    assert taken.begin.kind == "dual"
    assert (taken.begin.number, taken.begin.info.view) == ("C-17", "top")
    assert lane.left == ["taken/C-17_top_high.png", "taken/C-17_top_low.png"]


def test_a_high_plane_alone_is_taken_in_the_end_and_a_low_one_refused(lane):
    write_plane(lane.root / "a_high.png")
    write_plane(lane.root / "b_low.png", seed=1)
    lane.pass_time(19)
    assert lane.taken == []
    lane.pass_time(1)
    assert [taken.begin.kind for taken in lane.taken] == ["single"]
    assert lane.heard.kinds == ["file.refused"]
    assert "no high plane" in lane.heard.events[0][2]["reason"]


def test_planes_of_a_profile_wait_for_each_other(tmp_path):
    (tmp_path / "planes.toml").write_text(PROFILE)
    lane = Lane(tmp_path, profile=tmp_path / "planes.toml")
    counts = make_counts(0, 20, 10)
    (lane.root / "C-17_l.raw").write_bytes(counts.tobytes())
    lane.pass_time(10)
    (lane.root / "C-17_h.raw").write_bytes(counts.tobytes())
    lane.pass_time()
    (taken,) = lane.taken
    assert (taken.begin.kind, taken.begin.number) == ("dual", "C-17")


def test_what_was_taken_is_not_taken_again_under_any_name(lane):
    path = lane.put("a.tiff")
    content = path.read_bytes()
    lane.pass_time()
    lane.restart()
    (lane.root / "b.tiff").write_bytes(content)
    lane.pass_time()
    assert len(lane.taken) == 1
    assert lane.heard.events == [
        ("file.repeated", "north", {"file": "b.tiff", "key": lane.taken[0].begin.key})
    ]
    assert lane.left == ["taken/a.tiff", "taken/b.tiff"]


def test_one_name_for_other_scans_loses_none(lane):
    for seed in range(3):
        lane.put("a.tiff", seed)
        lane.pass_time()
    assert len(lane.taken) == 3
    assert len({path.read_bytes() for path in lane.root.glob("taken/*")}) == 3


def test_files_are_deleted_if_the_lane_says_so(tmp_path):
    lane = Lane(tmp_path, after="delete")
    lane.put("a.tiff")
    lane.pass_time()
    assert (len(lane.taken), lane.left) == (1, [])


def test_files_that_are_kept_are_not_looked_at_again(tmp_path, monkeypatch):
    lane = Lane(tmp_path, after="keep")
    content = lane.put("a.tiff").read_bytes()
    lane.pass_time()
    (lane.root / "b.tiff").write_bytes(content)
    lane.pass_time()
    assert lane.heard.kinds == ["file.repeated"]
    lane.restart()
    monkeypatch.setattr(folder_lane, "name_contents", None)
    lane.pass_time(100)
    assert (len(lane.taken), lane.left) == (1, ["a.tiff", "b.tiff"])
    assert lane.heard.kinds == ["file.repeated"]


def test_a_kept_file_that_changed_is_another_scan(tmp_path):
    lane = Lane(tmp_path, after="keep")
    for seed in range(2):
        os.utime(lane.put("a.tiff", seed), (1e9 + seed, 1e9 + seed))
        lane.pass_time()
    assert len(lane.taken) == 2


def test_a_file_that_is_cut_is_waited_for_then_refused_with_a_reason(lane):
    path = lane.put("a.tiff")
    path.write_bytes(path.read_bytes()[:2000])
    lane.pass_time(19)
    assert (lane.left, lane.heard.events) == (["a.tiff"], [])
    lane.pass_time(1)
    assert lane.left == ["refused/a.tiff", "refused/a.tiff.txt"]
    ((kind, _, said),) = lane.heard.events
    assert (kind, said["file"]) == ("file.refused", "a.tiff")
    assert (lane.root / "refused/a.tiff.txt").read_text() == said["reason"] + "\n"
    lane.pass_time(100)
    assert len(lane.heard.events) == 1


def test_a_file_that_cannot_be_read_is_tried_twice_at_most(lane, monkeypatch):
    tries = []

    def read(path, **more):
        tries.append(path)
        return read_scan(path, **more)

    monkeypatch.setattr(folder_lane, "read_scan", read)
    (lane.root / "a.tiff").write_bytes(b"II*\0 and no more")
    for _ in range(30):
        lane.pass_time(1)
    assert len(tries) == 2


def test_a_file_that_grew_on_after_a_pause_is_taken(lane):
    path = lane.put("a.tiff")
    content = path.read_bytes()
    path.write_bytes(content[:2000])
    lane.pass_time(10)
    path.write_bytes(content)
    lane.pass_time()
    assert (len(lane.taken), lane.heard.events) == (1, [])


def test_a_file_with_too_many_pixels_is_refused(lane):
    lane.source.pixel_budget = 1000
    lane.put("a.tiff")
    lane.pass_time(20)
    assert "more than the budget of 1000 px" in lane.heard.events[0][2]["reason"]
    assert lane.taken == []


def test_a_scan_too_high_for_the_spool_is_refused(lane):
    write_scan(make_scan(0, 4, 20_001), lane.root / "a.tiff")
    lane.pass_time(20)
    assert "has 20001 rows" in lane.heard.events[0][2]["reason"]


def test_a_fault_of_ours_holds_up_no_other_file(lane, monkeypatch):
    def read(path, **more):
        if path.name == "a.tiff":
            raise KeyError(path)
        return read_scan(path, **more)

    monkeypatch.setattr(folder_lane, "read_scan", read)
    lane.put("a.tiff", 0)
    lane.put("b.tiff", 1)
    lane.pass_time(20)
    assert [taken.begin.number for taken in lane.taken] == ["b"]
    assert lane.heard.kinds == ["file.refused"]


def test_a_folder_that_is_gone_is_told_once_and_found_again(lane):
    away = lane.root.with_name("away")
    lane.root.rename(away)
    lane.pass_time()
    lane.pass_time()
    assert lane.heard.events == [("lane.gone", "north", {})]
    away.rename(lane.root)
    lane.put("a.tiff")
    lane.pass_time()
    assert lane.heard.kinds == ["lane.gone", "lane.back"]
    assert len(lane.taken) == 1


def test_files_wait_while_the_disk_is_full(lane):
    free = {"bytes": 0}
    lane.source.intake.free = lambda _: free["bytes"]
    lane.put("a.tiff")
    lane.pass_time(100)
    assert (lane.taken, lane.left) == ([], ["a.tiff"])
    free["bytes"] = 10**9
    lane.pass_time()
    assert (len(lane.taken), lane.heard.kinds) == (1, ["disk.full", "disk.free"])


def test_a_disk_that_fills_amid_a_scan_delays_it(lane, monkeypatch):
    lane.put("a.tiff")
    write = ColumnWriter._write  # noqa: SLF001
    left = [1]

    def fail(self, content):
        if not left:
            raise OSError(28, "No space left on device")
        left.pop()
        write(self, content)

    monkeypatch.setattr(ColumnWriter, "_write", fail)
    lane.pass_time()
    monkeypatch.undo()
    assert lane.taken == []
    lane.pass_time()
    (taken,) = lane.taken
    np.testing.assert_array_equal(taken.scan.high, make_scan().high)


def test_a_folder_in_which_nothing_may_be_moved_is_read_all_the_same(lane, monkeypatch):
    monkeypatch.setattr(folder_lane, "put_aside", _refuse)
    lane.put("a.tiff")
    lane.pass_time()
    lane.pass_time(100)
    assert (len(lane.taken), lane.left, lane.heard.events) == (1, ["a.tiff"], [])
    monkeypatch.undo()
    lane.restart()
    lane.pass_time()
    assert (len(lane.taken), lane.left) == (1, ["taken/a.tiff"])


def test_a_name_that_is_not_utf8_is_taken(lane):
    path = lane.put("a.tiff")
    path.rename(os.fsdecode(os.fsencode(lane.root) + b"/C\xff17.tiff"))
    lane.pass_time()
    (taken,) = lane.taken
    assert taken.begin.number == "C?17"
    assert lane.source._watch.look(set()) == []  # noqa: SLF001


def _refuse(*_, **__):
    raise PermissionError(13, "Permission denied")


def test_it_stops_when_it_is_told(lane):
    stopping = threading.Event()
    thread = threading.Thread(target=lane.source.run, args=(stopping,))
    thread.start()
    stopping.set()
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("stem", "parts"),
    [
        ("C-17_TOP", ("C-17", "top")),
        ("_side", ("_side", None)),
        ("aside", ("aside", None)),
    ],
)
def test_a_view_is_what_a_name_ends_in(stem, parts):
    assert split_view(stem) == parts


def test_a_share_that_is_gone_amid_a_look_does_not_end_the_lane(lane, monkeypatch):
    path = lane.put("a.tiff")
    path.write_bytes(b"II*\0" + b"\0" * 100)
    for _ in range(2):
        lane.pass_time()

    def stale(*_):
        raise OSError(116, "Stale file handle")

    with monkeypatch.context() as patch:

        def lose(*given, **more):
            patch.setattr(watching, "mark_file", stale)
            return read_scan(*given, **more)

        patch.setattr(folder_lane, "read_scan", lose)
        lane.pass_time(100)
    for _ in range(3):
        lane.pass_time(100)
    assert lane.heard.kinds == ["file.refused"]
