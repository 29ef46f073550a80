"""Alarms: what is said of them, and those that people draw."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import Field

from station.inspections.alarms_shown import AlarmShown, Shown, ToldShown, show_alarm
from station.inspections.answering import Asked, answer_once
from station.inspections.decisions import Saying, decide, undo
from station.inspections.drawing import Drawing, draw, withdraw
from station.inspections.finding import find
from station.inspections.manifests import Line
from station.inspections.questions import Said
from station.inspections.second_looks import SecondLook, list_second_looks
from station.records.tables import Alarm, Decision, ScanRow
from station.server.context import Here
from station.server.errors import responses
from station.server.routes.asking import Body, Deciding, Id, PathId, Supervising

router: Final = APIRouter(prefix="/api", tags=["alarms"])

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Say(Body):
    """What somebody says of an alarm.

    Attributes:
        reason: Needed to dismiss: one of the list, or "other: " and what.
        replaces: The decision that counted when they looked (`standing`); None if
            there was none.
        second: Whether it is the second person's word on a dismissed alarm.
    """

    decision: Said
    reason: Line | None = None
    replaces: Id | None = None
    second: bool = False


class Draw(Body):
    """A box that somebody draws.

    Attributes:
        box: x0, y0, x1, y1, px of the scan.
        label: What it is taken for.
    """

    box: Annotated[list[Finite], Field(min_length=4, max_length=4)]
    label: Literal["firearm", "toy gun", "harmless"] = "firearm"


class Answered(Shown):
    """An alarm as it is now.

    Attributes:
        told: The test that it was: the real scan must be looked at and decided on.
    """

    alarm: AlarmShown
    told: ToldShown | None


@router.post(
    "/alarms/{alarm_id}/decisions",
    status_code=201,
    summary="Decide on an alarm",
    responses=responses(404, 409),
)
def decide_on(alarm_id: PathId, body: Say, viewer: Deciding, station: Here) -> Answered:
    """Confirm or dismiss an alarm, or be unsure."""
    review = station.config.review
    with station.database.changing() as session:

        def act() -> Answered:
            alarm = find(session, Alarm, alarm_id)
            saying = Saying(
                body.request, body.decision, body.reason, body.replaces, body.second
            )
            _, told = decide(session, alarm, saying, viewer, review)
            shown = show_alarm(session, alarm, viewer, review.four_eyes_score)
            return Answered(alarm=shown, told=ToldShown.of(told))

        asked = Asked(body.request, f"decide {alarm_id}", body, viewer)
        return answer_once(session, asked, Answered, act)


@router.delete(
    "/decisions/{decision_id}",
    summary="Undo a decision",
    responses=responses(404, 409),
)
def undo_decision(decision_id: PathId, viewer: Deciding, station: Here) -> Answered:
    """Take one's own last decision back, as long as the inspection is open."""
    four_eyes = station.config.review.four_eyes_score
    with station.database.changing() as session:
        decision = undo(session, find(session, Decision, decision_id), viewer)
        shown = show_alarm(session, decision.alarm, viewer, four_eyes)
        return Answered(alarm=shown, told=None)


@router.post(
    "/scans/{scan_id}/drawn",
    status_code=201,
    summary="Draw a box",
    responses=responses(404, 409),
)
def draw_box(scan_id: PathId, body: Draw, viewer: Deciding, station: Here) -> Answered:
    """Draw a box where the detector saw nothing; it counts as confirmed."""
    four_eyes = station.config.review.four_eyes_score
    with station.database.changing() as session:

        def act() -> Answered:
            x0, y0, x1, y1 = body.box
            drawing = Drawing((x0, y0, x1, y1), body.label)
            scan = find(session, ScanRow, scan_id)
            alarm, told = draw(session, scan, drawing, viewer)
            shown = show_alarm(session, alarm, viewer, four_eyes)
            return Answered(alarm=shown, told=ToldShown.of(told))

        asked = Asked(body.request, f"draw {scan_id}", body, viewer)
        return answer_once(session, asked, Answered, act)


@router.delete(
    "/alarms/{alarm_id}", summary="Withdraw a box", responses=responses(404, 409)
)
def withdraw_box(alarm_id: PathId, viewer: Deciding, station: Here) -> Answered:
    """Take a box back that one drew, as long as the inspection is open."""
    four_eyes = station.config.review.four_eyes_score
    with station.database.changing() as session:
        alarm = withdraw(session, find(session, Alarm, alarm_id), viewer)
        shown = show_alarm(session, alarm, viewer, four_eyes)
        return Answered(alarm=shown, told=None)


@router.get("/second-looks", summary="Dismissed alarms that wait for a second word")
def read_second_looks(viewer: Supervising, station: Here) -> list[SecondLook]:
    """Dismissed alarms of a high score that wait for a second person's word."""
    four_eyes = station.config.review.four_eyes_score
    with station.database.reading() as session:
        return list_second_looks(session, viewer, four_eyes)
