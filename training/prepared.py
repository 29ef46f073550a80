"""Scans at the network's scale, in transmission: what tiles are made of at load time.

Encoded planes are too late for projection: behind 200 mm of steel they have a step left
where counts have thousands. So scans are resampled once, kept as transmission, and
encoded tile by tile, after things have been projected into them.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from data.dataset import Dataset, Sample
from data.errors import EncodingError, ScanError
from data.files import replacing
from data.formats import read_scan
from data.parallel import map_ordered
from data.physics.noise import estimate_noise
from data.projection.calibration import PlaneNoise, calibrate_planes
from data.projection.display import check_grey, display_air, to_display_transmission
from data.projection.placing import find_room
from data.projection.scatter import spread_signal
from data.projection.sharpness import estimate_blur
from data.scan import Scan
from detector.boxes import scale_boxes
from detector.encoding import Encoding, resample
from detector.scale import Scale
from training.config import TrainingConfig
from training.silhouettes import mark_scan
from training.store import ArrayFile, ArrayWriter, Place

Levels = npt.NDArray[np.float32]
Boxes = npt.NDArray[np.float32]
Array = npt.NDArray[Any]
Rows = tuple[tuple[float, float, float, float], ...]

VERSION: Final = 4
"""Of what is kept on disk: another one is prepared anew."""

SHRINK: Final = 16
"""The scattered signal is kept at a sixteenth of the scale: it is smooth."""

_INDEX: Final = "prepared.json"
_ARRAYS: Final = "prepared.bin"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a prepared scan.

    Attributes:
        name: Of its file.
        split: Which part of the dataset it belongs to.
        group: What is not independent of it.
        boxes: Of its visible firearms, px at the network's scale.
        ignored: Of firearms that nobody could see.
        behind: Attenuation around each visible firearm, where known.
        added: Attenuation that each of them adds, where known.
        energies_mv: Endpoint of each plane; None where unknown.
        noise: Of each plane, in air.
        readout: The same without signal.
        blur_px: Of the planes.
        scatter: Share of the signal that is scattered.
        wall: Attenuation of the object's walls.
        air: Brightness of air in a grey picture; None for scans with counts.
        gamma: Attenuation that darkens a grey picture by a factor of e.
        pitched: Whether its pixel pitch is known, so that things can be projected.
        planes: (P, h, w) float16 transmission; or (h, w, 3) uint8, a picture in
            colours, into which nothing can be projected.
        overview: (h/16, w/16) float32, transmission or brightness, 1 for air.
        wide: (P, h/16, w/16) float32, mean signal from far around; None for pictures.
        inside: (h/2, w/2) bool, where things may be put; None for pictures in colours.
        marks: (h/2, w/2) uint8, where firearms show: see `training.silhouettes`.
    """

    name: str
    split: str
    group: str | None
    boxes: Rows
    ignored: Rows
    behind: tuple[float | None, ...]
    added: tuple[float | None, ...]
    energies_mv: tuple[float | None, ...]
    noise: tuple[float, ...]
    readout: tuple[float, ...]
    blur_px: float
    scatter: float
    wall: float
    air: float | None
    gamma: float
    pitched: bool
    planes: Place
    overview: Place
    wide: Place | None
    inside: Place | None
    marks: Place


_ENTRIES: Final = TypeAdapter(tuple[Entry, ...])


@dataclass(frozen=True, slots=True, eq=False)
class PreparedScan:
    """A scan at the network's scale, mapped from a file.

    Attributes:
        known: What is known of it.
        planes: (P, h, w) float16 transmission, or (h, w, 3) uint8.
        overview: (h/16, w/16) float32, 1 for air.
        wide: (P, h/16, w/16) float32 or None.
        inside: (h/2, w/2) bool or None.
        marks: (h/2, w/2) uint8.
        boxes: (N, 4) float32 of its visible firearms, px.
        ignored: (I, 4) float32 of firearms that nobody could see, px.
    """

    known: Entry
    planes: Array
    overview: Levels
    wide: Array | None
    inside: Array | None
    marks: Array
    boxes: Boxes
    ignored: Boxes

    @property
    def has_levels(self) -> bool:
        """Whether its planes are transmission."""
        return self.planes.dtype != np.uint8

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        height, width = (
            self.planes.shape[1:] if self.has_levels else self.planes.shape[:2]
        )
        return width, height

    @property
    def clean(self) -> bool:
        """Whether there is no firearm in it, seen or not."""
        return not len(self.boxes) and not len(self.ignored)

    @property
    def noise(self) -> tuple[PlaneNoise, ...]:
        """Noise of each plane."""
        pairs = zip(self.known.noise, self.known.readout, strict=True)
        return tuple(PlaneNoise(air, readout) for air, readout in pairs)


