"""Truth: boxes and labels made by a person or by the simulator."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import TruthError
from data.masks import Mask, decode_mask

FIREARM = "firearm"
"""The label of what this project looks for."""

TOY_GUN = "toy gun"
"""The label of toys, which are neither firearms nor mere clutter."""

HARMLESS = "harmless"
"""The label of things whose silhouettes come near those of firearms."""

PROJECTED = "projection"
"""Source of truth about things that were projected, maybe into a real scan."""

LABELS = frozenset({FIREARM, TOY_GUN, HARMLESS})
"""All labels that a dataset may hold."""

VISIBLE = 5.0
"""Signal-to-noise under which nobody could see a firearm (Rose's criterion)."""

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Pose(BaseModel):
    """How a thing lies, as three turns of its own frame: muzzle, grip, side.

    At 0, 0, 0 the muzzle is to the right of the picture, the grip down, and the broad
    side faces the source. Then it is turned about its own barrel (roll), its muzzle is
    raised out of the picture towards the source (elevation), and it is turned in the
    picture, anticlockwise (heading): intrinsic z-y-x angles.

    Attributes:
        heading_deg: -180 to 180.
        elevation_deg: -90 to 90; at the ends the muzzle points along the rays.
        roll_deg: -180 to 180; at 90 and -90 it lies edge-on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    heading_deg: Finite
    elevation_deg: Finite
    roll_deg: Finite


class LabelOrigin(BaseModel):
    """Who says something of a scan, and how they know.

    Attributes:
        how: "drawn" by a person, a flag "confirmed" or "dismissed" by one, found in a
            "search" of the container, or a "prediction" of a bundle.
        by: The person.
        when: ISO 8601, with its zone.
        bundle: Name of the bundle whose flag it was.
        score: Of that flag, 0 to 1.
        weak: Nobody has looked inside: a person's word for what a picture shows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    how: Literal["drawn", "confirmed", "dismissed", "search", "prediction"]
    by: str | None = None
    when: str | None = None
    bundle: str | None = None
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    weak: bool = False


class TruthObject(BaseModel):
    """One labelled object of a scan.

    All but the box may be unknown. What is said of visibility is of the high plane.

    Attributes:
        box: x0, y0, x1, y1, scan px; pixel (0, 0) covers [0, 1) x [0, 1).
        label: What it is to the network, such as "firearm".
        kind: What it is more closely, such as "pistol" or "rifle".
        form: Whole, or one of the "parts" of a firearm or one of a "bundle" of them.
        piece: Which part it is.
        concealment: How it is hidden, such as "drum" or "false wall".
        pose: How it lies.
        mask: Its silhouette in the pixels of its box, as run lengths: see `data.masks`.
        attenuation_around: Mean attenuation of all else on its pixels, nepers.
        attenuation_in_front: Of what is between the source and it.
        attenuation_behind: Of what is between it and the detector.
        contrast: Mean attenuation that it adds there, net of what it displaces.
        signal_to_noise: Of a matched filter that knows the object.
        occluded: Share of those of its pixels that would stand out in air but are
            lost in the noise of what is around it, 0 to 1.
        ignore: Nobody could see it: it neither counts as found nor as missed.
        firearm: Which physical firearm it is, where that is known.
        origin: Who says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    box: tuple[Finite, Finite, Finite, Finite]
    label: str = FIREARM
    kind: str | None = None
    form: str | None = None
    piece: str | None = None
    concealment: str | None = None
    pose: Pose | None = None
    mask: tuple[int, ...] | None = None
    attenuation_around: Finite | None = None
    attenuation_in_front: Finite | None = None
    attenuation_behind: Finite | None = None
    contrast: Finite | None = None
    signal_to_noise: Finite | None = None
    occluded: Annotated[float, Field(ge=0, le=1)] | None = None
    ignore: bool = False
    firearm: str | None = None
    origin: LabelOrigin | None = None

    def pixels(self) -> Mask | None:
        """Its mask, (h, w) bool, over the pixels of its box; None if it has none.

        Raises:
            TruthError: If the mask does not fit the box.
        """
        if self.mask is None:
            return None
        x0, y0, x1, y1 = map(round, self.box)
        return decode_mask(self.mask, (y1 - y0, x1 - x0))


class ScanDefect(BaseModel):
    """Something wrong with a scan.

    Attributes:
        kind: Such as "dose loss".
        severity: 1, hardly to be seen, to 5, hardly usable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: str
    severity: Annotated[int, Field(ge=1, le=5)]


class Truth(BaseModel):
    """All labelled objects of one scan, and who labelled them.

    Attributes:
        objects: The objects; an empty tuple states that there is none.
        source: "simulation", or the file or person the labels come from.
        cargo: What else is in the scan, where known.
        defects: What is wrong with the scan, where known.
        origin: Who says that there is nothing else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[2] = 2
    objects: tuple[TruthObject, ...] = ()
    source: str | None = None
    cargo: tuple[str, ...] = ()
    defects: tuple[ScanDefect, ...] = ()
    origin: LabelOrigin | None = None

    @property
    def weak(self) -> bool:
        """Whether any of it is a weak label."""
        said = [self.origin, *(thing.origin for thing in self.objects)]
        return any(origin is not None and origin.weak for origin in said)

    def boxes(
        self, label: str = FIREARM, *, ignored: bool = False
    ) -> npt.NDArray[np.float32]:
        """Boxes of the objects with a label.

        Args:
            label: Which objects.
            ignored: Those marked `ignore`, instead of those that are not.

        Returns:
            (N, 4) float32, scan px.
        """
        rows = [o.box for o in self.objects if o.label == label and o.ignore == ignored]
        return np.array(rows, dtype=np.float32).reshape(-1, 4)

    def surroundings(self, label: str = FIREARM) -> tuple[float | None, ...]:
        """Attenuation around each object that `boxes` lists, where known, nepers."""
        return tuple(each.attenuation_around for each in self._counted(label))

    def contrasts(self, label: str = FIREARM) -> tuple[float | None, ...]:
        """Attenuation that each object that `boxes` lists adds, where known, nepers."""
        return tuple(each.contrast for each in self._counted(label))

    def _counted(self, label: str) -> list[TruthObject]:
        return [o for o in self.objects if o.label == label and not o.ignore]


def read_truth(path: Path) -> Truth:
    """Read a truth file.

    Args:
        path: A JSON file as `Truth.model_dump_json` writes it.

    Raises:
        TruthError: If it is missing or is not a truth file.
    """
    try:
        return Truth.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        msg = f"{path} does not exist. Every scan of a dataset needs its truth file."
        raise TruthError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        msg = f"{path} is not a truth file: {where or 'file'}: {first['msg']}."
        raise TruthError(msg) from error
