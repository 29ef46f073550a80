"""The flow behind `cargosight benchmark merging`: our joining of boxes, and SAHI's."""

import json
from dataclasses import asdict, dataclass

from benchmark.merging import MergingFigures, measure_merging
from cargosight.progress import Report


@dataclass(frozen=True, slots=True)
class MergingComparison:
    """How well the same scenes came out.

    Attributes:
        ours: Joined by `detector.merging`.
        peer: Joined by SAHI; None where it did not take part.
    """

    ours: MergingFigures
    peer: MergingFigures | None

    def as_json(self) -> str:
        """For a program."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """For a person."""
        said = f"ours\n{self.ours.as_text()}"
        if self.peer is None:
            return said
        return f"{said}\n\nSAHI, greedy non-maximum merging\n{self.peer.as_text()}"


def compare_merging(
    scenes: int, *, seed: int, peer: bool, progress: Report
) -> MergingComparison:
    """Join what tiles see of drawn scenes, with ours and with SAHI.

    Args:
        scenes: How many.
        seed: Of the first.
        peer: Whether SAHI takes part.
        progress: Told what is being done.

    Raises:
        TrainingError: If SAHI is wanted and not installed.
    """
    ours = measure_merging(
        scenes, seed=seed, progress=lambda done, count: progress("ours", done, count)
    )
    if not peer:
        return MergingComparison(ours, None)
    from training.plain.joining import join_greedily  # noqa: PLC0415 - few have it

    theirs = measure_merging(
        scenes,
        seed=seed,
        progress=lambda done, count: progress("SAHI", done, count),
        merge=join_greedily,
    )
    return MergingComparison(ours, theirs)
