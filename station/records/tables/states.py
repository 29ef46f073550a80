"""The states of inspections and of their scans."""

from typing import Final, Literal

Chosen = Literal["released", "searched"]
"""What may become of a container."""

InspectionState = Literal["scanning", "waiting", "released", "searched"]

OPEN: Final = ("scanning", "waiting")
"""States of inspections that wait for a disposition."""

CLOSED: Final = ("released", "searched")

ScanState = Literal["receiving", "looked", "failed", "again"]

COMING: Final = ("receiving", "again")
"""States of scans that come in, or are to be looked at anew."""

DONE: Final = ("looked", "failed")
