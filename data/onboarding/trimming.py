"""Find where the readings of a raw file begin and end."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Lines = npt.NDArray[np.float32]

_MOST_BYTES: Final = 16_384
_SAMPLE_LINES: Final = 1200
_ROUND: Final = 16
_FAR: Final = 6.0
_LEAST: Final = 0.01
_NEAR_READINGS: Final = 64
_NEAR_SHARE: Final = 0.05
_SIDE: Final = 8
_NEAR_TAIL: Final = 256
_NEAR_LINES: Final = 12


@dataclass(frozen=True, slots=True)
class Trim:
    """Where the readings of a file begin and end.

    Attributes:
        header_bytes: Before the first reading.
        footer_bytes: After the last one.
        lines: Whole lines between.
        sure: Share of the evidence that agrees, 0 to 1.
        why: The evidence, in words.
    """

    header_bytes: int
    footer_bytes: int
    lines: int
    sure: float
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """What speaks for where lines begin.

    Attributes:
        head: Readings at the start that are no picture, about.
        tail: Bytes at the end that are no picture, about.
        seam: (line,) how much each place looks like the start of a line, 0 to 1.
        line_bytes: Length of a line.
    """

    head: int
    tail: int
    seam: Reals
    line_bytes: int


def find_trim(
    content: bytes, data: npt.NDArray[Any], line: int, turns: int = 1, panels: int = 1
) -> Trim:
    """Find header and footer.

    A header is told by readings that are unlike those a line later; the start of a line
    by a jump, or by the gain of detectors that changes there; and the two are held
    against the length of the file.

    Args:
        content: All of the file.
        data: (N,) its readings from the first byte on.
        line: Readings from the start of a line to the start of the next.
        turns: Planes whose readings take turns.
        panels: Planes whose lines take turns within `line`.
    """
    seams = np.tile(_find_seams(data, line // panels, turns), panels)
    evidence = _gather(content, data, seams)
    size = data.itemsize
    candidates = _list_headers(len(content), evidence, size)
    scored = [(_judge(h, len(content), evidence, size), h) for h in candidates]
    (score, why), header = max(scored, key=lambda each: (each[0][0], -each[1]))
    rest = len(content) - header
    lines, footer = divmod(rest, evidence.line_bytes)
    others = [s for (s, _), h in scored if h != header]
    margin = score - max(others, default=0.0)
    return Trim(header, footer, lines, float(np.clip(margin / 4, 0, 1)), why)


def _gather(content: bytes, data: npt.NDArray[Any], seams: Reals) -> _Evidence:
    line, size = len(seams), data.itemsize
    head = _find_strangers(data, line)
    tail = _find_strangers(data[::-1], line) * size + len(content) % size
    return _Evidence(head, tail, seams, line * size)


def _find_strangers(data: npt.NDArray[Any], line: int) -> int:
    """How many readings at the start are unlike those a line later, up to the last."""
    reach = _MOST_BYTES // data.itemsize
    reach = min(reach, len(data) - (_NEAR_LINES + 1) * line)
    if reach <= 0:
        return 0
    values = data[: reach + _NEAR_LINES * line].astype(np.float64)
    # The middle of some later lines stands for what a reading should be.
    later = [values[k * line : k * line + reach] for k in range(2, _NEAR_LINES)]
    usual = np.median(later, axis=0)
    far = np.abs(values[:reach] - usual)
    spread = np.median(np.abs(np.array(later) - usual), axis=0)
    whole = float(np.ptp(np.percentile(data[::97], (1, 99))))
    strange = far > _FAR * np.maximum(spread, _LEAST * whole)
    return _end_of_run(strange)


def _end_of_run(strange: npt.NDArray[np.bool_]) -> int:
    """Where the share of strangers is best cut: many before, few after."""
    if not strange.any():
        return 0
    gain = np.cumsum(np.where(strange, 1.0, -0.7))
    best = int(gain.argmax())
    return best + 1 if gain[best] > 0.5 else 0


def _find_seams(data: npt.NDArray[Any], line: int, turns: int) -> Reals:
    """(line,) how much each place looks like the start of a line.

    Where a line begins, readings go on from those of the line before, one line later;
    elsewhere from their neighbours.
    """
    lines = len(data) // line
    first = max((lines - _SAMPLE_LINES) // 2, 0)
    count = min(lines - first, _SAMPLE_LINES)
    block = data[first * line : (first + count) * line].reshape(count, line)
    block = block.astype(np.float32)
    before = np.roll(block, turns, axis=1)
    before[1:, :turns] = block[:-1, -turns:]
    beside = _typical(block[1:-1] - before[1:-1])
    jump = (beside / max(float(beside.max()), 1e-3)) ** 2
    onward = _compare_sides(block, turns)
    clear = np.clip(onward - 1.0, 0, None) / max(float(onward.max()) - 1.0, 0.5)
    jumps = [np.roll(jump * (onward > 0.8), -turn) for turn in range(turns)]
    return np.asarray(np.maximum(clear**2, np.min(jumps, axis=0)), np.float64)


def _compare_sides(block: Lines, turns: int) -> Lines:
    """(line,) how much better a place goes on from the line before than from its side.

    Means of some readings to the left and to the right of the place are compared: their
    pattern from line to line is that of the detectors' gain.
    """
    reach = _SIDE * turns
    flat = np.cumsum(block, dtype=np.float64)
    total = np.concatenate([[0.0], flat])
    width = block.shape[1]
    places = np.arange(width, block.size - width)
    right = (total[places + reach] - total[places]) / reach
    left = (total[places] - total[places - reach]) / reach
    right, left = right.reshape(-1, width), left.reshape(-1, width)
    beside = np.median(np.abs(right[1:] - left[1:]), axis=0)
    shifted = np.median(np.abs(right[:-1] - left[1:]), axis=0)
    return np.asarray(beside / np.maximum(shifted, 1e-3), np.float32)


def _typical(steps: Lines) -> Lines:
    return np.asarray(np.abs(steps).mean(axis=0), np.float32)


def _list_headers(length: int, evidence: _Evidence, size: int) -> list[int]:
    """Header lengths that something speaks for."""
    line = evidence.line_bytes
    seams = np.argsort(evidence.seam)[::-1][:6] * size
    phases = {length % line // size * size, *map(int, seams)}
    phases |= {0, evidence.head * size % line, (length - evidence.tail) % line}
    phases = {phase // size * size for phase in phases}
    most = min(_MOST_BYTES, length // 2)
    return [h for phase in phases for h in range(phase, most + 1, line)]


def _judge(
    header: int, length: int, evidence: _Evidence, size: int
) -> tuple[float, str]:
    """How much speaks for a header, and what."""
    line = evidence.line_bytes
    footer = (length - header) % line
    place = header // size % (line // size)
    seam = float(evidence.seam[place])
    head = evidence.head * size
    said, score = [], 3.0 * seam + 0.5 * (header % _ROUND == 0) + 0.3 * (header == 0)
    score += _agree(header // size, evidence.head)
    if abs(header - head) <= 2 * size:
        said.append("readings begin to resemble the next line there")
    if footer == 0:
        score += 2.5
        said.append("whole lines fill the rest of the file")
    elif abs(footer - evidence.tail) <= 2 * size:
        score += 2.2 - 0.1 * abs(footer - evidence.tail) / size
        said.append("what follows the last whole line is no picture")
    else:
        score += 0.5 if abs(footer - evidence.tail) <= _NEAR_TAIL else -1.0
    if seam > 0.5:
        said.append("lines break there")
    return score, ", ".join(said) or "nothing speaks against it"


def _agree(place: int, head: int) -> float:
    """How well a place agrees with where strangers end."""
    apart = abs(place - head)
    if apart <= 2:
        return 2.2 - 0.1 * apart
    return 1.0 if apart <= _NEAR_READINGS + _NEAR_SHARE * head else -1.5
