"""Sheets: what a label file says of one picture, in any format, and its truth."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from data.annotations.labelling import LabelledFile, LabelProblem, LabelWish, Size
from data.annotations.naming import choose_name
from data.annotations.notes import Mark, ScanNote, read_mark
from data.truth import LabelOrigin, Truth, TruthObject

Item = TypeVar("Item")

Found = LabelledFile | LabelProblem


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a label file says of one picture.

    Attributes:
        file: Name of the picture as the label file has it.
        paper: Name of the label file.
        line: Where the picture is named in it.
        size: Width and height of the picture, if stated, px.
        note: Our note of the picture.
        author: Who labelled it, if stated.
    """

    file: str
    paper: str
    line: int
    size: Size | None = None
    note: ScanNote | None = None
    author: LabelOrigin | None = None

    def use_note(self) -> "Sheet":
        """The same, with the name and the size that our note holds, if they hold."""
        if self.note is None:
            return self
        file = choose_name(self.file, self.note.file)
        return replace(self, file=file, size=self.size or self.note.size)


def read_sheet(
    sheet: Sheet, marks: Iterable[Mark | LabelProblem], wish: LabelWish
) -> Iterator[Found]:
    """The truth that a sheet states.

    Args:
        sheet: What is said of the picture.
        marks: What is said of its objects, and what is wrong with those left out.
        wish: How labels shall be read.

    Yields:
        The problems among the marks, then the picture.
    """
    sheet = sheet.use_note()
    size = sheet.size or wish.sizes(sheet.file)
    objects: list[TruthObject] = []
    lines: list[int] = []
    for mark in marks:
        if isinstance(mark, LabelProblem):
            yield mark
            continue
        objects.append(
            read_mark(mark, rename=wish.rename, size=size, author=sheet.author)
        )
        lines.append(mark.line)
    yield LabelledFile(
        file=sheet.file,
        truth=_make_truth(sheet, tuple(objects)),
        size=sheet.size,
        place=f"{sheet.paper}:{sheet.line}",
        lines=tuple(lines),
    )


def try_each(
    items: Iterable[tuple[int, Item]],
    read: Callable[[int, Item], Mark | None],
    paper: str,
) -> Iterator[Mark | LabelProblem]:
    """Read marks, going on after each that is wrong.

    Args:
        items: Line and content of each.
        read: Turns them into a mark; None for what is not an object. Raises ValueError.
        paper: Name of the label file.

    Yields:
        A mark or a problem for each.
    """
    for line, item in items:
        try:
            mark = read(line, item)
        except ValueError as error:
            yield LabelProblem(f"{paper}:{line}", str(error))
            continue
        if mark is not None:
            yield mark


def _make_truth(sheet: Sheet, objects: tuple[TruthObject, ...]) -> Truth:
    note = sheet.note
    if note is None:
        return Truth(objects=objects, source=sheet.paper, origin=sheet.author)
    origin = note.origin
    if origin is None or (origin.how == "prediction" and sheet.author):
        origin = sheet.author
    return Truth(
        objects=objects,
        source=note.source,
        cargo=note.cargo,
        defects=note.defects,
        origin=origin,
    )
