"""A page in a real browser beside a lane: how soon it shows what comes in."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import select

from benchmark.live.delays import Delays, sum_delays
from benchmark.live.trucks import ROWS, Truck, make_trucks
from cargosight.playing.stream import Played, StreamPlayer
from cargosight.station_trials.chromium import opening_chromium
from cargosight.station_trials.drags import Drag, drag_window, widen
from cargosight.station_trials.operating import Operator
from cargosight.station_trials.page import Page
from cargosight.station_trials.rig import Rig, rigged
from cargosight.station_trials.shown import (
    count_columns,
    list_column_delays,
    list_flag_delays,
)
from cargosight.station_trials.trial import Report, Terms
from cargosight.station_trials.visitor import Visitor
from data.errors import StationError
from data.scan import Scan
from station.records.tables import Alarm, Inspection, ScanRow

COLUMN_S: Final = 0.7
"""95 % of the columns are on the page so soon."""

FLAG_S: Final = 2.0
"""95 % of the flags are."""

FRAMES: Final = 12.0
"""So many frames a second are drawn while a window is dragged, without a GPU."""

AHEAD: Final = 24
"""So many columns fewer may the pixels have than the page says: a few of its own."""

PATIENCE_S: Final = 30.0
LOOK_EVERY: Final = 20
TURN_S: Final = 0.05


@dataclass(slots=True)
class Sighted:
    """What was seen of all trucks so far.

    Attributes:
        columns: Delays of columns, s.
        flags: Delays of flags, s.
        unseen: Columns and flags that never came.
        ahead: At each look at the pixels: how many more columns the page said that
            it showed than it did.
    """

    columns: list[float] = field(default_factory=list)
    flags: list[float] = field(default_factory=list)
    unseen: int = 0
    ahead: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PageFound:
    """What a page came to.

    Attributes:
        trucks: That were played.
        columns: From a column being due at the scanner to its pixels on the page.
        flags: From the last column of an alarm, as it was recorded last, to its box on
            the page.
        unseen: Columns and flags that the page never showed.
        ahead_most: By how many columns at most the page said more than its pixels had;
            None if they were never compared.
        looks: How often they were.
        drag: How a window was dragged.
        renderer: What drew.
    """

    trucks: int
    columns: Delays
    flags: Delays
    unseen: int
    ahead_most: float | None
    looks: int
    drag: Drag
    renderer: str

    @property
    def well(self) -> bool:
        """Whether all bars are met."""
        columns, flags, ahead = self.columns.p95, self.flags.p95, self.ahead_most
        return (
            self.unseen == 0
            and ahead is not None
            and ahead <= AHEAD
            and columns is not None
            and columns <= COLUMN_S
            and (flags is None or flags <= FLAG_S)
            and self.drag.frames_per_s >= FRAMES
        )

    def as_dict(self) -> dict[str, object]:
        """The figures, for a program."""
        bars = {"columns_p95": COLUMN_S, "flags_p95": FLAG_S, "frames_per_s": FRAMES}
        return asdict(self) | {"bars": bars, "well": self.well}

    def as_text(self) -> str:
        """The figures, for a person."""
        pixels = "never compared with what the page said"
        if self.ahead_most is not None:
            pixels = (
                f"at most {max(self.ahead_most, 0):.0f} columns fewer than it said "
                f"({self.looks} looks)"
            )
        drag = self.drag
        return (
            f"{self.trucks} trucks, 700 columns a second; drawn by {self.renderer}\n"
            f"column in, pixel on the page: {_say(self.columns)}, bar {COLUMN_S:g} s\n"
            f"last column in, flag on the page: {_say(self.flags)}, bar {FLAG_S:g} s\n"
            f"never shown: {self.unseen} columns or flags\n"
            f"pixels: {pixels}\n"
            f"window dragged over {ROWS} x {drag.columns}: {drag.frames_per_s:.1f} "
            f"frames a second, bar {FRAMES:g}"
        )


def _say(delays: Delays) -> str:
    if delays.p50 is None:
        return "none came"
    return (
        f"p50 {delays.p50:.2f}, p95 {delays.p95:.2f}, most {delays.most:.2f} s "
        f"({delays.count})"
    )


@dataclass(slots=True)
class _Sights:
    """One lane, one page, one operator."""

    rig: Rig
    visitor: Visitor
    player: StreamPlayer
    pool: ThreadPoolExecutor
    sighted: Sighted = field(default_factory=Sighted)

    def time_truck(self, truck: Truck, key: str) -> None:
        """Play a truck, and note when the page showed what of it."""
        played = self._play(truck.read(), key)
        scan_id = played.scan_id or ""
        self._await_all(scan_id, truck.width)
        moments = self.visitor.read_moments(scan_id)
        delays, unseen = list_column_delays(moments, played.made)
        flagged, edges = self.visitor.read_flagged(scan_id), self._read_edges(scan_id)
        flags, unflagged = list_flag_delays(flagged, edges, played.made)
        self.sighted.columns.extend(delays.tolist())
        self.sighted.flags.extend(flags)
        self.sighted.unseen += unseen + unflagged
        self._await_disposition(scan_id)

    def compare_truck(self, truck: Truck, key: str) -> None:
        """Play a truck, and compare what the page says that it shows with its pixels.

        Pictures of a page take time, so nothing else is measured.
        """
        played = self._play(truck.read(), key, self._compare_pixels)
        self._await_disposition(played.scan_id or "")

    def drag(self, truck: Truck, key: str) -> Drag:
        """Drag a window over a large scan, while nothing else happens."""
        scan = widen(truck)
        self.player.rate = None
        played = self._play(scan, key)
        scan_id = played.scan_id or ""
        self._await_disposition(scan_id)
        with self.rig.database.reading() as session:
            inspection = session.get_one(ScanRow, scan_id).inspection_id
        self.visitor.open(f"/inspections/{inspection}")
        self._await_all(scan_id, scan.size[0])
        return drag_window(self.visitor, scan.size[0])

    def _play(
        self, scan: Scan, key: str, look: Callable[[], None] | None = None
    ) -> Played:
        """Have a scan pass before the page; `look` is done now and then meanwhile."""
        self.visitor.open("/")
        playing = self.pool.submit(self.player.play, scan, key, key)
        turns = 0
        while not playing.done():
            self.visitor.wait(TURN_S)
            turns += 1
            if look is not None and turns % LOOK_EVERY == 0:
                look()
        return playing.result()

    def _compare_pixels(self) -> None:
        said, there = self.visitor.read_picture()
        count = None if there is None else count_columns(there, ROWS)
        if said and count is not None:
            self.sighted.ahead.append(said - count)

    def _read_edges(self, scan_id: str) -> dict[str, float]:
        asked = select(Alarm.id, Alarm.x1).where(Alarm.scan_id == scan_id)
        with self.rig.database.reading() as session:
            return dict(session.execute(asked).tuples().all())

    def _await_all(self, scan_id: str, width: int) -> None:
        def is_there() -> bool:
            with self.rig.database.reading() as session:
                looked = session.get_one(ScanRow, scan_id).state == "looked"
            shown = self.visitor.count_shown(scan_id) >= width
            flagged = self.visitor.list_flagged(scan_id)
            return looked and shown and flagged >= set(self._read_edges(scan_id))

        _wait(self.visitor, is_there)

    def _await_disposition(self, scan_id: str) -> None:
        asked = select(Inspection.state).join(ScanRow).where(ScanRow.id == scan_id)

        def is_closed() -> bool:
            with self.rig.database.reading() as session:
                return session.scalar(asked) in {"released", "searched"}

        if not _wait(self.visitor, is_closed):
            msg = "The trial's operator did not release a truck. Look into --folder."
            raise StationError(msg)


def _wait(visitor: Visitor, is_there: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if is_there():
            return True
        visitor.wait(TURN_S)
    return False


def try_page(
    folder: Path, terms: Terms, minutes: float, *, progress: Report
) -> PageFound:
    """Have trucks pass before a page for a while.

    Args:
        folder: For all that the station keeps.
        terms: How it is tried; there is one lane.
        minutes: How long trucks pass; the last one is let through.
        progress: Told how many seconds have passed.

    Raises:
        StationError: If there is no browser.
    """
    played = folder / "trucks"
    played.mkdir()
    trucks = make_trucks(
        played,
        count=terms.trucks,
        seed=terms.seed,
        progress=lambda done, count: progress("simulating", done, count),
    )
    with _sighting(folder, terms) as sights:
        total, start, number = round(minutes * 60), time.monotonic(), 0
        while (passed := time.monotonic() - start) < total or number == 0:
            progress("passing", round(passed), total)
            sights.time_truck(trucks[number % len(trucks)], f"truck-{number:05d}")
            number += 1
        sights.compare_truck(trucks[0], "compared")
        drag = sights.drag(trucks[0], "dragged")
        return _sum_up(number, sights, drag)


@contextmanager
def _sighting(folder: Path, terms: Terms) -> Iterator[_Sights]:
    with (
        opening_chromium() as browser,
        rigged(folder, lanes=1, least_score=terms.least_score) as rig,
        ThreadPoolExecutor(1) as pool,
    ):
        (lane,) = rig.config.lane
        page = Page(rig)
        page.log_in()
        operator = Operator(page)
        player = StreamPlayer(rig.stream_url(lane.name), rig.tokens[lane.name])
        try:
            yield _Sights(rig, Visitor(browser, rig), player, pool)
        finally:
            player.stopping.set()
            operator.finish()
            player.close()


def _sum_up(trucks: int, sights: _Sights, drag: Drag) -> PageFound:
    sighted = sights.sighted
    return PageFound(
        trucks,
        sum_delays(sighted.columns),
        sum_delays(sighted.flags),
        sighted.unseen,
        max(sighted.ahead, default=None),
        len(sighted.ahead),
        drag,
        sights.visitor.find_renderer(),
    )
