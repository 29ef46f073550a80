"""Trust: who signed a bundle, and whether this station goes by them.

Modules:
    keys: key pairs, in PEM files.
    signature: `model.sig` as bytes, and how it is verified.
    signing: how it is made; the only importer of model_signing.
    pinned: the keys that a station trusts, and what it accepted before.
    opening: a bundle, if it may be run.

Verifying needs `cryptography` and nothing else: no network, no certificate, no log.
"""

from detector.trust.opening import open_bundle
from detector.trust.pinned import Pinned, find_pinned, find_trust, read_pinned

__all__ = ["Pinned", "find_pinned", "find_trust", "open_bundle", "read_pinned"]
