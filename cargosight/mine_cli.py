"""The command line of mining: what to label next."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cargosight.options import AllowUnsigned, Device, Json, PitchMm, Profile, Trust
from cargosight.progress import progress_bars


def mine(
    scans: Annotated[list[str], typer.Argument(help="Files, folders, globs.")],
    out: Annotated[Path, typer.Option(help="Folder of the queue.")],
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle; the one that ships, if absent.")
    ] = None,
    budget: Annotated[int, typer.Option(min=1, help="Scans to queue.")] = 200,
    clean: Annotated[
        list[Path] | None,
        typer.Option(help="Clean scans: a folder, a list (.txt), or a dataset."),
    ] = None,
    known: Annotated[
        Path | None, typer.Option(help="Dataset that has been learned from.")
    ] = None,
    to: Annotated[str, typer.Option(help="label-studio, cvat, both or none.")] = "both",
    shares: Annotated[
        str | None,
        typer.Option(help='Such as "false alarm=0.3,uncertain=0.5,odd=0.2".'),
    ] = None,
    mirror: Annotated[
        bool, typer.Option("--mirror", help="Look again at uncertain ones, mirrored.")
    ] = False,
    trust: Trust = None,
    allow_unsigned: AllowUnsigned = False,
    device: Device = "cpu",
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of the CPU, for each process.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    profile: Profile = None,
    pitch_mm: PitchMm = None,
    as_json: Json = False,
) -> None:
    """Rank unlabelled scans by what labelling them would teach; killed, it goes on.

    Writes queue.html to look at, queue.csv, queue.json, and files for labelling tools
    that offer what the bundle found.
    """
    from cargosight.mining.mining import mine_scans
    from cargosight.mining.wishes import SHARES, MineWishes, read_shares

    wishes = MineWishes(
        bundle=bundle,
        budget=budget,
        clean=tuple(clean or ()),
        known=known,
        to=to,
        shares=SHARES if shares is None else read_shares(shares),
        trust=trust,
        allow_unsigned=allow_unsigned,
        device=device,
        threads=threads,
        workers=workers,
        profile=profile,
        pitch_mm=pitch_mm,
        mirror=mirror,
    )
    with progress_bars() as report:
        mined = mine_scans(scans, out, wishes, progress=report)
    for failure in mined.failures:
        sys.stderr.write(f"cargosight: {failure}\n")
    typer.echo(json.dumps(mined.as_dict()) if as_json else mined.sentence())
    raise typer.Exit(1 if mined.failures else 0)
