"""The command line of datasets."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cargosight.progress import progress_bars

dataset_app = typer.Typer(help="Make and change datasets.", no_args_is_help=True)


@dataset_app.callback()
def _dataset() -> None:
    """Make and change datasets."""


@dataset_app.command(
    "project",
    epilog="Example: cargosight dataset project clean --cutouts guns --out projected",
)
def project(
    clean: Annotated[Path, typer.Argument(help="Folder of scans without firearms.")],
    cutouts: Annotated[
        Path, typer.Option(help="Folder of firearms in air, a subfolder for each kind.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the dataset to make.")],
    benign: Annotated[
        Path | None,
        typer.Option(help="Harmless things in air; the simulator's, if absent."),
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="CSV with columns file and group.")
    ] = None,
    pitch_mm: Annotated[
        float | None, typer.Option(min=0.1, help="Of scans that state none.")
    ] = None,
    cutout_pitch_mm: Annotated[
        float | None, typer.Option(min=0.05, help="Of cut-outs that state none.")
    ] = None,
    per_scan: Annotated[
        int, typer.Option(min=1, help="Scans to make of each clean one.")
    ] = 1,
    scatter: Annotated[
        float | None, typer.Option(min=0, max=0.2, help="Measured share of scatter.")
    ] = None,
    blur_px: Annotated[
        float | None, typer.Option(min=0, max=5, help="Measured blur of the scans.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Project firearms into clean scans: a labelled dataset."""
    from data.projected_dataset import write_projected_dataset
    from data.projection.calibration import Measured
    from data.projection.sources import ProjectionSources

    sources = ProjectionSources(
        clean=clean,
        cutouts=cutouts,
        benign=benign,
        groups=groups,
        pitch_mm=pitch_mm,
        cutout_pitch_mm=cutout_pitch_mm,
        measured=Measured(scatter=scatter, blur_px=blur_px),
    )
    with progress_bars() as report:
        dataset = write_projected_dataset(
            sources,
            out,
            seed=seed,
            per_scan=per_scan,
            workers=workers,
            progress=lambda done, count: report("projecting", done, count),
            refuse=_leave_out,
        )
    typer.echo(f"{len(dataset.samples)} scans in {out}")


def _leave_out(line: str) -> None:
    sys.stderr.write(f"cargosight: left out: {line}\n")
