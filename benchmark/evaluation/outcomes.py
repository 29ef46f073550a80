"""The outcomes of an evaluation as arrays, of a whole suite or of one slice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmark.evaluation.ledger import FirearmRow, Ledger, ScanRow
from benchmark.evaluation.slices import FIREARM_CUTS, SCAN_CUTS
from benchmark.metrics.average_precision import JudgedScan
from benchmark.metrics.curves import NEVER
from benchmark.metrics.rates import number_names

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What happened to each firearm, each clean inspection and each scan.

    Two evaluations of one suite have their rows in the same order, and number their
    groups alike.

    Attributes:
        scores: (F,) of the detection that met each firearm, `NEVER` for none.
        found: (F,) whether that was an alarm.
        firearm_homes: (F,) group of each firearm.
        firearm_inspections: (F,) inspection of each firearm.
        loudest: (K,) highest score in each clean inspection, `NEVER` for none.
        alarmed: (K,) whether it raised an alarm.
        clean_homes: (K,) group of each clean inspection.
        mistakes: (S,) alarms that met nothing, in each scan.
        scan_homes: (S,) group of each scan.
        judged: Its scans for average precision.
        groups: How many the whole suite has.
    """

    scores: Values
    found: Flags
    firearm_homes: Numbers
    firearm_inspections: Numbers
    loudest: Values
    alarmed: Flags
    clean_homes: Numbers
    mistakes: Numbers
    scan_homes: Numbers
    judged: tuple[JudgedScan, ...]
    groups: int


def list_values(ledger: Ledger, dimension: str) -> list[str]:
    """The values that a dimension takes in an evaluation, sorted.

    Args:
        ledger: The evaluation.
        dimension: A key of `FIREARM_CUTS` or `SCAN_CUTS`.
    """
    if dimension in FIREARM_CUTS:
        cut = FIREARM_CUTS[dimension]
        return sorted({cut(row, ledger.scans[row.scan]) for row in ledger.firearms})
    return sorted({v for row in ledger.scans for v in SCAN_CUTS[dimension](row)})


def gather_outcomes(
    ledger: Ledger, dimension: str | None = None, value: str | None = None
) -> Outcomes:
    """Lay out an evaluation, or one slice of it, as arrays.

    Args:
        ledger: The evaluation.
        dimension: What it is cut by, a key of `FIREARM_CUTS` or `SCAN_CUTS`; None for
            all of it. A dimension of firearms leaves no clean inspections.
        value: Which slice.
    """
    homes = number_names([row.scan.group for row in ledger.scans])
    inspections = number_names([row.scan.inspection for row in ledger.scans])
    scans = [n for n, row in enumerate(ledger.scans) if _keeps(row, dimension, value)]
    firearms = [
        row for row in ledger.firearms if _wanted(ledger, row, dimension, value)
    ]
    holders = np.array([row.scan for row in firearms], np.intp)
    loudest, alarmed, clean = _gather_clean(ledger, scans, inspections)
    wrong = np.bincount(
        [row.scan for row in ledger.false_alarms if row.alarm],
        minlength=len(ledger.scans),
    )
    return Outcomes(
        scores=np.array([row.score for row in firearms], np.float64),
        found=np.array([row.found for row in firearms], bool),
        firearm_homes=homes[holders],
        firearm_inspections=inspections[holders],
        loudest=loudest,
        alarmed=alarmed,
        clean_homes=_find_groups(homes, inspections)[clean],
        mistakes=np.asarray(wrong[scans], np.intp),
        scan_homes=homes[scans],
        judged=tuple(ledger.scans[n].judged for n in scans),
        groups=int(homes.max(initial=-1)) + 1,
    )


def _find_groups(homes: Numbers, inspections: Numbers) -> Numbers:
    """(I,) the group of each inspection."""
    groups = np.zeros(int(inspections.max(initial=-1)) + 1, np.intp)
    groups[inspections] = homes
    return groups


def _keeps(row: ScanRow, dimension: str | None, value: str | None) -> bool:
    if dimension is None:
        return True
    return dimension in SCAN_CUTS and value in SCAN_CUTS[dimension](row)


def _wanted(
    ledger: Ledger, row: FirearmRow, dimension: str | None, value: str | None
) -> bool:
    scan = ledger.scans[row.scan]
    if dimension in FIREARM_CUTS:
        return FIREARM_CUTS[dimension](row, scan) == value
    return _keeps(scan, dimension, value)


def _gather_clean(
    ledger: Ledger, scans: Sequence[int], homes: Numbers
) -> tuple[Values, Flags, Numbers]:
    """Highest score and whether it alarmed, of each inspection that is clean."""
    count = int(homes.max(initial=-1)) + 1
    soiled = np.zeros(count, bool)
    np.logical_or.at(soiled, homes, [not row.clean for row in ledger.scans])
    loudest, alarmed = np.full(count, NEVER), np.zeros(count, bool)
    here = np.zeros(count, bool)
    for number in scans:
        row, home = ledger.scans[number], homes[number]
        here[home] = True
        loudest[home] = max(loudest[home], row.highest)
        alarmed[home] |= row.alarms > 0
    clean = np.flatnonzero(here & ~soiled)
    return loudest[clean], alarmed[clean], clean
