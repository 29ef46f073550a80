"""Play scans to a watched folder: files that grow, as a scanner writes them."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cargosight.playing.target import Arrived, Item, Waiting
from data.errors import ScanFileError

STEP_S: Final = 0.1
"""Time between two pieces of a file, s."""


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """Copies the files of scans, in the time that the scanner takes.

    Args:
        folder: Where to; made if there is none.
        rate: Columns a second; None for at once.
        stopping: Set to stop; what is there in part is removed then.
    """

    folder: Path
    rate: float | None
    stopping: Waiting

    def play(self, item: Item) -> Arrived:
        """Write the files of a scan, the one by which it goes at last.

        Raises:
            ScanFileError: If the folder cannot be written to.
        """
        files = [path for path in item.files if path.exists()]
        names = self._free_names(files)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            whole = self._copy_all(files, names, self._seconds(item) / len(files))
        except OSError as error:
            msg = (
                f"{self.folder} cannot be written to: {error.strerror or error}. Check "
                "the folder and its disk."
            )
            raise ScanFileError(msg) from error
        if whole:
            return Arrived(item.scan.size[0])
        return Arrived(0, f"{item.key} was stopped; what was written is removed")

    def close(self) -> None:
        """Nothing is open."""

    def _seconds(self, item: Item) -> float:
        return item.scan.size[0] / self.rate if self.rate else 0.0

    def _copy_all(self, files: list[Path], names: list[Path], seconds: float) -> bool:
        whole = False
        try:
            whole = all(
                self._copy(path, name, seconds)
                for path, name in zip(files[::-1], names[::-1], strict=True)
            )
        finally:
            for name in () if whole else names:
                name.unlink(missing_ok=True)
        return whole

    def _copy(self, path: Path, name: Path, seconds: float) -> bool:
        content = path.read_bytes()
        start = time.monotonic()
        with name.open("xb") as file:
            while file.tell() < len(content):
                if self.stopping.wait(min(STEP_S, seconds)):
                    return False
                share = (time.monotonic() - start) / seconds if seconds else 1.0
                due = min(len(content), int(share * len(content)) + 1)
                file.write(content[file.tell() : due])
                file.flush()
        return True

    def _free_names(self, files: list[Path]) -> list[Path]:
        """Names of the files there: their own, or with a number before."""
        for number in range(1_000_000):
            head = f"{number + 1}-" if number else ""
            names = [self.folder / f"{head}{path.name}" for path in files]
            if not any(name.exists() for name in names):
                return names
        msg = f"{self.folder} holds too much. Empty it."
        raise ScanFileError(msg)
