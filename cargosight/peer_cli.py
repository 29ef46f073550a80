"""The commands of the plain pipeline, to measure ours against."""

from pathlib import Path
from typing import Annotated

import typer

from cargosight.progress import progress_bars

peer_app = typer.Typer(
    help="The plain pipeline, to compare with: 8-bit PNG, stock Ultralytics, SAHI.",
    no_args_is_help=True,
)

Device = Annotated[str, typer.Option(help="cpu, or 0 for a GPU.")]
Tile = Annotated[int | None, typer.Option(help="Tile side, px.")]


@peer_app.callback()
def _peer() -> None:
    """Keep the help of all commands."""


@peer_app.command(
    "train", epilog="Example: cargosight peer train scans --out plain --base default"
)
def peer_train(
    dataset: Annotated[Path, typer.Argument(help="Our dataset, or a YOLO folder.")],
    out: Annotated[Path, typer.Option(help="Folder of the training.")],
    base: Annotated[
        str | None,
        typer.Option(help="Checkpoint, yaml, bundle, or default: the one that ships."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Graph of a bundle to start from.")
    ] = None,
    tile: Tile = None,
    longest_side: Annotated[
        int | None,
        typer.Option(min=32, help="Of scans that state no pitch, px; as they come."),
    ] = None,
    background: Annotated[
        float | None, typer.Option(help="Tiles without a firearm for each one with.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Of the optimiser.")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Tiles a batch.")] = None,
    nominal_batch: Annotated[
        int | None, typer.Option(min=1, help="Tiles a step; Ultralytics' own is 64.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that load tiles.")
    ] = None,
    device: Device = "cpu",
) -> None:
    """Fit a network as a user of stock Ultralytics would; go on where it was left."""
    from training.plain.fitting import fit_plain
    from training.plain.settings import PlainSettings, make_settings

    given = {
        "base": base,
        "encoding": encoding,
        "tile_side": tile,
        "scale": longest_side and {"longest_side_px": longest_side},
        "background": background,
        "steps": steps,
        "batch": batch,
        "nominal_batch": nominal_batch,
        "seed": seed,
        "workers": workers,
        "device": device,
    }
    settings = make_settings(PlainSettings(), given)
    with progress_bars() as report:
        checkpoint = fit_plain(dataset, out, settings, progress=report)
    typer.echo(f"{checkpoint}: the best epoch, by tiles of the validation part")


@peer_app.command(
    "detect",
    epilog="Example: cargosight peer detect plain/checkpoint.pt scans "
    "--split held-out --out results",
)
def peer_detect(
    checkpoint: Annotated[Path, typer.Argument(help="What `peer train` made.")],
    scans: Annotated[
        list[str], typer.Argument(help="Files, folders, globs; or one dataset.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the results.")],
    split: Annotated[
        str | None, typer.Option(help="Only this part of the dataset.")
    ] = None,
    tile: Tile = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Score from which it alarms.")
    ] = None,
    least_score: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Score from which it is reported."),
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Have SAHI merge boxes that overlap.")
    ] = False,
    device: Device = "cpu",
) -> None:
    """Look at whole scans as a user of SAHI would; go on where it was left."""
    from data.formats import find_scans
    from training.plain.settings import make_settings, settings_for
    from training.plain.slicing import detect_plain, list_split

    given = {
        "tile_side": tile,
        "threshold": threshold,
        "least_score": least_score,
        "merge": merge,
        "device": device,
    }
    settings = make_settings(settings_for(checkpoint), given)
    if split is not None and len(scans) > 1:
        msg = "With --split name one dataset."
        raise typer.BadParameter(msg)
    files = find_scans(scans) if split is None else list_split(Path(scans[0]), split)
    with progress_bars() as report:
        anew = detect_plain(
            checkpoint,
            files,
            out,
            settings=settings,
            progress=lambda done, count: report("detecting", done, count),
        )
    typer.echo(f"{len(files)} scans, {anew} looked at anew; results in {out}")
