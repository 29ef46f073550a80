"""Pascal VOC: a folder of XML files, one a picture.

`difficult` is `ignore`. Notes lie in an element `cargosight` of the picture and of each
object. Corners are read as they stand, as today's tools write them: the first challenge
counted pixels from 1, which is half a pixel off here.
"""

from collections.abc import Iterator, Sequence
from math import degrees
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from data.annotations.labelling import (
    Box,
    LabelledFile,
    LabelProblem,
    Labels,
    LabelWish,
    gather_labels,
)
from data.annotations.naming import check_names, to_slashes, writing_folder
from data.annotations.notes import (
    NOTE,
    Mark,
    ScanNote,
    note_object,
    note_scan,
    read_note,
)
from data.annotations.outlines import to_number, to_size, turn_box
from data.annotations.sheet import Found, Sheet, read_sheet, try_each
from data.annotations.xml_text import Node, add_node, read_xml, write_xml
from data.errors import TruthError
from data.truth import TruthObject

_ROOT: Final = "annotation"
_FOLDER: Final = "Annotations"
_CORNERS: Final = ("xmin", "ymin", "xmax", "ymax")
_TURNED: Final = ("cx", "cy", "w", "h", "angle")


def read_voc(path: Path, wish: LabelWish) -> Labels:
    """Read all VOC files below a folder.

    Args:
        path: The folder, or one file. A picture is named by the folder that its file
            lies in (without one called Annotations) and by `filename`.
        wish: How labels shall be read.

    Raises:
        TruthError: If there are none.
    """
    root, papers = path, sorted(p for p in path.rglob("*.xml") if p.is_file())
    if path.is_file():
        root, papers = path.parent, [path]
    tags: set[str] = set()
    labels = gather_labels(
        found for paper in papers for found in _read_paper(paper, root, wish, tags)
    )
    if _ROOT not in tags:
        msg = f"{path} holds no VOC files. Name a folder of XML files."
        raise TruthError(msg)
    return labels


def write_voc(files: Sequence[LabelledFile], path: Path) -> None:
    """Write a folder of VOC files, in folders as the pictures are.

    Args:
        files: Pictures with their truth.
        path: The folder: not there yet, or empty.

    Raises:
        TruthError: If names cannot be written, or the folder cannot.
    """
    check_names(files)
    taken: set[str] = set()
    with writing_folder(path) as draft:
        for labelled in files:
            paper = draft / _choose_paper(labelled.file, taken)
            paper.parent.mkdir(parents=True, exist_ok=True)
            write_xml(_to_xml(labelled), paper)


def _choose_paper(file: str, taken: set[str]) -> str:
    picture = PurePosixPath(file)
    paper = str(picture.with_suffix(".xml"))
    while paper in taken:
        picture = picture.with_name(picture.name + ".xml")
        paper = str(picture)
    taken.add(paper)
    return paper


def _to_xml(labelled: LabelledFile) -> Element:
    picture = PurePosixPath(labelled.file)
    root = Element(_ROOT)
    add_node(root, "folder", picture.parent)
    add_node(root, "filename", picture.name)
    if labelled.size:
        size = SubElement(root, "size")
        add_node(size, "width", labelled.size[0])
        add_node(size, "height", labelled.size[1])
        add_node(size, "depth", 1)
    add_node(root, "segmented", 0)
    add_node(root, NOTE, note_scan(labelled))
    for thing in labelled.truth.objects:
        _add_object(root, thing)
    return root


def _add_object(root: Element, thing: TruthObject) -> None:
    node = SubElement(root, "object")
    add_node(node, "name", thing.label)
    add_node(node, "pose", "Unspecified")
    add_node(node, "truncated", 0)
    add_node(node, "difficult", int(thing.ignore))
    box = SubElement(node, "bndbox")
    for tag, side in zip(_CORNERS, thing.box, strict=True):
        add_node(box, tag, int(side) if side.is_integer() else side)
    add_node(node, NOTE, note_object(thing))


def _read_paper(
    path: Path, root: Path, wish: LabelWish, tags: set[str]
) -> Iterator[Found]:
    below = path.relative_to(root)
    paper = below.as_posix()
    try:
        node = read_xml(path, paper)
    except TruthError as error:
        node = LabelProblem(f"{paper}:1", str(error))
    tags.add(_ROOT if isinstance(node, LabelProblem) else node.tag)
    if isinstance(node, LabelProblem):
        yield node
        return
    try:
        sheet = _read_picture(node, below)
    except ValueError as error:
        yield LabelProblem(f"{paper}:{node.line}", str(error))
        return
    things = ((thing.line, thing) for thing in node.find_all("object"))
    yield from read_sheet(sheet, try_each(things, _read_object, paper), wish)


def _read_picture(root: Node, path: Path) -> Sheet:
    if root.tag != _ROOT:
        msg = f"it is not VOC: it begins with <{root.tag}>, not <{_ROOT}>"
        raise ValueError(msg)
    name = PurePosixPath(to_slashes(root.say("filename"))).name
    if not name:
        msg = "it names no picture: filename is missing"
        raise ValueError(msg)
    folders = (part for part in path.parent.parts if part != _FOLDER)
    return Sheet(
        file=str(PurePosixPath(*folders, name)),
        paper=path.as_posix(),
        line=root.line,
        size=to_size(root.say("size", "width"), root.say("size", "height")),
        note=read_note(ScanNote, root.say(NOTE)),
    )


def _read_object(line: int, node: Node) -> Mark:
    name = node.say("name")
    if not name:
        msg = "an object without name"
        raise ValueError(msg)
    return Mark(
        box=_read_box(node),
        label=name,
        line=line,
        ignore=bool(to_number(node.say("difficult") or 0)),
        note=read_note(TruthObject, node.say(NOTE)),
    )


def _read_box(node: Node) -> Box:
    turned = node.find("robndbox")
    if turned:
        x, y, w, h, angle = (to_number(turned.say(tag), tag) for tag in _TURNED)
        box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        return turn_box(box, degrees(angle))
    x0, y0, x1, y1 = (to_number(node.say("bndbox", tag), tag) for tag in _CORNERS)
    return x0, y0, x1, y1
