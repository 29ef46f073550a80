"""The command that makes a candidate of the bundle in service and new scans."""

from pathlib import Path
from typing import Annotated, Final

import typer

from cargosight.options import Json
from cargosight.progress import progress_bars

RETRAIN_EXAMPLE: Final = (
    "Example: cargosight retrain --champion bundle --dataset scans --replay old "
    "--suite standard --suite port --calibration calibration --out retraining"
)


def retrain(
    champion: Annotated[Path, typer.Option(help="Folder of the bundle in service.")],
    dataset: Annotated[Path, typer.Option(help="New scans with truth.")],
    suite: Annotated[
        list[Path], typer.Option(help="Sealed suite that decides; may be repeated.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the retraining.")],
    replay: Annotated[
        Path | None, typer.Option(help="Old dataset: what was known is not lost.")
    ] = None,
    replay_share: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of tiles drawn from it.")
    ] = None,
    calibration: Annotated[
        list[Path] | None,
        typer.Option(help="Calibration suite of a graph; without, it stays a draft."),
    ] = None,
    pfa: Annotated[
        float, typer.Option(help="Share of clean inspections that may alarm.")
    ] = 0.05,
    config: Annotated[
        Path | None, typer.Option(help="TOML with settings of the training.")
    ] = None,
    rules: Annotated[
        str,
        typer.Option(
            "--rules", "--rule", help="Rules of the verdict: replace, or a TOML."
        ),
    ] = "replace",
    devices: Annotated[
        str | None,
        typer.Option(help="What trains: cpu, or GPUs, such as 0 or 0,1."),
    ] = None,
    device: Annotated[
        str, typer.Option(help="What runs the suites: cpu, cuda, tensorrt, openvino.")
    ] = "cpu",
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of the CPU that runs the suites.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Train the bundle in service on, and offer the candidate if every suite passes.

    Killed, the same command goes on. Exit code 1 if the candidate is not offered:
    report.html says what got better and worse, for whom.
    """
    from cargosight.retraining.flow import retrain_champion
    from cargosight.retraining.request import Request

    request = Request(
        champion=champion,
        dataset=dataset,
        suites=tuple(suite),
        calibrations=tuple(calibration or ()),
        replay=replay,
        replay_share=replay_share,
        config=config,
        rules=rules,
        pfa=pfa,
        devices=devices,
        device=device,
        threads=threads,
    )
    with progress_bars() as report:
        found = retrain_champion(request, out, progress=report)
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(found.exit_code)
