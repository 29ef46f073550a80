"""The commands that measure: suites, bundles on them, the simulator, the projection."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cargosight.acceptance_cli import accept, drift, drift_trial, site_app
from cargosight.detector_cli import add_detector_commands
from cargosight.judging_cli import add_judging_commands
from cargosight.options import Device, Json, PitchMm, Seed
from cargosight.progress import progress_bars
from cargosight.quality_cli import add_quality_commands
from cargosight.station_trials_cli import station_trials_app

benchmark_app = typer.Typer(help="Measure, compare and judge.", no_args_is_help=True)
suite_app = typer.Typer(help="Make and check suites.", no_args_is_help=True)
benchmark_app.add_typer(suite_app, name="suite")
benchmark_app.add_typer(site_app, name="site")
benchmark_app.add_typer(station_trials_app, name="station")
add_quality_commands(benchmark_app)
add_detector_commands(benchmark_app)
add_judging_commands(benchmark_app)
benchmark_app.command(
    "accept",
    epilog="Example: cargosight benchmark accept site --bundle bundle --out acceptance",
)(accept)
benchmark_app.command(
    "drift",
    epilog="Example: cargosight benchmark drift results --scans scans "
    "--baseline acceptance/acceptance.json",
)(drift)
benchmark_app.command(
    "drift-trial", epilog="Example: cargosight benchmark drift-trial --weeks 200"
)(drift_trial)
Rules = Annotated[
    str | None, typer.Option(help="Rules of a verdict: accept, replace, or a TOML.")
]
Pdf = Annotated[bool, typer.Option("--pdf", help="Write report.pdf besides.")]


@suite_app.command("list", epilog="Example: cargosight benchmark suite list")
def suite_list() -> None:
    """Say which suites can be made by their names."""
    from benchmark.suite.plan import list_shipped, read_plan

    for name in list_shipped():
        plan = read_plan(name)
        scans = sum(1 for _ in plan.list_scans())
        typer.echo(f"{name:12} {scans:5} scans  {plan.title}")


@suite_app.command(
    "make", epilog="Example: cargosight benchmark suite make standard --out suite"
)
def suite_make(
    plan: Annotated[str, typer.Argument(help="A name of the list, or a TOML file.")],
    out: Annotated[Path, typer.Option(help="Folder of the suite.")],
    share: Annotated[float, typer.Option(help="Of its scans, for a trial.")] = 1.0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Simulate a suite and seal it."""
    from benchmark.suite.making import make_simulated_suite
    from benchmark.suite.plan import read_plan

    with progress_bars() as report:
        suite = make_simulated_suite(
            read_plan(plan).shrink(share),
            out,
            workers=workers,
            progress=lambda done, count: report("simulating", done, count),
        )
    typer.echo(f"{out}: {suite.name}, {len(suite.scans)} scans, seal {suite.seal}")


@suite_app.command(
    "seal",
    epilog="Example: cargosight benchmark suite seal scans --name port --out suite",
)
def suite_seal(
    dataset: Annotated[Path, typer.Argument(help="Scans with truth: a dataset.")],
    name: Annotated[str, typer.Option(help="Of the suite.")],
    out: Annotated[Path, typer.Option(help="Folder of the suite.")],
    title: Annotated[str, typer.Option(help="What it asks, for people.")] = "",
    split: Annotated[str, typer.Option(help="Which part.")] = "held-out",
    calibration: Annotated[
        bool, typer.Option("--calibration", help="For choosing operating points.")
    ] = False,
    groups: Annotated[
        Path | None, typer.Option(help="CSV with columns file and group.")
    ] = None,
    scanner: Annotated[
        str | None, typer.Option(help="Of scans that state none.")
    ] = None,
    pitch_mm: PitchMm = None,
) -> None:
    """Make a sealed suite of real scans with truth."""
    from benchmark.suite.making import RealSource, make_real_suite

    source = RealSource(dataset, split, groups, scanner, pitch_mm)
    with progress_bars() as report:
        suite = make_real_suite(
            source,
            out,
            name=name,
            title=title or f"{split} scans of {dataset.resolve().name}",
            role="calibration" if calibration else "test",
            progress=lambda done, count: report("sealing", done, count),
        )
    typer.echo(f"{out}: {suite.name}, {len(suite.scans)} scans, seal {suite.seal}")


@suite_app.command("check", epilog="Example: cargosight benchmark suite check suite")
def suite_check(suite: Annotated[Path, typer.Argument(help="Its folder.")]) -> None:
    """Say whether a suite is as it was sealed, to the byte."""
    from benchmark.suite.sealed import read_suite

    found = read_suite(suite)
    typer.echo(f"{suite}: {found.name}, {len(found.scans)} scans, seal {found.seal}")


