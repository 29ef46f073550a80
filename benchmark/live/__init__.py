"""How soon alarms come while a container passes, and what that takes.

Modules:
    trucks: what is played, on disk, column by column.
    playing: hands columns to a lane as a scanner would, by a clock.
    journal: what was handed over when, and what the lane told.
    delays: from a firearm's last column to its alarm.
    train: one scan of any length, for its memory.
    memory: of this process.
    measuring: all of it together.
    figures: what it came to.
"""

from benchmark.live.figures import LiveFigures
from benchmark.live.measuring import LiveOptions, measure_live

__all__ = ["LiveFigures", "LiveOptions", "measure_live"]
