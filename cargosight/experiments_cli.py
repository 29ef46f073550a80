"""The commands that compare ways of training."""

from pathlib import Path
from typing import Annotated

import typer

from cargosight.progress import progress_bars

experiment_app = typer.Typer(help="Compare ways of training.", no_args_is_help=True)


@experiment_app.command(
    "run", epilog="Example: cargosight experiment run encoding --out encoding"
)
def experiment_run(
    plan: Annotated[
        str, typer.Argument(help="encoding, projection, network, few, or a TOML file.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the experiment.")],
    arms: Annotated[
        str | None, typer.Option(help="Names with commas between; all, if absent.")
    ] = None,
    device: Annotated[
        str, typer.Option(help="cpu, or 0 for a GPU; 0,1 for two.")
    ] = "cpu",
    workers: Annotated[int, typer.Option(min=1, help="Processes that simulate.")] = 1,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Of every training, not as planned.")
    ] = None,
    datasets: Annotated[
        Path | None,
        typer.Option(help="Folder of simulated scans that experiments share."),
    ] = None,
) -> None:
    """Train and measure all arms of a plan; interrupted, the same command goes on."""
    from cargosight.experiments.plan import read_plan
    from cargosight.experiments.running import TABLE, RunOptions, run_experiment

    wanted = tuple(name.strip() for name in arms.split(",")) if arms else ()
    options = RunOptions(wanted, device, workers, steps, datasets)
    with progress_bars() as report:
        run_experiment(read_plan(plan), out, options=options, progress=report)
    typer.echo((out / TABLE).read_text(encoding="utf-8").rstrip())


@experiment_app.command(
    "table",
    epilog="Example: cargosight experiment table encoding network --out table.md",
)
def experiment_table(
    experiments: Annotated[
        list[Path], typer.Argument(help="Folders that `run --out` made.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Markdown file; printed, if absent.")
    ] = None,
) -> None:
    """Say what experiments came to, one table below the other."""
    from cargosight.experiments.results import read_results
    from cargosight.experiments.table import make_table
    from data.dataset_writing import write_text

    text = "\n".join(make_table(read_results(each)) for each in experiments).rstrip()
    if out is None:
        typer.echo(text)
    else:
        write_text(out, text)
        typer.echo(f"{out}: {len(experiments)} experiments")
