"""The commands of a bundle's life."""

from pathlib import Path
from typing import Annotated

import typer

from cargosight.progress import progress_bars

bundle_app = typer.Typer(help="Bundles: from draft to service.", no_args_is_help=True)


@bundle_app.callback()
def _bundle() -> None:
    """Keep subcommands apart even while there is one."""


@bundle_app.command(
    "calibrate",
    epilog="Example: cargosight bundle calibrate bundle --suite calibration "
    "--check standard --pfa 0.01 --name strict --out work",
)
def bundle_calibrate(
    bundle: Annotated[Path, typer.Argument(help="Folder of a draft bundle.")],
    suite: Annotated[Path, typer.Option(help="Calibration suite: chosen on it.")],
    check: Annotated[Path, typer.Option(help="Another suite: measured on it.")],
    out: Annotated[Path, typer.Option(help="Folder of the two evaluations.")],
    pfa: Annotated[
        float, typer.Option(help="Share of clean inspections that may alarm.")
    ] = 0.05,
    name: Annotated[str, typer.Option(help="Of the operating point.")] = "normal",
    device: Annotated[str, typer.Option(help="cpu, cuda, tensorrt, openvino.")] = "cpu",
    rendered: Annotated[
        bool, typer.Option("--rendered", help="Calibrate the display graph.")
    ] = False,
    station: Annotated[
        Path | None,
        typer.Option(help="station.toml to write the point to, not to the bundle."),
    ] = None,
) -> None:
    """Choose an operating point on one suite and measure it on another."""
    from benchmark.evaluation.running import RunOptions
    from cargosight.calibrating import Wish, calibrate_bundle

    wish = Wish(name=name, pfa=pfa, station=station)
    with progress_bars() as report:
        point = calibrate_bundle(
            bundle,
            (suite, check),
            out,
            wish=wish,
            options=RunOptions(device, rendered=rendered),
            progress=report,
        )
    typer.echo(f"{station or bundle}: {point.summary}")
