"""What looks, what looked before, and what looks beside it. Switched on the machine."""

from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from data.errors import BundleError, ConflictError
from detector.manifest import CurvePoint, GraphEntry, Slice
from detector.operating_point import OperatingPoint
from detector.switching import Change, UsedBundle, read_changes
from station.accounts.roles import AUDITING, EVERYONE, Role
from station.codes import LaneCode
from station.deployed import Deployed, read_deployed
from station.records.tables import LaneState
from station.server.access import Viewer, allow
from station.server.context import Here, Station
from station.server.errors import responses
from station.shadow.comparing import Comparison, compare
from station.shadow.pointer import read_shadow

router: Final = APIRouter(prefix="/api", tags=["bundles"])

Anyone = Annotated[Viewer, Depends(allow(*EVERYONE))]
Auditor = Annotated[Viewer, Depends(allow(*AUDITING))]
Comparing = Annotated[Viewer, Depends(allow(Role.QA, Role.SUPERVISOR))]


class GraphFacts(BaseModel):
    """What is known of a graph of the bundle in use.

    Attributes:
        kind: "dual" takes counts, "display" renderings.
        points: Its operating points, with Pd and Pfa where measured; the first one
            counts, unless the site states its own threshold.
        slices: Which firearms it found, on the suite of the first one.
        curve: Pd and Pfa at other thresholds, rising, on that suite; empty where nobody
            measured them.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["dual", "display"]
    precision: str
    points: list[OperatingPoint]
    slices: list[Slice]
    curve: list[CurvePoint]
    metrics: dict[str, float]


class LaneBundle(BaseModel):
    """What a lane says that it runs.

    Attributes:
        sha256: Of its bundle; None where nothing looks.
        detail: Why nothing looks.
        code: What that is; None where something looks.
    """

    model_config = ConfigDict(extra="forbid")

    lane: str
    sha256: str | None
    device: str | None
    detail: str
    code: LaneCode | None


class BundleFacts(BaseModel):
    """The bundle in use.

    Attributes:
        default: Whether none was put in use, and the one that ships is taken.
        signed_by: Key whose signature was verified; None for an unsigned one.
        expired: Whether it stopped being accepted.
        device: On which it shall run.
        threshold: The site's own; None for that of the operating point.
        card: What it is in words, Markdown.
        lanes: What each lane runs: after a switch they follow within seconds.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    version: str
    sha256: str
    status: str
    default: bool
    signed_by: str | None
    since: datetime | None
    created: datetime
    not_after: datetime | None
    expired: bool
    counter: int
    labels: list[str]
    synthetic_only: bool
    device: str
    threshold: float | None
    graphs: list[GraphFacts]
    card: str | None
    lanes: list[LaneBundle]


class BundleName(BaseModel):
    """A bundle, in short."""

    model_config = ConfigDict(extra="forbid")

    name: str
    version: str
    sha256: str
    counter: int
    signed_by: str | None


class BundleChange(BaseModel):
    """A change of the bundle in use.

    Attributes:
        action: "use" of one that was named, "back" to the one before.
        left: What was used until then.
        counter_before: Highest counter that had been accepted, where it was gone back
            behind it, deliberately.
    """

    model_config = ConfigDict(extra="forbid")

    number: int
    action: Literal["use", "back"]
    since: datetime
    bundle: BundleName
    left: BundleName | None
    counter_before: int | None


class ShadowFacts(BaseModel):
    """The bundle in shadow, and how far it agrees with the one in use.

    Attributes:
        signed_by: Key whose signature was verified; only a shadow may have none.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    version: str
    sha256: str
    signed_by: str | None
    since: datetime
    compared: Comparison


@router.get("/bundle", summary="The bundle in use", responses=responses(409))
def read_bundle_in_use(viewer: Anyone, station: Here) -> BundleFacts:
    """What looks: who signed it, how well it finds, until when it may run."""
    del viewer
    allowed = station.config.detector.allow_unsigned
    return _describe(read_deployed(station.data.root, allow_unsigned=allowed), station)


@router.get("/bundle/history", summary="Bundles used", responses=responses(409))
def read_history(viewer: Auditor, station: Here) -> list[BundleChange]:
    """Every change of the bundle in use, the last one first."""
    del viewer
    try:
        changes = read_changes(station.data.root)
    except BundleError as error:
        raise ConflictError(str(error), code="bundle.damaged") from error
    return [_describe_change(change) for change in reversed(changes)]


@router.get("/shadow", summary="The bundle in shadow")
def read_shadow_bundle(viewer: Comparing, station: Here) -> ShadowFacts | None:
    """What looks beside the bundle in use, and where the two differ; null if none."""
    del viewer
    pointer = read_shadow(station.data.root)
    if pointer is None:
        return None
    with station.database.reading() as session:
        compared = compare(session, pointer.sha256)
    return ShadowFacts(
        name=pointer.name,
        version=pointer.version,
        sha256=pointer.sha256,
        signed_by=pointer.signed_by,
        since=pointer.since,
        compared=compared,
    )


def _describe(found: Deployed, station: Station) -> BundleFacts:
    manifest, detector = found.bundle.manifest, station.config.detector
    graphs = manifest.graphs.items()
    return BundleFacts(
        name=manifest.name,
        version=manifest.version,
        sha256=found.bundle.sha256,
        status=manifest.status,
        default=found.default,
        signed_by=found.bundle.signed_by,
        since=found.since,
        created=manifest.created,
        not_after=manifest.not_after,
        expired=found.expired,
        counter=manifest.counter,
        labels=list(manifest.labels),
        synthetic_only=manifest.synthetic_only,
        device=detector.device,
        threshold=detector.threshold,
        graphs=[_describe_graph(kind, entry) for kind, entry in graphs],
        card=found.read_card(),
        lanes=_list_lanes(station),
    )


def _describe_graph(kind: Literal["dual", "display"], entry: GraphEntry) -> GraphFacts:
    return GraphFacts(
        kind=kind,
        precision=entry.precision,
        points=list(entry.operating_points),
        slices=list(entry.slices),
        curve=list(entry.curve),
        metrics=entry.metrics,
    )


def _list_lanes(station: Station) -> list[LaneBundle]:
    with station.database.reading() as session:
        states = session.scalars(select(LaneState).order_by(LaneState.lane)).all()
    return [
        LaneBundle.model_validate(
            {
                "lane": state.lane,
                "sha256": (state.bundle or {}).get("sha256"),
                "device": (state.bundle or {}).get("device"),
                "detail": state.detail,
                "code": state.code,
            }
        )
        for state in states
    ]


def _describe_change(change: Change) -> BundleChange:
    return BundleChange(
        number=change.number,
        action=change.action,
        since=change.since,
        bundle=_name(change.bundle),
        left=None if change.left is None else _name(change.left),
        counter_before=change.counter_before,
    )


def _name(used: UsedBundle) -> BundleName:
    return BundleName(
        name=used.name,
        version=used.version,
        sha256=used.sha256,
        counter=used.counter,
        signed_by=used.signed_by,
    )
