"""Gather scans and labels, for each kind of source."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from cargosight.importing.reviewing import review
from cargosight.importing.wish import EMPTY, OURS, STATION, YOLO, ImportWish
from data.annotations.checking import check_labels
from data.annotations.labelling import LabelledFile, LabelProblem, Labels, LabelWish
from data.annotations.registry import LABEL_FORMATS
from data.catalog.catalog import Catalog, is_catalogued, read_catalog
from data.catalog.importing import Incoming, list_failures
from data.catalog.schema import FREE
from data.catalog.sources import (
    Pictures,
    find_pictures,
    gather_labelled,
    list_pictures,
    refuse_unknown,
)
from data.catalog.table import FIREARMS, read_table
from data.dataset import read_dataset
from data.errors import DatasetError, TruthError
from data.formats.facts import read_facts
from data.formats.scanner_profile import ScannerProfile, load_profile
from data.splits import HELD_OUT
from data.station_records import read_station_records
from data.truth import LABELS, Truth, TruthObject, read_truth

Known = Mapping[str, Any]

_UNSEEN: Final = (
    "show what a bundle offered, unchanged, and whether anybody has looked is not known"
    " (--reviewed says so)"
)
_OTHERS: Final = "are not labelled"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be imported.

    Attributes:
        scans: The scans.
        notes: What was left out, or supposed: a line each.
    """

    scans: Sequence[Incoming]
    notes: tuple[str, ...] = ()


def gather(before: Catalog, wish: ImportWish) -> Gathered:
    """Gather scans and labels from wherever they are.

    Args:
        before: The dataset that they shall go into.
        wish: What is to be imported.

    Raises:
        DatasetError: If anything is amiss; all of it is named.
    """
    readers = {OURS: _gather_ours, STATION: _gather_station, EMPTY: _gather_empty}
    if wish.kind in readers:
        return readers[wish.kind](wish)
    return _gather_labels(before, wish)


def _gather_labels(before: Catalog, wish: ImportWish) -> Gathered:
    pictures = _find(before, wish)
    asked = LabelWish(rename=wish.rename, sizes=pictures.measure)
    labels = LABEL_FORMATS[wish.kind].read(wish.source, asked)
    _refuse_bad(labels, pictures, wish)
    truths = [(each, review(each, reviewed=wish.reviewed)) for each in labels.files]
    kept = [(each.file, _name(truth, wish)) for each, truth in truths if truth]
    bare = _find_unlabelled(labels, pictures, wish)
    stated = _state(wish, pictures)
    found = gather_labelled(kept, pictures, prefix=wish.prefix, stated=stated)
    scans = [replace(scan, empty=scan.path in bare) for scan in found]
    unseen = len(labels.files) - len(kept)
    return Gathered(
        scans,
        (
            *_count(unseen, _UNSEEN, "were left out"),
            *_count(len(bare), "have no label file", "were taken as clean"),
            *_count(_count_others(pictures, scans, wish), _OTHERS, "were left out"),
        ),
    )


def _count(count: int, what: str, then: str) -> list[str]:
    return [f"{count} pictures {what}; they {then}"] if count else []


def _count_others(
    pictures: Pictures, scans: Sequence[Incoming], wish: ImportWish
) -> int:
    return 0 if wish.scans is None else len(pictures.paths) - len(scans)


def _refuse_bad(labels: Labels, pictures: Pictures, wish: ImportWish) -> None:
    wrong = [str(each) for each in check_labels(labels, pictures.measure, LABELS)]
    if wrong and wish.scans is None:
        wrong.append("the scans of the dataset were searched: --scans names others")
    if wrong:
        raise list_failures(wrong)


def _name(truth: Truth, wish: ImportWish) -> Truth:
    source = truth.source or f"{wish.kind}: {wish.source.name}"
    return truth.model_copy(update={"source": source})


def _find_unlabelled(labels: Labels, pictures: Pictures, wish: ImportWish) -> set[Path]:
    """Scans that YOLO takes as clean because there is no file to say otherwise."""
    if wish.kind != YOLO:
        return set()
    root = wish.source.parent if wish.source.is_file() else wish.source
    told = {
        pictures.find(each.file)
        for each in labels.files
        if each.truth.objects or (root / each.place.rpartition(":")[0]).is_file()
    }
    names = {pictures.find(each.file) for each in labels.files} - told
    if not told:
        msg = f"{wish.source} has no label file. Give its labels, or --from {EMPTY}."
        raise DatasetError(msg)
    return {pictures.paths[name] for name in names if name is not None}


def _find(before: Catalog, wish: ImportWish) -> Pictures:
    if wish.scans is not None:
        return find_pictures(wish.scans, _load(wish))
    if before.version is None:
        msg = f"{before.root} holds no scans yet. Say where they are: --scans FOLDER."
        raise DatasetError(msg)
    return list_pictures(before)


