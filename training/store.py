"""Arrays in one file, mapped once, so that thousands of scans cost no open files."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_ALIGNED: Final = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Where an array lies in a file.

    Attributes:
        offset: In bytes.
        shape: Of the array.
        dtype: Its numpy name, such as "float16".
    """

    offset: int
    shape: tuple[int, ...]
    dtype: str


class ArrayWriter:
    """Appends arrays to a file.

    Args:
        path: The file; what was there is replaced.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, array: Array) -> Place:
        """Append an array and say where it went."""
        self._file.write(b"\0" * (-self._file.tell() % _ALIGNED))
        place = Place(self._file.tell(), array.shape, array.dtype.name)
        self._file.write(np.ascontiguousarray(array).tobytes())
        return place


class ArrayFile:
    """The arrays of a file, read-only, mapped into memory.

    Args:
        path: As `ArrayWriter` made it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bytes: Array | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Another process maps the file itself."""
        return {"_path": self._path, "_bytes": None}

    def __getitem__(self, place: Place) -> Array:
        """The array at a place."""
        if self._bytes is None:
            self._bytes = np.memmap(self._path, np.uint8, "r")
        count = int(np.prod(place.shape)) * np.dtype(place.dtype).itemsize
        part = self._bytes[place.offset : place.offset + count]
        return np.asarray(part).view(place.dtype).reshape(place.shape)
