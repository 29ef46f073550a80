"""How long things are kept, and what is never deleted.

Modules:
    holding: what holds an inspection.
    pictures: which pictures go, and how they are removed.
    folders: what is on the disk and should not be, or of which nobody knows.
    forgetting: manifests, logins, and who was tested.
    keeper: does it all, every hour and when the disk is short.
"""

from station.retention.keeper import Keeper

__all__ = ["Keeper"]
