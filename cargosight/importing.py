"""Import scans into a dataset, from wherever they and their labels are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from cargosight.progress import Report
from data.annotations.checking import check_labels
from data.annotations.labelling import Labels, LabelWish
from data.annotations.registry import LABEL_FORMATS
from data.catalog.catalog import Catalog, open_catalog
from data.catalog.importing import Imported, Incoming, import_scans, list_failures
from data.catalog.sources import (
    Pictures,
    find_pictures,
    gather_labelled,
    list_pictures,
    refuse_unknown,
)
from data.catalog.table import read_table
from data.dataset import read_dataset
from data.errors import DatasetError, TruthError
from data.formats.facts import read_facts
from data.formats.scanner_profile import load_profile
from data.station_records.returned import read_station_records
from data.truth import FIREARM, HARMLESS, TOY_GUN, Truth, TruthObject

OURS: Final = "cargosight"
STATION: Final = "station"
EMPTY: Final = "empty"

KNOWN: Final = frozenset({FIREARM, TOY_GUN, HARMLESS})
"""Labels that a dataset may hold."""

SOURCES: Final = (OURS, STATION, EMPTY, *LABEL_FORMATS)
"""Where labels may come from; "empty" says that no scan of a folder holds a firearm."""


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What to import, and what is known of it.

    Attributes:
        source: Labels: a file, or a folder; a dataset of ours; what a station handed
            over; or, where they hold nothing, the folder of scans.
        kind: One of `SOURCES`.
        scans: Folder of the scans that the labels speak of. If it is not stated, they
            are in the dataset already: what was labelled elsewhere comes home.
        rename: Their classes by name, and what we call them.
        stated: What is known of all of them, by column.
        table: CSV of what is known of each; see `data.catalog.table`.
        prefix: Put before their names.
        keep_split: Whether another dataset's parts stay as they are.
        profile: Of the scanner, for raw planes.
        link: Share files with their source by hard links.
        workers: Processes.
    """

    source: Path
    kind: str
    scans: Path | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, Any] = field(default_factory=dict)
    table: Path | None = None
    prefix: str = ""
    keep_split: bool = False
    profile: str | None = None
    link: bool = False
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of an import.

    Attributes:
        imported: See there.
        notes: What was left out, and why: a line for each.
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
    if wish.kind not in SOURCES:
        msg = f"Labels cannot come from {wish.kind!r}. Choose {', '.join(SOURCES)}."
        raise DatasetError(msg)
    before = open_catalog(root)
    incoming, notes = _gather(before, wish)
    imported = import_scans(
        before,
        incoming,
        note=f"imported from {wish.source.name} ({wish.kind})",
        profile=load_profile(wish.profile) if wish.profile else None,
        link=wish.link,
        workers=wish.workers,
        progress=lambda done, count: progress("importing", done, count),
    )
    return Brought(imported, notes)


def _gather(
    before: Catalog, wish: ImportWish
) -> tuple[list[Incoming], tuple[str, ...]]:
    if wish.kind == OURS:
        return _gather_ours(wish), ()
    if wish.kind == STATION:
        return _gather_station(wish)
    if wish.kind == EMPTY:
        return _gather_empty(wish), ()
    pictures = _find(before, wish)
    asked = LabelWish(rename=wish.rename, sizes=pictures.measure)
    labels = LABEL_FORMATS[wish.kind].read(wish.source, asked)
    _refuse_bad(labels, pictures)
    pairs = [(each.file, _take(each.truth, wish)) for each in labels.files]
    stated = _state(wish, pictures)
    found = gather_labelled(pairs, pictures, prefix=wish.prefix, stated=stated)
    return found, tuple(_count_unlabelled(pictures, found, wish))


def _refuse_bad(labels: Labels, pictures: Pictures) -> None:
    wrong = check_labels(labels, pictures.measure, KNOWN)
    if wrong:
        raise list_failures([str(problem) for problem in wrong])


def _take(truth: Truth, wish: ImportWish) -> Truth:
    """Truth with its source; a bundle's flag that comes back was let stand."""
    objects = tuple(_let_stand(thing) for thing in truth.objects)
    source = truth.source or f"{wish.kind}: {wish.source.name}"
    return truth.model_copy(update={"source": source, "objects": objects})


def _let_stand(thing: TruthObject) -> TruthObject:
    if thing.origin is None or thing.origin.how != "prediction":
        return thing
    known = thing.origin.model_copy(update={"how": "confirmed", "weak": True})
    return thing.model_copy(update={"origin": known})


def _find(before: Catalog, wish: ImportWish) -> Pictures:
    if wish.scans is not None:
        profile = load_profile(wish.profile) if wish.profile else None
        return find_pictures(wish.scans, profile)
    if before.version is None:
        msg = f"{before.root} holds no scans yet. Say where they are: --scans FOLDER."
        raise DatasetError(msg)
    return list_pictures(before)


def _gather_ours(wish: ImportWish) -> list[Incoming]:
    dataset = read_dataset(wish.source, to_train=False)
    pictures = Pictures({sample.name: sample.scan for sample in dataset.samples})
    stated = _state(wish, pictures)
    found: list[Incoming] = []
    failures: list[str] = []
    for sample in dataset.samples:
        try:
            truth = sample.truth(read_facts(sample.scan).size)
        except TruthError as error:
            failures.append(str(error))
            continue
        known = {
            "inspection": sample.group,
            "split": sample.split if wish.keep_split else None,
            "synthetic": dataset.synthetic or None,
            **stated(sample.name),
        }
        found.append(Incoming(wish.prefix + sample.name, sample.scan, truth, known))
    if failures:
        raise list_failures(failures)
    return found


def _gather_empty(wish: ImportWish) -> list[Incoming]:
    profile = load_profile(wish.profile) if wish.profile else None
    pictures = find_pictures(wish.scans or wish.source, profile)
    nothing = Truth(source=f"stated to be empty: {wish.source.name}")
    pairs = [(name, nothing) for name in pictures.paths]
    stated = _state(wish, pictures)
    return gather_labelled(pairs, pictures, prefix=wish.prefix, stated=stated)


def _gather_station(wish: ImportWish) -> tuple[list[Incoming], tuple[str, ...]]:
    records = read_station_records(wish.source)
    if records.labels.problems:
        raise list_failures([str(problem) for problem in records.labels.problems])
    found = [
        Incoming(
            wish.prefix + PurePosixPath(each.file).with_suffix("").as_posix(),
            records.root / each.file,
            each.truth,
            {**wish.stated, **records.facts[each.file]},
        )
        for each in records.labels.files
    ]
    left_out = [
        f"{each.place}: {each.file} left out: {each.why}" for each in records.left_out
    ]
    return found, (*left_out, *(str(note) for note in records.notes))


def _state(wish: ImportWish, pictures: Pictures) -> Callable[[str], Mapping[str, Any]]:
    """What is stated of each scan: by its row of the table, else of all."""
    if wish.table is None:
        return lambda _: wish.stated
    table = read_table(wish.table)
    refuse_unknown(list(table), pictures, wish.table)
    rows = {pictures.find(name): row for name, row in table.items()}
    return lambda name: {**wish.stated, **rows.get(name, {})}


def _count_unlabelled(
    pictures: Pictures, found: list[Incoming], wish: ImportWish
) -> list[str]:
    left = len(pictures.paths) - len(found)
    if not left or wish.scans is None:
        return []
    return [f"{left} scans of {wish.scans} are not labelled, and were left out"]
