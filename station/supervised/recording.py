"""A test in the records, and which alarms are of it."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from detector.boxes import iou_matrix
from station.records.identifiers import new_id
from station.records.moment import now
from station.records.tables import SupervisedTest
from station.supervised.patch import Box

MEETS = 0.1
"""Intersection over union from which a box is of the firearm of a test."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A firearm that was put into a scan.

    Attributes:
        thing: Name of the cutout.
        box: x0 y0 x1 y1, px of the scan.
        new: Whether it was put there just now; else it was there already, and the scan
            is looked at once more after a stop.
    """

    thing: str
    box: Box
    new: bool


def is_test(box: Box, placed: Placed | Box) -> bool:
    """Whether a box is of the firearm of a test: its middle is in it, or they overlap.

    Args:
        box: Of an alarm, x0 y0 x1 y1, px of the scan.
        placed: The firearm, or its box.

    Example:
        >>> is_test((0, 0, 4, 4), (1, 1, 9, 9)), is_test((0, 0, 4, 4), (4, 4, 9, 9))
        (True, False)
    """
    there = placed.box if isinstance(placed, Placed) else placed
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if there[0] <= x <= there[2] and there[1] <= y <= there[3]:
        return True
    rows = np.array([box, there], np.float32)
    return bool(iou_matrix(rows[:1], rows[1:])[0, 0] >= MEETS)


def record_placed(session: Session, scan_id: str, placed: Placed) -> SupervisedTest:
    """Record a test; one that is recorded already stays as it is.

    The log has it once it was told: entries are numbered, so one that is hidden from a
    role shows as a gap, amid those of its scan.

    Args:
        session: Of `Database.changing`.
        scan_id: Identifier of the scan.
        placed: The firearm.
    """
    found = session.scalar(
        select(SupervisedTest).where(SupervisedTest.scan_id == scan_id)
    )
    if found is not None:
        return found
    x0, y0, x1, y1 = placed.box
    test = SupervisedTest(
        id=new_id(),
        scan_id=scan_id,
        thing=placed.thing,
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        state="open",
        made=now(),
    )
    session.add(test)
    return test
