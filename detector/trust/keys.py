"""Key pairs that sign bundles: EC P-256 in PEM files.

The private key is PKCS#8, encrypted if there is a passphrase, in a file that only its
owner can read. The public key is what stations pin.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from data.errors import TrustError
from data.files import replacing

PASSPHRASE: Final = "CARGOSIGHT_KEY_PASSPHRASE"  # noqa: S105 - a variable's name
"""Environment variable with the passphrase of a private key."""

PRIVATE: Final = ".key"
PUBLIC: Final = ".pem"
MAX_KEY_BYTES: Final = 20_000


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are verified with.

    Attributes:
        stem: Of its file, for people.
        key: The key itself.
    """

    stem: str
    key: ec.EllipticCurvePublicKey

    @property
    def fingerprint(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of its DER form."""
        der = self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()[:16]

    @property
    def hint(self) -> str:
        """SHA-256 of its PEM form: what a signature says of its key."""
        return hashlib.sha256(self.pem).hexdigest()

    @property
    def pem(self) -> bytes:
        """Its PEM form."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def name(self) -> str:
        """The file's stem and the fingerprint."""
        return f"{self.stem} {self.fingerprint}"


def make_keys(out: Path, passphrase: str | None = None) -> PublicKey:
    """Make a key pair, `out` + ".key" and `out` + ".pem".

    Args:
        out: Where, without an ending.
        passphrase: Encrypts the private key; None leaves it plain.

    Returns:
        The public key.

    Raises:
        TrustError: If there is such a file already, if it is no name, or the folder
            cannot be written.
    """
    if out.name in {"", ".."}:
        msg = f"{out} is no name for keys. Give one, such as keys/port."
        raise TrustError(msg)
    private, public = (out.with_name(out.name + end) for end in (PRIVATE, PUBLIC))
    taken = [place for place in (private, public) if os.path.lexists(place)]
    if taken:
        msg = (
            f"{taken[0]} is there already. Choose another name: keys are not replaced."
        )
        raise TrustError(msg)
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encrypt(passphrase))
    found = PublicKey(out.name, key.public_key())
    try:
        private.parent.mkdir(parents=True, exist_ok=True)
        _write_secret(private, pem)
        with replacing(public) as draft:
            draft.write_bytes(found.pem)
    except OSError as error:
        msg = f"{out} cannot be written: {error.strerror or error}. Check the folder."
        raise TrustError(msg) from error
    return found


def read_private_key(
    path: Path, passphrase: str | None = None
) -> ec.EllipticCurvePrivateKey:
    """Read a private key.

    Args:
        path: PEM file.
        passphrase: Of the key; None if it has none.

    Raises:
        TrustError: If the file cannot be read, is no such key, or the passphrase is
            missing or wrong.
    """
    content = _read(path)
    if b"PUBLIC KEY-----" in content:
        msg = f"{path} is a public key. Sign with the private one, {PRIVATE}."
        raise TrustError(msg)
    secret = passphrase.encode() if passphrase and _is_encrypted(content) else None
    try:
        key = load_pem_private_key(content, secret)
    except TypeError as error:
        msg = f"{path} has a passphrase. Give it in {PASSPHRASE}."
        raise TrustError(msg) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        what = "or its passphrase is another" if secret else "or is damaged"
        msg = f"{path} is no private key, {what}. Check the file."
        raise TrustError(msg) from error
    if isinstance(key, ec.EllipticCurvePrivateKey) and _is_p256(key.curve):
        return key
    msg = f"{path} is not a key of EC P-256. Make one with `bundle keygen`."
    raise TrustError(msg)


def needs_passphrase(path: Path) -> bool:
    """Whether a private key is encrypted.

    Raises:
        TrustError: If the file cannot be read.
    """
    return _is_encrypted(_read(path))


def read_public_key(path: Path) -> PublicKey:
    """Read a public key.

    Args:
        path: PEM file.

    Raises:
        TrustError: If the file cannot be read or is no such key.
    """
    content = _read(path)
    if b"PRIVATE KEY-----" in content:
        msg = f"{path} is a private key. Keep it secret, and pin its {PUBLIC} instead."
        raise TrustError(msg)
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        msg = f"{path} is no public key. Get it again."
        raise TrustError(msg) from error
    if isinstance(key, ec.EllipticCurvePublicKey) and _is_p256(key.curve):
        return PublicKey(path.stem, key)
    msg = f"{path} is not a key of EC P-256. Make one with `bundle keygen`."
    raise TrustError(msg)


def _is_p256(curve: ec.EllipticCurve) -> bool:
    return isinstance(curve, ec.SECP256R1)


def _is_encrypted(content: bytes) -> bool:
    return b"ENCRYPTED" in content


def _encrypt(passphrase: str | None) -> KeySerializationEncryption:
    return (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )


def _write_secret(path: Path, content: bytes) -> None:
    """Write a new file that nobody else could read at any time."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_KEY_BYTES + 1)
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. Check the name."
        raise TrustError(msg) from error
    if len(content) > MAX_KEY_BYTES:
        msg = f"{path} is too large to be a key. Check the name."
        raise TrustError(msg)
    return content
