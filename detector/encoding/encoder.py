"""Encode a scan column by column: the same planes however the columns come in."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from data.errors import EncodingError
from data.physics.noise import Tally, noise_of, tally_noise
from data.scan import Scan
from detector.encoding.block import (
    COLUMNS,
    Block,
    Columns,
    encode_counts,
    encode_picture,
)
from detector.encoding.kernel import measure_columns
from detector.encoding.planes import Encoding
from detector.encoding.resampling import Shape, resample_rows

Plane = npt.NDArray[np.float32]
Made = TypeVar("Made")

PIECE: Final = 8 * COLUMNS
"""Columns of the planes that a long piece of a scan is taken in at a time, about."""


@dataclass(slots=True)
class ScanEncoder:
    """Turns the columns of one scan into blocks of planes, as they come.

    A block is made once the column after it is there. What is read off the scan, its
    noise, is read off all columns up to that one; so what a block shows depends on what
    came before it, and on nothing that comes later, nor on how the columns were handed
    over.

    Args:
        encoding: What the planes shall mean.
        shape: How the scan becomes planes.
        workers: Threads that share the work.

    Raises:
        EncodingError: From `push`, if a piece does not continue the scan.
    """

    encoding: Encoding
    shape: Shape
    workers: int = 1
    _kind: str | None = field(default=None, init=False)
    _energies: tuple[float, ...] = field(default=(), init=False)
    _pieces: deque["_Piece"] = field(default_factory=deque, init=False)
    _width: int = field(default=0, init=False)
    _next: int = field(default=0, init=False)
    _tally: Tally | None = field(default=None, init=False)

    @property
    def width(self) -> int:
        """Columns of the scan that came in so far."""
        return self._width

    def push(self, piece: Scan) -> Iterator[list[Block]]:
        """Take in the next columns, a few hundred at a time.

        Args:
            piece: The columns as a scan of their own: as high as the others and of the
                same kind.

        Yields:
            The blocks that they complete, from left to right.
        """
        self._check(piece)
        step = max(round(PIECE / self.shape.across), 1)
        for start in range(0, piece.size[0], step):
            self._take(piece, range(start, min(start + step, piece.size[0])))
            yield self._encode(list(self._complete()))

    def finish(self) -> list[Block]:
        """Encode what is left: no more columns come.

        Raises:
            EncodingError: If there were none.
        """
        if not self._width:
            msg = "A scan without a column cannot be encoded. Send it again."
            raise EncodingError(msg)
        end = self.shape.count_columns(self._width)
        left = [
            self._cut(start, min(start + COLUMNS, end), end)
            for start in range(self._next, end, COLUMNS)
        ]
        self._next = end
        return self._encode(left)

    def _check(self, piece: Scan) -> None:
        fits = (
            Encoding.of(piece) is self.encoding
            and piece.size[1] == self.shape.rows
            and self._kind in (None, piece.kind)
        )
        if not fits:
            msg = (
                f"A {piece.kind} piece with {piece.size[1]} rows does not continue a "
                f"{self._kind or self.encoding.value} scan with {self.shape.rows}. "
                "Start another scan."
            )
            raise EncodingError(msg)
        self._kind = piece.kind
        self._energies = piece.info.energies_mv

    def _take(self, piece: Scan, columns: range) -> None:
        """Put columns after the others, and let go of those that are done with."""
        end = self._width + len(columns)
        self._pieces.append(_Piece(piece, columns, range(self._width, end)))
        needed = self.shape.first_used(max(self._next - 1, 0))
        while self._pieces[0].places.stop <= needed:
            self._pieces.popleft()
        self._width = end

    def _complete(self) -> Iterator["_Part"]:
        """The blocks of which all columns, and the one after, are there."""
        while self.shape.needs(self._next + COLUMNS) <= self._width:
            end = self._next + COLUMNS
            yield self._cut(self._next, end, end + 1)
            self._next = end

    def _cut(self, start: int, stop: int, end: int) -> "_Part":
        """What a block is made of, with a neighbour on each side where there is one."""
        columns = range(max(start - 1, 0), min(stop + 1, end))
        first = self.shape.first_used(columns[0])
        last = min(self.shape.needs(columns[-1]), self._width)
        pieces = [one for one in self._pieces if one.meets(first, last)]
        return _Part(range(start, stop), columns, pieces, range(first, last))

    def _encode(self, parts: Sequence["_Part"]) -> list[Block]:
        columns = self._share(partial(_resample, self.shape), parts)
        if self.encoding is Encoding.DISPLAY:
            return self._share(encode_picture, columns)
        noise = [self._add(_tally(one)) for one in columns]
        return self._share(self._show, columns, noise)

    def _share(self, do: Callable[..., Made], *given: Sequence[Any]) -> list[Made]:
        """Do something with each of the things given, in all threads."""
        if self.workers == 1 or len(given[0]) < 2:
            return list(map(do, *given))
        return list(_start_threads(self.workers).map(do, *given))

    def _add(self, tally: Tally) -> list[float]:
        """The noise of each plane, as all columns so far show it."""
        self._tally = tally if self._tally is None else self._tally + tally
        return [noise_of(plane) for plane in self._tally]

    def _show(self, columns: Columns, noise: Sequence[float]) -> Block:
        return encode_counts(columns, self._energies, noise)


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Columns that came in together.

    Attributes:
        scan: What they are part of.
        columns: Which of its columns.
        places: Where these are in the whole scan.
    """

    scan: Scan
    columns: range
    places: range

    def meets(self, first: int, last: int) -> bool:
        """Whether it has columns of a half-open range of the whole scan."""
        return self.places.start < last and first < self.places.stop

    def write(self, wanted: range, out: Plane) -> None:
        """Write those of its columns that are wanted where they belong.

        Args:
            wanted: Columns of the whole scan.
            out: (P, H, len(wanted)) float32, for transmission of each plane, or for
                red, green and blue.
        """
        first = max(wanted.start, self.places.start)
        last = min(wanted.stop, self.places.stop)
        offset = self.columns.start - self.places.start
        taken = slice(first + offset, last + offset)
        _measure(self.scan, taken, out[..., first - wanted.start : last - wanted.start])


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """What a block is made of.

    Attributes:
        wanted: The columns of the block.
        columns: Those and their neighbours.
        pieces: Where the columns of the scan that they need came in.
        places: Which columns of the scan those are.
    """

    wanted: range
    columns: range
    pieces: Sequence[_Piece]
    places: range


