"""The commands of a station."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cargosight.options import Json
from cargosight.progress import progress_bars

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Of the station; station.toml of this folder, if absent."
    ),
]

station_app = typer.Typer(
    help="The operator's station: lanes, records, the server.",
    epilog="Example: cargosight station --config station.toml",
    invoke_without_command=True,
)


@station_app.callback()
def station(context: typer.Context, config: ConfigFile = None) -> None:
    """The operator's station: lanes, records, the server. Alone, it runs it."""
    if context.invoked_subcommand is None:
        _run(config)
    elif config is not None:
        msg = f"--config comes after {context.invoked_subcommand}"
        raise typer.BadParameter(msg)


@station_app.command(
    "run", epilog="Example: cargosight station run --config station.toml"
)
def station_run(config: ConfigFile = None) -> None:
    """Run the station until it is told to stop (Ctrl-C, SIGTERM)."""
    _run(config)


@station_app.command(
    "check", epilog="Example: cargosight station check --config station.toml"
)
def station_check(config: ConfigFile = None, as_json: Json = False) -> None:
    """Say all that would keep the station from working, before it is started."""
    from cargosight.stationing import find_config
    from station.checking import check_station

    read = find_config(config)
    wrong = check_station(read)
    if as_json:
        typer.echo(json.dumps({"lanes": len(read.lane), "wrong": wrong}))
    else:
        typer.echo("\n".join(wrong) or f"{read.data}: all is as it should be")
    raise typer.Exit(1 if wrong else 0)


@station_app.command(
    "verify-log",
    epilog="Example: cargosight station verify-log --anchors /mnt/audit/anchors.jsonl",
)
def station_verify_log(
    file: Annotated[
        Path | None, typer.Argument(help="From export-log; the records, if absent.")
    ] = None,
    config: ConfigFile = None,
    anchors: Annotated[
        Path | None,
        typer.Option(help="Copy of anchors.jsonl kept elsewhere; the own, if absent."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find any entry of the log that was changed, removed, added or moved."""
    from cargosight.stationing import verify_station_log

    with progress_bars() as report:
        verdict = verify_station_log(
            config,
            file,
            anchors,
            progress=lambda done, count: report("verifying", done, count),
        )
    typer.echo(json.dumps(verdict.as_dict()) if as_json else verdict.as_text())
    raise typer.Exit(0 if verdict.whole else 1)


@station_app.command(
    "try-log", epilog="Example: cargosight station try-log --entries 10000 --tries 1000"
)
def station_try_log(
    entries: Annotated[int, typer.Option(min=20, help="Of the log.")] = 10_000,
    tries: Annotated[int, typer.Option(min=1, help="Alterations.")] = 1_000,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed, the same alterations.")
    ] = 0,
    url: Annotated[
        str | None,
        typer.Option(help="Of an empty database; SQLite of its own, if absent."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Alter a made-up log at random, one way at a time; say how often it is found."""
    from cargosight.log_trial import try_log

    with progress_bars() as report:
        trial = try_log(
            entries,
            tries,
            seed=seed,
            url=url,
            progress=lambda done, count: report("altering", done, count),
        )
    typer.echo(json.dumps(trial.as_dict()) if as_json else trial.as_text())
    raise typer.Exit(0 if trial.passed else 1)


@station_app.command(
    "export-log", epilog="Example: cargosight station export-log log.jsonl"
)
def station_export_log(
    out: Annotated[Path, typer.Argument(help="File to write, a line for each entry.")],
    config: ConfigFile = None,
) -> None:
    """Write the log to a file that verify-log can verify anywhere."""
    from cargosight.stationing import export_station_log

    typer.echo(f"{out}: {export_station_log(config, out)} entries")


@station_app.command(
    "export", epilog="Example: cargosight station export records --since 2026-11-01"
)
def station_export(
    out: Annotated[Path, typer.Argument(help="Folder to make.")],
    config: ConfigFile = None,
    since: Annotated[
        datetime | None,
        typer.Option(help="Inspections from then on (UTC); all, if absent."),
    ] = None,
) -> None:
    """Write inspections, decisions and outcomes with their scans, for training."""
    from cargosight.stationing import export_station_records

    start = None if since is None else since.replace(tzinfo=UTC)
    count = export_station_records(config, out, start)
    typer.echo(f"{out}: {count} inspections")


@station_app.command(
    "use", epilog="Example: cargosight station use /srv/bundles/port-7"
)
def station_use(
    bundle: Annotated[Path, typer.Argument(help="Folder of the bundle; it stays.")],
    config: ConfigFile = None,
) -> None:
    """Put a bundle in use at the station, once it is verified; the log says so."""
    from cargosight.stationing import use_at_station

    typer.echo(use_at_station(config, bundle))


@station_app.command(
    "back", epilog="Example: cargosight station back --config station.toml"
)
def station_back(config: ConfigFile = None) -> None:
    """Put the bundle before the one in use back in use; the log says so."""
    from cargosight.stationing import return_at_station

    typer.echo(return_at_station(config))


@station_app.command(
    "shadow", epilog="Example: cargosight station shadow /srv/bundles/candidate"
)
def station_shadow(
    bundle: Annotated[
        Path | None, typer.Argument(help="Folder of the bundle; it may be unsigned.")
    ] = None,
    none: Annotated[bool, typer.Option(help="Have nothing look in shadow.")] = False,
    config: ConfigFile = None,
) -> None:
    """Have a bundle look beside the one in use; operators never see its alarms."""
    from cargosight.stationing import shadow_at_station

    if (bundle is None) != none:
        msg = "name a bundle, or say --none"
        raise typer.BadParameter(msg)
    typer.echo(shadow_at_station(config, bundle))


@station_app.command(
    "reset-password", epilog="Example: cargosight station reset-password anna"
)
def station_reset_password(
    name: Annotated[str, typer.Argument(help="Of the account.")],
    config: ConfigFile = None,
) -> None:
    """Give an account a new password for one login: it must then be changed.

    Whoever may read the station's data may do this: for a lost administrator.
    """
    from cargosight.stationing import reset_at_station

    password = reset_at_station(config, name)
    sys.stderr.write("This is shown once. It must be changed at the next login.\n")
    typer.echo(password)


@station_app.command(
    "token", epilog="Example: cargosight station token north --note 'gantry 2'"
)
def station_token(
    lane: Annotated[str, typer.Argument(help="Name of the lane.")],
    config: ConfigFile = None,
    note: Annotated[str, typer.Option(help="What will use it.")] = "",
) -> None:
    """Make a token with which a scanner may send to a lane."""
    from cargosight.stationing import make_token_at_station

    token = make_token_at_station(config, lane, note)
    sys.stderr.write("This is shown once; the station keeps only its hash.\n")
    typer.echo(token)


def _run(config: Path | None) -> None:
    from cargosight.stationing import run_here

    run_here(config, typer.echo)
