"""Options that several commands have, so that they mean and say the same."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]
Device = Annotated[str, typer.Option(help="cpu, cuda, tensorrt or openvino.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed, the same result.")]
Profile = Annotated[
    str | None, typer.Option(help="Scanner profile of raw vendor files.")
]
PitchMm = Annotated[
    float | None, typer.Option(min=0.1, help="Of scans that state none.")
]
Trust = Annotated[
    Path | None,
    typer.Option(help="Folder of the public keys (.pem) whose bundles may run."),
]
AllowUnsigned = Annotated[
    bool, typer.Option("--allow-unsigned", help="Run a bundle that is not signed.")
]
