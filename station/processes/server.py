"""What the server's process does."""

import threading

import uvicorn

from station.audit.anchors import AnchorKeeper
from station.audit.reporter import Reporter
from station.clock import ClockWatch
from station.config import StationConfig
from station.records import open_database
from station.retention.keeper import Keeper
from station.server.app import make_app
from station.server.context import Station
from station.spool import DataFolder
from station.threads import start


def run_server(config: StationConfig, stopping: threading.Event) -> None:
    """Serve until told to stop.

    Args:
        config: The station's.
        stopping: When to stop.
    """
    database = open_database(config.database_url)
    reporter = Reporter(database)
    station = Station(config, database, DataFolder(config.data), reporter)
    settings = config.server
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(station),
            host=settings.host,
            port=settings.port,
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.key,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=32_000_000,
            ws_per_message_deflate=False,  # columns are noise
            timeout_graceful_shutdown=3,
        )
    )
    threading.Thread(target=_stop, args=(server, stopping), daemon=True).start()
    _start_beside(station, stopping)
    try:
        server.run()
    finally:
        reporter.close()
        database.close()


def _start_beside(station: Station, stopping: threading.Event) -> None:
    """Start what keeps the station in order: retention, anchors, the clock."""
    config, database = station.config, station.database
    folders = (config.data, *config.log.anchor_copies)
    acts = (
        Keeper(config, database, station.data).run,
        AnchorKeeper(database, folders).run,
        ClockWatch(station.reporter).run,
    )
    for act in acts:
        start(act, stopping)


def _stop(server: uvicorn.Server, stopping: threading.Event) -> None:
    stopping.wait()
    server.should_exit = True
