"""One box for each object, from tiles that each saw it whole, in part or not at all.

**Causal.** Tiles are added one after the other. What was found stays: an object keeps
its number, its box may grow and its score may rise; two objects never become one, and
none goes. So a scan that is still coming in gives what the finished scan gives, as long
as its tiles are added in the same order.

**What is compared.** Two boxes of two overlapping tiles are both clipped to the part
that the tiles share. What is left of one object is the same in both, however much of it
either tile saw: a whole box and its cut remainder match, and so do the two ends of a
rifle that is longer than the overlap. See `comparing`.

**One to one.** The rows of a new tile meet the rows of the objects so far that lie in
tiles which overlap it. How well a row meets an object is one intersection over union:
what they have in common in the parts shared with all these tiles, over all that either
covers there; so a thin strip says less than a broad one. It has to be `LEAST_IOU`, or
the row has to carry on one of the object's over a seam. Pairs join best first; a row
joins one object, and an object takes one row of a tile: a tile that found two guns side
by side says that there are two. Rows that join nothing are new objects. An object is
the smallest box around its rows, with the best score; rows with less than
`LEAST_WEIGHT` of the score so far do not widen it.

**Doubles** of one object in one tile go first, for networks let some pass. See `rows`.

Tiles must overlap for a seam to be bridged. The cost grows with the boxes in the shared
parts of neighbouring tiles, never with the square of all boxes.
"""

from detector.merging.comparing import LEAST_COVER, LEAST_IOU, SEAM_MARGIN
from detector.merging.merger import LEAST_WEIGHT, Found, Merger, merge_tiles
from detector.merging.rows import DOUBLE_IOU, DOUBLE_SCORE, TWIN_IOU

__all__ = [
    "DOUBLE_IOU",
    "DOUBLE_SCORE",
    "LEAST_COVER",
    "LEAST_IOU",
    "LEAST_WEIGHT",
    "SEAM_MARGIN",
    "TWIN_IOU",
    "Found",
    "Merger",
    "merge_tiles",
]
