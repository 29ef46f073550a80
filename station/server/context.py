"""What every request of the server can reach."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from station.audit.reporter import Reporter
from station.config import StationConfig
from station.records import Database
from station.spool import DataFolder


@dataclass(frozen=True, slots=True)
class Station:
    """A station that serves.

    Attributes:
        config: What it is.
        database: Its records.
        data: Its data folder.
        reporter: Writes events into the log that belong to no change of records.
    """

    config: StationConfig
    database: Database
    data: DataFolder
    reporter: Reporter


def get_station(connection: HTTPConnection) -> Station:
    """The station that a request or a WebSocket came to."""
    station = connection.app.state.station
    assert isinstance(station, Station)  # noqa: S101 - put there by make_app
    return station


Here = Annotated[Station, Depends(get_station)]
