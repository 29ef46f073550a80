"""How well containers are told apart, in simulated scans of none, one or several."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.convoys import CONVOYS, PITCH_MM, Convoy, ConvoyScan, draw_convoy
from data.errors import SimulationError
from detector.containers import LENGTHS_MM, Container, find_containers

Reals = npt.NDArray[np.float64]

FEWEST_CASES: Final = len(CONVOYS)
_NEAR: Final = 0.02


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """One scan.

    Attributes:
        kind: One of `benchmark.convoys.CONVOYS`.
        there: Containers in it.
        found: Containers found in it.
        end_errors_mm: How far each end was off, from left to right, mm of the picture;
            none unless as many were found as are there.
        named: How many of them were said to be of their true length.
    """

    kind: Convoy
    there: int
    found: int
    end_errors_mm: tuple[float, ...]
    named: int


@dataclass(frozen=True, slots=True)
class KindFigures:
    """All scans of one kind.

    Attributes:
        kind: One of `benchmark.convoys.CONVOYS`.
        scans: How many.
        right: Share of them in which as many containers were found as are there.
        too_many: Share of them in which more were found: containers cut apart.
        end_median_mm: Median error of an end; None if there is none to measure.
        end_most_mm: Error under which 95 % of the ends are.
        named: Share of the containers whose length was told right, of scans in which
            the count was.
    """

    kind: Convoy
    scans: int
    right: float
    too_many: float
    end_median_mm: float | None
    end_most_mm: float | None
    named: float | None


@dataclass(frozen=True, slots=True)
class ContainerFigures:
    """What was found in all scans.

    Attributes:
        seed: Of all.
        cases: How many scans.
        kinds: Each kind of scan.
        right: Share of all scans in which the count was right.
    """

    seed: int
    cases: int
    kinds: tuple[KindFigures, ...]
    right: float

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        head = (
            f"{self.cases} simulated scans, seed {self.seed}: "
            f"the count of containers is right in {self.right:.1%}"
        )
        return "\n".join([head, *map(_say, self.kinds)])


def measure_containers(
    cases: int = 120,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> ContainerFigures:
    """Find containers in simulated scans, and compare with where they are.

    Args:
        cases: How many scans, 4 or more; the kinds take turns.
        seed: 0 or more. The same arguments give the same figures.
        progress: Called with how many are done and how many there shall be.

    Raises:
        SimulationError: If there are too few, or the seed is negative.
    """
    if cases < FEWEST_CASES or seed < 0:
        msg = f"{cases} scans, seed {seed}: choose 4 or more, and 0 or more."
        raise SimulationError(msg)
    found = []
    for number in range(cases):
        rng = np.random.default_rng([seed, number])
        scan = draw_convoy(rng, CONVOYS[number % len(CONVOYS)])
        seen = find_containers(scan.attenuation, pitch_mm=PITCH_MM)
        found.append(compare_containers(scan, seen))
        if progress is not None:
            progress(number + 1, cases)
    kinds = tuple(_sum_up(found, kind) for kind in CONVOYS)
    right = float(np.mean([case.found == case.there for case in found]))
    return ContainerFigures(seed, cases, kinds, right)


def compare_containers(scan: ConvoyScan, found: Sequence[Container]) -> CaseFigures:
    """Compare what was found in a scan with what is there.

    Args:
        scan: The scan.
        found: Its containers, from left to right.
    """
    there = len(scan.boxes)
    if len(found) != there:
        return CaseFigures(scan.kind, there, len(found), (), 0)
    ends = np.array([(each.x0, each.x1) for each in found]).reshape(-1, 2)
    off = np.abs(ends - scan.boxes[:, [0, 2]]) * PITCH_MM
    named = sum(
        each.kind is not None and abs(LENGTHS_MM[each.kind] / length - 1) < _NEAR
        for each, length in zip(found, scan.lengths_mm, strict=True)
    )
    errors = tuple(float(each) for each in off.ravel())
    return CaseFigures(scan.kind, there, there, errors, named)


def _sum_up(cases: Sequence[CaseFigures], kind: Convoy) -> KindFigures:
    chosen = [case for case in cases if case.kind == kind]
    right = [case for case in chosen if case.found == case.there]
    errors = np.array([error for case in right for error in case.end_errors_mm])
    there = sum(case.there for case in right)
    return KindFigures(
        kind=kind,
        scans=len(chosen),
        right=len(right) / len(chosen),
        too_many=sum(case.found > case.there for case in chosen) / len(chosen),
        end_median_mm=_take_share(errors, 0.5),
        end_most_mm=_take_share(errors, 0.95),
        named=sum(case.named for case in right) / there if there else None,
    )


def _take_share(errors: Reals, share: float) -> float | None:
    return round(float(np.quantile(errors, share)), 1) if len(errors) else None


def _say(kind: KindFigures) -> str:
    text = (
        f"{kind.kind:6}  n {kind.scans:4}  count right {kind.right:6.1%}  "
        f"too many {kind.too_many:5.1%}"
    )
    if kind.end_median_mm is None or kind.named is None:
        return text
    return (
        f"{text}  ends off by {kind.end_median_mm:.0f} mm, "
        f"95 % under {kind.end_most_mm:.0f} mm  length told {kind.named:6.1%}"
    )