def _load(wish: ImportWish) -> ScannerProfile | None:
    return load_profile(wish.profile) if wish.profile else None


def _gather_empty(wish: ImportWish) -> Gathered:
    pictures = find_pictures(wish.scans or wish.source, _load(wish))
    nothing = Truth(source=f"stated to be empty: {wish.source.name}")
    pairs = [(name, nothing) for name in pictures.paths]
    stated = _state(wish, pictures)
    scans = gather_labelled(pairs, pictures, prefix=wish.prefix, stated=stated)
    return Gathered([replace(scan, empty=True) for scan in scans])


@dataclass(frozen=True, slots=True)
class _Ours:
    """A scan of another dataset of ours."""

    name: str
    path: Path
    labels: Path
    split: str | None
    known: Known
    truth: Callable[[tuple[int, int]], Truth]


def _gather_ours(wish: ImportWish) -> Gathered:
    samples = _list_ours(wish)
    pictures = Pictures({each.name: each.path for each in samples})
    stated = _state(wish, pictures)
    labelled: list[LabelledFile] = []
    problems: list[LabelProblem] = []
    for each in samples:
        try:
            truth = each.truth(read_facts(each.path).size)
        except TruthError as error:
            problems.append(LabelProblem(str(each.labels), str(error)))
            continue
        objects = tuple(_rename(thing, wish) for thing in truth.objects)
        renamed = truth.model_copy(update={"objects": objects})
        labelled.append(LabelledFile(each.name, renamed, place=str(each.labels)))
    _refuse_bad(Labels(tuple(labelled), tuple(problems)), pictures, wish)
    known = {each.name: each for each in samples}
    return Gathered(
        [
            Incoming(
                wish.prefix + each.file,
                known[each.file].path,
                each.truth,
                _describe(known[each.file], wish) | dict(stated(each.file)),
            )
            for each in labelled
        ]
    )


def _describe(sample: _Ours, wish: ImportWish) -> dict[str, Any]:
    keep = wish.keep_split or sample.split == HELD_OUT
    return {**sample.known, "split": sample.split if keep else None}


def _rename(thing: TruthObject, wish: ImportWish) -> TruthObject:
    label = wish.rename.get(thing.label, thing.label)
    return thing.model_copy(update={"label": label})


def _list_ours(wish: ImportWish) -> list[_Ours]:
    if is_catalogued(wish.source):
        return _list_catalogued(read_catalog(wish.source))
    dataset = read_dataset(wish.source, to_train=False)
    name = wish.prefix or f"{dataset.root.resolve().name}/"
    return [
        _Ours(
            sample.name,
            sample.scan,
            sample.labels,
            sample.split,
            {
                "inspection": sample.group and name + sample.group,
                "synthetic": dataset.synthetic or None,
            },
            sample.truth,
        )
        for sample in dataset.samples
    ]


def _list_catalogued(catalog: Catalog) -> list[_Ours]:
    kept = (*FREE, FIREARMS, "synthetic", "together")
    return [
        _Ours(
            row["name"],
            catalog.scan_path(row),
            catalog.truth_path(row),
            row["split"],
            {name: row[name] for name in kept},
            _reader(catalog.truth_path(row)),
        )
        for row in catalog.frame.iter_rows(named=True)
    ]


def _reader(path: Path) -> Callable[[tuple[int, int]], Truth]:
    return lambda _: read_truth(path)


def _gather_station(wish: ImportWish) -> Gathered:
    records = read_station_records(wish.source)
    files = {each.file: records.root / each.file for each in records.labels.files}
    files |= {each.file: records.root / each.file for each in records.left_out}
    _refuse_bad(records.labels, Pictures(files), wish)
    found = [
        Incoming(
            wish.prefix + PurePosixPath(each.file).with_suffix("").as_posix(),
            records.root / each.file,
            each.truth,
            _overlay(wish.stated, records.facts[each.file]),
        )
        for each in records.labels.files
    ]
    notes = [*records.left_out, *records.notes]
    return Gathered(found, tuple(str(note) for note in notes))


def _overlay(first: Known, second: Known) -> dict[str, Any]:
    return {**first, **{name: v for name, v in second.items() if v is not None}}


def _state(wish: ImportWish, pictures: Pictures) -> Callable[[str], Known]:
    """What is stated of each scan: by its row of the table, else of all."""
    stated = {name: value for name, value in wish.stated.items() if value}
    if wish.table is None:
        return lambda _: stated
    table = read_table(wish.table)
    refuse_unknown(list(table), pictures, wish.table)
    rows = {pictures.find(name): row for name, row in table.items()}
    return lambda name: {**stated, **rows.get(name, {})}
