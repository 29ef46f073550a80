"""Scans are played to lanes of every source, as a scanner would."""

import gc
import json
import os
import signal
import threading
import time
from typing import Any, cast

import cv2
import numpy as np
import pytest
from pynetdicom import AE, evt, register_uid
from pynetdicom.service_class import StorageServiceClass

from cargosight.cli import main
from cargosight.playing.playing import PlayOptions, play_scans
from data.errors import ScanFileError, StreamError
from data.formats import read_scan, write_scan
from data.formats.dicom_writing import PROCESSING
from data.rendering import render_grey
from data.scan import Scan, ScanInfo
from station.lanes.capture.scrolling import Scroll
from station.spool import DataFolder
from station.spool.beginning import read_begin
from station.spool.widths import WidthReader
from tests.cargosight.fake_lane import TOKEN, FakeLane, serving
from tests.cargosight.test_play_stream import make_scan
from tests.left_sockets import LEFT, sweeping
from tests.station.lanes.capturing import CaptureLane
from tests.station.lanes.screens import make_scan as make_picture

pytestmark = LEFT

FAST = PlayOptions(rate=0, pause_s=0)


@pytest.fixture
def scans(tmp_path):
    """A folder with two views of one inspection, and another scan."""
    for index, name in enumerate(("C-1_side", "C-1_top", "deep/C-2")):
        scan = make_scan(96 + index, seed=index)
        write_scan(scan, tmp_path / "scans" / f"{name}.tiff")
    return tmp_path / "scans"


@pytest.fixture
def lane(tmp_path, monkeypatch):
    """A lane that takes columns."""
    monkeypatch.setenv("CARGOSIGHT_TOKEN", TOKEN)
    with serving(FakeLane(DataFolder(tmp_path / "station"))) as lane:
        yield lane


def play(scans, to, options=FAST, stopping=None):
    return play_scans(
        [scans],
        to,
        options,
        stopping=stopping or threading.Event(),
        progress=lambda *_: None,
    )


def test_every_scan_of_a_folder_arrives_at_a_lane(lane, scans):
    found = play(scans, lane.url)
    assert (found.scans, found.columns, found.failures) == (3, 96 + 97 + 98, [])
    begun = [read_begin(folder) for folder in lane.folders.values()]
    assert [one.number for one in begun] == ["C-1", "C-1", "deep-C-2"]
    assert [one.info.view for one in begun] == ["side", "top", None]
    for key, name in zip(
        lane.folders, ("C-1_side", "C-1_top", "deep/C-2"), strict=True
    ):
        np.testing.assert_array_equal(
            lane.read(key).high, read_scan(scans / f"{name}.tiff").high
        )


def test_a_loop_plays_them_under_new_names_until_it_is_stopped(lane, scans):
    stopping = threading.Event()

    class Tired(FakeLane):
        def _end(self, wire, message):
            if len(self.ended) == 4:
                stopping.set()
            super()._end(wire, message)

    with serving(Tired(lane.data)) as tired:
        found = play(scans, tired.url, PlayOptions(0, 0, loop=True), stopping)
    assert found.scans == 5
    assert len(set(tired.ended)) == 5
    numbers = [read_begin(folder).number for folder in tired.folders.values()]
    assert numbers[3:] == ["C-1-2", "C-1-2"]


def test_a_file_that_is_no_scan_is_said_and_the_others_are_played(lane, scans):
    (scans / "b.tiff").write_bytes(b"nothing")
    found = play(scans, lane.url)
    assert found.scans == 3
    (line,) = found.failures
    assert "b.tiff" in line


