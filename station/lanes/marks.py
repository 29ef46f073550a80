"""What a lane has taken in from files: nothing is taken twice, whenever it stops.

    lanes/<lane>/taking/<key>   files that are being taken: what must be gone on with
    lanes/<lane>/taken/<key>    files whose scan is in the spool

The key is the SHA-256 of their content.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, unquote_to_bytes

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data.files import write_durably

Count = Annotated[int, Field(ge=0)]


class FileMark(BaseModel):
    """A file as it was when it was taken.

    Attributes:
        name: Its path below the watched folder, quoted as in an address: a name need
            not be UTF-8.
        size: Bytes.
        changed: When it last changed, ns of the file system's clock.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1)]
    size: Count
    changed: int

    def place(self, root: Path) -> Path:
        """Where it is."""
        return root / os.fsdecode(unquote_to_bytes(self.name))

    def fits(self, root: Path) -> bool:
        """Whether it is still there, and still the same."""
        try:
            return mark_file(self.place(root), root) == self
        except OSError:
            return False


class Mark(BaseModel):
    """Files of one scan that were taken, or are being taken.

    Attributes:
        key: SHA-256 of their content.
        files: They.
        began: When they were first taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    files: Annotated[tuple[FileMark, ...], Field(min_length=1)]
    began: AwareDatetime


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one lane.

    Args:
        folder: Of the lane, in the data folder.
    """

    folder: Path

    def begin(self, mark: Mark) -> Mark:
        """Say that files are being taken.

        Returns:
            The mark; if their scan was begun before, since then.
        """
        earlier = self._read(self._taking(mark.key))
        if earlier is not None:
            mark = mark.model_copy(update={"began": earlier.began})
        self._write(self._taking(mark.key), mark)
        return mark

    def confirm(self, mark: Mark) -> None:
        """Say that the scan of files is in the spool."""
        self._write(self._taken(mark.key), mark)

    def close(self, mark: Mark) -> None:
        """Say that nothing is left to do for files that were taken."""
        self._taking(mark.key).unlink(missing_ok=True)

    def is_taken(self, key: str) -> bool:
        """Whether the scan of files is in the spool, or was."""
        return self._taken(key).exists()

    def is_begun(self, key: str) -> bool:
        """Whether something is left to do for files."""
        return self._taking(key).exists()

    def add_copy(self, key: str, files: Iterable[FileMark]) -> None:
        """Remember other files of the same content, which stay where they are."""
        mark = self._read(self._taken(key))
        if mark is not None:
            both = dict.fromkeys([*mark.files, *files])
            self.confirm(mark.model_copy(update={"files": tuple(both)}))

    def list_begun(self) -> Iterator[Mark]:
        """Files for which something is left to do, the oldest first."""
        return iter(sorted(self._list("taking"), key=lambda mark: mark.began))

    def list_taken(self) -> Iterator[Mark]:
        """All files that were taken."""
        return self._list("taken")

    def _taking(self, key: str) -> Path:
        return self.folder / "taking" / key

    def _taken(self, key: str) -> Path:
        return self.folder / "taken" / key

    def _list(self, name: str) -> Iterator[Mark]:
        folder = self.folder / name
        for path in folder.iterdir() if folder.exists() else ():
            mark = None if path.name.startswith(".") else self._read(path)
            if mark is not None:
                yield mark

    def _read(self, path: Path) -> Mark | None:
        """A mark; one that cannot be read still counts by its name."""
        try:
            return Mark.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None

    def _write(self, path: Path, mark: Mark) -> None:
        write_durably(path, mark.model_dump_json().encode())


def mark_file(path: Path, root: Path) -> FileMark:
    """How a file is now.

    Args:
        path: The file.
        root: The watched folder, above it.

    Raises:
        OSError: If it is gone.
    """
    status = path.stat()
    return FileMark(
        name=quote(os.fsencode(path.relative_to(root).as_posix())),
        size=status.st_size,
        changed=status.st_mtime_ns,
    )
