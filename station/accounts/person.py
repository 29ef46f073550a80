"""Whoever does something: what the rules need to know of them."""

from typing import Protocol

from station.accounts.roles import Role


class Person(Protocol):
    """Somebody with an account, such as the viewer of a page."""

    @property
    def user_id(self) -> str:
        """Identifier of the account."""

    @property
    def pseudonym(self) -> str:
        """In the log and in records that are handed over."""

    @property
    def role(self) -> Role:
        """What they do."""
