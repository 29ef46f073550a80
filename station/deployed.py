"""The bundle in use at a station, to be read by people: nothing of it is run."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from data.errors import BundleError, ConflictError
from detector.bundle import (
    MAX_TEXT_BYTES,
    Bundle,
    default_bundle_path,
    read_bundle,
    read_plain,
)
from detector.manifest import CARD, MANIFEST
from detector.switching import CURRENT, read_current

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deployed:
    """The bundle in use.

    Attributes:
        bundle: It. It may have expired: then nothing looks.
        default: Whether none was put in use, and the one that ships is taken.
        since: When it was put in use; None for the default one.
    """

    bundle: Bundle
    default: bool
    since: datetime | None

    @property
    def expired(self) -> bool:
        """Whether it stopped being accepted."""
        not_after = self.bundle.manifest.not_after
        return not_after is not None and datetime.now(UTC) > not_after

    def read_card(self) -> str | None:
        """Its card, Markdown; None if it has none.

        Raises:
            ConflictError: If it is gone.
        """
        if CARD not in self.bundle.manifest.files:
            return None
        try:
            text = read_plain(self.bundle.root, CARD, MAX_TEXT_BYTES)
        except (BundleError, OSError) as error:
            msg = " ".join(str(error).split())
            raise ConflictError(msg, code="bundle.damaged") from error
        return text.decode("utf-8", errors="replace")


def read_deployed(root: Path, *, allow_unsigned: bool) -> Deployed:
    """Read which bundle is in use.

    Args:
        root: The data folder.
        allow_unsigned: Whether the default one is taken where none was put in use.

    Raises:
        ConflictError: If none is in use, or it is damaged or gone.
    """
    try:
        if (root / CURRENT).exists():
            return _read_current(root)
        if allow_unsigned:
            return Deployed(_read(default_bundle_path()), default=True, since=None)
    except (BundleError, OSError) as error:
        msg = " ".join(str(error).split())
        raise ConflictError(msg, code="bundle.damaged") from error
    msg = "No bundle is in use. Put one in use: cargosight station use BUNDLE."
    raise ConflictError(msg, code="bundle.none")


def _read_current(root: Path) -> Deployed:
    current = read_current(root)
    used = current.bundle
    bundle = _read(Path(used.path))
    if bundle.sha256 != used.sha256:
        msg = (
            f"The bundle {used.name} {used.version} was changed since it was put in "
            "use. Put it in use again, or another one."
        )
        raise BundleError(msg)
    signed = replace(bundle, signed_by=used.signed_by)
    return Deployed(signed, default=False, since=current.change.since)


def _read(path: Path) -> Bundle:
    return _read_once(path, (path / MANIFEST).stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read_once(path: Path, changed: int) -> Bundle:
    """Verify a bundle once, as long as it is the same: all its files are hashed."""
    del changed
    return read_bundle(path, now=_LONG_AGO)
