"""Sign the folder of a bundle with OpenSSF model-signing, offline.

The package makes statement and signature; what it wrote is then brought into the one
form that `detector.trust.signature` takes, which the package's own verifier takes too.
"""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

from model_signing.hashing import Config as HashingConfig
from model_signing.signing import Config as SigningConfig

from data.files import replacing
from detector.manifest import SIGNATURE
from detector.trust.keys import PublicKey, needs_passphrase, read_private_key
from detector.trust.signature import Envelope, shrink_signature


def sign_folder(root: Path, key: Path, passphrase: str | None = None) -> PublicKey:
    """Sign all files of a folder, hidden ones too; the signature lies beside them.

    Args:
        root: Folder of a bundle.
        key: PEM file of the private key.
        passphrase: Of the key; None if it has none.

    Returns:
        The public key of the signature.

    Raises:
        TrustError: If the key cannot be read.
    """
    private = read_private_key(key, passphrase)
    hashing = HashingConfig()  # type: ignore[no-untyped-call]
    hashing.use_file_serialization()
    hashing.set_ignored_paths(paths=[SIGNATURE], ignore_git_paths=False)
    config = SigningConfig()  # type: ignore[no-untyped-call]
    config.set_hashing_config(hashing)
    # The package is typed for text, which it hands on to where bytes are needed.
    secret: Any = passphrase.encode() if passphrase and needs_passphrase(key) else None
    config.use_elliptic_key_signer(private_key=key, password=secret)
    with replacing(root / SIGNATURE) as draft:
        config.sign(root, draft)
        draft.write_bytes(_reform(draft.read_bytes()))
    return PublicKey(key.stem, private.public_key())


def _reform(content: bytes) -> bytes:
    """A signature as the package writes it, in our one form."""
    written = json.loads(content)
    envelope = written["dsseEnvelope"]
    return Envelope(
        written["verificationMaterial"]["publicKey"]["hint"],
        b64decode(envelope["payload"]),
        shrink_signature(b64decode(envelope["signatures"][0]["sig"])),
    ).as_bytes()
