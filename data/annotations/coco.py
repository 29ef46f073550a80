"""COCO: one JSON file of pictures, objects and classes.

`iscrowd` is `ignore`: it is what COCO's own evaluation leaves out (`ignore: 1`, which
some files have, is read as well). Notes lie in the `attributes` of an object and of a
picture. Segmentations are not written; where an object has no `bbox`, its polygons
are enclosed.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from data.annotations.json_text import JsonText, read_json
from data.annotations.labelling import (
    Box,
    LabelledFile,
    LabelProblem,
    Labels,
    LabelWish,
    gather_labels,
)
from data.annotations.naming import check_names, list_labels, to_slashes, writing_file
from data.annotations.notes import (
    NOTE,
    Mark,
    ScanNote,
    note_object,
    note_scan,
    read_note,
)
from data.annotations.outlines import enclose, pair_up, to_number, to_size, turn_box
from data.annotations.sheet import Found, Sheet, read_sheet, try_each
from data.errors import TruthError
from data.truth import TruthObject

_Rows = dict[object, list[tuple[int, Any]]]


def read_coco(path: Path, wish: LabelWish) -> Labels:
    """Read a COCO file.

    Args:
        path: The JSON file.
        wish: How labels shall be read.

    Raises:
        TruthError: If it is missing, or holds no pictures as COCO has them.
    """
    text = read_json(path)
    if isinstance(text, LabelProblem):
        return Labels((), (text,))
    content = text.content
    if not isinstance(content, dict) or not isinstance(content.get("images"), list):
        msg = f"{path} is not COCO: it has no list of images. Name the format it has."
        raise TruthError(msg)
    return gather_labels(_Reading(path.name, text).read(wish))


def write_coco(files: Sequence[LabelledFile], path: Path) -> None:
    """Write a COCO file, one object a line.

    Args:
        files: Pictures with their truth.
        path: The JSON file.

    Raises:
        TruthError: If names cannot be written, or the file cannot.
    """
    check_names(files)
    labels = list_labels(files)
    things = [(i, o) for i, f in enumerate(files, 1) for o in f.truth.objects]
    parts: dict[str, Iterable[object]] = {
        "images": (_to_image(i, f) for i, f in enumerate(files, 1)),
        "annotations": (
            _to_row(number, image, labels.index(thing.label) + 1, thing)
            for number, (image, thing) in enumerate(things, 1)
        ),
        "categories": ({"id": i, "name": n} for i, n in enumerate(labels, 1)),
    }
    rows = (
        f'"{name}": [\n' + ",\n".join(map(json.dumps, part)) + "\n]"
        for name, part in parts.items()
    )
    with writing_file(path) as draft:
        draft.write_text("{" + ",\n".join(rows) + "}\n", encoding="utf-8")


def _to_image(number: int, labelled: LabelledFile) -> dict[str, object]:
    image: dict[str, object] = {"id": number, "file_name": labelled.file}
    if labelled.size:
        image |= {"width": labelled.size[0], "height": labelled.size[1]}
    return image | {"attributes": {NOTE: note_scan(labelled)}}


def _to_row(number: int, image: int, label: int, thing: TruthObject) -> object:
    x0, y0, x1, y1 = thing.box
    return {
        "id": number,
        "image_id": image,
        "category_id": label,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": (x1 - x0) * (y1 - y0),
        "segmentation": [],
        "iscrowd": int(thing.ignore),
        "attributes": {NOTE: note_object(thing)},
    }


class _Reading:
    def __init__(self, paper: str, text: JsonText) -> None:
        self._paper = paper
        self._text = text
        self._labels: dict[object, str] = {}

    def read(self, wish: LabelWish) -> Iterator[Found]:
        for index, row in enumerate(self._list("categories")):
            key, name = _get(row, "id"), _get(row, "name")
            if key is None or not isinstance(name, str):
                yield self._problem("categories", index, "a class without id or name")
            elif key in self._labels:
                yield self._problem("categories", index, f"class id {key} is not new")
            else:
                self._labels[key] = name
        rows, pictures = self._sort_rows(), set()
        for index, image in enumerate(self._list("images")):
            key = _get(image, "id")
            if key in pictures or key is None:
                what = f"image id {key} is missing or not new"
                yield self._problem("images", index, what)
                continue
            pictures.add(key)
            yield from self._read_image(index, image, rows.pop(key, []), wish)
        for key, left in rows.items():
            for index, _ in left:
                what = f"there is no image with id {key}"
                yield self._problem("annotations", index, what)

    def _sort_rows(self) -> _Rows:
        rows: _Rows = defaultdict(list)
        for index, row in enumerate(self._list("annotations")):
            rows[_get(row, "image_id")].append((index, row))
        return dict(rows)

    def _read_image(
        self, index: int, image: Any, rows: list[tuple[int, Any]], wish: LabelWish
    ) -> Iterator[Found]:
        line = self._text.line("images", index)
        try:
            sheet = _read_image(image, self._paper, line)
        except ValueError as error:
            yield self._problem("images", index, str(error))
            return
        lined = ((self._text.line("annotations", i), row) for i, row in rows)
        read = partial(_read_row, labels=self._labels)
        yield from read_sheet(sheet, try_each(lined, read, self._paper), wish)

    def _list(self, name: str) -> list[Any]:
        part = self._text.content.get(name)
        return part if isinstance(part, list) else []

    def _problem(self, part: str, index: int, what: str) -> LabelProblem:
        return LabelProblem(f"{self._paper}:{self._text.line(part, index)}", what)


def _get(row: object, key: str) -> Any:
    value = row.get(key) if isinstance(row, dict) else None
    return value if key == "bbox" or isinstance(value, str | int) else None


def _read_image(image: dict[str, Any], paper: str, line: int) -> Sheet:
    name = image.get("file_name")
    if not isinstance(name, str) or not name:
        msg = "an image without file_name"
        raise ValueError(msg)
    return Sheet(
        file=to_slashes(name),
        paper=paper,
        line=line,
        size=to_size(image.get("width"), image.get("height")),
        note=read_note(ScanNote, _get_attributes(image).get(NOTE)),
    )


def _read_row(line: int, row: Any, labels: dict[object, str]) -> Mark:
    number = _get(row, "category_id")
    if number not in labels:
        msg = f"unknown class id {number}"
        raise ValueError(msg)
    attributes = _get_attributes(row)
    return Mark(
        box=turn_box(_read_box(row), to_number(attributes.get("rotation") or 0)),
        label=labels[number],
        line=line,
        ignore=bool(row.get("iscrowd") or row.get("ignore")),
        note=read_note(TruthObject, attributes.get(NOTE)),
    )


def _read_box(row: dict[str, Any]) -> Box:
    sides = row.get("bbox")
    if isinstance(sides, list) and len(sides) == 4:
        x, y, width, height = map(to_number, sides)
        return x, y, x + width, y + height
    shapes = row.get("segmentation")
    if sides or not isinstance(shapes, list) or not shapes:
        msg = "bbox is not x, y, width, height"
        raise ValueError(msg)
    parts = shapes if isinstance(shapes[0], list) else [shapes]
    return enclose(p for part in parts for p in pair_up([*map(to_number, part)]))


def _get_attributes(row: dict[str, Any]) -> dict[str, Any]:
    attributes = row.get("attributes")
    return attributes if isinstance(attributes, dict) else {}
