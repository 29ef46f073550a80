"""Write what came of an audit: a page for people, a file for programs."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmark.audit.auditing import Audit
from benchmark.audit.checks import Finding
from benchmark.audit.counts import tabulate
from benchmark.audit.reading import ScanReading
from benchmark.audit.rendering import render_audit
from benchmark.audit.sheets import choose_sheets, draw_shots, list_shots
from data.dataset_writing import write_text

PAGE: Final = "audit.html"
RECORD: Final = "audit.json"
FORMAT: Final = 1

Report = Callable[[str, int, int], None]


def write_audit(
    audit: Audit, out: Path, *, workers: int = 1, progress: Report | None = None
) -> None:
    """Write `audit.html` and `audit.json` into a folder.

    Args:
        audit: What came of it.
        out: The folder; it is made if it is missing, and files there are replaced.
        workers: Processes that draw pictures.
        progress: Told what is being done, how much is done and how much there is.

    Raises:
        DatasetError: If they cannot be written.
        ScanFileError: If a scan can no longer be read.
    """

    def report(done: int, count: int) -> None:
        if progress is not None:
            progress("drawing", done, count)

    sheets = choose_sheets(audit.readings)
    shots = list_shots(audit.findings, sheets)
    images = draw_shots(audit.readings, shots, workers=workers, progress=report)
    write_text(out / RECORD, json.dumps(to_record(audit), indent=1))
    write_text(out / PAGE, render_audit(audit, sheets, images))


def to_record(audit: Audit) -> dict[str, Any]:
    """All that was found and measured, for programs.

    Args:
        audit: What came of it.
    """
    return {
        "format": FORMAT,
        **summarise(audit),
        "tables": [asdict(table) for table in tabulate(audit.readings)],
        "scans": [_list_scan(reading) for reading in audit.readings],
    }


def summarise(audit: Audit) -> dict[str, Any]:
    """What came of it without the scans one by one.

    Args:
        audit: What came of it.
    """
    return {
        "dataset": audit.name,
        "version": audit.version,
        "made": audit.made.isoformat(),
        "scan_count": len(audit.readings),
        "passed": not audit.must_mend,
        "findings": [_list_finding(audit, finding) for finding in audit.findings],
    }


def _list_finding(audit: Audit, finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check.key,
        "outcome": finding.outcome,
        "title": finding.check.title if finding.items else finding.check.fine,
        "unchecked": finding.unchecked or None,
        "items": [
            {
                "says": item.says,
                "scans": [audit.readings[n].entry.name for n in item.scans],
                "boxes": [box for shot in item.shots for box in shot.boxes],
            }
            for item in finding.items
        ],
    }


def _list_scan(reading: ScanReading) -> dict[str, Any]:
    """A scan without what only this program needs."""
    entry = reading.entry
    return {
        "name": entry.name,
        "split": entry.split,
        "problem": reading.problem or reading.truth_problem,
        "kind": reading.kind or None,
        "size": reading.size,
        "scanner": reading.scanner,
        "acquired": None if reading.acquired is None else reading.acquired.isoformat(),
        "opaque": reading.opaque,
        "weak": reading.weak,
        "quality": None if reading.quality is None else asdict(reading.quality),
        "boxes": [asdict(box) for box in reading.boxes],
    }
