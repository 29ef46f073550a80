"""The command that plays scans as a scanner would."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cargosight.options import Json, Profile
from cargosight.progress import progress_bars

PLAY_EXAMPLE: Final = (
    "Example: cargosight play scans --to ws://127.0.0.1:8765/api/lanes/north/stream "
    "--token-file north.token"
)


def play(
    scans: Annotated[list[str], typer.Argument(help="Files, folders, globs.")],
    to: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="ws://HOST:PORT/api/lanes/NAME/stream (or wss://), folder:PATH, "
            "dicom://HOST:PORT/AETITLE, or video:FILE.avi: a vendor's screen.",
        ),
    ],
    rate: Annotated[
        float, typer.Option(min=0, help="Columns a second; 0: as they are taken.")
    ] = 700.0,
    pause: Annotated[
        float, typer.Option(min=0, help="Between two scans, seconds.")
    ] = 1.0,
    loop: Annotated[
        bool, typer.Option("--loop", help="Begin anew after the last, until Ctrl-C.")
    ] = False,
    piece: Annotated[
        int, typer.Option(min=1, max=4096, help="Columns sent at a time.")
    ] = 16,
    token_file: Annotated[
        Path | None,
        typer.Option(help="File with the lane's token; else CARGOSIGHT_TOKEN."),
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help="PEM file of who vouches for the station.")
    ] = None,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds to try to reach it; 0: for ever.")
    ] = 60.0,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Replay scans to a lane, column by column and in real time, as a scanner would.

    What the station has not acknowledged is kept: after a cut it goes on from there.
    Ctrl-C ends the scan that is under way with what there is of it.

    Exit code: 1 if a scan did not arrive whole.
    """
    from cargosight.playing.interrupting import asking_to_stop
    from cargosight.playing.playing import PlayOptions, play_scans

    options = PlayOptions(
        rate=rate,
        pause_s=pause,
        loop=loop,
        piece=piece,
        token_file=token_file,
        ca=ca,
        profile=profile,
        patience_s=patience or None,
    )
    with asking_to_stop() as stopping, progress_bars() as report:
        found = play_scans(scans, to, options, stopping=stopping, progress=report)
    for failure in found.failures:
        sys.stderr.write(f"cargosight: {failure}\n")
    typer.echo(found.as_json() if as_json else found.as_text())
    raise typer.Exit(1 if found.failures or stopping.is_set() else 0)
