"""What requests about containers have in common: their parts, and who may make them."""

from typing import Annotated, Final

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from station.accounts.roles import DECIDING, READING, SUPERVISING
from station.server.access import Viewer, allow

ID: Final = r"^[0-9a-f]{32}$"
"""How identifiers of records look."""

Id = Annotated[str, Field(pattern=ID)]
PathId = Annotated[str, Path(pattern=ID)]

Request = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{8,64}$")]
"""Name of a request, made by whoever asks: the same one twice is done once."""

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