@benchmark_app.command(
    "run",
    epilog="Example: cargosight benchmark run suite --bundle bundle --out evaluation",
)
def benchmark_run(
    suite: Annotated[Path, typer.Argument(help="Folder of a sealed suite.")],
    out: Annotated[Path, typer.Option(help="Folder of the evaluation.")],
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle; the one that ships, if absent.")
    ] = None,
    rules: Rules = None,
    device: Device = "cpu",
    threads: Annotated[int | None, typer.Option(min=1, help="Of the CPU.")] = None,
    point: Annotated[
        str | None, typer.Option(help="Operating point; the first, if absent.")
    ] = None,
    rendered: Annotated[
        bool, typer.Option("--rendered", help="Show scans rendered, as a vendor might.")
    ] = False,
    pdf: Pdf = False,
    as_json: Json = False,
) -> None:
    """Run a bundle on a suite: report.html, report.json, and a verdict by rules."""
    from benchmark.evaluation.running import RunOptions
    from cargosight.benchmarking import ReportOptions, run_benchmark

    options = RunOptions(device, threads, point, rendered)
    with progress_bars() as report:
        found = run_benchmark(
            suite,
            bundle,
            out,
            options=options,
            shown=ReportOptions(rules, pdf),
            progress=report,
        )
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(found.exit_code)


@benchmark_app.command(
    "compare",
    epilog="Example: cargosight benchmark compare suite old new --out comparison",
)
def benchmark_compare(
    suite: Annotated[Path, typer.Argument(help="Folder of the sealed suite.")],
    champion: Annotated[Path, typer.Argument(help="Evaluation of the one in service.")],
    candidate: Annotated[Path, typer.Argument(help="Evaluation of the other.")],
    out: Annotated[Path, typer.Option(help="Folder of the reports.")],
    rules: Rules = "replace",
    pdf: Pdf = False,
    as_json: Json = False,
) -> None:
    """Compare two bundles on the same scans, and judge the second by rules."""
    from cargosight.benchmarking import ReportOptions, compare_evaluations

    with progress_bars() as report:
        found = compare_evaluations(
            suite,
            (champion, candidate),
            out,
            shown=ReportOptions(rules, pdf),
            progress=report,
        )
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(found.exit_code)


