"""What the records of a station are.

Modules:
    base: what all tables have in common.
    accounts: people, logins, tokens.
    lanes: how lanes are.
    states: of inspections and of scans.
    inspections: they, their scans, the alarms in those, and what was decided.
    ends: what became of inspections.
    trials: what a bundle in shadow found, and test scans.
    log: the audit log.
"""

from station.records.tables.accounts import LaneToken, Login, User
from station.records.tables.base import Table
from station.records.tables.ends import Answered, Disposition, Outcome, Referral
from station.records.tables.inspections import Alarm, Decision, Inspection, ScanRow
from station.records.tables.lanes import LaneState
from station.records.tables.log import ChainHead, Entry
from station.records.tables.trials import ShadowAlarm, SupervisedTest

__all__ = [
    "Alarm",
    "Answered",
    "ChainHead",
    "Decision",
    "Disposition",
    "Entry",
    "Inspection",
    "LaneState",
    "LaneToken",
    "Login",
    "Outcome",
    "Referral",
    "ScanRow",
    "ShadowAlarm",
    "SupervisedTest",
    "Table",
    "User",
]
