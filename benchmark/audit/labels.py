"""Files that cannot be read, labels that are wrong, and parts that lack labels."""

from collections.abc import Iterator, Sequence
from typing import Final

from benchmark.audit.checks import CHECKS, Finding, Item, Shot
from benchmark.audit.reading import LabelledBox, ScanReading
from data.splits import SPLITS
from data.truth import FIREARM

_FAULTS: Final = (
    "box-outside",
    "box-empty",
    "box-tiny",
    "box-double",
    "box-too-large",
    "box-too-small",
    "box-covers",
    "box-plain",
)
_WHOLE: Final = frozenset({"box-outside", "box-empty", "box-tiny", "box-covers"})
_IN_MM: Final = frozenset({"box-too-large", "box-too-small"})


def find_damage(readings: Sequence[ScanReading]) -> list[Finding]:
    """List the scans and the truth files that cannot be read.

    Args:
        readings: Of all scans.
    """
    scans, truths = [], []
    for number, reading in enumerate(readings):
        if reading.problem is not None:
            scans.append(Item(reading.problem, (number,)))
        elif reading.truth_problem is not None:
            truths.append(Item(reading.truth_problem, (number,), (Shot(number),)))
    return [
        Finding(CHECKS["scan-unreadable"], tuple(scans)),
        Finding(CHECKS["truth-unreadable"], tuple(truths)),
    ]


def gather_faults(readings: Sequence[ScanReading]) -> list[Finding]:
    """Gather what is wrong with boxes, by what it is.

    Args:
        readings: Of all scans.
    """
    found: dict[str, list[Item]] = {key: [] for key in _FAULTS}
    for number, reading in enumerate(readings):
        for fault in reading.faults:
            boxes = tuple(reading.boxes[n].box for n in fault.objects)
            shot = Shot(number, boxes, whole=fault.kind in _WHOLE)
            found[fault.kind].append(Item(fault.says, (number,), (shot,)))
    labelled = [box for reading in readings for box in reading.boxes]
    return [
        Finding(CHECKS[key], tuple(items), _why_unchecked(key, labelled))
        for key, items in found.items()
    ]


def _why_unchecked(key: str, boxes: Sequence[LabelledBox]) -> str:
    if not boxes:
        return "Nothing is labelled."
    firearms = [box for box in boxes if box.label == FIREARM]
    if key in _IN_MM and all(box.size_mm is None for box in firearms):
        return "No scan with a labelled firearm states its pixel pitch."
    return ""


def find_poor_parts(readings: Sequence[ScanReading]) -> list[Finding]:
    """Find parts without firearms or without clean scans, and weak held-out labels.

    Args:
        readings: Of all scans.
    """
    weak = [
        Item(_say_weak(reading), (number,), (_show_labels(number, reading),))
        for number, reading in enumerate(readings)
        if reading.weak and reading.entry.split == "held-out"
    ]
    return [
        Finding(CHECKS["part-poor"], tuple(_judge_parts(readings))),
        Finding(
            CHECKS["weak-held-out"],
            tuple(weak),
            ""
            if any(r.entry.split == "held-out" for r in readings)
            else "There is no held-out part.",
        ),
    ]


def _judge_parts(readings: Sequence[ScanReading]) -> Iterator[Item]:
    for split in SPLITS:
        scans = [
            n
            for n, r in enumerate(readings)
            if r.entry.split == split and r.problem is None
        ]
        armed = sum(has_firearm(readings[number]) for number in scans)
        if not scans:
            yield Item(f"{split}: no scan at all", ())
        elif armed == 0:
            yield Item(f"{split}: no firearm in {len(scans)} scans", ())
        elif armed == len(scans):
            yield Item(f"{split}: no clean scan among {len(scans)}", ())


def has_firearm(reading: ScanReading) -> bool:
    """Whether a scan has a labelled firearm, be it one that nobody could see."""
    return any(box.label == FIREARM for box in reading.boxes)


def _say_weak(reading: ScanReading) -> str:
    count = sum(box.weak for box in reading.boxes)
    if count:
        return f"{count} weak label{'s' if count > 1 else ''}"
    return "that nothing else is in it is a weak label"


def _show_labels(number: int, reading: ScanReading) -> Shot:
    return Shot(number, tuple(box.box for box in reading.boxes if box.weak))
