"""A scanner that talks to a lane in the test's own thread, with a clock that stands."""

import json
import zlib

import numpy as np

from data.scan import Scan
from station.lanes.intake import Intake
from station.lanes.stream import StreamLane
from station.lanes.talk import Talk
from station.spool.records import pack_record

ROWS = 6


class Machine:
    """What a lane runs on: its clock and its disk.

    Args:
        station: With a lane "north".
    """

    def __init__(self, station):
        self.station = station
        self.time = 100.0
        self.free = 1e12

    def start(self):
        """A program that starts, with what is on the disk."""
        lane = self.station.config.lane_named("north")
        intake = Intake(
            lane,
            self.station.data,
            self.station.reporter,
            1e9,
            lambda _: int(self.free),
        )
        return StreamLane(intake, self.station.database, lambda: self.time)


class Scanner:
    """One connection to a lane.

    Args:
        machine: What the lane runs on.
        lane: It.
    """

    def __init__(self, machine, lane):
        self.machine = machine
        self.talk = Talk(lane)

    def say(self, *contents, wait_s=0.2):
        """Send messages and records, and hear all answers."""
        raw = [one if isinstance(one, bytes) else json.dumps(one) for one in contents]
        replies = self.talk.handle(raw)
        self.machine.time += wait_s
        return replies + self.talk.handle([])

    def begin(self, key="k1", **more):
        """Begin a scan."""
        asked = {"type": "begin", "key": key, "kind": "single", "rows": ROWS}
        return self.say(asked | more)

    def end(self, width=None):
        """End it."""
        return self.say({"type": "end", "width": width})


def make_piece(number, columns=4):
    """Columns of a scan, each with its own counts."""
    start = number * columns
    row = np.arange(start + 1, start + 1 + columns, dtype=np.uint16) * 10
    high = np.repeat(row[None], ROWS, axis=0)
    air, dark = np.full((1, ROWS), 60000, "f4"), np.zeros((1, ROWS), "f4")
    return Scan(high=high, air=air, dark=dark)


def make_record(number, at=None):
    """A record of 4 columns."""
    piece = make_piece(number)
    start = 4 * number if at is None else at
    return pack_record(piece, number, start, levels=number == 0)


def damage(record):
    """A record of which the last byte changed on its way."""
    return record[:-1] + bytes([record[-1] ^ 1])


def claim_columns(record, at):
    """A record that says it is elsewhere, and whose head is right."""
    words = np.frombuffer(record[:32], "<u4").copy()
    words[2] = at
    words[7] = zlib.crc32(words[:7].tobytes())
    return words.tobytes() + record[32:]


def kinds(replies):
    """What a lane's answers are."""
    return [reply["type"] for reply in replies]


def list_open(machine):
    """Folders of the lane's scans that are not done with."""
    return [folder for _, folder in machine.station.data.list_open("north")]
