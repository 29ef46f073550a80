"""The command line: parse, call the package that does the job, return a code."""

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from cargosight.average_cli import AVERAGE_EXAMPLE, average
from cargosight.benchmark_cli import benchmark_app
from cargosight.bundle_cli import bundle_app
from cargosight.dataset_cli import dataset_app
from cargosight.experiments_cli import experiment_app
from cargosight.mine_cli import mine
from cargosight.options import (
    AllowUnsigned,
    Device,
    Json,
    PitchMm,
    Profile,
    Seed,
    Trust,
)
from cargosight.peer_cli import peer_app
from cargosight.play_cli import PLAY_EXAMPLE, play
from cargosight.progress import progress_bars
from cargosight.retrain_cli import RETRAIN_EXAMPLE, retrain
from cargosight.scanner_cli import scanner_app
from cargosight.station_cli import station_app
from data.errors import CargosightError

app = typer.Typer(
    help="Find firearm-shaped objects in X-ray scans of cargo containers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(benchmark_app, name="benchmark")
app.add_typer(bundle_app, name="bundle")
app.add_typer(dataset_app, name="dataset")
app.add_typer(experiment_app, name="experiment")
app.add_typer(peer_app, name="peer")
app.add_typer(scanner_app, name="scanner")
app.add_typer(station_app, name="station")
app.command("average", epilog=AVERAGE_EXAMPLE)(average)
app.command("play", epilog=PLAY_EXAMPLE)(play)
app.command("retrain", epilog=RETRAIN_EXAMPLE)(retrain)
app.command("mine", epilog="Example: cargosight mine unlabelled --out queue")(mine)

INTERRUPTED: Final = 130
"""Exit code after Ctrl-C, as shells have it."""

WHEN_INTERRUPTED: Final = "Interrupted. What was finished is kept."


@app.callback()
def _cargosight(
    *, verbose: Annotated[bool, typer.Option(help="Log what happens.")] = False
) -> None:
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(name)s: %(message)s")


@app.command(epilog="Example: cargosight demo --out demo --station-only")
def demo(
    out: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("demo"),
    seed: Seed = 0,
    station: Annotated[
        bool, typer.Option(help="End with a station open, and trucks at its scanner.")
    ] = True,
    station_only: Annotated[
        bool, typer.Option("--station-only", help="Only that: no training before.")
    ] = False,
    open_minutes: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="How long it is open; if absent until Ctrl-C, and 10 where nobody "
            "is at a terminal.",
        ),
    ] = None,
) -> None:
    """Run the whole job in miniature, then open a station where trucks drive up."""
    from cargosight.demo.opening import choose_minutes, prepare_station, run_prepared
    from cargosight.playing.interrupting import asking_to_stop

    if station_only and not station:
        msg = "--station-only and --no-station leave nothing to do"
        raise typer.BadParameter(msg)
    with progress_bars() as report:
        if not station_only:
            from cargosight.demo.miniature import run_miniature

            lines = run_miniature(out, seed=seed, progress=report)
            typer.echo("\n".join(lines))
        prepared = prepare_station(out, progress=report) if station else None
    if prepared is not None:
        with asking_to_stop() as stopping:
            run_prepared(
                prepared,
                seed=seed,
                minutes=choose_minutes(open_minutes),
                stopping=stopping,
                say=typer.echo,
            )