def test_files_grow_in_a_watched_folder_and_end_whole(tmp_path, scans):
    sizes = []

    class Looking(threading.Event):
        def wait(self, timeout=None):
            sizes.append([path.stat().st_size for path in (tmp_path / "in").iterdir()])
            return super().wait(timeout)

    options = PlayOptions(rate=300, pause_s=0)
    found = play(
        scans / "C-1_side.tiff", f"folder:{tmp_path / 'in'}", options, Looking()
    )
    assert found.scans == 1
    whole = (scans / "C-1_side.tiff").read_bytes()
    assert (tmp_path / "in" / "C-1_side.tiff").read_bytes() == whole
    grown = [size for (size,) in sizes]
    assert grown == sorted(grown)
    assert len({size for size in grown if size < len(whole)}) >= 2


def test_all_files_of_a_scan_come_under_names_that_are_free(tmp_path):
    for name in ("a_high.png", "a_low.png"):
        place = tmp_path / "scans" / name
        place.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(place), np.full((8, 40), 60000, np.uint16))
    for _ in range(2):
        assert play(tmp_path / "scans", f"folder:{tmp_path / 'in'}").scans == 1
    names = sorted(path.name for path in (tmp_path / "in").iterdir())
    assert names == ["2-a_high.png", "2-a_low.png", "a_high.png", "a_low.png"]


def test_a_file_whose_playing_is_stopped_is_removed(tmp_path, scans):
    stopping = threading.Event()
    threading.Timer(0.3, stopping.set).start()
    found = play(scans, f"folder:{tmp_path / 'in'}", PlayOptions(rate=10), stopping)
    assert found.scans == 0
    assert [*(tmp_path / "in").iterdir()] == []


