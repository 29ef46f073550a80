"""The commands that say which bundle a site uses."""

from pathlib import Path
from typing import Annotated, Final

import typer

USE_EXAMPLE: Final = (
    "Example: cargosight bundle use bundle --site /srv/lane1 --trust trust"
)
BACK_EXAMPLE: Final = "Example: cargosight bundle back --site /srv/lane1 --trust trust"

Site = Annotated[Path, typer.Option(help="Folder of the site.")]
TrustFolder = Annotated[
    Path | None,
    typer.Option(help="Folder of the public keys; the usual one, if absent."),
]
Unsigned = Annotated[
    bool, typer.Option("--allow-unsigned", help="Take a bundle that is not signed.")
]


def bundle_use(
    bundle: Annotated[Path, typer.Argument(help="Folder of the bundle; it stays.")],
    site: Site,
    trust: TrustFolder = None,
    allow_unsigned: Unsigned = False,
) -> None:
    """Put a bundle in use at a site, once it is verified: `detect --site` runs it."""
    from detector.switching import Trust, use_bundle

    found = use_bundle(bundle, site, trust=Trust(trust, allow_unsigned))
    typer.echo(f"{site}: in use is {_name(found.bundle.name, found.bundle.version)}")


def bundle_back(
    site: Site, trust: TrustFolder = None, allow_unsigned: Unsigned = False
) -> None:
    """Put the bundle before the one in use back in use, though it be an older one."""
    from detector.switching import Trust, go_back

    found = go_back(site, trust=Trust(trust, allow_unsigned))
    highest = found.change.counter_before
    behind = "" if highest is None else f", behind counter {highest}, deliberately"
    typer.echo(
        f"{site}: back in use is {_name(found.bundle.name, found.bundle.version)}"
        f"{behind}"
    )


def _name(name: str, version: str) -> str:
    return f"{name} {version}"
