"""The figures of a scan that are watched: what each tells, and how much matters."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal

from benchmark.acceptance.image_statistics import measure_image
from data.scan import Scan
from data.truth import FIREARM
from detector.pipeline import LEAST_SCORE
from detector.results import Result

Family = Literal["scanner", "traffic", "answers"]
Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a scan.

    Attributes:
        key: What files call it.
        name: What people call it.
        unit: Of its values; empty for shares and scores.
        family: "scanner" hardly depends on what is scanned, "traffic" on nothing else,
            "answers" on both and on the network.
        least: Shifts up to this do not matter, in its unit.
        ratio: Whether `least` is a share of its value, and shifts are ratios.
        advice: What to do if it has drifted.
    """

    key: str
    name: str
    unit: str
    family: Family
    least: float
    advice: str
    ratio: bool = False

    def lay(self, value: float) -> float:
        """A value where shifts are differences: its logarithm, of ratios."""
        return math.log(max(value, 1e-9)) if self.ratio else value

    def restore(self, laid: float) -> float:
        """What `lay` was given."""
        return math.exp(laid) if self.ratio else laid

    @property
    def margin(self) -> float:
        """`least`, as a difference of what `lay` gives."""
        return math.log1p(self.least) if self.ratio else self.least


_AIR: Final = (
    "Have the air calibration renewed: attenuations are off, and with them all else."
)
_DOSE: Final = "Look after the source and its dose: thick cargo drowns in noise."
_MIX: Final = (
    "The traffic has changed: compare with --match, or take clean passes of it and "
    "accept anew."
)

FIGURES: Final = (
    Figure("air", "air level", "of the stated", "scanner", 0.01, _AIR),
    Figure("air_low", "air level, low plane", "of the stated", "scanner", 0.01, _AIR),
    Figure(
        "air_counts",
        "counts in air",
        "counts",
        "scanner",
        0.05,
        "Look after the source and the detector's gain.",
        ratio=True,
    ),
    Figure("noise", "noise in air", "", "scanner", 0.15, _DOSE, ratio=True),
    Figure(
        "noise_low", "noise in air, low plane", "", "scanner", 0.15, _DOSE, ratio=True
    ),
    Figure(
        "row_stripes",
        "row gain stripes",
        "",
        "scanner",
        0.002,
        "Have the gain of the detector rows calibrated.",
    ),
    Figure(
        "column_stripes",
        "column stripes",
        "",
        "scanner",
        0.002,
        "Look after the pulses of the source and their reference.",
    ),
    Figure(
        "dead_rows",
        "dead rows",
        "of the rows",
        "scanner",
        0.001,
        "Have the detector boards checked: firearms may lie across dead rows.",
    ),
    Figure(
        "blur_y",
        "blur up and down",
        "px",
        "scanner",
        0.15,
        "Check collimator and detector alignment: small parts are smeared.",
    ),
    Figure(
        "blur_x",
        "blur along the scan",
        "px",
        "scanner",
        0.15,
        "Check speed and pulse rate: small parts are smeared.",
    ),
    Figure("width", "length of the scan", "px", "traffic", 0.1, _MIX, ratio=True),
    Figure("matter", "area of matter", "of the picture", "traffic", 0.05, _MIX),
    Figure("attenuation", "median attenuation", "nepers", "traffic", 0.2, _MIX),
    Figure(
        "attenuation_high",
        "90 % quantile of attenuation",
        "nepers",
        "traffic",
        0.3,
        _MIX,
    ),
    Figure(
        "opaque",
        "opaque share",
        "of the container's area",
        "answers",
        0.02,
        "More than before cannot be inspected: look at the dose and at the traffic.",
    ),
    Figure(
        "highest",
        "highest score of a scan",
        "",
        "answers",
        0.05,
        "Scan the test pieces again and accept anew: the network sees other pictures "
        "than it was accepted on.",
    ),
)
"""All that are compared, but for the share of scans that alarm."""


def measure_figures(scan: Scan, result: Result) -> dict[str, float | None]:
    """All figures of one scan, by their keys; None where one cannot be measured.

    Args:
        scan: The scan.
        result: What the bundle found in it.
    """
    scores = result.scores(FIREARM)
    highest = float(scores.max(initial=0.0))
    return asdict(measure_image(scan)) | {
        "opaque": result.opaque_fraction,
        "highest": max(highest, LEAST_SCORE),
    }


def count_alarms(result: Result) -> int:
    """How many alarms a scan raised."""
    return sum(found.alarm for found in result.detections)


def state_value(value: float | None) -> str:
    """A value of a figure for people, to some four digits.

    Args:
        value: None where it was not measured.

    Example:
        >>> [state_value(value) for value in (58020.4, 0.0079751, None)]
        ['58,020', '0.007975', 'unknown']
    """
    if value is None:
        return "unknown"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
