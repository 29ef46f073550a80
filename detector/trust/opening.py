"""Open a bundle if it may run here: signed by a pinned key, in date, not older."""

import hashlib
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from data.errors import TrustError, UnsignedError
from detector.bundle import MAX_TEXT_BYTES, Bundle, read_bundle, read_plain
from detector.manifest import MANIFEST, SIGNATURE
from detector.trust.keys import PublicKey
from detector.trust.pinned import Pinned
from detector.trust.signature import MAX_SIGNATURE_BYTES, verify_signature


def open_bundle(
    path: Path,
    *,
    pinned: Pinned | None,
    allow_unsigned: bool = False,
    remember: bool = True,
    now: datetime | None = None,
) -> Bundle:
    """Read a bundle, and verify that it may run.

    The signature is verified before anything that it covers is parsed.

    Args:
        path: The bundle's folder.
        pinned: What is trusted; None if there is nothing.
        allow_unsigned: Whether a bundle without a signature may run. A signature that
            is there must be good all the same.
        remember: Whether to keep in mind that it was accepted, so that no older one is.
        now: The time for `not_after`, with its zone; None for the machine's clock.

    Returns:
        The bundle; `signed_by` names the key, or is None if it is unsigned.

    Raises:
        BundleError: If a file is not as it was signed, is missing or one too many; if
            the bundle is unsigned, signed by another key, expired or never to expire,
            or older than one that was accepted.
    """
    if not is_signed(path):
        if path.is_dir() and not allow_unsigned:
            msg = (
                f"{path} is not signed. Get a signed bundle, or say --allow-unsigned "
                "if you answer for it."
            )
            raise UnsignedError(msg)
        return read_bundle(path, now=now)
    key, resources = _verify(path, pinned)
    bundle = read_bundle(path, now=now)
    _check_resources(bundle, resources)
    _check_life(bundle)
    assert pinned is not None  # noqa: S101 - a key of it has verified
    pinned.check_counter(bundle.manifest)
    if remember:
        pinned.accept(bundle.manifest, key)
    return replace(bundle, signed_by=key.name)


def is_signed(path: Path) -> bool:
    """Whether a bundle has a signature, good or not."""
    return os.path.lexists(path / SIGNATURE)


def is_sealed(bundle: Bundle) -> bool:
    """Whether nothing of a bundle may change: it is signed, or says so."""
    return bundle.manifest.status == "signed" or is_signed(bundle.root)


def find_signer(bundle: Bundle, pinned: Pinned | None) -> PublicKey:
    """Who signed a bundle that was read; neither date nor counter are asked.

    Args:
        bundle: The bundle.
        pinned: What is trusted; None if there is nothing.

    Raises:
        BundleError: If it is unsigned, signed by another key or not as it was signed.
    """
    key, resources = _verify(bundle.root, pinned)
    _check_resources(bundle, resources)
    return key


def _verify(path: Path, pinned: Pinned | None) -> tuple[PublicKey, dict[str, str]]:
    """Who signed which files; the manifest is one of them, but is not parsed here."""
    content = read_plain(path, SIGNATURE, MAX_SIGNATURE_BYTES)
    if pinned is None:
        msg = (
            f"{path} is signed, and no key is trusted here to verify it with. Give the "
            "folder of trusted keys as --trust."
        )
        raise TrustError(msg)
    key, resources = verify_signature(content, pinned.keys, path)
    manifest = read_plain(path, MANIFEST, MAX_TEXT_BYTES)
    _compare(path, resources.get(MANIFEST), hashlib.sha256(manifest).hexdigest())
    return key, resources


def _check_resources(bundle: Bundle, resources: dict[str, str]) -> None:
    """Signed is all that the manifest lists, with itself, and nothing else."""
    _compare(bundle.root, resources, {MANIFEST: bundle.sha256} | bundle.manifest.files)


def _compare(path: Path, signed: object, met: object) -> None:
    if signed != met:
        msg = (
            f"{path} is not what was signed: its files, or its manifest, are others. "
            "Get the bundle again."
        )
        raise TrustError(msg)


def _check_life(bundle: Bundle) -> None:
    manifest = bundle.manifest
    if manifest.status != "signed" or manifest.not_after is None:
        lacks = "no date to expire" if manifest.status == "signed" else "no signed one"
        msg = (
            f"{bundle.root} is signed, but its manifest has {lacks}: it was not sealed "
            "for service. Sign the bundle with `cargosight bundle sign`."
        )
        raise TrustError(msg)
