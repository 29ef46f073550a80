"""The command that puts a bundle's graph into another precision."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from cargosight.options import Device, Json
from cargosight.progress import progress_bars

CONVERT_EXAMPLE: Final = (
    "Example: cargosight bundle convert bundle --precision int8 --calibrate dataset "
    "--suite standard --out bundle-int8"
)


def bundle_convert(
    bundle: Annotated[
        Path, typer.Argument(help="Folder of a draft or calibrated fp32 bundle.")
    ],
    precision: Annotated[str, typer.Option(help="fp16 or int8.")],
    calibrate: Annotated[
        Path, typer.Option(help="Dataset whose validation tiles int8 is fitted to.")
    ],
    suite: Annotated[
        Path, typer.Option(help="Suite with 500 visible firearms or more: it decides.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the new bundle; or give --try.")
    ] = None,
    kind: Annotated[
        Literal["dual", "display"], typer.Option(help="Which graph.")
    ] = "dual",
    device: Device = "cpu",
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of the CPU; all cores if not given.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed, the same tiles.")
    ] = 0,
    work: Annotated[
        Path | None,
        typer.Option(help="Folder to keep evaluations in: interrupted, it goes on."),
    ] = None,
    try_: Annotated[
        bool, typer.Option("--try", help="Show the table and write no bundle.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a graph fp16 or int8, if it finds as many firearms as before.

    The table shows size, speed, Pd at the operating Pfa and what is lost of it, for
    fp32, fp16 and int8. The new bundle is written only if the loss of Pd, firearm by
    firearm, is below 1 point with 95 % confidence, on 500 visible firearms or more.
    """
    from cargosight.converting import Conversion, convert_bundle
    from export.precision.writing import check_new, write_converted

    if (out is None) is not try_:
        msg = "Give either --out, for the new bundle, or --try."
        raise typer.BadParameter(msg)
    if out is not None:
        check_new(out)
    wish = Conversion(
        precision,  # type: ignore[arg-type]  # checked there
        calibrate,
        suite,
        kind=kind,
        device=device,
        threads=threads,
        seed=seed,
        work=work,
    )
    with progress_bars() as report:
        converted = convert_bundle(bundle, wish, progress=report)
    record = converted.record
    typer.echo(record.model_dump_json() if as_json else record.as_text())
    if out is None:
        return
    manifest = write_converted(converted, out)
    point = manifest.graphs[kind].operating_points[0]
    typer.echo(f"{out}: {manifest.status}, {point.summary}", err=as_json)
