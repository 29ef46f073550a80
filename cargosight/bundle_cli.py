"""The commands of a bundle's life."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cargosight.convert_cli import CONVERT_EXAMPLE, bundle_convert
from cargosight.options import Device, Json
from cargosight.progress import progress_bars
from cargosight.switch_cli import BACK_EXAMPLE, USE_EXAMPLE, bundle_back, bundle_use

Folder = Annotated[Path, typer.Argument(help="Folder of the bundle.")]

bundle_app = typer.Typer(help="Bundles: from draft to service.", no_args_is_help=True)
bundle_app.command("convert", epilog=CONVERT_EXAMPLE)(bundle_convert)
bundle_app.command("use", epilog=USE_EXAMPLE)(bundle_use)
bundle_app.command("back", epilog=BACK_EXAMPLE)(bundle_back)


@bundle_app.command(
    "calibrate",
    epilog="Example: cargosight bundle calibrate bundle --suite calibration "
    "--check standard --pfa 0.01 --name strict --out work",
)
def bundle_calibrate(
    bundle: Annotated[Path, typer.Argument(help="Folder of a draft bundle.")],
    suite: Annotated[Path, typer.Option(help="Calibration suite: chosen on it.")],
    check: Annotated[Path, typer.Option(help="Another suite: measured on it.")],
    out: Annotated[Path, typer.Option(help="Folder of the two evaluations.")],
    pfa: Annotated[
        float, typer.Option(help="Share of clean inspections that may alarm.")
    ] = 0.05,
    name: Annotated[str, typer.Option(help="Of the operating point.")] = "normal",
    device: Device = "cpu",
    rendered: Annotated[
        bool, typer.Option("--rendered", help="Calibrate the display graph.")
    ] = False,
    station: Annotated[
        Path | None,
        typer.Option(help="station.toml to write the point to, not to the bundle."),
    ] = None,
) -> None:
    """Choose an operating point on one suite and measure it on another."""
    from benchmark.evaluation.running import RunOptions
    from cargosight.calibrating import Wish, calibrate_bundle

    wish = Wish(name=name, pfa=pfa, station=station)
    with progress_bars() as report:
        point = calibrate_bundle(
            bundle,
            (suite, check),
            out,
            wish=wish,
            options=RunOptions(device, rendered=rendered),
            progress=report,
        )
    typer.echo(f"{station or bundle}: {point.summary}")


@bundle_app.command("keygen", epilog="Example: cargosight bundle keygen keys/port")
def bundle_keygen(
    out: Annotated[Path, typer.Argument(help="Where, without an ending.")],
) -> None:
    """Make a key pair: OUT.key to sign with, OUT.pem for stations to pin.

    The passphrase is asked for, or taken from CARGOSIGHT_KEY_PASSPHRASE.
    """
    from detector.trust.keys import PASSPHRASE, PRIVATE, PUBLIC, make_keys

    passphrase = os.environ.get(PASSPHRASE)
    if passphrase is None and sys.stdin.isatty():
        passphrase = typer.prompt(
            "Passphrase (empty for none)",
            default="",
            show_default=False,
            hide_input=True,
            confirmation_prompt=True,
            err=True,
        )
    key = make_keys(out, passphrase or None)
    secret = "its passphrase" if passphrase else "no passphrase: lock it away"
    typer.echo(f"{out}{PRIVATE}: keep it secret, with {secret}")
    typer.echo(f"{out}{PUBLIC}: for stations to pin, {key.name}")


@bundle_app.command(
    "sign",
    epilog="Example: cargosight bundle sign bundle --key keys/port.key "
    "--verdict work/report.json",
)
def bundle_sign(
    bundle: Annotated[Path, typer.Argument(help="Folder of a calibrated bundle.")],
    key: Annotated[Path, typer.Option(help="Private key, from `bundle keygen`.")],
    verdict: Annotated[
        Path | None,
        typer.Option(
            help="report.json, acceptance.json or candidate.json that says pass."
        ),
    ] = None,
    unproven: Annotated[
        bool, typer.Option("--unproven", help="Sign without a verdict, and say so.")
    ] = False,
    not_after: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="Last day of service; a year from now, if absent.",
        ),
    ] = None,
    counter: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Higher than that of the bundle in service, which stations then "
            "refuse; one more than the bundle's own, if absent.",
        ),
    ] = None,
) -> None:
    """Sign a calibrated bundle for service, on a verdict."""
    from cargosight.sealing import SealWish, seal_bundle

    if unproven == (verdict is not None):
        msg = "Give either --verdict or --unproven."
        raise typer.BadParameter(msg)
    wish = SealWish(
        key,
        _ask_passphrase(key),
        verdict,
        None if not_after is None else not_after.date(),
        counter,
    )
    manifest = seal_bundle(bundle, wish).manifest
    proof = "without a verdict" if manifest.verdict is None else "on a verdict"
    typer.echo(
        f"{bundle}: signed {proof}, until {manifest.not_after:%Y-%m-%d}, "
        f"counter {manifest.counter}"
    )


def _ask_passphrase(key: Path) -> str | None:
    """The passphrase of a private key, if it has one."""
    from detector.trust.keys import PASSPHRASE, needs_passphrase

    given = os.environ.get(PASSPHRASE)
    if given or not needs_passphrase(key) or not sys.stdin.isatty():
        return given
    return str(typer.prompt(f"Passphrase of {key}", hide_input=True, err=True))


@bundle_app.command(
    "verify", epilog="Example: cargosight bundle verify bundle --key keys/port.pem"
)
def bundle_verify(
    bundle: Folder,
    key: Annotated[
        list[Path] | None, typer.Option(help="Public key to trust; may be repeated.")
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(help="A station's folder of keys; the usual one, if absent."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Verify a bundle as a station would; exit code 1 and a line why it would not."""
    from cargosight.showing import verify_bundle

    if key and trust is not None:
        msg = "Give either --key or --trust."
        raise typer.BadParameter(msg)
    sheet = verify_bundle(bundle, key or [], trust)
    typer.echo(sheet.as_json() if as_json else sheet.as_text())


@bundle_app.command("show", epilog="Example: cargosight bundle show bundle")
def bundle_show(
    bundle: Folder,
    as_json: Json = False,
    triton: Annotated[
        Path | None,
        typer.Option(help="Folder to write a model repository of Triton's to."),
    ] = None,
) -> None:
    """Tell what a bundle is: its life, operating points, and who signed it."""
    from cargosight.showing import show_bundle

    sheet = show_bundle(bundle)
    if triton is not None:
        from detector.triton import write_repository

        names = write_repository(sheet.bundle, triton)
        typer.echo(f"models for Triton in {triton}: {', '.join(names)}", err=as_json)
    typer.echo(sheet.as_json() if as_json else sheet.as_text())
