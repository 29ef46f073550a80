"""Say what came of measuring scans: in words, and for programs."""

import json
from dataclasses import asdict
from typing import Any, Final

from benchmark.quality.run import MeasuredScan, QualityRun
from benchmark.quality.trend import FEWEST
from data.quality import FIGURES, Quality

NO_CONFORMANCE: Final = (
    "Penetration, wire detection, contrast sensitivity and spatial resolution are "
    "named as in ANSI N42.46 and IEC 62523. No conformance with either is claimed."
)

_WIDE: Final = 34
_COLUMN: Final = 16


def to_text(run: QualityRun) -> str:
    """All figures of the newest scan, then what fails and what is unusual.

    Args:
        run: Of any number of scans; there is nothing to say of none.
    """
    if not run.scans:
        return ""
    newest = run.scans[-1]
    lines = [_sum_up(scan, run) for scan in run.scans[:-1]]
    lines += [_introduce(newest), *_tabulate(newest.quality)]
    lines += [
        f"{FIGURES[fault.figure].what} ({fault.plane}): {fault}"
        for fault in newest.quality.faults
    ]
    lines += [*_tell_gate(run), *_tell_trend(run), NO_CONFORMANCE]
    return "\n".join(lines)


def to_json(run: QualityRun) -> str:
    """All of it in one line.

    Args:
        run: Of any number of scans.
    """
    gate = run.options.gate
    return json.dumps(
        {
            "layout": run.options.layout.name,
            "gate": None if gate is None else gate.name,
            "passed": run.passed,
            "conformance": "none claimed",
            "scans": [_collect(scan) for scan in run.scans],
            "failures": [asdict(failure) for failure in run.failures],
            "signals": [asdict(signal) for signal in run.signals],
            "refused": list(run.refused),
        }
    )


def _collect(scan: MeasuredScan) -> dict[str, Any]:
    readings = [asdict(reading) for reading in scan.quality.readings]
    return scan.entry.model_dump(mode="json") | {
        "path": str(scan.path),
        "corner_px": list(scan.quality.placement.corner),
        "likeness": scan.quality.placement.likeness,
        "readings": readings,
    }


def _sum_up(scan: MeasuredScan, run: QualityRun) -> str:
    broken = sum(f.file == scan.entry.file for f in run.failures)
    if run.options.gate is None:
        return f"{scan.path}: measured"
    if not broken:
        return f"{scan.path}: passed"
    return f"{scan.path}: {broken} limit{'s' if broken > 1 else ''} broken"


def _introduce(scan: MeasuredScan) -> str:
    entry = scan.entry
    parts = [
        entry.scanner or "unknown scanner",
        f"{entry.acquired:%Y-%m-%d %H:%M %Z}"
        + (" (when measured)" if entry.acquired_by == "measured" else ""),
        f"layout {entry.layout}",
        f"likeness {scan.quality.placement.likeness:.2f}",
    ]
    return f"{scan.path}: {', '.join(parts)}"


def _tabulate(quality: Quality) -> list[str]:
    """A row for each figure, a column for each plane."""
    planes = [p for p in ("high", "low") if any(f.plane == p for f in quality.figures)]
    lines = [" " * _WIDE + "".join(f"{plane:>{_COLUMN}}" for plane in planes)]
    for name, kind in FIGURES.items():
        columns = ["scan"] if kind.of_scan else planes
        found = [quality.find(f"{plane}.{name}") for plane in columns]
        if any(found):
            shown = ["-" if figure is None else str(figure) for figure in found]
            cells = "".join(f"{each:>{_COLUMN}}" for each in shown)
            lines.append(f"{kind.what:<{_WIDE}}{cells}")
    return lines


def _tell_gate(run: QualityRun) -> list[str]:
    gate = run.options.gate
    if gate is None:
        return ["Nothing was judged. Name a gate, such as --gate standard."]
    if run.failures:
        return [
            f"Gate {gate.name}: failed",
            *(f"  {failure}" for failure in run.failures),
        ]
    return [f"Gate {gate.name}: passed"]


def _tell_trend(run: QualityRun) -> list[str]:
    count = len(run.series)
    if count <= FEWEST:
        return [f"Trend: {count} of the {FEWEST + 1} scans that it takes."]
    if not run.signals:
        return [f"Trend over {run.options.days} days: nothing unusual."]
    return [
        f"Trend over {run.options.days} days: unusual",
        *(f"  {signal}" for signal in run.signals),
    ]
