"""What opens scans for the pages of an application."""

from fastapi import FastAPI

from station.server.context import Station
from station.tiles.viewing import Viewing


def get_viewing(app: FastAPI) -> Viewing:
    """It, made when it is first asked for."""
    viewing = getattr(app.state, "viewing", None)
    if viewing is None:
        station: Station = app.state.station
        viewing = app.state.viewing = Viewing(station.config, station.data)
    assert isinstance(viewing, Viewing)  # noqa: S101 - put there just now
    return viewing
