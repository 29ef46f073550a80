"""What a reader should be warned of before the figures."""

from collections.abc import Iterator

from benchmark.evaluation.ledger import Ledger
from benchmark.evaluation.scoring import MOSTLY_OPAQUE
from benchmark.evaluation.slices import FEW
from benchmark.metrics.rates import Rate
from benchmark.report.contents import Contents, Figures
from benchmark.report.words import say_percent


def list_notes(contents: Contents) -> list[str]:
    """Sentences on what limits the figures, the gravest first.

    Args:
        contents: What the report shows.
    """
    figures = contents.candidate
    return [
        *_judge_suite(figures.ledger),
        *_judge_points(contents),
        *_judge_numbers(figures),
    ]


def _judge_suite(ledger: Ledger) -> Iterator[str]:
    stamp = ledger.evaluation.stamp
    if stamp.suite.role == "calibration":
        yield (
            "This suite is for choosing operating points. Figures on it flatter: judge "
            "on another."
        )
    made = sum(row.scan.synthetic for row in ledger.scans)
    if made == len(ledger.scans):
        yield (
            "All scans are synthetic. What is found in them need not be found in real "
            "ones."
        )
    elif made:
        yield f"{made:,} of {len(ledger.scans):,} scans are synthetic."
    if stamp.rendered:
        yield "The network was shown renderings of the scans, not their readings."


def _judge_points(contents: Contents) -> Iterator[str]:
    for name, figures in (
        ("The bundle", contents.candidate),
        ("The champion", contents.champion),
    ):
        if figures is None:
            continue
        points = figures.ledger.evaluation.stamp.points
        rough = sorted({p.name for p in points.values() if not p.calibrated})
        if rough:
            yield (
                f"{name} was run at an operating point that is not calibrated "
                f"({', '.join(rough)})."
            )
    if contents.champion is not None:
        ours, theirs = (
            figures.ledger.evaluation.stamp
            for figures in (contents.candidate, contents.champion)
        )
        if ours.device != theirs.device:
            yield "Candidate and champion did not run in the same way: see below."


def _judge_numbers(figures: Figures) -> Iterator[str]:
    card = figures.scorecard
    yield from _judge_count(card.pd, "firearms")
    yield from _judge_count(card.pfa, "clean containers")
    if card.ignored:
        hidden = ", or the rendering hides them" if _is_rendered(figures) else ""
        yield (
            f"{card.ignored:,} further firearms could not be seen by anybody{hidden}. "
            "They count neither as found nor as missed."
        )
    if card.opacity.heavy:
        yield (
            f"{card.opacity.heavy:,} of {card.opacity.scans:,} scans are opaque over "
            f"{say_percent(MOSTLY_OPAQUE)} or more of the container. Nothing can be "
            "said of what lies there."
        )


def _is_rendered(figures: Figures) -> bool:
    return figures.ledger.evaluation.stamp.rendered


def _judge_count(rate: Rate | None, things: str) -> Iterator[str]:
    if rate is not None and rate.trials < FEW:
        yield f"There are but {rate.trials} {things}: the figures say little."
