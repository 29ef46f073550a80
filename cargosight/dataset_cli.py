"""The command line of datasets."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cargosight.audit_cli import add_audit_command
from cargosight.options import PitchMm, Profile
from cargosight.progress import progress_bars

dataset_app = typer.Typer(
    help="Make datasets, label, share out, compare and check them.",
    no_args_is_help=True,
)

Root = Annotated[Path, typer.Argument(help="Folder of a catalogued dataset.")]
Where = Annotated[
    str | None, typer.Option(help="SQL condition, such as \"site = 'KCT'\".")
]
Number = Annotated[
    int | None, typer.Option("--version", min=1, help="Which; the last, if absent.")
]
Workers = Annotated[int, typer.Option(min=1, help="Processes.")]


@dataset_app.callback()
def _dataset() -> None:
    """Make datasets, label, share out, compare and check them."""


@dataset_app.command(
    "import",
    epilog="Example: cargosight dataset import labels.json --from coco --scans disk "
    "--to harbour --scanner S1",
)
def import_(
    source: Annotated[
        Path, typer.Argument(help="Labels, another dataset, or a station's records.")
    ],
    to: Annotated[Path, typer.Option(help="Folder of the dataset; made if new.")],
    kind: Annotated[
        str,
        typer.Option(
            "--from",
            help="coco, yolo, voc, label-studio, cvat; cargosight (a dataset), station,"
            " empty (scans without firearms).",
        ),
    ],
    scans: Annotated[
        Path | None,
        typer.Option(help="Folder of the scans; those in --to, if absent."),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(help="THEIRS=OURS, such as Gun=firearm; repeatable."),
    ] = None,
    scanner: Annotated[str | None, typer.Option(help="Of all scans.")] = None,
    site: Annotated[str | None, typer.Option(help="Of all scans.")] = None,
    licence: Annotated[str | None, typer.Option(help="Of all scans.")] = None,
    origin: Annotated[
        str | None, typer.Option("--source", help="Where they come from.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(help="CSV: file, scanner, site, container, inspection, …"),
    ] = None,
    prefix: Annotated[str, typer.Option(help="Put before their names.")] = "",
    profile: Profile = None,
    keep_split: Annotated[
        bool, typer.Option("--keep-split", help="Keep another dataset's training part.")
    ] = False,
    reviewed: Annotated[
        bool,
        typer.Option(
            "--reviewed", help="Somebody looked at all that a bundle offered."
        ),
    ] = False,
    link: Annotated[
        bool, typer.Option("--link", help="Hard links in place of copies.")
    ] = False,
    workers: Workers = 2,
) -> None:
    """Import labelled scans: all of them become a new version, or none does."""
    from cargosight.importing import ImportWish, import_dataset

    stated = {"scanner": scanner, "site": site, "licence": licence, "source": origin}
    wish = ImportWish(
        source=source,
        kind=kind,
        scans=scans,
        rename=_read_renames(label or []),
        stated=stated,
        table=table,
        prefix=prefix,
        keep_split=keep_split,
        reviewed=reviewed,
        profile=profile,
        link=link,
        workers=workers,
    )
    with progress_bars() as report:
        brought = import_dataset(to, wish, report)
    for note in brought.notes:
        sys.stderr.write(f"cargosight: {note}\n")
    done = brought.imported
    assert done.catalog.version is not None  # noqa: S101 - one was written
    typer.echo(
        f"{to}: {done.added} scans added, {done.relabelled} with other labels or facts,"
        f" {done.same} as they were; {done.catalog.version.label}, "
        f"{done.catalog.version.scans} scans"
    )


@dataset_app.command(
    "list",
    epilog='Example: cargosight dataset list harbour --where "firearms > 0" --count',
)
def list_(
    root: Root,
    where: Where = None,
    columns: Annotated[
        str, typer.Option(help="Which, with commas between; all: *.")
    ] = "name,kind,scanner,site,firearms,split,together",
    count: Annotated[
        bool, typer.Option("--count", help="Scans and firearms by scanner and part.")
    ] = False,
    number: Number = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """List scans by what the catalog knows; no scan is opened."""
    from cargosight.listing import count_rows, list_rows
    from data.catalog.catalog import read_catalog

    catalog = read_catalog(root, number)
    rows = catalog.select(where)
    shown = count_rows(rows) if count else list_rows(rows, columns)
    typer.echo(shown.to_csv() if as_csv else shown.to_text())


@dataset_app.command("versions", epilog="Example: cargosight dataset versions harbour")
def versions(root: Root) -> None:
    """List the versions of a dataset, what was done for each, and their seals."""
    from data.catalog.catalog import list_versions, read_catalog

    read_catalog(root)
    for version in list_versions(root):
        held = version.held_out_sha256
        seal = f"; {version.held_out} held out, seal {held[:12]}" if held else ""
        typer.echo(
            f"{version.label}, {version.created:%Y-%m-%d %H:%M}, {version.scans} scans"
            f"{seal}: {version.note}"
        )


@dataset_app.command("diff", epilog="Example: cargosight dataset diff harbour 2 3")
def diff(
    root: Root,
    old: Annotated[
        int | None, typer.Argument(min=1, help="The last but one, if absent.")
    ] = None,
    new: Annotated[int | None, typer.Argument(min=1, help="Last, if absent.")] = None,
    other: Annotated[
        Path | None, typer.Option(help="Compare with another dataset's last version.")
    ] = None,
    most: Annotated[int, typer.Option(min=0, help="Scans named of each kind.")] = 20,
) -> None:
    """Say what lies between two versions, in lines that a person can read."""
    from cargosight.listing import find_versions
    from data.catalog.diffing import diff_versions

    before, after = find_versions(root, old, new, other)
    typer.echo("\n".join(diff_versions(before, after).list_lines(most)))


@dataset_app.command(
    "split", epilog="Example: cargosight dataset split harbour --held-out 0.2"
)
def split(
    root: Root,
    validation: Annotated[
        float, typer.Option(help="Share of scans to choose epochs by.")
    ] = 0.15,
    held_out: Annotated[
        float, typer.Option(help="Share of scans to judge by; sealed.")
    ] = 0.15,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same.")] = 0,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Deal training and validation anew.")
    ] = False,
    near: Annotated[bool, typer.Option(help="Look for near-duplicates.")] = True,
    workers: Workers = 2,
) -> None:
    """Share scans out so that no container, firearm or near-duplicate is split up."""
    from cargosight.splitting import make_shares, split_dataset

    shares = make_shares(validation, held_out, seed)
    with progress_bars() as report:
        catalog, dealt = split_dataset(
            root, shares, afresh=afresh, near=near, workers=workers, progress=report
        )
    assert catalog.version is not None  # noqa: S101 - one was written
    counts = dict(catalog.frame["split"].value_counts().rows())
    parts = ", ".join(
        f"{counts.get(part, 0)} {part}" for part in ("train", "validation", "held-out")
    )
    typer.echo(
        f"{root}: {parts}, {dealt.left_out} left out; {dealt.groups} groups, the "
        f"largest of {dealt.largest} scans; {catalog.version.label}"
    )


@dataset_app.command(
    "export",
    epilog="Example: cargosight dataset export harbour --to cvat --out for-cvat",
)
def export(
    root: Root,
    to: Annotated[str, typer.Option(help="coco, yolo, voc, label-studio or cvat.")],
    out: Annotated[Path, typer.Option(help="New folder for pictures and labels.")],
    where: Where = None,
    number: Number = None,
    workers: Workers = 2,
) -> None:
    """Hand scans to a labelling tool: 8-bit renderings, and the labels so far."""
    from data.catalog.catalog import read_catalog
    from data.catalog.exporting import export_labels

    catalog = read_catalog(root, number)
    with progress_bars() as report:
        labelled = export_labels(
            catalog,
            catalog.select(where),
            out,
            to,
            workers=workers,
            progress=lambda done, count: report("rendering", done, count),
        )
    objects = sum(len(each.truth.objects) for each in labelled)
    typer.echo(f"{out}: {len(labelled)} scans with {objects} labels, as {to}")


@dataset_app.command(
    "drop",
    epilog='Example: cargosight dataset drop harbour --where "licence IS NULL"',
)
def drop(
    root: Root,
    where: Annotated[str, typer.Option(help="SQL condition: which scans to drop.")],
) -> None:
    """Leave scans out of the next version; the versions before keep them."""
    from data.catalog.catalog import read_catalog, write_version

    before = read_catalog(root)
    rows = before.select(where)
    kept = before.frame.join(rows, on="sha256", how="anti")
    after = write_version(before, kept, note=f"dropped where {where}")
    assert after.version is not None  # noqa: S101 - one was written
    typer.echo(f"{root}: {len(rows)} scans dropped; {after.version.label}")


@dataset_app.command(
    "project",
    epilog="Example: cargosight dataset project clean --cutouts guns --out projected",
)
def project(
    clean: Annotated[Path, typer.Argument(help="Folder of scans without firearms.")],
    cutouts: Annotated[
        Path, typer.Option(help="Folder of firearms in air, a subfolder for each kind.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the dataset to make.")],
    benign: Annotated[
        Path | None,
        typer.Option(help="Harmless things in air; the simulator's, if absent."),
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="CSV with columns file and group.")
    ] = None,
    pitch_mm: PitchMm = None,
    cutout_pitch_mm: Annotated[
        float | None, typer.Option(min=0.05, help="Of cut-outs that state none.")
    ] = None,
    per_scan: Annotated[
        int, typer.Option(min=1, help="Scans to make of each clean one.")
    ] = 1,
    scatter: Annotated[
        float | None, typer.Option(min=0, max=0.2, help="Measured share of scatter.")
    ] = None,
    blur_px: Annotated[
        float | None, typer.Option(min=0, max=5, help="Measured blur of the scans.")
    ] = None,
    gamma: Annotated[
        float | None,
        typer.Option(min=0.5, max=3, help="Of grey pictures; 2.4, if absent."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Project firearms into clean scans: a labelled dataset."""
    from data.projected_dataset import write_projected_dataset
    from data.projection.calibration import Measured
    from data.projection.sources import ProjectionSources

    sources = ProjectionSources(
        clean=clean,
        cutouts=cutouts,
        benign=benign,
        groups=groups,
        pitch_mm=pitch_mm,
        cutout_pitch_mm=cutout_pitch_mm,
        measured=Measured(scatter=scatter, blur_px=blur_px, gamma=gamma),
    )
    with progress_bars() as report:
        dataset = write_projected_dataset(
            sources,
            out,
            seed=seed,
            per_scan=per_scan,
            workers=workers,
            progress=lambda done, count: report("projecting", done, count),
            refuse=_leave_out,
        )
    typer.echo(f"{len(dataset.samples)} scans in {out}")


def _leave_out(line: str) -> None:
    sys.stderr.write(f"cargosight: left out: {line}\n")


add_audit_command(dataset_app)


def _read_renames(pairs: list[str]) -> dict[str, str]:
    """Their classes and ours, of THEIRS=OURS."""
    found: dict[str, Any] = dict(pair.partition("=")[::2] for pair in pairs)
    wrong = [pair for pair in pairs if not all(pair.partition("="))]
    if wrong:
        msg = f"{wrong[0]!r} is not THEIRS=OURS, such as Gun=firearm."
        raise typer.BadParameter(msg, param_hint="--label")
    return found
