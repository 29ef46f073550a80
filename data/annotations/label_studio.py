"""Label Studio: one JSON list of tasks, boxes as percent of the picture.

Read are annotations, not predictions, and of a task with several the one marked as
ground truth, else the last. A task without annotations, or whose annotations were all
cancelled, is not labelled and is left out. Notes lie in the `meta` of a region and in
the `data` of a task.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from data.annotations.json_text import JsonText, read_json
from data.annotations.labelling import (
    Box,
    LabelProblem,
    Labels,
    LabelWish,
    Size,
    gather_labels,
)
from data.annotations.naming import read_address
from data.annotations.notes import NOTE, Mark, ScanNote, read_note
from data.annotations.outlines import (
    Point,
    enclose,
    enclose_ellipse,
    to_number,
    to_size,
    turn_box,
)
from data.annotations.sheet import Found, Sheet, read_sheet, try_each
from data.errors import TruthError
from data.truth import LabelOrigin, TruthObject

_SHAPES: Final = ("rectangle", "polygon", "ellipse")
_BOXLESS: Final = ("brush", "keypoint", "vector", "bitmask", "videorectangle")
_NAMES: Final = ("image", "img", "picture", "scan", "file", "url")


def read_label_studio(path: Path, wish: LabelWish) -> Labels:
    """Read the tasks of Label Studio.

    Args:
        path: A file as its export "JSON" writes it.
        wish: How labels shall be read.

    Raises:
        TruthError: If it is missing or holds no tasks, as its export "JSON-MIN".
    """
    text = read_json(path)
    if isinstance(text, LabelProblem):
        return Labels((), (text,))
    tasks = text.content
    if not isinstance(tasks, list) or (tasks and not any(map(_is_task, tasks))):
        msg = f"{path} holds no tasks of Label Studio. Export them as JSON."
        raise TruthError(msg)
    return gather_labels(
        found
        for index, task in enumerate(tasks)
        for found in _read_task(index, task, (path.name, text), wish)
    )


def _is_task(task: object) -> bool:
    return isinstance(task, dict) and isinstance(task.get("data"), dict)


def _read_task(
    index: int, task: Any, source: tuple[str, JsonText], wish: LabelWish
) -> Iterator[Found]:
    paper, text = source
    line = text.line(index)
    if not _is_task(task):
        yield LabelProblem(f"{paper}:{line}", "a task without data")
        return
    key, number = _choose_annotation(task)
    if number is None:
        return
    annotation = task[key][number]
    try:
        sheet = _read_sheet(task["data"], annotation, paper, line).use_note()
    except ValueError as error:
        yield LabelProblem(f"{paper}:{line}", str(error))
        return
    results = _list(annotation, "result")
    steps = (index, key, number, "result")
    lined = ((text.line(*steps, i), region) for i, region in enumerate(results))
    size = sheet.size or wish.sizes(sheet.file)
    read = partial(_read_region, size=size, labels=_find_labels(results))
    yield from read_sheet(sheet, try_each(lined, read, paper), wish)


def _choose_annotation(task: dict[str, Any]) -> tuple[str, int | None]:
    key = "annotations" if "annotations" in task else "completions"
    done = [
        (bool(each.get("ground_truth")), str(each.get("updated_at") or ""), number)
        for number, each in enumerate(_list(task, key))
        if isinstance(each, dict)
        and not (each.get("was_cancelled") or each.get("skipped"))
    ]
    return key, max(done)[-1] if done else None


def _read_sheet(
    data: dict[str, Any], annotation: dict[str, Any], paper: str, line: int
) -> Sheet:
    regions = (r for r in _list(annotation, "result") if isinstance(r, dict))
    sizes = (
        to_size(r.get("original_width"), r.get("original_height")) for r in regions
    )
    return Sheet(
        file=_find_picture(data),
        paper=paper,
        line=line,
        size=next(filter(None, sizes), None),
        note=read_note(ScanNote, data.get(NOTE)),
        author=_find_author(annotation),
    )


def _find_picture(data: dict[str, Any]) -> str:
    texts = {k: v for k, v in data.items() if isinstance(v, str) and v and k != NOTE}
    key: str | None = next((name for name in _NAMES if name in texts), None)
    if key is None and len(texts) == 1:
        (key,) = texts
    if key is None:
        msg = "a task whose data names no image"
        raise ValueError(msg)
    return read_address(texts[key])


def _find_author(annotation: dict[str, Any]) -> LabelOrigin | None:
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    when = annotation.get("updated_at") or annotation.get("created_at")
    by = str(by) if isinstance(by, str | int) else None
    when = when if isinstance(when, str) else None
    if by is None and when is None:
        return None
    return LabelOrigin(how="drawn", by=by, when=when)


def _find_labels(results: list[Any]) -> dict[object, list[Any]]:
    """Labels that a control of its own gives to shapes, by the id of their region."""
    return {
        str(region.get("id")): _list(region.get("value"), "labels")
        for region in results
        if isinstance(region, dict) and region.get("type") == "labels"
    }


def _read_region(
    line: int, region: Any, size: Size | None, labels: dict[object, list[Any]]
) -> Mark | None:
    if not isinstance(region, dict) or not isinstance(region.get("type"), str):
        msg = "a region without type"
        raise ValueError(msg)
    kind = region["type"]
    shape = kind.removesuffix("labels")
    if shape in _BOXLESS:
        msg = f"a region of type {kind} cannot be read as a box"
        raise ValueError(msg)
    if shape not in _SHAPES:
        return None
    value = region.get("value")
    given = _list(value, kind) or labels.get(str(region.get("id")), [])
    if len(given) != 1:
        msg = f"a region of {len(given)} classes, not of one"
        raise ValueError(msg)
    meta = region.get("meta")
    return Mark(
        box=_read_shape(region, shape, _choose_size(region, size)),
        label=str(given[0]),
        line=line,
        note=read_note(TruthObject, meta.get(NOTE) if isinstance(meta, dict) else None),
    )


def _choose_size(region: dict[str, Any], size: Size | None) -> Size:
    stated = to_size(region.get("original_width"), region.get("original_height"))
    chosen = stated or size
    if chosen is None:
        msg = "the size of the picture is not known: original_width is missing"
        raise ValueError(msg)
    if to_number(region.get("image_rotation") or 0) % 360:
        msg = "the picture was turned in the tool: turn it back and label it again"
        raise ValueError(msg)
    return chosen


def _read_shape(region: dict[str, Any], shape: str, size: Size) -> Box:
    value = region.get("value")
    if not isinstance(value, dict):
        msg = "a region without value"
        raise ValueError(msg)
    if shape == "polygon":
        points = [_to_point(point, size) for point in _list(value, "points")]
        return enclose(points)
    degrees = to_number(value.get("rotation") or 0)
    sides = ("width", "height") if shape == "rectangle" else ("radiusX", "radiusY")
    x, y, w, h = (to_number(value.get(name), name) for name in ("x", "y", *sides))
    (x, y), (w, h) = _to_px(x, y, size), _to_px(w, h, size)
    if shape == "ellipse":
        return enclose_ellipse((x, y), (w, h), degrees)
    return turn_box((x, y, x + w, y + h), degrees, about=(x, y))


def _to_point(pair: Any, size: Size) -> Point:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        msg = "a point is not x, y"
        raise ValueError(msg)
    return _to_px(to_number(pair[0]), to_number(pair[1]), size)


def _to_px(x: float, y: float, size: Size) -> Point:
    return x / 100 * size[0], y / 100 * size[1]


def _list(holder: Any, key: str) -> list[Any]:
    part = holder.get(key) if isinstance(holder, dict) else None
    return part if isinstance(part, list) else []
