"""People, a data folder and a container that has passed."""

import pytest

from station.config import ReviewConfig
from station.records.tables import Entry
from station.spool import DataFolder
from tests.station.inspections.acting import Acting
from tests.station.inspections.passing import pass_container, see


@pytest.fixture
def data(config):
    """The data folder."""
    return DataFolder(config.data)


@pytest.fixture
def review():
    """How decisions are made: without four eyes."""
    return ReviewConfig()


@pytest.fixture
def operator(user_as):
    """An operator."""
    return see(user_as("operator"))


@pytest.fixture
def colleague(user_as):
    """Another operator."""
    return see(user_as("operator", "operator-2"))


@pytest.fixture
def supervisor(user_as):
    """A supervisor."""
    return see(user_as("supervisor"))


@pytest.fixture
def ann(database, review, operator):
    """The operator, acting."""
    return Acting(database, review, operator)


@pytest.fixture
def ben(database, review, colleague):
    """The other operator, acting."""
    return Acting(database, review, colleague)


@pytest.fixture
def boss(database, review, supervisor):
    """The supervisor, acting."""
    return Acting(database, review, supervisor)


@pytest.fixture
def passed(database, data):
    """A container with one view and one alarm."""
    return pass_container(database, data)


@pytest.fixture
def kinds(database):
    """Tell which kinds of entries the log has, in order."""

    def read():
        with database.reading() as session:
            return [row.kind for row in session.query(Entry).order_by(Entry.seq)]

    return read
