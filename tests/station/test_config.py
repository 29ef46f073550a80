"""What `station.toml` may say."""

from pathlib import Path

import pytest

from data.errors import StationError
from station.config import StationConfig, read_station_config

EVERYTHING = """
data = "kept"
site = "Kingston"

[server]
host = "0.0.0.0"
port = 443
certificate = "tls/chain.pem"
key = "/etc/key.pem"

[records]
url = "postgresql+psycopg://cargosight@/station"

[detector]
trust = "trust"
threshold = 0.4

[review]
four_eyes_score = 0.7
reasons = ["cargo", "other"]

[supervised]
rate = 0.02
cutouts = "cutouts"

[retention]
scan_days = 180
scan_gb = 500
evidence_days = 3650
manifest_days = 30

[log]
anchor_copies = ["/mnt/audit", "second"]

[[lane]]
name = "north"
source = "folder"
folder = "incoming"
pitch_mm = [4.0, 4.0]

[[lane]]
name = "gate-2"
source = "capture"
device = "0"
region = [0, 0, 800, 600]
"""


@pytest.fixture
def write(tmp_path):
    """Write a configuration; gives back its path."""

    def act(text):
        path = tmp_path / "station.toml"
        path.write_text(text)
        return path

    return act


def fail(path):
    with pytest.raises(StationError) as caught:
        read_station_config(path)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_all_that_can_be_said_is_read(write, tmp_path):
    config = read_station_config(write(EVERYTHING))
    assert config.server.tls
    assert config.retention.evidence_days == 3650
    assert [lane.name for lane in config.lane] == ["north", "gate-2"]
    assert config.lane_named("gate-2").region == (0, 0, 800, 600)
    assert config.database_url == "postgresql+psycopg://cargosight@/station"
    assert config.data == tmp_path / "kept"


def test_paths_are_taken_from_the_folder_of_the_file(write, tmp_path):
    config = read_station_config(write(EVERYTHING))
    assert config.server.certificate == tmp_path / "tls/chain.pem"
    assert config.server.key == Path("/etc/key.pem")
    assert config.detector.trust == tmp_path / "trust"
    assert config.supervised.cutouts == tmp_path / "cutouts"
    assert config.lane[0].folder == tmp_path / "incoming"
    assert config.log.anchor_copies == (Path("/mnt/audit"), tmp_path / "second")


def test_a_station_without_a_word_is_for_this_machine_alone(write, tmp_path):
    config = read_station_config(write(""))
    assert (config.server.host, config.server.tls) == ("127.0.0.1", False)
    assert config.detector.allow_unsigned is False
    assert config.retention.scan_days is None
    assert config.database_url == f"sqlite:///{tmp_path}/station-data/station.db"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colour = 1", "colour"),
        ("[server]\nprot = 1", "server.prot"),
        ("[server]\nport = '80'", "server.port"),
        ("[server]\nhost = '0.0.0.0'", "state certificate and key"),
        ("[server]\ncertificate = 'a.pem'", "come together"),
        ("[records]\nurl = 'mysql://host/x'", "records.url"),
        ("[supervised]\nrate = 0.1", "needs cutouts"),
        ("[supervised]\nrate = 0.6\ncutouts = 'a'", "supervised.rate"),
        ("[retention]\nscan_days = 0", "retention.scan_days"),
        ("[retention]\nevidence_days = -1", "retention.evidence_days"),
        ("[review]\nreasons = []", "review.reasons"),
        ("[[lane]]\nname = 'A b'\nsource = 'stream'", "lane.0.name"),
        ("[[lane]]\nname = 'a'\nsource = 'radio'", "lane.0.source"),
        ("[[lane]]\nname = 'a'\nsource = 'folder'", "needs folder"),
        ("[[lane]]\nname = 'a'\nsource = 'capture'", "needs device"),
        ("[[lane]]\nname = 'a'\nsource = 'stream'\n" * 2, "two lanes have one name"),
        ("data = ", "no TOML"),
        ('[lane]\nname = "n"', "[[lane]]"),
    ],
)
def test_what_is_wrong_is_named(write, text, told):
    assert told in fail(write(text))


def test_all_that_is_wrong_is_named_together(write):
    line = fail(write("[server]\nport = -1\n[retention]\nscan_gb = 'much'\nx = 1"))
    assert all(word in line for word in ("server.port", "retention.scan_gb", "x"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "none.toml cannot be read" in fail(tmp_path / "none.toml")


def test_a_lane_that_is_not_there_is_answered_with_those_that_are(write):
    config = read_station_config(write(EVERYTHING))
    with pytest.raises(StationError, match=r"no lane south.*north, gate-2"):
        config.lane_named("south")
    with pytest.raises(StationError, match="has: none"):
        StationConfig().lane_named("south")
