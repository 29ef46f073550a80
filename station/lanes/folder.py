"""A watched folder: scans are taken from it once they have stopped growing.

Each goes through these steps, and may be stopped between any two of them (see `marks`
and `taking`): its files are marked as being taken, its scan is put into the spool, its
files are marked as taken, they are put aside, the first mark is removed.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from data.errors import CargosightError
from data.files import digest_file
from data.formats import ScannerProfile, load_profile, read_scan
from data.formats.opening import PIXEL_BUDGET, bad_file
from data.scan import Scan
from station.lanes.intake import Intake
from station.lanes.marks import FileMark, Mark
from station.lanes.refusing import TAKEN, put_aside, refuse
from station.lanes.taking import Named, Taker
from station.lanes.watching import Settled, Watch
from station.records.moment import now

logger = logging.getLogger(__name__)

POLL_S: Final = 0.25
"""Time between two looks, s."""

MOST_ROWS: Final = 20_000
"""Of a scan in the spool."""

_PLANES: Final = ("_high", "_low")
_VIEWS: Final = ("_side", "_top")


@dataclass(slots=True)
class FolderSource:
    """Takes scans from the folder of a lane.

    Args:
        intake: Of the lane, which has a folder.
        find_number: Tells which inspection a file is of; None goes by its name.
        pixel_budget: Most pixels (width x height) of a scan.
    """

    intake: Intake
    find_number: Callable[[Path], str | None] | None = None
    pixel_budget: int = PIXEL_BUDGET
    root: Path = field(init=False)
    taker: Taker = field(init=False)
    _profile: ScannerProfile | None = field(init=False)
    _watch: Watch = field(init=False)
    _known: set[FileMark] = field(default_factory=set, init=False)
    _gone: bool = field(default=False, init=False)
    _recovered: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Set up the watch.

        Raises:
            ScannerProfileError: If the lane's scanner profile is wrong.
        """
        lane = self.intake.lane
        assert lane.folder is not None  # noqa: S101 - a lane of this source has one
        self.root = lane.folder
        self.taker = Taker(self.intake)
        self._profile = load_profile(lane.profile) if lane.profile else None
        self._watch = Watch(self.root, lane.settle_s, self._profile)

    def run(self, stopping: threading.Event) -> None:
        """Take scans in until told to stop.

        Args:
            stopping: When to.
        """
        while not stopping.is_set():
            self.poll(stopping.is_set)
            stopping.wait(POLL_S)

    def poll(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Look once, and take what is ready.

        Args:
            stopped: Asked before each scan whether to leave it for later.
        """
        try:
            if not self._is_there() or not self.intake.has_room():
                return
            self._recover()
            ready = self._watch.look(self._known)
        except (CargosightError, OSError) as error:
            logger.warning("Lane %s: %s", self.intake.lane.name, error)
            return
        for one in ready:
            if stopped() or not self.intake.has_room():
                return
            self._handle(one)

    def _is_there(self) -> bool:
        gone = not self.root.is_dir()
        if gone != self._gone:
            self._report("lane.gone" if gone else "lane.back", {})
            self._gone = gone
        return not gone

    def _recover(self) -> None:
        if self._recovered:
            return
        for mark in self.taker.recover(self.root):
            self._put_aside(mark)
        if self.intake.lane.after == "keep":
            taken = self.taker.marks.list_taken()
            self._known.update(file for mark in taken for file in mark.files)
        self._recovered = True

    def _handle(self, one: Settled) -> None:
        try:
            self._take(one)
        except CargosightError as error:
            self._fail(one, str(error))
        except OSError as error:
            logger.warning("%s was not taken: %s. Trying again.", one.main, error)
            self._watch.wait(one)
        except Exception as error:  # the next file must come in whatever this one does
            logger.exception("%s was not taken.", one.main)
            self._fail(one, f"{one.main.name} was not taken: {type(error).__name__}.")

    def _take(self, one: Settled) -> None:
        key = name_contents(one.paths)
        if self.taker.marks.is_taken(key):
            self._take_again(one, key)
            return
        scan = self._read(one.paths[0])
        find_number = self.find_number or self._number_from_name
        named = Named(find_number(one.paths[0]), _clean(one.main.name)[:200])
        if not self._watch.is_same(one):
            return
        mark = Mark(key=key, files=one.files, began=now())
        self._put_aside(self.taker.take(scan, mark, named))

    def _take_again(self, one: Settled, key: str) -> None:
        """Put files aside whose scan is in the spool already."""
        if not self._watch.is_same(one):
            return
        self._report("file.repeated", {"file": one.main.name, "key": key})
        if self.intake.lane.after == "keep":
            self.taker.marks.add_copy(key, one.files)
        self._put_aside(Mark(key=key, files=one.files, began=now()))

    def _read(self, path: Path) -> Scan:
        scan = read_scan(path, pixel_budget=self.pixel_budget, profile=self._profile)
        check_rows(scan, path)
        view = split_view(self._stem(path))[1]
        if scan.info.view is None and view is not None:
            info = scan.info.model_copy(update={"view": view})
            return replace(scan, info=info)
        return scan

    def _fail(self, one: Settled, reason: str) -> None:
        """Wait for a file that may be growing; refuse one that was waited for."""
        if not one.patient or not self._watch.is_same(one):
            self._watch.put_off(one)
            return
        self._report("file.refused", {"file": one.main.name, "reason": reason})
        try:
            refuse(one.paths, self.root, reason, f"{one.files[0].changed:x}")
        except OSError as error:
            self._leave(one.files, error)

    def _put_aside(self, mark: Mark) -> None:
        """Do with files that were taken what the lane says."""
        after = self.intake.lane.after
        there = [file for file in mark.files if file.fits(self.root)]
        try:
            for file in there:
                if after == "delete":
                    file.place(self.root).unlink()
                elif after == "move":
                    put_aside(file.place(self.root), self.root, TAKEN, mark.key[:8])
        except OSError as error:
            self._leave(mark.files, error)
            return
        if after == "keep":
            self._known.update(mark.files)
        self.taker.marks.close(mark)

    def _leave(self, files: Sequence[FileMark], error: OSError) -> None:
        """Pass over files that cannot be moved, until the next start."""
        what = f"{files[0].name} stays in {self.root}: {error}. Check its permissions."
        logger.warning("Lane %s: %s", self.intake.lane.name, what)
        self._known.update(files)

    def _number_from_name(self, path: Path) -> str:
        return _clean(split_view(self._stem(path))[0])[:200]

    def _stem(self, path: Path) -> str:
        """Name of a scan, without what its files are told apart by."""
        profile = self._profile
        endings = [] if profile is None else profile.list_endings()
        lower = path.name.lower()
        for ending in endings:
            if lower.endswith(ending) and len(ending) < len(lower):
                return path.name[: -len(ending)]
        stem = path.stem
        plane = path.suffix.lower() == ".png" and stem.lower().endswith(_PLANES)
        return stem.rpartition("_")[0] or stem if plane else stem

    def _report(self, kind: str, payload: dict[str, str]) -> None:
        lane = self.intake.lane.name
        said = {name: _clean(text) for name, text in payload.items()}
        self.intake.reporter.report(kind, lane, said, actor=f"lane:{lane}")


def split_view(stem: str) -> tuple[str, str | None]:
    """Part the name of a scan into its inspection's and its view.

    Example:
        >>> split_view("C-17_side"), split_view("C-17")
        (('C-17', 'side'), ('C-17', None))
    """
    for view in _VIEWS:
        if stem.lower().endswith(view) and len(stem) > len(view):
            return stem[: -len(view)], view[1:]
    return stem, None


def name_contents(paths: Sequence[Path]) -> str:
    """SHA-256 of the files of one scan: of the file, or of the hashes of several.

    Raises:
        OSError: If one cannot be read.
    """
    hashes = [digest_file(path) for path in paths]
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def check_rows(scan: Scan, path: Path) -> None:
    """Refuse a scan that is too high for the spool.

    Raises:
        ScanFileError: If it is.
    """
    rows = scan.size[1]
    if rows > MOST_ROWS:
        what = f"has {rows} rows; a lane takes up to {MOST_ROWS}. Turn it upright."
        raise bad_file(path, what)


def _clean(text: str) -> str:
    """A text as JSON can hold it: file names need not be UTF-8."""
    return text.encode(errors="replace").decode()
