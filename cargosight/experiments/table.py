"""The results of an experiment as Markdown: one row an arm."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import numpy as np

from benchmark.metrics.rates import add_up
from benchmark.statistics.intervals import Estimate, clustered_interval
from benchmark.statistics.paired import PairedDifference, paired_difference
from cargosight.experiments.plan import Arm, ExperimentPlan
from cargosight.experiments.results import ArmResult, Results

NOTHING: Final = "-"

_RULE: Final = "|---|---|---|---|---|---|"


def make_table(results: Results) -> str:
    """Say in Markdown what an experiment came to.

    Args:
        results: What was measured so far; arms that were not say so.

    Returns:
        A heading, what was done, and a table for each group of the plan.
    """
    plan = results.plan
    parts = [f"## {plan.title}", _caption(results)]
    for group, arms in groupby(plan.arms, key=lambda arm: arm.group):
        heading = [f"### {group}"] if group else []
        parts += [*heading, _tabulate(results, list(arms))]
    return "\n\n".join(parts) + "\n"


def _caption(results: Results) -> str:
    """What was trained, how it was measured, and what the figures cannot say."""
    return " ".join(
        [
            *_say_budget(results),
            *_say_measured(results),
            "Pd is that of all seeds together with its 95 % interval, which knows that "
            "firearms of one scan are found or missed together; the difference is to "
            "the first arm, on the same firearms and seeds. The intervals are of the "
            "scans: how much one training differs from the next, the seeds show. "
            "AP50 and seconds are means over the seeds.",
        ]
    )


def _say_budget(results: Results) -> Iterator[str]:
    plan = results.plan
    seeds = " and ".join(map(str, plan.seeds))
    yield f"{len(plan.arms)} arms, each trained with seed {seeds}."
    if results.steps is not None:
        yield (
            f"**Every training was set to {results.steps} steps on the command line, "
            "which is not the budget of the plan.**"
        )
    elif "steps" in plan.common:
        own = any("steps" in arm.settings for arm in plan.arms)
        other = ", some arms of others (see the plan)" if own else ""
        yield f"A training is of {plan.common['steps']} steps{other}."


def _say_measured(results: Results) -> Iterator[str]:
    plan = results.plan
    scans = plan.datasets[plan.measure.dataset].scans
    told = f"Measured on {scans} simulated scans that no arm learned from"
    if results.rows:
        row = results.rows[0]
        told += f", {row.clean} of them clean, with {len(row.hits)} firearms"
    yield f"{told}."
    yield (
        "Every training has a threshold of its own, the lowest at which no more than "
        f"{_percent(plan)} of the clean scans raise an alarm."
    )


def _tabulate(results: Results, arms: Sequence[Arm]) -> str:
    head = (
        f"| arm | Pd at Pfa <= {_percent(results.plan)} | each seed | AP50 "
        f"| difference to {arms[0].name} | seconds |"
    )
    first = results.of(arms[0].name)
    rows = [_row(results, arm, {} if arm == arms[0] else first) for arm in arms]
    return "\n".join([head, _RULE, *rows])


def _row(results: Results, arm: Arm, first: dict[int, ArmResult]) -> str:
    rows = results.of(arm.name)
    if not rows:
        return f"| {arm.name} | not run |" + f" {NOTHING} |" * 4
    cells = [
        arm.name,
        _say_pd(pool_pd(list(rows.values()))),
        _say_seeds(results, rows),
        f"{_mean([row.ap50 for row in rows.values()]):.3f}",
        _say_difference(compare_arms(first, rows)),
        f"{_mean([row.seconds for row in rows.values()]):.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


def pool_pd(rows: Sequence[ArmResult]) -> Estimate | None:
    """Pd of an arm over all of its seeds.

    A scan that several trainings were measured on counts as one inspection: it says
    less than as many scans would.

    Args:
        rows: Results of one arm.

    Returns:
        The share with its 95 % interval; None if none of them can tell.
    """
    told = [row for row in rows if row.pd is not None]
    groups = [group for row in told for group in row.groups]
    hits = np.array([hit for row in told for hit in row.hits], np.int64)
    counts = add_up(groups, np.stack([hits, np.ones_like(hits)], axis=1))
    return clustered_interval(counts[:, 0], counts[:, 1])


def compare_arms(
    first: dict[int, ArmResult], second: dict[int, ArmResult]
) -> PairedDifference | None:
    """How much more the second arm finds than the first, of the same firearms.

    Args:
        first: Results by seed.
        second: Results by seed.

    Returns:
        The difference over the seeds that both have; None if there are none, or one of
        the two cannot tell.
    """
    pairs = [(first[seed], second[seed]) for seed in first if seed in second]
    pairs = [pair for pair in pairs if _are_alike(*pair)]
    return paired_difference(
        [hit for one, _ in pairs for hit in one.hits],
        [hit for _, other in pairs for hit in other.hits],
        [group for one, _ in pairs for group in one.groups],
    )


def _are_alike(one: ArmResult, other: ArmResult) -> bool:
    """Whether both can tell, of the same firearms."""
    return None not in {one.pd, other.pd} and one.groups == other.groups


def _say_pd(pd: Estimate | None) -> str:
    if pd is None:
        return "cannot tell"
    return f"{pd.share:.3f} ({pd.low:.3f} to {pd.high:.3f})"


def _say_seeds(results: Results, rows: dict[int, ArmResult]) -> str:
    return ", ".join(_say_seed(rows.get(seed)) for seed in results.plan.seeds)


def _say_seed(row: ArmResult | None) -> str:
    return NOTHING if row is None or row.pd is None else f"{row.pd:.3f}"


def _say_difference(found: PairedDifference | None) -> str:
    if found is None:
        return NOTHING
    return f"{found.difference:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _percent(plan: ExperimentPlan) -> str:
    return f"{100 * plan.measure.pfa:g} %"
