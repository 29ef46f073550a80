"""The application: all routes of a station, and what every request passes."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI

from station.server.context import Station
from station.server.errors import ANYWHERE, answer_errors

ROUTERS: Final[tuple[APIRouter, ...]] = ()
"""All routes, a module of `station.server.routes` each."""

RUNNING: Final[tuple[Callable[[FastAPI], AbstractAsyncContextManager[None]], ...]] = ()
"""What runs beside the routes, from the start of the server to its end."""


def make_app(station: Station) -> FastAPI:
    """Make the application.

    Args:
        station: What it serves; it stays open when the application ends.
    """
    app = FastAPI(
        title="Cargosight station", responses=ANYWHERE, lifespan=_run, redoc_url=None
    )
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