def prepare_samples(
    dataset: Dataset,
    samples: Sequence[Sample],
    config: TrainingConfig,
    folder: Path,
    *,
    workers: int,
    progress: Callable[[int, int], None],
) -> list[PreparedScan]:
    """Bring scans to the network's scale, once for all trainings that share a folder.

    Args:
        dataset: Which they belong to; its hash tells whether they are there already.
        samples: Of it.
        config: Scale, encoding, and pixel pitch of scans that state none.
        folder: Where they are kept.
        workers: Processes.
        progress: Told how many of how many are done.

    Raises:
        ScanFileError: If a scan cannot be read.
        TruthError: If the truth of a scan is damaged.
        EncodingError: If a scan is of another kind than the encoding.
    """
    place = folder / _stamp(dataset, samples, config)
    entries = _read_entries(place, len(samples))
    if entries is None:
        prepare = partial(
            _prepare,
            scale=config.scale,
            pitch_mm=config.pitch_mm,
            gamma=config.projection.gamma,
        )
        made = map_ordered(prepare, samples, workers=workers)
        entries = _store_all(made, place, lambda done: progress(done, len(samples)))
    arrays = ArrayFile(place / _ARRAYS)
    scans = [_open(entry, arrays) for entry in entries]
    for scan in scans:
        _check_kind(scan, config.encoding)
    return scans


def _stamp(dataset: Dataset, samples: Sequence[Sample], config: TrainingConfig) -> str:
    names = [(sample.name, sample.split) for sample in samples]
    how = (config.scale.model_dump_json(), config.pitch_mm, config.projection.gamma)
    facts = (VERSION, dataset.sha256, how, names)
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _read_entries(place: Path, count: int) -> tuple[Entry, ...] | None:
    """What was prepared earlier; None if it was not finished."""
    try:
        entries = _ENTRIES.validate_json((place / _INDEX).read_bytes())
    except (OSError, ValidationError):
        return None
    return entries if len(entries) == count else None


def _store_all(
    made: Iterable["_Made"], place: Path, report: Callable[[int], None]
) -> tuple[Entry, ...]:
    entries = []
    # Another process may be preparing the same scans.
    with replacing(place / _ARRAYS) as draft, ArrayWriter(draft) as writer:
        for one in made:
            entries.append(one.store(writer))
            report(len(entries))
    with replacing(place / _INDEX) as draft:
        draft.write_bytes(_ENTRIES.dump_json(tuple(entries)))
    return tuple(entries)


def _open(entry: Entry, arrays: ArrayFile) -> PreparedScan:
    wide, inside = (
        None if place is None else arrays[place] for place in (entry.wide, entry.inside)
    )
    boxes, ignored = (
        np.array(rows, np.float32).reshape(-1, 4)
        for rows in (entry.boxes, entry.ignored)
    )
    return PreparedScan(
        known=entry,
        planes=arrays[entry.planes],
        overview=arrays[entry.overview],
        wide=wide,
        inside=inside,
        marks=arrays[entry.marks],
        boxes=boxes,
        ignored=ignored,
    )


