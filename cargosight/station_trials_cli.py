"""The commands that try a whole station."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cargosight.options import Json
from cargosight.progress import progress_bars

station_trials_app = typer.Typer(
    help="Try a whole station: load, and kills.", no_args_is_help=True
)

LeastScore = Annotated[
    float | None, typer.Option(min=0.01, max=1, help="In place of the operating point.")
]
Trucks = Annotated[int, typer.Option(min=1, help="Different ones, 22 MB each.")]
Seed = Annotated[int, typer.Option(min=0, help="Of the trucks and the kills.")]
Lanes = Annotated[int, typer.Option(min=1, help="At once, 700 columns a second each.")]
Folder = Annotated[
    Path | None, typer.Option(help="Keep everything there; it must not be there yet.")
]


@station_trials_app.command(
    "load", epilog="Example: cargosight benchmark station load --lanes 4 --minutes 30"
)
def try_station_load(
    lanes: Lanes = 4,
    minutes: Annotated[float, typer.Option(min=0.05, help="Of real time.")] = 30.0,
    per_hour: Annotated[
        float, typer.Option(min=0, help="Trucks of each lane; 0 for no pause.")
    ] = 150.0,
    least_score: LeastScore = None,
    trucks: Trucks = 12,
    seed: Seed = 0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Say how soon alarms come out, what waits, what it needs, and what is lost.

    A whole station runs in processes of its own: server, lanes, scanners that send
    columns over WebSockets, a page that listens, an operator who decides.
    """
    from cargosight.station_trials.loads import try_load
    from cargosight.station_trials.trial import Terms

    every_s = 3600 / per_hour if per_hour else None
    terms = Terms(lanes, every_s, least_score, trucks, seed)
    with progress_bars() as report, _making(folder) as place:
        found = try_load(place, terms, minutes, progress=report)
    _show(found.as_dict(), found.as_text(), as_json=as_json)
    raise typer.Exit(0 if found.kept.all_kept else 1)


@station_trials_app.command(
    "kills", epilog="Example: cargosight benchmark station kills --kills 100"
)
def try_station_kills(
    kills: Annotated[int, typer.Option(min=1, help="How many.")] = 100,
    lanes: Lanes = 2,
    postgres: Annotated[
        bool, typer.Option(help="Records in PostgreSQL, which is killed too.")
    ] = False,
    least_score: LeastScore = 0.1,
    trucks: Trucks = 6,
    seed: Seed = 0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Kill server, lanes, all of it, and cut the database, at random under load.

    Then every scan, alarm and acknowledged decision is compared with what was played
    and decided: nothing may be lost or doubled.
    """
    from cargosight.station_trials.kills import try_kills
    from cargosight.station_trials.trial import Terms

    terms = Terms(lanes, None, least_score, trucks, seed)
    with progress_bars() as report, _making(folder) as place:
        found = try_kills(place, terms, kills, postgres=postgres, progress=report)
    _show(found.as_dict(), found.as_text(), as_json=as_json)
    raise typer.Exit(0 if found.kept.all_kept else 1)


@station_trials_app.command(
    "troubles", epilog="Example: cargosight benchmark station troubles"
)
def try_station_troubles(folder: Folder = None, as_json: Json = False) -> None:
    """Have a scanner fall silent, a file damaged, the disk full, a number twice.

    Each must be told of in the log, and the next scan must be looked at, without a
    process being started again. The disk gets 0.9 GB fuller for a moment.
    """
    from cargosight.station_trials.troubles import try_troubles

    with progress_bars() as report, _making(folder) as place:
        found = try_troubles(place, progress=report)
    _show(found.as_dict(), found.as_text(), as_json=as_json)
    raise typer.Exit(0 if found.well else 1)


@station_trials_app.command(
    "page", epilog="Example: cargosight benchmark station page --minutes 3"
)
def try_station_page(
    minutes: Annotated[float, typer.Option(min=0.05, help="Of real time.")] = 3.0,
    least_score: LeastScore = 0.1,
    trucks: Trucks = 6,
    seed: Seed = 0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Say how soon a page in a real browser shows what comes in at a lane.

    Columns and flags are timed from when they were due at the scanner to the frame that
    has them; then a window is dragged over a large scan, and frames are counted. Needs
    Playwright and Chromium, both on this machine.
    """
    from cargosight.station_trials.sightings import try_page
    from cargosight.station_trials.trial import Terms

    terms = Terms(1, None, least_score, trucks, seed)
    with progress_bars() as report, _making(folder) as place:
        found = try_page(place, terms, minutes, progress=report)
    _show(found.as_dict(), found.as_text(), as_json=as_json)
    raise typer.Exit(0 if found.well else 1)


def _show(figures: dict[str, object], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(figures, indent=1) if as_json else text)


@contextmanager
def _making(folder: Path | None) -> Iterator[Path]:
    """A folder for a trial; it is gone in the end unless it was named."""
    if folder is not None:
        folder.mkdir(parents=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="cargosight-station-") as made:
        os.chmod(made, 0o711)  # noqa: PTH101, S103 - the database's user must get through
        yield Path(made)
