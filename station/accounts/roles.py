"""What people do at a station."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A role; everyone has one.

    OPERATOR: Decides on alarms, and what becomes of containers.
    SUPERVISOR: Does so too, second looks and referrals besides, and sees shift figures
        and who found the test scans.
    QA: Reads all records and the log, and what a bundle in shadow found.
    ADMINISTRATOR: Keeps accounts, tokens and bundles; decides on nothing.
    """

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    QA = "qa"
    ADMINISTRATOR = "administrator"


EVERYONE: Final = tuple(Role)
DECIDING: Final = (Role.OPERATOR, Role.SUPERVISOR)
READING: Final = (Role.OPERATOR, Role.SUPERVISOR, Role.QA)
AUDITING: Final = (Role.SUPERVISOR, Role.QA, Role.ADMINISTRATOR)
SUPERVISING: Final = (Role.SUPERVISOR,)
KEEPING: Final = (Role.ADMINISTRATOR,)
