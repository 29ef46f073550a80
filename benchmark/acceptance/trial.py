"""How soon the drift alarm sees what goes wrong, and how often it cries wolf.

Scans are simulated as one steady scanner would take them, and again with something
wrong with it. Acceptances and weeks are then drawn from these, with replacement, as
often as is wanted.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from benchmark.acceptance.baseline import Rows, gather_rows
from benchmark.acceptance.drift import DRIFTED, TOO_FEW, judge_week
from benchmark.acceptance.figures import measure_figures
from data.parallel import map_ordered
from data.scan import Counts, Scan
from data.simulation import simulate_scan
from data.simulation.imaging.defects import Defect
from data.simulation.imaging.scanner import find_scanner
from data.simulation.recipe import Recipe
from detector.batch import as_result
from detector.bundle import read_bundle
from detector.pipeline import Detector

STEADY_SCANNER: Final = replace(
    find_scanner("simulated 6/4 MV"),
    photons=(2e4, 2.4e4),
    blur_px=(0.5, 0.55),
    weaknesses=(),
)
"""One scanner in order, where the simulator's families are many in all states."""

DEFECTS: Final = tuple(
    (kind, severity)
    for kind in ("dose loss", "blur", "row stripes", "dead rows")
    for severity in (2, 3)
)

AIR_LEVELS: Final = (0.98, 0.95)
"""What the source gives of what its air calibration states."""

NOTHING: Final = "nothing"
DENSER: Final = "denser traffic"

_SEEDS: Final = 10_000
_LENGTH_M: Final = 4.0
_DENSE_SHARE: Final = 1.0

Progress = Callable[[int, int], None]
Pools = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class TrialScans:
    """What is simulated.

    Attributes:
        steady: Scans with nothing wrong.
        wrong: Scans with each thing that goes wrong.
        bundle: Folder of a bundle that looks at them.
        workers: Processes.
    """

    steady: int
    wrong: int
    bundle: Path
    workers: int = 1


@dataclass(frozen=True, slots=True)
class _Task:
    pool: str
    seed: int
    recipe: Recipe
    light: float
    bundle: Path


def simulate_pools(wanted: TrialScans, *, progress: Progress | None = None) -> Pools:
    """Simulate and measure scans, with each thing wrong and with nothing.

    Args:
        wanted: How many.
        progress: Told how many scans of how many are done.

    Returns:
        The figures of the scans, without alarms, by what is wrong with them.
    """
    tasks = list(_plan(wanted))
    found: dict[str, list[dict[str, float | None]]] = {}
    rows = map_ordered(_measure, tasks, workers=wanted.workers)
    for number, (task, row) in enumerate(zip(tasks, rows, strict=True)):
        found.setdefault(task.pool, []).append(row)
        if progress is not None:
            progress(number + 1, len(tasks))
    return {n: gather_rows(each, [0] * len(each)) for n, each in found.items()}


def _plan(wanted: TrialScans) -> Iterator[_Task]:
    recipe = Recipe(length_m=_LENGTH_M, firearms=0, defects=())
    for seed in range(wanted.steady):
        yield _Task(NOTHING, seed, recipe, 1.0, wanted.bundle)
    for number, (kind, severity) in enumerate(DEFECTS):
        defects = (Defect(kind=kind, severity=severity),)
        wrong = recipe.model_copy(update={"defects": defects})
        for place in range(wanted.wrong):
            seed = (number + 2) * _SEEDS + place
            yield _Task(f"{kind} {severity}", seed, wrong, 1.0, wanted.bundle)
    for light in AIR_LEVELS:
        name = f"air level {light - 1:+.0%}"
        for place in range(wanted.wrong):
            seed = _SEEDS + place
            yield _Task(name, seed, recipe, light, wanted.bundle)


@lru_cache(maxsize=1)
def _load(bundle: Path) -> Detector:
    return Detector(read_bundle(bundle), threads=1)


def _measure(task: _Task) -> dict[str, float | None]:
    made = simulate_scan(task.seed, task.recipe, scanner=STEADY_SCANNER)
    scan = dim(made.scan, task.light)
    detector = _load(task.bundle)
    result = as_result(scan, detector.detect(scan), detector.bundle, str(task.seed))
    return measure_figures(scan, result)


