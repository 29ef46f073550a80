"""What is to be imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from data.annotations.registry import LABEL_FORMATS
from data.errors import DatasetError

OURS: Final = "cargosight"
STATION: Final = "station"
EMPTY: Final = "empty"
YOLO: Final = "yolo"

SOURCES: Final = (OURS, STATION, EMPTY, *LABEL_FORMATS)
"""Where labels may come from; "empty" says that no scan of a folder holds a firearm."""


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What to import, and what is known of it.

    Attributes:
        source: Labels: a file, or a folder; a dataset of ours; what a station handed
            over; or, where they hold nothing, the folder of scans.
        kind: One of `SOURCES`.
        scans: Folder of the scans that the labels speak of. If it is not stated, they
            are in the dataset already: what was labelled elsewhere comes home.
        rename: Their classes by name, and what we call them.
        stated: What is known of all of them, by column.
        table: CSV of what is known of each; see `data.catalog.table`.
        prefix: Put before their names.
        keep_split: Whether another dataset's training and validation stay as they are;
            what it holds out stays so in any case.
        reviewed: A person has looked at every picture of the labels: what a bundle
            offered and is still there is right, and the rest is nothing.
        profile: Of the scanner, for raw planes.
        link: Share files with their source by hard links.
        workers: Processes.
    """

    source: Path
    kind: str
    scans: Path | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, Any] = field(default_factory=dict)
    table: Path | None = None
    prefix: str = ""
    keep_split: bool = False
    reviewed: bool = False
    profile: str | None = None
    link: bool = False
    workers: int = 1

    def check(self) -> None:
        """Refuse what does not go together.

        Raises:
            DatasetError: If the kind is unknown, or does not take what is stated.
        """
        if self.kind not in SOURCES:
            known = ", ".join(SOURCES)
            msg = f"Labels cannot come from {self.kind!r}. Choose one of {known}."
            raise DatasetError(msg)
        if not self.source.exists():
            msg = f"{self.source} does not exist. Check the name."
            raise DatasetError(msg)
        given = {
            "--scans": self.scans is not None and self.kind in (OURS, STATION),
            "--label": bool(self.rename) and self.kind == EMPTY,
            "--table": self.table is not None and self.kind == STATION,
            "--keep-split": self.keep_split and self.kind != OURS,
            "--reviewed": self.reviewed and self.kind not in LABEL_FORMATS,
        }
        for option in (name for name, wrong in given.items() if wrong):
            msg = f"{option} says nothing with --from {self.kind}. Leave it out."
            raise DatasetError(msg)