@benchmark_app.command(
    "rehearse",
    epilog="Example: cargosight benchmark rehearse suite old new --loss 0.08",
)
def benchmark_rehearse(
    suite: Annotated[Path, typer.Argument(help="Folder of the sealed suite.")],
    champion: Annotated[Path, typer.Argument(help="Evaluation of the one in service.")],
    candidate: Annotated[Path, typer.Argument(help="Evaluation of the other.")],
    rules: Annotated[str, typer.Option(help="A name or a TOML file.")] = "replace",
    firearms: Annotated[int, typer.Option(min=1, help="In each drawn suite.")] = 1000,
    loss: Annotated[
        float, typer.Option(min=0, max=1, help="Planted: share of the firearms.")
    ] = 0.0,
    repetitions: Annotated[int, typer.Option(min=1)] = 1000,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Draw suites from two evaluations: how often would the rules answer what?"""
    from benchmark.verdict.rehearsal import Drill, rehearse
    from benchmark.verdict.rule_file import read_rules
    from cargosight.benchmarking import keep_ledgers

    with progress_bars() as report:
        found = rehearse(
            read_rules(rules),
            keep_ledgers(suite, (champion, candidate)),
            Drill(firearms, loss, repetitions, seed),
            progress=lambda done, count: report("rehearsing", done, count),
        )
    typer.echo(found.as_json() if as_json else found.as_text())


@benchmark_app.command(
    "power",
    epilog="Example: cargosight benchmark power --margin 0.01 --discordance 0.08",
)
def benchmark_power(
    margin: Annotated[
        float, typer.Option(help="Loss that a rule lets pass: 0.03 is 3 points.")
    ] = 0.03,
    discordance: Annotated[
        float, typer.Option(help="Share of firearms that only one bundle finds.")
    ] = 0.08,
    firearms: Annotated[int | None, typer.Option(min=1, help="In the suite.")] = None,
    design_effect: Annotated[
        float, typer.Option(min=1, help="Of several firearms in one container.")
    ] = 1.0,
    as_json: Json = False,
) -> None:
    """Say how many firearms a comparison needs, or what it can show with some."""
    from benchmark.statistics.power import firearms_needed, power_not_worse

    needed = firearms_needed(margin, discordance, design_effect=design_effect)
    figures: dict[str, float] = {"firearms_needed": needed}
    said = (
        f"{needed:,} firearms let a bundle that is as good pass with a chance of 80 %, "
        f"where {margin:.1%} may be lost and the two differ on {discordance:.0%}."
    )
    if firearms is not None:
        power = power_not_worse(0, margin, discordance, firearms, design_effect)
        figures["power"] = power
        said += f" With {firearms:,} the chance is {power:.0%}."
    typer.echo(json.dumps(figures) if as_json else said)


@benchmark_app.command(
    "coverage", epilog="Example: cargosight benchmark coverage --repetitions 20000"
)
def benchmark_coverage(
    repetitions: Annotated[int, typer.Option(min=100)] = 20_000,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Measure what the intervals cover."""
    from benchmark.statistics.coverage import measure_coverage

    with progress_bars() as report:
        found = measure_coverage(
            repetitions,
            seed=seed,
            progress=lambda done, count: report("covering", done, count),
        )
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(0 if found.met else 1)


@benchmark_app.command(
    "simulation", epilog="Example: cargosight benchmark simulation --scans 50"
)
def benchmark_simulation(
    scans: Annotated[int, typer.Option(min=1, help="How many large scans.")] = 15,
    mix: Annotated[int, typer.Option(min=1, help="How many of the usual mix.")] = 100,
    each: Annotated[int, typer.Option(min=1, help="How many of each cargo.")] = 10,
    real: Annotated[
        Path | None, typer.Option(help="Folder of real pictures to compare with.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes of the mix.")] = 1,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Measure the simulator: speed, likeness to real scans, and what it makes."""
    from benchmark.simulation import measure_likeness, measure_mix, measure_speed

    with progress_bars() as report:
        found = (
            measure_speed(
                scans, seed=seed, progress=lambda *done: report("speed", *done)
            ),
            measure_likeness(
                each,
                seed=seed,
                real=real,
                progress=lambda *done: report("likeness", *done),
            ),
            measure_mix(
                mix,
                seed=seed,
                workers=workers,
                progress=lambda *done: report("mix", *done),
            ),
        )
    if as_json:
        rows = {
            "speed": asdict(found[0]),
            "likeness": asdict(found[1]),
            "mix": asdict(found[2]),
        }
        typer.echo(json.dumps(rows))
    else:
        typer.echo("\n".join(figures.as_text() for figures in found))


@benchmark_app.command(
    "projection", epilog="Example: cargosight benchmark projection --insertions 200"
)
def benchmark_projection(
    insertions: Annotated[int, typer.Option(min=4, help="How many firearms.")] = 200,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Compare projecting firearms with simulating them in the same place."""
    from benchmark.projection import run_projection_benchmark

    with progress_bars() as report:
        found = run_projection_benchmark(
            insertions,
            seed=seed,
            progress=lambda done, count: report("projecting", done, count),
        )
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(0 if found.met else 1)


@benchmark_app.command(epilog="Example: cargosight benchmark loading scans --devices 0")
def loading(
    dataset: Annotated[Path, typer.Argument(help="What tiles are drawn from.")],
    cache: Annotated[Path, typer.Option(help="Where prepared scans are kept.")],
    config: Annotated[Path | None, typer.Option(help="TOML with all settings.")] = None,
    devices: Annotated[str, typer.Option(help="cpu, or a GPU, such as 0.")] = "cpu",
    workers: Annotated[int, typer.Option(min=0, help="Processes that draw.")] = 8,
    batch: Annotated[int, typer.Option(min=1, help="Tiles a step.")] = 16,
    tile: Annotated[int, typer.Option(help="Tile side, px.")] = 320,
    steps: Annotated[int, typer.Option(min=1, help="In each round.")] = 50,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Compare the step rate of a training with and without drawing its tiles."""
    from training.config import make_config
    from training.speed import measure_loading

    given = {
        "devices": devices,
        "workers": workers,
        "batch": batch,
        "tile_side": tile,
        "tracking": "none",
    }
    wished = make_config(config, given)
    with progress_bars() as report:
        speed = measure_loading(
            dataset, wished, cache, steps=steps, rounds=rounds, progress=report
        )
    typer.echo(
        f"{speed.pure:.2f} steps/s with the same tiles, {speed.fresh:.2f} with tiles "
        f"drawn by {speed.workers} processes: {speed.share:.1%}; {speed.batch} tiles a "
        f"step on {speed.device}"
    )
