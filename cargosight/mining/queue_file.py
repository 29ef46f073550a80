"""The queue as other programs read it: `queue.json` and `queue.csv`."""

import csv
import io
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from data.dataset_writing import write_text
from detector.results import BundleName, ResultDetection

QUEUE: Final = "queue.json"
TABLE: Final = "queue.csv"

_COLUMNS: Final = (
    "rank",
    "scan",
    "file",
    "reason",
    "score",
    "words",
    "top_score",
    "alarms",
    "clean",
    "scanner",
    "stands_for",
)


class QueueItem(BaseModel):
    """One scan to label.

    Attributes:
        rank: 1 for the first.
        scan: Its name, as that of its results would be.
        file: Where it is.
        reason: "false alarm", "uncertain" or "odd".
        score: By which scans of this reason were put in order.
        words: Why, for people.
        top_score: The highest score of a detection in it.
        alarms: How many detections reach the operating point.
        clean: Whether it is stated to be clean.
        scanner: Where stated.
        stands_for: Near-duplicates among the candidates, itself among them.
        width: Of the scan, px.
        height: Of the scan, px.
        detections: What is offered to the person who labels, best first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rank: Annotated[int, Field(ge=1)]
    scan: str
    file: str
    reason: str
    score: float
    words: str
    top_score: float
    alarms: int
    clean: bool
    scanner: str | None
    stands_for: int
    width: int
    height: int
    detections: tuple[ResultDetection, ...]


class Queue(BaseModel):
    """What to label next.

    Attributes:
        bundle: Which bundle looked.
        looked: How many scans it looked at.
        clean: How many of these are stated to be clean.
        known: How many more were left out, as the known dataset has them and nobody
            states that they are clean.
        shares: Wanted share of each reason.
        items: The scans.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    bundle: BundleName
    looked: int
    clean: int
    known: int
    shares: dict[str, float]
    items: tuple[QueueItem, ...]

    def count(self, reason: str) -> int:
        """How many items have a reason."""
        return sum(item.reason == reason for item in self.items)


def write_queue(queue: Queue, out: Path) -> None:
    """Write a queue as JSON and as a table.

    Args:
        queue: What to write.
        out: Folder.

    Raises:
        DatasetError: If they cannot be written.
    """
    write_text(out / QUEUE, queue.model_dump_json(indent=1))
    text = io.StringIO()
    table = csv.DictWriter(text, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(item.model_dump() for item in queue.items)
    write_text(out / TABLE, text.getvalue().rstrip("\n"))
