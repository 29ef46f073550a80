"""A pool of phantoms on disk: one flat file, mapped once, and an index beside it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import TrainingError
from data.files import replacing
from data.projection.beams import to_beams
from data.projection.cutout import Cutout
from data.projection.harmless import Densities
from data.versions import read_versions
from training.things.thing import Things, measure_length

Halves = npt.NDArray[np.float16]

PITCH_MM: Final = 1.6
"""Pixel pitch of the phantoms, both ways."""

_BYTES: Final = 2


class Drawn(NamedTuple):
    """A phantom before it is in a pool.

    Attributes:
        kind: What it is.
        areal: (2, H, W) float16, carbon and iron along the rays, g/cm2.
    """

    kind: str
    areal: Halves


class PoolSettings(BaseModel):
    """What a pool is made of: the same settings give the same bytes.

    Attributes:
        format: Of the files.
        version: Of this package, as its phantoms may change.
        pitch_mm: Pixel pitch, mm.
        firearms: How many.
        harmless: How many.
        seed: Of all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    version: str = Field(
        default_factory=lambda: read_versions(["cargosight"])["cargosight"]
    )
    pitch_mm: float = PITCH_MM
    firearms: int = Field(ge=0)
    harmless: int = Field(ge=0)
    seed: int = Field(ge=0)

    def sha256(self) -> str:
        """A hash of all of them, which names the files."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class PooledThing(BaseModel):
    """Where a phantom is in the flat file.

    Attributes:
        kind: What it is.
        start: Its first number, counted from the start of the file.
        height: Rows of each of its two planes.
        width: Columns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: str
    start: int = Field(ge=0)
    height: int = Field(gt=0)
    width: int = Field(gt=0)

    @property
    def end(self) -> int:
        """Where the next phantom starts."""
        return self.start + 2 * self.height * self.width


class PoolIndex(BaseModel):
    """What is in the flat file: the firearms, then the harmless things.

    Attributes:
        settings: What it was made of.
        things: One after the other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    settings: PoolSettings
    things: tuple[PooledThing, ...] = Field(strict=False, min_length=1)


@dataclass(frozen=True, slots=True, eq=False)
class PooledPhantom:
    """A phantom in air, as so much carbon and iron: any beam can be looked up.

    Attributes:
        kind: What it is.
        areal: (2, H, W) float16, carbon and iron along the rays, g/cm2.
    """

    kind: str
    areal: Halves

    @property
    def length_mm(self) -> float:
        """The longer side of the upright box around it, see `Thing`."""
        shown = np.asarray(self.areal.any(axis=0))
        return measure_length(shown, (PITCH_MM, PITCH_MM))

    def cut(self, energies_mv: tuple[float, ...], planes: int) -> Cutout:
        """The phantom as the beams of a scan show it, see `Thing`."""
        carbon, iron = self.areal.astype(np.float32)
        ours = energies_mv[:planes]
        shown = Densities(carbon, iron, PITCH_MM).to_cutout(self.kind, ours)
        return to_beams(shown, ours, planes)


class Pool:
    """The two files of a pool.

    Args:
        folder: Where they are or shall be; pools of other settings may be there too.
        settings: What it is made of.
    """

    def __init__(self, folder: Path, settings: PoolSettings) -> None:
        stem = f"phantoms-{settings.sha256()[:16]}"
        self._flat = folder / f"{stem}.bin"
        self._index = folder / f"{stem}.json"
        self._settings = settings

    def read(self) -> Things | None:
        """Map the pool; None if it is not there, or not whole."""
        try:
            index = PoolIndex.model_validate_json(self._index.read_bytes())
            size = self._flat.stat().st_size
        except (OSError, ValidationError):
            return None
        if index.settings != self._settings or size != index.things[-1].end * _BYTES:
            return None
        flat = np.asarray(np.memmap(self._flat, np.float16, mode="r"))
        things = [_find(flat, thing) for thing in index.things]
        first = self._settings.firearms
        return Things(things[:first], things[first:])

    def write(self, drawn: Iterator[Drawn]) -> None:
        """Write the pool; its index comes last, so that it is whole or not there.

        Args:
            drawn: At least one: the firearms, then the harmless things.

        Raises:
            TrainingError: If the disk does not take it.
        """
        try:
            with replacing(self._flat) as draft, draft.open("wb") as file:
                things = _append(file, drawn)
            index = PoolIndex(settings=self._settings, things=tuple(things))
            with replacing(self._index) as draft:
                draft.write_text(index.model_dump_json(), encoding="utf-8")
        except OSError as error:
            reason = error.strerror or error
            msg = f"{self._flat} cannot be written: {reason}. Check the disk."
            raise TrainingError(msg) from error


def _append(file: BinaryIO, drawn: Iterator[Drawn]) -> Sequence[PooledThing]:
    things: list[PooledThing] = []
    start = 0
    for kind, areal in drawn:
        height, width = areal.shape[1:]
        thing = PooledThing(kind=kind, start=start, height=height, width=width)
        file.write(areal.tobytes())
        things.append(thing)
        start = thing.end
    return things


def _find(flat: Halves, thing: PooledThing) -> PooledPhantom:
    areal = flat[thing.start : thing.end].reshape(2, thing.height, thing.width)
    return PooledPhantom(thing.kind, areal)
