"""The flows behind `cargosight bundle show` and `verify`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from data.errors import BundleError
from detector.bundle import Bundle, read_bundle
from detector.manifest import Manifest
from detector.trust.keys import read_public_key
from detector.trust.opening import find_signer, is_signed, open_bundle
from detector.trust.pinned import Pinned, find_pinned

ANY_TIME: Final = datetime.min.replace(tzinfo=UTC)
"""Before every bundle's end: expired ones are shown too."""

UNPROVEN: Final = "none: it was signed without one"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be known of a bundle.

    Attributes:
        bundle: The bundle.
        expired: Whether it is out of date.
        doubt: Why its signature does not count here; None if it does, or is missing.
    """

    bundle: Bundle
    expired: bool = False
    doubt: str | None = None

    def as_json(self) -> str:
        """All of it, in one line."""
        known = {
            "sha256": self.bundle.sha256,
            "signature": self.signature,
            "signed_by": self.bundle.signed_by,
            "doubt": self.doubt,
            "expired": self.expired,
            "unproven": _is_unproven(self.bundle.manifest),
            "manifest": self.bundle.manifest.model_dump(mode="json"),
        }
        return json.dumps(known)

    @property
    def signature(self) -> str:
        """Whether it is "verified", "not verified" or "none"."""
        if self.bundle.signed_by is not None:
            return "verified"
        return "none" if self.doubt is None else "not verified"

    def as_text(self) -> str:
        """All of it, for a person."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        manifest = self.bundle.manifest
        trained = "simulated scans only" if manifest.synthetic_only else "real scans"
        yield f"{manifest.name} {manifest.version}, sha256 {self.bundle.sha256}"
        yield f"finds {', '.join(manifest.labels)}; trained on {trained}"
        yield f"status: {manifest.status}, {self._say_signature()}"
        yield f"life: {self._say_life()}"
        yield f"verdict: {_say_verdict(manifest)}"
        for kind, entry in manifest.graphs.items():
            yield (
                f"{kind}: {entry.file}, {entry.precision}, tiles of "
                f"{entry.tile_side} px, {entry.scale.pitch_mm:g} mm a pixel"
            )
            yield from (f"  {point.summary}" for point in entry.operating_points)

    def _say_signature(self) -> str:
        if self.bundle.signed_by is not None:
            return f"signed by {self.bundle.signed_by}: verified"
        if self.doubt is None:
            claims = self.bundle.manifest.status == "signed"
            return "but its signature is missing" if claims else "unsigned"
        return f"signature not verified: {self.doubt}"

    def _say_life(self) -> str:
        manifest = self.bundle.manifest
        made = f"made {manifest.created:%Y-%m-%d}, counter {manifest.counter}"
        if manifest.not_after is None:
            return f"{made}, no end"
        end = f"{manifest.not_after:%Y-%m-%d}"
        return f"{made}, {'EXPIRED on' if self.expired else 'until'} {end}"


def show_bundle(path: Path, *, now: datetime | None = None) -> Sheet:
    """Tell what a bundle is, and whether its signature counts here.

    Args:
        path: Folder of the bundle, expired or not.
        now: The time, with its zone; None for the machine's clock.

    Raises:
        BundleError: If it is damaged.
    """
    bundle = read_bundle(path, now=ANY_TIME)
    end = bundle.manifest.not_after
    expired = end is not None and (now or datetime.now(UTC)) > end
    if not is_signed(path):
        return Sheet(bundle, expired)
    try:
        signer = find_signer(bundle, find_pinned())
    except BundleError as error:
        return Sheet(bundle, expired, str(error))
    signed = Bundle(bundle.root, bundle.manifest, bundle.sha256, signer.name)
    return Sheet(signed, expired)


def verify_bundle(path: Path, keys: Sequence[Path], trust: Path | None) -> Sheet:
    """Verify a bundle as a station would, and keep nothing in mind.

    Args:
        path: Folder of the bundle.
        keys: Public keys to trust; none for a station's.
        trust: The station's folder of keys; None for the usual one.

    Raises:
        BundleError: If a station would not run it.
    """
    if keys:
        pinned = Pinned(tuple(read_public_key(key) for key in keys))
    else:
        found = find_pinned(trust)
        if found is None:
            msg = "There is no key to verify with. Give one as --key, or --trust."
            raise BundleError(msg)
        pinned = found
    return Sheet(open_bundle(path, pinned=pinned, remember=False))


def _is_unproven(manifest: Manifest) -> bool:
    return manifest.status == "signed" and manifest.verdict is None


def _say_verdict(manifest: Manifest) -> str:
    if manifest.verdict is None:
        return UNPROVEN if _is_unproven(manifest) else "none yet"
    found = manifest.verdict
    return f"{found.result} on {found.suite} (seal {found.suite_sha256[:12]})"
