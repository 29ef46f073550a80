"""The file of a bundle that says how each graph was held against its checkpoint."""

from collections.abc import Mapping
from typing import Final

from pydantic import TypeAdapter, ValidationError

from data.errors import ExportError
from detector.bundle import MAX_TEXT_BYTES, Bundle, read_plain
from detector.manifest import PARITY
from export.parity import Parity

Parities = Mapping[str, tuple[Parity, ...]]
"""What was compared, on each device, by the kind of the graph."""

_FILE: Final = TypeAdapter(dict[str, tuple[Parity, ...]])


def write_parities(parities: Parities) -> bytes:
    """The content of the file."""
    return _FILE.dump_json(dict(parities), indent=2) + b"\n"


def read_parities(bundle: Bundle) -> Parities:
    """What the file of a bundle says; nothing where there is none.

    Args:
        bundle: The bundle.

    Raises:
        BundleError: If the file was changed since the bundle was read.
        ExportError: If it is of another version.
    """
    if PARITY not in bundle.manifest.files:
        return {}
    try:
        return _FILE.validate_json(read_plain(bundle.root, PARITY, MAX_TEXT_BYTES))
    except ValidationError as error:
        msg = f"{bundle.root / PARITY} is of another version. Export its runs anew."
        raise ExportError(msg) from error
