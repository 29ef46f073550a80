"""What a station hands over: what was flagged, decided, searched and found.

Modules:
    record: the record of one inspection, a line of `records.jsonl`.
    checking: what is wrong with a record by itself.
    reading: the lines of a file, with all that is wrong.
    scan_labels: the rules that make truth of a record, for one scan.
    returned: a folder in, labels out.
"""

from data.station_records.returned import (
    LeftOut,
    StationLabels,
    read_station_records,
)

__all__ = ["LeftOut", "StationLabels", "read_station_records"]
