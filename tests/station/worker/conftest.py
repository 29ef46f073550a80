"""A lane whose bundle sees every dark thing."""

import pytest

from detector.bundle import read_bundle
from detector.pipeline import Detector
from station.config import DetectorConfig
from station.worker import looking
from tests.detector.live_seeing import LiveRuntime, write_bundle
from tests.station.worker.working import Playing


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    """Folder of a bundle for 4 mm pixels."""
    root = tmp_path_factory.mktemp("bundle") / "seeing"
    write_bundle(root)
    return root


@pytest.fixture
def runtime(monkeypatch):
    """What every detector runs in place of graphs."""
    made = LiveRuntime(free=True)
    made.install(monkeypatch)
    return made


@pytest.fixture
def detector(bundle, runtime):
    """What the lane looks with."""
    del runtime
    return Detector(read_bundle(bundle), threads=1)


@pytest.fixture
def config(config, bundle, monkeypatch):
    """A station that may run the bundle, though nobody signed it."""
    monkeypatch.setattr("station.worker.bundles.default_bundle_path", lambda: bundle)
    monkeypatch.setattr(looking, "STILL_S", 1e9)  # so that alarms are those of `detect`
    settings = DetectorConfig(allow_unsigned=True, threads=1)
    return config.model_copy(update={"detector": settings})


@pytest.fixture
def playing(config, database, runtime):
    """Plays scans to the lane."""
    del runtime
    return Playing(config, database)
