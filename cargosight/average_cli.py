"""The command that averages the weights of finished trainings."""

from pathlib import Path
from typing import Annotated, Final

import typer

from cargosight.progress import progress_bars

AVERAGE_EXAMPLE: Final = "Example: cargosight average run-1 run-2 --out run-mean"


def average(
    runs: Annotated[list[Path], typer.Argument(help="Two runs or more, of one kind.")],
    out: Annotated[Path, typer.Option(help="Folder of the run to be made.")],
    bundle: Annotated[
        Path | None,
        typer.Option(help="Its graph is one more: what a run began from."),
    ] = None,
    dataset: Annotated[
        Path | None, typer.Option(help="Where the first run's dataset is now.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that prepare scans.")
    ] = 1,
) -> None:
    """Make a run of the mean of other runs' weights, measured on validation scans.

    Of trainings that began from the same weights the mean often finds more than each.
    That of one and what it began from keeps more of what that knew.
    """
    from training.averaging import average_runs

    with progress_bars() as report:
        run = average_runs(
            runs, out, bundle=bundle, dataset=dataset, workers=workers, progress=report
        )
    found = "" if run.pd is None else f"Pd {run.pd:.1%} at Pfa {run.pfa:.0%}, "
    typer.echo(
        f"{out}: {run.base}, {found}AP50 {run.ap50:.3f} and AP50-95 "
        f"{run.ap50_95:.3f} on validation scans"
    )
