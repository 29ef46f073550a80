"""The signature of a bundle, `model.sig`, as bytes.

It is what OpenSSF model-signing writes: a sigstore bundle around a DSSE envelope around
an in-toto statement that lists every file with its SHA-256. Here it has one form only,
down to the byte: nothing is parsed that does not match it, and whoever changes a bit,
in the padding of the base64 too, has another file. Of the two signatures that ECDSA
allows for each one, (r, s) and (r, n - s), the one with the smaller s is taken.

Verified are bytes in memory, by `cryptography` alone: the package model-signing reads
folder and signature again for itself, so that what it verified may not be what is
loaded, and it takes over a second to import.
"""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from data.errors import TrustError
from detector.manifest import SIGNATURE
from detector.trust.keys import PublicKey

MAX_SIGNATURE_BYTES: Final = 200_000

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"

ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (FIPS 186-4, D.1.2.3)."""

_TEMPLATE: Final = (
    '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",'
    '"verificationMaterial":{"publicKey":{"hint":"%s"},"tlogEntries":[]},'
    '"dsseEnvelope":{"payload":"%s","payloadType":"application/vnd.in-toto+json",'
    '"signatures":[{"sig":"%s","keyid":""}]}}'
)
_BASE64: Final = "([A-Za-z0-9+/]+={0,2})"
_PATTERN: Final = re.compile(
    re.escape(_TEMPLATE).replace("%s", "([0-9a-f]{64})", 1).replace("%s", _BASE64)
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What `model.sig` holds.

    Attributes:
        hint: SHA-256 of the PEM form of the key that signed.
        payload: The in-toto statement, JSON.
        signature: ECDSA over `signed_bytes`, DER.
    """

    hint: str
    payload: bytes
    signature: bytes

    @property
    def signed_bytes(self) -> bytes:
        """The pre-authentication encoding of DSSE 1.0: what is signed."""
        head = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(self.payload)} "
        return head.encode() + self.payload

    def as_bytes(self) -> bytes:
        """The one form of the file."""
        payload, signature = (
            base64.b64encode(part).decode() for part in (self.payload, self.signature)
        )
        return (_TEMPLATE % (self.hint, payload, signature)).encode()


def read_envelope(content: bytes, place: Path) -> Envelope:
    """Read a signature that is in its one form.

    Args:
        content: Bytes of `model.sig`.
        place: The bundle, for messages.

    Raises:
        TrustError: If it is in any other form.
    """
    if len(content) <= MAX_SIGNATURE_BYTES:
        try:
            found = _PATTERN.fullmatch(content.decode("ascii"))
            if found is not None:
                hint, payload, signature = found.groups()
                envelope = Envelope(
                    hint, base64.b64decode(payload), base64.b64decode(signature)
                )
                if envelope.as_bytes() == content:
                    return envelope
        except ValueError:
            pass
    msg = (
        f"{place / SIGNATURE} is not in the form in which bundles are signed: it was "
        "changed, or another tool wrote it. Get the bundle again."
    )
    raise TrustError(msg)


def shrink_signature(signature: bytes) -> bytes:
    """Of the two signatures that are equally good, the one with the smaller s.

    Args:
        signature: ECDSA over P-256, DER.

    Raises:
        ValueError: If it is none.
    """
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, ORDER - s))


def verify_signature(
    content: bytes, keys: Sequence[PublicKey], place: Path
) -> tuple[PublicKey, dict[str, str]]:
    """Verify a signature.

    Args:
        content: Bytes of `model.sig`.
        keys: Those that are trusted.
        place: The bundle, for messages.

    Returns:
        The key that signed, and the SHA-256 of every file by its name.

    Raises:
        TrustError: If none of the keys signed just this, or it does not say which
            files it is of.
    """
    envelope = read_envelope(content, place)
    key = next((key for key in keys if key.hint == envelope.hint), None)
    if key is None:
        msg = (
            f"{place} is signed with a key that is not trusted here. Pin its public "
            "key if you know whose it is, or get a bundle that is signed for you."
        )
        raise TrustError(msg)
    try:
        if shrink_signature(envelope.signature) != envelope.signature:
            raise InvalidSignature
        key.key.verify(envelope.signature, envelope.signed_bytes, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        msg = (
            f"{place / SIGNATURE} is not what {key.stem} signed. Get the bundle again."
        )
        raise TrustError(msg) from error
    return key, _list_resources(envelope.payload, place)


def _list_resources(payload: bytes, place: Path) -> dict[str, str]:
    """What a statement lists; the payload must be verified."""
    try:
        written = json.loads(payload, object_pairs_hook=_refuse_duplicates)
        resources = written["predicate"]["resources"]
        files = {each["name"]: each["digest"] for each in resources}
        if written != _state(written["subject"][0]["name"], files):
            msg = "it states something else besides"
            raise ValueError(msg)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        msg = (
            f"{place / SIGNATURE} is signed but does not state files in the way that "
            "bundles do. Sign the bundle with `cargosight bundle sign`."
        )
        raise TrustError(msg) from error
    return files


def _state(name: str, files: dict[str, str]) -> dict[str, Any]:
    """The in-toto statement of files: version 1.0 of OpenSSF model-signing."""
    digests = b"".join(bytes.fromhex(each) for each in files.values())
    whole = hashlib.sha256(digests).hexdigest()
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": whole}}],
        "predicateType": "https://model_signing/signature/v1.0",
        "predicate": {
            "serialization": {
                "method": "files",
                "hash_type": "sha256",
                "allow_symlinks": False,
                "ignore_paths": [SIGNATURE],
            },
            "resources": [
                {"name": each, "algorithm": "sha256", "digest": digest}
                for each, digest in files.items()
            ],
        },
    }


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        msg = "a name stands twice"
        raise ValueError(msg)
    return found
