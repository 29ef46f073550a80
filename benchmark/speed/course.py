"""The scans of a race: what is in them, and where they come from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmark.metrics.rates import Home
from benchmark.suite.making import Progress, make_simulated_suite
from benchmark.suite.plan import read_plan
from benchmark.suite.sealed import Suite
from data.errors import SuiteError
from data.formats import read_scan
from data.scan import Scan
from data.simulation import SCANNERS, Recipe, simulate_scan
from data.truth import Truth

MIX: Final = "standard"
"""The plan of a suite that scans are simulated by: a fifth of it is empty."""

LARGE: Final = (4000, 1400)
"""Width and height of a large scan, px."""

LARGE_SCANNER: Final = replace(
    SCANNERS[2], pitch_mm=(3.2, 3.0), below_mm=(700.0, 700.0)
)
"""A dual-energy scanner whose scans of 40 ft have some 1400 x 4000 px."""

FORTY_FEET_M: Final = 12.192


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A scan of a race.

    Attributes:
        scan: It.
        truth: What is in it.
        home: What it is not independent of.
    """

    scan: Scan
    truth: Truth
    home: Home


def make_course(
    out: Path, *, scans: int, seed: int, progress: Progress | None = None
) -> Suite:
    """Simulate scans of the standard mix.

    Args:
        out: Folder of the suite.
        scans: How many, 1 or more.
        seed: Of all of them.
        progress: Told how many of how many are there.

    Raises:
        SuiteError: If there is none.
        DatasetError: If the folder holds other things, or the disk lacks room.
    """
    if scans < 1:
        msg = f"{scans} scans make no race. Choose 1 or more."
        raise SuiteError(msg)
    plan = read_plan(MIX)
    (part,) = plan.parts
    asked = plan.model_copy(
        update={
            "name": f"{MIX} of {scans}",
            "seed": seed,
            "parts": (part.model_copy(update={"scans": scans}),),
        }
    )
    return make_simulated_suite(asked, out, progress=progress)


def list_starts(suite: Suite) -> Iterator[Start]:
    """Read the scans of a suite, each when its turn comes.

    Args:
        suite: Where they are.

    Raises:
        ScanFileError: If one cannot be read.
    """
    for sealed in suite.scans:
        home = Home(sealed.inspection, sealed.group)
        yield Start(read_scan(suite.path(sealed)), suite.truth(sealed), home)


def make_large(seed: int) -> dict[str, Scan]:
    """A scan of 1400 x 4000 px of two energies, of a packed 40 ft container.

    Args:
        seed: Of what is in it.

    Returns:
        By what each is: the scan as its scanner made it, of about 3 mm a pixel; and its
        pixels taken for 4 mm each, so that the network sees them all: no container is
        so large, and no scan of that many pixels takes longer.
    """
    made = simulate_scan(seed, Recipe(length_m=FORTY_FEET_M), scanner=LARGE_SCANNER)
    scan = _fit(made.scan, LARGE)
    coarse = scan.info.model_copy(update={"pitch_mm": (4.0, 4.0)})
    return {
        "4000 x 1400 px, 3.2 x 3.0 mm": scan,
        "4000 x 1400 px, 4 mm": replace(scan, info=coarse),
    }


def _fit(scan: Scan, size: tuple[int, int]) -> Scan:
    """The counts cut off, or carried on by their last row and column, to a size."""
    rows, columns = (
        np.minimum(np.arange(wanted), there - 1)
        for wanted, there in zip(size[::-1], scan.size[::-1], strict=True)
    )
    high, low = (
        None if plane is None else plane[np.ix_(rows, columns)]
        for plane in (scan.high, scan.low)
    )
    air, dark = (
        None if level is None else level[:, rows] for level in (scan.air, scan.dark)
    )
    return replace(scan, high=high, low=low, air=air, dark=dark)
