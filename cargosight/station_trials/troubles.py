"""What may go wrong beside a station: each is told of, and it goes on by itself."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import select

from benchmark.live.trucks import Truck, make_trucks
from cargosight.playing.stream import StreamPlayer
from cargosight.station_trials.rig import Rig, make_config, rigged_with
from cargosight.station_trials.trial import Report
from data.formats import write_scan
from station.config import LaneConfig, StationConfig
from station.records.tables import Entry, ScanRow

PATIENCE_S: Final = 60.0
SPARE: Final = 600_000_000
"""Bytes that are free above the least that must be."""

FILLER: Final = 900_000_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble.

    Attributes:
        name: What went wrong.
        told: Whether an entry of the log says so.
        logged: Whether a line of the program's own log says so.
        mended: Whether the next scan was taken in and looked at.
    """

    name: str
    told: bool
    logged: bool
    mended: bool

    @property
    def well(self) -> bool:
        """Whether all is as it should be."""
        return self.told and self.logged and self.mended


@dataclass(frozen=True, slots=True)
class Troubles:
    """What came of all of them.

    Attributes:
        troubles: Each.
        restarts: Processes that were started again, which none should.
    """

    troubles: tuple[Trouble, ...]
    restarts: int

    @property
    def well(self) -> bool:
        """Whether all went well."""
        return all(one.well for one in self.troubles) and not self.restarts

    def as_dict(self) -> dict[str, object]:
        """The figures, for a program."""
        return {
            "troubles": [
                {
                    "name": one.name,
                    "told": one.told,
                    "logged": one.logged,
                    "mended": one.mended,
                }
                for one in self.troubles
            ],
            "restarts": self.restarts,
            "well": self.well,
        }

    def as_text(self) -> str:
        """The figures, for a person."""
        lines = [
            f"{one.name}: {_say('told', one.told)}, {_say('logged', one.logged)}, "
            f"{_say('recovered', one.mended)}"
            for one in self.troubles
        ]
        return "\n".join([*lines, f"processes started again: {self.restarts}"])


@dataclass(slots=True)
class Bench:
    """A station with two streams and a watched folder, and what plays to it.

    Args:
        rig: The station.
        truck: That is played.
        inbox: The watched folder.
    """

    rig: Rig
    truck: Truck
    inbox: Path
    _count: int = field(default=0, init=False)

    def stream(self, lane: str, number: str | None = None) -> str:
        """Play a scan to a lane, to its end.

        Returns:
            Its key.
        """
        self._count += 1
        key = f"try-{self._count}"
        player = StreamPlayer(
            self.rig.stream_url(lane), self.rig.tokens[lane], rate=None
        )
        try:
            player.play(self.truck.read(0, 600), key, number)
        finally:
            player.close()
        return key

    def stream_haltingly(self, lane: str, pause_s: float) -> str:
        """Play a scan of which nothing comes for a while."""
        self._count += 1
        key = f"try-{self._count}"
        player = StreamPlayer(
            self.rig.stream_url(lane), self.rig.tokens[lane], rate=600 / pause_s
        )
        player.piece = 600
        try:
            player.play(self.truck.read(0, 1200), key)
        finally:
            player.close()
        return key

    def wait_for(self, kind: str, after: int) -> bool:
        """Wait for an entry of the log."""
        return wait_until(lambda: kind in self.list_kinds(after))

    def list_kinds(self, after: int) -> list[str]:
        """Kinds of the entries after one."""
        with self.rig.database.reading() as session:
            query = select(Entry.kind).where(Entry.seq > after)
            return list(session.scalars(query))

    def last(self) -> int:
        """Number of the last entry."""
        with self.rig.database.reading() as session:
            query = select(Entry.seq).order_by(Entry.seq.desc()).limit(1)
            return session.scalar(query) or 0

    def is_looked(self, key: str) -> bool:
        """Whether a scan was looked at to its end."""
        with self.rig.database.reading() as session:
            query = select(ScanRow.state).where(ScanRow.key == key)
            return session.scalar(query) == "looked"

    def count_scans(self, lane: str) -> int:
        """Scans of a lane that were looked at."""
        with self.rig.database.reading() as session:
            query = select(ScanRow.id).where(
                ScanRow.lane == lane, ScanRow.state == "looked"
            )
            return len(list(session.scalars(query)))

    def has_line(self, kind: str) -> bool:
        """Whether the program's own log names a kind of event."""
        log = self.rig.config.data.parent / "station.log"
        return kind in log.read_text(encoding="utf-8", errors="replace")


