"""The columns of scans on disk, as they come in.

What a lane takes in is written here first, and acknowledged once it is on the disk.
Whoever looks reads it from here: so a lane, the server or the whole machine may stop at
any moment, and goes on from what is there.

    scans/2026-11-26/<scan>/begin.json    what is known of the scan
                            columns.bin   its columns, only ever added to
                            end.json      when the last one came, and why
                            test.npz      what a test scan shows instead; see supervised
                            scan.tiff     all of it, once it was looked at
    lanes/<lane>/open/<scan>              where scans are that are not done with yet

Modules:
    place: where everything is in the data folder.
    beginning: `begin.json` and `end.json`.
    records: the records in `columns.bin`.
    writer: adds columns.
    reader: reads them, while they come in or later.
    widths: how wide a scan is so far.
    assembling: makes one scan of all columns.
"""

from station.spool.beginning import ScanBegin, ScanEnd
from station.spool.place import DataFolder
from station.spool.reader import ColumnReader, Columns
from station.spool.writer import ColumnWriter, begin_scan, find_open, resume_scan

__all__ = [
    "ColumnReader",
    "ColumnWriter",
    "Columns",
    "DataFolder",
    "ScanBegin",
    "ScanEnd",
    "begin_scan",
    "find_open",
    "resume_scan",
]
