"""The file of a bundle that says how each graph was held against its checkpoint."""

import json
from collections.abc import Mapping
from typing import Any

from detector.bundle import Bundle, read_listed
from detector.manifest import PARITY

Parities = Mapping[str, Any]
"""What was compared, by the kind of the graph: an `export.parity.Parity` for each
device, in JSON. That of an older version goes on as it is."""


def write_parities(parities: Parities) -> bytes:
    """The content of the file."""
    return json.dumps(dict(parities), indent=2).encode() + b"\n"


def read_parities(bundle: Bundle) -> Parities:
    """What the file of a bundle says; nothing where there is none that can be read.

    Args:
        bundle: The bundle.

    Raises:
        BundleError: If the file was changed since the bundle was read.
    """
    sha256 = bundle.manifest.files.get(PARITY)
    if sha256 is None:
        return {}
    try:
        found = json.loads(read_listed(bundle.root, PARITY, sha256))
    except ValueError:
        return {}
    return dict(found) if isinstance(found, dict) else {}
