"""Truth: boxes and labels made by a person or by the simulator."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import TruthError

FIREARM = "firearm"
"""The label of what this project looks for."""

Pixels = Annotated[float, Field(allow_inf_nan=False)]


class TruthObject(BaseModel):
    """One labelled object of a scan.

    Attributes:
        box: x0, y0, x1, y1, scan px; pixel (0, 0) covers [0, 1) x [0, 1).
        label: What it is to the network, such as "firearm".
        kind: What it is more closely, such as "pistol" or "rifle".
        attenuation_behind: Mean attenuation of all else on its pixels, nepers.
        signal_to_noise: Of a matched filter that knows the object, on the high plane.
        ignore: Nobody could see it: it neither counts as found nor as missed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    box: tuple[Pixels, Pixels, Pixels, Pixels]
    label: str = FIREARM
    kind: str | None = None
    attenuation_behind: float | None = None
    signal_to_noise: float | None = None
    ignore: bool = False


class Truth(BaseModel):
    """All labelled objects of one scan, and who labelled them.

    Attributes:
        objects: The objects; an empty tuple states that there is none.
        source: "simulation", or the file or person the labels come from.
        cargo: What else is in the scan, where known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    objects: tuple[TruthObject, ...] = ()
    source: str | None = None
    cargo: tuple[str, ...] = ()

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
