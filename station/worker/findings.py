"""What is kept of what was found in a scan, for pages and for other programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from detector.blanks import find_blanks, leads
from detector.boxes import Boxes
from detector.opaque_regions import list_opaque_regions
from detector.pipeline import Findings


def describe_findings(
    findings: Findings, size: tuple[int, int], missing: Sequence[tuple[int, int]] = ()
) -> dict[str, Any]:
    """What was found beside the alarms, as JSON can.

    Args:
        findings: Of a finished scan.
        size: Width and height of the scan, px.
        missing: Columns that never came, half-open ranges.

    Returns:
        blanks: what could not be seen, the worst first, each with its code, its facts
        and in words; leads: whether that is the first thing to say; opaque_fraction;
        opaque_regions, coarse, unseen: boxes, px of the scan; containers; missing;
        elapsed_s. Pages get it as `station.inspections.findings_shown` has it.
    """
    return {
        "blanks": [*_find_missing(missing), *map(asdict, find_blanks(findings))],
        "leads": leads(findings) or bool(missing),
        "opaque_fraction": findings.opaque_fraction,
        "opaque_regions": _list_boxes(list_opaque_regions(findings.opaque, size)),
        "containers": [
            {
                "box": [round(value, 1) for value in view.box],
                "kind": view.kind,
                "opaque_fraction": view.opaque_fraction,
            }
            for view in findings.containers
        ],
        "coarse": _list_boxes(findings.coarse),
        "unseen": _list_boxes(findings.missed),
        "missing": [list(part) for part in missing],
        "elapsed_s": round(findings.elapsed_s, 3),
    }


def _find_missing(missing: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    count = sum(end - start for start, end in missing)
    if not count:
        return []
    first, last = missing[0][0], missing[-1][1]
    return [
        {
            "code": "blank.missing",
            "facts": {"columns": count, "start": first, "end": last},
            "text": f"{count} columns never came, between {first} and {last}",
        }
    ]


def _list_boxes(boxes: Boxes) -> list[list[float]]:
    return [[round(value, 1) for value in box] for box in boxes.tolist()]
