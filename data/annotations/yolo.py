"""YOLO labels: one text file a picture, one line an object.

A line is `class cx cy width height`: the class is a number, the rest are centre and
size of the box as shares of the picture's width and height. A line of three points or
more, `class x y x y x y ...`, is an outline: the box around it is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final

from data.annotations.outlines import enclose, pair_up
from data.errors import DatasetError, TruthError
from data.truth import Truth, TruthObject

_FIELDS: Final = 5
_OUTLINE: Final = 7
_SLACK_PX: Final = 1.0


@dataclass(frozen=True, slots=True)
class YoloLayout:
    """What a data.yaml states.

    Attributes:
        root: Folder of the dataset.
        splits: Folder of pictures of each split there is: "train", "val", "test".
        names: Label of each class number.
    """

    root: Path
    splits: dict[str, Path]
    names: tuple[str, ...]


def read_yolo_labels(
    path: Path, *, size: tuple[int, int], names: Sequence[str]
) -> Truth:
    """Read the labels of one picture.

    A missing file means that there is no object: so YOLO has it, and so a picture whose
    labels were lost counts as clean. Lines that repeat another count once.

    Args:
        path: The label file.
        size: Width and height of the picture, px.
        names: Label of each class number.

    Returns:
        Boxes in px. One that leaves the picture by up to a pixel, as rounding makes it,
        is cut to it.

    Raises:
        TruthError: If the file cannot be read, or for lines that are not five numbers,
            name an unknown class, or whose box is empty or leaves the picture; all such
            lines are named.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.txt"
        >>> _ = path.write_text("0 0.5 0.5 0.5 1.0")
        >>> read_yolo_labels(path, size=(80, 20), names=["firearm"]).objects[0].box
        (20.0, 0.0, 60.0, 20.0)
    """
    objects: dict[TruthObject, None] = {}
    faults = []
    for number, line in read_yolo_lines(path):
        try:
            objects[read_yolo_line(line, size=size, names=names)] = None
        except ValueError as error:
            faults.append(f"line {number}: {error}")
    if faults:
        msg = f"{path} has wrong labels: {'; '.join(faults)}. Correct them."
        raise TruthError(msg)
    return Truth(objects=tuple(objects), source=path.name)


def find_yolo_labels(picture: Path) -> Path:
    """Name the label file of a picture: the last folder `images` becomes `labels`.

    Args:
        picture: The picture's file.

    Returns:
        The label file, which may not exist; beside the picture if no folder above it
        is named `images`.

    Example:
        >>> find_yolo_labels(Path("train/images/a.jpg")).as_posix()
        'train/labels/a.txt'
    """
    parts = list(picture.with_suffix(".txt").parts)
    for index in range(len(parts) - 2, -1, -1):
        if parts[index] == "images":
            parts[index] = "labels"
            break
    return Path(*parts)


def read_yolo_layout(path: Path) -> YoloLayout:
    """Read a data.yaml. Needs PyYAML, which comes with the training packages.

    Args:
        path: The file. Its `path` is taken from its own folder.

    Raises:
        DatasetError: If it cannot be read, PyYAML is missing, it names no class or no
            split, or a split's folder is not there.
    """
    content = _load_yaml(path)
    root = path.parent / str(content.get("path") or "")
    splits = {}
    for split in ("train", "val", "test"):
        if content.get(split):
            splits[split] = _find_split(path, root, split, content[split])
    if not splits:
        msg = f"{path} names no split. Give train, val or test."
        raise DatasetError(msg)
    return YoloLayout(root, splits, _read_names(path, content.get("names")))


def read_yolo_lines(path: Path) -> list[tuple[int, str]]:
    """Number and text of the lines of a label file that are not blank.

    Args:
        path: The file. One that is missing has no lines.

    Raises:
        TruthError: If it cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        msg = f"{path} cannot be read: {why}. Check the label file."
        raise TruthError(msg) from error
    return [(i, line) for i, line in enumerate(lines, start=1) if line.strip()]


