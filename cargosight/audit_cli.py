"""The command line of audits of datasets."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cargosight.options import Json
from cargosight.progress import progress_bars


def add_audit_command(app: typer.Typer) -> None:
    """Add `audit` to the commands of an app.

    Args:
        app: Of `cargosight dataset`.
    """
    app.command(
        "audit",
        epilog="Example: cargosight dataset audit scans --out audit --workers 2",
    )(audit)


def audit(
    dataset: Annotated[
        Path, typer.Argument(help="Catalogued, ours, or a YOLO folder.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of audit.html and audit.json.")],
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    as_json: Json = False,
) -> None:
    """Look for what makes a dataset unfit: leaks, copies, impossible boxes, damage.

    Exit code 1 if something must be mended, else 0.
    """
    from benchmark.audit.auditing import audit_dataset
    from benchmark.audit.record import PAGE, write_audit

    with progress_bars() as report:
        found = audit_dataset(dataset, workers=workers, progress=report)
        write_audit(found, out, workers=workers, progress=report)
    if as_json:
        typer.echo(json.dumps(_summarise(found) | {"page": str(out / PAGE)}))
    else:
        for finding in (*found.must_mend, *found.to_look_at):
            count, title = len(finding.items), finding.check.title
            typer.echo(f"{finding.outcome}: {title} ({count:,})")
        typer.echo(f"{out / PAGE}: {found.sentence}")
    raise typer.Exit(1 if found.must_mend else 0)


def _summarise(found: Any) -> dict[str, Any]:
    from benchmark.audit.record import summarise

    return summarise(found)
