"""Which bundle looks in shadow: `shadow.json` in the data folder."""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from data.errors import StationError
from data.files import write_durably
from detector.bundle import Bundle
from detector.manifest import Sha256
from detector.trust import Pinned, find_pinned, open_bundle

POINTER: Final = "shadow.json"
FINISHED: Final = "shadow.finished"
"""What the log says once it has looked at a scan."""


class ShadowPointer(BaseModel):
    """What `shadow.json` holds.

    Attributes:
        path: Folder of the bundle.
        name: Its name.
        version: Its version.
        sha256: Of its manifest: nothing else is taken for it.
        signed_by: Key whose signature was verified; None for an unsigned one, which
            only a shadow may be.
        since: When it began to look.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    path: str
    name: str
    version: str
    sha256: Sha256
    signed_by: str | None
    since: AwareDatetime


def use_shadow(
    root: Path, bundle: Path, *, trust: Path | None, since: datetime
) -> ShadowPointer:
    """Have a bundle look in shadow, in place of the one that did.

    Args:
        root: The data folder.
        bundle: Folder of the bundle; it must stay where it is.
        trust: Folder of the pinned keys; None for the usual one.
        since: Now.

    Raises:
        BundleError: If it is damaged or expired, or signed by a key that is not pinned.
            It may be unsigned.
        StationError: If the data folder cannot be written.
    """
    opened = open_candidate(bundle.resolve(), find_pinned(trust))
    pointer = ShadowPointer(
        path=str(opened.root),
        name=opened.manifest.name,
        version=opened.manifest.version,
        sha256=opened.sha256,
        signed_by=opened.signed_by,
        since=since,
    )
    place = root / POINTER
    try:
        write_durably(place, pointer.model_dump_json(indent=1).encode() + b"\n")
    except OSError as error:
        why = error.strerror or error
        msg = f"{place} cannot be written: {why}. Check the rights of its folder."
        raise StationError(msg) from error
    return pointer


def clear_shadow(root: Path) -> ShadowPointer | None:
    """Have no bundle look in shadow any more; what was recorded stays.

    Args:
        root: The data folder.

    Returns:
        What did; None if nothing did, or nobody knows what.
    """
    try:
        found = read_shadow(root)
    except StationError:
        found = None
    (root / POINTER).unlink(missing_ok=True)
    return found


def read_shadow(root: Path) -> ShadowPointer | None:
    """Which bundle looks in shadow; None if none does.

    Args:
        root: The data folder.

    Raises:
        StationError: If the pointer is damaged.
    """
    place = root / POINTER
    try:
        return ShadowPointer.model_validate_json(place.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        msg = f"{place} cannot be read as what looks in shadow. Put one there again."
        raise StationError(msg, code="shadow.damaged") from error


def open_candidate(bundle: Path, pinned: Pinned | None) -> Bundle:
    """Open a bundle that may look in shadow: it may be unsigned, and is not accepted.

    Args:
        bundle: Its folder.
        pinned: What is trusted; None if there is nothing.

    Raises:
        BundleError: If it may not.
    """
    return open_bundle(bundle, pinned=pinned, allow_unsigned=True, remember=False)
