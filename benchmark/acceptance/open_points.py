"""What an acceptance does not settle: said on the page before anyone signs it."""

from collections.abc import Iterator
from typing import Final

from benchmark.acceptance.record import Acceptance
from benchmark.verdict.finding import PASS
from data.truth import FIREARM
from detector.manifest import GraphKind

SLOW_S: Final = 10.0
"""Time for a scan from which an operator waits for it."""

FEW_PIECES: Final = 5
"""Pieces under which they hardly stand for firearms at large."""


def list_open_points(acceptance: Acceptance) -> tuple[str, ...]:
    """All that whoever signs should know, in sentences.

    Args:
        acceptance: All the rest of it.
    """
    return (
        *_about_verdict(acceptance),
        *_about_bundle(acceptance),
        *_about_pieces(acceptance),
        *_about_scans(acceptance),
        *_about_station(acceptance),
    )


def _about_verdict(acceptance: Acceptance) -> Iterator[str]:
    verdict = acceptance.verdict
    if verdict.answer != PASS:
        yield f"The verdict is not a pass: {verdict.answer}."
    untested = [r.value for r in verdict.rules if r.answer == "not tested"]
    if untested:
        yield f"Too few trials to judge by themselves: {', '.join(map(str, untested))}."


def _about_bundle(acceptance: Acceptance) -> Iterator[str]:
    bundle = acceptance.stamp.bundle
    if bundle.status == "draft":
        yield f"The bundle {bundle.name} {bundle.version} is a draft, not signed."
    kind: GraphKind = "display" if acceptance.kind == "display" else "dual"
    point = acceptance.stamp.points[kind]
    if not point.calibrated:
        yield (
            f"The operating point {point.name} ({point.threshold:.3f}) was not "
            "calibrated on a suite for that."
        )


def _about_pieces(acceptance: Acceptance) -> Iterator[str]:
    sheet = acceptance.sheet
    pieces = [piece for piece in sheet.pieces if piece.label == FIREARM]
    if len(pieces) < FEW_PIECES:
        yield (
            f"{len(pieces)} firearms stand for all: the figures are of these pieces in "
            "other places, not of other firearms."
        )
    if all(piece.label == FIREARM for piece in sheet.pieces):
        yield "No confusers were placed: what tools and toys raise is not known."
    once = sum(len(placement.scans) == 1 for placement in sheet.placements)
    if once == len(sheet.placements):
        yield "No placement was scanned twice: how far scores spread is not known."
    ignored = [p.id for p in acceptance.placements if all(s.ignored for s in p.shown)]
    if ignored:
        yield f"Nobody could see, and so not counted: {', '.join(ignored)}."


def _about_scans(acceptance: Acceptance) -> Iterator[str]:
    if acceptance.synthetic:
        yield (
            f"{acceptance.synthetic} of {len(acceptance.scans)} scans are simulated or "
            "projected: this accepts no site."
        )
    out = acceptance.sheet.left_out
    if out:
        each = ", ".join(f"{one.file} ({one.reason})" for one in out)
        yield f"Scans that were left out: {each}."
    if acceptance.kind == "display":
        yield (
            "The scans are a vendor's rendering: no share of opaque area is known, and "
            "a change of its settings changes all figures."
        )


def _about_station(acceptance: Acceptance) -> Iterator[str]:
    repeats = acceptance.repeats
    if repeats.same < repeats.scans:
        yield (
            f"{repeats.scans - repeats.same} of {repeats.scans} scans gave other "
            "alarms when they were run again."
        )
    slow = sum(scan.elapsed_s > SLOW_S for scan in acceptance.scans)
    if slow:
        yield f"{slow} scans took over {SLOW_S:.0f} s."
