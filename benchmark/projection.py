"""How true projections are: against the same firearm simulated in the same place."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from benchmark.resimulation import Insertion, Scene, draw_insertions, draw_scene
from data.errors import SimulationError
from data.projection.casting import Cast, Variation, cast_cutout
from data.projection.hardening import Method, add_attenuation
from data.projection.projecting import place_window, project_cast

Levels = npt.NDArray[np.float32]
Name = Literal[
    "multiplication",
    "fixed factor",
    "without scatter",
    "projection",
    "display",
    "display as linear",
]

NAMES: Final[tuple[Name, ...]] = (
    "multiplication",
    "fixed factor",
    "without scatter",
    "projection",
    "display",
    "display as linear",
)
"""What is compared; "projection" is what `data.projection` does with counts."""

BINS: Final = (0.0, 1.0, 2.0, 3.0, 5.0)
"""Where backgrounds are parted, attenuation."""

WANTED_BIAS: Final = 0.03
WANTED_RMSE: Final = 0.02

_A_BIN: Final = 2
_TRIES: Final = 10
_MOST_SCENES: Final = 4
_DEEPEST: Final = 7.0
_GAMMAS: Final = (1.0, 3.0)
_ASSUMED: Final = {"display": 2.4, "display as linear": 1.0}
_PLANES: Final = ("high", "low")
_METHODS: Final[dict[Name, Method]] = {
    "multiplication": "multiply",
    "fixed factor": "factor",
    "without scatter": "curve",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One method on one plane of one insertion.

    Attributes:
        name: One of `NAMES`.
        plane: "high" or "low".
        scanner: Which scanner.
        behind: Mean attenuation of the background on the firearm's pixels, nepers.
        projected: Sum of the attenuation that the projection adds there.
        true: Sum of the attenuation that the firearm adds in truth.
        squares: Sum of the squared differences of the two.
        pixels: Pixels of the firearm.
    """

    name: Name
    plane: str
    scanner: str
    behind: float
    projected: float
    true: float
    squares: float
    pixels: int


@dataclass(frozen=True, slots=True)
class Row:
    """One method over some insertions.

    Attributes:
        name: One of `NAMES`.
        plane: "high", "low" or "both".
        low: Least attenuation of the background.
        high: Most.
        insertions: How many.
        bias: Sum of projected over sum of true contrast, less 1.
        median: Median over insertions of the same of each.
        rmse: Root of the mean squared difference over all pixels, nepers.
    """

    name: Name
    plane: str
    low: float
    high: float
    insertions: int
    bias: float
    median: float
    rmse: float


@dataclass(frozen=True, slots=True)
class ProjectionBenchmark:
    """Projections against truth.

    Attributes:
        seed: Of all.
        insertions: How many firearms.
        rows: Each method, plane and background.
        overall: Each method over all planes and backgrounds.
        met: Whether "projection" keeps to a bias of 3 % and an RMSE of 0.02 overall.
    """

    seed: int
    insertions: int
    rows: tuple[Row, ...]
    overall: tuple[Row, ...]
    met: bool

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        head = (
            f"{self.insertions} firearms projected and simulated anew, "
            f"seed {self.seed}; bias of contrast, median of it, RMSE in attenuation"
        )
        verdict = "met" if self.met else "NOT met"
        bar = (
            f"Bar for projection, overall: bias {WANTED_BIAS:.0%}, "
            f"RMSE {WANTED_RMSE:g}: {verdict}."
        )
        return "\n".join([head, *map(_say, (*self.rows, *self.overall)), bar])


