"""The baseline: what clean passes looked like at acceptance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.acceptance.figures import FIGURES
from benchmark.acceptance.record import Acceptance
from benchmark.acceptance.sealing import CLEAN
from benchmark.acceptance.shift import Counts, Values
from data.errors import ResultError

Choice = npt.NDArray[np.bool_] | npt.NDArray[np.intp]

FEWEST: Final = 40
"""Clean passes under which next to nothing could ever be told of the share of scans
that alarm, whatever the week."""

_COMMON: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The figures of independent scans.

    Attributes:
        columns: (N,) of each figure, by its key; NaN where it was not measured.
        alarms: (N,) how many alarms each scan raised.
    """

    columns: Mapping[str, Values]
    alarms: Values

    @property
    def alarming(self) -> Counts:
        """How many scans raised any alarm."""
        return Counts(int((self.alarms > 0).sum()), len(self.alarms))

    def select(self, rows: Choice) -> "Rows":
        """Some of the scans.

        Args:
            rows: (N,) bool mask, or (M,) row numbers.
        """
        columns = {key: column[rows] for key, column in self.columns.items()}
        return Rows(columns, self.alarms[rows])


def gather_rows(
    figures: Sequence[Mapping[str, float | None]], alarms: Sequence[int]
) -> Rows:
    """Lay out figures as columns.

    Args:
        figures: Of each scan, by their keys.
        alarms: Of each scan.
    """
    columns = {
        each.key: np.array([row.get(each.key) for row in figures], np.float64)
        for each in FIGURES
    }
    return Rows(columns, np.array(alarms, np.intp))


def read_baseline(acceptance: Acceptance) -> Rows:
    """The clean passes of an acceptance, one of each container.

    Raises:
        ResultError: If they are too few.
    """
    first: dict[str, int] = {}
    for number, scan in enumerate(acceptance.scans):
        if scan.part == CLEAN:
            first.setdefault(scan.group, number)
    if len(first) < FEWEST:
        msg = (
            f"The acceptance of {acceptance.sheet.site} has clean passes of "
            f"{len(first)} containers. {FEWEST} or more are needed to compare with: "
            "seal and accept more."
        )
        raise ResultError(msg)
    scans = [acceptance.scans[number] for number in first.values()]
    return gather_rows([s.figures for s in scans], [s.alarms for s in scans])


def is_common(column: Values) -> bool:
    """Whether a figure was measured in more than half of the scans."""
    return bool(len(column)) and float(np.isfinite(column).mean()) > _COMMON
