"""What a station trusts: a folder of public keys, and what it accepted before.

    *.pem               the keys: whatever one of them signed may run
    accepted.json       the highest counter accepted of each bundle, by key

To let a signer go, take its key out of the folder.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import TrustError
from data.files import write_durably
from detector.manifest import Manifest, Name
from detector.trust.keys import PUBLIC, PublicKey, read_public_key

ACCEPTED: Final = "accepted.json"
MAX_ACCEPTED_BYTES: Final = 10_000_000

TRUST: Final = "CARGOSIGHT_TRUST"
"""Environment variable with the folder of a station's keys."""

Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Counter = Annotated[int, Field(ge=0)]


class _Accepted(BaseModel):
    """What `accepted.json` holds.

    Attributes:
        counters: The highest accepted, by the name of the bundle, by the key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    counters: dict[Name, dict[Fingerprint, Counter]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pinned:
    """Keys that are trusted.

    Attributes:
        keys: The keys.
        folder: Where it is kept what was accepted; None to keep nothing.
    """

    keys: tuple[PublicKey, ...]
    folder: Path | None = None

    def check_counter(self, manifest: Manifest) -> None:
        """Refuse a bundle that is older than one that was accepted, by any key.

        Raises:
            TrustError: If it is, or what was accepted cannot be read.
        """
        known = self._read().counters.get(manifest.name, {})
        highest = max(known.values(), default=0)
        if manifest.counter < highest:
            msg = (
                f"The bundle {manifest.name} {manifest.version} has counter "
                f"{manifest.counter}, and {highest} was accepted here before: it is an "
                "older one. Get the newest."
            )
            raise TrustError(msg)

    def accept(self, manifest: Manifest, key: PublicKey) -> None:
        """Keep in mind that a bundle was accepted; no older one will be.

        Args:
            manifest: Of the bundle.
            key: What signed it.

        Raises:
            TrustError: If an older one may not be told later: what was accepted cannot
                be read or written.
        """
        if self.folder is None:
            return
        found = self._read().counters
        known = found.get(manifest.name, {})
        if known.get(key.fingerprint, -1) >= manifest.counter:
            return
        known = known | {key.fingerprint: manifest.counter}
        self._write(_Accepted(counters=found | {manifest.name: known}))

    def go_back(self, manifest: Manifest) -> int | None:
        """Forget that newer bundles of this name were accepted: a deliberate roll-back.

        Args:
            manifest: Of the older bundle, which is accepted from now on.

        Returns:
            The highest counter that was accepted before; None if none was higher.

        Raises:
            TrustError: If what was accepted cannot be read or written.
        """
        found = self._read().counters
        known = found.get(manifest.name, {})
        highest = max(known.values(), default=0)
        if self.folder is None or highest <= manifest.counter:
            return None
        lowered = {key: min(each, manifest.counter) for key, each in known.items()}
        self._write(_Accepted(counters=found | {manifest.name: lowered}))
        return highest

    def _read(self) -> _Accepted:
        if self.folder is None or not os.path.lexists(self.folder / ACCEPTED):
            return _Accepted()
        place = self.folder / ACCEPTED
        try:
            with place.open("rb") as stream:
                return _Accepted.model_validate_json(stream.read(MAX_ACCEPTED_BYTES))
        except OSError as error:
            msg = f"{place} cannot be read: {error.strerror or error}. Mend its rights."
            raise TrustError(msg) from error
        except ValidationError as error:
            msg = (
                f"{place} is damaged, so that it cannot be told whether a bundle is "
                "older than the last. Put it back from a copy, or ask who signs."
            )
            raise TrustError(msg) from error

    def _write(self, accepted: _Accepted) -> None:
        assert self.folder is not None  # noqa: S101 - the caller looked
        place = self.folder / ACCEPTED
        try:
            write_durably(place, accepted.model_dump_json(indent=1).encode() + b"\n")
        except OSError as error:
            msg = (
                f"{place} cannot be written: {error.strerror or error}. Without it an "
                "older bundle could not be told later. Make the folder writable."
            )
            raise TrustError(msg) from error


def read_pinned(folder: Path) -> Pinned:
    """Read what a station trusts.

    Args:
        folder: With its keys.

    Raises:
        TrustError: If it is no folder, has no key, or one of its keys is none.
    """
    if not folder.is_dir():
        msg = f"{folder} is no folder. Make it, and put the signers' {PUBLIC} there."
        raise TrustError(msg)
    places = sorted(folder.glob(f"[!.]*{PUBLIC}"))
    keys = tuple(read_public_key(place) for place in places)
    if not keys:
        msg = f"{folder} has no key. Put the public keys of signers there, {PUBLIC}."
        raise TrustError(msg)
    return Pinned(keys, folder)


def find_trust(given: Path | None = None) -> Path | None:
    """Folder of a station's keys.

    Args:
        given: Where it was said to be; None for CARGOSIGHT_TRUST or, if that is not
            set either, ~/.config/cargosight/trust if it is there.

    Returns:
        The folder; None if nothing was said and there is none.
    """
    if given is not None:
        return given
    if named := os.environ.get(TRUST):
        return Path(named)
    usual = Path.home() / ".config" / "cargosight" / "trust"
    return usual if usual.is_dir() else None


def find_pinned(given: Path | None = None) -> Pinned | None:
    """What a station pins, wherever it keeps that.

    Args:
        given: As for `find_trust`.

    Returns:
        None if it pins nothing.

    Raises:
        TrustError: If the folder is not as it should be.
    """
    folder = find_trust(given)
    return None if folder is None else read_pinned(folder)
