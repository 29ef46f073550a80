"""What is said below a picture."""

from collections.abc import Iterator

from benchmark.evaluation.ledger import FalseRow, FirearmRow, ScanRow
from benchmark.evaluation.slices import describe_pose
from benchmark.metrics.curves import NEVER
from benchmark.report.words import GAP


def name_firearm(row: FirearmRow) -> str:
    """What a firearm is: kind, piece and form, as far as they are known.

    Args:
        row: The firearm.
    """
    truth = row.truth
    kind = truth.kind or "firearm"
    if truth.piece is not None:
        return f"{truth.piece} of a {kind}"
    if truth.form in {None, "whole"}:
        return kind
    return f"{kind}, {truth.form}"


def name_alarm(row: FalseRow) -> str:
    """What a false alarm lies on."""
    return "cargo" if row.near is None else row.near


def describe_firearm(row: FirearmRow) -> str:
    """How a firearm lies, how it is hidden and how well it is to be seen, in words."""
    return "; ".join(_list_facts(row))


def _list_facts(row: FirearmRow) -> Iterator[str]:
    truth = row.truth
    if truth.pose is not None:
        yield describe_pose(truth.pose)
    if truth.concealment is not None:
        yield f"hidden: {truth.concealment}"
    if truth.attenuation_in_front is not None:
        yield f"in front {truth.attenuation_in_front:.2f}{GAP}nepers"
    if truth.contrast is not None:
        yield f"contrast {truth.contrast:.2f}{GAP}nepers"
    if truth.signal_to_noise is not None:
        yield f"signal-to-noise {truth.signal_to_noise:,.0f}"


def describe_score(score: float, threshold: float) -> str:
    """A score against its threshold.

    Example:
        >>> describe_score(0.2, 0.5)
        'score 0.200, under 0.500'
    """
    if score == NEVER:
        return "no detection met it"
    side = "at or over" if score >= threshold else "under"
    return f"score {score:.3f}, {side} {threshold:.3f}"


def describe_scan(row: ScanRow) -> str:
    """Which scan, and who made it."""
    parts = [row.scan.scan]
    if row.scan.scanner is not None:
        parts.append(row.scan.scanner)
    if row.scan.pitch_mm is None:
        parts.append("scale unknown")
    return ", ".join(parts)
