"""Signed bundles for tests."""

import base64
import json
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from detector.manifest import SIGNATURE
from detector.trust.keys import PublicKey, read_private_key
from detector.trust.signature import Envelope, shrink_signature
from detector.trust.signing import sign_folder
from tests.detector.graphs import make_bundle

NOW = datetime(2026, 6, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


def make_signed(root, key, **changes):
    """A bundle ready for service until END, signed; gives back its public key."""
    fields = {"status": "signed", "not_after": END, "counter": 3} | changes
    make_bundle(root, **fields)
    return sign_folder(root, key)


def read_payload(root):
    """The statement of a signature."""
    envelope = json.loads((root / SIGNATURE).read_bytes())["dsseEnvelope"]
    return base64.b64decode(envelope["payload"])


def sign_payload(payload, key):
    """A signature over any statement, in the form that is asked for."""
    private = read_private_key(key)
    public = PublicKey(key.stem, private.public_key())
    draft = Envelope(public.hint, payload, b"")
    signature = private.sign(draft.signed_bytes, ec.ECDSA(SHA256()))
    return Envelope(public.hint, payload, shrink_signature(signature)).as_bytes()


def flip(content, bit):
    """Bytes with one bit turned."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
