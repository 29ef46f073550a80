"""A watched folder, its lane and a clock that is wound by hand."""

from pathlib import Path

import cv2

from data.formats import write_scan
from station.lanes.folder import FolderSource
from tests.station.lanes.taking_in import (
    Heard,
    list_taken,
    make_counts,
    make_intake,
    make_scan,
)

SETTLE_S = 2.0


class Lane:
    """A watched folder, its lane and a clock that is wound by hand."""

    def __init__(self, tmp_path, **lane):
        """Make the folder and start the lane."""
        self.root = tmp_path / "watched"
        self.root.mkdir(exist_ok=True)
        self.data = tmp_path / "data"
        self.heard = Heard()
        self.time = 0.0
        self.lane = {"folder": self.root, "settle_s": SETTLE_S} | lane
        self.restart()

    def restart(self):
        """Start the lane anew, as after a stop."""
        intake = make_intake(self.data, self.heard, **self.lane)
        self.source = FolderSource(intake, pixel_budget=10**6)
        self.source._watch.clock = lambda: self.time  # noqa: SLF001

    def pass_time(self, seconds=SETTLE_S):
        """Look, let time pass, look again."""
        self.source.poll()
        self.time += seconds
        self.source.poll()

    def put(self, name, seed=0) -> Path:
        """Put a native file into the folder."""
        path: Path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_scan(make_scan(seed), path)
        return path

    @property
    def taken(self):
        """Scans in the spool."""
        return list_taken(self.data)

    @property
    def left(self):
        """Files in the folder, by their paths."""
        files = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in files)


def write_plane(path, seed=0) -> None:
    cv2.imwrite(str(path), make_counts(seed, 20, 10))
