"""Where everything is in the data folder of a station."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.files import write_durably


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The data folder of a station.

    Args:
        root: It.
    """

    root: Path

    def scan(self, scan_id: str, began: datetime) -> Path:
        """Folder of a scan.

        Args:
            scan_id: Its identifier.
            began: When it began.
        """
        return self.root / "scans" / f"{began:%Y-%m-%d}" / scan_id

    def open_scans(self, lane: str) -> Path:
        """Folder of pointers to the scans of a lane that are not done with."""
        return self.root / "lanes" / lane / "open"

    def list_open(self, lane: str) -> Iterator[tuple[str, Path]]:
        """Scans of a lane that are not done with, the oldest first.

        Yields:
            The identifier of each, and its folder.
        """
        folder = self.open_scans(lane)
        names = (
            sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        )
        for name in names:
            if not name.startswith("."):
                with suppress(FileNotFoundError):  # done with since they were listed
                    yield name, self._follow(folder / name)

    def point_to(self, lane: str, folder: Path) -> None:
        """Say that a scan is not done with."""
        place = folder.relative_to(self.root).as_posix()
        write_durably(self.open_scans(lane) / folder.name, place.encode())

    def be_done(self, lane: str, scan_id: str) -> None:
        """Say that a scan is done with."""
        (self.open_scans(lane) / scan_id).unlink(missing_ok=True)

    def _follow(self, pointer: Path) -> Path:
        """Where a scan is; one whose pointer is damaged is found by its name."""
        folder = self.root / pointer.read_text(encoding="utf-8", errors="replace")
        if folder.name == pointer.name:
            return folder
        scans = self.root / "scans"
        return next(scans.glob(f"*/{pointer.name}"), scans / pointer.name)
