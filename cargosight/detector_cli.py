"""The commands that measure how our detector looks, joins and tells apart."""

from pathlib import Path
from typing import Annotated

import typer

from cargosight.live_cli import measure_lanes
from cargosight.options import Json
from cargosight.progress import progress_bars


def add_detector_commands(app: typer.Typer) -> None:
    """Add these commands to `cargosight benchmark`."""
    example = "Example: cargosight benchmark"
    for name, command, given in (
        ("speed", measure_speed, "--scans 40 --json"),
        ("passes", measure_passes, "suite --score 0.002 --score 0.01"),
        ("live", measure_lanes, "--minutes 1 --least-score 0.1"),
        ("merging", measure_merging, "--scenes 1000"),
        ("containers", measure_containers, "--cases 120"),
    ):
        app.command(name, epilog=f"{example} {name} {given}")(command)


def measure_speed(
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle; the one that ships, if absent.")
    ] = None,
    suite: Annotated[
        Path | None, typer.Option(help="A sealed suite, in place of simulated scans.")
    ] = None,
    scans: Annotated[
        int, typer.Option(min=1, help="Simulated ones, of the standard mix.")
    ] = 40,
    rounds: Annotated[int, typer.Option(min=1, help="Looks at each scan.")] = 5,
    threads: Annotated[int | None, typer.Option(min=1, help="Of the CPU.")] = None,
    peer: Annotated[
        bool, typer.Option("--peer/--no-peer", help="Race SAHI with Ultralytics.")
    ] = True,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed, the same scans.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Say where the time goes, and race SAHI with Ultralytics on the same network.

    Both have the same weights, float32, threads and scans, which lie in memory. The
    peer is given the network's own planes ready made, and that is not counted.
    """
    from cargosight.racing import RaceOptions, race_detectors

    options = RaceOptions(suite, scans, seed, rounds, threads, peer)
    with progress_bars() as report:
        found = race_detectors(bundle, options, progress=report)
    typer.echo(found.as_json() if as_json else found.as_text())


def measure_passes(
    suite: Annotated[Path, typer.Argument(help="Folder of a sealed suite.")],
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle; the one that ships, if absent.")
    ] = None,
    score: Annotated[
        list[float] | None, typer.Option(help="Of a coarse pass to try; repeat it.")
    ] = None,
    display: Annotated[
        bool, typer.Option("--display", help="Of the graph for display scans.")
    ] = False,
    rounds: Annotated[int, typer.Option(min=1, help="Looks at each scan.")] = 1,
    as_json: Json = False,
) -> None:
    """Look closely everywhere, and only where a coarse pass proposes: what is lost?

    Choose the score for `export --coarse-score` by it, on scans that are not those the
    bundle is judged on.
    """
    from benchmark.speed.ways import SCORES, measure_ways
    from benchmark.suite.sealed import read_suite
    from detector.bundle import default_bundle_path, read_bundle

    with progress_bars() as report:
        found = measure_ways(
            read_suite(suite),
            read_bundle(bundle or default_bundle_path()),
            kind="display" if display else "dual",
            scores=score or SCORES,
            rounds=rounds,
            progress=lambda done, count: report("looking", done, count),
        )
    typer.echo(found.as_json() if as_json else found.as_text())


def measure_merging(
    scenes: Annotated[int, typer.Option(min=1, help="How many are drawn.")] = 1000,
    peer: Annotated[
        bool, typer.Option("--peer/--no-peer", help="Join with SAHI besides.")
    ] = True,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed, the same scenes.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Draw rifles over seams and firearms side by side, and join what tiles see."""
    from cargosight.joining import compare_merging

    with progress_bars() as report:
        found = compare_merging(scenes, seed=seed, peer=peer, progress=report)
    typer.echo(found.as_json() if as_json else found.as_text())


def measure_containers(
    cases: Annotated[int, typer.Option(min=4, help="How many are simulated.")] = 120,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed, the same cases.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Simulate single containers, pairs and trains, and find where each ends."""
    from benchmark.containers import measure_containers as measure

    with progress_bars() as report:
        found = measure(
            cases,
            seed=seed,
            progress=lambda done, count: report("simulating", done, count),
        )
    typer.echo(found.as_json() if as_json else found.as_text())
