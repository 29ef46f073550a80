"""Lanes as pages see them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from station.codes import LaneCode
from station.config import LaneConfig, StationConfig
from station.records.moment import now
from station.records.tables import LaneState

FRESH: Final = timedelta(seconds=5)
"""A lane's process that wrote nothing for so long counts as dead."""


class LaneShown(BaseModel):
    """A lane, and how it is.

    Attributes:
        state: "idle", "scanning", "behind" (it only glances), "down" (nothing looks)
            or "gone" (its scanner fell silent amid a scan).
        behind: Columns that wait to be looked at.
        detail: Why it is down.
        code: What that is; None if it is not down.
        bundle: What looks, and its operating point.
        alive: Whether its process runs.
        beat: When that last said so; None if it never did.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    source: Literal["stream", "folder", "dicom", "capture"]
    scanner: str | None
    view: str | None
    pitch_mm: tuple[float, float] | None
    state: str
    behind: int
    detail: str
    code: LaneCode | None
    bundle: dict[str, JsonValue] | None
    alive: bool
    beat: AwareDatetime | None


def list_lanes(
    session: Session, config: StationConfig, gone: Mapping[str, bool]
) -> list[LaneShown]:
    """All lanes, in the order of the configuration.

    Args:
        session: Of a reading.
        config: The station's.
        gone: Whether the scanners of lanes are known to be gone.
    """
    states = {state.lane: state for state in session.scalars(select(LaneState))}
    at = now()
    return [
        _describe(lane, states.get(lane.name), at, gone=gone.get(lane.name, False))
        for lane in config.lane
    ]


def is_fresh(state: LaneState | None, at: datetime) -> bool:
    """Whether a lane's process runs.

    Args:
        state: What it last wrote.
        at: The time.
    """
    return state is not None and at - state.beat < FRESH


def _describe(
    lane: LaneConfig, state: LaneState | None, at: datetime, *, gone: bool
) -> LaneShown:
    alive = is_fresh(state, at)
    known = state if alive and state is not None else _not_running(lane.name)
    word = "gone" if gone and known.state in ("idle", "scanning") else known.state
    return LaneShown.model_validate(
        {
            "name": lane.name,
            "source": lane.source,
            "scanner": lane.scanner,
            "view": lane.view,
            "pitch_mm": lane.pitch_mm,
            "state": word,
            "behind": known.behind,
            "detail": known.detail,
            "code": known.code,
            "bundle": known.bundle,
            "alive": alive,
            "beat": None if state is None else state.beat,
        }
    )


def _not_running(lane: str) -> LaneState:
    return LaneState(
        lane=lane,
        state="down",
        behind=0,
        detail="Its process does not run.",
        code="lane.no_process",
    )