def try_troubles(folder: Path, *, progress: Report) -> Troubles:
    """Have things go wrong, one after the other.

    Args:
        folder: For all that the station keeps.
        progress: Told what is tried.
    """
    (folder / "trucks").mkdir()
    (truck,) = make_trucks(
        folder / "trucks",
        count=1,
        seed=0,
        progress=lambda done, count: progress("simulating", done, count),
    )
    with _running(folder, truck) as bench:
        tried = (_number, _silence, _corrupt, _full)
        found = []
        for number, trouble in enumerate(tried, start=1):
            found.append(trouble(bench))
            progress("trying", number, len(tried))
        restarts = bench.list_kinds(0).count("process.restarted")
        return Troubles(tuple(found), restarts)


def wait_until(ready: Callable[[], bool], timeout_s: float = PATIENCE_S) -> bool:
    """Wait until something is so.

    Returns:
        Whether it was, in time.
    """
    start = time.monotonic()
    while not ready():
        if time.monotonic() - start > timeout_s:
            return False
        time.sleep(0.1)
    return True


@contextmanager
def _running(folder: Path, truck: Truck) -> Iterator[Bench]:
    inbox = folder / "inbox"
    inbox.mkdir()
    with rigged_with(_configure(folder, inbox)) as rig:
        yield Bench(rig, truck, inbox)


def _configure(folder: Path, inbox: Path) -> StationConfig:
    config = make_config(folder, 2, None, None)
    free = shutil.disk_usage(folder).free
    retention = config.retention.model_copy(
        update={"least_free_gb": (free - SPARE) / 1e9}
    )
    streams = tuple(lane.model_copy(update={"gone_s": 2.0}) for lane in config.lane)
    watched = LaneConfig(name="watched", source="folder", folder=inbox, settle_s=0.5)
    return config.model_copy(
        update={"retention": retention, "lane": (*streams, watched)}
    )


def _number(bench: Bench) -> Trouble:
    """Two scanners send one number."""
    after = bench.last()
    bench.stream("lane1", "MSKU1234565")
    bench.stream("lane2", "MSKU1234565")
    told = bench.wait_for("number.shared", after)
    return _judge(bench, "two scanners, one number", "number.shared", told)


def _silence(bench: Bench) -> Trouble:
    """A scanner falls silent amid a scan, and comes back."""
    after = bench.last()
    key = bench.stream_haltingly("lane1", 8.0)
    told = bench.wait_for("lane.gone", after) and bench.wait_for("lane.back", after)
    whole = wait_until(lambda: bench.is_looked(key))
    return _judge(bench, "scanner gone", "lane.gone", told and whole)


def _corrupt(bench: Bench) -> Trouble:
    """A file is damaged; the next one is whole."""
    after, before = bench.last(), bench.count_scans("watched")
    (bench.inbox / "damaged.tiff").write_bytes(b"II*\x00" + b"\x07" * 5000)
    told = bench.wait_for("file.refused", after)
    write_scan(bench.truck.read(0, 600), bench.inbox / "whole.tiff")
    taken = wait_until(lambda: bench.count_scans("watched") > before)
    return Trouble("corrupt file", told, bench.has_line("file.refused"), mended=taken)


def _full(bench: Bench) -> Trouble:
    """The disk is full; then there is room again."""
    after = bench.last()
    filler = bench.rig.config.data.parent / "filler"
    _fill(filler)
    done: list[str] = []
    thread = threading.Thread(target=lambda: done.append(bench.stream("lane1")))
    thread.start()
    told = bench.wait_for("disk.full", after)
    filler.unlink()
    thread.join(PATIENCE_S)
    freed = bench.wait_for("disk.free", after)
    looked = bool(done) and wait_until(lambda: bench.is_looked(done[0]))
    logged = bench.has_line("disk.full")
    return Trouble("disk full", told and freed, logged, mended=looked)


def _fill(path: Path) -> None:
    block = b"\x00" * 10_000_000
    with path.open("wb") as file:
        for _ in range(FILLER // len(block)):
            file.write(block)


def _judge(bench: Bench, name: str, kind: str, told: bool) -> Trouble:
    key = bench.stream("lane1")
    mended = wait_until(lambda: bench.is_looked(key))
    return Trouble(name, told, bench.has_line(kind), mended)


def _say(word: str, so: bool) -> str:
    return word if so else f"NOT {word}"
