"""What follows the station for pages goes on, whatever it meets."""

import asyncio
import logging

from station.audit import append
from station.server.tailing import Subject, Tail


def test_what_cannot_be_looked_at_keeps_no_entry_back(database, caplog):
    looks = []

    def fail():
        looks.append(1)
        raise OSError(5)

    async def follow():
        tail = Tail(database, (Subject(1, fail),))
        async with tail.following():
            async with asyncio.timeout(60):
                while len(looks) < 3:
                    await asyncio.sleep(0.01)
            with database.changing() as session:
                append(session, "alarm.raised", "a1")
            return await asyncio.wait_for(tail.wait(0, 0), 60)

    with caplog.at_level(logging.ERROR):
        news = asyncio.run(follow())
    assert [entry.kind for entry in news.entries] == ["alarm.raised"]
    assert len(caplog.records) == 1
