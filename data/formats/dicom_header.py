"""What a DICOM or DICOS file states of its scan, read and checked before its pixels.

Only the elements that are needed are read, by their public keywords; what stands before
"DICM" is never looked at. pydicom comes with the extra `station` and is imported when a
file is met.
"""

import logging
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from data.container_number import find_fault
from data.errors import CargosightError
from data.formats.opening import bad_file
from data.scan import ScanInfo

if TYPE_CHECKING:
    from pydicom import Dataset

NATIVE: Final = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")
"""Transfer syntaxes with plain pixels: implicit and explicit VR, little endian."""

PRESENTATION: Final = (
    "1.2.840.10008.5.1.4.1.1.1.1",
    "1.2.840.10008.5.1.4.1.1.501.2.1",
)
"""DX and DICOS DX for presentation: what the vendor rendered."""

OWN: Final = "TextValue"
"""Where the JSON of `data.formats.metadata` stands in files of ours."""

_HEADER_BYTES: Final = 16 * 2**20
_MAGIC: Final = slice(128, 132)
_PIXEL_FACTS: Final = (
    "BitsAllocated",
    "BitsStored",
    "Columns",
    "HighBit",
    "NumberOfFrames",
    "PhotometricInterpretation",
    "PixelRepresentation",
    "PlanarConfiguration",
    "Rows",
    "SamplesPerPixel",
)
_MEANING: Final = (
    "PixelIntensityRelationship",
    "PixelIntensityRelationshipSign",
    "PresentationIntentType",
    "RescaleIntercept",
    "RescaleSlope",
    "SOPClassUID",
    "WindowCenter",
    "WindowWidth",
)
_TIMES: Final = (
    ("AcquisitionDateTime", ""),
    ("AcquisitionDate", "AcquisitionTime"),
    ("ContentDate", "ContentTime"),
    ("StudyDate", "StudyTime"),
)
_SPACINGS: Final = ("PixelSpacing", "ImagerPixelSpacing", "DetectorElementSpacing")
_MAGNIFICATION: Final = "EstimatedRadiographicMagnificationFactor"
_NUMBERS: Final = ("AccessionNumber", "StudyInstanceUID")
_VIEWS: Final = ("SeriesDescription", "ViewPosition")
_SCANNERS: Final = ("ManufacturerModelName", "Manufacturer")
_CONTAINERS: Final = ("PatientID", "ContainerIdentifier", "StudyID", "AccessionNumber")
_WANTED: Final = (
    *_PIXEL_FACTS,
    *_MEANING,
    *(name for pair in _TIMES for name in pair if name),
    *_SPACINGS,
    *_NUMBERS,
    *_VIEWS,
    *_SCANNERS,
    *_CONTAINERS,
    _MAGNIFICATION,
    "KVP",
    "TimezoneOffsetFromUTC",
    OWN,
)
_NUMBER: Final = re.compile(r"([A-Z]{3}[UJZ])[ -]?(\d{6})[ -]?(\d)")
_MOMENT: Final = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?)?)?"
    r"([+-]\d{4})?"
)
_MV_KV: Final = (1_000.0, 20_000.0)
_MOST_PITCH_MM: Final = 1_000.0
_ALONE: Final = threading.RLock()

# What pydicom has to say of a damaged file comes back as our error.
logging.getLogger("pydicom").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class DicomHeader:
    """What a file states besides its pixels.

    Attributes:
        syntax: UID of the transfer syntax.
        size: Width and height, px.
        frames: How many pictures: one a plane.
        samples: Of one pixel.
        allocated: Bits that a sample takes.
        stored: Bits of them that are used, the lower ones.
        photometric: Such as "MONOCHROME2".
        by_plane: Whether colours come one after the other, not interleaved.
        inverted: Whether large values are where little got through (counts), or are to
            be shown dark (pictures).
        rendered: Whether it is for presentation: pixels are no counts.
        window: Centre and width to be shown; None for all values.
        info: What else is known of the scan.
        own: The JSON of a file of ours.
        number: Which inspection it is of: accession number, or UID of the study.
    """

    syntax: str
    size: tuple[int, int]
    frames: int
    samples: int
    allocated: int
    stored: int
    photometric: str
    by_plane: bool
    inverted: bool
    rendered: bool
    window: tuple[float, float] | None
    info: ScanInfo
    own: str | None
    number: str | None

    @property
    def counts(self) -> bool:
        """Whether pixels are detector readings."""
        return self.allocated == 16 and not self.rendered


