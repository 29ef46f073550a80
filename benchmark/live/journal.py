"""What a lane was given and when, and what it told and when."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmark.live.trucks import Truck
from detector.detections import Detections
from detector.lane import Alarmed, CareChanged, Failed, Finished, LaneEvent
from detector.live import LiveAlarm


@dataclass(slots=True)
class Passage:
    """One truck that passed.

    Attributes:
        truck: What was played.
        ends: Of each piece, the column after its last.
        moments: When each was handed over, s.
        first: When each alarm was first shown, by its number, s.
        shown: Each alarm as it was shown last.
        found: Alarms of the finished scan; None where there is none.
        error: Why it failed; None if it did not.
        whole: Whether all of it was looked at with full care.
    """

    truck: Truck
    ends: list[int] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    first: dict[int, float] = field(default_factory=dict)
    shown: dict[int, LiveAlarm] = field(default_factory=dict)
    found: Detections | None = None
    error: str | None = None
    whole: bool = False

    def handed(self, column: float) -> float:
        """When the last column left of a place was handed over, s.

        Args:
            column: The place, px of the scan, over 0.
        """
        place = bisect_left(self.ends, column)
        return self.moments[min(place, len(self.moments) - 1)]


@dataclass(slots=True)
class Journal:
    """All that happened in one lane; it is also what the lane tells it to.

    Args:
        now: Tells the time, s.

    Attributes:
        passages: Of each truck, in order.
        lost: Columns that were dropped.
        care_changes: How often it looked more or less closely than before.
        most_waiting: Columns in its queue, at most.
        most_late_s: How late a piece was handed over, at most, s.
    """

    now: Callable[[], float]
    passages: list[Passage] = field(default_factory=list)
    lost: int = 0
    care_changes: int = 0
    most_waiting: int = 0
    most_late_s: float = 0.0

    def begin(self, truck: Truck) -> None:
        """Note that a truck begins."""
        self.passages.append(Passage(truck))

    def hand(self, end: int, moment: float, lost: int) -> None:
        """Note that a piece was handed over.

        Args:
            end: The column after its last.
            moment: When, s.
            lost: How many of its columns were dropped.
        """
        self.passages[-1].ends.append(end)
        self.passages[-1].moments.append(moment)
        self.lost += lost

    def note_queue(self, waiting: int, late_s: float) -> None:
        """Note how a lane and its player kept up.

        Args:
            waiting: Columns in the queue.
            late_s: How late the last piece was handed over, s.
        """
        self.most_waiting = max(self.most_waiting, waiting)
        self.most_late_s = max(self.most_late_s, late_s)

    def __call__(self, event: LaneEvent) -> None:
        """Note what a lane tells."""
        if isinstance(event, CareChanged):
            self.care_changes += 1
        elif isinstance(event, Alarmed):
            self._note_alarms(self.passages[event.scan], event)
        elif isinstance(event, Finished):
            self._note_end(self.passages[event.scan], event)
        elif isinstance(event, Failed):
            self.passages[event.scan].error = event.error

    def _note_alarms(self, passage: Passage, event: Alarmed) -> None:
        moment = self.now()
        for alarm in event.alarms:
            passage.first.setdefault(alarm.number, moment)
            passage.shown[alarm.number] = alarm

    def _note_end(self, passage: Passage, event: Finished) -> None:
        # The findings hold a mask of the whole scan: not kept, it would pile up.
        findings = event.findings
        passage.found = findings.alarms
        less = len(findings.coarse) + len(findings.missed) + len(event.missing)
        passage.whole = not less
