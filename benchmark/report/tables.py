"""The tables of a report: all figures, and where they come from."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np

from benchmark.evaluation.ledger import Ledger
from benchmark.evaluation.scoring import MOSTLY_OPAQUE, Scorecard
from benchmark.metrics.curves import Curve, pd_at_cost
from benchmark.report.contents import Contents, Figures
from benchmark.report.words import (
    DASH,
    GAP,
    say_mean,
    say_percent,
    say_rate,
)
from detector.operating_point import OperatingPoint

Row = tuple[str, str]

COSTS: Final = (0.01, 0.05, 0.1)
"""Pfa at which the ROC is read."""

ALARMS: Final = (0.1, 0.5, 1.0)
"""False alarms a scan at which the FROC is read."""


def tabulate_figures(contents: Contents) -> list[tuple[str, list[str]]]:
    """All figures: a name, then the candidate's and, with one, the champion's.

    Args:
        contents: What the report shows.
    """
    cards = [contents.candidate.scorecard]
    if contents.champion is not None:
        cards.append(contents.champion.scorecard)
    return [(name, [say(card) for card in cards]) for name, say in _MEASURES]


def _say_precision(card: Scorecard, *, strict: bool) -> str:
    found = card.precision
    if found is None:
        return "not measured"
    value, interval = (
        (found.ap50_95, found.ap50_95_interval)
        if strict
        else (found.ap50, found.ap50_interval)
    )
    return f"{value:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


def _say_counts(card: Scorecard) -> str:
    firearms = 0 if card.pd is None else card.pd.trials
    clean = 0 if card.pfa is None else card.pfa.trials
    return (
        f"{card.scans:,} scans of {card.inspections:,} containers; {firearms:,} "
        f"firearms; {clean:,} clean containers"
    )


def _say_localisation(card: Scorecard) -> str:
    found = card.localisation
    if found is None:
        return "not measured: no firearm was found in a scan with a pixel pitch"
    return (
        f"median {found.median_mm:.0f}{GAP}mm, nine in ten under "
        f"{found.ninth_mm:.0f}{GAP}mm, of {found.firearms:,} firearms"
    )


def _say_timing(card: Scorecard) -> str:
    found = card.timing
    if found is None:
        return "not measured"
    return (
        f"median {found.median_s:.3g}{GAP}s, nine in ten under {found.ninth_s:.3g}"
        f"{GAP}s, of {found.scans:,} scans"
    )


def _say_opacity(card: Scorecard) -> str:
    found = card.opacity
    if found.mean is None:
        return "unknown: display scans do not tell"
    return (
        f"mean {say_percent(found.mean)}; {found.heavy:,} of {found.scans:,} scans "
        f"opaque over {say_percent(MOSTLY_OPAQUE)} or more"
    )


def _read_froc(cost: float, card: Scorecard) -> str:
    return _read_curve(card.froc, cost)


def _read_roc(cost: float, card: Scorecard) -> str:
    return _read_curve(card.roc, cost)


def _read_curve(curve: Curve | None, cost: float) -> str:
    return "not measured" if curve is None else say_percent(pd_at_cost(curve, cost))


def _list_measures() -> Iterator[tuple[str, Callable[[Scorecard], str]]]:
    yield "Looked at", _say_counts
    yield "Pd of firearms", lambda card: say_rate(card.pd)
    yield "Pd of inspections", lambda card: say_rate(card.pd_inspection)
    yield "Pfa of clean inspections", lambda card: say_rate(card.pfa)
    yield "False alarms a scan", lambda card: say_mean(card.false_alarms)
    for cost in ALARMS:
        name = f"Pd of firearms at {cost:g} false alarms a scan"
        yield name, partial(_read_froc, cost)
    for cost in COSTS:
        name = f"Pd of inspections at a Pfa of {cost * 100:g}{GAP}%"
        yield name, partial(_read_roc, cost)
    yield (
        "Area under the ROC",
        lambda card: f"{card.roc.area:.3f}" if card.roc and card.roc.area else DASH,
    )
    yield "AP50", lambda card: _say_precision(card, strict=False)
    yield "AP50-95", lambda card: _say_precision(card, strict=True)
    yield "Alarms lie off their firearms by", _say_localisation
    yield "Time a scan", _say_timing
    yield "Opaque share of the container", _say_opacity
    yield "Firearms that nobody could see", lambda card: f"{card.ignored:,}"


_MEASURES: Final = tuple(_list_measures())


def tabulate_provenance(contents: Contents) -> list[tuple[str, list[Row]]]:
    """Where everything comes from: titles with names and values.

    Args:
        contents: What the report shows.
    """
    evaluation = contents.candidate.ledger.evaluation
    suite = evaluation.suite
    content = suite.content
    tables = [
        (
            "Suite",
            [
                ("name", content.name),
                ("title", content.title),
                ("for", content.role),
                ("origin", content.origin),
                ("seal (sha256)", suite.seal),
                ("made with", _join(content.versions)),
                ("scans", f"{len(content.scans):,}"),
            ],
        ),
        ("Evaluation", [*_list_evaluation(contents.candidate)]),
    ]
    if contents.champion is not None:
        champion = [*_list_evaluation(contents.champion)]
        tables.append(("Evaluation of the champion", champion))
    return tables


def _list_evaluation(figures: Figures) -> Iterator[Row]:
    evaluation = figures.ledger.evaluation
    record, stamp = evaluation.record, evaluation.stamp
    bundle = stamp.bundle
    yield "bundle", f"{bundle.name} {bundle.version}, {bundle.status}"
    yield "bundle's manifest (sha256)", bundle.sha256
    for kind, point in stamp.points.items():
        yield f"operating point, {kind} scans", _say_point(point)
    yield "score of an alarm, as counted", _say_thresholds(figures.ledger)
    yield "device", stamp.device
    yield "least score kept", f"{stamp.least_score:g}"
    yield "scans shown as rendered", "yes" if stamp.rendered else "no"
    yield "machine", _join(record.machine)
    yield "run with", _join(record.versions)
    yield "finished", record.finished.isoformat(timespec="seconds")
    yield "record (sha256)", evaluation.sha256
    yield "results", f"{len(record.results):,} files, each with its sha256 there"
    yield "seed of redrawn groups", "0"


def _say_point(point: OperatingPoint) -> str:
    parts = [f"{point.name}, score {point.threshold:g} or more"]
    parts.append("calibrated" if point.calibrated else "not calibrated")
    for name, share, interval in (
        ("Pd", point.pd, point.pd_interval),
        ("Pfa", point.pfa, point.pfa_interval),
    ):
        if share is not None and interval is not None:
            low, high = (say_percent(end) for end in interval)
            parts.append(f"{name} {say_percent(share)} ({low} to {high})")
    if point.suite is not None:
        parts.append(f"measured on {point.suite}")
    return "; ".join(parts)


def _say_thresholds(ledger: Ledger) -> str:
    points = list_points(ledger)
    return ", ".join(f"{threshold:.6g} ({kind})" for kind, _, threshold in points)


def list_points(ledger: Ledger) -> list[tuple[str, str, float]]:
    """What decided on alarms, for each kind of scan.

    Args:
        ledger: Of the evaluation.

    Returns:
        Kind of scan, name of the operating point, and the score that was counted with;
        the name tells if that is not the point's own.
    """
    found = {row.scan.kind: row.threshold for row in ledger.scans}
    points: list[tuple[str, str, float]] = []
    for kind, threshold in sorted(found.items()):
        point = ledger.evaluation.point(kind)
        own = np.float32(point.threshold) == np.float32(threshold)
        name = point.name if own else f"in place of {point.name}"
        points.append((kind, name, threshold))
    return points


def _join(things: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in things.items()) or DASH


def count_lying(ledger: Ledger) -> list[tuple[str, int, int]]:
    """What false alarms lie on: name, how many in clean scans, how many in others.

    Args:
        ledger: Of the evaluation.

    Returns:
        The most frequent first.
    """
    found: Counter[tuple[str, bool]] = Counter()
    for row in ledger.false_alarms:
        if row.alarm:
            found[row.near or "cargo", ledger.scans[row.scan].clean] += 1
    names = {name for name, _ in found}
    rows = [(name, found[name, True], found[name, False]) for name in names]
    return sorted(rows, key=lambda row: (-row[1] - row[2], row[0]))