@app.command(
    epilog="Example: cargosight simulate scans --scans 50 --seed 1 --workers 2"
)
def simulate(
    out: Annotated[Path, typer.Argument(help="Folder of the dataset to make.")],
    scans: Annotated[int, typer.Option(min=1, help="How many scans.")] = 20,
    seed: Seed = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    recipe: Annotated[
        Path | None, typer.Option(help="TOML with wishes; docs/simulation.md.")
    ] = None,
    scanner: Annotated[
        str | None, typer.Option(help="Family of all; every one, if absent.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="anywhere: other heights and distances too.")
    ] = None,
    length_m: Annotated[
        float | None, typer.Option(help="Of the containers; 20 or 40 ft, if absent.")
    ] = None,
    cargo: Annotated[
        str | None, typer.Option(help="In all of them; all kinds, if absent.")
    ] = None,
    firearms: Annotated[
        int | None, typer.Option(help="Places in each scan where there are some.")
    ] = None,
    defect: Annotated[
        list[str] | None, typer.Option(help="KIND:SEVERITY of all, such as blur:3.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="PNG to show the first ten of them in.")
    ] = None,
) -> None:
    """Make scans of containers with truth: boxes, masks, and how visible all is."""
    from benchmark.simulation.mix import count_mix
    from cargosight.scan_sheet import write_scan_sheet
    from data.simulated_dataset import write_simulated_dataset
    from data.simulation.recipe import gather_recipe

    given = {
        "scanner": scanner,
        "source": source,
        "length_m": length_m,
        "cargo": cargo,
        "firearms": firearms,
        "defects": defect or None,
    }
    wished = gather_recipe(recipe, given)
    with progress_bars() as report:
        dataset = write_simulated_dataset(
            out,
            scans=scans,
            seed=seed,
            workers=workers,
            recipe=wished,
            progress=lambda done, count: report("simulating", done, count),
        )
        if sheet is not None:
            samples = sorted(dataset.samples, key=lambda sample: sample.name)
            write_scan_sheet(
                samples,
                sheet,
                progress=lambda done, count: report("drawing", done, count),
            )
    mix = count_mix(sample.truth((0, 0)) for sample in dataset.samples)
    typer.echo(f"{out}: {mix.sentence}")


@app.command(epilog="Example: cargosight train scans --out run --epochs 10")
def train(
    dataset: Annotated[Path, typer.Argument(help="Our dataset, or a YOLO folder.")],
    out: Annotated[Path, typer.Option(help="Folder of the run.")],
    config: Annotated[Path | None, typer.Option(help="TOML with all settings.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="dual or display; as the scans are, if absent.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="Checkpoint, yaml, or a bundle's folder.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1)] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Of all epochs together.")
    ] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Tiles a step.")] = None,
    tile: Annotated[int | None, typer.Option(help="Tile side, px.")] = None,
    seed: Annotated[int | None, typer.Option(min=0)] = None,
    devices: Annotated[
        str | None,
        typer.Option("--devices", "--device", help="cpu, or GPUs, such as 0 or 0,1."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that draw tiles.")
    ] = None,
    tracking: Annotated[
        str | None, typer.Option(help="MLflow: run, none, or an address.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Keep prepared scans there for other trainings.")
    ] = None,
) -> None:
    """Fine-tune a network on labelled scans; killed, the same command goes on."""
    from training.config import make_config
    from training.train import train_network

    given = {
        "encoding": encoding,
        "base": base,
        "epochs": epochs,
        "steps": steps,
        "batch": batch,
        "tile_side": tile,
        "seed": seed,
        "devices": devices,
        "workers": workers,
        "tracking": tracking,
    }
    wished = make_config(config, given)
    with progress_bars() as report:
        run = train_network(dataset, out, wished, progress=report, cache=cache)
    found = "" if run.pd is None else f"Pd {run.pd:.1%} at Pfa {run.pfa:.0%}, "
    typer.echo(
        f"{out}: best epoch {run.best_epoch} of {run.epochs}, {found}AP50 "
        f"{run.ap50:.3f} and AP50-95 {run.ap50_95:.3f} on validation scans, "
        f"{run.seconds:.0f} s"
    )


@app.command(epilog="Example: cargosight export run-dual run-display --out bundle")
def export(
    runs: Annotated[list[Path], typer.Argument(help="Runs, one for each encoding.")],
    out: Annotated[Path, typer.Option(help="Folder of the draft bundle.")],
    dataset: Annotated[
        Path | None, typer.Option(help="Where the runs' dataset is now.")
    ] = None,
    tile: Annotated[
        int | None, typer.Option(help="Tile side of the graph, px.")
    ] = None,
    overlap: Annotated[
        int | None, typer.Option(help="Pixels that these tiles share.")
    ] = None,
    coarse_score: Annotated[
        float | None,
        typer.Option(help="Have a coarse pass propose; see `benchmark passes`."),
    ] = None,
    mirrored: Annotated[
        bool,
        typer.Option("--mirrored", help="Look at each tile twice, once in the mirror."),
    ] = False,
    rescaled: Annotated[
        bool, typer.Option("--rescaled", help="Look at each tile at three scales.")
    ] = False,
    name: Annotated[str, typer.Option(help="Of the bundle.")] = "cargosight",
    keep: Annotated[
        Path | None,
        typer.Option(help="Bundle whose graphs for other encodings come along."),
    ] = None,
) -> None:
    """Turn runs into a draft bundle of ONNX graphs, after a parity gate."""
    from detector.encoding import Encoding
    from export import Tiling, export_bundle

    twice, thrice = (tuple(Encoding) if each else () for each in (mirrored, rescaled))
    tiling = Tiling(tile, coarse_score, overlap, twice, thrice)
    with progress_bars() as report:
        manifest = export_bundle(
            runs,
            out,
            dataset=dataset,
            tiling=tiling,
            name=name,
            keep=keep,
            progress=report,
        )
    for kind, entry in manifest.graphs.items():
        point = entry.operating_points[0]
        typer.echo(f"{out}: {kind} graph passed parity; {point.summary}")


@app.command(epilog="Example: cargosight detect scans 'more/**/*.png' --out results")
def detect(
    scans: Annotated[list[str], typer.Argument(help="Files, folders, globs.")],
    out: Annotated[Path, typer.Option(help="Folder of the results.")],
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle; the one that ships, if absent.")
    ] = None,
    device: Device = "cpu",
    threads: Annotated[int | None, typer.Option(min=1, help="Of the CPU.")] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Score from which it alarms.")
    ] = None,
    least_score: Annotated[
        float, typer.Option(min=0, max=1, help="Score from which it is reported.")
    ] = 0.01,
    profile: Profile = None,
    pitch_mm: PitchMm = None,
    overlay: Annotated[bool, typer.Option(help="Write pictures.")] = True,
    trust: Trust = None,
    allow_unsigned: AllowUnsigned = False,
    shadow: Annotated[
        Path | None,
        typer.Option(help="Bundle that looks beside it; it never alarms."),
    ] = None,
    site: Annotated[
        Path | None, typer.Option(help="Run what `bundle use` put in use there.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Flag firearm-shaped objects in scans: a JSON and an overlay for each.

    A bundle that is named must be signed by a key in --trust, which is
    CARGOSIGHT_TRUST or ~/.config/cargosight/trust if absent.
    """
    from cargosight.detecting import DetectOptions, detect_scans

    options = DetectOptions(
        bundle=bundle,
        device=device,
        threads=threads,
        threshold=threshold,
        least_score=least_score,
        profile=profile,
        pitch_mm=pitch_mm,
        overlays=overlay,
        trust=trust,
        allow_unsigned=allow_unsigned,
        shadow=shadow,
        site=site,
    )
    with progress_bars() as report:
        summary = detect_scans(scans, out, options, progress=report)
    for failure in summary.failures:
        sys.stderr.write(f"cargosight: {failure}\n")
    typer.echo(json.dumps(summary.as_dict()) if as_json else summary.sentence())
    raise typer.Exit(1 if summary.failures else 0)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        argv: Arguments without the program's name; those of the process if absent.

    Returns:
        0 done, 1 failed (one line on standard error says what and how to fix it),
        2 wrong usage, 130 interrupted (one line says so).
    """
    try:
        app(args=argv, prog_name="cargosight", standalone_mode=True)
    except SystemExit as stop:
        code = int(stop.code or 0)
        return code if code != INTERRUPTED else _fail(WHEN_INTERRUPTED, INTERRUPTED)
    except (CargosightError, OSError, ModuleNotFoundError, MemoryError) as error:
        return _fail(_explain(error))
    return 0


def _explain(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error}. Check the path and the disk."
    if isinstance(error, ModuleNotFoundError):
        return (
            f"This needs {error.name}, which a workstation does not have. Install "
            "requirements/measure.lock where you measure, and requirements/train.lock "
            "(make setup) where you simulate, train and export."
        )
    if isinstance(error, MemoryError):
        return "There is not enough memory. Free some, or ask for less at once."
    return str(error)


def _fail(why: str, code: int = 1) -> int:
    sys.stderr.write(f"cargosight: {why}\n")
    return code
