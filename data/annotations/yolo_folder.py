"""Folders in the YOLO layout, read: label files, and the names of the classes.

Names of pictures are below the folder `images`. What YOLO has no place for lies in a
JSON file beside each label file. A line belongs to the noted object whose box and class
it states; where as many lines as objects are left over, they belong in turn.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import BaseModel, ConfigDict

from data.annotations.labelling import (
    LabelProblem,
    Labels,
    LabelWish,
    Size,
    gather_labels,
)
from data.annotations.notes import Mark, ScanNote, find_note, read_note
from data.annotations.sheet import Found, Sheet, read_sheet
from data.annotations.yolo import (
    find_yolo_labels,
    read_yolo_line,
    read_yolo_lines,
    read_yolo_names,
)
from data.errors import DatasetError, TruthError
from data.formats.registry import is_known
from data.truth import TruthObject

DATA_YAML: Final = "data.yaml"
CLASSES: Final = "classes.txt"
SIDECAR: Final = ".cargosight.json"
"""What the name of the note beside a label file ends with, in place of ".txt"."""

_LISTS: Final = (CLASSES, "obj.names")
_NOT_LABELS: Final = frozenset({*_LISTS, "train.txt", "val.txt", "test.txt"})
_ENDINGS: Final = ("", ".png", ".jpg", ".jpeg", ".tiff", ".tif", ".bmp", ".dcm")


class Sidecar(BaseModel):
    """What lies beside a label file.

    Attributes:
        scan: What is known of the picture.
        objects: All that is known of its objects, in the order of the lines.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    scan: ScanNote
    objects: tuple[TruthObject, ...]


def read_yolo(path: Path, wish: LabelWish) -> Labels:
    """Read a folder in the YOLO layout.

    A picture without label file has no objects: so YOLO has it. Sizes come from the
    notes, else from `wish`.

    Args:
        path: The folder, or its data.yaml. Without a data.yaml (which needs PyYAML),
            the classes are those of `classes.txt` or `obj.names`.
        wish: How labels shall be read.

    Raises:
        TruthError: If the folder is missing, or names no classes.
    """
    root = path.parent if path.is_file() else path
    names = _find_names(path if path.is_file() else root / DATA_YAML)
    folder = _list_folder(root)
    return gather_labels(
        found
        for paper in sorted(folder.papers)
        for found in _read_paper(folder, paper, names, wish)
    )


@dataclass(frozen=True, slots=True)
class _Folder:
    """Paths below the root, with slashes: label files, notes, and pictures by them."""

    root: Path
    texts: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    pictures: dict[str, str] = field(default_factory=dict)

    @property
    def papers(self) -> set[str]:
        known = self.notes | set(self.pictures)
        lists = {t for t in self.texts if PurePosixPath(t).name in _NOT_LABELS}
        texts = self.texts - (lists - known)
        beside = {t for t in texts if "labels" in PurePosixPath(t).parts[:-1]}
        return known | (beside or texts)


def _list_folder(root: Path) -> _Folder:
    folder = _Folder(root)
    for parent, _, names in os.walk(root):
        below = Path(parent).relative_to(root)
        for name in names:
            path = (below / name).as_posix()
            if name.endswith(SIDECAR):
                folder.notes.add(f"{path.removesuffix(SIDECAR)}.txt")
            elif name.endswith(".txt"):
                folder.texts.add(path)
            elif is_known(below / name):
                paper = find_yolo_labels(below / name).as_posix()
                folder.pictures[paper] = path
    return folder


def _find_names(index: Path) -> tuple[str, ...]:
    try:
        if index.suffix in {".yaml", ".yml"} and index.is_file():
            return read_yolo_names(index)
    except DatasetError as error:
        raise TruthError(str(error)) from error
    root = index.parent
    for path in (
        folder / name for folder in (root, root / "labels") for name in _LISTS
    ):
        names = [line.strip() for _, line in read_yolo_lines(path)]
        if names:
            return tuple(names)
    msg = f"{root} names no classes. Give it a {DATA_YAML} or a {CLASSES}."
    raise TruthError(msg)


