"""The rules that make the truth of a scan out of what a station recorded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from data.station_records.record import (
    AlarmRecord,
    DecisionRecord,
    FoundRecord,
    InspectionRecord,
    Place,
    ScanRecord,
)
from data.truth import FIREARM, LABELS, LabelOrigin, Truth, TruthObject

SAME: Final = 0.3
"""Least overlap (IoU) at which two boxes mean one thing, as in measuring."""

_TEST: Final = "a threat was projected into it to test the operator: never truth"
_OPEN: Final = "searched, and the record does not yet say what was found"
_SILENT: Final = "no search, no alarm and no drawn box: nobody said anything of it"


@dataclass(frozen=True, slots=True)
class ScanLabels:
    """What is known to be in one scan.

    Attributes:
        truth: What is in it; None if it must be left out.
        why: Why it is left out; empty if it is not.
        needs_box: A search found a firearm, and nobody has said where it shows.
        notes: What contradicts what, a line each.
    """

    truth: Truth | None
    why: str = ""
    needs_box: bool = False
    notes: tuple[str, ...] = field(default=())


def label_scan(record: InspectionRecord, scan: ScanRecord) -> ScanLabels:
    """Say what is in a scan: by the search if there was one, else by the operators.

    Args:
        record: Of the inspection, with nothing wrong in it.
        scan: One of its scans.
    """
    if scan.test:
        return ScanLabels(None, _TEST)
    if record.outcome is not None:
        return _label_by_search(record, scan)
    if record.searched:
        return ScanLabels(None, _OPEN)
    return _label_by_people(record, scan)


def _label_by_search(record: InspectionRecord, scan: ScanRecord) -> ScanLabels:
    outcome = record.outcome
    assert outcome is not None  # noqa: S101 - the caller has looked
    notes = tuple(_contradict(record, scan))
    shown = [(thing, record.boxes_in(scan.file, thing)) for thing in outcome.found]
    lost = [thing for thing, places in shown if thing.label == FIREARM and not places]
    if lost:
        what = f"{len(lost)} firearm{'s' if len(lost) > 1 else ''}"
        why = f"a search found {what}, and no box says where in this scan: draw it"
        return ScanLabels(None, why, needs_box=True, notes=notes)
    truth = Truth(
        objects=tuple(
            _as_object(record, thing, place)
            for thing, places in shown
            for place in places
            if thing.label in LABELS
        ),
        source=_name_source(record),
        cargo=tuple(
            thing.label
            for thing, places in shown
            if not places or thing.label not in LABELS
        ),
        origin=LabelOrigin(how="search", by=outcome.by, when=outcome.when.isoformat()),
    )
    return ScanLabels(truth, notes=notes)


def _as_object(
    record: InspectionRecord, thing: FoundRecord, place: Place
) -> TruthObject:
    outcome = record.outcome
    assert outcome is not None  # noqa: S101 - something was found
    assert place.box is not None  # noqa: S101 - `boxes_in` gives boxes
    flags = {alarm.id: alarm for alarm in record.alarms}
    flag = flags.get(place.alarm or "")
    return TruthObject(
        box=place.box,
        label=thing.label,
        kind=thing.kind,
        firearm=thing.firearm and f"{record.site}/{thing.firearm}",
        origin=LabelOrigin(
            how="search",
            by=outcome.by,
            when=outcome.when.isoformat(),
            bundle=_name_bundle(record) if flag else None,
            score=flag.score if flag else None,
        ),
    )


def _contradict(record: InspectionRecord, scan: ScanRecord) -> Iterator[str]:
    """Where a search says other than the operators did: the search is believed."""
    found = [] if record.outcome is None else record.outcome.found
    guns = [thing for thing in found if thing.label == FIREARM]
    places = [place for gun in guns for place in record.boxes_in(scan.file, gun)]
    unplaced = any(not record.boxes_in(scan.file, gun) for gun in guns)
    last = record.last_decisions()
    for alarm in _list_alarms(record, scan):
        said = last[alarm.id].decision if alarm.id in last else ""
        met = _meets(alarm.box, alarm.id, places)
        if said == "dismiss" and (met or unplaced):
            where = "a firearm there" if met else "a firearm, nobody says where"
            yield f"alarm {alarm.id} was dismissed, but the search found {where}"
        if said == "confirm" and not met and not unplaced:
            yield f"alarm {alarm.id} was confirmed, but the search found nothing there"
    for number, drawn in enumerate(record.drawn):
        met = _meets(drawn.box, None, places)
        if drawn.scan == scan.file and drawn.label == FIREARM and not (met or unplaced):
            yield f"box {number + 1} was drawn, but the search found nothing there"


def _meets(
    box: tuple[float, float, float, float], alarm: str | None, places: list[Place]
) -> bool:
    return any(
        (alarm is not None and place.alarm == alarm)
        or (place.box is not None and _overlap(box, place.box) >= SAME)
        for place in places
    )


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> float:
    """Intersection over union of two boxes that are not empty."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0.0) * max(height, 0.0)
    areas = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (one, other))
    return both / (areas - both)


