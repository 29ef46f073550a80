"""Tests of locks and of the configuration that processes read."""

import subprocess
import sys

import pytest

from data.errors import StationError
from station.config import LaneConfig, StationConfig
from station.processes.effective import read_effective, write_effective
from station.processes.lock import holding

HOLD = """
import sys, time
from pathlib import Path
from station.processes.lock import holding
with holding(Path(sys.argv[1]), "station"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_one_data_folder_is_of_one_station(tmp_path):
    with holding(tmp_path, "station"):
        message = f"Another station runs on {tmp_path}.* Stop it, or"
        with (
            pytest.raises(StationError, match=message),
            holding(tmp_path, "station", wait_s=0.1),
        ):
            pytest.fail("two hold it")
        with holding(tmp_path, "server", wait_s=0), holding(tmp_path / "b", "station"):
            pass
    with holding(tmp_path, "station", wait_s=0):
        pass


def test_who_is_killed_lets_go(tmp_path):
    holder = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StationError), holding(tmp_path, "station", wait_s=0):
            pytest.fail("two hold it")
        holder.kill()
        holder.wait()
    with holding(tmp_path, "station", wait_s=0):
        pass


def test_processes_read_the_configuration_that_was_written(tmp_path):
    lane = LaneConfig(
        name="north", source="folder", folder=tmp_path, region=(0, 0, 9, 9)
    )
    config = StationConfig(data=tmp_path / "data", lane=(lane,), site="Kingston")
    place = write_effective(config)
    assert read_effective(place) == config
    again = config.model_copy(update={"site": "Montego Bay"})
    assert write_effective(again) == place
    assert read_effective(place) == again
    assert [path.name for path in config.data.iterdir()] == [place.name]


def test_only_the_station_can_read_it(tmp_path):
    """The address of the records may hold a password."""
    place = write_effective(StationConfig(data=tmp_path))
    assert place.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [None, b"", b"{}x", b'{"unknown": 1}'])
def test_a_configuration_that_cannot_be_read_is_said_in_one_line(tmp_path, content):
    place = tmp_path / "effective.json"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(StationError, match="Start the station anew") as found:
        read_effective(place)
    assert "\n" not in str(found.value)
