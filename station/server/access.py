"""Who asks, and whether they may: every route states its roles with `allow`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from data.errors import AccessError
from station.accounts.roles import Role
from station.server.context import Here


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is logged in.

    Attributes:
        user_id: Identifier of the account.
        name: Of the account.
        pseudonym: In the log and in records that are handed over.
        role: What they do.
        login_id: Identifier of the login.
    """

    user_id: str
    name: str
    pseudonym: str
    role: Role
    login_id: str


def get_viewer(request: Request, station: Here) -> Viewer:
    """Who makes a request.

    Raises:
        AccessError: If nobody is logged in.
    """
    raise NotImplementedError


def allow(*roles: Role) -> Callable[..., Viewer]:
    """A dependency: who asks, if they have one of some roles.

    Args:
        roles: Which.

    Returns:
        To be used as `viewer: Annotated[Viewer, Depends(allow(*DECIDING))]`; it has the
        attribute `roles`.
    """

    def check(viewer: Annotated[Viewer, Depends(get_viewer)]) -> Viewer:
        if viewer.role not in roles:
            msg = f"This is not for the role {viewer.role}."
            raise AccessError(msg)
        return viewer

    check.roles = roles  # type: ignore[attr-defined]
    return check
