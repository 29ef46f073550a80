"""The log that nothing can be changed in unseen.

Modules:
    chain: entries, each with the hash of the one before it.
    reporter: events that belong to no change of records.
    lines: the log as lines of a file.
    verifying: find any change, removal or reordering.
    anchors: the last hash of each day, to be kept elsewhere.
"""

from station.audit.chain import SYSTEM, append

__all__ = ["SYSTEM", "append"]