@lru_cache(maxsize=4)
def _start_threads(count: int) -> Executor:
    """Threads that all encoders share: to start them takes as long as a block."""
    return ThreadPoolExecutor(count, thread_name_prefix="encoder")


def _resample(shape: Shape, part: _Part) -> Columns:
    planes = {"display": 3, "dual": 2, "single": 1}[part.pieces[0].scan.kind]
    levels = np.empty((planes, shape.rows, len(part.places)), np.float32)
    for piece in part.pieces:
        piece.write(part.places, levels)
    rows = resample_rows(levels, shape.height)
    levels = shape.resample_columns(rows, part.columns, part.places.start)
    before = part.columns.start < part.wanted.start
    return Columns(part.wanted.start, levels, before, len(part.wanted))


def _tally(columns: Columns) -> Tally:
    """(P, 3, B): of each plane; every column counts with the one after it."""
    start = columns.wanted.start
    return np.stack([tally_noise(plane[:, start:]) for plane in columns.levels])


def _measure(scan: Scan, columns: slice, out: Plane) -> None:
    """Write transmission of each plane, or its brightness, for some columns."""
    if scan.display is not None:
        out[:] = scan.display[:, columns].transpose(2, 0, 1)
        return
    assert scan.air is not None  # noqa: S101 - see Scan
    assert scan.dark is not None  # noqa: S101
    planes = [plane for plane in (scan.high, scan.low) if plane is not None]
    for counts, air, dark, place in zip(planes, scan.air, scan.dark, out, strict=True):
        gain = (1.0 / (air - dark)).astype(np.float32)
        measure_columns(counts[:, columns], dark, gain, place)
