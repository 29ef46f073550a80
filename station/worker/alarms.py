"""What the detector raised, as alarms in the records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.boxes import Boxes, box_areas, intersect_boxes, iou_matrix
from station.audit import append
from station.records.identifiers import new_id
from station.records.moment import now
from station.records.tables import Alarm, ScanRow

SAME: Final = 0.3
"""Intersection over union from which an alarm is one that was recorded before."""

INSIDE: Final = 0.7
"""Share of the smaller one in the larger from which they are the same: it may have
grown since."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm as the detector knows it.

    Attributes:
        number: Of the object, in this look at the scan.
        box: x0, y0, x1, y1, px of the scan.
        score: The network's output.
        label: What it is taken for.
        coarse: Whether only the coarse pass has seen it.
    """

    number: int
    box: Box
    score: float
    label: str
    coarse: bool = False


def _never(box: Box) -> bool:
    del box
    return False


@dataclass(slots=True)
class AlarmBook:
    """The alarms of one scan, during one look at it.

    A look that was killed is done again, and raises the same alarms again: they are
    known by where they are, and not recorded twice.

    Args:
        scan_id: Identifier of the scan.
        lane: Name of the lane.
        is_test: Whether a box is that of the firearm of a test scan.
        real: Whether the look is at the real scan behind a test: what is found where
            the firearm of the test was is another alarm.
    """

    scan_id: str
    lane: str
    is_test: Callable[[Box], bool] = field(default=_never)
    real: bool = False
    _ids: dict[int, str] = field(default_factory=dict, init=False)

    def record(self, session: Session, raised: Sequence[Raised]) -> dict[int, str]:
        """Put alarms that are new or have grown into the records.

        Args:
            session: Of a change.
            raised: The alarms.

        Returns:
            Which number is which alarm: to be handed to `keep` once that is committed.
        """
        ids = dict(self._ids)
        if not self.real and session.get_one(ScanRow, self.scan_id).ended is not None:
            return ids  # all of them are there: a look that was done is done again
        known = {alarm.id: alarm for alarm in self._list(session)}
        for one in raised:
            found = known.get(ids.get(one.number, ""))
            if found is None:
                free = [known[name] for name in known.keys() - set(ids.values())]
                found = _find_same(one, free)
            if found is None:
                found = self._add(session, one)
                known[found.id] = found
            elif _grow(found, one):
                self._log(session, "alarm.grew", found)
            ids[one.number] = found.id
        return ids

    def keep(self, ids: dict[int, str]) -> None:
        """Keep in mind which number is which alarm."""
        self._ids = ids

    def _list(self, session: Session) -> Sequence[Alarm]:
        query = select(Alarm).where(
            Alarm.scan_id == self.scan_id, Alarm.drawn_by.is_(None)
        )
        if self.real:
            query = query.where(Alarm.test.is_(False))
        return session.scalars(query).all()

    def _add(self, session: Session, one: Raised) -> Alarm:
        x0, y0, x1, y1 = one.box
        made = Alarm(
            id=new_id(),
            scan_id=self.scan_id,
            x0=x0,
            y0=y0,
            x1=x1,
            y1=y1,
            score=one.score,
            label=one.label,
            coarse=one.coarse,
            test=self.is_test(one.box),
            raised=now(),
        )
        session.add(made)
        session.flush()
        self._log(session, "alarm.raised", made)
        return made

    def _log(self, session: Session, kind: str, alarm: Alarm) -> None:
        payload = {
            "inspection": alarm.scan.inspection_id,
            "scan": self.scan_id,
            "box": [round(value, 1) for value in alarm.box],
            "score": round(alarm.score or 0.0, 4),
            "label": alarm.label,
            "coarse": alarm.coarse,
        }
        append(session, kind, alarm.id, payload, actor=f"lane:{self.lane}")


def _find_same(one: Raised, known: Sequence[Alarm]) -> Alarm | None:
    if not known:
        return None
    boxes = np.array([alarm.box for alarm in known], np.float32)
    box = np.array([one.box], np.float32)
    alike = np.maximum(
        iou_matrix(box, boxes)[0] / SAME, _share_inside(box[0], boxes) / INSIDE
    )
    best = int(alike.argmax())
    return known[best] if alike[best] >= 1 else None


def _share_inside(box: Boxes, boxes: Boxes) -> Boxes:
    """(N,) share of the smaller one of each pair that is in the other."""
    both = box_areas(intersect_boxes(box[None], boxes))
    smaller = np.minimum(box_areas(box[None]), box_areas(boxes))
    return np.asarray(both / np.maximum(smaller, 1e-6), np.float32)


def _grow(alarm: Alarm, one: Raised) -> bool:
    """Let an alarm grow to what is known now; it never shrinks.

    Returns:
        Whether it has grown.
    """
    x0, y0, x1, y1 = one.box
    box = (min(alarm.x0, x0), min(alarm.y0, y0), max(alarm.x1, x1), max(alarm.y1, y1))
    score = max(alarm.score or 0.0, one.score)
    coarse = alarm.coarse and one.coarse
    if (box, score, coarse) == (alarm.box, alarm.score, alarm.coarse):
        return False
    alarm.x0, alarm.y0, alarm.x1, alarm.y1 = box
    alarm.score, alarm.coarse = score, coarse
    return True
