"""Turn a scan into the planes that the network sees; the same in training and live."""

from detector.encoding.block import CELL, COLUMNS, REDUCED, Block
from detector.encoding.encoder import ScanEncoder
from detector.encoding.kernel import DEEPEST, NEUTRAL, THIN_EXPONENT
from detector.encoding.overview import Overview
from detector.encoding.planes import Encoding, encode_transmission
from detector.encoding.resampling import Shape, resample
from detector.encoding.scan import EncodedScan, check_encoding, encode_scan

__all__ = [
    "CELL",
    "COLUMNS",
    "DEEPEST",
    "NEUTRAL",
    "REDUCED",
    "THIN_EXPONENT",
    "Block",
    "EncodedScan",
    "Encoding",
    "Overview",
    "ScanEncoder",
    "Shape",
    "check_encoding",
    "encode_scan",
    "encode_transmission",
    "resample",
]
