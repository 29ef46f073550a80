"""What a candidate carries in it: the suites that it must pass to be signed."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import BundleError
from detector.bundle import MAX_TEXT_BYTES, Bundle, read_plain
from detector.manifest import Sha256

MARK: Final = "retraining.json"
"""Its file in the bundle, which manifest and signature cover."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NamedSuite(_Record):
    """A suite: its name and seal."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    seal: Sha256


class NamedBundle(_Record):
    """A bundle: its name, version, and the sha256 of its manifest."""

    name: str
    version: str
    sha256: Sha256


class Mark(_Record):
    """Where a candidate comes from.

    Attributes:
        champion: What it went on from, and is to replace.
        dataset_sha256: Of the new scans.
        replay_sha256: Of the old ones; None without.
        trained: Its graphs that were trained; the others are the champion's.
        suites: Those that decide, all of them.
    """

    format: Literal[1] = 1
    champion: NamedBundle
    dataset_sha256: Sha256
    replay_sha256: Sha256 | None
    trained: Annotated[tuple[Literal["dual", "display"], ...], Field(strict=False)]
    suites: Annotated[tuple[NamedSuite, ...], Field(min_length=1, strict=False)]


def read_mark(bundle: Bundle) -> Mark | None:
    """Where a bundle comes from, if it is the candidate of a retraining.

    Args:
        bundle: One that was read, so that its files are those of its manifest.

    Raises:
        BundleError: If the mark is there and says nothing.
    """
    if MARK not in bundle.manifest.files:
        return None
    try:
        return Mark.model_validate_json(read_plain(bundle.root, MARK, MAX_TEXT_BYTES))
    except ValidationError as error:
        msg = f"{bundle.root / MARK} is no mark of a retraining. Retrain again."
        raise BundleError(msg) from error
