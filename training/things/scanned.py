"""Things that were scanned in air."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from data.errors import TrainingError
from data.projection.beams import to_beams
from data.projection.cutout import Cutout, CutoutFile, read_cutout, read_groups
from data.projection.sources import find_usable, part_cutouts
from data.splits import Split
from training.things.thing import Thing, Things, measure_length

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ScannedThing:
    """A thing that was scanned in air, read when it is first wanted.

    Attributes:
        file: Its cut-out.
        pitch_mm: Pixel pitch if the file states none, mm.
    """

    file: CutoutFile
    pitch_mm: float | None

    @property
    def kind(self) -> str:
        """Name of the folder that it lies in."""
        return self.file.kind

    @property
    def length_mm(self) -> float:
        """The longer side of the upright box around it, see `Thing`."""
        shown = _read(self)
        return measure_length(shown.mask, shown.pitch_mm)

    def cut(self, energies_mv: tuple[float, ...], planes: int) -> Cutout:
        """The thing as the beams of a scan show it, see `Thing`."""
        return _show(self, energies_mv, planes)


def read_things(
    cutouts: Path,
    benign: Path | Sequence[Thing],
    *,
    pitch_mm: float | None,
    groups: Path | None,
    split: Split,
    seed: int,
) -> Things:
    """Find the things that were scanned in air for one part of a dataset.

    They are parted as `data.projected_dataset` parts them: with its seed, no firearm
    of its other parts is among them. What cannot be used is left out with a warning.

    Args:
        cutouts: Folder of firearms in air, a subfolder for each kind.
        benign: Folder of harmless things in air, or what to take in their place, such
            as the harmless ones of `make_phantoms`.
        pitch_mm: Pixel pitch of cut-outs that state none, mm.
        groups: CSV with the columns file and group: which show the same thing.
        split: Which part.
        seed: 0 or more; the dataset's.

    Raises:
        TrainingError: If this part has no firearms.
        DatasetError: If no file of a folder can be used, or the table is damaged.
        ScanFileError: If a folder holds no scans.
    """
    known = read_groups(groups) if groups else {}
    firearms = _find(cutouts, pitch_mm, known)
    parts = part_cutouts(firearms, seed)
    if not parts[split]:
        msg = (
            f"The {len(firearms)} cut-outs of {cutouts} show fewer than 3 firearms: "
            f"none is left for {split}. Add cut-outs, or correct their groups."
        )
        raise TrainingError(msg)
    own = _adopt(parts[split], pitch_mm)
    if not isinstance(benign, Path):
        return Things(own, benign)
    harmless = _find(benign, pitch_mm, known)
    chosen = part_cutouts(harmless, seed)[split] or harmless
    return Things(own, _adopt(chosen, pitch_mm))


def _find(
    folder: Path, pitch_mm: float | None, groups: Mapping[str, str]
) -> Sequence[CutoutFile]:
    return find_usable(folder, pitch_mm, groups, logger.warning)


def _adopt(files: Sequence[CutoutFile], pitch_mm: float | None) -> Sequence[Thing]:
    return [ScannedThing(file, pitch_mm) for file in files]


@lru_cache(maxsize=256)
def _show(thing: ScannedThing, energies_mv: tuple[float, ...], planes: int) -> Cutout:
    return to_beams(_read(thing), energies_mv, planes)


@lru_cache(maxsize=256)
def _read(thing: ScannedThing) -> Cutout:
    return read_cutout(thing.file, thing.pitch_mm)
