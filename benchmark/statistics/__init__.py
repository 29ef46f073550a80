"""How sure a figure is, and whether one bundle differs from another.

Inspections are independent of each other; firearms of one inspection are not.

Modules:
    design_effect: what it costs that firearms of one inspection hang together.
    intervals: of one share.
    bootstrap: intervals of what has no formula.
    paired: two bundles on the same firearms.
    power: how many firearms or clean scans a rule needs.
    multiplicity: many tests at once.
    coverage: how often the intervals hold the truth.
"""

from benchmark.statistics.bootstrap import (
    Interval,
    bootstrap_weights,
    percentile_bounds,
    percentile_interval,
)
from benchmark.statistics.coverage import Coverage, measure_coverage
from benchmark.statistics.design_effect import estimate_design_effect
from benchmark.statistics.intervals import (
    Estimate,
    clustered_bounds,
    clustered_interval,
    wilson_interval,
)
from benchmark.statistics.multiplicity import holm
from benchmark.statistics.paired import (
    PairedDifference,
    PairedTest,
    clustered_mcnemar,
    mcnemar,
    paired_bounds,
    paired_difference,
)
from benchmark.statistics.power import (
    clean_scans_needed,
    firearms_needed,
    firearms_needed_for_share,
    power_not_worse,
    power_of_share,
)

__all__ = [
    "Coverage",
    "Estimate",
    "Interval",
    "PairedDifference",
    "PairedTest",
    "bootstrap_weights",
    "clean_scans_needed",
    "clustered_bounds",
    "clustered_interval",
    "clustered_mcnemar",
    "estimate_design_effect",
    "firearms_needed",
    "firearms_needed_for_share",
    "holm",
    "mcnemar",
    "measure_coverage",
    "paired_bounds",
    "paired_difference",
    "percentile_bounds",
    "percentile_interval",
    "power_not_worse",
    "power_of_share",
    "wilson_interval",
]
