"""Write a file of CVAT for images 1.1, with the labels that its task must have."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from data.annotations.labelling import LabelledFile
from data.annotations.naming import check_names, list_labels, writing_file
from data.annotations.notes import NOTE, note_object, note_scan
from data.annotations.xml_text import add_node, to_plain, write_xml
from data.truth import TruthObject

_PART: Final = 4000


def write_cvat(files: Sequence[LabelledFile], path: Path) -> None:
    """Write a file of CVAT for images.

    Args:
        files: Pictures with their truth. Predictions get the attributes score and
            bundle, and the source "auto".
        path: The XML file. Its `meta` states the labels and attributes that the task
            must have for CVAT to keep them.

    Raises:
        TruthError: If names cannot be written, or the file cannot.
    """
    check_names(files)
    root = Element("annotations")
    add_node(root, "version", "1.1")
    meta = SubElement(root, "meta")
    images = [_add_image(root, number, each) for number, each in enumerate(files)]
    _add_task(meta, list_labels(files), max(map(_count_parts, images), default=1))
    with writing_file(path) as draft:
        write_xml(root, draft)


def _add_task(meta: Element, labels: list[str], parts: int) -> None:
    task = SubElement(meta, "task")
    add_node(task, "mode", "annotation")
    every = SubElement(task, "labels")
    notes = [_name_part(part) for part in range(parts)]
    for label in labels:
        _add_label(every, label, ["ignore", "score", "bundle", *notes])
    _add_label(every, NOTE, notes)


def _add_label(every: Element, label: str, attributes: list[str]) -> None:
    node = SubElement(every, "label")
    add_node(node, "name", label)
    add_node(node, "type", "tag" if label == NOTE else "any")
    specs = SubElement(node, "attributes")
    for name in attributes:
        spec = SubElement(specs, "attribute")
        check = name == "ignore"
        add_node(spec, "name", name)
        add_node(spec, "mutable", "False")
        add_node(spec, "input_type", "checkbox" if check else "text")
        add_node(spec, "default_value", "false" if check else "")
        add_node(spec, "values", "false" if check else "")


def _add_image(root: Element, number: int, labelled: LabelledFile) -> Element:
    image = SubElement(root, "image", id=str(number), name=to_plain(labelled.file))
    if labelled.size:
        image.set("width", str(labelled.size[0]))
        image.set("height", str(labelled.size[1]))
    for thing in labelled.truth.objects:
        _add_box(image, thing)
    tag = SubElement(image, "tag", label=NOTE, source="file")
    _add_note(tag, note_scan(labelled))
    return image


def _add_box(image: Element, thing: TruthObject) -> None:
    origin = thing.origin
    predicted = origin is not None and origin.how == "prediction"
    box = SubElement(
        image,
        "box",
        label=to_plain(thing.label),
        source="auto" if predicted else "manual",
        occluded="0",
        z_order="0",
    )
    for name, side in zip(("xtl", "ytl", "xbr", "ybr"), thing.box, strict=True):
        box.set(name, str(side))
    _add_attribute(box, "ignore", str(thing.ignore).lower())
    if predicted and origin:
        _add_attribute(box, "score", str(origin.score or 0.0))
        _add_attribute(box, "bundle", origin.bundle or "")
    _add_note(box, note_object(thing))


def _add_note(shape: Element, note: str) -> None:
    for part, start in enumerate(range(0, len(note), _PART)):
        _add_attribute(shape, _name_part(part), note[start : start + _PART])


def _add_attribute(shape: Element, name: str, value: str) -> None:
    node = SubElement(shape, "attribute", name=name)
    node.text = to_plain(value)


def _name_part(part: int) -> str:
    return f"{NOTE}-{part + 1}" if part else NOTE


def _count_parts(image: Element) -> int:
    names = (node.get("name", "") for node in image.iter("attribute"))
    return max(int(name.partition("-")[2] or 1) for name in names)