@contextmanager
def guarding(path: Path) -> Iterator[None]:
    """Make one error of whatever pydicom raises on damage, and keep it quiet.

    Raises:
        ScanFileError: If the block fails for the content of the file.
    """
    try:
        import pydicom  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError as error:
        what = "is DICOM, which needs pydicom. Install requirements/station.lock."
        raise bad_file(path, what) from error
    with _ALONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except (CargosightError, OSError, MemoryError):
            raise
        except Exception as error:  # an element of any content leads anywhere
            why = f"{type(error).__name__}: {error}"[:200]
            what = f"is cut off or damaged ({why}). Copy or send it again."
            raise bad_file(path, what) from error


def read_header(file: BinaryIO, path: Path) -> DicomHeader:
    """Read and check what a file states besides its pixels.

    Args:
        file: The open file, at any place.
        path: Its path, to be named.

    Raises:
        ScanFileError: If it is no DICOM file, is damaged, or of a type that is no scan.
    """
    file.seek(0)
    start = file.read(_HEADER_BYTES)
    if start[_MAGIC] != b"DICM":
        raise bad_file(path, "is not a DICOM file, or is cut off. Export it again.")
    with guarding(path):
        syntax = _read_syntax(path)
        dataset = parse(start)
        _check_meaning(path, dataset)
        return _describe(path, syntax, dataset)


def parse(content: bytes, *, pixels: bool = False) -> "Dataset":
    """Read the elements that are needed; within `guarding`.

    Args:
        content: Of a file, from its first byte.
        pixels: Whether to read the pixels too.
    """
    from pydicom import dcmread  # noqa: PLC0415 - an extra

    tags: list[Any] = [*_WANTED, *(["PixelData"] if pixels else [])]
    return dcmread(BytesIO(content), stop_before_pixels=not pixels, specific_tags=tags)


def _read_syntax(path: Path) -> str:
    """The transfer syntax, if its pixels can be decoded here.

    It is read by itself: a deflated file would be unpacked whole to read any more.
    """
    from pydicom.filereader import read_file_meta_info  # noqa: PLC0415 - an extra
    from pydicom.pixels.decoders.base import get_decoder  # noqa: PLC0415
    from pydicom.uid import UID  # noqa: PLC0415

    syntax = UID(str(read_file_meta_info(path).get("TransferSyntaxUID", "")))
    if syntax in NATIVE:
        return syntax
    name = " ".join(syntax.name.split())[:80] or "nothing"
    try:
        able = syntax.is_encapsulated and get_decoder(syntax).is_available
    except (NotImplementedError, ValueError):
        able = False
    if not able:
        what = (
            f"is packed in a way that is not read here (transfer syntax {name}). "
            "Export it uncompressed, little endian."
        )
        raise bad_file(path, what)
    return syntax


def _check_meaning(path: Path, dataset: "Dataset") -> None:
    if "Rows" not in dataset or "Columns" not in dataset:
        raise bad_file(path, "holds no picture. Send the X-ray scans alone.")
    if str(dataset.get("PixelIntensityRelationship") or "") == "LOG":
        what = "states logarithmic pixels (LOG). Export linear ones (LIN)."
        raise bad_file(path, what)
    slope = float(dataset.get("RescaleSlope") or 1)
    shift = float(dataset.get("RescaleIntercept") or 0)
    if (slope, shift) != (1, 0):
        what = f"rescales its pixels (by {slope:g}, {shift:g}). Export plain counts."
        raise bad_file(path, what)


def _describe(path: Path, syntax: str, dataset: "Dataset") -> DicomHeader:
    bits = _read_bits(path, dataset)
    photometric = _read_text(dataset, ("PhotometricInterpretation",)) or ""
    rendered = _is_rendered(dataset)
    return DicomHeader(
        syntax=syntax,
        size=(int(dataset.Columns), int(dataset.Rows)),
        frames=int(dataset.get("NumberOfFrames") or 1),
        samples=int(dataset.get("SamplesPerPixel") or 1),
        allocated=bits[0],
        stored=bits[1],
        photometric=photometric,
        by_plane=int(dataset.get("PlanarConfiguration") or 0) == 1,
        inverted=_is_inverted(dataset, photometric, counts=not rendered),
        rendered=rendered,
        window=_read_window(dataset),
        info=_read_info(path, dataset),
        own=_read_own(dataset),
        number=_read_text(dataset, _NUMBERS),
    )


def _read_bits(path: Path, dataset: "Dataset") -> tuple[int, int]:
    allocated = int(dataset.BitsAllocated)
    stored = int(dataset.get("BitsStored") or allocated)
    high = int(dataset.get("HighBit", stored - 1))
    signed = int(dataset.get("PixelRepresentation") or 0) != 0
    if allocated not in {8, 16} or not 1 <= stored <= allocated or signed:
        kind = "signed" if signed else "unsigned"
        what = (
            f"has {kind} samples of {stored} in {allocated} bits. Export unsigned "
            "ones of 8 or 16 bits."
        )
        raise bad_file(path, what)
    if high != stored - 1:
        what = f"has {stored} bits up to bit {high}. Export it with bits from 0 up."
        raise bad_file(path, what)
    return allocated, stored


