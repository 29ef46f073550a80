"""What one scan and its truth tell; run by worker processes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from benchmark.acceptance.image_statistics import ImageStatistics, measure_image
from benchmark.audit.box_faults import BoxFault, find_box_faults, measure_mm
from benchmark.audit.contrast import is_plain, measure_darkness
from benchmark.audit.entries import Entry
from data.errors import CargosightError
from data.formats import read_scan
from data.physics.noise import estimate_noise
from data.scan import Scan
from data.truth import Truth, TruthObject
from detector.encoding import resample
from detector.opacity import find_opaque, opaque_fraction
from detector.scale import Scale

Box = tuple[float, float, float, float]

SMALLEST_PX: Final = 16
"""Shorter side from which a scan shows enough to be measured and compared."""


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """What the audit keeps of a labelled object.

    Attributes:
        box: x0, y0, x1, y1, scan px.
        label: What it is to the network.
        kind: What it is more closely.
        whole: Whether it is not one of the parts of a firearm.
        ignored: Whether nobody could see it.
        origin: How someone knows, such as "drawn"; None where truth does not say.
        weak: Whether nobody has looked inside.
        firearm: Which physical firearm it is.
        size_mm: Longer and shorter side; None without a pitch.
    """

    box: Box
    label: str
    kind: str | None
    whole: bool
    ignored: bool
    origin: str | None
    weak: bool
    firearm: str | None
    size_mm: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class ScanReading:
    """What one scan and its truth tell.

    Attributes:
        entry: The scan, as the dataset lists it.
        problem: Why the scan cannot be read; then there is nothing else.
        truth_problem: Why the truth cannot be read; then there are no boxes.
        pixels: Hash of the readings, whatever file they came in.
        kind: "dual", "single" or "display"; empty if it cannot be read.
        size: Width and height, px.
        pitch_mm: Pixel pitch (x, y).
        scanner: As catalogued, or as the scan itself says.
        acquired: Likewise.
        containers: Likewise.
        synthetic: Whether simulated or projected.
        air_stated: Whether its file or a profile states what it reads in air.
        quality: What is measured in it; None if it is too small.
        opaque: Share of the container's area where nothing can be said; None for
            display scans.
        boxes: What is labelled.
        faults: What is wrong with these boxes.
        origin: Who says that there is nothing else, as "drawn"; None if nobody.
        weak: Whether any of its truth is a weak label.
    """

    entry: Entry
    problem: str | None = None
    truth_problem: str | None = None
    pixels: str = ""
    kind: str = ""
    size: tuple[int, int] = (0, 0)
    pitch_mm: tuple[float, float] | None = None
    scanner: str | None = None
    acquired: datetime | None = None
    containers: tuple[str, ...] = ()
    synthetic: bool = False
    air_stated: bool = False
    quality: ImageStatistics | None = None
    opaque: float | None = None
    boxes: tuple[LabelledBox, ...] = ()
    faults: tuple[BoxFault, ...] = ()
    origin: str | None = None
    weak: bool = False


def read_entry(entry: Entry) -> tuple[ScanReading, Scan | None]:
    """Read a scan and its truth, and measure both.

    Args:
        entry: The scan, as the dataset lists it.

    Returns:
        What they tell, and the scan itself; None if it cannot be read.
    """
    try:
        entry.check()
        scan = read_scan(entry.scan)
    except CargosightError as error:
        return ScanReading(entry, problem=str(error)), None
    try:
        truth, problem = entry.truth(scan.size), None
    except (CargosightError, OSError) as error:
        truth, problem = Truth(), str(error)
    info = scan.info
    return ScanReading(
        entry,
        truth_problem=problem,
        pixels=hash_pixels(scan),
        kind=scan.kind,
        size=scan.size,
        pitch_mm=info.pitch_mm,
        scanner=entry.scanner or info.scanner,
        acquired=entry.acquired or info.acquired,
        containers=(entry.container,) if entry.container else info.containers,
        synthetic=info.synthetic,
        air_stated=info.air_source in {"file", "profile"},
        quality=measure_image(scan) if min(scan.size) >= SMALLEST_PX else None,
        opaque=measure_opaque(scan),
        boxes=tuple(_keep(thing, info.pitch_mm) for thing in truth.objects),
        faults=_find_faults(scan, truth),
        origin=None if truth.origin is None else truth.origin.how,
        weak=truth.weak,
    ), scan


def hash_pixels(scan: Scan) -> str:
    """Hash of a scan's readings: the same for two files that show the same.

    Args:
        scan: Any scan.
    """
    digest = hashlib.blake2b(digest_size=16)
    for plane in (scan.high, scan.low, scan.display):
        if plane is not None:
            digest.update(repr((plane.dtype.str, plane.shape)).encode())
            digest.update(np.ascontiguousarray(plane).data)
    return digest.hexdigest()


def measure_opaque(scan: Scan) -> float | None:
    """Share of the container's area that is opaque, as the detector reports it.

    Args:
        scan: Any scan.

    Returns:
        0 to 1; None for display scans.
    """
    if scan.display is not None:
        return None
    size = Scale().size_of(scan.size, scan.info)
    high = resample(scan.transmission("high"), size)
    return opaque_fraction(find_opaque(high, estimate_noise(high)), high)


def _keep(thing: TruthObject, pitch_mm: tuple[float, float] | None) -> LabelledBox:
    return LabelledBox(
        thing.box,
        thing.label,
        thing.kind,
        thing.form != "parts" and thing.piece is None,
        thing.ignore,
        None if thing.origin is None else thing.origin.how,
        thing.origin is not None and thing.origin.weak,
        thing.firearm,
        measure_mm(thing.box, pitch_mm),
    )


def _find_faults(scan: Scan, truth: Truth) -> tuple[BoxFault, ...]:
    faults = find_box_faults(truth.objects, scan.size, scan.info.pitch_mm)
    amiss = {number for fault in faults for number in fault.objects}
    plain = [
        number
        for number, thing in enumerate(truth.objects)
        if number not in amiss and not thing.ignore
    ]
    if plain:
        darkness = measure_darkness(scan)
        faults += [
            BoxFault("box-plain", (n,), f"{truth.objects[n].label}: nothing stands out")
            for n in plain
            if is_plain(darkness, truth.objects[n].box)
        ]
    return tuple(faults)
