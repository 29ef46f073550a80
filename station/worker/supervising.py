"""Test scans, as a lane makes them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from data.errors import StationError
from data.scan import Scan
from station.audit.reporter import Reporter
from station.config import SupervisedConfig
from station.spool import Columns, DataFolder, ScanBegin
from station.supervised.choosing import read_secret
from station.supervised.lag import ALL, write_taken
from station.supervised.patch import PATCH, read_patch
from station.supervised.recording import is_test, record_placed
from station.supervised.showing import Showing
from station.worker.alarms import AlarmBook, Box
from station.worker.recorder import Recorder


@dataclass(slots=True)
class TestScan:
    """What a test scan shows instead of its real columns.

    Whatever goes wrong with a test is reported, and the real columns are shown.

    Args:
        showing: Puts the firearm in.
        recorder: Makes changes of the records.
        reporter: Told of what goes wrong.
    """

    showing: Showing
    recorder: Recorder
    reporter: Reporter
    _recorded: bool = field(default=False, init=False)
    _held: list[Columns] = field(default_factory=list, init=False)
    _failed: bool = field(default=False, init=False)

    def push(self, columns: Columns) -> Sequence[Columns]:
        """What is shown instead of columns."""
        if self._failed:
            return (columns,)
        self._held.append(columns)
        return self._pass_on(lambda: self.showing.push(columns))

    def finish(self) -> Sequence[Columns]:
        """What was held back."""
        return () if self._failed else self._pass_on(self.showing.finish)

    def apply(self, scan: Scan) -> Scan:
        """What is shown instead of the whole scan."""
        patch = None if self._failed else read_patch(self.showing.folder)
        return scan if patch is None else patch.apply(scan, 0)

    def is_test(self, box: Box) -> bool:
        """Whether a box is of the firearm that is not there."""
        placed = None if self._failed else self.showing.placed
        return placed is not None and is_test(box, placed)

    def _pass_on(self, act: Callable[[], list[Columns]]) -> Sequence[Columns]:
        try:
            shown = act()
            self._record()
        except Exception as error:  # noqa: BLE001 - a test must not cost a scan
            self._failed = True
            why = {"why": " ".join(str(error).split())}
            self.reporter.report("test.failed", self.showing.begin.id, why)
            rest, self._held = self._held, []
            with suppress(OSError):  # then pages show less until it is stored
                write_taken(self.showing.folder, ALL)
            return rest
        del self._held[: len(shown)]
        return shown

    def _record(self) -> None:
        placed = self.showing.placed
        if placed is None or self._recorded:
            return
        self._recorded = True
        begin = self.showing.begin
        self.recorder.put(lambda session: record_placed(session, begin.id, placed))


@dataclass(slots=True)
class Supervision:
    """Chooses which scans of a lane become test scans.

    Args:
        data: The station's data.
        config: How many, and what is put into them.
        recorder: Makes changes of the records.
    """

    data: DataFolder
    config: SupervisedConfig
    recorder: Recorder

    def choose(self, folder: Path, begin: ScanBegin) -> TestScan | None:
        """What a scan shows, test scan or not; None where there are no test scans."""
        if not self.config.rate and not (folder / PATCH).exists():
            return None
        try:
            showing = Showing(folder, begin, self.config, read_secret(self.data.root))
        except StationError:
            write_taken(folder, ALL)  # it is shown as it is
            raise
        return TestScan(showing, self.recorder, self.recorder.reporter)

    def make_book(self, begin: ScanBegin, test: TestScan | None) -> AlarmBook:
        """The alarms of a scan, of which some may be of a test."""
        if test is None:
            return AlarmBook(begin.id, begin.lane)
        return AlarmBook(begin.id, begin.lane, test.is_test)
