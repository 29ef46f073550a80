"""What is wrong with the record of an inspection, beyond the form of its parts."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from data.station_records.record import InspectionRecord, Place, ScanRecord
from data.truth import FIREARM, LABELS

_FIREARM_WORDS: Final = re.compile(
    r"gun|firearm|pistol|revolver|rifle|carbine|weapon|handgun|arma", re.IGNORECASE
)


def check_record(record: InspectionRecord) -> list[str]:
    """All that does not fit together within a record, a line each.

    Args:
        record: As it was read.
    """
    return [
        *_find_twice("scan", (scan.file for scan in record.scans)),
        *_find_twice("content", (scan.sha256 for scan in record.scans)),
        *_find_twice("alarm", (alarm.id for alarm in record.alarms)),
        *_check_boxes(record),
        *_check_alarms(record),
        *_check_found(record),
        *_check_end(record),
    ]


def _find_twice(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"the {what} {name} is there {times} times"


def _check_boxes(record: InspectionRecord) -> Iterator[str]:
    scans = {scan.file: scan for scan in record.scans}
    for alarm in record.alarms:
        yield from _check_box(f"alarm {alarm.id}", alarm.scan, alarm.box, scans)
    for number, drawn in enumerate(record.drawn):
        yield from _check_box(f"drawn box {number + 1}", drawn.scan, drawn.box, scans)
    for name, place in _list_places(record):
        if place.scan is not None and place.box is not None:
            yield from _check_box(name, place.scan, place.box, scans)


def _check_box(
    name: str,
    file: str,
    box: tuple[float, float, float, float],
    scans: dict[str, ScanRecord],
) -> Iterator[str]:
    scan = scans.get(file)
    if scan is None:
        yield f"{name} is in {file}, which is no scan of the inspection"
    elif box[2] > scan.width or box[3] > scan.height:
        yield f"{name} leaves its scan of {scan.width} x {scan.height} px"


def _check_alarms(record: InspectionRecord) -> Iterator[str]:
    known = {alarm.id for alarm in record.alarms}
    if known and record.bundle is None:
        yield "there are alarms, and no bundle that raised them"
    for decision in record.decisions:
        if decision.alarm not in known:
            yield f"a decision is on the alarm {decision.alarm}, which is not there"


def _check_found(record: InspectionRecord) -> Iterator[str]:
    known = {alarm.id for alarm in record.alarms}
    for name, place in _list_places(record):
        boxed = place.scan is not None and place.box is not None
        half = (place.scan is None) != (place.box is None)
        if half or boxed == (place.alarm is not None):
            yield f"{name} needs a scan and a box, or an alarm alone"
        elif place.alarm is not None and place.alarm not in known:
            yield f"{name} is the alarm {place.alarm}, which is not there"
    yield from _find_crowded(record)
    yield from _find_other_words(record)


def _find_other_words(record: InspectionRecord) -> Iterator[str]:
    """A firearm under another word would be taken for cargo."""
    found = () if record.outcome is None else record.outcome.found
    labels = [("find", thing.label) for thing in found]
    labels += [("alarm", alarm.label) for alarm in record.alarms]
    labels += [("box that was drawn", drawn.label) for drawn in record.drawn]
    for what, label in labels:
        if label not in LABELS and _FIREARM_WORDS.search(label):
            yield (
                f"the {what} {label!r} seems to be a firearm: its label must be "
                f"{FIREARM!r}, what else it is belongs into kind"
            )


def _find_crowded(record: InspectionRecord) -> Iterator[str]:
    found = () if record.outcome is None else record.outcome.found
    alarms = {alarm.id: alarm.scan for alarm in record.alarms}
    for number, thing in enumerate(found):
        scans = [place.scan or alarms.get(place.alarm or "") for place in thing.places]
        for scan, times in Counter(scans).items():
            if scan is not None and times > 1:
                yield (
                    f"found thing {number + 1} has {times} places in {scan}: state its "
                    "parts as things of their own"
                )


def _check_end(record: InspectionRecord) -> Iterator[str]:
    if record.outcome is not None and not record.searched:
        yield "there is the outcome of a search, and the disposition is not searched"


def _list_places(record: InspectionRecord) -> Iterator[tuple[str, Place]]:
    found = () if record.outcome is None else record.outcome.found
    for number, thing in enumerate(found):
        for place in thing.places:
            yield f"a place of found thing {number + 1}", place
