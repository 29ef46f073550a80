"""The picture that an operator is shown: a scan, its alarms, and what made them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.scan import Picture
from detector.boxes import Boxes, box_areas, intersect_boxes
from detector.detections import Detections

Mask = npt.NDArray[np.bool_]
Colour = tuple[int, int, int]

ALARM: Final[Colour] = (255, 79, 168)
"""A pink that neither grey nor the vendors' orange, green and blue come near to; told
from all of them by brightness too, with its dark rim, without red-green vision."""

RIM: Final[Colour] = (20, 20, 20)
INK: Final[Colour] = (240, 240, 240)
PALE: Final[Colour] = (185, 185, 185)
HATCH: Final[Colour] = (86, 180, 233)
AMBER: Final[Colour] = (240, 190, 60)

SYNTHETIC: Final = "SYNTHETIC: simulated, or something was projected into it"

FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
SMALLEST_TEXT: Final = 11
LARGEST_TEXT: Final = 40


@dataclass(frozen=True, slots=True)
class Caption:
    """What the strip under a picture says.

    Attributes:
        bundle: Name and version of the bundle.
        status: How far the bundle has come, such as "draft".
        signed: Whether its signature was verified.
        operating_point: The point in a few words, see `OperatingPoint.summary`.
        synthetic: Whether the scan is simulated or something was projected into it.
        notes: Further lines, such as how much could not be inspected.
        warnings: Lines that come before all others.
    """

    bundle: str
    status: str
    operating_point: str
    signed: bool = False
    synthetic: bool = False
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def lines(self, alarms: int) -> list[str]:
        """The lines, the number of alarms first but for warnings.

        Example:
            >>> Caption("demo 1", "draft", "normal >= 0.40").lines(0)
            ['no alarm at normal >= 0.40', 'bundle demo 1, draft, unsigned']
        """
        count = {0: "no alarm", 1: "1 alarm"}.get(alarms, f"{alarms} alarms")
        signature = "signed" if self.signed else "unsigned"
        # That a bundle is signed is for its signature to say, not for its manifest.
        stages = [each for each in (self.status, signature) if each != "signed"]
        stages += ["signed"] if self.signed else []
        return [
            *self.warnings,
            f"{count} at {self.operating_point}",
            f"bundle {self.bundle}, {', '.join(stages)}",
            *self.notes,
        ]


def draw_overlay(
    picture: Picture,
    alarms: Detections,
    caption: Caption,
    *,
    labels: Sequence[str],
    opaque: Mask | None = None,
) -> Picture:
    """Draw alarms into a picture of a scan, and a strip with the caption under it.

    Frames and scores lie outside of the boxes, and the strip is added below, so that
    boxes keep their coordinates.

    Args:
        picture: (H, W) or (H, W, 3) uint8, RGB.
        alarms: What to draw, in px of the picture, best first.
        caption: What to say below.
        labels: What the classes mean; named beside the score if there are several.
        opaque: (h, w) bool at any scale, where nothing could be seen: it is hatched.

    Returns:
        (H + F, W, 3) uint8, RGB, with a strip of F rows.
    """
    canvas = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture
    canvas = np.ascontiguousarray(canvas).copy()
    text_px = _text_size(canvas.shape[1])
    lines = caption.lines(len(alarms))
    if opaque is not None and opaque.any():
        _hatch(canvas, opaque, text_px)
        lines.append("hatched: too dark to inspect")
    _draw_alarms(canvas, alarms, name_alarms(alarms, labels), text_px)
    strip = _draw_strip(canvas.shape[1], lines, caption, alarmed=len(alarms) > 0)
    return np.concatenate([canvas, *strip])


def _text_size(width: int) -> int:
    """Height of text that can be read when the picture fills a screen, px."""
    return int(np.clip(width // 95, SMALLEST_TEXT, LARGEST_TEXT))


def _hatch(canvas: Picture, opaque: Mask, text_px: int) -> None:
    height, width = canvas.shape[:2]
    mask = cv2.resize(
        opaque.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST
    )
    period = max(8, text_px)
    stripe = np.arange(width + height) % period < max(1, period // 6)
    diagonal = np.lib.stride_tricks.sliding_window_view(stripe, width)[:height]
    where = diagonal & (mask > 0)
    canvas[where] = (canvas[where] // 2) + np.array(HATCH, np.uint8) // 2


def name_alarms(alarms: Detections, labels: Sequence[str]) -> list[str]:
    """Score of each alarm, with its label if there are several to tell apart."""
    scores = [f"{score:.2f}" for score in alarms.scores.tolist()]
    if len(labels) == 1:
        return scores
    return [
        f"{labels[label]} {score}"
        for label, score in zip(alarms.labels.tolist(), scores, strict=True)
    ]


def _draw_alarms(
    canvas: Picture, alarms: Detections, names: list[str], text_px: int
) -> None:
    height, width = canvas.shape[:2]
    line = max(2, text_px // 10)
    outer = alarms.boxes + np.array([-1, -1, 1, 1], np.float32) * (line + 1)
    for box in outer:
        _draw_frame(canvas, box, line)
    taken = outer
    for box, name in zip(outer, names, strict=True):
        plate = place_plate(box, measure_text(name, text_px), taken, (width, height))
        _draw_plate(canvas, plate, name, text_px)
        taken = np.concatenate([taken, plate[None]])


def _draw_frame(canvas: Picture, box: Boxes, line: int) -> None:
    """A frame around a box, with a thin dark rim on either side."""
    x0, y0, x1, y1 = (int(value) for value in np.rint(box))
    for colour, thickness in ((RIM, line + 2), (ALARM, line)):
        cv2.rectangle(canvas, (x0, y0), (x1 - 1, y1 - 1), colour, thickness)


def place_plate(
    box: Boxes, size: tuple[int, int], taken: Boxes, canvas_size: tuple[int, int]
) -> Boxes:
    """Find where a score goes: outside its box, inside the picture, in nobody's way.

    Args:
        box: (4,), what the score belongs to.
        size: Width and height of the plate that the score is written on, px.
        taken: (N, 4), what it had better not cover.
        canvas_size: Width and height of the picture, px.

    Returns:
        (4,), the place, of those beside the box, that covers least of `taken`.
    """
    (x0, y0, x1, y1), (width, height) = box, size
    corners = np.array(
        [
            (x0, y0 - height),
            (x0, y1),
            (x1 - width, y0 - height),
            (x1 - width, y1),
            (x1, y0),
            (x0 - width, y0),
            (x1, y1 - height),
            (x0 - width, y1 - height),
        ],
        np.float32,
    )
    room = np.maximum(np.subtract(canvas_size, size), 0)
    corners = np.rint(np.clip(corners, 0, room)).astype(np.float32)
    plates = np.concatenate([corners, corners + np.array(size, np.float32)], axis=1)
    covered = box_areas(intersect_boxes(plates[:, None], taken[None])).sum(axis=1)
    return np.asarray(plates[np.argmin(covered)])


def _draw_plate(canvas: Picture, plate: Boxes, text: str, text_px: int) -> None:
    x0, y0, x1, y1 = (int(value) for value in plate)
    canvas[y0:y1, x0:x1] = RIM
    _write(canvas, text, (x0 + text_px // 3, y1 - text_px // 3), text_px, INK)


def _draw_strip(
    width: int, lines: list[str], caption: Caption, *, alarmed: bool
) -> list[Picture]:
    """The rows under the picture: the caption, then a band for synthetic scans."""
    text_px = _text_size(width)
    warned = len(caption.warnings)
    colours = [AMBER] * warned + [ALARM if alarmed else INK]
    colours += [PALE] * (len(lines) - len(colours))
    rows = [
        _draw_row(width, part, text_px, colour, RIM)
        for text, colour in zip(lines, colours, strict=True)
        for part in wrap_text(text, width - text_px, text_px)
    ]
    if caption.synthetic:
        rows += [
            _draw_row(width, part, text_px, RIM, AMBER)
            for part in wrap_text(SYNTHETIC, width, text_px)
        ]
    return rows


def _draw_row(
    width: int, text: str, text_px: int, colour: Colour, ground: Colour
) -> Picture:
    row = np.full((text_px * 5 // 3, width, 3), ground, np.uint8)
    _write(row, text, (text_px // 2, text_px * 4 // 3), text_px, colour)
    return row


def wrap_text(text: str, width: int, text_px: int) -> list[str]:
    """Break text at blanks into lines that fit, one word a line at the least."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure_text(longer, text_px)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def measure_text(text: str, text_px: int) -> tuple[int, int]:
    """Width and height of text with a margin, px."""
    (width, _), _ = cv2.getTextSize(text, FONT, _font_scale(text_px), _weight(text_px))
    return width + text_px * 2 // 3, text_px * 5 // 3


def _write(
    canvas: Picture, text: str, at: tuple[int, int], text_px: int, colour: Colour
) -> None:
    scale, weight = _font_scale(text_px), _weight(text_px)
    cv2.putText(canvas, text, at, FONT, scale, colour, weight, cv2.LINE_AA)


def _font_scale(text_px: int) -> float:
    return text_px / 24


def _weight(text_px: int) -> int:
    return max(1, text_px // 16)
