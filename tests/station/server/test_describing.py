"""What the page is written against is what the station answers."""

from pathlib import Path

import station.web
from station.server.describing import describe


def test_the_page_is_written_against_this_api():
    kept = Path(station.web.__file__).with_name("openapi.json").read_text()
    assert kept == describe(), (
        "Run python -m station.server.describing > station/web/openapi.json"
    )
