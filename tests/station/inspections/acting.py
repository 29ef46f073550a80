"""What people do, each a change of its own."""

from station.inspections.decisions import Saying, decide, undo
from station.inspections.dispositions import (
    Disposing,
    dispose,
    get_disposition,
    undo_disposition,
)
from station.inspections.drawing import Drawing, draw, withdraw
from station.inspections.outcomes import Finding, record_outcome
from station.inspections.questions import get_standing
from station.records import new_id
from station.records.tables import Alarm, Decision, Inspection, ScanRow

REASON = "cargo"


class Acting:
    """Somebody who acts.

    Args:
        database: The records.
        review: How decisions are made.
        viewer: Who.
    """

    def __init__(self, database, review, viewer):
        self.database, self.review, self.viewer = database, review, viewer

    def say(self, alarm, decision, *, replaces="standing", **how):
        """Decide on an alarm, with what counts now replaced."""
        if decision == "dismiss":
            how.setdefault("reason", REASON)
        with self.database.changing() as session:
            row = session.get_one(Alarm, alarm)
            if replaces == "standing":
                standing = get_standing(row)
                replaces = standing and standing.id
            saying = Saying(new_id(), decision, replaces=replaces, **how)
            return decide(session, row, saying, self.viewer, self.review)

    def undo(self, decision):
        """Take a decision back."""
        with self.database.changing() as session:
            return undo(session, session.get_one(Decision, decision), self.viewer)

    def draw(self, scan, box, label="firearm"):
        """Draw a box."""
        with self.database.changing() as session:
            row = session.get_one(ScanRow, scan)
            return draw(session, row, Drawing(box, label), self.viewer)

    def withdraw(self, alarm):
        """Take a box back."""
        with self.database.changing() as session:
            return withdraw(session, session.get_one(Alarm, alarm), self.viewer)

    def dispose(self, inspection, disposition, reason=None):
        """Release or search."""
        with self.database.changing() as session:
            row = session.get_one(Inspection, inspection)
            disposing = Disposing(new_id(), disposition, reason)
            return dispose(session, row, disposing, self.viewer, self.review)

    def undo_disposition(self, inspection):
        """Undo what counts now."""
        with self.database.changing() as session:
            made = get_disposition(session, inspection)
            return made and undo_disposition(session, made, self.viewer)

    def find(self, inspection, *found, replaces=None):
        """Say what a search found."""
        with self.database.changing() as session:
            row = session.get_one(Inspection, inspection)
            finding = Finding(new_id(), tuple(found), replaces)
            return record_outcome(session, row, finding, self.viewer)
