"""What a lane shows and looks at in place of what came."""

from dataclasses import dataclass, field
from pathlib import Path

from station.config import SupervisedConfig
from station.spool import Columns, ScanBegin
from station.supervised.patch import Patch, read_patch
from station.supervised.recording import Placed


@dataclass(slots=True)
class Showing:
    """One scan, as it is shown.

    Args:
        folder: Of the scan.
        begin: What is known of it.
        config: How many become test scans, and what is put into them.
        secret: Of `station.supervised.choosing.read_secret`.
    """

    folder: Path
    begin: ScanBegin
    config: SupervisedConfig
    secret: bytes
    _patch: Patch | None = field(init=False)

    def __post_init__(self) -> None:
        """Go on with what was shown before a stop."""
        self._patch = read_patch(self.folder)

    @property
    def placed(self) -> Placed | None:
        """The firearm that is in the scan; None if it is no test scan, or not yet."""
        if self._patch is None:
            return None
        return Placed(self._patch.thing, self._patch.box, new=False)

    def push(self, columns: Columns) -> list[Columns]:
        """Take in columns.

        Args:
            columns: As they came, in the order in which they came.

        Returns:
            What to show and look at now: nothing while columns are held back.
        """
        return [columns]

    def finish(self) -> list[Columns]:
        """Say that no more columns come.

        Returns:
            What was held back.
        """
        return []
