"""Take scans from what a vendor's screen shows."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from data.errors import StationError
from data.files import digest_file, replacing
from data.scan import Picture
from station.lanes.capture.camera import Camera, Frame, Region, find_file, open_camera
from station.lanes.capture.scrolling import Grown, Jumped, Scroll, Step, Stopped
from station.lanes.capture.still import StillWatch
from station.lanes.capture.taking import Taking
from station.lanes.intake import Intake

logger = logging.getLogger(__name__)

RETRY_S: Final = 2.0
"""How often a device is looked for that is gone, s."""

ROOM_S: Final = 0.5
"""How often a full disk is looked at, s."""

Open = Callable[[str, Region | None], Camera | None]
Mark = tuple[int, int] | None


@dataclass(slots=True)
class CaptureSource:
    """Looks at a capture device, an address or a video file.

    Args:
        intake: Of the lane.
        open_device: Opens the device.
    """

    intake: Intake
    open_device: Open = open_camera
    _taking: Taking | None = field(default=None, init=False)
    _scroll: Scroll = field(init=False)
    _watch: StillWatch = field(init=False)
    _gone: bool = field(default=False, init=False)
    _gone_since: float = field(default=0.0, init=False)
    _jumping: bool = field(default=False, init=False)
    _shown: Mark = field(default=None, init=False)
    _played: bool = field(default=False, init=False)

    def run(self, stopping: threading.Event) -> None:
        """Take scans in; see `Source`."""
        while not stopping.is_set():
            try:
                self._go_on(stopping)
            except (StationError, OSError, cv2.error) as error:
                self._miss(stopping, " ".join(str(error).split()))
        self._leave()

    def _go_on(self, stopping: threading.Event) -> None:
        shown = _mark(self._device)
        if self._taking is None or shown != self._shown:
            self._begin_anew(shown)
        if self._played:
            stopping.wait(RETRY_S)
        else:
            self._look(stopping)

    @property
    def _device(self) -> str:
        return self.intake.lane.device or ""

    def _begin_anew(self, shown: Mark) -> None:
        """Look at what is shown as if for the first time."""
        self._leave()
        file = find_file(self._device)
        content = None if file is None else digest_file(file)
        taking = Taking(self.intake, content)
        for scan in taking.end_leftovers():
            self._tell_cut_off(scan)
        self._scroll = Scroll(self.intake.lane.gone_s)
        self._watch = StillWatch(self._read_last() if content is None else None)
        self._taking, self._shown, self._played = taking, shown, False

    def _look(self, stopping: threading.Event) -> None:
        camera = self.open_device(self._device, self.intake.lane.region)
        if camera is None:
            self._miss(stopping, "it is not there")
            return
        try:
            whole = self._look_through(camera, stopping)
        finally:
            camera.close()
        if whole and camera.is_file:
            self._take(self._scroll.stop(), stopping, is_file=True)
            self._played = not stopping.is_set()
        elif whole:
            self._miss(stopping, "it shows nothing")

    def _look_through(self, camera: Camera, stopping: threading.Event) -> bool:
        """Look at all frames.

        Returns:
            Whether there are no more of them.
        """
        while not stopping.is_set():
            frame = camera.read()
            if frame is None:
                return True
            self._meet()
            if self.intake.lane.mode == "scroll":
                steps = self._scroll.take(frame.region, frame.moment)
            else:
                steps = self._see_whole(frame)
            if self._taking is not None:
                self._taking.settle()
            self._take(steps, stopping, is_file=camera.is_file)
        return False

    def _see_whole(self, frame: Frame) -> list[Step]:
        if not self._watch.take(frame.region, frame.moment):
            return []
        return [Grown(0, frame.region), Stopped(frame.region.shape[1])]

    def _take(
        self, steps: list[Step], stopping: threading.Event, *, is_file: bool
    ) -> None:
        """Do what steps ask; what scrolls on does not wait until there is disk."""
        waits = is_file or self.intake.lane.mode == "still"
        for step in steps:
            while not self._do(step) and waits:
                if stopping.wait(ROOM_S):
                    return

    def _do(self, step: Step) -> bool:
        """Do what a step asks.

        Returns:
            Whether there was disk for it.
        """
        assert self._taking is not None  # noqa: S101 - made before anything is seen
        whole = self.intake.lane.mode == "still"
        if isinstance(step, Grown):
            self._jumping = False
            return self._taking.add(step.at, step.columns, whole=whole)
        if isinstance(step, Jumped):
            self._tell_jump(step, self._taking.scan_id)
            return True
        done = self._taking.end(step.width)
        if done and whole and self._taking.content is None:
            self._keep_last()
        return done

    def _tell_jump(self, jump: Jumped, scan: str | None) -> None:
        """Frames that fit nowhere are one event, however many they are."""
        if self._jumping:
            return
        self._jumping = True
        said = {"scan": scan, "columns": jump.columns}
        self._report("frames.jumped", said)

    def _meet(self) -> None:
        if self._gone:
            self._gone = False
            self._report("lane.back", {})

    def _miss(self, stopping: threading.Event, why: str) -> None:
        """The device is gone: wait, and give up its scan after a long time."""
        if not self._gone:
            self._gone, self._gone_since = True, time.monotonic()
            said = {"device": self._device, "reason": why}
            self._report("lane.gone", said)
        silent = time.monotonic() - self._gone_since
        if self._taking is not None and silent >= self.intake.lane.abandon_s:
            self._abandon(self._taking)
        stopping.wait(RETRY_S)

    def _abandon(self, taking: Taking) -> None:
        """Nobody knows how the scan would go on: it ends."""
        scan = taking.scan_id
        for step in self._scroll.stop():
            if isinstance(step, Stopped) and taking.end(step.width, "cut off"):
                self._tell_cut_off(scan)

    def _leave(self) -> None:
        """Look no more: a file will be read again, a device goes on without us."""
        taking, self._taking = self._taking, None
        if taking is not None:
            if taking.content is None:
                self._abandon(taking)
            taking.close()

    def _tell_cut_off(self, scan: str | None) -> None:
        if scan is not None:
            lane = self.intake.lane.name
            said = {"lane": lane}
            actor = f"lane:{lane}"
            self.intake.reporter.report("scan.cut_off", scan, said, actor=actor)

    def _report(self, kind: str, said: dict[str, Any]) -> None:
        lane = self.intake.lane.name
        self.intake.reporter.report(kind, lane, said, actor=f"lane:{lane}")

    @property
    def _last(self) -> Path:
        return self.intake.data.root / "lanes" / self.intake.lane.name / "last.png"

    def _keep_last(self) -> None:
        """Remember what is shown, so that it is not taken again after a restart."""
        if self._watch.taken is not None:
            try:
                with replacing(self._last) as draft:
                    cv2.imwrite(str(draft), self._watch.taken)
            except OSError as error:
                logger.warning("%s: %s", self._last, error)

    def _read_last(self) -> Picture | None:
        if not self._last.exists():
            return None
        seen = cv2.imread(str(self._last), cv2.IMREAD_GRAYSCALE)
        return None if seen is None else np.asarray(seen, np.uint8)


def _mark(device: str) -> Mark:
    """What tells one video file from another; None if there is none."""
    file = find_file(device)
    if file is None:
        return None
    stat = file.stat()
    return stat.st_mtime_ns, stat.st_size
