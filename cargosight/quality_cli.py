"""The command line of a scanner's image quality."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cargosight.options import Json, PitchMm, Profile
from cargosight.progress import progress_bars

_SCANNER = "simulated 6/4 MV"


def add_quality_commands(app: typer.Typer) -> None:
    """Add `quality` and `test-object` to the commands of an app.

    Args:
        app: Of `cargosight benchmark`.
    """
    app.command(
        "quality",
        epilog="Example: cargosight benchmark quality mornings --gate standard "
        "--history quality.jsonl --chart trend.png",
    )(measure_quality)
    app.command(
        "test-object",
        epilog="Example: cargosight benchmark test-object mornings --scans 30 "
        "--defect 'dead rows:1' --since 25",
    )(simulate_object)


def measure_quality(
    scans: Annotated[list[str], typer.Argument(help="Of a test object: files, globs.")],
    layout: Annotated[
        str, typer.Option(help="What the test object is: a name, or TOML.")
    ] = "standard",
    gate: Annotated[
        str | None, typer.Option(help="What must hold: standard, or TOML.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help="JSON lines that the figures are added to.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="What the trend looks back.")] = 30,
    chart: Annotated[
        Path | None, typer.Option(help="PNG or SVG to draw the trend in.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="PNG to show what was measured in.")
    ] = None,
    pitch_mm: PitchMm = None,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Measure a scanner's image quality on scans of a test object, and its trend.

    Penetration, wire detection, contrast sensitivity, spatial resolution, noise and
    rows that fail. No conformance with a standard is claimed.
    """
    from benchmark.quality.gate import load_gate
    from benchmark.quality.report import to_json, to_text
    from benchmark.quality.run import QualityOptions, run_quality
    from data.formats import load_profile
    from data.quality import load_layout

    options = QualityOptions(
        layout=load_layout(layout),
        gate=None if gate is None else load_gate(gate),
        history=history,
        days=days,
        pitch_mm=None if pitch_mm is None else (pitch_mm, pitch_mm),
        profile=None if profile is None else load_profile(profile),
    )
    with progress_bars() as report:
        run = run_quality(
            scans,
            options,
            progress=lambda done, count: report("measuring", done, count),
        )
    for line in run.refused:
        sys.stderr.write(f"cargosight: {line}\n")
    if run.scans and chart is not None:
        from benchmark.quality.chart import write_chart

        write_chart(run.series, chart, days=days, gate=options.gate)
    if run.scans and picture is not None:
        from benchmark.quality.picture import write_picture

        write_picture(run.scans[-1], options, picture)
    if as_json or run.scans:
        typer.echo(to_json(run) if as_json else to_text(run))
    raise typer.Exit(0 if run.passed else 1)


def simulate_object(
    out: Annotated[Path, typer.Argument(help="Folder of the scans to make.")],
    scans: Annotated[int, typer.Option(min=1, help="How many, one a day.")] = 1,
    scanner: Annotated[str, typer.Option(help="Family of the scanner.")] = _SCANNER,
    defect: Annotated[
        list[str] | None, typer.Option(help="KIND:SEVERITY, such as blur:2.")
    ] = None,
    since: Annotated[
        int, typer.Option(min=1, help="Scan from which on the defects are there.")
    ] = 1,
    layout: Annotated[
        str, typer.Option(help="What the test object is: a name, or TOML.")
    ] = "standard",
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same.")] = 0,
) -> None:
    """Simulate scans of a test object by one scanner, as on so many mornings."""
    from data.quality import load_layout
    from data.simulation.imaging.scanner import find_scanner
    from data.simulation.recipe import gather_recipe
    from data.simulation.test_object import Mornings, Shot, write_mornings

    wished = gather_recipe(None, {"scanner": scanner, "defects": defect or None})
    shot = Shot(find_scanner(scanner), seed=seed)
    with progress_bars() as report:
        written = write_mornings(
            load_layout(layout),
            Mornings(shot, scans, wished.defects or (), since),
            out,
            progress=lambda done, count: report("simulating", done, count),
        )
    many = f"{len(written)} scan{'s' if len(written) > 1 else ''}"
    typer.echo(f"{many} of the test object {layout} in {out}")
