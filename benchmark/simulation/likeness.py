"""How like real scans simulated ones are, by figures that real ones are known by."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.formats import read_scan
from data.formats.listing import find_scans
from data.rendering import GAMMA, render_grey
from data.simulation.containers.container import Container, build_container
from data.simulation.containers.dimensions import HEIGHT_MM
from data.simulation.geometry.path_length import project_solids
from data.simulation.geometry.solids import Solids
from data.simulation.goods.cargo import CARGO, EMPTY, draw_cargo
from data.simulation.imaging.exposure import draw_exposure, expect_signal, transmit
from data.simulation.imaging.scanner import SCANNERS

Levels = npt.NDArray[np.float32]
Grey = npt.NDArray[np.uint8]

REAL_MACHINERY: Final = (0.20, 0.94, 2.47, 4.78)
"""Attenuation in a real scan of machinery: percentiles 25, 50, 75 and 95."""

REAL_WALLS: Final = (0.12, 0.27)
"""Attenuation of the walls of real empty containers: from, to."""

PERCENTILES: Final = (25, 50, 75, 95)

_LENGTH_M: Final = 12.192
_EDGES: Final = (60, 120)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Figures of simulated scans, and of real ones where they are known.

    All of them are taken in 40 ft boxes of standard height, from floor to roof at the
    mid-plane and from wall to wall.

    Attributes:
        scans: How many of each kind of cargo were looked at.
        machinery: Medians of the percentiles of attenuation, full of machinery.
        walls: Quantiles 0.25 and 0.75 of the attenuation of empty containers.
        machinery_edges: Share of edge pixels, full of machinery.
        edges: Median share of edge pixels over all kinds of cargo, empty ones too.
        real_edges: The same of real pictures; None without any.
    """

    scans: int
    machinery: tuple[float, ...]
    walls: tuple[float, float]
    machinery_edges: float
    edges: float
    real_edges: float | None

    @property
    def off(self) -> float:
        """How far the worst percentile of machinery lies off the real one, relative."""
        pairs = zip(self.machinery, REAL_MACHINERY, strict=True)
        return max(abs(ours / real - 1) for ours, real in pairs)

    def as_text(self) -> str:
        """All figures, for a person."""
        real = "" if self.real_edges is None else f"; real {self.real_edges:.4f}"
        return "\n".join(
            [
                f"machinery   attenuation {_list(self.machinery)} at 25, 50, 75, 95 %; "
                f"real {_list(REAL_MACHINERY)}; {self.off:.0%} off at the most",
                f"empty walls attenuation {_list(self.walls)} (quartiles); "
                f"real {_list(REAL_WALLS)}",
                f"edges       {self.machinery_edges:.4f} of the pixels in machinery, "
                f"{self.edges:.4f} in all kinds of cargo{real}",
            ]
        )


def measure_likeness(
    scans: int,
    *,
    seed: int,
    real: Path | None,
    progress: Callable[[int, int], None],
) -> Likeness:
    """Look into containers full of one kind of cargo each.

    Args:
        scans: How many of each kind, 1 or more.
        seed: Of the first; others follow.
        real: Folder of pictures of real containers, cropped to them; None for none.
        progress: Told how many kinds of how many are done.

    Raises:
        ScanFileError: If a real picture cannot be read, or there are none.
    """
    inside: dict[str, list[Levels]] = {}
    for done, kind in enumerate(CARGO):
        seeds = range(seed, seed + scans)
        inside[kind] = [_look_inside(each, kind) for each in seeds]
        progress(done + 1, len(CARGO))
    machinery = [np.percentile(a, PERCENTILES) for a in inside["machinery"]]
    walls = np.median([np.quantile(a, (0.25, 0.75)) for a in inside[EMPTY]], axis=0)
    edges = {kind: [_edges(_render(a)) for a in each] for kind, each in inside.items()}
    return Likeness(
        scans=scans,
        machinery=tuple(float(p) for p in np.median(machinery, axis=0).round(3)),
        walls=(round(float(walls[0]), 3), round(float(walls[1]), 3)),
        machinery_edges=float(np.median(edges["machinery"])),
        edges=float(np.median([share for each in edges.values() for share in each])),
        real_edges=None if real is None else _edges_of_real(real),
    )


def _look_inside(seed: int, kind: str) -> Levels:
    """Attenuation inside a container, with scatter and blur but without noise."""
    rng = np.random.default_rng(seed)
    scanner = SCANNERS[0]
    container = Container(_LENGTH_M * 1000, HEIGHT_MM)
    cargo = draw_cargo(rng, container.hold, kind)
    every = [*build_container(rng, container).solids.copies]
    every += cargo.load.solids.copies
    hold = container.hold
    fan = scanner.draw_fan(rng, (hold.x0, hold.x1), (hold.floor, hold.ceiling), 0.0)
    plane = transmit(*project_solids(Solids(every), fan), scanner)[0]
    return np.asarray(-np.log(expect_signal(plane, draw_exposure(rng, scanner))))


def _render(attenuation: Levels) -> Grey:
    return np.asarray(np.rint(255 * np.exp(-attenuation / GAMMA)), np.uint8)


def _edges(grey: Grey) -> float:
    """Share of edge pixels by Canny's detector."""
    return float((cv2.Canny(grey, *_EDGES) > 0).mean())


def _edges_of_real(folder: Path) -> float:
    pictures = [render_grey(read_scan(found.path)) for found in find_scans([folder])]
    return float(np.median([_edges(_stretch(picture)) for picture in pictures]))


def _stretch(grey: Grey) -> Grey:
    """The picture with its brightest part as air, as ours have it."""
    brightest = max(float(np.percentile(grey, 99)), 1.0)
    return np.asarray(np.clip(grey * (255 / brightest), 0, 255), np.uint8)


def _list(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{number:.2f}" for number in numbers)
