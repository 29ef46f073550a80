"""What could not be seen, in words: it is said before anything else."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from detector.blank import Blank, BlankFacts
from detector.boxes import Boxes
from detector.opaque_regions import find_blocks
from detector.pipeline import Findings

LEADING: Final = 0.3
"""Opaque share of a scan or a container from which that is the first thing said."""


def find_blanks(findings: Findings) -> tuple[Blank, ...]:
    """Find what could not be seen in a scan, the worst first.

    Args:
        findings: What was found in it.

    Returns:
        Nothing if all of it could be seen.
    """
    return tuple(_find_unlooked(findings)) + tuple(_find_opaque(findings))


def list_blanks(findings: Findings) -> tuple[str, ...]:
    """Say what could not be seen in a scan, the worst first.

    Args:
        findings: What was found in it.

    Returns:
        One sentence each; none if all of it could be seen.
    """
    return tuple(blank.text for blank in find_blanks(findings))


def leads(findings: Findings) -> bool:
    """Whether what could not be seen must be said before what was found."""
    shares = [findings.opaque_fraction or 0.0]
    shares += [view.opaque_fraction or 0.0 for view in findings.containers]
    unlooked = len(findings.missed) or len(findings.coarse)
    return max(shares) >= LEADING or bool(unlooked or find_blocks(findings.opaque))


def _find_unlooked(findings: Findings) -> Iterator[Blank]:
    if len(findings.missed):
        facts, said = _measure_columns(findings.missed)
        text = f"{said} passed without being looked at"
        yield Blank("blank.unlooked", facts, text)
    if len(findings.coarse):
        facts, said = _measure_columns(findings.coarse)
        yield Blank("blank.coarse", facts, f"{said} were only glanced at")


def _find_opaque(findings: Findings) -> Iterator[Blank]:
    share = findings.opaque_fraction
    if share is None:
        text = "a rendering: what is opaque in it cannot be told"
        yield Blank("blank.rendering", {}, text)
    if not share:
        return
    for start, end in find_blocks(findings.opaque):
        text = (
            f"opaque from top to bottom, or nearly, from {start:.0%} to {end:.0%} "
            "of its length"
        )
        facts: BlankFacts = {"start": round(start, 4), "end": round(end, 4)}
        yield Blank("blank.passage", facts, text)
    text = f"{_say_share(share)} of the area not inspected: opaque"
    yield Blank("blank.opaque", {"share": round(share, 4)}, text)
    if len(findings.containers) > 1:
        yield from _find_opaque_containers(findings)


def _find_opaque_containers(findings: Findings) -> Iterator[Blank]:
    for number, view in enumerate(findings.containers, start=1):
        share = view.opaque_fraction
        if not share:
            continue
        facts: BlankFacts = {"number": number, "share": round(share, 4)}
        facts |= {"kind": view.kind} if view.kind else {}
        kind = f" ({view.kind})" if view.kind else ""
        text = f"container {number}{kind}: {_say_share(share)} opaque"
        yield Blank("blank.container", facts, text)


def _measure_columns(parts: Boxes) -> tuple[BlankFacts, str]:
    """How many columns parts of a scan have together, and where they are."""
    count, reached = 0.0, -np.inf
    for x0, _, x1, _ in sorted(parts.tolist()):
        count += max(x1 - max(x0, reached), 0)
        reached = max(reached, x1)
    start, end = float(parts[:, 0].min()), float(parts[:, 2].max())
    facts: BlankFacts = {
        "columns": round(count),
        "start": round(start),
        "end": round(end),
    }
    return facts, f"about {count:.0f} columns between {start:.0f} and {end:.0f}"


def _say_share(share: float) -> str:
    return "under 1%" if share < 0.01 else f"{share:.0%}"
