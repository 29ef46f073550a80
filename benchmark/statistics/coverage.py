"""How often the intervals hold the truth, by drawing inspections with a known one."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Final, Literal

import numpy as np

from benchmark.statistics.bootstrap import bootstrap_weights, percentile_bounds
from benchmark.statistics.design_effect import Floats
from benchmark.statistics.intervals import clustered_bounds, wilson_interval
from benchmark.statistics.paired import paired_bounds
from data.errors import ResultError

Kind = Literal["wilson", "clustered", "bootstrap", "paired", "paired bound"]
Counts = tuple[Floats, Floats]

KINDS: Final[tuple[Kind, ...]] = (
    "wilson",
    "clustered",
    "bootstrap",
    "paired",
    "paired bound",
)
TRIALS: Final = (10, 25, 50, 100, 250, 500, 1000)
TRUTHS: Final = tuple(float(p) for p in np.linspace(0.02, 0.98, 19).round(3))
BAR: Final = (0.94, 0.965)
"""What the average over `TRUTHS` shall be from `BAR_FROM` firearms on."""
BAR_FROM: Final = 250
DISCORDANCE: Final = 0.08
CORRELATION: Final = 0.2

_LARGEST: Final = 4
_MEAN_SIZE: Final = (1 + _LARGEST) / 2
_AT_ONCE: Final = 1000
_HAIR: Final = 1e-9
_EXPLAINED: Final[dict[Kind, str]] = {
    "wilson": "Wilson's, independent trials",
    "clustered": "Wilson's with a design effect",
    "bootstrap": "percentiles of draws of inspections",
    "paired": "difference of two bundles, two-sided",
    "paired bound": "its lower bound, one-sided",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What one kind of interval covers at one size of suite.

    Attributes:
        kind: One of `KINDS`.
        trials: Firearms in all, on average.
        mean: Share of intervals that hold the truth, over all `TRUTHS`.
        worst: Least of them.
        worst_at: The truth it is least at.
    """

    kind: Kind
    trials: int
    mean: float
    worst: float
    worst_at: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What intervals of 95 % cover.

    Attributes:
        seed: Of all draws.
        repetitions: Suites drawn for each row and truth.
        resamples: Draws of inspections in each of them for the bootstrap.
        rows: Each kind at each size.
        met: Whether each row from 250 firearms on covers 94 to 96.5 % on average.
    """

    seed: int
    repetitions: int
    resamples: int
    rows: tuple[Row, ...]
    met: bool

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        head = (
            f"{self.repetitions} suites for each of {len(TRUTHS)} true shares from "
            f"{TRUTHS[0]:g} to {TRUTHS[-1]:g}, seed {self.seed}; inspections hold 1 to "
            f"{_LARGEST} firearms with a correlation of {CORRELATION:g}, the bootstrap "
            f"draws them {self.resamples} times; paired: {DISCORDANCE:.0%} discordance "
            "of which the true share is gained"
        )
        low, high = BAR
        bar = (
            f"Bar from {BAR_FROM} firearms on: {low:.1%} to {high:.1%} on average: "
            f"{'met' if self.met else 'NOT met'}."
        )
        return "\n".join([head, *map(_say, self.rows), bar])


def measure_coverage(
    repetitions: int = 20_000,
    *,
    resamples: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Coverage:
    """Draw suites with a known truth, and count how often each interval holds it.

    Shares: independent trials for "wilson"; else inspections of 1 to 4 firearms, each
    number as likely, whose firearms are found with a chance drawn for each inspection
    from a beta distribution with an intraclass correlation of 0.2. Paired: what is
    gained, lost or neither is drawn likewise from a Dirichlet distribution; 8 % of
    firearms are one of the first two, and the true share is that of gained in them.

    Args:
        repetitions: Suites for each size and truth, 1 or more; 20,000 tell a coverage
            to 0.3 points, and a mean over truths to 0.1 (two standard errors).
        resamples: Draws of inspections for each bootstrap, 2 or more. A thousand suites
            share their weights, which only makes it fast.
        seed: 0 or more.
        progress: Called with how many sizes and truths are done and how many there are.

    Raises:
        ResultError: If there are too few, or the seed is negative.
    """
    if repetitions < 1 or resamples < 2 or seed < 0:
        msg = (
            f"{repetitions} repetitions, {resamples} resamples, seed {seed}: choose 1, "
            "2 and 0 or more."
        )
        raise ResultError(msg)
    cells = [(trials, truth) for trials in TRIALS for truth in TRUTHS]
    covered: dict[tuple[Kind, int], list[float]] = {}
    for done, (trials, truth) in enumerate(cells, 1):
        shares = _measure_cell(trials, truth, (repetitions, resamples, seed))
        for kind, share in zip(KINDS, shares, strict=True):
            covered.setdefault((kind, trials), []).append(share)
        if progress is not None:
            progress(done, len(cells))
    rows = tuple(
        _sum_up(kind, trials, covered[kind, trials])
        for kind in KINDS
        for trials in TRIALS
    )
    met = all(BAR[0] <= row.mean <= BAR[1] for row in rows if row.trials >= BAR_FROM)
    return Coverage(seed, repetitions, resamples, rows, met)


def draw_counts(
    rng: np.random.Generator, sizes: Floats, chances: tuple[float, ...]
) -> Counts:
    """Firearms of each inspection that fall under the first and the second chance.

    Chances of an inspection are drawn from a Dirichlet distribution around the given
    ones, so that firearms of it hang together (Mosimann, Biometrika 49 (1962) 65).

    Args:
        rng: What to draw by.
        sizes: (S, C), firearms in each inspection.
        chances: Two or more, which sum to 1.

    Returns:
        Two (S, C), which together are at most `sizes`.
    """
    concentration = (1 - CORRELATION) / CORRELATION
    drawn = rng.gamma(
        concentration * np.array(chances), size=(*sizes.shape, len(chances))
    )
    drawn /= drawn.sum(-1, keepdims=True)
    first = rng.binomial(sizes.astype(np.int64), drawn[..., 0])
    left = np.maximum(1 - drawn[..., 0], np.finfo(np.float64).tiny)
    second = np.minimum(drawn[..., 1] / left, 1)
    rest = rng.binomial(sizes.astype(np.int64) - first, second)
    return first.astype(np.float64), rest.astype(np.float64)


def _measure_cell(trials: int, truth: float, plan: tuple[int, int, int]) -> list[float]:
    """Share of suites whose interval holds the truth, for each kind."""
    repetitions, resamples, seed = plan
    rng = np.random.default_rng([seed, trials, round(1000 * truth)])
    held = np.zeros(len(KINDS))
    for suites in _part(repetitions):
        held += _count_held(rng, suites, trials, truth, resamples)
    return [float(share) for share in held / repetitions]


def _part(repetitions: int) -> Iterator[int]:
    for start in range(0, repetitions, _AT_ONCE):
        yield min(_AT_ONCE, repetitions - start)


def _count_held(
    rng: np.random.Generator, suites: int, trials: int, truth: float, resamples: int
) -> list[int]:
    """How many suites' intervals hold the truth, for each kind."""
    alone = wilson_interval(rng.binomial(trials, truth, suites), trials)
    inspections = max(2, round(trials / _MEAN_SIZE))
    sizes = rng.integers(1, _LARGEST + 1, (suites, inspections)).astype(np.float64)
    hits = draw_counts(rng, sizes, (truth, 1 - truth))[0]
    weights = bootstrap_weights(inspections, resamples, int(rng.integers(2**32)))
    drawn = (weights @ hits.T) / (weights @ sizes.T)
    estimates = hits.sum(1) / sizes.sum(1)
    gain, loss = DISCORDANCE * truth, DISCORDANCE * (1 - truth)
    gained, lost = draw_counts(rng, sizes, (gain, loss, 1 - DISCORDANCE))
    pairs = (gained, lost, sizes)
    lower = paired_bounds(*pairs, confidence=0.9)[0]
    return [
        _count(alone, truth),
        _count(clustered_bounds(hits, sizes)[:2], truth),
        _count(percentile_bounds(drawn, weights, estimates), truth),
        _count(paired_bounds(*pairs)[:2], gain - loss),
        _count((lower, np.ones(suites)), gain - loss),
    ]


def _count(bounds: Counts, truth: float) -> int:
    low, high = bounds
    return int(((low <= truth + _HAIR) & (truth <= high + _HAIR)).sum())


def _sum_up(kind: Kind, trials: int, shares: list[float]) -> Row:
    worst = int(np.argmin(shares))
    return Row(kind, trials, float(np.mean(shares)), shares[worst], TRUTHS[worst])


def _say(row: Row) -> str:
    return (
        f"{_EXPLAINED[row.kind]:36} n {row.trials:4}  covers {row.mean:6.2%}  "
        f"worst {row.worst:6.2%} at {row.worst_at:g}"
    )
