"""Pixel pitch from what a container's size is known to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.onboarding.castings import Ends, find_castings
from data.onboarding.inspecting import LENGTHS_MM, Finding

HEIGHTS_MM: Final = (2591.0, 2896.0)
"""Outside heights of a standard container and of a high-cube one."""

_SQUARE_LOSS: Final = 0.12
_CLEAR: Final = 0.05
_FIT: Final = 0.42
_LEAST_RATIO: Final = 0.6
_MOST_RATIO: Final = 1.65
_SQUARE_WEIGHT: Final = 0.3
_OWN_FIT: Final = 0.02


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pitch that fits one height of the container.

    Attributes:
        height_mm: Which height.
        pitch_mm: Across and down, mm.
        square: Whether pixels were supposed to be square.
        fit: How well castings fit, 0 to 1, mean of all files.
    """

    height_mm: float
    pitch_mm: tuple[float, float]
    square: bool
    fit: float


@dataclass(frozen=True, slots=True)
class Pitch:
    """What was found of the pitch.

    Attributes:
        best: The proposal that fits best.
        other: One of the other height, pixels not supposed to be square; None if the
            height was stated.
        length_mm: Length that the container is supposed to have, in each file.
        spread: Range of the pitch across over all files, share; 0 of one file.
        height_sure: 0 to 1: how clearly the height is told from the other.
        square_sure: 0 to 1: how clearly pixels are square, or are not.
        castings: Of each file, by the best proposal.
    """

    best: Proposal
    other: Proposal | None
    length_mm: tuple[float, ...]
    spread: float
    height_sure: float
    square_sure: float
    castings: tuple[Ends, ...]


def find_pitch(findings: Sequence[Finding], height_mm: float | None) -> Pitch | None:
    """Find the pitch on which the containers of all files agree.

    Across, it follows from their length; down, from the castings' rows. All containers
    are supposed to have one height.

    Args:
        findings: Of files of one scanner.
        height_mm: Outside height of all containers; None tries both.

    Returns:
        None if no file shows a whole container, or its castings do not fit.
    """
    whole = [f for f in findings if f.outline is not None and not f.outline.cut_off]
    if not whole:
        return None
    heights = HEIGHTS_MM if height_mm is None else (height_mm,)
    lengths, across = _agree_across(whole, heights)
    proposals = {
        (height, square): _fit(whole, lengths, across, (height, square))
        for height in heights
        for square in (True, False)
    }
    loss = _lose_by_squares(proposals)
    square = loss < _SQUARE_LOSS
    ranked = sorted(heights, key=lambda h: _mean_fit(proposals[h, square]))
    best, other = ranked[-1], ranked[0]
    chosen = _propose(proposals[best, square], across, square=square)
    ratio = chosen.pitch_mm[0] / chosen.pitch_mm[1]
    if chosen.fit < _FIT or not _LEAST_RATIO < ratio < _MOST_RATIO:
        return None
    second, sure = None, 1.0
    if other != best:
        second = _propose(proposals[other, False], across, square=False)
        lead = chosen.fit - _mean_fit(proposals[other, square])
        sure = lead / (2 * _CLEAR)
    each = [LENGTHS_MM[n] / _length(f) for f, n in zip(whole, lengths, strict=True)]
    return Pitch(
        chosen,
        second,
        tuple(LENGTHS_MM[n] for n in lengths),
        float(np.ptp(each) / across),
        float(np.clip(sure, 0, 1)),
        float(np.clip(abs(loss - _SQUARE_LOSS) / _SQUARE_LOSS, 0, 1)),
        tuple(proposals[best, square]),
    )


def _length(finding: Finding) -> float:
    assert finding.outline is not None  # noqa: S101 - only such are asked
    return finding.outline.length


def _agree_across(
    whole: Sequence[Finding], heights: Sequence[float]
) -> tuple[list[int], float]:
    """Which length each container has, and the pitch across, mm."""
    lengths = []
    for finding in whole:
        scores = [_judge_length(finding, n, heights) for n in range(len(LENGTHS_MM))]
        lengths.append(int(np.argmax(scores)))
    pitches = [LENGTHS_MM[n] / _length(f) for f, n in zip(whole, lengths, strict=True)]
    return lengths, float(np.median(pitches))


def _judge_length(finding: Finding, number: int, heights: Sequence[float]) -> float:
    """How well castings of square pixels fit, and how likely so tall a picture is."""
    pitch = LENGTHS_MM[number] / _length(finding)
    fits = [_fit([finding], [number], pitch, (h, True))[0].fit for h in heights]
    down = float(np.mean(heights)) / _tall(finding)
    return max(fits) - _SQUARE_WEIGHT * abs(float(np.log(pitch / down)))


def _tall(finding: Finding) -> float:
    """Height of the container, px, about: from its roof to the picture's lower part."""
    assert finding.outline is not None  # noqa: S101 - only such are asked
    room = len(finding.strips[0][0]) - float(np.mean(finding.outline.roof))
    return 0.75 * room


def _fit(
    whole: Sequence[Finding],
    lengths: Sequence[int],
    across: float,
    supposed: tuple[float, bool],
) -> list[Ends]:
    height, square = supposed
    found = []
    for finding, number in zip(whole, lengths, strict=True):
        assert finding.outline is not None  # noqa: S101 - only such are asked
        strips, roofs = finding.strips[number], finding.outline.roof
        pitch = across if square else None
        found.append(find_castings(strips, roofs, height, pitch))
    return found


def _mean_fit(ends: Sequence[Ends]) -> float:
    return float(np.mean([each.fit for each in ends]))


def _lose_by_squares(proposals: dict[tuple[float, bool], list[Ends]]) -> float:
    """How much worse square pixels fit than others, mean of all files."""
    losses = []
    for number in range(len(next(iter(proposals.values())))):
        fits = {key: ends[number].fit for key, ends in proposals.items()}
        square = max(fit for (_, is_square), fit in fits.items() if is_square)
        free = max(fit for (_, is_square), fit in fits.items() if not is_square)
        losses.append(free - square)
    return float(np.mean(losses))


def _propose(ends: Sequence[Ends], across: float, *, square: bool) -> Proposal:
    weights = np.array([max(each.fit, _OWN_FIT) ** 2 for each in ends])
    downs = np.array([each.pitch_mm for each in ends])
    down = across if square else float((weights * downs).sum() / weights.sum())
    return Proposal(ends[0].height_mm, (across, down), square, _mean_fit(ends))
