"""What a scanner and a lane say to each other beside the columns (protocol version 1).

See docs/lanes.md.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from data.errors import StreamError
from data.scan import ScanInfo, ScanKind
from station.spool.beginning import Text

PROTOCOL: Final = "cargosight.columns.v1"
"""WebSocket subprotocol."""

LONGEST: Final = 65_536
"""Bytes of a message that is no record."""

REFUSED: Final = 4400
"""Close code where a scanner made too many errors."""

UNKNOWN: Final = 4401
"""Close code where the token was revoked."""

DISPLACED: Final = 4409
"""Close code where another scanner came to the lane."""

NOTHING: Final = "\\u0000"
"""A sign of value 0, as JSON writes it."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Begin(_Message):
    """A scan begins, or goes on after a cut.

    Attributes:
        key: What the scanner calls the scan; never used again in this lane.
        number: What it calls the inspection.
        kind: Which readings there are.
        rows: Height, px.
        info: What else is known.
    """

    type: Literal["begin"]
    key: Text
    number: Text | None = None
    kind: ScanKind
    rows: Annotated[int, Field(ge=1, le=20_000)]
    info: ScanInfo = Field(default_factory=ScanInfo)


class End(_Message):
    """No more columns come.

    Attributes:
        width: How many there should be; None if nobody knows.
    """

    type: Literal["end"]
    width: Annotated[int, Field(ge=0)] | None = None


class Ping(_Message):
    """The scanner is there, though it sends nothing."""

    type: Literal["ping"]


Message = Begin | End | Ping
Reply = dict[str, Any]

_MESSAGES: Final[TypeAdapter[Message]] = TypeAdapter(
    Annotated[Message, Field(discriminator="type")]
)


def read_message(text: str) -> Message:
    """Read what a scanner says.

    Raises:
        StreamError: If it does not follow the protocol.
    """
    if len(text) > LONGEST:
        msg = f"A message of {len(text)} signs is too long. Send at most {LONGEST}."
        raise StreamError(msg)
    if NOTHING in text:
        msg = (
            "A message holds a sign of value 0, which no database takes. Leave it out."
        )
        raise StreamError(msg)
    try:
        return _MESSAGES.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "message"
        msg = f"{place}: {first['msg']}. See docs/lanes.md, protocol version 1."
        raise StreamError(" ".join(msg.split())) from error