def _check_kind(scan: PreparedScan, encoding: Encoding) -> None:
    display = scan.known.air is not None or not scan.has_levels
    if encoding is Encoding.DUAL and display:
        msg = (
            f"{scan.known.name}: A display scan cannot be encoded as dual. "
            "Use a network for display scans."
        )
        raise EncodingError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A scan that was just prepared, on its way from one process to another."""

    facts: dict[str, Any]
    planes: Array
    overview: Levels
    marks: Array
    wide: Array | None = None
    inside: Array | None = None

    def store(self, writer: ArrayWriter) -> Entry:
        return Entry(
            **self.facts,
            planes=writer.add(self.planes),
            overview=writer.add(self.overview),
            wide=None if self.wide is None else writer.add(self.wide),
            inside=None if self.inside is None else writer.add(self.inside),
            marks=writer.add(self.marks),
        )


def _prepare(
    sample: Sample, scale: Scale, pitch_mm: float | None, gamma: float
) -> _Made:
    scan = _state_pitch(read_scan(sample.scan), pitch_mm)
    truth = sample.truth(scan.size)
    size = scale.size_of(scan.size, scan.info)
    factors = size[0] / scan.size[0], size[1] / scan.size[1]
    seen, unseen = (truth.boxes(ignored=flag) for flag in (False, True))
    facts = {
        "name": sample.scan.name,
        "split": sample.split,
        "group": sample.group,
        "boxes": _to_rows(scale_boxes(seen, *factors)),
        "ignored": _to_rows(scale_boxes(unseen, *factors)),
        "behind": truth.surroundings(),
        "added": truth.contrasts(),
        "pitched": scan.info.pitch_mm is not None,
        "gamma": gamma,
    }
    prepare = _prepare_counts if scan.display is None else _prepare_display
    return prepare(scan, size, facts, mark_scan(truth, size, factors))


def _state_pitch(scan: Scan, pitch_mm: float | None) -> Scan:
    if scan.info.pitch_mm is not None or pitch_mm is None:
        return scan
    known = {"pitch_mm": (pitch_mm, pitch_mm), "pitch_source": "user"}
    return replace(scan, info=scan.info.model_copy(update=known))


def _to_rows(boxes: Boxes) -> Rows:
    return tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in boxes)


def _prepare_counts(
    scan: Scan, size: tuple[int, int], facts: dict[str, Any], marks: Array
) -> _Made:
    planes = [resample(scan.transmission("high"), size)]
    if scan.low is not None:
        planes.append(resample(scan.transmission("low"), size))
    pitch = scan.info.pitch_mm
    fine = None
    if pitch is not None:
        fine = (pitch[0] * scan.size[0] / size[0], pitch[1] * scan.size[1] / size[1])
    info = scan.info.model_copy(update={"pitch_mm": fine})
    calibration = calibrate_planes(planes, info)
    wide = [spread_signal(plane, fine) for plane in planes]
    room = find_room(planes[0])
    facts |= {
        "energies_mv": calibration.energies_mv,
        "noise": tuple(noise.air for noise in calibration.noise),
        "readout": tuple(noise.readout for noise in calibration.noise),
        "blur_px": calibration.blur_px,
        "scatter": calibration.scatter,
        "wall": room.wall,
        "air": None,
    }
    return _Made(
        facts,
        _to_halves(planes),
        _thin(planes[0]),
        marks,
        np.stack([_thin(each) for each in wide]),
        room.inside,
    )


def _prepare_display(
    scan: Scan, size: tuple[int, int], facts: dict[str, Any], marks: Array
) -> _Made:
    assert scan.display is not None  # noqa: S101 - the caller has looked
    picture = resample(scan.display, size)
    unknown: dict[str, Any] = {
        "energies_mv": (None,),
        "readout": (0.0,),
        "scatter": 0.0,
    }
    try:
        check_grey(scan)
    except ScanError:
        rest = {"noise": (0.0,), "blur_px": 0.0, "wall": 0.0, "air": None}
        bright = picture.min(axis=2).astype(np.float32) / 255
        return _Made(facts | unknown | rest, picture, _thin(bright), marks)
    air = display_air(picture)
    level = to_display_transmission(picture, gamma=facts["gamma"], air=air)
    level[picture[..., 0] == 0] = 0  # else some come back as 1, from 11 bits
    room = find_room(level)
    facts |= unknown | {
        "noise": (estimate_noise(level),),
        "blur_px": estimate_blur(level),
        "wall": room.wall,
        "air": air,
    }
    thin = _thin(level)
    return _Made(facts, _to_halves([level]), thin, marks, None, room.inside)


def _to_halves(planes: Sequence[Levels]) -> Array:
    """Transmission in 11 bits of precision: finer than the noise of any scanner."""
    return np.stack([plane.astype(np.float16) for plane in planes])


def _thin(plane: Levels) -> Levels:
    height, width = plane.shape
    return resample(plane, (max(width // SHRINK, 1), max(height // SHRINK, 1)))
