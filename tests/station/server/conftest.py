"""People who are logged in, and a station with as many test scans as tests want."""

import pytest

from station.accounts.roles import Role
from station.config import SupervisedConfig


@pytest.fixture
def rate():
    """Share of scans that become test scans."""
    return 0.0


@pytest.fixture
def config(config, rate, tmp_path):
    """The station, with test scans."""
    supervised = SupervisedConfig(rate=rate, cutouts=tmp_path)
    return config.model_copy(update={"supervised": supervised})


@pytest.fixture
def ann(client_as):
    """An operator."""
    return client_as(Role.OPERATOR)


@pytest.fixture
def boss(client_as):
    """A supervisor."""
    return client_as(Role.SUPERVISOR)
