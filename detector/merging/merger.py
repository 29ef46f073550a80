"""Adds what one tile after the other found to the objects of a scan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from data.errors import ResultError
from detector.boxes import Boxes
from detector.detections import Detections
from detector.merging.comparing import LEAST_IOU, Pairs, compare_rows
from detector.merging.rows import Answers, Rows, gather_rows, read_rows, to_box
from detector.tiles import Tile

Numbers = npt.NDArray[np.intp]

LEAST_WEIGHT: Final = 0.25
"""Share of its object's best score from which a row widens the object's box."""

NOBODY: Final = -1

COLUMN: Final = 1024
"""Width of the columns by which tiles are looked up, px."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """An object as far as it is known.

    Attributes:
        number: Counted up from 0; it stays.
        box: (4,) float32, x0 y0 x1 y1, px.
        score: Best of all tiles that saw it, 0 to 1.
        label: Index into the labels of the bundle.
    """

    number: int
    box: Boxes
    score: float
    label: int


@dataclass(slots=True)
class _Object:
    """What is known of an object; `reach` is where the last of its tiles ends."""

    box: list[float]
    score: float
    label: int
    reach: int

    def take(self, box: list[float], score: float, reach: int) -> bool:
        """Add a row that ends no later than `reach`; whether that changes anything."""
        before = self.box, self.score
        if score >= LEAST_WEIGHT * self.score:
            low = map(min, self.box[:2], box[:2])
            self.box = [*low, *map(max, self.box[2:], box[2:])]
        self.score = max(self.score, score)
        self.reach = max(self.reach, reach)
        return before != (self.box, self.score)


@dataclass(frozen=True, slots=True)
class _Members:
    """Rows of one tile, and the objects that they belong to."""

    tile: Tile
    rows: Rows
    objects: Numbers


@dataclass(slots=True)
class Merger:
    """The objects of one scan, tile by tile.

    Args:
        min_score: Least score of a row to take part, 0 to 1.

    Example:
        >>> merger = Merger(min_score=0.5)
        >>> merger.add(Tile(0, 0, 100, 100), np.float32([[40, 10, 100, 50, 0.9, 0]]))
        (0,)
        >>> merger.add(Tile(80, 0, 180, 100), np.float32([[0, 10, 70, 50, 0.6, 0]]))
        (0,)
        >>> merger.object(0).box
        array([ 40.,  10., 150.,  50.], dtype=float32)
    """

    min_score: float
    _objects: dict[int, _Object] = field(default_factory=dict, init=False)
    _columns: dict[int, list[_Members]] = field(default_factory=dict, init=False)
    _count: int = field(default=0, init=False)
    _settled: float = field(default=-np.inf, init=False)

    def add(self, tile: Tile, answers: Answers) -> tuple[int, ...]:
        """Take in what was found in one more tile.

        Args:
            tile: The tile; it may overlap others in any way. A tile smaller than what
                the network ran was padded to the right and below: boxes are clipped to
                the tile itself.
            answers: (K, 6) float32, x0 y0 x1 y1 score class, px of the tile. Rows with
                a score of 0 are padding; the order of the rows does not matter.

        Returns:
            Numbers of the objects that are new or have changed, in rising order.

        Raises:
            ResultError: If the answers have another shape, or the tile begins where
                the scan is settled.
        """
        if tile.x0 < self._settled:
            msg = (
                f"A tile begins at {tile.x0} px, but all left of {self._settled:g} px "
                "is settled. Add tiles from left to right."
            )
            raise ResultError(msg)
        rows = read_rows(tile, answers, self.min_score)
        if not len(rows):
            return ()
        members = _Members(tile, rows, self._match(tile, rows))
        for column in _columns(tile):
            self._columns.setdefault(column, []).append(members)
        return tuple(sorted(self._take(members)))

    def object(self, number: int) -> Found:
        """The object of a number.

        Raises:
            ResultError: If there is none, or it was taken out.
        """
        found = self._objects.get(number)
        if found is None:
            msg = f"There is no object {number}: ask for one that `add` named."
            raise ResultError(msg)
        box = np.array(found.box, np.float32)
        return Found(number, box, found.score, found.label)

    @property
    def detections(self) -> Detections:
        """All objects but those taken out, best score first."""
        if not self._objects:
            return Detections.empty()
        objects = self._objects.values()
        boxes = np.array([one.box for one in objects], np.float32)
        scores = np.array([one.score for one in objects], np.float32)
        labels = np.array([one.label for one in objects], np.int64)
        best_first = np.lexsort((*boxes.T, -scores))
        return Detections(boxes, scores, labels).select(best_first)

    def settle(self, x: float) -> None:
        """State that no later tile begins left of a column of pixels.

        What only older tiles could match is forgotten; the objects stay.

        Args:
            x: The column, scan px.
        """
        self._settled = max(self._settled, x)
        for column in [c for c in self._columns if (c + 1) * COLUMN <= self._settled]:
            del self._columns[column]

    def take_settled(self) -> tuple[Found, ...]:
        """Take out the objects that no later tile can change, by their numbers."""
        done = [n for n, one in self._objects.items() if one.reach <= self._settled]
        found = tuple(self.object(number) for number in done)
        for number in done:
            del self._objects[number]
        return found

    def _match(self, tile: Tile, rows: Rows) -> Numbers:
        """Number of the object that each row belongs to, new ones included."""
        objects = np.full(len(rows), NOBODY, np.intp)
        near = list(self._near(tile))
        if near:
            counts = [len(one.rows) for one in near]
            frames = np.repeat([to_box(one.tile) for one in near], counts, axis=0)
            members = gather_rows([one.rows for one in near])
            pairs = compare_rows(to_box(tile), rows, frames, members)
            _join(pairs, np.concatenate([one.objects for one in near]), objects)
        new = np.flatnonzero(objects == NOBODY)
        objects[new] = self._count + np.arange(len(new))
        self._count += len(new)
        return objects

    def _near(self, tile: Tile) -> Iterator[_Members]:
        """What was found in the tiles that overlap a tile, each tile once."""
        met: set[int] = set()
        for column in _columns(tile):
            for members in self._columns.get(column, ()):
                if id(members) not in met and _overlap(members.tile, tile):
                    met.add(id(members))
                    yield members

    def _take(self, members: _Members) -> Iterator[int]:
        """Let objects have the rows of a tile; the numbers of those that change."""
        rows, reach = members.rows, members.tile.x1
        columns = (members.objects, rows.boxes, rows.scores, rows.labels)
        for number, box, score, label in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            if number not in self._objects:
                self._objects[number] = _Object(box, score, label, reach)
                yield number
            elif self._objects[number].take(box, score, reach):
                yield number


def merge_tiles(
    tiles: Sequence[Tile], answers: Answers, *, min_score: float
) -> Detections:
    """Join what the tiles of one scan found.

    Args:
        tiles: The N tiles, in the order in which they are added.
        answers: (N, K, 6) float32, x0 y0 x1 y1 score class, px of the tile. Rows with
            a score of 0 are padding.
        min_score: Least score of a row to take part, 0 to 1.

    Returns:
        The detections, best score first, in the coordinates of the tiles. They do not
        depend on the order of the rows within a tile.

    Raises:
        ResultError: If there is not one answer for each tile.

    Example:
        >>> tiles = [Tile(0, 0, 100, 100), Tile(80, 0, 180, 100)]
        >>> left, right = [40, 10, 100, 50, 0.9, 0], [0, 10, 70, 50, 0.6, 0]
        >>> merge_tiles(tiles, np.float32([[left], [right]]), min_score=0.5).boxes
        array([[ 40.,  10., 150.,  50.]], dtype=float32)
    """
    if np.ndim(answers) != 3 or np.shape(answers)[::2] != (len(tiles), 6):
        msg = (
            f"{len(tiles)} tiles need ({len(tiles)}, K, 6) answers, "
            f"not {np.shape(answers)}."
        )
        raise ResultError(msg)
    merger = Merger(min_score=min_score)
    for tile, rows in zip(tiles, answers, strict=True):
        merger.add(tile, rows)
    return merger.detections


def _join(pairs: Pairs, members: Numbers, objects: Numbers) -> None:
    """Give rows to objects, one to one, best first.

    Args:
        pairs: Rows of the new tile, compared with members.
        members: (M,) the object of each member.
        objects: (R,) the object of each row, NOBODY where none is known; filled in
            place.
    """
    count = int(members.max()) + 1
    keys, places = np.unique(
        pairs.first * count + members[pairs.second], return_inverse=True
    )
    common, union, carried = (
        np.bincount(places, weights=weights)
        for weights in (pairs.common, pairs.union, pairs.carried)
    )
    iou = common / union
    best_first = np.lexsort((keys, -iou))
    same = (iou >= LEAST_IOU) | (carried > 0)
    taken: set[int] = set()
    for key in keys[best_first[same[best_first]]].tolist():
        row, number = divmod(key, count)
        if objects[row] == NOBODY and number not in taken:
            objects[row] = number
            taken.add(number)


def _overlap(first: Tile, second: Tile) -> bool:
    across = first.x0 < second.x1 and second.x0 < first.x1
    return across and first.y0 < second.y1 and second.y0 < first.y1


def _columns(tile: Tile) -> range:
    return range(tile.x0 // COLUMN, (tile.x1 - 1) // COLUMN + 1)