def run_projection_benchmark(
    insertions: int = 200,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> ProjectionBenchmark:
    """Project firearms into simulated cargo, and compare with simulating them there.

    Contrast is compared without noise; noise, scatter and sharpness of each scene are
    estimated from it with noise, as they are from a real scan.

    Args:
        insertions: How many, 4 or more; a fourth of them behind each range of
            attenuation as far as the scenes have it.
        seed: 0 or more.
        progress: Called with how many are done and how many there shall be.

    Raises:
        SimulationError: If there are too few, or the seed is negative.
    """
    if insertions < len(BINS) - 1 or seed < 0:
        msg = f"{insertions} insertions, seed {seed}: choose 4 or more, and 0 or more."
        raise SimulationError(msg)
    comparisons: list[Comparison] = []
    for done, found in enumerate(_compare_all(insertions, seed), 1):
        comparisons += found
        if progress is not None:
            progress(done, insertions)
    rows = _tabulate(comparisons)
    overall = [_sum_up(comparisons, name, "both", BINS[0], BINS[-1]) for name in NAMES]
    shown = tuple(row for row in overall if row is not None)
    met = all(_meets_bar(row) for row in shown if row.name == "projection")
    return ProjectionBenchmark(seed, insertions, tuple(rows), shown, met)


def _meets_bar(row: Row) -> bool:
    return abs(row.bias) <= WANTED_BIAS and row.rmse <= WANTED_RMSE


def _compare_all(insertions: int, seed: int) -> Iterator[list[Comparison]]:
    """The comparisons of each insertion, with as many in each bin while possible."""
    rng = np.random.default_rng(seed)
    bins = len(BINS) - 1
    free = np.full(bins, -(-insertions // bins))
    done = 0
    for number in range(_MOST_SCENES * insertions):
        scene = draw_scene(rng, number)
        here = np.minimum(free, _A_BIN)
        for insertion in islice(draw_insertions(rng, scene), _TRIES):
            place = _find_bin(scene, insertion)
            if place is not None and here[place] and done < insertions:
                here[place] -= 1
                free[place] -= 1
                done += 1
                yield _compare(rng, scene, insertion)
        if done == insertions:
            return


def _find_bin(scene: Scene, insertion: Insertion) -> int | None:
    planes = scene.planes[0][insertion.window]
    behind = -np.log(planes)[_cast(scene, insertion).mask]
    if not len(behind) or np.quantile(behind, 0.95) > _DEEPEST:
        return None
    place = int(np.searchsorted(BINS, behind.mean())) - 1
    return place if place < len(BINS) - 1 else None


def _cast(scene: Scene, insertion: Insertion) -> Cast:
    """The firearm as `data.projection` casts it, in a window of the insertion's."""
    rows, columns = insertion.window
    tall, wide = rows.stop - rows.start, columns.stop - columns.start
    # The middle of an even side is between two pixels, that of an odd one on a pixel.
    variation = Variation(offset=(wide % 2 / 2, tall % 2 / 2))
    pitch, blur = scene.scanner.pitch_mm, scene.calibration.blur_px
    cast = cast_cutout(insertion.cutout, variation, pitch, blur)
    left, top = round(wide / 2 - cast.middle[0]), round(tall / 2 - cast.middle[1])
    planes = np.zeros((len(cast.attenuation), tall, wide), np.float32)
    mask = np.zeros((tall, wide), bool)
    place = place_window((left, top), cast.mask.shape)
    planes[:, *place], mask[place] = cast.attenuation, cast.mask
    return Cast(planes, mask, (wide / 2, tall / 2))


def _compare(
    rng: np.random.Generator, scene: Scene, insertion: Insertion
) -> list[Comparison]:
    """All methods on all planes of one insertion."""
    cast = _cast(scene, insertion)
    before = scene.planes[:, *insertion.window]
    gamma = float(rng.uniform(*_GAMMAS))
    found = []
    for name in NAMES:
        if name in _ASSUMED:
            made = _project_display(name, before, cast, gamma)
            true = _show(insertion.truth[:1], gamma), _show(before[:1], gamma)
            planes = (made, np.log(true[1] / true[0]) * gamma)
        else:
            made = _project(name, scene, insertion, cast)
            planes = (np.log(before / made), np.log(before / insertion.truth))
        found += _measure(name, scene, -np.log(before), cast.mask, planes)
    return found


def _project(name: Name, scene: Scene, insertion: Insertion, cast: Cast) -> Levels:
    """Transmission after a projection into counts."""
    before = scene.planes[:, *insertion.window]
    energies = scene.calibration.energies_mv
    floors = scene.calibration.floors[:, *insertion.window]
    if name == "projection":
        blur = scene.calibration.blur_px
        return project_cast(before, cast, floors, energies, blur_px=blur).planes
    method = _METHODS[name]
    return project_cast(
        before, cast, np.zeros_like(floors), energies, method=method
    ).planes


def _project_display(name: Name, before: Levels, cast: Cast, gamma: float) -> Levels:
    """Attenuation added to a picture, read off it by its true grey curve."""
    assumed = _ASSUMED[name]
    shown = _show(before[:1], gamma)
    behind = np.asarray(-assumed * np.log(shown), np.float32)
    added = add_attenuation(behind, cast.attenuation[:1], None)
    made = np.maximum(np.rint(255 * shown * np.exp(-added / assumed)), 1) / 255
    return np.asarray(gamma * np.log(shown / made), np.float32)


def _show(transmission: Levels, gamma: float) -> Levels:
    """Brightness in 256 steps, 0 to 1."""
    shown = np.rint(255 * np.clip(transmission, 0, 1) ** (1 / gamma))
    return np.asarray(np.maximum(shown, 1) / 255, np.float32)


def _measure(
    name: Name,
    scene: Scene,
    behind: Levels,
    mask: npt.NDArray[np.bool_],
    planes: tuple[Levels, Levels],
) -> list[Comparison]:
    made, true = (np.asarray(p, np.float64)[:, mask] for p in planes)
    return [
        Comparison(
            name=name,
            plane=plane,
            scanner=scene.scanner.name,
            behind=float(there[mask].mean()),
            projected=float(m.sum()),
            true=float(t.sum()),
            squares=float(((m - t) ** 2).sum()),
            pixels=int(mask.sum()),
        )
        for plane, there, m, t in zip(_PLANES, behind, made, true, strict=False)
    ]


def _tabulate(comparisons: list[Comparison]) -> list[Row]:
    rows = [
        _sum_up(comparisons, name, plane, low, high)
        for plane in _PLANES
        for low, high in pairwise(BINS)
        for name in NAMES
    ]
    return [row for row in rows if row is not None]


def _sum_up(
    comparisons: list[Comparison], name: Name, plane: str, low: float, high: float
) -> Row | None:
    """The row of a method, or None if nothing falls into it."""
    chosen = [
        c
        for c in comparisons
        if c.name == name and plane in {c.plane, "both"} and low <= c.behind < high
    ]
    if not chosen:
        return None
    true = np.array([c.true for c in chosen])
    projected = np.array([c.projected for c in chosen])
    squares, pixels = sum(c.squares for c in chosen), sum(c.pixels for c in chosen)
    return Row(
        name=name,
        plane=plane,
        low=low,
        high=high,
        insertions=len(chosen),
        bias=float(projected.sum() / true.sum() - 1),
        median=float(np.median(projected / true - 1)),
        rmse=float(np.sqrt(squares / pixels)),
    )


def _say(row: Row) -> str:
    return (
        f"{row.plane:4} {row.low:g}-{row.high:g}  {row.name:17} n {row.insertions:4}  "
        f"bias {row.bias:+7.1%}  median {row.median:+7.1%}  RMSE {row.rmse:.3f}"
    )