def read_yolo_line(
    line: str, *, size: tuple[int, int], names: Sequence[str]
) -> TruthObject:
    """Read one line of a label file.

    Args:
        line: Its text.
        size: Width and height of the picture, px.
        names: Label of each class number.

    Raises:
        ValueError: If it is not such a line, names an unknown class, or its box is
            empty or leaves the picture.

    Example:
        >>> outline = "0 .25 .25 .5 .25 .25 .5"
        >>> read_yolo_line(outline, size=(8, 8), names=["firearm"]).box
        (2.0, 2.0, 4.0, 4.0)
    """
    fields = line.split()
    outline = len(fields) >= _OUTLINE and len(fields) % 2 == 1
    if len(fields) != _FIELDS and not outline:
        msg = f"{len(fields)} fields, not class, cx, cy, width, height"
        raise ValueError(msg)
    try:
        number, *shares = (float(field) for field in fields)
    except ValueError as error:
        msg = "not numbers"
        raise ValueError(msg) from error
    if not number.is_integer() or not 0 <= number < len(names):
        msg = f"unknown class {fields[0]} (known: 0 to {len(names) - 1})"
        raise ValueError(msg)
    shares = _enclose(shares) if outline else shares
    return TruthObject(box=_to_box(shares, size), label=names[int(number)])


def _enclose(shares: Sequence[float]) -> list[float]:
    x0, y0, x1, y1 = enclose(pair_up(shares))
    return [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0]


def _to_box(
    shares: Sequence[float], size: tuple[int, int]
) -> tuple[float, float, float, float]:
    cx, cy, width, height = shares
    if not all(map(isfinite, shares)) or width <= 0 or height <= 0:
        msg = f"empty box of {width} x {height}"
        raise ValueError(msg)
    x0, x1 = _cut(cx, width, size[0])
    y0, y1 = _cut(cy, height, size[1])
    return x0, y0, x1, y1


def _cut(centre: float, extent: float, side: int) -> tuple[float, float]:
    start, end = (centre - extent / 2) * side, (centre + extent / 2) * side
    first, last = max(start, 0.0), min(end, float(side))
    if first - start > _SLACK_PX or end - last > _SLACK_PX or last <= first:
        msg = f"box from {start:.1f} to {end:.1f} px is outside 0 to {side} px"
        raise ValueError(msg)
    return first, last


def read_yolo_names(path: Path) -> tuple[str, ...]:
    """Label of each class number that a data.yaml states. Needs PyYAML.

    Args:
        path: The file.

    Raises:
        DatasetError: If it cannot be read, PyYAML is missing, or it names no class.
    """
    return _read_names(path, _load_yaml(path).get("names"))


def _load_yaml(path: Path) -> dict[str, Any]:
    try:
        import yaml  # type: ignore[import-untyped]  # noqa: PLC0415 - training only
    except ImportError as error:
        msg = f"{path} needs PyYAML to be read. Install the training packages."
        raise DatasetError(msg) from error
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        why = " ".join(str(getattr(error, "strerror", None) or error).split())
        msg = f"{path} cannot be read: {why}. Check the file."
        raise DatasetError(msg) from error
    if not isinstance(content, dict):
        msg = f"{path} is not a data.yaml. It needs names and splits."
        raise DatasetError(msg)
    return content


def _find_split(path: Path, root: Path, split: str, folder: object) -> Path:
    found = root / folder if isinstance(folder, str) else None
    if found is None or not found.is_dir():
        msg = f"{path}: {split} must be one folder that exists, not {folder}."
        raise DatasetError(msg)
    return found


def _read_names(path: Path, names: object) -> tuple[str, ...]:
    if isinstance(names, dict) and list(names) == list(range(len(names))):
        names = list(names.values())
    if not isinstance(names, list) or not names:
        msg = f"{path} names no classes. Give names: a list, or numbers from 0 on."
        raise DatasetError(msg)
    return tuple(str(name) for name in names)
