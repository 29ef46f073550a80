"""What is drawn over a detail: firearms, alarms, and how long 100 mm are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from benchmark.evaluation.ledger import Box, Ledger
from benchmark.report.gallery.detail import Detail
from data.truth import FIREARM

Kind = Literal["firearm", "ignored", "alarm", "faint"]

_MARGIN_PX: Final = 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle over a detail.

    Attributes:
        kind: "firearm" of the truth, "ignored" of what nobody could see, "alarm", or
            "faint" for a detection below the operating point.
        x: Left edge, px of the picture.
        y: Upper edge.
        width: px.
        height: px.
        text: What is written beside it, such as a score; empty for nothing.
        strong: Whether the picture is about it.
    """

    kind: Kind
    x: float
    y: float
    width: float
    height: float
    text: str
    strong: bool


def place_marks(
    detail: Detail,
    ledger: Ledger,
    scan: int,
    subject: Sequence[Box],
    faint: tuple[Box, float] | None = None,
) -> tuple[Mark, ...]:
    """Everything known that lies in a detail.

    Args:
        detail: Where to.
        ledger: Of the bundle whose alarms are drawn.
        scan: Number of the scan.
        subject: Boxes of what the picture is about, px of the scan.
        faint: Box and score of a detection that is no alarm but is of interest.
    """
    boxes = [*_list_boxes(ledger, scan)]
    if faint is not None:
        boxes.append(("faint", faint[0], f"{faint[1]:.2f}"))
    marks = (
        _place(detail, kind, box, text, box in subject) for kind, box, text in boxes
    )
    return tuple(mark for mark in marks if _is_seen(mark, detail))


def _list_boxes(ledger: Ledger, scan: int) -> Iterator[tuple[Kind, Box, str]]:
    row = ledger.scans[scan]
    for thing in row.truth.objects:
        if thing.label == FIREARM:
            yield "ignored" if thing.ignore else "firearm", thing.box, ""
    for box, score in zip(
        row.judged.boxes.tolist(), row.judged.scores.tolist(), strict=True
    ):
        if score >= row.threshold:
            x0, y0, x1, y1 = box
            yield "alarm", (x0, y0, x1, y1), f"{score:.2f}"


def _place(detail: Detail, kind: Kind, box: Box, text: str, strong: bool) -> Mark:
    x0, y0, x1, y1 = detail.to_picture(box)
    # Around the box, not upon its outermost pixels.
    x, y = round(x0 - _MARGIN_PX, 1), round(y0 - _MARGIN_PX, 1)
    width, height = x1 - x0 + 2 * _MARGIN_PX, y1 - y0 + 2 * _MARGIN_PX
    return Mark(kind, x, y, round(width, 1), round(height, 1), text, strong)


def _is_seen(mark: Mark, detail: Detail) -> bool:
    height, width = detail.picture.shape[:2]
    across = mark.x < width and mark.x + mark.width > 0
    return across and mark.y < height and mark.y + mark.height > 0
