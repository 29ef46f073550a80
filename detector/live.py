"""A scan while the container passes: columns in, alarms out, nothing taken back."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from data.errors import LiveError
from data.scan import Counts, Scan, take_columns
from detector.boxes import Boxes
from detector.gaps import LONGEST_GAP, SHORT_GAP
from detector.look import Care, Look
from detector.pipeline import Detector, Findings

FILLED: Final = 1024
"""Columns that are filled in at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveAlarm:
    """What the operator is shown while the scan comes in.

    Attributes:
        number: Of the object; an alarm that grew has the number that it had.
        box: (4,) float32, px of the scan.
        score: The best so far.
        label: Index into the labels of the bundle.
        raised: Whether it is new; else it has grown.
        coarse: Whether only the coarse pass has seen it.
    """

    number: int
    box: Boxes
    score: float
    label: int
    raised: bool
    coarse: bool


@dataclass(slots=True)
class LiveScan:
    """One scan whose columns come in, from left to right.

    Columns have places: 0, 1, 2 and so on, from the scanner's encoder of position. What
    is there already is not taken twice, so a container that rolls back, and lines that
    are sent again, do no harm: the first reading of a place counts. Places that are
    left out are filled: a few with their neighbour, more with nothing at all, which is
    opaque, and reported. Air and dark readings may change from piece to piece.

    An alarm that was shown stays: its box may grow, and its score may rise. As long as
    `care` is full and `stop` is not called, the alarms of the whole are those of
    `Detector.detect` on the finished scan.

    Args:
        detector: What looks.

    Raises:
        LiveError: From `push`, if the pixel pitch is not known and the bundle needs it,
            or it or the energies change, a piece begins before 0, or too much is
            missing.
        EncodingError: From `push`, if a piece does not continue the scan.
    """

    detector: Detector
    _look: Look | None = field(default=None, init=False)
    _last: Scan | None = field(default=None, init=False)
    _width: int = field(default=0, init=False)
    _missing: list[tuple[int, int]] = field(default_factory=list, init=False)
    _finished: bool = field(default=False, init=False)
    _shown: set[int] = field(default_factory=set, init=False)
    _coarse: set[int] = field(default_factory=set, init=False)

    @property
    def width(self) -> int:
        """Columns so far, those that were filled in included."""
        return self._width

    @property
    def missing(self) -> tuple[tuple[int, int], ...]:
        """Places that were never scanned, as half-open ranges."""
        return tuple(self._missing)

    @property
    def opaque_fraction(self) -> float | None:
        """Share of the container's area that is opaque, so far."""
        return None if self._look is None else self._look.overview.opaque_fraction

    def push(
        self, piece: Scan, at: int | None = None, *, care: Care = Care.FULL
    ) -> tuple[LiveAlarm, ...]:
        """Take in columns and look at what they complete.

        Args:
            piece: The columns as a scan of their own; its arrays are kept for a while
                and must not change.
            at: Place of the first of them; None where they follow the last ones.
            care: How closely strips that they complete are looked at.

        Returns:
            Alarms that are new or have grown.
        """
        self._refuse_finished()
        start = self._width if at is None else at
        self._check(piece, start)
        for part in self._continue(piece, start):
            self._take(part, care)
        return self._show(care)

    def stop(self) -> tuple[LiveAlarm, ...]:
        """Look at what is there, as the scanner stands still.

        Returns:
            Alarms that are new or have grown.
        """
        if self._look is not None:
            self._look.end_strip()
        return self._show(Care.FULL)

    def finish(
        self, *, care: Care = Care.FULL
    ) -> tuple[tuple[LiveAlarm, ...], Findings]:
        """Look at what is left: no more columns come.

        Args:
            care: How closely.

        Returns:
            Alarms that are new or have grown, and what was found in the whole.

        Raises:
            LiveError: If there were no columns.
        """
        if self._look is None or self._last is None:
            msg = "A scan without a column cannot be finished. Send its columns first."
            raise LiveError(msg)
        self._refuse_finished()
        self._finished = True
        self._look.finish(care=care)
        return self._show(care), self.detector.sum_up(self._look, self._last)

    def _refuse_finished(self) -> None:
        if self._finished:
            msg = "This scan is finished. Begin another."
            raise LiveError(msg)

    def _check(self, piece: Scan, start: int) -> None:
        if start < 0:
            msg = f"A column cannot be at {start}. Count places from 0."
            raise LiveError(msg)
        if self._last is None:
            return
        before, now = (f"{one.kind}, {one.size[1]} rows" for one in (self._last, piece))
        if before != now:
            msg = f"A piece ({now}) does not continue a scan ({before}). Begin another."
            raise LiveError(msg)
        for name in ("pitch_mm", "energies_mv"):
            before, now = (getattr(one.info, name) for one in (self._last, piece))
            if now != before:
                msg = (
                    f"A piece with {name} {now} does not continue a scan with "
                    f"{before}. Begin another."
                )
                raise LiveError(msg)

    def _continue(self, piece: Scan, start: int) -> Iterator[Scan]:
        """What a piece adds: filling where some is missing, nothing seen before."""
        missing = start - self._width
        if missing > 0:
            self._check_gap(missing)
            self._missing.append((self._width, start))
            near = take_columns(piece, 0, 1) if self._last is None else self._last
            yield from _fill(near, missing)
        width = piece.size[0]
        if missing >= 0:
            yield piece
        elif -missing < width:
            yield take_columns(piece, -missing, width)

    def _check_gap(self, missing: int) -> None:
        if missing > LONGEST_GAP:
            msg = (
                f"{missing} columns are missing at once, more than {LONGEST_GAP}. "
                "Finish this scan and begin another."
            )
            raise LiveError(msg)

    def _take(self, part: Scan, care: Care) -> None:
        if self._look is None:
            self._look = self._begin(part)
        self._look.push(part, care=care)
        self._look.wait()
        width = part.size[0]
        self._last = take_columns(part, width - 1, width)
        self._width += width

    def _begin(self, part: Scan) -> Look:
        entry = self.detector.bundle.graph_for(part.kind)[0]
        if part.info.pitch_mm is None and entry.scale.longest_side_px is not None:
            msg = (
                "A live scan needs its pixel pitch, as its length is not known yet. "
                "State it with the lane's scanner."
            )
            raise LiveError(msg)
        return self.detector.begin(part)

    def _show(self, care: Care) -> tuple[LiveAlarm, ...]:
        """What of the changes is an alarm."""
        if self._look is None or self._last is None:
            return ()
        threshold = np.float32(self.detector.point(self._last).threshold)
        shown = []
        for number in self._look.take_changes():
            found = self._look.object(number)
            if care is Care.FULL:
                self._coarse.discard(number)
            elif number not in self._shown:
                self._coarse.add(number)
            if np.float32(found.score) < threshold:
                continue
            raised = number not in self._shown
            coarse = number in self._coarse
            self._shown.add(number)
            shown.append(
                LiveAlarm(number, found.box, found.score, found.label, raised, coarse)
            )
        return tuple(shown)


def _fill(near: Scan, count: int) -> Iterator[Scan]:
    """Columns in place of those that are missing, some at a time.

    Args:
        near: The column that they follow, or come before where there is none.
        count: How many.

    Yields:
        A few like their neighbour; else what nothing gets through, or a white picture.
    """
    empty = count > SHORT_GAP
    for start in range(0, count, FILLED):
        wide = min(count - start, FILLED)
        if near.display is not None:
            level = np.full_like(near.display, 255) if empty else near.display
            yield replace(near, display=np.tile(level, (1, wide, 1)))
        else:
            yield replace(
                near,
                high=_spread(near.high, wide, empty=empty),
                low=_spread(near.low, wide, empty=empty),
            )


def _spread(plane: Counts | None, count: int, *, empty: bool) -> Counts | None:
    if plane is None:
        return None
    return np.tile(np.zeros_like(plane) if empty else plane, (1, count))
