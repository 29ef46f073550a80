"""What the page is written against: the station's OpenAPI, as `openapi.json`.

Run as `python -m station.server.describing > station/web/openapi.json`.
"""

import json
import sys
import tempfile
from pathlib import Path

from station.audit.reporter import Reporter
from station.config import StationConfig
from station.records import open_database
from station.server.app import make_app
from station.server.context import Station
from station.spool import DataFolder


def describe() -> str:
    """The OpenAPI of a station, as JSON; the version of the program left out."""
    with tempfile.TemporaryDirectory() as folder:
        config = StationConfig(data=Path(folder))
        database = open_database(config.database_url)
        reporter = Reporter(database)
        try:
            station = Station(config, database, DataFolder(config.data), reporter)
            found = make_app(station).openapi()
        finally:
            reporter.close()
            database.close()
    found["info"]["version"] = "any"
    return json.dumps(found, indent=0, separators=(",", ":"), sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(describe())
