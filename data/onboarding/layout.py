"""How the readings of a raw file lie in it."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

Order = Literal["stacked", "side_by_side", "interleaved"]
ByteOrder = Literal["big", "little"]
ElementName = Literal["uint8", "uint16", "uint32"]

Readings = npt.NDArray[Any]
Reals = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Element:
    """How one reading is written.

    Attributes:
        name: Its type.
        byte_order: Of its bytes; little where it has but one.
        smoother: How many times smoother the readings are than in the other order.
    """

    name: ElementName
    byte_order: ByteOrder
    smoother: float = 1.0

    @property
    def dtype(self) -> np.dtype[Any]:
        """For `numpy.frombuffer`."""
        return np.dtype(self.name).newbyteorder(self.byte_order)

    @property
    def bytes(self) -> int:
        """Bytes of a reading."""
        return self.dtype.itemsize


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the planes of a raw file are.

    Attributes:
        element: How a reading is written.
        header_bytes: Before the first reading.
        footer_bytes: After the last reading.
        width: Readings of one plane in a stored line.
        height: Lines of one plane.
        planes: How many there are.
        order: "stacked", "side_by_side" (lines of the planes in turn) or "interleaved"
            (readings of the planes in turn).
    """

    element: Element
    header_bytes: int
    footer_bytes: int
    width: int
    height: int
    planes: int = 1
    order: Order = "stacked"

    def cut(self, content: bytes) -> list[Readings]:
        """The planes of a file of this layout.

        Args:
            content: All of the file.

        Returns:
            Planes of (height, width), in the order of the file.
        """
        count = self.width * self.height * self.planes
        data = np.frombuffer(content, self.element.dtype, count, self.header_bytes)
        shape = (self.width, self.height, self.planes)
        planes = arrange(data, shape, self.order)
        native = self.element.dtype.newbyteorder("=")
        return [plane.astype(native) for plane in planes]


def arrange(data: Readings, shape: tuple[int, int, int], order: Order) -> Readings:
    """Take readings apart into planes.

    Args:
        data: (width * height * planes,).
        shape: Width, height and number of planes.
        order: How the planes lie.

    Returns:
        (planes, height, width), a view.

    Example:
        >>> arrange(np.arange(4), (2, 1, 2), "interleaved").tolist()
        [[[0, 2]], [[1, 3]]]
    """
    width, height, planes = shape
    if order == "stacked":
        return data.reshape(planes, height, width)
    if order == "side_by_side":
        return data.reshape(height, planes, width).swapaxes(0, 1)
    return np.moveaxis(data.reshape(height, width, planes), 2, 0)


MOST_PLANES: Final = 3
"""Planes that are looked for in one file: high, low and material."""
