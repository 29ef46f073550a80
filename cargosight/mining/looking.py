"""A bundle looks at scans; what it saw is kept, so that a killed run goes on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from cargosight.mining.portrait import Portrait, draw_portrait
from data.dataset import hash_file
from data.errors import BundleError, CargosightError, DeviceError
from data.files import replacing
from data.formats import load_profile
from data.parallel import map_ordered
from data.scan import Counts, Picture, Scan
from detector.batch import Reading, as_result
from detector.bundle import read_bundle
from detector.pipeline import Detector
from detector.results import Result

Plane = TypeVar("Plane", Counts, Picture)
Progress = Callable[[int, int], None]
Sight = Literal["portrait", "plain", "mirrored"]


class Look(BaseModel):
    """What is known of a scan after a look at it.

    Attributes:
        sha256: Of the scan's file.
        threshold: Score from which its detections are alarms; None without a result.
        result: What the bundle found; None where only the portrait was wanted.
        portrait: What the scan is like; None for a look at its mirror image.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sha256: str
    threshold: float | None = None
    result: Result | None = None
    portrait: Portrait | None = None


@dataclass(frozen=True, slots=True)
class Looking:
    """How scans are looked at: the same for all of a run.

    Attributes:
        folder: Where looks are kept.
        bundle: Folder of the bundle, which was opened and may run.
        bundle_sha256: Of its manifest.
        device: What it runs on.
        threads: Of the CPU, for each process; None for all cores.
        profile: Scanner profile of raw vendor files.
        pitch_mm: Of scans that state none.
    """

    folder: Path
    bundle: Path
    bundle_sha256: str
    device: str = "cpu"
    threads: int | None = None
    profile: str | None = None
    pitch_mm: float | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    path: Path
    name: str
    sight: Sight
    how: Looking


def look_at_scans(
    scans: Sequence[tuple[Path, str]],
    how: Looking,
    *,
    sight: Sight = "plain",
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> Iterator[Look | str]:
    """Look at scans, or find what an earlier run saw.

    Args:
        scans: File and name of each.
        how: With which bundle, and where it is kept.
        sight: "plain" runs the bundle and draws the portrait, "mirrored" runs it on the
            scan mirrored left to right, with boxes turned back, "portrait" runs none.
        workers: Processes.
        progress: Told how many of how many are done.

    Yields:
        What was seen in each, in their order; or one line on why it failed.

    Raises:
        DeviceError: If the device is not there.
        BundleError: If the bundle was changed meanwhile.
    """
    tasks = (_Task(path, name, sight, how) for path, name in scans)
    for number, look in enumerate(map_ordered(_look, tasks, workers=workers)):
        progress(number + 1, len(scans))
        yield look


def _look(task: _Task) -> Look | str:
    if task.sight != "portrait":
        _load(*_name_bundle(task.how))
    try:
        sha256 = hash_file(task.path)
        place = task.how.folder / f"{sha256}.{task.sight}.json"
        known = _read(place)
        if known is not None:
            return known
        look = _see(task, sha256)
        with replacing(place) as draft:
            draft.write_text(look.model_dump_json() + "\n", encoding="utf-8")
    except DeviceError:
        raise
    except (CargosightError, OSError, MemoryError) as error:
        return _explain(task.path, error)
    return look


def _explain(path: Path, error: Exception) -> str:
    why = " ".join(str(error).split()) or type(error).__name__
    return why if str(path) in why else f"{path}: {why}"


def _read(place: Path) -> Look | None:
    try:
        return Look.model_validate_json(place.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _see(task: _Task, sha256: str) -> Look:
    how = task.how
    profile = load_profile(how.profile) if how.profile else None
    scan = Reading(profile, how.pitch_mm).read(task.path)
    if task.sight == "portrait":
        return Look(sha256=sha256, portrait=draw_portrait(scan))
    detector = _load(*_name_bundle(how))
    shown = mirror(scan) if task.sight == "mirrored" else scan
    findings = detector.detect(shown)
    result = as_result(shown, findings, detector.bundle, task.name)
    return Look(
        sha256=sha256,
        threshold=findings.operating_point.threshold,
        result=_turn_back(result) if task.sight == "mirrored" else result,
        portrait=draw_portrait(scan) if task.sight == "plain" else None,
    )


def _name_bundle(how: Looking) -> tuple[Path, str, str, int | None]:
    return how.bundle, how.bundle_sha256, how.device, how.threads


@lru_cache(maxsize=1)
def _load(bundle: Path, sha256: str, device: str, threads: int | None) -> Detector:
    """The bundle that the parent opened: it has asked whether it may run."""
    read = read_bundle(bundle)
    if read.sha256 != sha256:
        msg = f"{bundle} was changed while it ran. Start again."
        raise BundleError(msg)
    return Detector(read, device=device, threads=threads)


def mirror(scan: Scan) -> Scan:
    """A scan as if the container had passed the other way.

    Args:
        scan: Any scan.
    """
    return replace(
        scan,
        high=None if scan.high is None else _flip(scan.high),
        low=None if scan.low is None else _flip(scan.low),
        display=None if scan.display is None else _flip(scan.display),
    )


def _flip(plane: Plane) -> Plane:
    return np.ascontiguousarray(plane[:, ::-1])


def _turn_back(result: Result) -> Result:
    """A result in a mirrored scan, with boxes in the scan as it was."""
    turned = []
    for found in result.detections:
        x0, y0, x1, y1 = found.box
        box = (result.width - x1, y0, result.width - x0, y1)
        turned.append(found.model_copy(update={"box": box}))
    return result.model_copy(update={"detections": tuple(turned)})
