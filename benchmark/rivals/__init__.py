"""Two pipelines on the same scans.

Modules:
    comparing: of two folders. side: what one pipeline did, as arrays. thresholds: from
        where both alarm. loads: which scans show loaded containers. figures: what is
        measured.
"""

from benchmark.rivals.comparing import compare_folders

__all__ = ["compare_folders"]