class Store:
    """Takes what comes over associations; its answers are in turn."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.taken: list[object] = []
        register_uid(PROCESSING, "DigitalXRayOfCargo", StorageServiceClass)
        entity = AE(ae_title="NORTH")
        setattr(entity, "require_called_aet", True)  # noqa: B010 - only it reads that
        entity.add_supported_context(PROCESSING)
        started = entity.start_server(
            ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, self.take)]
        )
        self.server = cast("Any", started)
        port = self.server.socket.getsockname()[1]
        self.url = f"dicom://127.0.0.1:{port}/NORTH"

    def take(self, event):
        """Answer."""
        status = self.answers.pop(0) if self.answers else 0
        if status == 0:
            self.taken.append(event.dataset)
        return status


@pytest.fixture(scope="module", autouse=True)
def _sweep():
    with sweeping():
        yield


@pytest.fixture
def store():
    """A place that takes DICOS files."""
    store = Store(0xA700)
    yield store
    store.server.shutdown()


def test_scans_are_sent_as_dicos_again_where_there_was_no_disk(store, scans):
    found = play(scans, store.url)
    assert (found.scans, found.reconnects) == (3, 1)
    assert [one.AccessionNumber for one in store.taken] == ["C-1", "C-1", "deep-C-2"]
    assert store.taken[0].SOPClassUID == PROCESSING
    high = np.frombuffer(store.taken[0].PixelData, np.uint16).reshape(2, 24, 96)[0]
    np.testing.assert_array_equal(high, read_scan(scans / "C-1_side.tiff").high)


def test_a_scan_that_is_refused_over_dicom_is_said(store, scans):
    store.answers = [0xC000]
    with pytest.raises(StreamError, match="refuses the scan"):
        play(scans, store.url)


def test_another_title_is_not_taken(store, scans):
    with pytest.raises(StreamError, match="refuses CARGOSIGHT-PLAY"):
        play(scans, store.url.replace("NORTH", "SOUTH"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nobody_at_the_port_is_given_up_in_the_end(scans):
    options = PlayOptions(rate=0, patience_s=0.1)
    with pytest.raises(StreamError, match="nobody takes scans"):
        play(scans, "dicom://127.0.0.1:9/NORTH", options)
    gc.collect()  # pynetdicom leaves a socket that never connected to it


def make_container(seed, height=200):
    """A scan of counts of a container: what shows well on a screen."""
    picture = make_picture(700, height, seed)[..., 0].astype(np.uint16)
    levels = np.full((1, height), 60000, np.float32)
    return Scan(
        picture * 255,
        air=levels,
        dark=levels * 0,
        info=ScanInfo(energies_mv=(6.0,)),
    )


def test_a_video_of_the_screen_gives_a_capture_lane_the_same_scans(tmp_path):
    made = [make_container(seed) for seed in (1, 2)]
    for index, scan in enumerate(made):
        write_scan(scan, tmp_path / "scans" / f"{index}.tiff")
    options = PlayOptions(rate=700, pause_s=0.3)
    found = play(tmp_path / "scans", f"video:{tmp_path / 'a.avi'}", options)
    assert found.scans == 2
    lane = CaptureLane(tmp_path, device=str(tmp_path / "a.avi"))
    lane.run()
    for taken, scan in zip(lane.read(), made, strict=True):
        shown = render_grey(scan).astype(np.int16)
        assert 0 <= 700 - taken.width <= 0.01 * 700 + 20
        difference = taken.picture[..., 0] - shown[:, -taken.width :]
        assert np.abs(difference).mean() < 2
    assert Scroll(1.0).stop() == []


def test_a_higher_scan_is_shrunk_to_the_screen(tmp_path):
    for index, height in enumerate((120, 240)):
        scan = make_container(1, height)
        write_scan(scan, tmp_path / "scans" / f"{index}.tiff")
    options = PlayOptions(rate=700, pause_s=0.2)
    play(tmp_path / "scans", f"video:{tmp_path / 'a.avi'}", options)
    lane = CaptureLane(tmp_path, device=str(tmp_path / "a.avi"))
    lane.run()
    first, second = lane.read()
    assert first.begin.rows == second.begin.rows == 120
    assert second.width == pytest.approx(first.width / 2, abs=10)


@pytest.mark.parametrize(
    ("to", "error", "said"),
    [
        ("nowhere", StreamError, "nothing to play to"),
        ("folder:", StreamError, "nothing to play to"),
        ("dicom://host/NORTH", StreamError, "is no address"),
        ("dicom://host:99999/NORTH", StreamError, "is no address"),
        ("video:a.mp4", ScanFileError, "end in .avi"),
    ],
)
def test_what_cannot_be_played_to_is_said(scans, to, error, said):
    with pytest.raises(error, match=said):
        play(scans, to)


def test_a_video_is_not_looped(tmp_path, scans):
    options = PlayOptions(loop=True)
    with pytest.raises(StreamError, match="has an end"):
        play(scans, f"video:{tmp_path / 'a.avi'}", options)


def test_the_command_says_what_was_played(lane, scans, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("CARGOSIGHT_TOKEN")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    words = ["play", str(scans), "--to", lane.url, "--rate", "0", "--pause", "0"]
    assert main(words) == 1
    assert "wants a token" in capsys.readouterr().err
    words += ["--token-file", str(tmp_path / "token")]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert said == "3 scans played, 291 columns, connected again 0 times\n"
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scans"] == 3


def test_ctrl_c_ends_the_scan_with_what_there_is(lane, tmp_path, capsys):
    before = signal.getsignal(signal.SIGINT)
    write_scan(make_scan(40_000), tmp_path / "long.tiff")  # played in 100 s

    def interrupt():
        until = time.monotonic() + 60
        while not any(WidthReader(one).read() for one in [*lane.folders.values()]):
            if time.monotonic() > until:
                return
            time.sleep(0.01)
        if signal.getsignal(signal.SIGINT) is not before:  # it is played still
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    words = ["play", str(tmp_path / "long.tiff"), "--to", lane.url, "--rate", "400"]
    assert main(words) == 1
    thread.join()
    said = capsys.readouterr()
    assert said.out.startswith("0 scans played")
    assert "the station has" in said.err
    (key,) = lane.ended
    assert 0 < lane.read(key).size[0] < 40_000
    assert signal.getsignal(signal.SIGINT) is before
