"""The application: all routes of a station, and what every request passes."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI

from station.server.context import Station
from station.server.errors import ANYWHERE, answer_errors
from station.server.metrics import Metrics, Timed
from station.server.routes import (
    alarms,
    bundles,
    dispositions,
    documents,
    figures,
    health,
    inspections,
    lanes,
    live,
    log,
    page,
    session,
    settings,
    stream,
    supervised,
    tiles,
    tokens,
    users,
)
from station.server.security import Guard
from station.server.streams import run_streams

ROUTERS: Final[tuple[APIRouter, ...]] = (
    alarms.router,
    bundles.router,
    dispositions.router,
    documents.router,
    figures.router,
    health.router,
    inspections.router,
    lanes.router,
    live.router,
    log.router,
    page.router,
    session.router,
    settings.router,
    stream.router,
    supervised.router,
    tiles.router,
    tokens.router,
    users.router,
)
"""All routes, a module of `station.server.routes` each."""

RUNNING: Final[tuple[Callable[[FastAPI], AbstractAsyncContextManager[None]], ...]] = (
    run_streams,
)
"""What runs beside the routes, from the start of the server to its end."""


def make_app(station: Station) -> FastAPI:
    """Make the application.

    Args:
        station: What it serves; it stays open when the application ends.
    """
    app = FastAPI(
        title="Cargosight station",
        version=version("cargosight"),
        responses=ANYWHERE,
        lifespan=_run,
        openapi_url=None,
    )
    app.state.metrics = Metrics(station)
    app.add_middleware(Timed, metrics=app.state.metrics)
    app.add_middleware(Guard, server=station.config.server)
    app.state.station = station
    answer_errors(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _run(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for make in RUNNING:
            await stack.enter_async_context(make(app))
        yield
