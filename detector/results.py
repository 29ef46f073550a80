"""The results of one scan as JSON, for other programs."""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.errors import ResultError
from data.files import replacing
from detector.boxes import Boxes

Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class BundleName(_Record):
    """Which bundle looked.

    Attributes:
        name: Of the bundle.
        sha256: Of its manifest.
        signed_by: Key whose signature was verified; None for an unsigned bundle.
    """

    name: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signed_by: str | None = None


class ResultDetection(_Record):
    """One detection.

    Attributes:
        box: x0, y0, x1, y1, px of the file that came in.
        score: The network's output, uncalibrated.
        label: What it is taken for.
        alarm: Whether it reaches the operating point.
        container: Number of the container that it lies in, from 1; None where it lies
            in none.
    """

    box: tuple[Finite, Finite, Finite, Finite]
    score: Share
    label: str
    alarm: bool
    container: Annotated[int, Field(ge=1)] | None = None


class ResultContainer(_Record):
    """One of the containers in a scan.

    Attributes:
        box: x0, y0, x1, y1, px of the file that came in.
        kind: "20 ft", "40 ft" or "45 ft"; None where its length does not say.
        opaque_fraction: Share of its area where nothing can be said; None for display
            scans.
        alarms: How many lie in it.
    """

    box: tuple[Finite, Finite, Finite, Finite]
    kind: str | None
    opaque_fraction: Share | None
    alarms: Annotated[int, Field(ge=0)]


class Result(_Record):
    """What was found in one scan.

    Attributes:
        scan: The file, as it was named.
        width: Of the scan, px.
        height: Of the scan, px.
        opaque_fraction: Share of the container's area where nothing can be said; None
            for display scans.
        elapsed_s: How long encoding, network and merging took, s.
        bundle: Which bundle looked.
        operating_point: Name of the point that decides what is an alarm.
        not_inspected: What could not be seen, in words, the worst first; read it before
            the detections.
        opaque_regions: Boxes around what is opaque, the largest first, px of the file:
            see `detector.opaque_regions`.
        containers: Those that were told apart, left to right.
        detections: All of them, those under the operating point too.
    """

    scan: str
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]
    opaque_fraction: Share | None
    elapsed_s: Annotated[Finite, Field(ge=0)]
    bundle: BundleName
    operating_point: str
    not_inspected: tuple[str, ...] = ()
    opaque_regions: tuple[tuple[Finite, Finite, Finite, Finite], ...] = ()
    containers: tuple[ResultContainer, ...] = ()
    detections: tuple[ResultDetection, ...]

    def boxes(self, label: str) -> Boxes:
        """(N, 4) float32, boxes of the detections with a label, px of the file."""
        rows = [found.box for found in self.detections if found.label == label]
        return np.array(rows, np.float32).reshape(-1, 4)

    def scores(self, label: str) -> npt.NDArray[np.float32]:
        """(N,) float32, their scores."""
        rows = [found.score for found in self.detections if found.label == label]
        return np.array(rows, np.float32)

    @model_validator(mode="after")
    def _check_boxes(self) -> Self:
        for found in self.detections:
            x0, y0, x1, y1 = found.box
            if not (0 <= x0 <= x1 <= self.width and 0 <= y0 <= y1 <= self.height):
                msg = f"the box {found.box} lies outside of the scan"
                raise ValueError(msg)
        return self


class ShadowResult(Result):
    """What a bundle found that looked beside the one in service, and was not heeded.

    Whoever reads results refuses it: its alarms were raised with nobody.

    Attributes:
        shadow: Always: it tells such a file from a result.
        note: The same in words, and whether the bundle is signed.
        champion: The bundle in service, whose alarms counted.
    """

    shadow: Literal[True] = True
    note: str
    champion: BundleName


Found = TypeVar("Found", bound=Result)


def write_result(result: Result, path: Path) -> None:
    """Write results as JSON; the file appears whole or not at all."""
    with replacing(path) as draft:
        draft.write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_result(path: Path) -> Result:
    """Read what `write_result` wrote.

    Raises:
        ResultError: If the file is missing or holds something else.
    """
    return _read(path, Result)


def read_shadow_result(path: Path) -> ShadowResult:
    """Read what a bundle found in shadow.

    Raises:
        ResultError: If the file is missing or holds something else.
    """
    return _read(path, ShadowResult)


def _read(path: Path, model: type[Found]) -> Found:
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as error:
        msg = f"{path} cannot be read. Run `cargosight detect` to make results."
        raise ResultError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        msg = f"{path} does not hold results: {where}: {first['msg']}."
        raise ResultError(msg) from error
