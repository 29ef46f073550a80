"""Folders in the YOLO layout, written."""

import json
from collections.abc import Sequence
from pathlib import Path

from data.annotations.labelling import LabelledFile, Size
from data.annotations.naming import check_names, list_labels, writing_folder
from data.annotations.notes import note_object, note_scan
from data.annotations.yolo import find_yolo_labels
from data.annotations.yolo_folder import CLASSES, DATA_YAML, SIDECAR
from data.errors import TruthError
from data.truth import TruthObject


def write_yolo(files: Sequence[LabelledFile], path: Path) -> None:
    """Write a folder in the YOLO layout: data.yaml, classes.txt and labels.

    Pictures belong into its folder `images`, under their names. A picture without
    objects gets an empty label file.

    Args:
        files: Pictures with their truth. Those with objects need their size.
        path: The folder: not there yet, or empty.

    Raises:
        TruthError: If a name cannot be written, two pictures would share a label file,
            a size is missing, or the folder cannot be written.
    """
    check_names(files)
    _check_papers(files)
    labels = list_labels(files)
    with writing_folder(path) as draft:
        for name in ("images", "labels"):
            (draft / name).mkdir()
        names = "".join(f"  {i}: {_quote(n)}\n" for i, n in enumerate(labels))
        text = f"path: .\ntrain: images\nnames:\n{names}"
        (draft / DATA_YAML).write_text(text, encoding="utf-8")
        lines = "".join(" ".join(name.splitlines()) + "\n" for name in labels)
        (draft / CLASSES).write_text(lines, encoding="utf-8")
        for labelled in files:
            _write_paper(draft, labelled, labels)


def _check_papers(files: Sequence[LabelledFile]) -> None:
    taken: dict[Path, str] = {}
    for each in files:
        other = taken.setdefault(_find_paper(each.file), each.file)
        if other != each.file:
            msg = (
                f"{other} and {each.file} would share one YOLO label file. Rename one, "
                "or choose another format."
            )
            raise TruthError(msg)
        if each.truth.objects and each.size is None:
            msg = (
                f"{each.file} cannot be written as YOLO: its size is not known, and "
                "boxes are shares of it. State it."
            )
            raise TruthError(msg)


def _find_paper(file: str) -> Path:
    return find_yolo_labels(Path("images", file))


def _write_paper(root: Path, labelled: LabelledFile, labels: list[str]) -> None:
    paper = root / _find_paper(labelled.file)
    paper.parent.mkdir(parents=True, exist_ok=True)
    things = labelled.truth.objects
    size = labelled.size or (1, 1)
    lines = [_to_line(thing, size, labels) for thing in things]
    paper.write_text("".join(lines), encoding="utf-8")
    objects = ",\n".join(map(note_object, things))
    note = f'{{"scan": {note_scan(labelled)},\n"objects": [{objects}]}}\n'
    beside = paper.with_name(paper.name.removesuffix(".txt") + SIDECAR)
    beside.write_text(note, encoding="utf-8")


def _to_line(thing: TruthObject, size: Size, labels: list[str]) -> str:
    x0, y0, x1, y1 = thing.box
    width, height = size
    centre = ((x0 + x1) / 2 / width, (y0 + y1) / 2 / height)
    shares = (*centre, (x1 - x0) / width, (y1 - y0) / height)
    return f"{labels.index(thing.label)} {' '.join(map(repr, shares))}\n"


def _quote(name: str) -> str:
    """A text in the double quotes of YAML, all of it printable ASCII."""
    parts = (
        json.dumps(c)[1:-1] if c.isascii() and c.isprintable() else f"\\U{ord(c):08x}"
        for c in name
    )
    return f'"{"".join(parts)}"'
