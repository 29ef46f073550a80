"""A lane's intake whose events are heard, and the scans that it took."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data.formats.levels import fill_levels
from data.scan import Counts, Scan
from station.config import LaneConfig
from station.lanes.intake import Intake
from station.spool import DataFolder
from station.spool.assembling import assemble, read_columns
from station.spool.beginning import read_begin, read_end

AIR = 60_000.0


@dataclass
class Heard:
    """Stands for the reporter: remembers what it was told."""

    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def report(self, kind, subject, payload=None, *, actor="station"):
        """Remember it."""
        assert actor == f"lane:{subject}" or kind.startswith("disk.")
        self.events.append((kind, subject, payload or {}))

    @property
    def kinds(self):
        """What happened, in order."""
        return [kind for kind, _, _ in self.events]


def make_intake(root, heard, **lane) -> Intake:
    config = LaneConfig(**{"name": "north", "source": "folder"} | lane)
    return Intake(config, DataFolder(root), heard, 1e6, lambda _: 10**9)


def make_counts(seed=0, width=600, height=16) -> Counts:
    rng = np.random.default_rng(seed)
    return rng.integers(1000, 60_000, (height, width), np.uint16)


def make_scan(seed=0, width=600, height=16) -> Scan:
    high = make_counts(seed, width, height)
    return Scan(
        high=high,
        low=high // 2,
        air=fill_levels([AIR, AIR / 2], height),
        dark=fill_levels([0, 0], height),
    )


@dataclass
class Taken:
    """A scan in the spool."""

    begin: Any
    end: Any
    scan: Scan


def list_taken(root) -> list[Taken]:
    """All scans that ended, the oldest first."""
    folders = sorted(path.parent for path in root.glob("scans/*/*/end.json"))
    return [
        Taken(read_begin(folder), read_end(folder), assemble(read_columns(folder)))
        for folder in folders
    ]
