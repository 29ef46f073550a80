"""An alarm and what was said of it, as pages show it."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from station.accounts.person import Person
from station.inspections.questions import get_said, get_standing, needs_second
from station.records.tables import Alarm, Decision, User
from station.supervised.telling import Told

Box = tuple[float, float, float, float]


class Shown(BaseModel):
    """Base of what pages are given."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DecisionShown(Shown):
    """What somebody said of an alarm.

    Attributes:
        by: Their pseudonym.
        mine: Whether it was who asks now.
        second: Whether it is the second person's word.
        undone: When it was taken back.
    """

    id: str
    decision: Literal["confirm", "dismiss", "unsure"]
    reason: str | None
    by: str
    mine: bool
    second: bool
    made: datetime
    undone: datetime | None

    @classmethod
    def of(cls, decision: Decision, viewer: Person) -> Self:
        """A decision as somebody sees it."""
        return cls.model_validate(
            {
                "id": decision.id,
                "decision": decision.decision,
                "reason": decision.reason,
                "by": decision.user.pseudonym,
                "mine": decision.user_id == viewer.user_id,
                "second": decision.second,
                "made": decision.made,
                "undone": decision.undone,
            }
        )


class AlarmShown(Shown):
    """An alarm.

    Attributes:
        box: x0, y0, x1, y1, px of the scan.
        score: The network's output; None where a person drew it.
        coarse: Whether only the coarse pass has seen it.
        drawn_by: Pseudonym of who drew it; None where the detector raised it.
        mine: Whether it was who asks now.
        said: What counts as said of it; None as long as nobody has decided.
        standing: Identifier of the decision that counts: what the next one replaces.
        needs: What it waits for: a "decision", or a "second" person's word.
        decisions: All, those that were undone too.
    """

    id: str
    scan: str
    box: Box
    score: float | None
    label: str
    coarse: bool
    drawn_by: str | None
    mine: bool
    raised: datetime
    said: Literal["confirm", "dismiss", "unsure"] | None
    standing: str | None
    needs: Literal["decision", "second"] | None
    decisions: tuple[DecisionShown, ...]


def show_alarm(
    session: Session, alarm: Alarm, viewer: Person, four_eyes: float | None
) -> AlarmShown:
    """An alarm as somebody sees it: nobody sees whether it is of a test.

    Args:
        session: Of the records.
        alarm: Which.
        viewer: Who looks.
        four_eyes: Least score of dismissed alarms that need a second person's word.
    """
    said, standing = get_said(alarm), get_standing(alarm)
    needs = "second" if needs_second(alarm, four_eyes) else None
    drawer = None
    if alarm.drawn_by is not None:
        drawer = session.get_one(User, alarm.drawn_by).pseudonym
    return AlarmShown.model_validate(
        {
            "id": alarm.id,
            "scan": alarm.scan_id,
            "box": alarm.box,
            "score": alarm.score,
            "label": alarm.label,
            "coarse": alarm.coarse,
            "drawn_by": drawer,
            "mine": alarm.drawn_by == viewer.user_id,
            "raised": alarm.raised,
            "said": said,
            "standing": standing and standing.id,
            "needs": "decision" if said is None else needs,
            "decisions": [DecisionShown.of(one, viewer) for one in alarm.decisions],
        }
    )


class ToldShown(Shown):
    """What somebody is told of a test.

    Attributes:
        hit: Whether they found the firearm.
        box: Where it was, x0, y0, x1, y1, px of the scan.
        scan: Identifier of the scan.
        text: It in words.
    """

    hit: bool
    box: Box
    scan: str
    text: str

    @classmethod
    def of(cls, told: Told | None) -> Self | None:
        """What is told; None if there is nothing to tell."""
        if told is None:
            return None
        return cls(hit=told.hit, box=told.box, scan=told.scan, text=told.text)
