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


def test_a_page_that_is_far_behind_is_told_nothing_ahead_of_what_was_looked_at(
    database,
):
    async def follow():
        tail = Tail(database, ())
        with database.changing() as session:
            numbers = [append(session, "alarm.raised", "s", {}).seq for _ in range(3)]
        tail.head = numbers[1]  # the third one came since the last look
        return numbers, await tail.wait(0, 0)

    numbers, news = asyncio.run(follow())
    told = [entry.seq for entry in news.entries]
    assert told[-1] == news.position == numbers[1]
