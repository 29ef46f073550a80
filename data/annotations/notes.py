"""Notes: what label files have no place for, as one JSON text in each one's own place.

A note repeats what the tool can change (box, label, name of the picture). What the tool
states wins: if its box is not the noted one, what was measured of that box is dropped,
and if its label is not, so is what the object is more closely.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from data.annotations.labelling import Box, LabelledFile, Size
from data.annotations.xml_text import to_plain
from data.truth import LabelOrigin, ScanDefect, TruthObject

NOTE: Final = "cargosight"
"""Name of the place where a note lies."""

_ROUNDING_PX: Final = 0.01
_SLACK_PX: Final = 1.0
_OF_THE_BOX: Final = (
    "mask",
    "attenuation_around",
    "attenuation_in_front",
    "attenuation_behind",
    "contrast",
    "signal_to_noise",
    "occluded",
)
_OF_THE_LABEL: Final = ("kind", "form", "piece", "firearm")

Note = TypeVar("Note", bound=BaseModel)


class ScanNote(BaseModel):
    """What is known of a whole picture.

    Attributes:
        file: Name it was written with.
        size: Width and height it was written with, px.
        source: Who labelled it, as `Truth` has it.
        cargo: As `Truth` has it.
        defects: As `Truth` has it.
        origin: As `Truth` has it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: str
    size: Size | None = None
    source: str | None = None
    cargo: tuple[str, ...] = ()
    defects: tuple[ScanDefect, ...] = ()
    origin: LabelOrigin | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a label file says of one object.

    Attributes:
        box: As the tool has it, px.
        label: As the tool has it.
        line: Where it is stated.
        ignore: Whether the tool marks it so; None if the format has no such mark.
        note: Our note with it.
    """

    box: Box
    label: str
    line: int
    ignore: bool | None = None
    note: TruthObject | None = None


def note_scan(labelled: LabelledFile) -> str:
    """The note of a picture.

    Args:
        labelled: The picture with its truth.
    """
    truth = labelled.truth
    note = ScanNote(
        file=labelled.file,
        size=labelled.size,
        source=truth.source,
        cargo=truth.cargo,
        defects=truth.defects,
        origin=truth.origin,
    )
    return _write(note)


def note_object(thing: TruthObject) -> str:
    """The note of an object: all that is known of it.

    Args:
        thing: The object.

    Example:
        >>> note_object(TruthObject(box=(1, 2, 3, 4), kind="pistol"))
        '{"box":[1.0,2.0,3.0,4.0],"kind":"pistol"}'
    """
    return _write(thing)


def read_note(kind: type[Note], text: object) -> Note | None:
    """Read a note.

    Args:
        kind: `ScanNote` or `TruthObject`.
        text: Its text; None or empty if there is none.

    Raises:
        ValueError: If it is not such a note.
    """
    if text in (None, ""):
        return None
    try:
        return kind.model_validate_json(text if isinstance(text, str) else "")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "text"
        msg = f"our note is damaged: {where}: {first['msg']}"
        raise ValueError(msg) from error


def find_note(mark: Mark, notes: Sequence[TruthObject]) -> int | None:
    """Find the note of a mark that a tool left as it was.

    Args:
        mark: The mark.
        notes: Those it may be of.

    Returns:
        Index of the nearest that the mark fits in box and label; None if there is none.
    """
    fits = (
        (_measure_shift(mark.box, note.box), index)
        for index, note in enumerate(notes)
        if _is_same_label(mark.label, note.label) and _is_same_box(mark.box, note.box)
    )
    return min(fits, default=(0.0, None))[1]


def read_mark(
    mark: Mark,
    *,
    rename: Mapping[str, str],
    size: Size | None,
    author: LabelOrigin | None = None,
) -> TruthObject:
    """The object that a mark states, with what its note still holds for.

    Args:
        mark: The mark.
        rename: What we call their labels, where we call them otherwise.
        size: Of the picture, if known: a box that leaves it by up to a pixel, as
            rounding makes it, is cut to it.
        author: Who made the mark or let it stand, if known.

    Returns:
        The object. A prediction that its author let stand counts as confirmed, one that
        was changed as drawn.
    """
    box = _cut(mark.box, size)
    note = mark.note
    if note is None:
        label = rename.get(mark.label, mark.label)
        ignore = bool(mark.ignore)
        return TruthObject(box=box, label=label, ignore=ignore, origin=author)
    moved = not _is_same_box(mark.box, note.box)
    renamed = not _is_same_label(mark.label, note.label)
    label = mark.label if renamed else note.label
    changes: dict[str, object] = {"label": rename.get(label, label)}
    if moved:
        changes |= {"box": box, **dict.fromkeys(_OF_THE_BOX)}
    if renamed:
        changes |= dict.fromkeys(_OF_THE_LABEL)
    if mark.ignore is not None:
        changes["ignore"] = mark.ignore
    changes["origin"] = _find_origin(note.origin, author, changed=moved or renamed)
    return note.model_copy(update=changes)


def _find_origin(
    noted: LabelOrigin | None, author: LabelOrigin | None, *, changed: bool
) -> LabelOrigin | None:
    if noted is None or noted.how != "prediction":
        return noted
    if changed:
        return author or LabelOrigin(how="drawn")
    if author:
        said = {"how": "confirmed", "by": author.by, "when": author.when}
        return noted.model_copy(update=said)
    return noted


def _write(note: BaseModel) -> str:
    content = note.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(content, separators=(",", ":"))


def _is_same_box(box: Box, noted: Box) -> bool:
    return all(map(_is_same, box, noted))


def _measure_shift(box: Box, noted: Box) -> float:
    return max(abs(a - b) for a, b in zip(box, noted, strict=True))


def _is_same(side: float, noted: float) -> bool:
    # Some tools write whole pixels only, rounded or cut off.
    reach = 1.0 if float(side).is_integer() else _ROUNDING_PX
    return side == noted or abs(side - noted) < reach


def _is_same_label(label: str, noted: str) -> bool:
    return label == noted or label.strip() == to_plain(noted).strip()


def _cut(box: Box, size: Size | None) -> Box:
    if size is None:
        return box
    x0, y0, x1, y1 = box
    width, height = size
    return (
        _pull(x0, width),
        _pull(y0, height),
        _pull(x1, width),
        _pull(y1, height),
    )


def _pull(value: float, side: int) -> float:
    inside = min(max(value, 0.0), float(side))
    return inside if abs(inside - value) <= _SLACK_PX else value
