"""Figures of a station for those who watch over it, as Prometheus reads them."""

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

import psutil
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.errors import RecordError
from station.records.moment import now
from station.records.tables import Alarm, Decision, Inspection, LaneState, ScanRow
from station.server.context import Station
from station.server.lanes_shown import is_fresh

BUCKETS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends of the classes of request times, s."""


METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Methods that are counted by name; strangers can make up any number of others."""


class Metrics:
    """All figures of one application.

    Args:
        station: That it serves.
    """

    def __init__(self, station: Station) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "cargosight_request_seconds",
            "How long requests took.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Records(station))


class Timed:
    """Measures how long requests take, by route.

    Args:
        app: What answers them.
        metrics: Where that is counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._requests = metrics.requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            taken = time.perf_counter() - began
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._requests.labels(method, route, status).observe(taken)


class _Records(Collector):
    """Counts what is in the records whenever somebody asks."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All figures; where the records are out of reach, those that need none."""
        yield _one("cargosight_disk_free_bytes", "Free disk.", self._measure_disk())
        pids = {"server": psutil.Process().pid}
        reached = 1.0
        try:
            with self._station.database.reading() as session:
                lanes = session.scalars(select(LaneState)).all()
                families = [*_count(session), *_describe_lanes(lanes)]
        except RecordError:
            reached, families = 0.0, []
        else:
            at = now()
            pids |= {f"lane:{one.lane}": one.pid for one in lanes if is_fresh(one, at)}
        yield from families
        yield _one("cargosight_records_up", "Whether records are reached.", reached)
        yield _measure_memory(pids)

    def _measure_disk(self) -> float:
        root = self._station.data.root
        root.mkdir(parents=True, exist_ok=True)
        return float(shutil.disk_usage(root).free)


def _count(session: Session) -> Iterator[GaugeMetricFamily]:
    """What there is, by lane and what became of it."""
    scans = select(ScanRow.lane, ScanRow.state, func.count())
    yield _group(
        GaugeMetricFamily("cargosight_scans", "Scans.", labels=("lane", "state")),
        session.execute(scans.group_by(ScanRow.lane, ScanRow.state)).tuples(),
    )
    alarms = select(ScanRow.lane, func.count()).join(Alarm.scan)
    yield _group(
        GaugeMetricFamily("cargosight_alarms", "Alarms.", labels=("lane",)),
        session.execute(alarms.group_by(ScanRow.lane)).tuples(),
    )
    decisions = select(Decision.decision, func.count()).where(Decision.undone.is_(None))
    yield _group(
        GaugeMetricFamily("cargosight_decisions", "Decisions.", labels=("decision",)),
        session.execute(decisions.group_by(Decision.decision)).tuples(),
    )
    waiting = select(Inspection.lane, func.count()).where(Inspection.state == "waiting")
    yield _group(
        GaugeMetricFamily(
            "cargosight_waiting", "Inspections that wait.", labels=("lane",)
        ),
        session.execute(waiting.group_by(Inspection.lane)).tuples(),
    )


def _describe_lanes(lanes: Iterable[LaneState]) -> Iterator[GaugeMetricFamily]:
    at, known = now(), list(lanes)
    yield _group(
        GaugeMetricFamily(
            "cargosight_lane_up", "Whether its process runs.", labels=("lane",)
        ),
        [(one.lane, int(is_fresh(one, at))) for one in known],
    )
    yield _group(
        GaugeMetricFamily(
            "cargosight_lane_behind_columns", "Columns that wait.", labels=("lane",)
        ),
        [(one.lane, one.behind) for one in known],
    )


def _measure_memory(pids: dict[str, int]) -> GaugeMetricFamily:
    name = "cargosight_process_resident_bytes"
    family = GaugeMetricFamily(name, "Memory of a process.", labels=("process",))
    for process, pid in pids.items():
        with suppress(psutil.Error):  # it has just died
            resident = psutil.Process(pid).memory_info().rss
            family.add_metric((process,), resident)
    return family


def _group(
    family: GaugeMetricFamily, rows: Iterable[tuple[str | int, ...]]
) -> GaugeMetricFamily:
    """Rows of labels and a number, as a family."""
    for *labels, number in rows:
        family.add_metric([str(label) for label in labels], float(number))
    return family


def _one(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, said, value=value)
