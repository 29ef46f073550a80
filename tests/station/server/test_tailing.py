"""What follows the station for pages goes on, whatever it meets."""

import asyncio
import logging

from station.audit import append
from station.server.tailing import Subject, Tail


def test_what_cannot_be_looked_at_keeps_no_entry_back(database, caplog):
    def fail():
        raise OSError(5)

    async def follow():
        tail = Tail(database, (Subject(1, fail),))
        async with tail.following():
            await asyncio.sleep(0.2)  # it was looked at several times
            with database.changing() as session:
                append(session, "alarm.raised", "a1")
            return await asyncio.wait_for(tail.wait(0, 0), 10)

    with caplog.at_level(logging.ERROR):
        news = asyncio.run(follow())
    assert [entry.kind for entry in news.entries] == ["alarm.raised"]
    assert len(caplog.records) == 1
