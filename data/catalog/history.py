"""What was ever learned from, and ever held out, in any version of a dataset."""

from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from data.catalog.catalog import list_versions, read_frame
from data.splits import HELD_OUT

LEARNED = ("train", "validation")


@dataclass(frozen=True, slots=True)
class History:
    """Scans by the hash of their content.

    Attributes:
        learned: Those that were in training or validation, and are not held out.
        held_out: Those that were held out once, and so are for ever.
    """

    learned: frozenset[str] = frozenset()
    held_out: frozenset[str] = frozenset()

    def add(self, splits: dict[str, str | None]) -> "History":
        """With one more version.

        Args:
            splits: The part of each scan.
        """
        held = {name for name, split in splits.items() if split == HELD_OUT}
        used = {name for name, split in splits.items() if split in LEARNED}
        held_out = self.held_out | held
        return History((self.learned | used) - held_out, held_out)


def read_history(root: Path) -> History:
    """Read all versions of a dataset.

    Args:
        root: Its folder, which need not be there.

    Raises:
        DatasetError: If a version is damaged.
    """
    frames = (read_frame(root, version) for version in list_versions(root))
    parts = (dict(frame.select("sha256", "split").rows()) for frame in frames)
    return reduce(History.add, parts, History())
