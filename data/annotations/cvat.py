"""CVAT for images 1.1: one XML file.

Attributes of a shape are `ignore`, for predictions `score` and `bundle`, and the note,
cut into parts because CVAT keeps 4,096 characters of each. The note of a picture lies
in a tag of that name. CVAT cannot tell a prediction that a person let stand from one
that nobody has looked at: both come back as predictions.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from data.annotations.labelling import (
    Box,
    LabelProblem,
    Labels,
    LabelWish,
    gather_labels,
)
from data.annotations.naming import to_slashes
from data.annotations.notes import NOTE, Mark, ScanNote, read_note
from data.annotations.outlines import (
    enclose,
    enclose_ellipse,
    to_number,
    to_size,
    turn_box,
)
from data.annotations.sheet import Found, Sheet, read_sheet, try_each
from data.annotations.xml_text import Node, read_xml
from data.errors import TruthError
from data.truth import TruthObject

_BOXLESS: Final = frozenset({"points", "cuboid", "skeleton"})


def read_cvat(path: Path, wish: LabelWish) -> Labels:
    """Read a file of CVAT for images.

    Args:
        path: The XML file.
        wish: How labels shall be read.

    Raises:
        TruthError: If it is missing, not CVAT, or of a video.
    """
    root = read_xml(path)
    if isinstance(root, LabelProblem):
        return Labels((), (root,))
    if root.find("track"):
        msg = f"{path} labels a video. Export the task as CVAT for images 1.1."
        raise TruthError(msg)
    if root.tag != "annotations":
        msg = f"{path} is not CVAT: it begins with <{root.tag}>, not <annotations>."
        raise TruthError(msg)
    images = root.find_all("image")
    return gather_labels(
        found for image in images for found in _read_image(image, path.name, wish)
    )


def _read_image(image: Node, paper: str, wish: LabelWish) -> Iterator[Found]:
    try:
        sheet = _read_sheet(image, paper)
    except ValueError as error:
        yield LabelProblem(f"{paper}:{image.line}", str(error))
        return
    shapes = ((shape.line, shape) for shape in image.children)
    yield from read_sheet(sheet, try_each(shapes, _read_shape, paper), wish)


def _read_sheet(image: Node, paper: str) -> Sheet:
    name = image.attributes.get("name", "")
    if not name:
        msg = "an image without name"
        raise ValueError(msg)
    tags = (t for t in image.find_all("tag") if t.attributes.get("label") == NOTE)
    note = next(map(_join_note, tags), "")
    return Sheet(
        file=to_slashes(name),
        paper=paper,
        line=image.line,
        size=to_size(image.attributes.get("width"), image.attributes.get("height")),
        note=read_note(ScanNote, note),
    )


def _join_note(shape: Node) -> str:
    parts = (
        part.text
        for part in shape.find_all("attribute")
        if part.attributes.get("name", "").partition("-")[0] == NOTE
    )
    return "".join(parts)


def _read_shape(line: int, shape: Node) -> Mark | None:
    if shape.tag in _BOXLESS:
        msg = f"a shape of type {shape.tag} cannot be read as a box"
        raise ValueError(msg)
    if shape.tag not in _SHAPES:
        return None
    label = shape.attributes.get("label", "")
    if not label:
        msg = f"a {shape.tag} without label"
        raise ValueError(msg)
    says = {
        a.attributes.get("name"): a.text.strip() for a in shape.find_all("attribute")
    }
    return Mark(
        box=_SHAPES[shape.tag](shape),
        label=label,
        line=line,
        ignore=says.get("ignore", "").lower() in {"true", "1"},
        note=read_note(TruthObject, _join_note(shape)),
    )


def _get(shape: Node, *names: str) -> list[float]:
    return [to_number(shape.attributes.get(name), name) for name in names]


def _get_turn(shape: Node) -> float:
    return to_number(shape.attributes.get("rotation") or 0)


def _read_box(shape: Node) -> Box:
    x0, y0, x1, y1 = _get(shape, "xtl", "ytl", "xbr", "ybr")
    return turn_box((x0, y0, x1, y1), _get_turn(shape))


def _read_points(shape: Node) -> Box:
    pairs = (p.split(",") for p in shape.attributes.get("points", "").split(";") if p)
    points = []
    for pair in pairs:
        if len(pair) != 2:
            msg = f"a point is not x,y: {','.join(pair)}"
            raise ValueError(msg)
        points.append((to_number(pair[0]), to_number(pair[1])))
    return enclose(points)


def _read_ellipse(shape: Node) -> Box:
    x, y, rx, ry = _get(shape, "cx", "cy", "rx", "ry")
    return enclose_ellipse((x, y), (rx, ry), _get_turn(shape))


def _read_mask(shape: Node) -> Box:
    x, y, width, height = _get(shape, "left", "top", "width", "height")
    return x, y, x + width, y + height


_SHAPES: Final[dict[str, Callable[[Node], Box]]] = {
    "box": _read_box,
    "polygon": _read_points,
    "polyline": _read_points,
    "ellipse": _read_ellipse,
    "mask": _read_mask,
}
