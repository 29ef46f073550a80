"""What could not be seen, in words: it is said before anything else."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from detector.boxes import Boxes
from detector.opaque_regions import find_blocks
from detector.pipeline import Findings

LEADING: Final = 0.3
"""Opaque share of a scan or a container from which that is the first thing said."""


def list_blanks(findings: Findings) -> tuple[str, ...]:
    """Say what could not be seen in a scan, the worst first.

    Args:
        findings: What was found in it.

    Returns:
        One sentence each; none if all of it could be seen.
    """
    return tuple(_list_unlooked(findings)) + tuple(_list_opaque(findings))


def leads(findings: Findings) -> bool:
    """Whether what could not be seen must be said before what was found."""
    shares = [findings.opaque_fraction or 0.0]
    shares += [view.opaque_fraction or 0.0 for view in findings.containers]
    unlooked = len(findings.missed) or len(findings.coarse)
    return max(shares) >= LEADING or bool(unlooked or find_blocks(findings.opaque))


def _list_unlooked(findings: Findings) -> Iterator[str]:
    if len(findings.missed):
        yield f"{_say_columns(findings.missed)} passed without being looked at"
    if len(findings.coarse):
        yield f"{_say_columns(findings.coarse)} were only glanced at"


def _list_opaque(findings: Findings) -> Iterator[str]:
    if findings.opaque_fraction is None:
        yield "a rendering: what is opaque in it cannot be told"
    if not findings.opaque_fraction:
        return
    for start, end in find_blocks(findings.opaque):
        yield (
            f"opaque from top to bottom, or nearly, from {start:.0%} to {end:.0%} "
            "of its length"
        )
    yield f"{_say_share(findings.opaque_fraction)} of the area not inspected: opaque"
    if len(findings.containers) > 1:
        for number, view in enumerate(findings.containers, start=1):
            if view.opaque_fraction:
                kind = f" ({view.kind})" if view.kind else ""
                share = _say_share(view.opaque_fraction)
                yield f"container {number}{kind}: {share} opaque"


def _say_columns(parts: Boxes) -> str:
    """How many columns parts of a scan have together, and where they are."""
    count, reached = 0.0, -np.inf
    for x0, _, x1, _ in sorted(parts.tolist()):
        count += max(x1 - max(x0, reached), 0)
        reached = max(reached, x1)
    start, end = float(parts[:, 0].min()), float(parts[:, 2].max())
    return f"about {count:.0f} columns between {start:.0f} and {end:.0f}"


def _say_share(share: float) -> str:
    return "under 1%" if share < 0.01 else f"{share:.0%}"
