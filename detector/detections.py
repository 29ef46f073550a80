"""What a network found in a scan: boxes, scores and labels, column by column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import ResultError
from detector.boxes import Boxes

Scores = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Detections of one scan. The arrays are read-only and equally long.

    Attributes:
        boxes: (N, 4) float32, x0 y0 x1 y1, px; x0 <= x1 and y0 <= y1.
        scores: (N,) float32, the network's output, 0 to 1, uncalibrated.
        labels: (N,) int64, index into the labels of the bundle, 0 or more.

    Raises:
        ResultError: If the columns do not fit together.

    Example:
        >>> found = Detections(
        ...     boxes=np.float32([[0, 0, 9, 5], [2, 2, 4, 4]]),
        ...     scores=np.float32([0.9, 0.2]),
        ...     labels=np.array([0, 0]),
        ... )
        >>> found.select(found.scores >= 0.5).boxes.tolist()
        [[0.0, 0.0, 9.0, 5.0]]
    """

    boxes: Boxes
    scores: Scores
    labels: Labels

    def __post_init__(self) -> None:
        """Check the columns against each other and lock them."""
        rows = np.size(self.scores)
        _check_column("boxes", self.boxes, np.float32, (rows, 4))
        _check_column("scores", self.scores, np.float32, (rows,))
        _check_column("labels", self.labels, np.int64, (rows,))
        self._check_values()
        for name in ("boxes", "scores", "labels"):
            locked = getattr(self, name).view()
            locked.flags.writeable = False
            object.__setattr__(self, name, locked)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.scores)

    @classmethod
    def empty(cls) -> "Detections":
        """No detections."""
        return cls(
            np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64)
        )

    def select(
        self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]
    ) -> "Detections":
        """Some of the detections, or all in another order.

        Args:
            rows: (N,) bool mask, or (M,) row numbers.
        """
        return Detections(self.boxes[rows], self.scores[rows], self.labels[rows])

    def with_boxes(self, boxes: Boxes) -> "Detections":
        """The same detections in other coordinates.

        Args:
            boxes: (N, 4) float32, px.
        """
        return Detections(boxes, self.scores, self.labels)

    def _check_values(self) -> None:
        if not np.isfinite(self.boxes).all():
            msg = "Boxes must be finite. Check what the network answered."
            raise ResultError(msg)
        if (self.boxes[:, 2:] < self.boxes[:, :2]).any():
            msg = "Boxes must have x0 <= x1 and y0 <= y1."
            raise ResultError(msg)
        if not ((self.scores >= 0) & (self.scores <= 1)).all():
            msg = "Scores must lie from 0 to 1."
            raise ResultError(msg)
        if (self.labels < 0).any():
            msg = "Labels must be 0 or more."
            raise ResultError(msg)


def concatenate(parts: Sequence[Detections]) -> Detections:
    """All detections of several parts, in the order of the parts."""
    if not parts:
        return Detections.empty()
    return Detections(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _check_column(name: str, column: Any, dtype: type, shape: tuple[int, ...]) -> None:
    met = (np.shape(column), getattr(column, "dtype", None))
    if not isinstance(column, np.ndarray) or met != (shape, np.dtype(dtype)):
        msg = (
            f"{name} must be a {shape} array of {np.dtype(dtype)}, "
            f"not a {met[0]} array of {met[1]}."
        )
        raise ResultError(msg)
