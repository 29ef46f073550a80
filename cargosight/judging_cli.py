"""The commands that judge folders of results."""

from pathlib import Path
from typing import Annotated

import typer

from cargosight.options import Json, Seed

Truth = Annotated[Path, typer.Option(help="The dataset that was detected in.")]
Split = Annotated[str, typer.Option(help="Which part of it, or all.")]
Groups = Annotated[Path | None, typer.Option(help="CSV with columns file and group.")]


def add_judging_commands(app: typer.Typer) -> None:
    """Add `judge` and `rivals` to the commands of an app.

    Args:
        app: Of `cargosight benchmark`.
    """
    app.command(
        "judge", epilog="Example: cargosight benchmark judge results --truth dataset"
    )(judge_results)
    app.command(
        "rivals",
        epilog="Example: cargosight benchmark rivals plain ours --truth dataset",
    )(compare_results)


def judge_results(
    results: Annotated[Path, typer.Argument(help="What `detect --out` wrote.")],
    truth: Truth,
    split: Split = "validation",
    groups: Groups = None,
    as_json: Json = False,
) -> None:
    """Judge what `detect` wrote against a dataset: Pd, Pfa, average precision."""
    from benchmark import judge_folder

    judgement = judge_folder(results, truth, split=split, groups=groups)
    typer.echo(judgement.as_json() if as_json else judgement.as_text())


def compare_results(
    first: Annotated[Path, typer.Argument(help="Results of one pipeline.")],
    second: Annotated[Path, typer.Argument(help="Those of another.")],
    truth: Truth,
    split: Split = "validation",
    pfa: Annotated[
        float | None,
        typer.Option(
            help="Share of clean scans that may alarm; 0.05 if nothing is given.",
            min=0,
            max=1,
        ),
    ] = None,
    at: Annotated[
        tuple[float, float] | None,
        typer.Option(help="Scores from which each alarms, in place of a Pfa."),
    ] = None,
    behind: Annotated[
        tuple[float, float] | None,
        typer.Option(help="Attenuation around firearms that are counted apart."),
    ] = None,
    loaded_under: Annotated[
        float | None,
        typer.Option(
            help="Grey level of a scan's middle under which its container is loaded: "
            "say these apart.",
            min=0,
            max=255,
        ),
    ] = None,
    groups: Groups = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Compare what two pipelines wrote of the same scans, at one Pfa or at points."""
    from benchmark import compare_folders

    found = compare_folders(
        first,
        second,
        truth,
        split=split,
        pfa=pfa,
        at=at,
        behind=behind,
        loaded_under=loaded_under,
        groups=groups,
        seed=seed,
    )
    typer.echo(found.as_json() if as_json else found.as_text())
