"""What pages are told of the settings."""

import pytest

from station.accounts.roles import EVERYONE
from station.server.routes.settings import Settings


@pytest.mark.parametrize("role", EVERYONE)
def test_every_role_reads_what_the_page_offers(client_as, station, role):
    told = client_as(role).get("/api/settings").json()
    assert told["reasons"] == list(station.config.review.reasons)
    assert Settings.model_validate(told).undo_minutes == 15
    assert told["labels"] == ["firearm", "harmless", "toy gun"]
    assert told["idle_minutes"] == station.config.server.idle_minutes
    assert not [name for name in told if "rate" in name or "supervised" in name]


@pytest.mark.parametrize("role", EVERYONE)
def test_every_role_may_read_what_looks(client_as, role):
    assert client_as(role).get("/api/bundle").status_code in (200, 409)