def dim(scan: Scan, light: float) -> Scan:
    """The scan as if the source had given another share of light than the file states.

    Args:
        scan: A scan with counts.
        light: Share, over 0.
    """
    planes: list[Counts | None] = []
    for number, counts in enumerate((scan.high, scan.low)):
        if counts is None or scan.dark is None:
            planes.append(None)
            continue
        dark = scan.dark[number][:, None]
        dimmed = np.rint((counts - dark) * np.float32(light) + dark)
        planes.append(np.clip(dimmed, 0, 65535).astype(np.uint16))
    return replace(scan, high=planes[0], low=planes[1])


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """How weeks are drawn.

    Attributes:
        clean: Clean passes of an acceptance.
        sizes: Scans of a week.
        shares: Which share of a week's scans has what is wrong.
        weeks: How many are drawn of each, every one with an acceptance of its own.
        pfa: Share of the scans with nothing wrong that shall alarm: the score from
            which a detection is an alarm is chosen for that.
        seed: Of the draws.
    """

    clean: int = 60
    sizes: Sequence[int] = (10, 50, 200, 1000)
    shares: Sequence[float] = (1.0, 0.3, 0.1)
    weeks: int = 200
    pfa: float = 0.05
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TrialRow:
    """What came of weeks of one sort.

    Attributes:
        wrong: What is wrong with the scanner, or with the traffic.
        share: Which share of the scans has it.
        scans: Scans of a week.
        matched: Whether traffic was matched.
        alarmed: Share of the weeks that were found to have drifted.
        untold: Share of the weeks with too few scans to tell.
        first: Which figure drifted most often; empty if none did.
    """

    wrong: str
    share: float
    scans: int
    matched: bool
    alarmed: float
    untold: float
    first: str


def try_weeks(
    pools: Pools, plan: TrialPlan, *, progress: Progress | None = None
) -> list[TrialRow]:
    """Draw acceptances and weeks, and judge them.

    Args:
        pools: As `simulate_pools` gives them.
        plan: How.
        progress: Told how many sorts of weeks of how many are done.
    """
    pools = _set_alarms(pools, plan.pfa)
    sorts = [*_list_sorts(pools, plan)]
    rows = []
    for number, (wrong, share, scans, matched) in enumerate(sorts):
        rng = np.random.default_rng([plan.seed, number])
        found: Counter[str] = Counter()
        firsts: Counter[str] = Counter()
        for _ in range(plan.weeks):
            baseline = _draw(rng, pools[NOTHING], plan.clean)
            week = _draw_week(rng, pools, wrong, share, scans)
            judged = judge_week(wrong, baseline, week, match=matched)
            found[judged.answer] += 1
            firsts.update(f.name for f in judged.figures if f.answer == DRIFTED)
        rows.append(
            TrialRow(
                wrong,
                share,
                scans,
                matched,
                found[DRIFTED] / plan.weeks,
                found[TOO_FEW] / plan.weeks,
                max(firsts, key=lambda name: firsts[name], default=""),
            )
        )
        if progress is not None:
            progress(number + 1, len(sorts))
    return rows


def _set_alarms(pools: Pools, pfa: float) -> Pools:
    """The same scans, at the operating point of a Pfa."""
    threshold = np.quantile(pools[NOTHING].columns["highest"], 1 - pfa)
    return {
        name: Rows(rows.columns, (rows.columns["highest"] > threshold).astype(float))
        for name, rows in pools.items()
    }


def _list_sorts(
    pools: Pools, plan: TrialPlan
) -> Iterator[tuple[str, float, int, bool]]:
    for scans in plan.sizes:
        for matched in (False, True):
            yield NOTHING, 1.0, scans, matched
            yield DENSER, 1.0, scans, matched
    for name in pools:
        if name != NOTHING:
            for share in plan.shares:
                for scans in plan.sizes:
                    yield name, share, scans, False


def _draw(
    rng: np.random.Generator, pool: Rows, count: int, *, denser: float | None = None
) -> Rows:
    """Some of a pool, with replacement."""
    chance = None
    if denser is not None:
        dense = pool.columns["attenuation"]
        above = dense > np.median(dense)
        chance = np.where(above, denser / above.sum(), (1 - denser) / (~above).sum())
    return pool.select(rng.choice(len(pool.alarms), count, p=chance))


def _draw_week(
    rng: np.random.Generator, pools: Pools, wrong: str, share: float, scans: int
) -> Rows:
    steady = pools[NOTHING]
    if wrong in {NOTHING, DENSER}:
        dense = _DENSE_SHARE if wrong == DENSER else None
        return _draw(rng, steady, scans, denser=dense)
    spoilt = int(rng.binomial(scans, share))
    parts = (_draw(rng, pools[wrong], spoilt), _draw(rng, steady, scans - spoilt))
    return Rows(
        {
            key: np.concatenate([p.columns[key] for p in parts])
            for key in steady.columns
        },
        np.concatenate([part.alarms for part in parts]),
    )
