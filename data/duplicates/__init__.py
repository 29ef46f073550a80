"""Scans that show one thing: copies, and things that were scanned again.

Modules:
    shrinking: small grey pictures of scans, quickly.
    fingerprint: what is kept of a scan to know it again.
    collecting: fingerprints of many files, kept in a cache.
    candidates: which scans are worth comparing.
    matching, aligning: whether two scans show one thing.
    pairs: all pairs among many scans.
    groups: what pairs and shared keys join.
"""

from data.duplicates.collecting import fingerprint_scans
from data.duplicates.fingerprint import Fingerprint, fingerprint_scan
from data.duplicates.groups import LargeGroup, join_pairs, join_scans, list_largest
from data.duplicates.pairs import COPIED, SURE, find_pairs

__all__ = [
    "COPIED",
    "SURE",
    "Fingerprint",
    "LargeGroup",
    "find_pairs",
    "fingerprint_scan",
    "fingerprint_scans",
    "join_pairs",
    "join_scans",
    "list_largest",
]
