"""The record of one inspection: one line of `records.jsonl`."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from data.truth import FIREARM, Finite

Text = Annotated[str, Field(min_length=1, max_length=200)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Pixels = Annotated[int, Field(ge=1, le=250_000)]


def _check_box(
    box: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    if not (0 <= x0 < x1 and 0 <= y0 < y1):
        msg = "a box is x0, y0, x1, y1 with 0 <= x0 < x1 and 0 <= y0 < y1"
        raise ValueError(msg)
    return box


def _check_below(path: str) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path:
        msg = "a file is a path below the folder of the records, with slashes"
        raise ValueError(msg)
    return path


Box = Annotated[tuple[Finite, Finite, Finite, Finite], AfterValidator(_check_box)]
"""x0, y0, x1, y1, px of the scan's file; pixel (0, 0) covers [0, 1) x [0, 1)."""

FileBelow = Annotated[Text, AfterValidator(_check_below)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ScanRecord(_Part):
    """One scan of an inspection.

    Attributes:
        file: Its file, a path below the folder of the records.
        sha256: Hash of the file's content.
        width: Of the scan, px.
        height: Of the scan, px.
        scanner: Scanner profile or model.
        view: Which view of the inspection this is.
        acquired: When it was made, with its zone.
        test: A threat was projected into it to test the operator: never truth.
    """

    file: FileBelow
    sha256: Hash
    width: Pixels
    height: Pixels
    scanner: Text | None = None
    view: Text | None = None
    acquired: AwareDatetime | None = None
    test: bool = False


class BundleRecord(_Part):
    """The bundle that raised the alarms: its name and the hash of its manifest."""

    name: Text
    sha256: Hash


class PointRecord(_Part):
    """The operating point in force: its name and its threshold."""

    name: Text
    threshold: Share


class AlarmRecord(_Part):
    """One alarm that the operator was shown.

    Attributes:
        id: Its name in this record.
        scan: File of the scan it is in.
        box: Where.
        score: The network's output, 0 to 1.
        label: What it was taken for.
    """

    id: Text
    scan: FileBelow
    box: Box
    score: Share
    label: Text = FIREARM


class DecisionRecord(_Part):
    """What an operator said of an alarm; of several the last one counts.

    Attributes:
        alarm: Id of the alarm.
        decision: "confirm", "dismiss" or "unsure".
        reason: What it was taken for; nothing of the manifest.
        by: Pseudonym of the operator.
        when: With its zone.
    """

    alarm: Text
    decision: Literal["confirm", "dismiss", "unsure"]
    reason: Text | None = None
    by: Text
    when: AwareDatetime


class DrawnRecord(_Part):
    """A box that an operator drew where there was no alarm.

    Attributes:
        scan: File of the scan it is in.
        box: Where.
        label: What it was taken for.
        by: Pseudonym of the operator.
        when: With its zone.
    """

    scan: FileBelow
    box: Box
    label: Text = FIREARM
    by: Text
    when: AwareDatetime


class DispositionRecord(_Part):
    """What became of the container.

    Attributes:
        disposition: "released" or "searched".
        by: Pseudonym of who decided.
        when: With its zone.
    """

    disposition: Literal["released", "searched"]
    by: Text
    when: AwareDatetime


class Place(_Part):
    """Where something that was found shows in a scan: a box there, or an alarm.

    Attributes:
        alarm: Id of an alarm whose box is around it; or
        scan: file of a scan, with
        box: the box drawn around it there.
    """

    alarm: Text | None = None
    scan: FileBelow | None = None
    box: Box | None = None


class FoundRecord(_Part):
    """One thing that a search found.

    Attributes:
        label: What it is: "firearm", or what else was found.
        kind: What it is more closely, such as "pistol".
        firearm: Which physical firearm it is, such as its exhibit number.
        places: Where it shows, one for each scan where that is known.
    """

    label: Text = FIREARM
    kind: Text | None = None
    firearm: Text | None = None
    places: Annotated[tuple[Place, ...], Field(max_length=100)] = ()


class OutcomeRecord(_Part):
    """What a search of the whole container found.

    Attributes:
        found: All that was found; empty states that there was nothing.
        by: Pseudonym of who searched.
        when: With its zone.
    """

    found: tuple[FoundRecord, ...]
    by: Text
    when: AwareDatetime


class InspectionRecord(_Part):
    """All that a station knows of one inspection, but for the manifest.

    Attributes:
        inspection: What the site calls it; unique at the site.
        containers: Container numbers (ISO 6346).
        site: Which port.
        lane: Which of its scanners.
        bundle: What raised the alarms; None if no bundle looked.
        operating_point: What decided what was an alarm.
        scans: Its views.
        alarms: All alarms that were shown.
        decisions: What was said of them.
        drawn: Boxes drawn by hand.
        disposition: Released or searched; None as long as that is open.
        outcome: What the search found; None as long as nobody has said.
    """

    format: Literal[1] = 1
    inspection: Text
    containers: tuple[Text, ...] = ()
    site: Text
    lane: Text | None = None
    bundle: BundleRecord | None = None
    operating_point: PointRecord | None = None
    scans: Annotated[tuple[ScanRecord, ...], Field(min_length=1)]
    alarms: tuple[AlarmRecord, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    drawn: tuple[DrawnRecord, ...] = ()
    disposition: DispositionRecord | None = None
    outcome: OutcomeRecord | None = None

    @property
    def searched(self) -> bool:
        """Whether a search was made, its outcome known or not."""
        chosen = self.disposition
        return chosen is not None and chosen.disposition == "searched"

    def last_decisions(self) -> dict[str, DecisionRecord]:
        """The last decision on each alarm that has one, by the alarm's id."""
        return {each.alarm: each for each in sorted(self.decisions, key=_by_time)}

    def boxes_in(self, scan: str, found: FoundRecord) -> list[Place]:
        """Where something that was found shows in a scan, alarms as boxes.

        Args:
            scan: File of the scan.
            found: One of the things that were found.

        Returns:
            Places with box, and with alarm where there is one; empty if nobody says.
        """
        alarms = {alarm.id: alarm for alarm in self.alarms}
        shown = []
        for place in found.places:
            alarm = alarms.get(place.alarm or "")
            if alarm is not None and alarm.scan == scan:
                shown.append(Place(alarm=alarm.id, scan=scan, box=alarm.box))
            elif place.scan == scan:
                shown.append(place)
        return shown


def _by_time(decision: DecisionRecord) -> AwareDatetime:
    return decision.when