def _is_rendered(dataset: "Dataset") -> bool:
    """Whether pixels are made to be looked at; without a word they are counts."""
    intent = str(dataset.get("PresentationIntentType") or "")
    shown = str(dataset.get("PixelIntensityRelationship") or "") == "DISP"
    if intent:
        return shown or intent == "FOR PRESENTATION"
    return shown or str(dataset.get("SOPClassUID") or "") in PRESENTATION


def _is_inverted(dataset: "Dataset", photometric: str, *, counts: bool) -> bool:
    """Of counts the sign tells (1: little beam, small value), if it is stated."""
    sign = dataset.get("PixelIntensityRelationshipSign")
    if counts and sign is not None:
        return int(sign) < 0
    return photometric == "MONOCHROME1"


def _read_window(dataset: "Dataset") -> tuple[float, float] | None:
    centre = _read_numbers(dataset, "WindowCenter")
    width = _read_numbers(dataset, "WindowWidth")
    if not centre or not width or width[0] <= 1:
        return None
    return centre[0], width[0]


def _read_info(path: Path, dataset: "Dataset") -> ScanInfo:
    pitch = _read_pitch(path, dataset)
    view = _read_text(dataset, _VIEWS)
    return ScanInfo(
        pitch_mm=pitch,
        pitch_source=None if pitch is None else "file",
        energies_mv=_read_energies(dataset),
        scanner=_read_text(dataset, _SCANNERS),
        view=None if view is None else view[:64],
        acquired=_read_time(dataset),
        containers=_read_containers(dataset),
    )


def _read_pitch(path: Path, dataset: "Dataset") -> tuple[float, float] | None:
    """Pitch (x, y) at the object; DICOM states (y, x), and maybe at the detector.

    Source: DICOM PS3.3, 10.7.1.3; the magnification is SID over SOD.
    """
    for keyword in _SPACINGS:
        values = _read_numbers(dataset, keyword)
        if not values:
            continue
        if len(values) != 2 or not all(0 < v <= _MOST_PITCH_MM for v in values):
            what = f"states {keyword} {values}, mm. Correct it or leave it out."
            raise bad_file(path, what)
        at_object = keyword == _SPACINGS[0]
        stated = [] if at_object else _read_numbers(dataset, _MAGNIFICATION)
        factor = max([1.0, *stated[:1]])
        return values[1] / factor, values[0] / factor
    return None


def _read_energies(dataset: "Dataset") -> tuple[float, ...]:
    """Endpoint of the beam, MV, where it is an accelerator's; KVP is in kV."""
    values = _read_numbers(dataset, "KVP")
    least, most = _MV_KV
    return (values[0] / 1000,) if values and least <= values[0] <= most else ()


def _read_time(dataset: "Dataset") -> datetime | None:
    """When it was made; without a zone it is the clock of this machine's zone."""
    for date, time in _TIMES:
        text = str(dataset.get(date) or "").strip()
        text += str(dataset.get(time) or "").strip() if time else ""
        found = _MOMENT.fullmatch(text)
        if found is not None:
            zone = found[8] or str(dataset.get("TimezoneOffsetFromUTC") or "").strip()
            return _build_time(found, zone)
    return None


def _build_time(found: re.Match[str], zone: str) -> datetime | None:
    year, month, day, hour, minute, second = (found[n] or "00" for n in range(1, 7))
    micro = (found[7] or "").ljust(6, "0")
    offset = f"{zone[:3]}:{zone[3:]}" if zone else ""
    text = f"{year}-{month}-{day}T{hour}:{minute}:{second}.{micro}{offset}"
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _read_containers(dataset: "Dataset") -> tuple[str, ...]:
    texts = [_read_text(dataset, (name,)) or "" for name in _CONTAINERS]
    found = ("".join(match) for match in _NUMBER.findall("\n".join(texts).upper()))
    return tuple(dict.fromkeys(n for n in found if find_fault(n) is None))


def _read_own(dataset: "Dataset") -> str | None:
    value = dataset.get(OWN)
    return value if isinstance(value, str) and value else None


def _read_text(dataset: "Dataset", names: tuple[str, ...]) -> str | None:
    """The first of some elements that holds anything, in one clean line."""
    for name in names:
        value = dataset.get(name)
        one = value if isinstance(value, str) or value is None else " ".join(value)
        text = "".join(c if c.isprintable() else " " for c in one or "")
        if text.strip():
            return " ".join(text.split())[:200]
    return None


def _read_numbers(dataset: "Dataset", name: str) -> list[float]:
    value = dataset.get(name)
    if value is None or value == "":
        return []
    return [float(value)] if isinstance(value, int | float) else [*map(float, value)]
