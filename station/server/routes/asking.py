"""What requests about containers have in common: their parts, and who may make them."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Depends, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from station.accounts.roles import DECIDING, READING, SUPERVISING
from station.server.access import Viewer, allow

ID: Final = r"^[0-9a-f]{32}$"
"""How identifiers of records look."""

Id = Annotated[str, Field(pattern=ID)]
PathId = Annotated[str, Path(pattern=ID)]

Request = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{8,64}$")]
"""Name of a request, made by whoever asks: the same one twice is done once."""

Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC)),
]
"""A time with its zone, within what every database can hold."""

Deciding = Annotated[Viewer, Depends(allow(*DECIDING))]
Reading = Annotated[Viewer, Depends(allow(*READING))]
Supervising = Annotated[Viewer, Depends(allow(*SUPERVISING))]


class Body(BaseModel):
    """Base of what requests that change something state.

    Attributes:
        request: Name of the request.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    request: Request
