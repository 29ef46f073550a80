"""The demo's station, its page open and a simulated lane scanning."""

import os
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from cargosight.demo.folder import clear_station
from cargosight.demo.own_station import DemoStation, Running, make_station, running
from cargosight.demo.scanner import PAUSE_S, Scanner
from cargosight.demo.trucks import LOADS, Load, Truck, simulate_trucks
from cargosight.playing.stream import StreamPlayer
from cargosight.progress import Report
from station.records import Database, open_database
from station.records.tables import Inspection
from station.server.routes.page import BUILT

TRUCKS: Final = "trucks"
TOLD: Final = "trucks.txt"
LOOK_S: Final = 0.25
UNWATCHED_MINUTES: Final = 10.0
"""How long a station is open where nobody is at a terminal."""

RULE: Final = "=" * 72


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is there before a station is opened.

    Attributes:
        station: It.
        trucks: That will drive up.
        told: File that says what is in each of them.
    """

    station: DemoStation
    trucks: tuple[Truck, ...]
    told: Path


def prepare_station(
    out: Path, *, loads: tuple[Load, ...] = LOADS, progress: Report
) -> Prepared:
    """Make a station, and simulate what will drive up there.

    Args:
        out: Folder of the demo; an earlier station there is replaced.
        loads: What the trucks carry.
        progress: Told how many trucks of how many are simulated.

    Raises:
        DatasetError: If `out` holds other things than a demo.
        StationError: If an earlier one still runs there, or it cannot be made.
    """
    folder = clear_station(out)
    (folder / TRUCKS).mkdir()
    trucks = simulate_trucks(folder / TRUCKS, loads, progress=progress)
    return Prepared(make_station(folder), trucks, folder / TOLD)


def choose_minutes(asked: float | None) -> float | None:
    """How long a station is open.

    Args:
        asked: As somebody stated, minutes; None if nobody did.

    Returns:
        None until told to stop: only where somebody is at a terminal who can.
    """
    watched = sys.stdin.isatty() and sys.stdout.isatty()
    return UNWATCHED_MINUTES if asked is None and not watched else asked


def run_prepared(
    prepared: Prepared,
    *,
    seed: int,
    minutes: float | None,
    stopping: threading.Event,
    say: Callable[[str], None],
) -> None:
    """Run the station, show its page, and let truck after truck drive up.

    Args:
        prepared: What runs.
        seed: Of the container numbers.
        minutes: How long; None until told to stop.
        stopping: Set to stop; it is set when this returns.
        say: Told where the page is, how to log in there, and that it is over.

    Raises:
        StationError: If the station ends by itself, or the scanner cannot reach it.
    """
    station = prepared.station
    say("Starting the station ...")
    with running(station) as guard, closing(_open(station)) as database:
        guard.wait_ready(station.address, stopping)
        scanner = Scanner(
            StreamPlayer(station.stream_url, station.token, stopping=stopping),
            prepared.trucks,
            seed,
            prepared.told,
            lambda: _count_waiting(database),
        )
        try:
            if not stopping.is_set():
                say("\n".join(describe(prepared, minutes)))
                show_page(station.address)
            _watch(guard, scanner, minutes, stopping)
        finally:
            scanner.finish()
    say(
        "The station is closed. Without trucks it opens again by\n"
        f"  cargosight station --config {station.file}"
    )


def describe(prepared: Prepared, minutes: float | None) -> Sequence[str]:
    """What a newcomer needs to know, line by line.

    Args:
        prepared: What runs.
        minutes: How long; None until told to stop.
    """
    station = prepared.station
    ends = [] if minutes is None else [f"   It ends by itself after {minutes:g} min."]
    built = (BUILT / "index.html").is_file()
    return [
        "",
        RULE,
        "",
        "   THE STATION IS OPEN, AND TRUCKS ARE DRIVING THROUGH ITS SCANNER",
        "",
        f"      page                 {station.address}",
        f"      account              {station.operator.user.name}",
        f"      one-time password    {station.operator.password}",
        "",
        *([] if built else ["   The page was not built: run make page.", ""]),
        "   Sign in, choose a password of your own, answer the alarms, release",
        "   the container or have it searched. Ctrl-C here ends it all.",
        *ends,
        "",
        f"   The scans are simulated: {len(prepared.trucks)} trucks, made beforehand,",
        f"   played round at 700 columns/s, {PAUSE_S:g} s apart, each time under a new",
        "   number of an owner that does not exist. The bundle that ships looks;",
        "   nobody signed it. What it finds here says nothing of a port's scanner.",
        f"   What is really in each truck: {prepared.told}",
        "",
        f"   To keep accounts: {station.administrator.user.name}, one-time password "
        f"{station.administrator.password}",
        "",
        RULE,
        "",
    ]


def show_page(address: str) -> bool:
    """Open an address in the user's browser, where there is a desktop.

    Args:
        address: It.

    Returns:
        Whether a browser was asked to.
    """
    desktop = sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if desktop:
        threading.Thread(target=_browse, args=(address,), daemon=True).start()
    return desktop


def _browse(address: str) -> None:
    with suppress(webbrowser.Error, OSError):
        webbrowser.open(address)


def _watch(
    guard: Running, scanner: Scanner, minutes: float | None, stopping: threading.Event
) -> None:
    until = None if minutes is None else time.monotonic() + 60 * minutes
    while not stopping.wait(LOOK_S):
        guard.check()
        if scanner.error is not None:
            raise scanner.error
        if until is not None and time.monotonic() > until:
            return


def _open(station: DemoStation) -> Database:
    return open_database(station.config.database_url)


def _count_waiting(database: Database) -> int:
    query = select(func.count()).where(Inspection.state == "waiting")
    with database.reading() as session:
        return session.scalar(query) or 0
