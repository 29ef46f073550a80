"""The records in `columns.bin`: a head of 32 bytes, then columns.

    4 bytes   "CSC1"
    u32       sequence number of the record: 0, 1, 2 and so on
    u32       place of its first column in the scan
    u32       how many columns
    u32       flags: 1 where air and dark levels come before the columns
    u32       bytes that follow the head
    u32       CRC-32 of them
    u32       CRC-32 of the head before this

All little-endian. Levels are air, then dark: (planes, rows) float32 each. Columns are
(columns, planes, rows) uint16 for counts, (columns, rows, 3) uint8 for a picture: every
column is in one piece, so a part of a scan is a part of the file. The same bytes go
over the wire: see docs/lanes.md.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.errors import ScanError, StreamError
from data.scan import Counts, Levels, Picture, Scan, ScanInfo
from station.spool.beginning import ScanBegin

MAGIC: Final = b"CSC1"
HEAD: Final = struct.Struct("<4s7I")
LEVELS: Final = 1
MOST_COLUMNS: Final = 4096
"""Of one record."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the columns of a record.

    Attributes:
        sequence: Number of the record, from 0.
        at: Place of its first column.
        columns: How many.
        flags: See above.
        length: Bytes after the head.
        crc: Of them.
    """

    sequence: int
    at: int
    columns: int
    flags: int
    length: int
    crc: int

    def pack(self) -> bytes:
        """The head as bytes."""
        parts = (
            self.sequence,
            self.at,
            self.columns,
            self.flags,
            self.length,
            self.crc,
        )
        bare = HEAD.pack(MAGIC, *parts, 0)[:-4]
        return bare + struct.pack("<I", zlib.crc32(bare))

    @classmethod
    def unpack(cls, content: bytes) -> "Head":
        """Read a head.

        Raises:
            StreamError: If it is none.
        """
        if len(content) < HEAD.size:
            msg = f"A record has a head of {HEAD.size} bytes, not {len(content)}."
            raise StreamError(msg)
        magic, *parts, crc = HEAD.unpack_from(content)
        if magic != MAGIC or crc != zlib.crc32(content[: HEAD.size - 4]):
            msg = "A record's head is damaged. Send it again."
            raise StreamError(msg)
        return cls(*parts)


def pack_record(piece: Scan, sequence: int, at: int, *, levels: bool) -> bytes:
    """Columns as a record.

    Args:
        piece: The columns as a scan of their own.
        sequence: Number of the record.
        at: Place of its first column.
        levels: Whether to state air and dark; the first record of a scan must.
    """
    body = _pack_columns(piece)
    states = levels and piece.air is not None
    if states:
        body = _pack_levels(piece) + body
    flags = LEVELS if states else 0
    crc = zlib.crc32(body)
    head = Head(sequence, at, piece.size[0], flags, len(body), crc)
    return head.pack() + body


def check_record(content: bytes, begin: ScanBegin) -> Head:
    """Check a record against the scan that it is for.

    Args:
        content: Head and columns.
        begin: Of the scan.

    Returns:
        Its head.

    Raises:
        StreamError: If it is damaged, or does not fit.
    """
    head = Head.unpack(content)
    body = memoryview(content)[HEAD.size :]
    if not 1 <= head.columns <= MOST_COLUMNS:
        msg = f"A record holds 1 to {MOST_COLUMNS} columns, not {head.columns}."
        raise StreamError(msg)
    if head.flags & ~(0 if begin.kind == "display" else LEVELS):
        msg = f"A record of a {begin.kind} scan has no flags {head.flags}."
        raise StreamError(msg)
    wanted = measure(head, begin)
    if head.length != wanted or len(body) != wanted:
        msg = (
            f"{head.columns} columns of {begin.rows} rows ({begin.kind}) are {wanted} "
            f"bytes, not {len(body)}. Begin another scan for another size."
        )
        raise StreamError(msg)
    if zlib.crc32(body) != head.crc:
        msg = f"Record {head.sequence} was damaged on its way. Send it again."
        raise StreamError(msg)
    if head.flags & LEVELS:
        _check_levels(body, begin)
    return head


def measure(head: Head, begin: ScanBegin) -> int:
    """How many bytes must follow a head."""
    cell = 1 if begin.kind == "display" else 2
    size = head.columns * begin.planes * begin.rows * cell
    return size + (_count_levels(begin) if head.flags & LEVELS else 0)


def unpack_levels(body: bytes | memoryview, begin: ScanBegin) -> tuple[Levels, Levels]:
    """Air and dark at the start of a record's body.

    Returns:
        (planes, rows) float32 each.
    """
    count = 2 * begin.planes * begin.rows
    both = np.frombuffer(body, "<f4", count).astype(np.float32)
    air, dark = both.reshape(2, begin.planes, begin.rows)
    return air, dark


def unpack_columns(
    body: bytes | memoryview, begin: ScanBegin, levels: tuple[Levels, Levels] | None
) -> Scan:
    """Columns as a scan of their own.

    Args:
        body: Of a record, without levels.
        begin: Of the scan.
        levels: Air and dark that hold for them; None for a picture.
    """
    if begin.kind == "display":
        flat: Picture = np.frombuffer(body, np.uint8).reshape(-1, begin.rows, 3)
        return Scan(display=flat.transpose(1, 0, 2), info=begin.info)
    if levels is None:
        msg = "The first record of a scan must state air and dark. Send them."
        raise StreamError(msg)
    counts: Counts = np.frombuffer(body, "<u2").astype(np.uint16, copy=False)
    planes = counts.reshape(-1, begin.planes, begin.rows).transpose(1, 2, 0)
    return _build(planes, levels, begin.info)


def _check_levels(body: memoryview, begin: ScanBegin) -> None:
    """Refuse levels that no column fits: whoever reads them could not go on."""
    column = body[_count_levels(begin) :][: 2 * begin.planes * begin.rows]
    try:
        unpack_columns(column, begin, unpack_levels(body, begin))
    except ScanError as error:
        raise StreamError(str(error)) from error


def _build(planes: Counts, levels: tuple[Levels, Levels], info: ScanInfo) -> Scan:
    low = planes[1] if len(planes) > 1 else None
    return Scan(high=planes[0], low=low, air=levels[0], dark=levels[1], info=info)


def _count_levels(begin: ScanBegin) -> int:
    return 0 if begin.kind == "display" else 2 * begin.planes * begin.rows * 4


def _pack_levels(piece: Scan) -> bytes:
    assert piece.air is not None  # noqa: S101 - the caller asked
    assert piece.dark is not None  # noqa: S101 - comes with air
    return np.stack([piece.air, piece.dark]).astype("<f4").tobytes()


def _pack_columns(piece: Scan) -> bytes:
    if piece.display is not None:
        return piece.display.transpose(1, 0, 2).tobytes()
    planes = [plane for plane in (piece.high, piece.low) if plane is not None]
    return np.stack(planes).astype("<u2", copy=False).transpose(2, 0, 1).tobytes()
