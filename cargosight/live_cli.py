"""The command that plays trucks to live lanes."""

from pathlib import Path
from typing import Annotated

import typer

from cargosight.options import Json
from cargosight.progress import progress_bars


def measure_lanes(
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle; the one that ships, if absent.")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.01, help="Of real time.")] = 10.0,
    lanes: Annotated[int, typer.Option(min=1, help="At once.")] = 1,
    columns_per_second: Annotated[
        float, typer.Option(min=1, help="Of each lane; 1400 px high, 4 mm a pixel.")
    ] = 700.0,
    least_score: Annotated[
        float | None,
        typer.Option(min=0.01, max=1, help="In place of the operating point."),
    ] = None,
    trucks: Annotated[
        int, typer.Option(min=1, help="Different ones, of the standard mix.")
    ] = 24,
    train: Annotated[
        int, typer.Option(min=0, help="Columns of a train, live and whole: memory.")
    ] = 0,
    threads: Annotated[int | None, typer.Option(min=1, help="Of the CPU.")] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed, the same trucks.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Say how soon alarms come while trucks pass, and what is lost.

    Trucks follow each other without a pause. The delay is counted from handing over the
    last column of an object to the event that first shows it, for every alarm:
    --least-score has more of them counted. Trucks lie on disk, 22 MB each.
    """
    import tempfile

    from benchmark.live import LiveOptions, measure_live
    from benchmark.live.playing import Pace
    from benchmark.live.trucks import make_trucks
    from detector.bundle import default_bundle_path

    options = LiveOptions(
        Pace(columns_per_second, minutes * 60), lanes, least_score, threads, train
    )
    with (
        progress_bars() as report,
        tempfile.TemporaryDirectory(prefix="cargosight-live-") as folder,
    ):
        made = make_trucks(
            Path(folder),
            count=trucks,
            seed=seed,
            progress=lambda done, count: report("simulating", done, count),
        )
        found = measure_live(
            bundle or default_bundle_path(), made, options, progress=report
        )
    typer.echo(found.as_json() if as_json else found.as_text())
