"""Import scans into a dataset."""

from dataclasses import dataclass
from pathlib import Path

from cargosight.importing.gathering import gather
from cargosight.importing.wish import ImportWish
from cargosight.progress import Report
from data.catalog.catalog import open_catalog
from data.catalog.importing import Imported, import_scans
from data.errors import DatasetError
from data.formats.scanner_profile import load_profile


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of an import.

    Attributes:
        imported: See there.
        notes: What was left out, and why: a line each.
    """

    imported: Imported
    notes: tuple[str, ...]


def import_dataset(root: Path, wish: ImportWish, progress: Report) -> Brought:
    """Import scans into a dataset: all become a new version, or none does.

    Args:
        root: Folder of the dataset, made if it is not there.
        wish: What to import.
        progress: Told what is being done, and how many of how many are done.

    Raises:
        DatasetError: If anything is amiss; every label that is wrong is named, with its
            file and line.
    """
    wish.check()
    before = open_catalog(root)
    gathered = gather(before, wish)
    if not gathered.scans:
        said = "".join(f"{note}\n" for note in gathered.notes)
        msg = f"{said}{wish.source} holds no labelled scan. Nothing was imported."
        raise DatasetError(msg)
    imported = import_scans(
        before,
        gathered.scans,
        note=f"imported from {wish.source.name} ({wish.kind})",
        profile=load_profile(wish.profile) if wish.profile else None,
        link=wish.link,
        workers=wish.workers,
        progress=lambda done, count: progress("importing", done, count),
    )
    return Brought(imported, (*gathered.notes, *imported.notes))
