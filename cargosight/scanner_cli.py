"""The command line of scanners that nobody has seen."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cargosight.options import Json
from cargosight.progress import progress_bars

scanner_app = typer.Typer(
    help="Get to know a scanner by its files.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@scanner_app.callback()
def _scanner() -> None:
    """Get to know a scanner by its files."""


@scanner_app.command(
    epilog="Example: cargosight scanner check raw/*.img --height-m 2.896 "
    "--out my-scanner.toml --picture seen.png"
)
def check(
    scans: Annotated[
        list[Path], typer.Argument(help="Files of one scanner, each a whole container.")
    ],
    height_m: Annotated[
        float | None,
        typer.Option(help="Of the containers, 2.591 or 2.896; both, if absent."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="TOML to write the draft of a profile in.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="PNG to show the first scan in, as it was read.")
    ] = None,
    name: Annotated[str, typer.Option(help="Of the scanner.")] = "new scanner",
    as_json: Json = False,
) -> None:
    """Find how an unknown scanner writes its scans, and draft its profile.

    Says what was found, how sure it is, and what a person must confirm.
    """
    from data.onboarding import check_scanner
    from data.onboarding.draft import write_profile
    from data.onboarding.picture import write_picture

    if out is not None and out.exists():
        msg = f"{out} is there already: what was confirmed in it would be lost."
        raise typer.BadParameter(msg, param_hint="--out")
    with progress_bars() as report:
        checked = check_scanner(
            scans,
            height_m=height_m,
            name=name,
            progress=lambda done, count: report("checking", done, count),
        )
    for line in checked.refused:
        sys.stderr.write(f"cargosight: {line}\n")
    if picture is not None:
        write_picture(checked, picture)
    if out is not None and checked.profile is not None:
        write_profile(checked.profile, out)
    typer.echo(json.dumps(checked.as_dict()) if as_json else checked.to_text())
    if out is not None and checked.profile is not None and not as_json:
        typer.echo(f"{out}: draft of a scanner profile, not verified")
    missed = out is not None and checked.profile is None
    raise typer.Exit(1 if checked.refused or missed else 0)
