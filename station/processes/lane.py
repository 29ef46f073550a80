"""What a lane's process does."""

import threading

from station.audit.reporter import Reporter
from station.config import StationConfig
from station.records import open_database
from station.worker.lane import LaneWorker


def run_lane(config: StationConfig, name: str, stopping: threading.Event) -> None:
    """Run a lane until told to stop.

    Args:
        config: The station's.
        name: Of the lane.
        stopping: When to stop.

    Raises:
        StationError: If there is no such lane.
    """
    lane = config.lane_named(name)
    database = open_database(config.database_url)
    reporter = Reporter(database)
    try:
        LaneWorker(config, lane, database, reporter).run(stopping)
    finally:
        reporter.close()
        database.close()