def _read_paper(
    folder: _Folder, paper: str, names: Sequence[str], wish: LabelWish
) -> Iterator[Found]:
    try:
        note = _read_sidecar(folder, paper)
        lines = read_yolo_lines(folder.root / paper)
        if note and note.objects and paper not in folder.texts:
            _refuse_missing(len(note.objects))
        sheet = _read_sheet(folder, paper, note, wish)
        size = sheet.size or wish.sizes(sheet.file)
        if lines and size is None:
            _refuse_sizeless(sheet.file)
    except (OSError, ValueError) as error:
        yield LabelProblem(f"{paper}:1", str(error))
        return
    noted = note.objects if note else ()
    read = [_read_line(line, paper, size or (1, 1), names) for line in lines]
    yield from (each for each in read if isinstance(each, LabelProblem))
    marks = [each for each in read if isinstance(each, Mark)]
    yield from read_sheet(sheet, _join_notes(marks, noted), wish)


def _refuse_missing(count: int) -> None:
    msg = f"the label file is not there, though {count} objects are noted beside it"
    raise ValueError(msg)


def _refuse_sizeless(file: str) -> None:
    msg = f"{file}: there is no such picture, and boxes are shares of its size"
    raise ValueError(msg)


def _read_sidecar(folder: _Folder, paper: str) -> Sidecar | None:
    if paper not in folder.notes:
        return None
    path = folder.root / (paper.removesuffix(".txt") + SIDECAR)
    return read_note(Sidecar, path.read_text(encoding="utf-8"))


def _read_sheet(
    folder: _Folder, paper: str, note: Sidecar | None, wish: LabelWish
) -> Sheet:
    file = _find_picture(folder, paper, wish)
    if note is None:
        return Sheet(file, paper, 1)
    noted = PurePosixPath(note.scan.file)
    if noted.with_suffix(".txt").name == PurePosixPath(paper).name:
        file = note.scan.file
    return Sheet(file, paper, 1, note=note.scan).use_note()


def _find_picture(folder: _Folder, paper: str, wish: LabelWish) -> str:
    if paper in folder.pictures:
        return _leave_out(folder.pictures[paper], "images")
    stem = _leave_out(paper, "labels").removesuffix(".txt")
    names = (stem + ending for ending in _ENDINGS)
    return next((name for name in names if wish.sizes(name)), stem)


def _leave_out(path: str, folder: str) -> str:
    """A path without the last folder of a name."""
    parts = list(PurePosixPath(path).parts)
    for index in range(len(parts) - 2, -1, -1):
        if parts[index] == folder:
            del parts[index]
            break
    return "/".join(parts)


def _read_line(
    line: tuple[int, str], paper: str, size: Size, names: Sequence[str]
) -> Mark | LabelProblem:
    number, text = line
    try:
        thing = read_yolo_line(text, size=size, names=names)
    except ValueError as error:
        return LabelProblem(f"{paper}:{number}", str(error))
    return Mark(thing.box, thing.label, number)


def _join_notes(marks: list[Mark], noted: Sequence[TruthObject]) -> list[Mark]:
    """Each mark with the note of its object; repeated lines without one count once."""
    left = list(noted)
    notes: list[TruthObject | None] = []
    for mark in marks:
        index = find_note(mark, left)
        notes.append(None if index is None else left.pop(index))
    alone = [index for index, note in enumerate(notes) if note is None]
    if len(alone) == len(left):
        for index, rest in zip(alone, left, strict=True):
            notes[index] = rest
    joined: dict[object, Mark] = {}
    for mark, note in zip(marks, notes, strict=True):
        key = (mark.box, mark.label) if note is None else mark.line
        joined.setdefault(key, replace(mark, note=note))
    return [*joined.values()]
