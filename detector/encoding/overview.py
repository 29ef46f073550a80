"""What is kept of a whole scan: what is opaque in it, and a small picture."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from detector.encoding.block import Block
from detector.opacity import Mask

Plane = npt.NDArray[np.float32]
Bits = npt.NDArray[np.uint8]


@dataclass(slots=True)
class Overview:
    """Grows with the scan: a bit a pixel, and a number for 8 x 8."""

    _masks: list[Bits] = field(default_factory=list, init=False)
    _widths: list[int] = field(default_factory=list, init=False)
    _opaque: int = field(default=0, init=False)
    _pictures: list[Plane] = field(default_factory=list, init=False)
    _matter: int = field(default=0, init=False)

    def add(self, block: Block) -> None:
        """Take in the next block."""
        if block.opaque is not None:
            self._masks.append(np.packbits(block.opaque, axis=1))
            self._widths.append(block.opaque.shape[1])
            self._opaque += int(np.count_nonzero(block.opaque))
        self._pictures.append(block.overview)
        self._matter += block.matter

    @property
    def opaque(self) -> Mask | None:
        """(h, w) bool, where nothing can be said; None for display scans."""
        if not self._masks:
            return None
        packed = zip(self._masks, self._widths, strict=True)
        masks = [np.unpackbits(bits, axis=1, count=width) for bits, width in packed]
        return np.concatenate(masks, axis=1).view(np.bool_)

    @property
    def opaque_fraction(self) -> float | None:
        """Share of the container's area that is opaque; None for display scans."""
        if not self._masks:
            return None
        return self._opaque / self._matter if self._matter else 0.0

    @property
    def picture(self) -> Plane:
        """(ceil(h / 8), about w / 8) float32, see `Block.overview`."""
        return np.concatenate(self._pictures, axis=1)