def _label_by_people(record: InspectionRecord, scan: ScanRecord) -> ScanLabels:
    alarms = _list_alarms(record, scan)
    last = record.last_decisions()
    open_ones = [alarm.id for alarm in alarms if alarm.id not in last]
    if open_ones:
        return ScanLabels(None, f"nobody answered alarm {', '.join(open_ones)}")
    flagged = [_judge_flag(record, alarm, last[alarm.id]) for alarm in alarms]
    drawn = _list_drawn(record, scan)
    if not alarms and not drawn:
        return ScanLabels(None, _SILENT)
    objects = tuple(thing for thing in flagged if thing is not None) + drawn
    truth = Truth(
        objects=objects,
        source=_name_source(record),
        origin=_say_who(record, [last[alarm.id] for alarm in alarms], objects),
    )
    return ScanLabels(truth, notes=tuple(_find_released(record, objects)))


def _judge_flag(
    record: InspectionRecord, alarm: AlarmRecord, said: DecisionRecord
) -> TruthObject | None:
    """What an answered alarm is without a search; None if it was dismissed."""
    if said.decision == "dismiss":
        return None
    unsure = said.decision == "unsure"
    return TruthObject(
        box=alarm.box,
        label=alarm.label,
        ignore=unsure,
        origin=LabelOrigin(
            how="prediction" if unsure else "confirmed",
            by=said.by,
            when=said.when.isoformat(),
            bundle=_name_bundle(record),
            score=alarm.score,
            weak=True,
        ),
    )


def _list_drawn(record: InspectionRecord, scan: ScanRecord) -> tuple[TruthObject, ...]:
    return tuple(
        TruthObject(
            box=drawn.box,
            label=drawn.label,
            origin=LabelOrigin(
                how="drawn", by=drawn.by, when=drawn.when.isoformat(), weak=True
            ),
        )
        for drawn in record.drawn
        if drawn.scan == scan.file
    )


def _say_who(
    record: InspectionRecord,
    decisions: list[DecisionRecord],
    objects: tuple[TruthObject, ...],
) -> LabelOrigin | None:
    """Who says that there is nothing else: who dismissed last, else who labelled."""
    dismissed = [each for each in decisions if each.decision == "dismiss"]
    if dismissed:
        last = max(dismissed, key=lambda each: each.when)
        return LabelOrigin(
            how="dismissed",
            by=last.by,
            when=last.when.isoformat(),
            bundle=_name_bundle(record),
            weak=True,
        )
    return objects[-1].origin


def _find_released(
    record: InspectionRecord, objects: tuple[TruthObject, ...]
) -> Iterator[str]:
    sure = [thing for thing in objects if thing.label == FIREARM and not thing.ignore]
    if sure and record.disposition is not None:
        yield "a firearm was confirmed or drawn, and the container released unsearched"


def _list_alarms(record: InspectionRecord, scan: ScanRecord) -> list[AlarmRecord]:
    return [alarm for alarm in record.alarms if alarm.scan == scan.file]


def _name_bundle(record: InspectionRecord) -> str | None:
    return None if record.bundle is None else record.bundle.name


def _name_source(record: InspectionRecord) -> str:
    return f"station at {record.site}"
