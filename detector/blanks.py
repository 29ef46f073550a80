"""What could not be seen, in words: it is said before anything else."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from detector.boxes import Boxes, box_areas
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
    return max(shares) >= LEADING or bool(len(findings.missed) or len(findings.coarse))


def _list_unlooked(findings: Findings) -> Iterator[str]:
    if len(findings.missed):
        yield f"{_say_columns(findings.missed)} passed without being looked at"
    if len(findings.coarse):
        yield f"{_say_columns(findings.coarse)} were only glanced at"


def _list_opaque(findings: Findings) -> Iterator[str]:
    if not findings.opaque_fraction:
        return
    yield f"{findings.opaque_fraction:.0%} of the area not inspected: opaque"
    if len(findings.containers) > 1:
        for number, view in enumerate(findings.containers, start=1):
            if view.opaque_fraction:
                kind = f" ({view.kind})" if view.kind else ""
                yield f"container {number}{kind}: {view.opaque_fraction:.0%} opaque"


def _say_columns(parts: Boxes) -> str:
    """How many columns parts of a scan have, and where they are."""
    kept = parts[box_areas(parts) > 0]
    count = round(float(np.sum(kept[:, 2] - kept[:, 0])))
    start, end = float(kept[:, 0].min()), float(kept[:, 2].max())
    return f"about {count} columns between {start:.0f} and {end:.0f}"
